#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;
using pgcoffer::Kind;

namespace {

const std::vector<Column> Two{{"a", JsonKind::string}, {"b", JsonKind::string}};
const std::string TwoTarget = R"("s"."t" ("a", "b"))";

Decoded decode_sql(const std::vector<Column>& columns, std::string_view part) {
  return decode(Format::sql, columns, part);
}

std::string sql_error(const std::vector<Column>& columns, std::string_view part) {
  CHECK(kind_of([&] { (void)decode_sql(columns, part); }) == Kind::damaged);
  return error_of([&] { (void)decode_sql(columns, part); });
}

}  // namespace

TEST_CASE("a part in SQL is a COPY command with its rows") {
  const std::string part = encode(Format::sql, TwoTarget, Two, "1\tx\n2\t\\N\n");
  CHECK(part == "COPY \"s\".\"t\" (\"a\", \"b\") FROM stdin;\n1\tx\n2\t\\N\n\\.\n");
  const Decoded decoded = decode_sql(Two, part);
  CHECK(decoded.lines == "1\tx\n2\t\\N\n");
  CHECK(decoded.rows == 2);
}

TEST_CASE("a part in SQL is read without being copied") {
  const std::string part = encode(Format::sql, TwoTarget, Two, "1\tx\n");
  std::string scratch;
  std::uint64_t rows = 0;
  const auto view = pgcoffer::rows::make_decoder(Format::sql, Two)->copy_lines(part, scratch, rows);
  CHECK(view.data() == part.data() + part.find("1\tx"));
}

TEST_CASE("parts in SQL may have no rows, and tables no columns") {
  CHECK(decode_sql(Two, encode(Format::sql, TwoTarget, Two, "")).rows == 0);
  const std::string part = encode(Format::sql, R"("s"."t")", {}, "\n\n\n");
  CHECK(part == "COPY \"s\".\"t\" FROM stdin;\n\n\n\n\\.\n");
  CHECK(decode_sql({}, part).rows == 3);
  CHECK(decode_sql({}, part).lines == "\n\n\n");
}

TEST_CASE("names in the COPY command may hold anything") {
  const std::vector<Column> columns{{"a\"b\n, (", JsonKind::string}, {" FROM stdin;\n", JsonKind::string}};
  const std::string target = "\"x\n\".\"t\"\".\"\" FROM stdin;\n\" (\"a\"\"b\n, (\", \" FROM stdin;\n\")";
  const Decoded decoded = decode_sql(columns, encode(Format::sql, target, columns, "1\t2\n"));
  CHECK(decoded.lines == "1\t2\n");
  CHECK(decode_sql(Two, "COPY t (a,b) FROM stdin;\n1\t2\n\\.\n").rows == 1);
}

TEST_CASE("rows are counted at every length") {
  const std::vector<Column> one{{"c", JsonKind::string}};
  std::string lines;
  for (std::uint64_t rows = 1; rows < 80; ++rows) {
    lines += std::string(rows % 7, 'x') + "\n";
    CHECK(decode_sql(one, encode(Format::sql, Target, one, lines)).rows == rows);
  }
}

TEST_CASE("a COPY command that is none, or of other columns, is damage") {
  const std::string no_copy = "rows are damaged: line 1: it is not a COPY command";
  for (const std::string_view part :
       {"", "COPY", "COPY \"t", "COPY \"t\" (\"a\", \"b\"\n", "COPY \"t\" (\"a\" \"b\") FROM stdin;\n\\.\n",
        "COPY \"t\". (\"a\") FROM stdin;\n\\.\n", "copy \"t\" (\"a\", \"b\") FROM stdin;\n\\.\n"}) {
    CHECK(sql_error(Two, part) == no_copy);
  }
  CHECK(sql_error(Two, "COPY \"t\" (\"b\", \"a\") FROM stdin;\n\\.\n") ==
        "rows are damaged: line 1: the COPY command has other columns than the manifest");
}

TEST_CASE("a part in SQL without its end is damage") {
  const std::string header = "COPY \"s\".\"t\" (\"a\", \"b\") FROM stdin;\n";
  CHECK(sql_error(Two, header) == "rows are damaged: line 2: the end marker \\. is missing");
  CHECK(sql_error(Two, header + "1\t2\n3\t4\n") == "rows are damaged: line 4: the end marker \\. is missing");
  CHECK(sql_error(Two, header + "1\t2\n3\t4\n\\.") == "rows are damaged: line 4: the end marker \\. is missing");
  CHECK(sql_error(Two, header + "1\t2\n3\t4\\.\n") ==
        "rows are damaged: line 3: the end marker \\. is not on a line of its own");
}

TEST_CASE("an end marker between rows is damage, wherever it stands") {
  const std::vector<Column> one{{"c", JsonKind::string}};
  const std::string header = "COPY " + Target + " FROM stdin;\n";
  for (std::size_t before = 0; before < 40; ++before) {
    std::string part = header;
    for (std::size_t i = 0; i < before; ++i) part += "x\n";
    part += "\\.\ny\n\\.\n";
    CHECK(sql_error(one, part) == "rows are damaged: line " + std::to_string(before + 2) +
                                      ": an end marker \\. stands before the end of the rows");
  }
  CHECK(decode_sql(one, header + "\\\\.\n\\.x\nx\\.\n\\.\n").rows == 3);
}
