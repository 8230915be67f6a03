#include "content/elements.hpp"

#include <string>

#include "catch.hpp"

using namespace pgcoffer::content;

namespace {

bool is_password(std::string_view name) {
  return name == "password";
}
const std::string kKey = "sk_live_aB3dE6aB3dE6aB3dE6";

}  // namespace

TEST_CASE("elements of arrays are looked at one by one") {
  const auto found = [](const std::string& value) { return kinds_in_array(value, is_password); };
  CHECK(found("{a,\"+49 911 1234567\",NULL}").has(Kind::phone));
  CHECK(found("[0:1]={{a,b},{c," + kKey + "}}").has(Kind::stripe_key));
  CHECK(found("{\"a, \\\"b\",\"{\\\"password\\\": \\\"hunter2\\\"}\"}").has(Kind::json_secret));
  CHECK(found("{}").empty());
  CHECK(found("{NULL,a,\"").empty());
  CHECK(found("{\"(7,\\\"+49 911 1234567\\\")\"}").has(Kind::phone));
}

TEST_CASE("pairs of an hstore are looked at by key and value") {
  const auto found = [](const std::string& value) { return kinds_in_hstore(value, is_password); };
  CHECK(found("\"a\"=>\"x, y\", \"password\"=>\"hunter2=>x\"").has(Kind::json_secret));
  CHECK(found("\"password\"=>NULL, \"a\"=>\"" + kKey + "\"").has(Kind::stripe_key));
  CHECK_FALSE(found("\"password\"=>NULL, \"a\"=>\"hunter2\"").has(Kind::json_secret));
  CHECK(found("\"password\"=>").empty());
}

TEST_CASE("texts within JSON are looked at one by one") {
  CHECK(kinds_in("{\"a\": [{\"b\": \"192.0.2.7\"}]}", is_password).has(Kind::ip));
  CHECK(kinds_in("[\"+49 911 1234567\"]", is_password).has(Kind::phone));
}
