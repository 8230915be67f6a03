#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;
using tables::column;
using tables::Database;

namespace {

/// Tables a, b and a partitioned table of both, other, and a materialized view.
Database sample() {
  Database database;
  for (const char* name : {"a", "b", "tree", "other", "view"}) database.table(name, {column("x", "text")});
  database.partition("a", "tree");
  database.partition("b", "tree");
  database.find("view").relkind = 'm';
  return database;
}

std::string without(const std::string& rule, const Database& database = sample()) {
  const auto policy = parse_policy(R"({ "version": 1, "tables": [)" + rule + "] }", "p.json");
  const auto withheld = without_statistics(resolve(policy, database.catalog), database.catalog);
  std::string names;
  for (const auto& table : database.catalog.tables)
    if (withheld.contains(table.oid)) names += table.name.name + " ";
  return names;
}

}  // namespace

TEST_CASE("statistics stay where nothing is changed") {
  CHECK(without("").empty());
}

TEST_CASE("statistics of a changed table go, with those of what it is a part of and of materialized views") {
  for (const char* rule : {R"("columns": [{ "column": "x", "action": "null", "reason": "r" }])",
                           R"("where": "x <> ''")", R"("action": "exclude-rows", "reason": "r")"})
    CHECK(without(R"({ "table": "public.a", )" + std::string(rule) + "}") == "a tree view ");
}

TEST_CASE("statistics go where rows are left out, or values become null, for what rows reference") {
  Database database = sample();
  database.foreign_key("tree", "x", "other", "x");
  const std::string cut = R"({ "table": "public.other", "where": "x <> ''" })";
  for (const char* handling : {"filter", "null"})
    CHECK(without(cut + R"(, { "table": "public.tree", "on-missing-parent": ")" + handling + "\" }", database) ==
          "a b tree other view ");
  CHECK(without(cut + R"(, { "table": "public.tree", "on-missing-parent": "leave" })", database) == "other view ");
  CHECK(without(R"({ "table": "*", "on-missing-parent": "filter" })", database) == "a b tree view ");
}

TEST_CASE("statistics go of all tables that a subset may follow references to") {
  Database database = sample();
  database.table("start", {column("x", "text")});
  database.foreign_key("other", "x", "b", "x");
  CHECK(without(R"({ "table": "public.start", "where": "true", "follow": "both" })", database) ==
        "b tree other view start ");
}

TEST_CASE("statistics of foreign tables, which no rule speaks of, go with any policy") {
  Database database = sample();
  for (const char* name : {"a", "other"}) database.find(name).relkind = 'f';
  for (const char* name : {"a", "other"}) database.find(name).rows_selected = false;
  CHECK(without("", database) == "a tree other view ");
  database.find("a").rows_selected = true;
  CHECK(without("", database) == "other view ");
}
