#pragma once

#include <functional>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "cluster/database.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

/// The database that a restore makes for itself, with the properties of the source's.
class NewDatabase {
 public:
  using Warn = std::function<void(const std::string&)>;

  /// Warns when the archive, written by an older version, knows little more than the locale.
  NewDatabase(const archive::Manifest& manifest, const RestoreOptions& options, Warn warn);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// What will be made, a line each.
  [[nodiscard]] std::vector<std::string> plan() const;
  /// True when it was there already (RestoreOptions::adopt_database); known after check().
  [[nodiscard]] bool existed() const noexcept { return existed_; }
  /// Looks whether it can be made, and changes nothing. Throws Error: exists, not_found (roles, tablespace),
  /// unsupported (its locale provider is newer than the server).
  void check();
  void create();  ///< unless it exists
  /// Owner, comment, security labels and settings, which hold for sessions that begin after it.
  void describe();
  /// Connection limit, template mark and privileges, which come after the contents: they could bar the restore itself.
  void close();
  /// A connection to another database of the server.
  [[nodiscard]] pg::Connection& maintenance();

 private:
  void check_version(int server_version);
  void check_roles(pg::Connection& connection);
  void set(pg::Connection& connection, const cluster::Setting& setting) const;
  void run(pg::Connection& connection, const std::string& sql, std::string_view what) const;

  const RestoreOptions& options_;
  Warn warn_;
  std::string name_;
  cluster::Database database_;
  cluster::DatabaseSqlOptions sql_options_;
  std::unique_ptr<pg::Connection> maintenance_;
  bool existed_ = false;
};

}  // namespace pgcoffer::restoring
