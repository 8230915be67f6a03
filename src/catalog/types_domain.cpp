#include <algorithm>
#include <unordered_map>
#include <utility>

#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/types.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view domains_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       format_type(t.typbasetype, t.typtypmod) AS base_type,
       CASE WHEN t.typcollation <> b.typcollation
            THEN (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    FROM pg_catalog.pg_collation co
                    JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                   WHERE co.oid = t.typcollation) END AS collation,
       coalesce(pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass), quote_literal(t.typdefault))
         AS default_value,
       t.typnotnull,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
 WHERE t.typtype = 'd'
 ORDER BY t.typnamespace, t.typname
)sql";

constexpr std::string_view constraints_sql = R"sql(
SELECT c.oid, c.contypid, c.conname, c.contype, c.convalidated, pg_get_constraintdef(c.oid) AS definition
  FROM pg_catalog.pg_constraint c
 WHERE c.contypid <> 0
 ORDER BY c.contypid, c.conname
)sql";

struct DomainConstraint {
  Oid oid;
  std::string name, definition;
  bool not_null, validated;
};

using ConstraintsOf = std::unordered_map<Oid, std::vector<DomainConstraint>>;

ConstraintsOf read_domain_constraints(Builder& builder) {
  ConstraintsOf constraints;
  for (const pg::Row row : builder.connection.query(constraints_sql)) {
    constraints[row["contypid"].as_oid()].push_back(
        {row["oid"].as_oid(), row["conname"].str(),
         std::string(definition(row["definition"], "CONSTRAINT", row["conname"].view())),
         row["contype"].as_char() == 'n', row["convalidated"].as_bool()});
  }
  return constraints;
}

/// A constraint as an entry of its own. One that all values satisfy stands in CREATE DOMAIN unless that makes a loop (a
/// check that calls a function which takes the domain); a NOT VALID one cannot be written there.
Entry constraint_entry(const Entry& domain, std::size_t domain_index, const DomainConstraint& constraint) {
  Entry entry;
  entry.object.kind = "CHECK CONSTRAINT";
  entry.object.address = {class_oid::constraint, constraint.oid, 0};
  entry.object.schema = domain.object.schema;
  entry.object.name = domain.object.name + " " + constraint.name;
  entry.object.owner = domain.object.owner;
  entry.object.section = Section::post_data;
  const std::string name = quote_ident(constraint.name);
  entry.target = "CONSTRAINT " + name + " ON " + domain.target;
  entry.object.create_sql =
      "ALTER " + domain.target + "\n    ADD CONSTRAINT " + name + " " + constraint.definition + ";\n";
  entry.object.drop_sql = "ALTER " + domain.target + " DROP CONSTRAINT " + name + ";\n";
  entry.needs = {domain.object.address};
  if (constraint.validated) {
    entry.object.section = Section::pre_data;
    entry.inside = domain_index;
  }
  return entry;
}

/// CREATE DOMAIN in pieces: constraints that the order leaves inside come between `head` and `tail` or at the end.
struct DomainParts {
  std::string name, head, tail;
  bool bare_not_null = false;        ///< before 17 a NOT NULL is no constraint of its own
  std::size_t first_constraint = 0;  ///< index of the first constraint's entry, in the order of `constraints`
  std::vector<DomainConstraint> constraints;

  [[nodiscard]] std::string create(const Builder& builder) const {
    std::string not_null = bare_not_null ? " NOT NULL" : "", checks;
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      if (!builder.entries[first_constraint + i].inside) continue;
      const std::string named = "CONSTRAINT " + quote_ident(constraints[i].name) + " ";
      if (!constraints[i].not_null) {
        checks += "\n\t" + named + constraints[i].definition;
      } else {
        // The name that the server would choose need not be said.
        not_null = (constraints[i].name == name + "_not_null" ? " " : " " + named) + "NOT NULL";
      }
    }
    return head + not_null + tail + checks + ";\n";
  }
};

}  // namespace

void read_domains(Builder& builder, const TypeParts& parts) {
  ConstraintsOf all_constraints = read_domain_constraints(builder);
  for (const pg::Row row : builder.connection.query(domains_sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry domain = type_entry(builder, parts, row, "DOMAIN");
    DomainParts pieces;
    pieces.name = domain.object.name;
    pieces.head = "CREATE " + domain.target + " AS " + row["base_type"].str();
    if (!row["collation"].is_null()) pieces.head += " COLLATE " + row["collation"].str();
    if (!row["default_value"].is_null()) pieces.tail = " DEFAULT " + row["default_value"].str();
    pieces.constraints = std::move(all_constraints[row["oid"].as_oid()]);
    pieces.bare_not_null =
        row["typnotnull"].as_bool() && std::ranges::none_of(pieces.constraints, &DomainConstraint::not_null);
    const std::size_t index = builder.entries.size();
    pieces.first_constraint = index + 1;
    domain.render = [pieces](const Builder& done) { return pieces.create(done); };
    builder.add(domain);
    for (const DomainConstraint& constraint : pieces.constraints) {
      builder.add(constraint_entry(domain, index, constraint));
    }
  }
}

}  // namespace pgcoffer::catalog
