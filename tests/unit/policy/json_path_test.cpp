#include "policy/json_path.hpp"

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "catch.hpp"
#include "policy/policy.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

TEST_CASE("paths name keys") {
  const auto path = json_path(R"($.user.tokens[*]."a.b".*."0")");
  REQUIRE(path);
  std::string names;
  for (const JsonKey& key : *path) names += key.name + (key.any ? "(any) " : " ");
  CHECK(names == "user tokens a.b *(any) 0 ");
}

TEST_CASE("paths that mean something elsewhere are not taken for names of keys") {
  for (const char* path : {"**", "**.v", "a.**", "user.tokens.0.v", "0", "a*", "a[0]", "a[*", "a..b", "", "\"a"})
    CHECK_FALSE(json_path(path));
}

TEST_CASE("such a path is refused with its place") {
  const std::string policy = R"({ "version": 1, "columns": [
{ "column": "c", "action": "redact-json", "reason": "r", "paths": [
"a", "user.0.v"] }] })";
  try {
    static_cast<void>(parse_policy(policy, "p.json"));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "policy is malformed: path \"user.0.v\" is malformed");
    CHECK(
        error.hint() ==
        "Write keys with dots between, in double quotes where they hold a dot or * or are a number: "
        "user.tokens.\"a.b\"; * is any key, and arrays are gone through without an index. p.json, line 2, column 67.");
  }
}
