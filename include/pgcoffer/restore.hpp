#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "pgcoffer/connect_options.hpp"
#include "pgcoffer/keys.hpp"
#include "pgcoffer/leave_out.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer {

/// What to restore, and where to. Defaults are those of `pgcoffer restore`.
struct RestoreOptions {
  std::filesystem::path path;
  seal::Identities identities;
  ConnectOptions connection;
  bool create = false;                   ///< a database is made with the source's properties, and restored into
  std::string create_database;           ///< its name; empty: the source's. Implies create
  bool adopt_database = false;           ///< with create: a database that exists gets properties and contents
  unsigned jobs = 0;                     ///< connections that load; 0: as many as there are cores, 8 at most
  std::vector<std::string> tables;       ///< psql patterns (-t)
  std::vector<std::string> table_names;  ///< exact names, with or without schema; else taken as patterns (--tables)
  std::vector<std::string> schemas;      ///< psql patterns (-n): all that is in these schemas
  std::vector<std::string> objects;      ///< "kind:name", as toc.json has them (--object)
  bool with_dependencies = false;        ///< also what these need and the database does not have
  /// Foreign keys to tables that are neither selected nor in the database are left out, with a warning; otherwise that
  /// is an error.
  bool skip_missing_references = false;
  /// All definitions are tried first, in a transaction that is rolled back; those that the server refuses are left out,
  /// with what needs them, and are in RestoreReport::refused. Otherwise the first one ends the restore.
  bool skip_refused = false;
  /// "old=new", exact names: what is called so in the archive gets another name in the target.
  std::vector<std::string> map_schemas, map_tables, map_roles, map_tablespaces;
  bool schema_only = false, data_only = false;
  bool no_statistics = false;         ///< optimizer statistics stay in the archive
  bool statistics_only = false;       ///< only those
  std::vector<std::string> sections;  ///< of "pre-data", "data", "post-data"; empty: all
  bool clean = false;                 ///< what is to be made is dropped first
  bool if_exists = false;           ///< with clean: what does not exist need not be dropped; otherwise that is an error
  bool single_transaction = false;  ///< all or nothing, over one connection
  bool analyze = true;              ///< gather the planner's statistics of what was loaded
  /// A journal in the database (schema pgcoffer_restore, gone when the restore is finished) says what is committed.
  bool resumable = false;
  bool resume = false;  ///< goes on where a resumable restore of this archive, with these options, was stopped
  std::chrono::milliseconds lock_wait_timeout{0};  ///< for each lock; 0: wait for ever
  bool dry_run = false;                            ///< the report's plan is filled in, nothing is changed
  bool no_owner = false, no_privileges = false;
  LeaveOut leave_out;
  bool accept_edited = false;  ///< parts that were edited by hand are restored as they are
  /// Asked before anything is changed when the database holds tables already; true goes on.
  std::function<bool(const std::string& question)> confirm;
  /// Asked instead when clean drops tables, with a line for each; true goes on.
  std::function<bool(const std::string& database, const std::vector<std::string>& lost)> confirm_lost;
  /// With clean: called once all is confirmed, before anything is dropped, with the quoted names of the tables (empty:
  /// a whole archive, or none), and whether the archive is encrypted. What it throws ends the restore.
  std::function<void(const std::vector<std::string>& tables, bool encrypted)> before_drop;
};

/// A database of a cluster's archive, and its own archive within that.
struct RestoredDatabase {
  std::string name;
  std::filesystem::path archive;
};

/// An object of the archive that was not restored.
struct RefusedObject {
  std::string object;  ///< "VIEW public.v"; "rows of public.t"
  std::string why;     ///< in the server's words, or what else it needs
};

struct RestoreReport {
  std::string database;                         ///< empty for roles and tablespaces, and for a whole cluster
  std::vector<RestoredDatabase> databases;      ///< of a whole cluster
  std::vector<std::string> plan;                ///< what is done, in order, a line each
  std::vector<std::string> dependencies;        ///< what came along (RestoreOptions::with_dependencies)
  std::vector<std::string> dependencies_there;  ///< what was needed, too, and was in the database already
  std::vector<std::string> lost;                ///< tables that clean drops, with their rows
  std::vector<RefusedObject> refused;           ///< left out (RestoreOptions::skip_refused)
  bool nothing_left = false;  ///< with resume: that restore was finished before, and nothing was changed
  std::uint64_t tables = 0, rows = 0, objects = 0;
  double seconds = 0;
  std::vector<std::string> warnings;
  std::vector<std::string> after_restore;
};

/// Restores an archive. Stops at the first error: the Error's hint says what has been done and what has not.
[[nodiscard]] RestoreReport restore(const RestoreOptions& options, Progress& progress, std::stop_token stop = {});

}  // namespace pgcoffer
