#include "dump/databases.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/layout.hpp"
#include "archive/writer.hpp"
#include "base/pattern.hpp"
#include "cluster/database.hpp"
#include "cluster/of_database.hpp"
#include "dump/dump.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

// template0 is what initdb made, and takes no connections. A negative limit other than -1 marks a DROP DATABASE that
// was cut off: nobody can connect to such a one, and its files may be gone.
constexpr const char* databases_sql = R"sql(
  SELECT datname, datallowconn, datconnlimit < -1 AS invalid
  FROM pg_catalog.pg_database
  WHERE datname <> 'template0'
  ORDER BY datname <> 'template1', datname)sql";

/// Warnings that say of which database they speak.
class Named final : public Progress {
 public:
  Named(Progress& progress, const std::string& name) : progress_(progress), name_(name) {}

  void phase(std::string_view name, const Expected& expected) noexcept override { progress_.phase(name, expected); }
  void table_started(std::string_view name) noexcept override { progress_.table_started(name); }
  void table_finished(std::string_view name, std::uint64_t rows) noexcept override {
    progress_.table_finished(name, rows);
  }
  void advanced(std::uint64_t rows, std::uint64_t bytes) noexcept override { progress_.advanced(rows, bytes); }
  void warning(std::string_view text) noexcept override {
    progress_.warning(fmt::format("database \"{}\": {}", name_, text));
  }

 private:
  Progress& progress_;
  const std::string& name_;
};

}  // namespace

std::vector<std::string> list_databases(pg::Connection& connection, const DumpOptions& options,
                                        std::vector<std::string>& warnings) {
  const pg::Result rows = connection.query(databases_sql);
  std::vector<Pattern> excluded;
  for (const std::string& text : options.exclude_databases) {
    excluded.push_back(Pattern::for_name(text));
    bool any = false;
    for (const pg::Row row : rows) any = any || excluded.back().matches(row["datname"].view());
    if (!any) warnings.push_back(fmt::format("pattern \"{}\" matches no database: nothing is left out by it", text));
  }
  std::vector<std::string> names;
  for (const pg::Row row : rows) {
    const std::string name = row["datname"].str();
    if (std::ranges::any_of(excluded, [&](const Pattern& pattern) { return pattern.matches(name); })) continue;
    if (row["invalid"].as_bool())
      warnings.push_back(fmt::format("database \"{}\" is left out: dropping it was cut off, drop it again", name));
    else if (!row["datallowconn"].as_bool())
      warnings.push_back(fmt::format("database \"{}\" is left out: it accepts no connections", name));
    else
      names.push_back(name);
  }
  return names;
}

DatabasesDump::DatabasesDump(const DumpOptions& options, Progress& progress, const std::stop_token& stop,
                             DumpReport& report)
    : options_(options), progress_(progress), stop_(stop), report_(report) {}

DumpOptions DatabasesDump::options_for(const std::string& name) const {
  DumpOptions one = options_;
  one.all_databases = one.role_passwords = one.replace = false;
  one.exclude_databases.clear();
  one.connection.dbname = name;
  return one;
}

void DatabasesDump::add(const std::string& name, const DumpReport& one) {
  report_.tables += one.tables;
  report_.rows += one.rows;
  report_.parts += one.parts;
  report_.objects += one.objects;
  report_.encoded_bytes += one.encoded_bytes;
  report_.stored_bytes += one.stored_bytes;
  for (const std::string& text : one.warnings)
    report_.warnings.push_back(fmt::format("database \"{}\": {}", name, text));
  for (const std::string& text : one.after_restore)
    report_.after_restore.push_back(fmt::format("database \"{}\": {}", name, text));
}

std::vector<archive::ArchivedDatabase> DatabasesDump::into_folder(const std::vector<std::string>& names,
                                                                  const std::filesystem::path& folder) {
  std::vector<archive::ArchivedDatabase> databases;
  archive::FolderNames folders;
  for (const std::string& name : names) {
    progress_.phase(fmt::format("database {}", name), {});
    DumpOptions options = options_for(name);
    archive::ArchivedDatabase made;
    made.name = name;
    made.folder = folders.database(name);
    options.path = folder / std::filesystem::path(made.folder).filename();
    Named progress(progress_, name);
    try {
      const DumpReport one = dump_database(options, progress, stop_);
      made.archive_id = one.archive_id;
      made.objects = one.objects;
      made.tables = one.tables;
      made.rows = one.rows;
      made.encoded_bytes = one.encoded_bytes;
      made.stored_bytes = one.stored_bytes;
      add(name, one);
    } catch (const Error& error) {
      throw cluster::of_database(name, error);
    }
    databases.push_back(std::move(made));
  }
  return databases;
}

void DatabasesDump::into_script(const std::vector<std::string>& names, archive::PlainScript& script) {
  for (const std::string& name : names) {
    progress_.phase(fmt::format("database {}", name), {});
    DumpOptions options = options_for(name);
    options.create = !cluster::in_every_cluster(name);
    if (!options.create) script.write("\n" + cluster::psql_connect(name) + "\n");
    Named progress(progress_, name);
    try {
      add(name, dump_database(options, progress, stop_, &script));
    } catch (const Error& error) {
      throw cluster::of_database(name, error);
    }
  }
}

}  // namespace pgcoffer::dumping
