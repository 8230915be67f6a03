#include <fstream>

#include "base/file.hpp"
#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::Files;

namespace {

archive::Verification verify(Files files) {
  const archive::Reader reader(std::make_unique<sample::MemorySource>(std::move(files)), sample::identities());
  return archive::verify(reader, 3);
}

std::vector<std::string> files_found(const archive::Verification& result) {
  std::vector<std::string> out;
  for (const archive::Finding& finding : result.findings) out.push_back(finding.file);
  return out;
}

const std::string kPart = "data/public.users/0002.sql.zst";

/// Makes the manifest say something else, with a digest that agrees.
void edit_manifest(Files& files, std::string_view from, std::string_view to) {
  std::string& manifest = files["manifest.json"];
  manifest.replace(manifest.find(from), from.size(), to);
  files["manifest.sha256"] = sha256_hex(manifest) + "  manifest.json\n";
}

}  // namespace

TEST_CASE("a flipped bit anywhere is found, and nothing else is") {
  for (const bool encrypted : {false, true}) {
    const Files whole = sample::write_to_memory({.encrypted = encrypted, .passphrase = encrypted});
    for (const auto& [name, bytes] : whole) {
      if (name == "committed" || name.starts_with("manifest.") || name.starts_with("toc.")) continue;
      for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
        Files files = whole;
        files[name].at(at) ^= 0x10;
        std::string found;
        try {
          const auto result = verify(files);
          REQUIRE(result.findings.size() == 1);
          found = result.findings[0].file;
        } catch (const Error& error) {  // keys.cms may no longer open
          found = error.kind() == Kind::damaged ? "keys.cms" : error.what();
        }
        CHECK(found == name);
      }
    }
  }
}

TEST_CASE("every byte of the files that open the archive counts") {
  for (const bool encrypted : {false, true}) {
    const Files whole = sample::write_to_memory({.encrypted = encrypted, .passphrase = encrypted});
    for (const auto& [name, bytes] : whole) {
      if (!name.starts_with("manifest.")) continue;
      for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 50) {
        Files files = whole;
        files[name].at(at) ^= 0x01;
        bool noticed = false;
        try {
          noticed = !verify(files).findings.empty();
        } catch (const Error& error) {
          noticed = error.kind() == Kind::damaged;
        }
        INFO(name << " at byte " << at);
        CHECK(noticed);
      }
    }
  }
}

TEST_CASE("every byte of keys.cms counts, and is not taken for a wrong key") {
  const Files whole = sample::write_to_memory({.encrypted = true});
  for (std::size_t at = 0; at < whole.at("keys.cms").size(); ++at) {
    Files files = whole;
    files["keys.cms"][at] ^= 0x04;
    Kind kind = Kind::failed;
    try {
      if (!verify(files).findings.empty()) kind = Kind::damaged;
    } catch (const Error& error) {
      kind = error.kind();
    }
    INFO("byte " << at);
    CHECK(kind == Kind::damaged);
  }
}

TEST_CASE("a wrong key is one while keys.cms is whole") {
  seal::Identities with;
  with.key = seal::parse_key(std::string(64, 'f'), "test");
  auto source = std::make_unique<sample::MemorySource>(sample::write_to_memory({.encrypted = true}));
  (void)sample::failure(Kind::wrong_key, [&] { const archive::Reader reader(std::move(source), with); });
}

TEST_CASE("every byte of a zip file counts") {
  for (const bool encrypted : {false, true}) {
    const sample::Folder folder;
    sample::write(store::create(folder.path / "whole.zip", store::Container::zip, false),
                  {.compression = {compress::Method::gzip, 6}, .encrypted = encrypted});
    const std::string whole = read_file(folder.path / "whole.zip");
    REQUIRE(archive::verify(*archive::open(folder.path / "whole.zip", sample::identities()), 1).findings.empty());
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
      const std::filesystem::path file = folder.path / "flipped.zip";
      std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
      bool noticed = false;
      try {
        noticed = !archive::verify(*archive::open(file, sample::identities()), 1).findings.empty();
      } catch (const Error& error) {
        noticed = error.kind() == Kind::damaged;
      }
      INFO("byte " << at);
      CHECK(noticed);
    }
  }
}

TEST_CASE("truncated, missing and foreign files") {
  Files files = sample::write_to_memory({});
  const std::size_t size = files[kPart].size();
  files[kPart].pop_back();
  files.erase("large-objects/4711/0002.bin.zst");
  files.erase("schema/data.sql");
  files["data/public.users/0003.sql.zst"] = "x";
  const auto result = verify(files);
  CHECK(files_found(result) == std::vector<std::string>{kPart, "large-objects/4711/0002.bin.zst", "schema/data.sql"});
  CHECK(result.findings[0].problem ==
        "has " + std::to_string(size - 1) + " bytes, the manifest says " + std::to_string(size));
  CHECK(result.findings[1].problem == "is missing");
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes[0].file == "data/public.users/0003.sql.zst");
  CHECK(result.notes[0].problem == "does not belong to the archive");
  CHECK(result.parts == 6);
  CHECK(result.intact == 4);
}

