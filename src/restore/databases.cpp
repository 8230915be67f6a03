#include "restore/databases.hpp"

#include <fmt/format.h>

#include <utility>

#include "archive/reader.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "cluster/database.hpp"
#include "cluster/of_database.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::restoring {
namespace {

std::vector<std::string> quoted_names(const std::vector<archive::ArchivedDatabase>& databases, std::size_t from,
                                      std::size_t to) {
  std::vector<std::string> names;
  for (std::size_t i = from; i < to; ++i) names.push_back(quote_ident(databases[i].name));
  return names;
}

}  // namespace

DatabasesRestore::DatabasesRestore(const archive::Manifest& manifest, const RestoreOptions& options, Progress& progress,
                                   std::stop_token stop, RestoreReport& report)
    : manifest_(manifest), options_(options), progress_(progress), stop_(std::move(stop)), report_(report) {}

void DatabasesRestore::check() {
  if (manifest_.databases.empty()) return;
  check_archives();
  check_target();
  for (const archive::ArchivedDatabase& database : manifest_.databases) {
    report_.plan.push_back(fmt::format("{} database {}: {}, {} of {}",
                                       cluster::in_every_cluster(database.name) ? "restore into" : "create and restore",
                                       quote_ident(database.name), counted(database.objects, "object"),
                                       counted(database.rows, "row"), counted(database.tables, "table")));
  }
}

void DatabasesRestore::check_archives() const {
  for (const archive::ArchivedDatabase& database : manifest_.databases)
    static_cast<void>(archive::open_database(options_.path, database, options_.identities));
}

void DatabasesRestore::check_target() const {
  pg::Connection connection(pg::maintenance(options_.connection), pg::Session::restore);
  std::vector<std::string> existing;
  for (const archive::ArchivedDatabase& database : manifest_.databases) {
    if (cluster::in_every_cluster(database.name)) continue;
    const auto found =
        connection.query("SELECT FROM pg_catalog.pg_database WHERE datname = " + quote_literal(database.name));
    if (!found.empty()) existing.push_back(quote_ident(database.name));
  }
  if (existing.empty()) return;
  throw Error(Kind::exists, fmt::format("databases that the archive holds exist already: {}", join_first(existing)))
      .hint(
          "Nothing was changed. Drop or rename them, or restore single databases: each folder in databases/ is an "
          "archive.");
}

RestoreOptions DatabasesRestore::options_for(const archive::ArchivedDatabase& database) const {
  RestoreOptions one = options_;
  one.path = options_.path / database.folder;
  one.create = true;
  one.adopt_database = cluster::in_every_cluster(database.name);
  return one;
}

void DatabasesRestore::run() {
  for (std::size_t i = 0; i < manifest_.databases.size(); ++i) {
    const archive::ArchivedDatabase& database = manifest_.databases[i];
    progress_.phase(fmt::format("database {}", database.name), {});
    try {
      add(database, restore(options_for(database), progress_, stop_));
    } catch (const Error& error) {
      throw explained(i, error);
    }
  }
}

void DatabasesRestore::add(const archive::ArchivedDatabase& database, const RestoreReport& one) {
  report_.databases.push_back({database.name, options_.path / database.folder});
  report_.tables += one.tables;
  report_.rows += one.rows;
  report_.objects += one.objects;
  const auto name = [&](const std::string& text) { return fmt::format("database \"{}\": {}", database.name, text); };
  for (const std::string& text : one.warnings) report_.warnings.push_back(name(text));
  for (const std::string& text : one.after_restore) report_.after_restore.push_back(name(text));
}

Error DatabasesRestore::explained(std::size_t failed, const Error& error) const {
  const auto& databases = manifest_.databases;
  const auto done = quoted_names(databases, 0, failed);
  const auto open = quoted_names(databases, failed + 1, databases.size());
  std::string state =
      fmt::format("Roles and tablespaces are restored; databases: {}.", done.empty() ? "none" : join_first(done));
  if (!open.empty()) state += fmt::format(" Not yet: {}.", join_first(open));
  state += fmt::format(" Go on with each by itself: `pgcoffer restore {} -C`.",
                       (options_.path / databases[failed].folder).string());
  return cluster::of_database(databases[failed].name, error)
      .hint(error.hint().empty() ? state : fmt::format("{} {}", error.hint(), state));
}

}  // namespace pgcoffer::restoring
