#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/file.hpp"
#include "catch.hpp"

using nlohmann::json;

namespace {

const std::filesystem::path root = PGCOFFER_SOURCE_DIR;

class Validator {
 public:
  Validator() {
    const auto document = json::parse(pgcoffer::read_file(root / "schema" / "policy.schema.json"));
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
  }
  bool accepts(const std::filesystem::path& file) const {
    const auto policy = json::parse(pgcoffer::read_file(file), nullptr, false, true);
    if (policy.is_discarded()) return false;
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(policy), nullptr);
  }

 private:
  valijson::Schema schema_;
};

}  // namespace

TEST_CASE("the JSON schema of policies and the program agree") {
  const Validator validator;
  for (const auto& entry : std::filesystem::directory_iterator(root / "fixtures" / "policies" / "valid")) {
    CAPTURE(entry.path());
    CHECK(validator.accepts(entry.path()));
  }
  // What patterns mean, what other files hold and what text may hold is beyond a schema.
  const std::set<std::string> beyond = {"bad-pattern", "column-with-table", "extends-itself", "extends-unknown",
                                        "zero-byte"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "fixtures" / "policies" / "invalid")) {
    CAPTURE(entry.path());
    CHECK(validator.accepts(entry.path()) == (beyond.count(entry.path().stem().string()) == 1));
  }
}

TEST_CASE("the example in POLICY.md is the fixture") {
  const auto page = pgcoffer::read_file(root / "schema" / "POLICY.md");
  const auto begin = page.find("```json\n") + 8;
  const auto example = json::parse(page.substr(begin, page.find("```\n", begin) - begin));
  const auto fixture = pgcoffer::read_file(root / "fixtures" / "policies" / "valid" / "example.json");
  CHECK(example == json::parse(fixture, nullptr, true, true));
}
