#include <random>

#include "catch.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace rows_test;
using pgcoffer::Kind;

namespace {

/// As many columns as the first line has fields: "c1", "c2" …
std::vector<Column> columns_of(std::string_view lines) {
  std::vector<Column> columns;
  const std::string_view first = lines.substr(0, lines.find('\n'));
  for (auto left = std::count(first.begin(), first.end(), '\t') + 1; left > 0; --left)
    columns.push_back({"c" + std::to_string(columns.size() + 1), JsonKind::string});
  return columns;
}

/// The records behind the header.
std::string csv(std::string_view lines) {
  const std::vector<Column> columns = columns_of(lines);
  const std::string part = encode(Format::csv, Target, columns, lines);
  const std::string header = pgcoffer::rows::csv_header(columns);
  REQUIRE(part.substr(0, header.size()) == header);
  return part.substr(header.size());
}

const std::vector<Column> Two{{"a", JsonKind::string}, {"b", JsonKind::string}};

Decoded decode_csv(std::string_view part, const std::vector<Column>& columns = Two) {
  return decode(Format::csv, columns, part);
}

std::string csv_error(std::string_view part, const std::vector<Column>& columns = Two) {
  CHECK(kind_of([&] { (void)decode_csv(part, columns); }) == Kind::damaged);
  return error_of([&] { (void)decode_csv(part, columns); });
}

}  // namespace

TEST_CASE("CSV tells NULL from an empty string") {
  CHECK(csv("\\N\t\t\\\\N\n") == ",\"\",\\N\r\n");
  CHECK(decode_csv("a,b\r\n,\"\"\r\n\\N,\"\\N\"\r\n").lines == "\\N\t\n\\\\N\t\\\\N\n");
}

TEST_CASE("CSV quotes what it must, and nothing else") {
  CHECK(csv("a b\tx,y\tsay \"hi\"\t3.50\n") == "a b,\"x,y\",\"say \"\"hi\"\"\",3.50\r\n");
  CHECK(csv("two\\nlines\tcr\\r\ttab\\t\t back\\\\slash\n") == "\"two\nlines\",\"cr\r\",tab\t,\" back\\slash\"\r\n");
}

TEST_CASE("quotes come late in long values") {
  for (std::size_t before = 0; before < 70; ++before) {
    const std::string plain(before, 'x');
    CHECK(csv(plain + ",y\tz\n") == "\"" + plain + ",y\",z\r\n");
    CHECK(csv(plain + "\"\tz\n") == "\"" + plain + "\"\"\",z\r\n");
  }
}

TEST_CASE("a value that is an end marker is quoted") {
  CHECK(csv("\\\\.\n") == "\"\\.\"\r\n");
}

TEST_CASE("CSV records stand one after the other") {
  CHECK(csv("1\n2\n3\n") == "1\r\n2\r\n3\r\n");
  CHECK(csv("") == "");
  const std::string longer(1000, 'x');
  CHECK(csv(longer + "\t1\n") == longer + ",1\r\n");
}

TEST_CASE("the header record has the columns' names") {
  CHECK(pgcoffer::rows::csv_header({{"id", JsonKind::number}, {"a \"b\", c\n", JsonKind::string}}) ==
        "id,\"a \"\"b\"\", c\n\"\r\n");
  CHECK(pgcoffer::rows::csv_header({}) == "\r\n");
}

TEST_CASE("a table without columns has empty records") {
  const std::string part = encode(Format::csv, Target, {}, "\n\n");
  CHECK(part == "\r\n\r\n\r\n");
  CHECK(decode_csv(part, {}).rows == 2);
  CHECK(decode_csv(part, {}).lines == "\n\n");
}

TEST_CASE("a table of one column has an empty record for NULL") {
  const std::vector<Column> one{{"c", JsonKind::string}};
  const std::string part = encode(Format::csv, Target, one, "\\N\n\n");
  CHECK(part == "c\r\n\r\n\"\"\r\n");
  CHECK(decode_csv(part, one).lines == "\\N\n\n");
}

TEST_CASE("CSV with line feeds only, or without the last, is read too") {
  CHECK(decode_csv("a,b\n1,\"x\ny\"\n2,z").lines == "1\tx\\ny\n2\tz\n");
  CHECK(decode_csv("\"a\",\"b\"\n1,2\n").rows == 1);
}

TEST_CASE("the byte order mark that spreadsheets write is no part of the first column's name") {
  CHECK(decode_csv("\xEF\xBB\xBF"
                   "a,b\r\n1,\xEF\xBB\xBFz\r\n")
            .lines == "1\t\xEF\xBB\xBFz\n");
}

TEST_CASE("what is no CSV, or that of another table, is damage") {
  const auto header = [](const std::string& there) {
    return "rows are damaged: line 1: the header is [" + there +
           "] where the table's columns would be [a,b], separated by commas";
  };
  for (const std::string_view part : {"", "a\n", "b,a\n", "a,b,c\n", "1,2\n", "a,\"b"}) CHECK(csv_error(part) != "");
  CHECK(csv_error("") == header(""));
  CHECK(csv_error("b,a\r\n1,2\r\n") == header("b,a"));
  CHECK(csv_error("a;b\n1;2\n") == header("a;b"));
  CHECK(csv_error("a,b\r\n1\r\n") == "rows are damaged: line 2: 1 values stand where 2 columns are");
  CHECK(csv_error("a,b\n1,2\n1,2,3\n") == "rows are damaged: line 3: 3 values stand where 2 columns are");
  CHECK(csv_error("a,b\n\"x\ny\",2\n1,x\"y\n") ==
        "rows are damaged: line 4: a quote stands within a value without quotes");
  CHECK(csv_error("a,b\n1,\"x\n\n") == "rows are damaged: line 2: a quoted value has no end");
  CHECK(csv_error("a,b\n1,\"x\"y\n") == "rows are damaged: line 2: something stands behind a quoted value");
  CHECK(csv_error("a,b\n1,x\ry\n") ==
        "rows are damaged: line 2: a carriage return stands within a value without quotes");
}

TEST_CASE("a block without the fields of the table is refused") {
  CHECK(error_of([] { (void)encode(Format::csv, Target, Two, "1\n"); }) ==
        "row 1 of the block does not have the 2 values of the table's columns");
  CHECK(error_of([] { (void)encode(Format::csv, Target, Two, "1\t2\n1\t2\t3\n"); }) ==
        "row 2 of the block does not have the 2 values of the table's columns");
  CHECK(error_of([] { (void)encode(Format::csv, Target, {}, "x\n"); }) ==
        "row 1 of the block does not have the 0 values of the table's columns");
  CHECK(error_of([] { (void)encode(Format::csv, Target, Two, "1\t2"); }) ==
        "a block of rows ends in the middle of a row");
}

TEST_CASE("what has not the fields of the table leads nowhere else") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string lines;
    for (auto fields = random() % 5; fields > 0; --fields)
      lines += random_sample(JsonKind::string, random).field + (random() % 3 == 0 ? "\n" : "\t");
    lines += "\n";
    std::string part;
    try {
      part = encode(Format::csv, Target, Two, lines);
    } catch (const pgcoffer::Error& error) {
      REQUIRE(error.kind() == Kind::failed);
      continue;
    }
    REQUIRE(decode_csv(part).lines == lines);
  }
}
