// What only zip files have: stock tools, deflate entries, damage of their structure.

#include <zip.h>

#include "catch.hpp"
#include "compress/codec.hpp"
#include "error_of.hpp"
#include "store/zip_writer.hpp"
#include "stores.hpp"

using namespace pgcoffer;
using namespace pgcoffer_test;
using pgcoffer::store::Container;
using pgcoffer::store::Entry;

namespace {

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "row " + std::to_string(i * i) + "\n";
  return text;
}();

std::string deflated(std::string_view text) {
  return std::string(compress::make_compressor({compress::Method::deflate, 6})->compress(text));
}

Entry raw(const std::string& name, std::string_view text) {
  return {name, true, text.size(), compress::crc32(text)};
}

/// dump.zip with deflate entries, one of them empty, and stored ones.
void make_zip(const TempFolder& folder) {
  const auto sink = store::create(folder / "dump.zip", Container::zip, true);
  REQUIRE(sink->deflates());
  sink->put(raw("data/t/0001.sql", kText), deflated(kText));
  sink->put(raw("data/empty/0001.sql", ""), deflated(""));
  sink->put({"data/t/0002.sql.gz"}, "stored as it is");
  sink->put({"manifest.json"}, "{\"parts\": 3}");
  sink->commit();
}

/// A zip file as another program may make it.
void make_foreign(const std::filesystem::path& path, const std::vector<std::string>& names,
                  zip_int32_t method = ZIP_CM_STORE) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  REQUIRE(zip != nullptr);
  static const std::string content(1000, 'c');
  for (const std::string& name : names) {
    const zip_int64_t at =
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), 0);
    REQUIRE(at >= 0);
    REQUIRE(zip_set_file_compression(zip, static_cast<zip_uint64_t>(at), method, 0) == 0);
  }
  REQUIRE(zip_close(zip) == 0);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string open_error(const std::filesystem::path& path) {
  const auto error = error_of([&] { static_cast<void>(store::open(path)); });
  if (!error) return "";
  CHECK(error->kind() == Kind::damaged);
  return error->message();
}

/// Opens, lists and reads everything; the message of the first error.
std::string read_everything(const std::filesystem::path& path) {
  const auto error = error_of([&] {
    const auto source = store::open(path);
    for (const auto& file : source->list()) {
      if (source->get(file.name).size() != file.size) FAIL("another size than listed");
    }
  });
  if (!error) return "";
  if (error->kind() != Kind::damaged) FAIL(error->message());
  return error->message();
}

}  // namespace

TEST_CASE("deflate entries come back as they are, and unzip is content") {
  const TempFolder folder;
  make_zip(folder);
  const auto source = store::open(folder / "dump.zip");
  CHECK_FALSE(source->deflates());
  CHECK((source->get("data/t/0001.sql") == deflated(kText)));
  CHECK((source->get("data/empty/0001.sql") == deflated("")));
  CHECK(source->get("data/t/0002.sql.gz") == "stored as it is");
  CHECK(run("unzip -t " + quoted(folder / "dump.zip")).status == 0);
  CHECK((run("unzip -p " + quoted(folder / "dump.zip") + " data/t/0001.sql").output == kText));
  CHECK(run("unzip -p " + quoted(folder / "dump.zip") + " data/t/0002.sql.gz").output == "stored as it is");
}

TEST_CASE("other people's readers are content too") {
  const TempFolder folder;
  make_zip(folder);
  CHECK(run("python3 -m zipfile -t " + quoted(folder / "dump.zip")).output == "Done testing\n");
}

TEST_CASE("a zip file that was unpacked is read as a folder") {
  const TempFolder folder;
  make_zip(folder);
  REQUIRE(run("cd " + quoted(folder.path()) + " && unzip -q dump.zip -d unpacked").status == 0);
  const auto source = store::open(folder / "unpacked");
  CHECK(source->deflates());
  CHECK((source->get("data/t/0001.sql") == kText));
}

TEST_CASE("replacing a file copies the others as they are") {
  const TempFolder folder;
  make_zip(folder);
  store::replace_entry(folder / "dump.zip", "manifest.json", "{}");
  const auto source = store::open(folder / "dump.zip");
  CHECK(source->get("manifest.json") == "{}");
  CHECK((source->get("data/t/0001.sql") == deflated(kText)));
  CHECK((source->get("data/empty/0001.sql") == deflated("")));
  CHECK(run("unzip -t " + quoted(folder / "dump.zip")).status == 0);
  CHECK(mode_of(folder / "dump.zip") == 0600);
}

TEST_CASE("the same files make the same zip file, in whatever order they come") {
  const TempFolder folder;
  make_zip(folder);
  const auto sink = store::create(folder / "other.zip", Container::zip, false);
  sink->put({"manifest.json"}, "{\"parts\": 3}");
  sink->put({"data/t/0002.sql.gz"}, "stored as it is");
  sink->put(raw("data/empty/0001.sql", ""), deflated(""));
  sink->put(raw("data/t/0001.sql", kText), deflated(kText));
  sink->commit();
  CHECK((slurp(folder / "dump.zip") == slurp(folder / "other.zip")));
}

