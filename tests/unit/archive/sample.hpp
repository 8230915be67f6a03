#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <pgcoffer/error.hpp>
#include <string>
#include <utility>
#include <vector>

#include "archive/reader.hpp"
#include "archive/writer.hpp"
#include "base/digest.hpp"
#include "rows/format.hpp"

/// A small archive with every trait that the format has, for the tests of this folder.
namespace sample {

using namespace pgcoffer;

/// Files of an archive in memory. `Inflating` is what an unpacked zip is: raw deflate data was inflated.
using Files = std::map<std::string, std::string>;

struct MemorySink : store::Sink {
  std::shared_ptr<Files> files;
  bool takes_deflate;
  std::mutex mutex;
  MemorySink(std::shared_ptr<Files> to, bool deflate) : files(std::move(to)), takes_deflate(deflate) {}
  void put(const store::Entry& entry, std::string_view bytes) override {
    const std::scoped_lock lock(mutex);
    files->emplace(entry.name, bytes);
  }
  void commit() override { files->emplace("committed", ""); }
  [[nodiscard]] bool deflates() const noexcept override { return takes_deflate; }
};

struct MemorySource : store::Source {
  Files files;
  explicit MemorySource(Files from) : files(std::move(from)) { files.erase("committed"); }
  void read(std::string_view name, std::string& bytes) const override {
    const auto found = files.find(std::string(name));
    if (found == files.end()) throw Error(Kind::not_found, "no such file");
    bytes = found->second;
  }
  [[nodiscard]] bool contains(std::string_view name) const override { return files.contains(std::string(name)); }
  [[nodiscard]] std::vector<store::Listed> list() const override {
    std::vector<store::Listed> out;
    for (const auto& [name, bytes] : files) out.push_back({name, bytes.size()});
    return out;
  }
  [[nodiscard]] bool deflates() const noexcept override { return false; }
};

/// A folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() : path(std::filesystem::temp_directory_path() / ("pgcoffer-archive-" + random_uuid())) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

/// The published key of the fixtures: it protects nothing.
inline const std::string kKeyHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
inline const std::string kPassphrase = "correct horse battery staple";

inline seal::Recipients recipients(bool passphrase = false) {
  seal::Recipients to;
  to.key = seal::parse_key(kKeyHex, "test");
  if (passphrase) to.passphrase = Secret(std::string(kPassphrase));  // costs half a second, as it should
  return to;
}

inline seal::Identities identities() {
  seal::Identities with;
  with.key = seal::parse_key(kKeyHex, "test");
  return with;
}

inline archive::Column column(std::string name, std::string type, rows::JsonKind kind) {
  archive::Column out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.kind = kind;
  out.verdict = "keep";
  return out;
}

inline archive::Table table(std::string schema, std::string name, std::string kind, bool has_rows) {
  archive::Table out;
  out.schema = std::move(schema);
  out.name = std::move(name);
  out.kind = std::move(kind);
  out.verdict = "keep";
  out.has_rows = has_rows;
  return out;
}

inline archive::Table users() {
  archive::Table out = table("public", "users", "table", true);
  out.columns = {column("id", "bigint", rows::JsonKind::number), column("email", "text", rows::JsonKind::string),
                 column("password_hash", "text", rows::JsonKind::string),
                 column("profile", "jsonb", rows::JsonKind::json)};
  archive::Column& secret = out.columns[2];
  secret.verdict = "omit";
  secret.in_rows = false;
  secret.reason = "password hashes do not leave the server";
  secret.rule = "built-in no-credentials";
  secret.after_restore = "Users set a new password.";
  return out;
}

inline std::vector<archive::Table> tables() {
  archive::Table shouting = table("public", "Users", "table", true);
  shouting.columns = {column("n", "integer", rows::JsonKind::number)};
  archive::Table odd = table("Sales & Co", "a/b.größe", "table", true);
  odd.columns = {column("text", "text", rows::JsonKind::string)};
  odd.verdict = "where";
  odd.where = "text <> 'secret'";
  odd.follow = "both";
  odd.start_rows = 1;
  odd.by_reference = true;
  odd.of_rows = 40000;
  odd.of_rows_estimated = true;
  odd.missing_parents = {{"odd_fkey", "leave", 1, true}, {"other_fkey", "null", 2, false}};
  odd.reason = "only what customers may see";
  archive::Table empty = table("public", "empty", "table", true);
  empty.columns = {column("id", "integer", rows::JsonKind::number)};
  archive::Table parent = table("public", "events", "partitioned table", false);
  parent.columns = {column("at", "timestamp with time zone", rows::JsonKind::string)};
  archive::Table sessions = table("auth", "sessions", "table", false);
  sessions.verdict = "exclude-rows";
  sessions.reason = "sessions are worthless elsewhere";
  sessions.columns = {column("token", "text", rows::JsonKind::string)};
  return {users(), shouting, odd, empty, parent, sessions};
}

/// COPY text of each table's parts.
inline std::vector<std::vector<std::string>> copy_lines() {
  return {{"1\tann@example.com\t{\"a\": [1, null]}\n2\tbob@example.com\t\\N\n", "3\tcl\\\\oé@example.com\tnull\n"},
          {"7\n"},
          {"tab\\there\n\\N\n"},
          {},
          {},
          {}};
}

inline std::string copy_target(const archive::Table& table) {
  std::string columns;
  for (const auto& item : archive::columns_in_rows(table))
    columns += (columns.empty() ? "\"" : ", \"") + item.name + "\"";
  return "\"" + table.schema + "\".\"" + table.name + "\" (" + columns + ")";
}

inline archive::Manifest manifest(rows::Format format) {
  archive::Manifest out;
  out.pgcoffer_version = "0.1.0";
  out.created = "2026-11-21T02:00:00.123456Z";
  out.finished = "2026-11-21T02:00:03.654321Z";
  out.server_version = "15.18 (Debian 15.18-0+deb12u1)";
  out.server_version_num = 150018;
  out.database = "shop";
  out.host = "db.example.com";
  out.port = "5432";
  out.user = "backup";
  out.encoding = out.server_encoding = "UTF8";
  out.snapshot_lsn = "0/1A2B3C4D";
  out.collate = out.ctype = "C.UTF-8";
  out.locale_provider = "libc";
  out.rows = format;
  out.policy = "policy.json";
  out.environment = {{"APP_HOST", "app.example.com", false}, {"DB_PASSWORD", "", true}};
  out.options = {"-Z", "zstd:3"};
  out.warnings = {"table \"auth\".\"sessions\": rows are left out"};
  return out;
}

inline archive::TocEntry entry(int id, std::string kind, std::string schema, std::string name, std::string section,
                               std::string create, std::vector<int> depends = {}) {
  archive::TocEntry out;
  out.id = id;
  out.kind = std::move(kind);
  out.schema = std::move(schema);
  out.name = std::move(name);
  out.section = std::move(section);
  out.create = std::move(create);
  out.depends = std::move(depends);
  return out;
}

inline archive::Toc toc() {
  archive::Toc out;
  out.entries = {
      entry(
          1, "TABLE", "public", "users", "pre-data",
          "CREATE TABLE public.users (\n    id bigint NOT NULL,\n    email text,\n    password_hash text,\n    profile "
          "jsonb\n);\n"),
      entry(2, "ACL", "public", "TABLE users", "pre-data", "GRANT SELECT ON TABLE public.users TO reader;\n", {1}),
      entry(3, "TABLE DATA", "public", "users", "data", "", {1}),
      entry(4, "SEQUENCE SET", "public", "users_id_seq", "data",
            "SELECT pg_catalog.setval('public.users_id_seq', 3, true);\n", {1}),
      entry(5, "INDEX", "public", "users_email_idx", "post-data",
            "CREATE INDEX users_email_idx ON public.users USING btree (email);\n", {1, 3})};
  archive::TocEntry& users = out.entries[0];
  users.owner = "bob";
  users.owner_sql = "ALTER TABLE public.users OWNER TO bob;\n";
  users.drop = "DROP TABLE public.users;";
  users.access_method = "heap";
  archive::TocEntry& index = out.entries[4];
  index.drop = "DROP INDEX public.users_email_idx;";
  index.tablespace = "fast disks";
  index.table_schema = "public";
  index.table_name = "users";
  return out;
}

/// Large object 4711: every byte there is, in two parts.
inline std::vector<std::string> large_object_parts() {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  return {all, "tail"};
}

struct Options {
  compress::Setting compression{compress::Method::zstd, 3};
  rows::Format format = rows::Format::sql;
  bool encrypted = false;
  bool passphrase = false;  ///< sealed to a passphrase too
};

/// Writes the sample through a Writer and gives the manifest as it was written.
inline archive::Manifest write(std::unique_ptr<store::Sink> sink, const Options& options) {
  archive::Writer writer(std::move(sink), options.compression,
                         options.encrypted ? recipients(options.passphrase) : seal::Recipients{});
  const auto pipeline = writer.pipeline();
  archive::Manifest out = manifest(options.format);
  out.tables = tables();
  archive::FolderNames folders;
  const auto lines = copy_lines();
  const std::string extension = options.format == rows::Format::sql ? ".sql" : ".jsonl";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    archive::Table& table = out.tables[i];
    const std::string folder = folders.folder(table.schema, table.name);
    const auto encoder = rows::make_encoder(options.format, copy_target(table), archive::columns_in_rows(table));
    for (const std::string& text : lines[i]) {
      archive::Part part;
      part.number = static_cast<std::uint32_t>(table.parts.size() + 1);
      part.rows = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
      std::string block = std::string(encoder->prefix()) + text, scratch;
      encoder->finish(block, scratch);
      writer.put_part(*pipeline, folder + "/000" + std::to_string(part.number) + extension, block, part);
      table.rows += part.rows;
      table.parts.push_back(part);
    }
  }
  archive::LargeObject object{.oid = 4711, .bytes = 0, .parts = {}};
  for (const std::string& bytes : large_object_parts()) {
    archive::Part part;
    part.number = static_cast<std::uint32_t>(object.parts.size() + 1);
    writer.put_part(*pipeline, "large-objects/4711/000" + std::to_string(part.number) + ".bin", bytes, part);
    object.bytes += bytes.size();
    object.parts.push_back(part);
  }
  out.large_objects = {object};
  writer.finish(out, toc());
  return out;
}

inline Files write_to_memory(const Options& options, bool zip = false) {
  auto files = std::make_shared<Files>();
  (void)write(std::make_unique<MemorySink>(files, zip), options);
  return *files;
}

/// The message of the Error that `act` throws, after checking its kind.
template <class Act>
std::string failure(Kind kind, Act act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.kind() != kind) return "other kind: " + error.message();
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

}  // namespace sample
