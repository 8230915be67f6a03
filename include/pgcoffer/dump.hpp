#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pgcoffer/connect_options.hpp"
#include "pgcoffer/keys.hpp"
#include "pgcoffer/leave_out.hpp"
#include "pgcoffer/progress.hpp"
#include "pgcoffer/secret.hpp"

namespace pgcoffer {

enum class Container {
  directory,
  zip,
  plain,  ///< one SQL script, for psql
};

/// Rows of plain scripts as INSERT statements instead of COPY.
struct Inserts {
  bool column_names = false;
  bool on_conflict_do_nothing = false;
  std::uint64_t rows = 1;  ///< in one statement
};

/// Looking, on the way, for what must not leave the database.
struct AuditOptions {
  /// Files that the report is written to: .json, .md or .html; existing ones are replaced.
  std::vector<std::filesystem::path> reports;
  bool personal_data = false;       ///< is a finding, whatever the policy
  std::vector<std::string> accept;  ///< findings that are none: `public.posts.body` or `public.posts.body:email`
};

/// What to dump, and where to. Defaults are those of `pgcoffer dump`.
struct DumpOptions {
  ConnectOptions connection;
  bool globals = false;         ///< roles, memberships, tablespaces, privileges on parameters instead of a database
  bool role_passwords = false;  ///< globals with the verifiers of passwords
  bool all_databases = false;   ///< globals and, each in an archive within the archive, all databases of the server
  std::vector<std::string> exclude_databases;  ///< psql patterns: not these of all
  std::filesystem::path path;                  ///< "-" with Container::plain is standard output
  Container container = Container::directory;
  bool replace = false;  ///< an existing archive is replaced once the new one is whole
  bool sync = true;  ///< false: done before the disk has it all; a machine that fails then may leave a damaged archive

  std::string rows = "sql";  ///< "sql", "json", "csv", or "binary": tables that cannot be so are "sql"
  std::string compression;   ///< "gzip[:0-12]", "zstd[:1-19]", "none"; empty: zstd:3, in zip gzip:6, in plain none
  std::uint64_t part_size =
      0;              ///< bytes of encoded text a part, about; 0: 4 MiB, in databases above 1 GiB up to 16 MiB
  unsigned jobs = 0;  ///< connections that read; 0: as many as there are cores, 8 at most
  seal::Recipients recipients;  ///< empty: not encrypted

  /// For the pseudonyms of the policy: 32 bytes. The same key makes the same pseudonyms in every dump.
  std::shared_ptr<const Secret> pseudonym_key;
  std::string policy;  ///< built-in name or file; empty: everything is kept
  /// Set: every value is looked at on its way into the archive. On a finding the dump throws Kind::policy, nothing
  /// bears the archive's name, and the report says why. Not for scripts, nor for globals.
  std::optional<AuditOptions> audit;
  /// psql patterns; each must match something, or the dump is refused.
  std::vector<std::string> tables, exclude_tables, schemas, exclude_schemas, exclude_table_data;
  /// The same with all partitions and inheritance children below what they match.
  std::vector<std::string> tables_and_children, exclude_tables_and_children, exclude_table_data_and_children;
  std::vector<std::string> extensions;  ///< only these, and of the objects outside of schemas nothing else
  std::vector<std::string> exclude_extensions;
  std::vector<std::string> include_foreign_data;  ///< foreign servers whose tables' rows are dumped, too
  bool schema_only = false, data_only = false;
  bool no_schema = false, no_data = false;  ///< the same, but for what is asked for besides: statistics, sequence_data
  bool sequence_data = false;               ///< sequences' values also without rows
  bool statistics = false;                  ///< with optimizer statistics, which servers since 18 can restore
  bool statistics_only = false;             ///< nothing else
  std::vector<std::string> sections;        ///< of "pre-data", "data", "post-data"; empty: all
  std::optional<bool> large_objects;        ///< unset: with the rows, unless tables, schemas or extensions are selected
  bool create = false;  ///< a plain script makes its own database; archives hold what that takes anyway
  bool no_owner = false, no_privileges = false;
  LeaveOut leave_out;
  bool no_toast_compression = false;     ///< columns get the server's default compression
  bool no_unlogged_table_data = false;   ///< unlogged tables without their rows, unlogged sequences without values
  bool load_via_partition_root = false;  ///< rows of partitions are loaded into the topmost partitioned table
  std::optional<Inserts> inserts;        ///< plain scripts only; unset: COPY
  bool clean = false;      ///< plain scripts: drop everything first; archives know how anyway (RestoreOptions::clean)
  bool if_exists = false;  ///< with clean: what does not exist need not be dropped
  bool disable_triggers = false;  ///< plain scripts of rows alone: no trigger fires and no foreign key is looked at
  std::string superuser;          ///< with disable_triggers: who loads the rows; empty: who runs the script
  std::string snapshot;           ///< of pg_export_snapshot() in another session, which must stay in that transaction
  bool serializable_deferrable = false;   ///< wait for a snapshot that serializable transactions could have seen
  bool enable_row_security = false;       ///< leave out rows that policies hide from the role, instead of an error
  bool quote_all_identifiers = false;     ///< every name in double quotes
  std::optional<int> extra_float_digits;  ///< -15 to 3; unset: as many as give back the same number
  bool ignore_unsupported = false;        ///< go on without objects that cannot be dumped; the manifest lists them
  std::chrono::milliseconds lock_wait_timeout{0};  ///< 0: wait for ever
};

/// A table of whose rows the policy took some.
struct SomeRows {
  std::string table;
  std::uint64_t rows = 0;           ///< in the archive
  std::optional<std::uint64_t> of;  ///< that the table had, where that is known
  bool estimated = false;           ///< what the server's statistics say of it
};

struct DumpReport {
  std::string archive_id;  ///< empty with Container::plain
  std::uint64_t tables = 0, rows = 0, parts = 0, objects = 0;
  std::uint64_t encoded_bytes = 0, stored_bytes = 0;
  std::chrono::duration<double> elapsed{0};
  std::vector<std::string> warnings;
  std::vector<std::string> after_restore;  ///< what the policy says is to be done after a restore
  std::vector<SomeRows> some_rows;         ///< empty with Container::plain
};

/// Dumps one database in one consistent snapshot. Either the whole archive bears its final name afterwards, or an Error
/// was thrown and nothing does. A stop request cancels what the server is doing and throws Kind::interrupted.
[[nodiscard]] DumpReport dump(const DumpOptions& options, Progress& progress, const std::stop_token& stop = {});

}  // namespace pgcoffer
