#include "archive/restore_text.hpp"

#include <fstream>
#include <sstream>

#include "base/file.hpp"
#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
namespace fs = std::filesystem;

namespace {

/// The commands of RESTORE.txt; of the ways to open the archive key, the one that has `opening`.
std::string commands(const fs::path& archive, const std::string& opening) {
  std::istringstream text(read_file(archive / "RESTORE.txt"));
  std::string out;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("    ")) continue;
    if (line.starts_with("    KEY=") && line.find(opening) == std::string::npos) continue;
    out += line.substr(4) + "\n";
  }
  return out;
}

/// Follows RESTORE.txt with a psql that only keeps what it is given to run.
std::string follow(const fs::path& archive, const sample::Folder& folder, const std::string& opening = "-secretkey") {
  const fs::path tools = folder.path / "tools", log = folder.path / "log";
  fs::create_directory(tools);
  write_file(tools / "psql",
             "#!/bin/sh\nfor last; do :; done\necho \"== $last\" >> " + log.string() + "\ncat \"$last\" >> " +
                 log.string() + "\n",
             0700);
  write_file(folder.path / "script", "export PATH=\"" + tools.string() +
                                         ":$PATH\" BACKUP_ENCRYPTION_KEY=" + sample::kKeyHex + " PASSPHRASE='" +
                                         sample::kPassphrase + "' LC_ALL=C\n" + commands(archive, opening));
  const std::string run = "cd " + archive.string() + " && sh -e -u " + (folder.path / "script").string() + " > " +
                          (folder.path / "output").string() + " 2>&1";
  const int status = std::system(run.c_str());
  const std::string output = read_file(folder.path / "output");
  if (status != 0) return "failed: " + output;
  return read_file(log);
}

std::string script_of(const archive::Toc& toc, const char* section) {
  return archive::script_preamble("UTF8") + archive::script(toc, section, {});
}

/// What psql must have been given for the sample with rows in SQL.
std::string expected_sql() {
  const auto part = [](const std::string& file, const std::string& target, const std::string& lines) {
    return "== data/" + file + "\nCOPY " + target + " FROM stdin;\n" + lines + "\\.\n";
  };
  const auto lines = sample::copy_lines();
  const auto tables = sample::tables();
  const auto target = [&](std::size_t i) { return sample::copy_target(tables[i]); };
  const std::string hex = to_hex(sample::large_object_parts()[0]);
  return "== schema/pre-data.sql\n" + script_of(sample::toc(), "pre-data") +
         part("Sales%20%26%20Co.a%2fb%2egr%c3%b6%c3%9fe/0001.sql", target(2), lines[2][0]) +
         part("public.Users~2/0001.sql", target(1), lines[1][0]) +
         part("public.users/0001.sql", target(0), lines[0][0]) + part("public.users/0002.sql", target(0), lines[0][1]) +
         "== schema/data.sql\n" + script_of(sample::toc(), "data") +
         "== lo.sql\nSELECT pg_catalog.lo_put(4711, 0, '\\x" + hex + "');\n" +
         "== lo.sql\nSELECT pg_catalog.lo_put(4711, 256, '\\x7461696c');\n" + "== schema/post-data.sql\n" +
         script_of(sample::toc(), "post-data");
}

}  // namespace

TEST_CASE("following RESTORE.txt gives psql everything, in order") {
  for (const store::Container container : {store::Container::directory, store::Container::zip})
    for (const char* method : {"gzip", "zstd", "none"})
      for (const bool encrypted : {false, true}) {
        const sample::Folder folder;
        const fs::path path = folder.path / "written", archive = folder.path / "archive";
        (void)sample::write(store::create(path, container, false),
                            {.compression = compress::parse_setting(method), .encrypted = encrypted});
        if (container == store::Container::zip) {
          REQUIRE(std::system(("unzip -q " + path.string() + " -d " + archive.string()).c_str()) == 0);
        } else {
          fs::rename(path, archive);
        }
        INFO(method << (encrypted ? ", encrypted" : ""));
        CHECK(follow(archive, folder) == expected_sql());
      }
}

TEST_CASE("the passphrase opens it by hand too") {
  const sample::Folder folder;
  const fs::path archive = folder.path / "archive";
  (void)sample::write(store::create(archive, store::Container::directory, false),
                      {.encrypted = true, .passphrase = true});
  CHECK(follow(archive, folder, "-pwri_password") == expected_sql());
}

TEST_CASE("rows in JSON become INSERT statements that psql runs") {
  const sample::Folder folder;
  const fs::path archive = folder.path / "archive";
  (void)sample::write(store::create(archive, store::Container::directory, false), {.format = rows::Format::json});
  const std::string log = follow(archive, folder);
  const auto holds = [&](const std::string& text) { return log.find(text) != std::string::npos; };
  CHECK(holds("CREATE TEMP TABLE line (j json); CREATE TEMP TABLE texts (v text[]);\n"));
  CHECK(
      holds("\\copy pg_temp.line FROM 'data/public.users/0002.jsonl' "
            "(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n"));
  CHECK(holds(
      R"(INSERT INTO "public"."users" ("id", "email", "profile") OVERRIDING SYSTEM VALUE SELECT r."id", r."email", )"
      R"(CASE WHEN (l.j -> 'profile')::text LIKE '{"$json":%' AND (SELECT count(*) FROM )"
      R"(pg_catalog.json_object_keys((l.j -> 'profile'))) = 1 THEN (l.j -> 'profile') ->> '$json' ELSE )"
      R"(nullif(pg_catalog.replace((l.j -> 'profile')::text, '\ufdd0nul\ufdd0', '\u0000'), 'null') END::jsonb FROM )"));
  CHECK(holds(
      R"(THEN pg_catalog.regexp_replace(j::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufdd0nul\\ufdd0', 'g')::json)"));
  CHECK(holds("pg_catalog.json_populate_record(NULL::\"public\".\"users\", l.j) r;\n"));
  CHECK_FALSE(holds("password_hash\","));
}

TEST_CASE("damage stops the recovery by hand") {
  for (const bool encrypted : {false, true}) {
    const sample::Folder folder;
    const fs::path archive = folder.path / "archive";
    (void)sample::write(store::create(archive, store::Container::directory, false), {.encrypted = encrypted});
    const fs::path part = archive / "data/public.Users~2" / (encrypted ? "0001.sql.zst.cms" : "0001.sql.zst");
    std::string bytes = read_file(part);
    bytes.at(bytes.size() - 3) ^= 1;  // in the tag, or in the checksum of the frame
    fs::remove(part);
    write_file(part, bytes);
    const std::string said = follow(archive, folder);
    CHECK(said.starts_with("failed: "));
    CHECK(said.find("damaged: data/public.Users~2/0001.sql.zst") != std::string::npos);
    CHECK_FALSE(fs::exists(archive / "data/public.Users~2/0001.sql"));
  }
}

TEST_CASE("only what an archive has is spoken of") {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.files = {{"schema/pre-data.sql", 1, ""}};
  const std::string text = archive::restore_text(manifest);
  for (const char* other : {"openssl", "zstd", "gunzip", "jq", "data/", "large-objects", "post-data"}) {
    INFO(other);
    CHECK(text.find(other) == std::string::npos);
  }
  CHECK(text.find("    load schema/pre-data.sql\n") != std::string::npos);
}
