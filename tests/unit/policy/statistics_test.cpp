#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;
using tables::column;
using tables::Database;

namespace {

/// Tables a, b and a partitioned table of both, other, and a materialized view, all with statistics.
Database sample() {
  Database database;
  for (const char* name : {"a", "b", "tree", "other", "view"}) database.table(name, {column("x", "text")});
  database.partition("a", "tree");
  database.partition("b", "tree");
  database.find("view").relkind = 'm';
  for (const auto& table : database.catalog.tables)
    for (const char* kind : {"TABLE", "STATISTICS DATA", "EXTENDED STATISTICS DATA"}) {
      catalog::Object object;
      object.kind = kind;
      object.table = table.oid;
      object.name = table.name.name;
      database.catalog.objects.push_back(object);
    }
  return database;
}

std::string left(const catalog::Catalog& catalog) {
  std::string names;
  for (const auto& object : catalog.objects)
    if (object.kind == "STATISTICS DATA") names += object.name + " ";
  return names;
}

Verdicts verdicts(const Database& database, const std::string& tables) {
  return resolve(parse_policy(R"({ "version": 1, "tables": [)" + tables + "] }", "p.json"), database.catalog);
}

}  // namespace

TEST_CASE("statistics stay where nothing is changed") {
  Database database = sample();
  CHECK(withhold_statistics(verdicts(database, ""), database.catalog).empty());
  CHECK(left(database.catalog) == "a b tree other view ");
}

TEST_CASE("statistics of a changed table go, with those of what it is a part of and of materialized views") {
  for (const char* rule : {R"("columns": [{ "column": "x", "action": "null", "reason": "r" }])",
                           R"("where": "x <> ''")", R"("action": "exclude-rows", "reason": "r")"}) {
    Database database = sample();
    const auto warnings = withhold_statistics(
        verdicts(database, R"({ "table": "public.a", )" + std::string(rule) + "}"), database.catalog);
    CHECK(left(database.catalog) == "b other ");
    REQUIRE(warnings.size() == 1);
    CHECK(warnings.front() ==
          "optimizer statistics hold values of rows: those of 3 tables are left out, since the policy changes them, "
          "their partitions or what they may show");
    CHECK(database.catalog.objects.size() == 5 + 2 * 2);
  }
}
