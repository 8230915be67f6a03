#include "archive/row_choice.hpp"

#include "catch.hpp"

using namespace pgcoffer;

TEST_CASE("which rows a policy took is told in one line, with the blanks of the conditions") {
  archive::Table table;
  CHECK(archive::row_choice(table).empty());
  table.where = "(a = 1\nAND b = 2\n) AND (c\n)";
  CHECK(archive::row_choice(table) == "(a = 1 AND b = 2) AND (c)");
  table.sample = "10 percent";
  table.follow = "both";
  CHECK(archive::row_choice(table) == "(a = 1 AND b = 2) AND (c), sample 10 percent, follow both");
}

TEST_CASE("of how many rows some were taken is told where it is known") {
  CHECK(archive::rows_kept(1, {}, false) == "1 row");
  CHECK(archive::rows_kept(1200, 40000, true) == "1,200 of about 40,000 rows");
  CHECK(archive::rows_kept(3, 5, false) == "3 of 5 rows");
}
