#include "rows/format.hpp"

#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;
using pgcoffer::Kind;
using pgcoffer::rows::parse_format;
using pgcoffer::rows::parse_json_kind;

TEST_CASE("names of formats and kinds are read back") {
  for (const Format format : {Format::sql, Format::json, Format::csv}) CHECK(parse_format(to_string(format)) == format);
  for (const JsonKind kind : {JsonKind::number, JsonKind::boolean, JsonKind::json, JsonKind::string,
                              JsonKind::number_array, JsonKind::boolean_array, JsonKind::string_array}) {
    CHECK(parse_json_kind(to_string(kind)) == kind);
  }
}

TEST_CASE("files are named after their format") {
  CHECK(extension(Format::sql) == "sql");
  CHECK(extension(Format::json) == "jsonl");
  CHECK(extension(Format::csv) == "csv");
}

TEST_CASE("unknown names are errors") {
  CHECK(error_of([] { (void)parse_format("xml"); }) ==
        "unknown row format \"xml\" | Row formats are sql, json and csv.");
  CHECK(kind_of([] { (void)parse_format("xml"); }) == Kind::usage);
  CHECK(
      error_of([] { (void)parse_json_kind("date"); }) ==
      "unknown kind of column \"date\" | Was the archive written by a later version, or its manifest changed by hand?");
  CHECK(kind_of([] { (void)parse_json_kind("date"); }) == Kind::damaged);
}
