#include "base/sections.hpp"

#include <catch.hpp>

#include "error_of.hpp"

namespace pgcoffer {
namespace {

using pgcoffer_test::error_of;

std::string chosen(const std::vector<std::string>& names, bool schema_only = false, bool data_only = false) {
  const Sections sections = chosen_sections(names, schema_only, data_only);
  std::string text;
  for (const char* name : {"pre-data", "data", "post-data"}) text += sections.has(name) ? '1' : '0';
  return text;
}

}  // namespace

TEST_CASE("sections: all, those that are named, less what other options exclude") {
  CHECK(chosen({}) == "111");
  CHECK(chosen({"data"}) == "010");
  CHECK(chosen({"post-data", "pre-data", "post-data"}) == "101");
  CHECK(chosen({}, true) == "101");
  CHECK(chosen({}, false, true) == "010");
  CHECK(chosen({"data", "post-data"}, true) == "001");
}

TEST_CASE("sections that are none") {
  const auto unknown = error_of([] { static_cast<void>(chosen_sections({"data", "rows"}, false, false)); });
  CHECK(unknown->message() == "unknown section \"rows\"");
  CHECK(unknown->hint() == "Choose pre-data, data or post-data.");
  CHECK(unknown->kind() == Kind::usage);
  CHECK(error_of([] { static_cast<void>(chosen_sections({"data"}, true, false)); })->message() ==
        "--schema-only leaves nothing of the chosen sections");
  CHECK(error_of([] { static_cast<void>(chosen_sections({"pre-data"}, false, true)); })->message() ==
        "--data-only leaves nothing of the chosen sections");
  CHECK(error_of([] { static_cast<void>(chosen_sections({}, true, true)); })->message() ==
        "--schema-only and --data-only exclude each other");
}

}  // namespace pgcoffer
