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
       t.typbasetype,
       t.typcollation,
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

/// The default as an entry of its own, which it becomes where its expression needs the domain.
Entry default_entry(const Entry& domain, std::size_t domain_index, const std::string& expression) {
  Entry entry;
  entry.object.kind = "DOMAIN DEFAULT";
  entry.object.schema = domain.object.schema;
  entry.object.name = domain.object.name;
  entry.object.owner = domain.object.owner;
  entry.object.create_sql = "ALTER " + domain.target + " SET DEFAULT " + expression + ";\n";
  entry.object.drop_sql = "ALTER " + domain.target + " DROP DEFAULT;\n";
  entry.inside = domain_index;
  return entry;
}

/// CREATE DOMAIN in pieces: the default and constraints that the order leaves inside come behind `head`.
struct DomainParts {
  std::string name, head, default_value;
  std::size_t default_part = 0;      ///< index of its entry, where there is one
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
    const bool has_default = !default_value.empty() && builder.entries[default_part].inside;
    return head + not_null + (has_default ? " DEFAULT " + default_value : "") + checks + ";\n";
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
    pieces.default_value = row["default_value"].str();
    domain.needs = {{class_oid::type, row["typbasetype"].as_oid(), 0},
                    {class_oid::collation, row["typcollation"].as_oid(), 0}};
    pieces.constraints = std::move(all_constraints[row["oid"].as_oid()]);
    pieces.bare_not_null =
        row["typnotnull"].as_bool() && std::ranges::none_of(pieces.constraints, &DomainConstraint::not_null);
    const std::size_t index = builder.entries.size();
    pieces.first_constraint = index + 1;
    pieces.default_part = pieces.first_constraint + pieces.constraints.size();
    if (!pieces.default_value.empty()) domain.default_part = pieces.default_part;
    domain.render = [pieces](const Builder& done) { return pieces.create(done); };
    builder.add(domain);
    for (const DomainConstraint& constraint : pieces.constraints) {
      builder.add(constraint_entry(domain, index, constraint));
    }
    if (domain.default_part) builder.add(default_entry(domain, index, pieces.default_value));
  }
}

}  // namespace pgcoffer::catalog
