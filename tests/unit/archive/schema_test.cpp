#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/file.hpp"
#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using nlohmann::json;

namespace {

const std::filesystem::path kSchemas = std::filesystem::path(PGCOFFER_SOURCE_DIR) / "schema";

/// The first thing that a JSON Schema of the folder schema/ finds wrong; empty when nothing.
std::string wrong(const std::string& schema_file, const json& document) {
  const json text = json::parse(read_file(kSchemas / schema_file));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::adapters::NlohmannJsonAdapter target(document);
  if (valijson::Validator().validate(schema, target, &results)) return {};
  valijson::ValidationResults::Error error;
  std::string out = "not valid";
  while (results.popError(error)) {
    out += "; ";
    for (const std::string& step : error.context) out += step;
    out += ": " + error.description;
  }
  return out;
}

json written_manifest(const sample::Options& options) {
  auto files = std::make_shared<sample::Files>();
  return json::parse(archive::to_json(sample::write(std::make_unique<sample::MemorySink>(files, true), options)));
}

}  // namespace

TEST_CASE("what the writer writes is what the schemas describe") {
  for (const rows::Format format : {rows::Format::sql, rows::Format::json})
    for (const char* compression : {"gzip", "zstd", "none"})
      CHECK(wrong("manifest.schema.json",
                  written_manifest({.compression = compress::parse_setting(compression), .format = format})) == "");
  CHECK(wrong("manifest.schema.json", written_manifest({.encrypted = true})) == "");
  json globals = written_manifest({});
  globals["globals"] = {{"bootstrap_superuser", "postgres"},
                        {"passwords", false},
                        {"roles", json::array({{{"name", "bob"}, {"attributes", {"LOGIN"}}}})},
                        {"memberships", json::array()},
                        {"parameters", json::array()},
                        {"tablespaces", json::array({{{"name", "t"}, {"owner", "bob"}}})}};
  CHECK(wrong("manifest.schema.json", globals) == "");
  CHECK(archive::parse_manifest(globals.dump()).globals->roles.front().can_login);
  CHECK(wrong("toc.schema.json", json::parse(archive::to_json(sample::toc()))) == "");
}

TEST_CASE("text that is not UTF-8 is described too") {
  archive::Toc toc = sample::toc();
  toc.entries[0].create = "COMMENT ON TABLE t IS 'gr\xf6\xdf';\n";
  CHECK(wrong("toc.schema.json", json::parse(archive::to_json(toc))) == "");
}

TEST_CASE("the schemas and the parser refuse the same") {
  const json good = written_manifest({});
  const std::vector<std::pair<const char*, json>> changes = {{"/format_version", 6},
                                                             {"/rows", "xml"},
                                                             {"/encrypted", "yes"},
                                                             {"/toc_sha256", "AB"},
                                                             {"/compression/method", "rar"},
                                                             {"/server/version", 15},
                                                             {"/tables/0/kind", "tabel"},
                                                             {"/tables/0/parts/0/rows", -1},
                                                             {"/tables/0/columns", nullptr},
                                                             {"/tables/0/parts/0/file", "../../x y"},
                                                             {"/large_objects/0/oid", "1"},
                                                             {"/tables/0/columns/0/verdict", "maybe"},
                                                             {"/options/0", 5},
                                                             {"/environment/0/value", 5},
                                                             {"/files/0/sha256", nullptr}};
  for (const auto& [place, value] : changes) {
    json document = good;
    document[json::json_pointer(place)] = value;
    INFO(place);
    CHECK(wrong("manifest.schema.json", document) != "");
    CHECK_THROWS_AS(archive::parse_manifest(document.dump()), Error);
  }
  for (const auto& [key, value] : good.items()) {
    if (key == "policy" || key == "environment") continue;
    json document = good;
    document.erase(key);
    INFO(key);
    CHECK(wrong("manifest.schema.json", document) != "");
    CHECK_THROWS_AS(archive::parse_manifest(document.dump()), Error);
  }
}

TEST_CASE("the examples are valid, and are what this version writes") {
  const std::string manifest = read_file(kSchemas / "examples" / "manifest.json");
  CHECK(wrong("manifest.schema.json", json::parse(manifest)) == "");
  CHECK(archive::to_json(archive::parse_manifest(manifest)) == manifest);
  const std::string toc = read_file(kSchemas / "examples" / "toc.json");
  CHECK(wrong("toc.schema.json", json::parse(toc)) == "");
  CHECK(archive::to_json(archive::parse_toc(toc)) == toc);
  CHECK(archive::parse_manifest(manifest).toc_sha256 == sha256_hex(toc));
}

TEST_CASE("of a database, the schema and the parser refuse the same") {
  const json good = json::parse(read_file(kSchemas / "examples" / "manifest.json"));
  const std::vector<std::pair<const char*, json>> changes = {{"/database", "shop"},
                                                             {"/database/name", 5},
                                                             {"/database/encoding", nullptr},
                                                             {"/database/locale_provider", "magic"},
                                                             {"/database/connection_limit", -1},
                                                             {"/database/is_template", "yes"},
                                                             {"/database/acl/0/privileges/0", "FLY"},
                                                             {"/database/settings/0/values", json::array()},
                                                             {"/database/settings/0/name", nullptr}};
  for (const auto& [place, value] : changes) {
    json document = good;
    document[json::json_pointer(place)] = value;
    INFO(place);
    CHECK(wrong("manifest.schema.json", document) != "");
    CHECK_THROWS_AS(archive::parse_manifest(document.dump()), Error);
  }
}