TEST_CASE("more files than zip's first format can count") {
  const TempFolder folder;
  spill(folder / "row", "1\n");
  std::vector<store::Spooled> files;
  for (int i = 0; i < 66'000; ++i) files.push_back({{"data/" + std::to_string(i)}, folder / "row", 2});
  store::pack(files, folder / "dump.zip");
  const auto source = store::open(folder / "dump.zip");
  CHECK(source->list().size() == 66'000);
  CHECK(source->get("data/65999") == "1\n");
  CHECK(source->flaws().empty());
  CHECK(run("unzip -l " + quoted(folder / "dump.zip") + " | tail -1 | grep -c '66000 files'").output == "1\n");
}

// Hidden, since it writes 9 GB: test_store '[large]'.
TEST_CASE("files and archives beyond 4 GiB", "[.][large]") {
  const TempFolder folder;
  constexpr std::uint64_t kSize = (std::uint64_t{9} << 29) + 5;
  spill(folder / "sparse", "");
  std::filesystem::resize_file(folder / "sparse", kSize);
  spill(folder / "small", "1\n");
  store::pack({{{"a"}, folder / "sparse", kSize}, {{"b"}, folder / "sparse", kSize}, {{"c"}, folder / "small", 2}},
              folder / "dump.zip");
  const auto source = store::open(folder / "dump.zip");
  CHECK(source->list()[0].size == kSize);
  CHECK(source->get("c") == "1\n");
  for (const store::Flaw& flaw : source->flaws()) FAIL_CHECK(flaw.file << ": " << flaw.problem);
  CHECK(run("unzip -t " + quoted(folder / "dump.zip")).status == 0);
}

TEST_CASE("every cut of a zip file is damage") {
  const TempFolder folder;
  make_zip(folder);
  const std::string whole = slurp(folder / "dump.zip");
  for (std::size_t size = 0; size < whole.size(); size += size + 600 < whole.size() && size > 200 ? 37U : 1U) {
    spill(folder / "cut.zip", whole.substr(0, size));
    if (open_error(folder / "cut.zip").empty()) FAIL("cut to " << size);
  }
}

TEST_CASE("a flipped byte of a zip file is damage, or changes nothing but a deflate entry") {
  const TempFolder folder;
  make_zip(folder);
  const std::string whole = slurp(folder / "dump.zip");
  const std::size_t first_stored = whole.find("stored as it is");
  REQUIRE(first_stored != std::string::npos);
  for (std::size_t at = 0; at<whole.size(); at += at> 200 && at + 100 < first_stored ? 53U : 1U) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string bad = whole;
      bad[at] = static_cast<char>(bad[at] ^ change);
      spill(folder / "bad.zip", bad);
      const auto error = error_of([&] {
        const auto source = store::open(folder / "bad.zip");
        for (const char* name : {"data/t/0002.sql.gz", "manifest.json"}) {
          const std::string expected = name[0] == 'd' ? "stored as it is" : "{\"parts\": 3}";
          if (source->contains(name) && source->get(name) != expected) FAIL("byte " << at << ": wrong content");
        }
      });
      if (error && error->kind() != Kind::damaged) FAIL("byte " << at << ": " << error->message());
      static_cast<void>(read_everything(folder / "bad.zip"));
    }
  }
}

