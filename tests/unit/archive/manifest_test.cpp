#include "archive/manifest.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::failure;

namespace {

nlohmann::json written() {
  auto files = std::make_shared<sample::Files>();
  const archive::Manifest manifest = sample::write(std::make_unique<sample::MemorySink>(files, false), {});
  return nlohmann::json::parse(archive::to_json(manifest));
}

/// What the parser says when the field at the JSON pointer has this value instead; null takes it away.
std::string refusal(const std::string& pointer, const nlohmann::json& value) {
  nlohmann::json document = written();
  const nlohmann::json::json_pointer place(pointer);
  if (value.is_null()) {
    document[place.parent_pointer()].erase(place.back());
  } else {
    document[place] = value;
  }
  const std::string message = failure(Kind::damaged, [&] { (void)archive::parse_manifest(document.dump()); });
  return message.substr(0, message.find(" | "));
}

}  // namespace

TEST_CASE("a manifest comes back as it was written, byte for byte") {
  auto files = std::make_shared<sample::Files>();
  const archive::Manifest manifest = sample::write(std::make_unique<sample::MemorySink>(files, false), {});
  const std::string json = archive::to_json(manifest);
  const archive::Manifest back = archive::parse_manifest(json);
  CHECK(archive::to_json(back) == json);
  CHECK(back.tables.size() == 6);
  CHECK(back.tables[0].columns[2].after_restore == "Users set a new password.");
  CHECK(back.tables[0].rows == 3);
  CHECK(back.tables[2].name == "a/b.größe");
  CHECK(back.tables[2].where == "text <> 'secret'");
  CHECK(back.tables[2].follow == "both");
  CHECK(back.tables[2].start_rows == std::uint64_t{1});
  CHECK(back.tables[2].by_reference);
  CHECK(back.tables[2].of_rows == std::uint64_t{40000});
  CHECK(back.tables[2].of_rows_estimated);
  CHECK_FALSE(back.tables[1].of_rows);
  CHECK_FALSE(back.tables[1].by_reference);
  REQUIRE(back.tables[2].missing_parents.size() == 2);
  CHECK(back.tables[2].missing_parents[0].reference == "odd_fkey");
  CHECK(back.tables[2].missing_parents[0].not_valid);
  CHECK(back.tables[2].missing_parents[1].handling == "null");
  CHECK(back.tables[2].missing_parents[1].rows == 2);
  CHECK(back.large_objects[0].bytes == 260);
  CHECK(back.server_version_num == 150018);
  CHECK(back.snapshot_lsn == "0/1A2B3C4D");
  CHECK(back.options == std::vector<std::string>{"-Z", "zstd:3"});
  CHECK(back.files.size() == 6);
}

TEST_CASE("thousands of tables come back in their order, and what is wrong in a late one is named") {
  archive::Manifest manifest = archive::parse_manifest(written().dump());
  const archive::Table table = manifest.tables[0];
  manifest.tables.clear();
  for (int i = 0; i < 2001; ++i) manifest.tables.push_back(table);
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) manifest.tables[i].name = "t" + std::to_string(i);
  const std::string json = archive::to_json(manifest);
  CHECK(archive::to_json(archive::parse_manifest(json)) == json);

  nlohmann::json document = nlohmann::json::parse(json);
  document["tables"][1999]["columns"][0]["verdict"] = "sell";
  CHECK_THAT(failure(Kind::damaged, [&] { (void)archive::parse_manifest(document.dump()); }),
             Catch::Contains("tables[1999].columns[0].verdict"));
}

TEST_CASE("text that is not UTF-8 survives") {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.toc_sha256 = std::string(64, '0');
  manifest.tables = {sample::table("public", "gr\xf6\xdf", "table", false)};
  const std::string json = archive::to_json(manifest);
  CHECK(json.find(R"("name":{"hex":"6772f6df"})") != std::string::npos);
  CHECK(archive::parse_manifest(json).tables[0].name == "gr\xf6\xdf");
}

TEST_CASE("fields of later versions are ignored") {
  nlohmann::json document = written();
  document["new"] = {1, 2};
  document["tables"][0]["new"] = true;
  CHECK(archive::parse_manifest(document.dump()).tables.size() == 6);
}

TEST_CASE("a newer format version is said to be newer") {
  nlohmann::json document = written();
  document["format_version"] = 6;
  document["tables"] = "of another kind";
  CHECK(failure(Kind::newer_format, [&] { (void)archive::parse_manifest(document.dump()); }) ==
        "archive has format version 6; this pgcoffer knows versions up to 5 | "
        "Use the pgcoffer that wrote it, or a newer one.");
}

TEST_CASE("what is wrong is named with its place") {
  const std::string start = "archive is damaged: \"manifest.json\": field ";
  CHECK(refusal("/format_version", 0) == start + "format_version: is less than 1");
  CHECK(refusal("/archive_id", nullptr) == start + "archive_id: is missing");
  CHECK(refusal("/archive_id", 7) == start + "archive_id: is not a string");
  CHECK(refusal("/server", "x") == start + "server: is not an object");
  CHECK(refusal("/server/version_num", -1) == start + "server.version_num: is not a whole number of zero or more");
  CHECK(refusal("/server/version_num", 3000000000) == start + "server.version_num: 3000000000 is more than 2147483647");
  CHECK(refusal("/rows", "xml").starts_with(start + "rows: "));
  CHECK(refusal("/compression/method", "rar").starts_with(start + "compression.method: "));
  CHECK(refusal("/encrypted", 1) == start + "encrypted: is not true or false");
  CHECK(refusal("/options", "x") == start + "options: is not an array");
  CHECK(refusal("/options/1", 4) == start + "options[1]: is not a string");
  CHECK(refusal("/toc_sha256", "ABC") == start + "toc_sha256: is not a SHA-256 in lower-case hex digits");
  CHECK(refusal("/tables/0/parts/0/encoded_xxh128", std::string(64, '0')) ==
        start + "tables[0].parts[0].encoded_xxh128: is not an XXH3-128 in lower-case hex digits");
  CHECK(refusal("/tables/0/parts/0/encoded_xxh128", nullptr) ==
        start + "tables[0].parts[0].encoded_sha256: is missing");
  CHECK(refusal("/tables/1", 3) == start + "tables[1]: is not an object");
  CHECK(refusal("/tables/1/kind", "tabel") == start + "tables[1].kind: unknown value \"tabel\"");
  CHECK(refusal("/tables/0/columns/1/json", "float").starts_with(start + "tables[0].columns[1].json: "));
  CHECK(refusal("/tables/0/parts/1/rows", 1.5) ==
        start + "tables[0].parts[1].rows: is not a whole number of zero or more");
  CHECK(refusal("/tables/0/name", {{"hex", "0"}}).starts_with(start + "tables[0].name: "));
}

TEST_CASE("files outside the archive are refused") {
  for (const char* file : {"/etc/passwd", "../x", "data/../../x", "data//x", "", "a\\b", "c:x", "a b", "./x"})
    CHECK(refusal("/tables/0/parts/0/file", file) ==
          "archive is damaged: \"manifest.json\": field tables[0].parts[0].file: is not a path inside the archive");
}

TEST_CASE("what is no JSON object is damaged") {
  CHECK(failure(Kind::damaged, [] {
          (void)archive::parse_manifest("{\"a\": ");
        }).starts_with("archive is damaged: \"manifest.json\": not JSON at byte 7"));
  CHECK(failure(Kind::damaged, [] {
          (void)archive::parse_manifest("[]");
        }).starts_with("archive is damaged: \"manifest.json\": the document is not a JSON object"));
}
