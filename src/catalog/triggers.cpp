#include <fmt/format.h>

#include <utility>

#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// Triggers that partitions got from their parent come with the parent's, and are only named where they differ from it
// in being enabled. Those of foreign keys are the server's own.
constexpr const char* triggers_sql = R"sql(
  SELECT t.oid, t.tgrelid, t.tgname, t.tgenabled, t.tgparentid, t.tgconstraint, parent.tgrelid AS parent_relation,
         CASE WHEN t.tgparentid <> 0 THEN (
           WITH RECURSIVE above (oid, parent) AS (
             SELECT t.oid, t.tgparentid
             UNION ALL
             SELECT p.oid, p.tgparentid FROM above JOIN pg_catalog.pg_trigger p ON p.oid = above.parent)
           SELECT above.oid FROM above WHERE above.parent = 0) END AS root,
         pg_catalog.pg_get_triggerdef(t.oid) AS definition
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = wanted.oid
    LEFT JOIN pg_catalog.pg_trigger parent ON parent.oid = t.tgparentid
    LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
  WHERE k.contype IS DISTINCT FROM 'f'
    AND ((NOT t.tgisinternal AND t.tgparentid = 0) OR t.tgenabled <> parent.tgenabled)
  ORDER BY t.tgrelid, t.tgname)sql";

const char* enabled_words(char enabled) {
  switch (enabled) {
    case 'D':
      return "DISABLE";
    case 'A':
      return "ENABLE ALWAYS";
    case 'R':
      return "ENABLE REPLICA";
    default:
      return "ENABLE";
  }
}

// ALTER TABLE … DISABLE TRIGGER ALL: what a foreign key's own triggers are called differs from database to database.
constexpr const char* disabled_keys_sql = R"sql(
  SELECT DISTINCT t.tgrelid
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = wanted.oid
    JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
  WHERE t.tgisinternal AND t.tgenabled <> 'O' AND k.contype = 'f'
  ORDER BY t.tgrelid)sql";

void warn_of_disabled_foreign_keys(Builder& builder) {
  for (const auto row : builder.query(disabled_keys_query(builder)))
    builder.catalog.warnings.push_back(
        fmt::format("triggers of foreign keys are disabled on table {}, and are enabled after a restore",
                    sql_name(builder.entries[*builder.relation_entry(row["tgrelid"].as_oid())])));
}

}  // namespace

std::string disabled_keys_query(const Builder& builder) {
  return fmt::format(disabled_keys_sql, wanted_relations(builder));
}

std::string triggers_query(const Builder& builder) {
  return fmt::format(triggers_sql, wanted_relations(builder));
}

void read_triggers(Builder& builder) {
  warn_of_disabled_foreign_keys(builder);
  for (const auto row : builder.query(triggers_query(builder))) {
    const Entry& table = builder.entries[*builder.relation_entry(row["tgrelid"].as_oid())];
    const std::string name = row["tgname"].str();
    const bool from_parent = row["tgparentid"].as_oid() != 0;
    const char enabled = row["tgenabled"].as_char();
    Entry entry = entry_of_relation(table, "TRIGGER", {class_oid::trigger, row["oid"].as_oid(), 0},
                                    table.object.name + " " + name);
    entry.object.section = Section::post_data;
    entry.target = fmt::format("TRIGGER {} ON {}", quote_ident(name), sql_name(table));
    if (const Oid constraint = row["tgconstraint"].as_oid(); constraint != 0)
      entry.also.push_back({class_oid::constraint, constraint, 0});
    if (!from_parent) {
      entry.object.create_sql = std::string(definition(row["definition"], "TRIGGER", entry.object.name)) + ";\n";
      entry.object.drop_sql = fmt::format("DROP {};\n", entry.target);
    }
    if (from_parent) {
      entry.needs.push_back({class_oid::trigger, row["root"].as_oid(), 0});
      // Without the table that it is a partition of, it is a table of its own, without that one's triggers.
      const auto parent = builder.relation_entry(row["parent_relation"].as_oid());
      entry.wanted = entry.wanted && parent && builder.entries[*parent].wanted;
    }
    if (from_parent || enabled != 'O')
      entry.object.create_sql +=
          fmt::format("ALTER {}TABLE {} {} TRIGGER {};\n", table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "",
                      sql_name(table), enabled_words(enabled), quote_ident(name));
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
