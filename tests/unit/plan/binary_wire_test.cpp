// Which tables' rows come in binary although they are to be text.

#include <utility>

#include "catch.hpp"
#include "plan/plan.hpp"

using namespace pgcoffer;

namespace {

struct Case {
  std::vector<std::string> types = {"integer", "bytea"};
  std::uint64_t heap_pages = 100, toast_bytes = 100 * std::uint64_t{8192} * 5;
  plan::PlanOptions options = {.jobs = 1, .binary_wire = true};
  bool pseudonym = false;
};

plan::TablePlan plan_of(const Case& given) {
  catalog::Catalog catalog;
  catalog.server.version = 180000;
  catalog::Table table;
  table.oid = 16384;
  table.name = {"public", "t"};
  table.heap_pages = given.heap_pages;
  table.toast_bytes = given.toast_bytes;
  policy::Verdicts verdicts;
  verdicts.tables.resize(1);
  for (const std::string& type : given.types) {
    catalog::Column column;
    column.attnum = static_cast<std::int16_t>(table.columns.size() + 1);
    column.name = "c" + std::to_string(column.attnum);
    column.type = column.full_type = column.base_type = type;
    table.columns.push_back(std::move(column));
    verdicts.tables[0].columns.emplace_back();
  }
  if (given.pseudonym) verdicts.tables[0].columns[0].action = policy::ColumnAction::pseudonym;
  catalog.tables.push_back(std::move(table));
  return plan::make_plan(catalog, verdicts, given.options).tables.at(0);
}

bool in_binary(const Case& given) {
  const plan::TablePlan plan = plan_of(given);
  const bool binary = plan.copy_statements.at(0).ends_with("TO STDOUT (FORMAT binary)");
  CHECK(binary == plan.binary_statements());
  CHECK_FALSE(plan.binary);
  CHECK(plan.wire.size() == (binary ? given.types.size() : 0));
  for (const rows::Column& column : plan.columns) CHECK_FALSE(column.binary);
  return binary;
}

}  // namespace

TEST_CASE("rows that are mostly bytea come in binary") {
  CHECK(in_binary({}));
  CHECK_FALSE(in_binary({.toast_bytes = 100 * std::uint64_t{8192} * 3}));
  CHECK_FALSE(in_binary({.heap_pages = 0, .toast_bytes = 0}));
  CHECK_FALSE(in_binary({.types = {"integer", "text"}}));
  CHECK_FALSE(in_binary({.types = {"integer", "bytea[]"}}));
}

TEST_CASE("rows come as text where their binary form would not give the server's text") {
  CHECK_FALSE(in_binary({.types = {"point", "bytea"}}));
  CHECK_FALSE(in_binary({.types = {"timestamp with time zone", "bytea"}}));
  CHECK_FALSE(in_binary({.types = {"tstzrange", "bytea"}}));
  CHECK_FALSE(in_binary({.types = {"timestamp with time zone[]", "bytea"}}));
  CHECK(in_binary(
      {.types = {"timestamp with time zone", "tstzrange", "bytea"}, .options = {.binary_wire = true, .utc = true}}));
  CHECK(in_binary({.types = {"timestamp without time zone", "time with time zone", "bytea"}}));
}

TEST_CASE("rows come as text where that is asked for, and where pseudonyms are made of it") {
  CHECK_FALSE(in_binary({.options = {}}));
  CHECK_FALSE(in_binary({.pseudonym = true}));
}
