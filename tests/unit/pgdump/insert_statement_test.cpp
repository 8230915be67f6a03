#include "pgdump/insert_statement.hpp"

#include "catch.hpp"
#include "pgcoffer/error.hpp"

using namespace pgcoffer;
using namespace pgcoffer::pgdump;

namespace {

std::string lines(std::string_view sql, bool escapes = false) {
  InsertStatement statement(sql, escapes);
  InsertStatement::Row row;
  std::string all;
  while (statement.next(row)) all += row.line;
  return all;
}

}  // namespace

TEST_CASE("values become COPY text") {
  CHECK(lines("INSERT INTO s.t VALUES (1, -1.5, 'it''s', NULL, true, false, B'101', 'NaN', '');") ==
        "1\t-1.5\tit's\t\\N\tt\tf\t101\tNaN\t\n");
  CHECK(lines("INSERT INTO s.t VALUES ('a\nb\tc\\d');") == "a\\nb\\tc\\\\d\n");
  CHECK(lines("INSERT INTO s.t VALUES ('a\\\\d');", true) == "a\\\\d\n");
  CHECK(lines("INSERT INTO s.t VALUES\n\t(1, 'a'),\n\t(2, 'b');") == "1\ta\n2\tb\n");
  CHECK(lines("INSERT INTO s.t DEFAULT VALUES;") == "\n");
  CHECK(lines("INSERT INTO s.t (a) OVERRIDING SYSTEM VALUE VALUES (1) ON CONFLICT DO NOTHING;") == "1\n");
}

TEST_CASE("table, columns, and values that are not given") {
  InsertStatement statement("INSERT INTO \"S s\".\"t\"\"\" (a, \"b, c\") VALUES (DEFAULT, 2);", false);
  CHECK(statement.table() == QualifiedName{"S s", "t\""});
  CHECK(statement.columns() == std::vector<std::string>{"a", "b, c"});
  InsertStatement::Row row;
  REQUIRE(statement.next(row));
  CHECK(row.defaults == std::vector<bool>{true, false});
  CHECK(row.line == "2\n");
  CHECK_FALSE(statement.next(row));
}

TEST_CASE("what pg_dump does not write is damage, and never shown") {
  for (const char* sql : {"INSERT INTO t VALUES (1);", "INSERT INTO s.t VALUES (now());", "INSERT INTO s.t VALUES (1",
                          "INSERT INTO s.t VALUES ('secret", "UPDATE s.t SET a = 1;", "INSERT INTO s.t VALUES (1) x;",
                          "INSERT INTO s.t VALUES ();"}) {
    INFO(sql);
    try {
      static_cast<void>(lines(sql));
      FAIL("taken");
    } catch (const Error& error) {
      CHECK(error.kind() == Kind::damaged);
      CHECK(error.message().find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("statements end at semicolons outside of quotes, wherever the pieces end") {
  const std::string text = "INSERT INTO s.t VALUES ('a;''b');\nINSERT INTO s.\"x;y\" VALUES (2);\n\n\n";
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    StatementCutter cutter(false);
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      cutter.add(std::string_view(text).substr(at, piece));
      for (std::string_view sql = cutter.next(); !sql.empty(); sql = cutter.next()) found.emplace_back(sql);
    }
    CHECK(found == std::vector<std::string>{"INSERT INTO s.t VALUES ('a;''b');", "INSERT INTO s.\"x;y\" VALUES (2);"});
    CHECK(cutter.rest() == "\n\n\n");
  }
  StatementCutter escapes(true);
  escapes.add("INSERT INTO s.t VALUES ('a\\';b');");
  CHECK(escapes.next() == "INSERT INTO s.t VALUES ('a\\';b');");
}
