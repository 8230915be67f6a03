#include <utility>

#include "catch.hpp"
#include "plan/plan.hpp"

using namespace pgcoffer;

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U, kBlocksPerMiB = 128;

/// Of a database of two tables, the second of which is left out by its rule.
plan::Plan plan_of(std::uint64_t mib, std::uint64_t left_out_mib, std::uint64_t asked) {
  catalog::Catalog catalog;
  for (const std::uint64_t size : {mib, left_out_mib}) {
    catalog::Table table;
    table.oid = static_cast<catalog::Oid>(16384 + catalog.tables.size());
    table.name = {"public", size == mib ? "kept" : "left out"};
    table.heap_pages = size * kBlocksPerMiB;
    catalog.tables.push_back(std::move(table));
  }
  policy::Verdicts verdicts;
  verdicts.tables.resize(2);
  verdicts.tables[1].action = policy::TableAction::exclude_rows;
  return plan::make_plan(catalog, verdicts, {2, asked});
}

}  // namespace

TEST_CASE("parts are small in small databases, and no more than needed in large ones") {
  CHECK(plan_of(1, 0, 0).part_size == 4 * kMiB);
  CHECK(plan_of(1024, 0, 0).part_size == 4 * kMiB);
  CHECK(plan_of(2048, 0, 0).part_size == 8 * kMiB);
  CHECK(plan_of(1024 * kMiB, 0, 0).part_size == 16 * kMiB);
}

TEST_CASE("rows that are left out do not make parts larger") {
  CHECK(plan_of(1, 1024 * kMiB, 0).part_size == 4 * kMiB);
}

TEST_CASE("who asks for a size of parts gets it") {
  CHECK(plan_of(1, 0, 1024).part_size == 1024);
  CHECK(plan_of(1024 * kMiB, 0, 64 * kMiB).part_size == 64 * kMiB);
}