TEST_CASE("a zip file has no flaws, whoever packed it") {
  const TempFolder folder;
  make_zip(folder);
  CHECK(store::open(folder / "dump.zip")->flaws().empty());
  make_foreign(folder / "foreign.zip", {"manifest.json", "a/b", "c"});
  CHECK(store::open(folder / "foreign.zip")->flaws().empty());
  // Python's zipfile with times, other attributes, a comment each, and one entry written as a stream.
  REQUIRE(run("cd " + quoted(folder.path()) + R"( && python3 -c '
import sys, zipfile
class Stream:
  def __init__(self, file): self.file = file
  def write(self, data): return self.file.write(data)
  def flush(self): pass
for name, wrap in (("python.zip", lambda f: f), ("stream.zip", Stream)):
  with open(name, "wb") as file, zipfile.ZipFile(wrap(file), "w") as packed:
    packed.comment = b"of the file"
    for entry in "manifest.json", "data/x":
      info = zipfile.ZipInfo(entry, (2024, 5, 6, 7, 8, 10))
      info.comment, info.external_attr, info.extra = b"of an entry", 0o644 << 16, bytes.fromhex("55540000")
      packed.writestr(info, b"bytes")
')")
              .status == 0);
  for (const char* name : {"python.zip", "stream.zip"}) {
    CAPTURE(name);
    const auto source = store::open(folder / name);
    CHECK(source->get("data/x") == "bytes");
    CHECK(source->flaws().empty());
  }
}

TEST_CASE("bytes of a zip file that belong to no entry") {
  const TempFolder folder;
  REQUIRE(run("cd " + quoted(folder.path()) + R"( && python3 -c '
import zipfile
for name, before in (("between.zip", "b"), ("last.zip", None)):
  with zipfile.ZipFile(name, "w") as packed:
    for entry in "a", "b", None:
      if entry == before:
        packed.fp.write(b"gap")
        packed.start_dir = packed.fp.tell()
      if entry: packed.writestr(entry, b"bytes")
')")
              .status == 0);
  const auto between = store::open(folder / "between.zip")->flaws();
  REQUIRE(between.size() == 1);
  CHECK(between[0].file == "b");
  CHECK(between[0].problem == "begins at byte 39 of the zip file, where 36 was expected");
  const auto last = store::open(folder / "last.zip")->flaws();
  REQUIRE(last.size() == 1);
  CHECK(last[0].file == "last.zip");
  CHECK(last[0].problem == "between the last entry's end at byte 72 and the central directory at 75 is something else");
}

TEST_CASE("what a zip file says of a deflate entry's plain bytes") {
  const TempFolder folder;
  make_zip(folder);
  const auto source = store::open(folder / "dump.zip");
  REQUIRE(source->plain_of("data/t/0001.sql"));
  CHECK(source->plain_of("data/t/0001.sql")->size == kText.size());
  CHECK(source->plain_of("data/t/0001.sql")->crc == compress::crc32(kText));
  CHECK_FALSE(source->plain_of("manifest.json"));
  CHECK_FALSE(source->plain_of("nowhere"));
}

TEST_CASE("a stored entry's changed byte is found by its CRC") {
  const TempFolder folder;
  make_zip(folder);
  std::string bad = slurp(folder / "dump.zip");
  replace_all(bad, "stored as it is", "stored as it was");
  replace_all(bad, "stored as it was", "stored as it wa");
  spill(folder / "bad.zip", bad);
  CHECK(read_everything(folder / "bad.zip") ==
        "\"data/t/0002.sql.gz\" in \"" + (folder / "bad.zip").string() + "\" is damaged: CRC error");
}

TEST_CASE("what is no zip file") {
  const TempFolder folder;
  spill(folder / "dump.zip", "CREATE TABLE t();\n");
  CHECK(open_error(folder / "dump.zip") ==
        "\"" + (folder / "dump.zip").string() + "\" is neither a zip file nor an archive of pg_dump");
  spill(folder / "dump.zip", "PK\x03\x04 and no more");
  CHECK(open_error(folder / "dump.zip") ==
        "zip file \"" + (folder / "dump.zip").string() + "\" is damaged: Not a zip archive");
  spill(folder / "dump.zip", "");
  CHECK_FALSE(open_error(folder / "dump.zip").empty());
}

TEST_CASE("names in a zip file that lead out of it") {
  const TempFolder folder;
  for (const char* name : {"../x", "/etc/x", "a/../../x", "a\\x", "./x"}) {
    CAPTURE(name);
    make_foreign(folder / "f.zip", {"manifest.json", name});
    CHECK(open_error(folder / "f.zip") == "\"" + std::string(name) + "\" is not the name of a file inside an archive");
  }
}

TEST_CASE("a name that is twice in a zip file") {
  const TempFolder folder;
  make_foreign(folder / "f.zip", {"aaaa", "aaab"});
  std::string bytes = slurp(folder / "f.zip");
  replace_all(bytes, "aaab", "aaaa");
  spill(folder / "f.zip", bytes);
  CHECK(open_error(folder / "f.zip") ==
        "\"aaaa\" in \"" + (folder / "f.zip").string() + "\" is damaged: it is there twice");
}

TEST_CASE("methods that pgcoffer does not write") {
  const TempFolder folder;
  make_foreign(folder / "f.zip", {"aaaa"}, ZIP_CM_BZIP2);
  CHECK(open_error(folder / "f.zip") == "\"aaaa\" in \"" + (folder / "f.zip").string() +
                                            "\" is damaged: its compression method 12 is not one that pgcoffer writes");
}

TEST_CASE("a forged size is not believed") {
  const TempFolder folder;
  make_foreign(folder / "f.zip", {"aaaa"}, ZIP_CM_STORE);
  std::string bytes = slurp(folder / "f.zip");
  replace_all(bytes, std::string("\xE8\x03\0\0\xE8\x03\0\0", 8), std::string("\xE8\x03\0\x70\xE8\x03\0\x70", 8));
  spill(folder / "f.zip", bytes);
  CHECK_FALSE(open_error(folder / "f.zip").empty());
}

TEST_CASE("folders' own entries, as other programs make them, are passed over and kept") {
  const TempFolder folder;
  make_zip(folder);
  zip_t* zip = zip_open((folder / "dump.zip").c_str(), 0, nullptr);
  REQUIRE(zip != nullptr);
  REQUIRE(zip_dir_add(zip, "data/", 0) >= 0);
  REQUIRE(zip_close(zip) == 0);
  CHECK(store::open(folder / "dump.zip")->list().size() == 4);
  store::replace_entry(folder / "dump.zip", "manifest.json", "{}");
  CHECK(store::open(folder / "dump.zip")->list().size() == 4);
  CHECK(run("unzip -t " + quoted(folder / "dump.zip")).status == 0);
}
