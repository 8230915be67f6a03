#include <filesystem>
#include <pgcoffer/error.hpp>

#include "base/file.hpp"
#include "catch.hpp"
#include "policy/policy.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

namespace {

const std::filesystem::path folder = std::filesystem::path(PGCOFFER_SOURCE_DIR) / "fixtures" / "policies";

Policy valid(const char* name) {
  return load_policy((folder / "valid" / name).string());
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// The rest of the first line that begins with `label`.
std::string line(const std::string& text, const std::string& label) {
  const auto at = text.find(label);
  REQUIRE(at != std::string::npos);
  return text.substr(at + label.size(), text.find('\n', at) - at - label.size());
}

}  // namespace

TEST_CASE("invalid policies are refused with message, hint and line") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "invalid")) {
    const std::string file = entry.path().string();
    CAPTURE(file);
    const auto text = read_file(file);
    auto expected = replaced(line(text, "// expect: "), "FILE", file);
    ++count;
    try {
      (void)load_policy(file);
      FAIL_CHECK("accepted");
    } catch (const Error& error) {
      const bool later = entry.path().filename() == "later-version.json";
      CHECK(error.kind() == (later ? Kind::newer_format : Kind::usage));
      CHECK(error.hint() == replaced(replaced(line(text, "// hint: "), "FILE", file), "\\n", "\n"));
      const auto system = expected.find("MISSING");
      CHECK(error.message().substr(0, system) == expected.substr(0, system));
    }
  }
  CHECK(count >= 20);
}

TEST_CASE("what foreign keys bring along is read") {
  const Policy policy = valid("subset.json");
  REQUIRE(policy.tables.size() == 3);
  CHECK(policy.tables[0].follow == Follow::both);
  CHECK(policy.tables[1].follow == Follow::children);
  CHECK(policy.tables[1].on_missing_parent == MissingParent::null);
  CHECK(policy.tables[2].follow == Follow::no);
  CHECK(policy.tables[2].on_missing_parent == MissingParent::filter);
  REQUIRE(policy.references.size() == 1);
  CHECK(policy.references[0].from == QualifiedName{"shop", "visits"});
  CHECK(policy.references[0].columns == std::vector<std::string>{"tenant", "User"});
  CHECK(policy.references[0].to == QualifiedName{"shop", "users"});
  CHECK(policy.references[0].referenced_columns == std::vector<std::string>{"tenant", "id"});
}

TEST_CASE("the example of the documentation is read") {
  const Policy policy = valid("example.json");
  const std::string file = (folder / "valid" / "example.json").string();
  CHECK(policy.name == file);
  CHECK(policy.no_credentials);
  CHECK_FALSE(policy.strict);
  REQUIRE(policy.tables.size() == 2);
  CHECK(policy.tables[0].table == "public.sessions");
  CHECK(policy.tables[0].action == TableAction::exclude_rows);
  CHECK(policy.tables[0].reason == "expire by themselves");
  CHECK(policy.tables[0].after_restore == "users log in again");
  CHECK(policy.tables[0].origin.text == file + ", line 6, column 5");
  const TableRule& users = policy.tables[1];
  CHECK(users.where == std::optional<std::string>("deleted_at IS NULL"));
  CHECK_FALSE(users.action_given);
  REQUIRE(users.columns.size() == 1);
  CHECK(users.columns[0].column == "password_hash");
  CHECK(users.columns[0].action == ColumnAction::constant);
  CHECK(users.columns[0].value == "RESET_REQUIRED");
  CHECK(users.columns[0].after_restore == "send password resets");
  CHECK(users.columns[0].origin.text == file + ", line 16, column 9");
}

TEST_CASE("constants are taken as they stand in the file") {
  const Policy policy = valid("actions.json");
  CHECK(policy.strict);
  REQUIRE(policy.tables.size() == 4);
  CHECK(policy.tables[0].action == TableAction::keep);
  CHECK(policy.tables[0].action_given);
  CHECK(policy.tables[1].action == TableAction::exclude);
  const auto& columns = policy.tables[3].columns;
  REQUIRE(columns.size() == 7);
  CHECK(columns[0].action == ColumnAction::keep);
  CHECK(columns[1].action == ColumnAction::omit);
  CHECK(columns[2].action == ColumnAction::null);
  CHECK(columns[3].value == "x");
  CHECK(columns[4].value == "12.50");
  CHECK(columns[5].value == "false");
  CHECK(columns[6].value.empty());
}

TEST_CASE("a file is above what it extends, and inherits its flags") {
  const Policy policy = valid("layered.json");
  CHECK(policy.strict);
  CHECK(policy.no_credentials);
  REQUIRE(policy.tables.size() == 2);
  CHECK(policy.tables[0].table == "public.users");
  CHECK(policy.tables[0].layer < policy.tables[1].layer);
  CHECK(policy.tables[0].origin.text == (folder / "valid" / "base.json").string() + ", line 6, column 15");
}

TEST_CASE("built-in policies are known by name") {
  CHECK(builtin_names() == std::vector<std::string>{"full", "no-credentials", "no-personal-data", "schema-only"});
  CHECK(load_policy("no-credentials").no_credentials);
  CHECK(load_policy("no-credentials").name == "no-credentials");
  CHECK_FALSE(load_policy("full").no_credentials);
  try {
    (void)load_policy("no-credential");
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::usage);
    CHECK(error.message() == "policy \"no-credential\" is neither built in nor a file");
    CHECK(error.hint() == "The built-in policies are full, no-credentials, no-personal-data, schema-only.");
  }
  CHECK_THROWS_AS(load_policy("./missing.json"), Error);
}

TEST_CASE("values nested without end are refused") {
  const std::string deep = "{\"version\": 1, \"tables\": " + std::string(100000, '[');
  try {
    (void)parse_policy(deep, "p.json");
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "policy is malformed: values are nested too deeply");
    CHECK(error.hint() == "A policy needs no more than five levels. p.json, line 1, column 125.");
  }
}

TEST_CASE("messages are one line whatever stands in the file") {
  try {
    (void)parse_policy("{ \"version\": 1, \"a\\nb\\u0007\": 1 }", "p.json");
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "policy is malformed: field \"a b \" is unknown in the policy");
  }
}
