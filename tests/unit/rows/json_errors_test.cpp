#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;
using pgcoffer::Kind;

namespace {

const std::vector<Column> Columns{{"n", JsonKind::number}, {"s", JsonKind::string}};

std::string damage(const std::vector<Column>& columns, std::string_view part) {
  CHECK(kind_of([&] { (void)decode_json(columns, part); }) == Kind::damaged);
  return error_of([&] { (void)decode_json(columns, part); });
}

std::string value_error(JsonKind kind, std::string_view value) {
  return damage({{"c", kind}}, "{\"c\":" + std::string(value) + "}\n");
}

}  // namespace

TEST_CASE("keys must be the columns") {
  const std::string good = "{\"n\":1,\"s\":\"x\"}\n";
  const std::string hint =
      " | Only a restore can give a column its default; json rows and scripts can leave a key out.";
  CHECK(damage(Columns, good + good + "{\"n\":1}\n") == "rows are damaged: line 3: key \"s\" is missing" + hint);
  CHECK(damage(Columns, "{\"s\":\"x\"}\n") == "rows are damaged: line 1: key \"n\" is missing" + hint);
  CHECK(damage(Columns, good + "{\"n\":1,\"s\":\"x\",\"t\":2}\n") ==
        "rows are damaged: line 2: unknown key \"t\" | The table's columns are n, s.");
  CHECK(damage(Columns, "{\"n\":1,\"s\":\"x\",\"n\":2}\n") == "rows are damaged: line 1: key \"n\" stands there twice");
  CHECK(damage({}, "{\"n\":1}\n") == "rows are damaged: line 1: unknown key \"n\" | The table has no columns.");
}

TEST_CASE("a line must be one object") {
  for (const std::string_view line :
       {"", "1", "[]", "null", "{", "{\"n\":1,\"s\":\"x\"", "{\"n\":1,\"s\":\"x}", "{\"n\" 1,\"s\":\"x\"}",
        "{\"n\":1 \"s\":\"x\"}", "\xff", "{\"n\":1,\"s\":\"\x01\"}", "{\"n\":1,\"s\":\"\xff\"}"}) {
    const std::string text = damage(Columns, "{\"n\":1,\"s\":\"x\"}\n" + std::string(line) + "\n");
    CHECK(text.starts_with("rows are damaged: line 2: "));
  }
  CHECK(damage(Columns, "{\"n\":1,\"s\":\"x\"}{}\n") == "rows are damaged: line 1: something stands behind the object");
}

TEST_CASE("values must be of the column's kind") {
  const std::string prefix = "rows are damaged: line 1: the value of \"c\": ";
  const std::string kind = prefix + "it is not what the column's kind allows";
  CHECK(value_error(JsonKind::number, "true") == kind);
  CHECK(value_error(JsonKind::number, "01") == kind);
  CHECK(value_error(JsonKind::number, "1.") == kind);
  CHECK(value_error(JsonKind::boolean, "1") == kind);
  CHECK(value_error(JsonKind::boolean, "truth") == kind);
  CHECK(value_error(JsonKind::string, "1") == kind);
  CHECK(value_error(JsonKind::string, "nul") == kind);
  CHECK(value_error(JsonKind::string_array, "1") == kind);
  CHECK(value_error(JsonKind::string, "{}") == prefix + "an object stands where none may");
  CHECK(value_error(JsonKind::number, "[1]") == prefix + "an array stands where none may");
  CHECK(value_error(JsonKind::json, "01") == prefix + "it is not JSON");
}

TEST_CASE("array elements must be of the array's kind") {
  const std::string text =
      "rows are damaged: line 1: the value of \"c\": the array has an element that the column's kind does not allow";
  CHECK(value_error(JsonKind::number_array, "[1,true]") == text);
  CHECK(value_error(JsonKind::boolean_array, "[true,1]") == text);
  CHECK(value_error(JsonKind::string_array, "[\"a\",1]") == text);
  CHECK(value_error(JsonKind::string_array, "[{\"a\":1}]") == text);
  CHECK(value_error(JsonKind::string_array, "[\"\\u0000\"]") == text);
  CHECK(value_error(JsonKind::number_array, "[[[[[[[1]]]]]]]") == text);
}

TEST_CASE("strings must be text that PostgreSQL can hold") {
  const std::string text =
      "rows are damaged: line 1: the value of \"c\": a string has an escape that PostgreSQL cannot hold";
  CHECK(value_error(JsonKind::string, R"("\u0000")") == text);
  CHECK(value_error(JsonKind::string, R"("\ud800")") == text);
  CHECK(value_error(JsonKind::string, R"("\x")") == text);
  CHECK(value_error(JsonKind::json, R"({"$json":"\u0000"})") == text);
}

TEST_CASE("malformed containers are damage") {
  const std::string start = "rows are damaged: line 1: it is not a JSON object: ";
  for (const std::string_view value : {"[1}", "[1 2]", "{\"a\" 1}", "{\"a\":}", "[tru]", "[1,]", "{,}"}) {
    CHECK(value_error(JsonKind::json, value).starts_with(start));
  }
}

TEST_CASE("text that is not UTF-8 names its column and row") {
  const auto encode_bad = [] { (void)encode_json(Columns, "1\tx\n2\tcaf\xe9\n"); };
  CHECK(kind_of(encode_bad) == Kind::failed);
  CHECK(error_of(encode_bad) ==
        "a value of column \"s\" (row 2 of the block) is not UTF-8, which JSON rows must be | Dump with --rows sql, "
        "which "
        "carries any bytes.");
  CHECK(error_of([] {
          (void)pgcoffer::rows::make_encoder(Format::json, Target, {{"caf\xe9", JsonKind::string}});
        }) ==
        "the name of column 1 is not UTF-8, which JSON rows must be | Dump with --rows sql, which carries any bytes.");
}

TEST_CASE("lines that do not fit the columns are errors") {
  const std::string text = " of the block does not have the 2 values of the table's columns";
  CHECK(error_of([] { (void)encode_json(Columns, "1\tx\n2\n"); }) == "row 2" + text);
  CHECK(error_of([] { (void)encode_json(Columns, "1\tx\ty\n"); }) == "row 1" + text);
  CHECK(error_of([] { (void)encode_json({}, "1\n"); }) ==
        "row 1 of the block does not have the 0 values of the table's columns");
  CHECK(error_of([] { (void)encode_json(Columns, "1\tx"); }) == "a block of rows ends in the middle of a row");
}
