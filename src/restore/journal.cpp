#include "restore/journal.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kDuplicateSchema = "42P06", kUndefinedTable = "42P01";
/// Of the advisory lock that the sessions of a restore share; any number that nobody else is likely to use.
constexpr std::int64_t kLock = 0x7067636f66666572;  // "pgcoffer"

/// Never waits in the server's queue: the sessions that a restore at work still opens would stand behind.
void lock_out_others(pg::Connection& connection) {
  constexpr int most_attempts = 100;  // of a tenth of a second each
  const std::string attempt = fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})", kLock);
  for (int i = 0; i < most_attempts; ++i) {
    if (connection.query(attempt)[0][0].as_bool()) return;
    connection.exec("SELECT pg_catalog.pg_sleep(0.1)");
  }
  const std::string pids =
      connection
          .query(fmt::format("SELECT coalesce(pg_catalog.string_agg(DISTINCT pid::pg_catalog.text, ', '), '') FROM "
                             "pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid "
                             "FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND "
                             "classid = {} AND objid = {}",
                             static_cast<std::uint64_t>(kLock) >> 32U,
                             static_cast<std::uint64_t>(kLock) & 0xffffffffU))[0][0]
          .str();
  throw Error(Kind::exists,
              fmt::format("another restore is at work in this database, or its last statement still runs (server "
                          "process {})",
                          pids))
      .hint("Nothing was changed. Say --resume again when it has ended; pg_terminate_backend() ends it.");
}

std::string needed_item(const archive::TocEntry& entry) {
  return fmt::format("needed entry {}", entry.id);
}

/// What the archive holds, rather than its id: an archive of pg_dump gets a new one each time that it is opened.
std::string content_of(const archive::Manifest& manifest) {
  std::string text = manifest.toc_sha256;
  const auto add = [&](const std::vector<archive::Part>& parts) {
    for (const archive::Part& part : parts)
      text += fmt::format(" {} {}{}", Journal::item(part), part.encoded_sha256, part.encoded_xxh128);
  };
  for (const archive::Table& table : manifest.tables) {
    text += fmt::format(" {}{}", table.row_digest, table.binary_row_digest);
    add(table.parts);
  }
  for (const archive::LargeObject& object : manifest.large_objects) add(object.parts);
  return sha256_hex(text);
}

}  // namespace

Journal::Journal(const archive::Manifest& manifest, const Selected& selected, const RestoreOptions& options) {
  std::string text =
      fmt::format("{} {} {} {} {}", options.no_owner, options.no_privileges, options.leave_out.tablespaces,
                  options.leave_out.table_access_method, options.with_dependencies);
  for (const Entries* list : {&selected.pre_data, &selected.data, &selected.post_data, &selected.statistics}) {
    for (const archive::TocEntry* entry : *list) text += fmt::format(" {}", entry->id);
  }
  for (const archive::Table* table : selected.tables) text += fmt::format(" {}.{}", table->schema, table->name);
  for (const archive::LargeObject* object : selected.large_objects) text += fmt::format(" {}", object->oid);
  run_ = fmt::format("{} {}", content_of(manifest), sha256_hex(text));
}

void Journal::refuse_unfinished(pg::Connection& connection) {
  if (connection.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'pgcoffer_restore'").empty()) return;
  throw Error(Kind::exists, "the database holds the journal of a restore that was not finished")
      .hint("Nothing was changed. Go on with --resume, or DROP SCHEMA pgcoffer_restore CASCADE to give it up.");
}

void Journal::start(pg::Connection& connection, const Entries& needed) {
  std::vector<std::string> items;
  for (const archive::TocEntry* entry : needed) items.push_back(needed_item(*entry));
  join(connection);  // before anybody can find the journal
  try {
    connection.exec(fmt::format(
        "BEGIN; CREATE SCHEMA pgcoffer_restore; CREATE TABLE pgcoffer_restore.run (id pg_catalog.text NOT NULL); "
        "CREATE TABLE pgcoffer_restore.done (item pg_catalog.text PRIMARY KEY); "
        "INSERT INTO pgcoffer_restore.run VALUES ({}); {}COMMIT",
        quote_literal(run_), record(items)));
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
    connection.exec("ROLLBACK");
    if (error.sqlstate() == kDuplicateSchema) refuse_unfinished(connection);
    throw Error(error.kind(), fmt::format("cannot keep a journal: {}", error.message()))
        .hint("Nothing was changed. Restore without --resumable, or as a role that may create a schema.")
        .sqlstate(error.sqlstate());
  }
}

void Journal::resume(pg::Connection& connection) {
  lock_out_others(connection);
  join(connection);
  connection.exec(fmt::format("SELECT pg_catalog.pg_advisory_unlock({})", kLock));
  try {
    const pg::Result run = connection.query("SELECT id FROM pgcoffer_restore.run");
    if (run.size() != 1 || run[0][0].view() != run_) {
      throw Error(Kind::usage, "the restore that was not finished was one of another archive, or with other options")
          .hint("Nothing was changed. Give the same archive and options, with --resume.");
    }
    for (const pg::Row row : connection.query("SELECT item FROM pgcoffer_restore.done")) done_.insert(row[0].str());
  } catch (const Error& error) {
    if (error.sqlstate() != kUndefinedTable) throw;
    throw Error(Kind::not_found, "there is nothing to go on with: the database holds no journal of a restore")
        .hint("Nothing was changed. Only a restore with --resumable keeps one, until it is finished.");
  }
}

void Journal::join(pg::Connection& connection) {
  connection.exec(fmt::format("SELECT pg_catalog.pg_advisory_lock_shared({})", kLock));
}

bool Journal::needed(const archive::TocEntry& entry) const {
  return has(needed_item(entry));
}

std::string Journal::record(const std::vector<std::string>& items) const {
  if (removed_ || items.empty()) return {};
  std::vector<std::string> values;
  for (const std::string& item : items) values.push_back(fmt::format("({})", quote_literal(item)));
  return fmt::format("INSERT INTO pgcoffer_restore.done VALUES {};\n", pgcoffer::join(values, ", "));
}

void Journal::remove(pg::Connection& connection) {
  connection.exec("DROP SCHEMA pgcoffer_restore CASCADE");
  removed_ = true;
}

std::string Journal::item(const archive::TocEntry& entry) {
  return fmt::format("entry {}", entry.id);
}

std::string Journal::item(const archive::LargeObject& object) {
  return fmt::format("large object {}", object.oid);
}

std::string Journal::item(const archive::Part& part) {
  return part.pack == 0 ? part.file : fmt::format("{} at {}", part.file, part.offset);
}

}  // namespace pgcoffer::restoring
