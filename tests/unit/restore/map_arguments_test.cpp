#include "restore/map_arguments.hpp"

#include "catch.hpp"
#include "error_of.hpp"
#include "pgcoffer/error.hpp"

using namespace pgcoffer;
using restoring::name_map;
using restoring::table_map;

TEST_CASE("names of a map stand as they are, or in double quotes") {
  const auto same = [](const std::string& text, const std::string& from, const std::string& to) {
    const restoring::NameMap map = name_map(text, "--map-schema");
    CHECK(map.from == from);
    CHECK(map.to == to);
  };
  same("Old=New name", "Old", "New name");
  same("\"a=b\"=c", "a=b", "c");
  same("a=\"b=\"\"c\"", "a", "b=\"c");
  same("a=b=c", "a", "b=c");
}

TEST_CASE("tables of a map may have their schema before them") {
  CHECK(table_map("s.t=u").is_from({"s", "t"}));
  CHECK(table_map("t=u").is_from({"any", "t"}));
  CHECK(table_map("s.a.b=u").is_from({"s", "a.b"}));
  CHECK_FALSE(table_map("s.t=u").is_from({"other", "t"}));
  CHECK(table_map("s.\"a=b\"=u").is_from({"s", "a=b"}));
  CHECK(table_map("\"s.t\"=u").is_from({"any", "s.t"}));
  CHECK_FALSE(table_map("\"s.t\"=u").is_from({"s", "t"}));
  CHECK(table_map("t=x.y").to == QualifiedName{"x", "y"});
  CHECK(table_map("t=\"x.y\"").to == QualifiedName{"", "x.y"});
  CHECK(table_map("t=\"x.y\".z").to == QualifiedName{"x.y", "z"});
}

TEST_CASE("what is no map is refused") {
  for (const char* text : {"", "a", "=a", "a=", "\"a=b", "\"\"=b"}) {
    INFO(text);
    CHECK_THROWS_AS(name_map(text, "--map-schema"), Error);
  }
  for (const char* text : {"a=\"b", "a=\"b\".", "a=\"b\".c.d"}) {
    INFO(text);
    CHECK_THROWS_AS(table_map(text), Error);
  }
  CHECK_THROWS_AS(restoring::name_maps({"a=b", "a=c"}, "--map-role"), Error);
}
