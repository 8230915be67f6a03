#include <fmt/format.h>

#include <utility>

#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// The rules that make views are read with the views.
constexpr const char* rules_sql = R"sql(
  SELECT r.oid, r.ev_class, r.rulename, r.ev_enabled,
         pg_catalog.pg_get_ruledef(r.oid) AS definition
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = wanted.oid
  WHERE NOT (r.ev_type = '1' AND r.rulename = '_RETURN')
  ORDER BY r.ev_class, r.rulename)sql";

const char* enabled_words(char enabled) {
  switch (enabled) {
    case 'D':
      return "DISABLE";
    case 'A':
      return "ENABLE ALWAYS";
    default:
      return "ENABLE REPLICA";
  }
}

}  // namespace

std::string rules_query(const Builder& builder) {
  return fmt::format(rules_sql, wanted_relations(builder));
}

void read_rules(Builder& builder) {
  for (const auto row : builder.query(rules_query(builder))) {
    const Entry& table = builder.entries[*builder.relation_entry(row["ev_class"].as_oid())];
    const std::string name = row["rulename"].str();
    Entry entry =
        entry_of_relation(table, "RULE", {class_oid::rewrite, row["oid"].as_oid(), 0}, table.object.name + " " + name);
    entry.object.section = Section::post_data;
    entry.target = fmt::format("RULE {} ON {}", quote_ident(name), sql_name(table));
    entry.object.create_sql = std::string(definition(row["definition"], "RULE", entry.object.name)) + "\n";
    if (const char enabled = row["ev_enabled"].as_char(); enabled != 'O')
      entry.object.create_sql +=
          fmt::format("ALTER TABLE {} {} RULE {};\n", sql_name(table), enabled_words(enabled), quote_ident(name));
    entry.object.drop_sql = fmt::format("DROP {};\n", entry.target);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
