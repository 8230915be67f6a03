// Archives of every format version stay readable: fixtures/archives/1/ was written once by the hidden test below
//   PGCOFFER_MAKE_FIXTURES=fixtures/archives/1 build/…/test_archive "[make-fixtures]"
// and is never written again; a new format version gets a folder of its own. fixtures/damaged/make.py makes the damaged
// ones from them.
#include <fstream>
#include <sstream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
namespace fs = std::filesystem;

namespace {

const fs::path kFixtures = fs::path(PGCOFFER_SOURCE_DIR) / "fixtures";

struct Described {
  std::string when, file, problem;  ///< when: "open", "verify" or "note"
};

/// expected: lines "open: message", "verify: file: problem" or "note: file: what".
std::vector<Described> expectations(const fs::path& file) {
  std::vector<Described> out;
  for (const std::string& line : split(read_file(file), '\n')) {
    if (line.starts_with("open: ")) out.push_back({"open", "", line.substr(6)});
    const std::string when = line.substr(0, line.find(':'));
    if (when != "verify" && when != "note") continue;
    const std::size_t at = when.size() + 2, colon = line.find(": ", at);
    out.push_back({when, line.substr(at, colon - at), line.substr(colon + 2)});
  }
  return out;
}

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

TEST_CASE("fixtures are made", "[.][make-fixtures]") {
  const char* to = std::getenv("PGCOFFER_MAKE_FIXTURES");
  REQUIRE(to != nullptr);
  const fs::path folder(to);
  fs::create_directories(folder);
  const auto make = [&](const char* name, store::Container container, sample::Options options) {
    return sample::write(store::create(folder / name, container, false), options);
  };
  (void)make("zstd", store::Container::directory, {});
  (void)make("json-gzip", store::Container::directory,
             {.compression = {compress::Method::gzip, 6}, .format = rows::Format::json});
  (void)make("deflate.zip", store::Container::zip, {.compression = {compress::Method::gzip, 6}});
  (void)make("sealed", store::Container::directory, {.encrypted = true, .passphrase = true});
  (void)make("sealed.zip", store::Container::zip, {.format = rows::Format::json, .encrypted = true});
}

TEST_CASE("archives of every format version open") {
  std::size_t archives = 0;
  const auto lines = sample::copy_lines();
  for (const fs::path& version : sorted(kFixtures / "archives")) {
    for (const auto& item : fs::directory_iterator(version)) {
      if (!item.is_directory() && item.path().extension() != ".zip") continue;
      INFO(item.path());
      ++archives;
      const auto reader = archive::open(item.path(), sample::identities());
      CHECK(reader->manifest().format_version == std::stoi(version.filename().string()));
      const auto result = archive::verify(*reader, 1);
      CHECK(result.findings.empty());
      CHECK(result.rows == 6);
      const archive::Table& users = reader->manifest().tables.at(0);
      const auto decoder = rows::make_decoder(reader->manifest().rows, archive::columns_in_rows(users));
      const auto pipeline = reader->pipeline();
      std::string scratch;
      std::uint64_t rows = 0;
      CHECK(decoder->copy_lines(reader->read_part(*pipeline, users.parts.at(0)), scratch, rows) == lines[0][0]);
      CHECK(reader->toc().entries.size() == 5);
    }
  }
  CHECK(archives >= 5);
}

TEST_CASE("archives of whole servers, of every format version, open") {
  for (const fs::path& version : sorted(kFixtures / "clusters")) {
    INFO(version);
    const auto reader = archive::open(version / "all", {});
    CHECK(reader->manifest().format_version == std::stoi(version.filename().string()));
    REQUIRE(reader->manifest().databases.size() == 2);
    CHECK(reader->manifest().databases.back().name == "small");
    CHECK(reader->manifest().globals->roles.size() == 2);
    CHECK(archive::verify(*reader, 1).findings.empty());
    const auto within = archive::verify_databases(version / "all", reader->manifest(), {}, 1);
    CHECK(within.findings.empty());
    CHECK(within.rows == 2);
  }
}

// Made from PostgreSQL 15 by `dump --rows binary`; kinds.copy is the server's own COPY of the same rows, in UTC.
TEST_CASE("binary rows of every format version are read as the server writes them") {
  for (const fs::path& version : sorted(kFixtures / "binary")) {
    INFO(version);
    const auto reader = archive::open(version / "archive", {});
    CHECK(reader->manifest().format_version == std::stoi(version.filename().string()));
    CHECK(archive::verify(*reader, 1).findings.empty());
    const archive::Table& kinds = reader->manifest().tables.at(0);
    REQUIRE(kinds.parts.size() == 1);
    const auto decoder = archive::part_decoder(reader->manifest(), kinds);
    const auto pipeline = reader->pipeline();
    std::string scratch;
    std::uint64_t rows = 0;
    CHECK(decoder->copy_lines(reader->read_part(*pipeline, kinds.parts[0]), scratch, rows) ==
          read_file(version / "kinds.copy"));
    CHECK(rows == 3);
  }
}

TEST_CASE("the passphrase of the sealed fixture opens it") {
  seal::Identities with;
  with.passphrase = Secret(std::string(sample::kPassphrase));
  CHECK(archive::open(kFixtures / "archives/1/sealed", with)->manifest().database == "shop");
}

TEST_CASE("damaged archives say what is wrong with them") {
  const std::vector<fs::path> cases = sorted(kFixtures / "damaged");
  CHECK(cases.size() >= 10);
  for (const fs::path& folder : cases) {
    INFO(folder.filename());
    const auto expected = expectations(folder / "expected");
    REQUIRE_FALSE(expected.empty());
    const fs::path zip = folder / "archive.zip", path = fs::exists(zip) ? zip : folder / "archive";
    std::vector<std::string> found, wanted;
    for (const Described& item : expected)
      wanted.push_back(item.when + ": " + (item.file.empty() ? "" : item.file + ": ") + item.problem);
    try {
      const auto reader = archive::open(path, sample::identities());
      const archive::Verification result = archive::verify(*reader, 2);
      for (const archive::Finding& finding : result.findings)
        found.push_back("verify: " + finding.file + ": " + finding.problem);
      for (const archive::Finding& note : result.notes) found.push_back("note: " + note.file + ": " + note.problem);
    } catch (const Error& error) {
      std::string message = error.what();
      const std::size_t at = message.find(path.string());
      if (at != std::string::npos) message.replace(at, path.string().size(), path.filename().string());
      found.push_back("open: " + message);
    }
    CHECK(found == wanted);
  }
}