TEST_CASE("a missing manifest.sha256 is found") {
  Files files = sample::write_to_memory({});
  files.erase("manifest.sha256");
  CHECK(files_found(verify(files)) == std::vector<std::string>{"manifest.sha256"});
}

TEST_CASE("row counts must agree with the rows") {
  Files files = sample::write_to_memory({});
  edit_manifest(files, "\"has_rows\":true,\"rows\":3,", "\"has_rows\":true,\"rows\":4,");
  auto result = verify(files);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].problem == "table \"public\".\"users\" has 4 rows, but its parts hold 3");
  files = sample::write_to_memory({});
  edit_manifest(files, "0002.sql.zst\",\"rows\":1,", "0002.sql.zst\",\"rows\":2,");
  result = verify(files);
  REQUIRE(result.findings.size() == 2);
  CHECK(result.findings[0].file == kPart);
  CHECK(result.findings[0].problem == "holds 1 rows, the manifest says 2");
  CHECK(result.findings[1].problem == "table \"public\".\"users\" has 3 rows, but its parts hold 4");
}

TEST_CASE("a large object's size must agree with its parts") {
  Files files = sample::write_to_memory({});
  edit_manifest(files, "\"oid\":4711,\"bytes\":260", "\"oid\":4711,\"bytes\":261");
  const auto result = verify(files);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].problem == "large object 4711 has 261 bytes, but its parts hold 260");
}

TEST_CASE("rows that are not what the format says are found, although all digests agree") {
  for (const rows::Format format : {rows::Format::sql, rows::Format::json}) {
    auto files = std::make_shared<Files>();
    archive::Writer writer(std::make_unique<sample::MemorySink>(files, false), {}, {});
    const auto pipeline = writer.pipeline();
    archive::Manifest manifest = sample::manifest(format);
    manifest.tables = {sample::users()};
    archive::Part part;
    part.rows = manifest.tables[0].rows = 1;
    writer.put_part(*pipeline, "data/public.users/0001.x", "no rows at all\n", part);
    manifest.tables[0].parts = {part};
    writer.finish(manifest, {});
    const auto result = verify(*files);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].file == "data/public.users/0001.x.zst");
    CHECK(result.findings[0].problem.find("line 1") != std::string::npos);
  }
}

TEST_CASE("the digest of binary rows is checked, and rows that do not fit together are found") {
  const auto result_of = [](const std::string& part_text, const std::string& digest, std::size_t columns) {
    auto files = std::make_shared<Files>();
    archive::Writer writer(std::make_unique<sample::MemorySink>(files, false), {}, {});
    archive::Manifest manifest = sample::manifest(rows::Format::sql);
    manifest.tables = {sample::users()};
    archive::Table& table = manifest.tables[0];
    table.columns.resize(columns);
    for (archive::Column& column : table.columns) column.binary = rows::binary_form("text");
    table.binary = true;
    table.binary_row_digest = digest;
    archive::Part part;
    part.rows = table.rows = 1;
    writer.put_part(*writer.pipeline(), "data/public.users/0001.bin", part_text, part);
    table.parts = {part};
    writer.finish(manifest, {});
    return verify(*files);
  };
  using namespace std::string_literals;
  const std::string header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"s, row = "\0\1\0\0\0\1x"s, trailer = "\377\377";
  const std::string digest = "78f6611393509edb77fffcb752aeba80";
  CHECK(result_of(header + row + trailer, digest, 1).findings.empty());
  const auto other = result_of(header + "\0\1\0\0\0\1y"s + trailer, digest, 1);
  REQUIRE(other.findings.size() == 1);
  CHECK(other.findings[0].problem == R"(table "public"."users": the digest of its rows is another one)");
  const auto wide = result_of(header + row + trailer, digest, 2);
  REQUIRE(wide.findings.size() == 1);
  CHECK(wide.findings[0].problem.find("1 values where the table has 2 columns (row 1)") != std::string::npos);
  const auto cut = result_of(header + row, digest, 1);
  REQUIRE(cut.findings.size() == 1);
  CHECK(cut.findings[0].file == "data/public.users/0001.bin.zst");
}

TEST_CASE("a verification stops on request") {
  const archive::Reader reader(std::make_unique<sample::MemorySource>(sample::write_to_memory({})), {});
  std::stop_source stop;
  stop.request_stop();
  CHECK(sample::failure(Kind::interrupted, [&] { (void)archive::verify(reader, 2, stop.get_token()); }) ==
        "verification was interrupted");
}
