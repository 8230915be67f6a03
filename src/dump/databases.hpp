#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/plain_script.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// The databases of --all-databases, template1 first: all that accept connections, without those that
/// exclude_databases name. What must be left out, and patterns that match none, are in `warnings`.
[[nodiscard]] std::vector<std::string> list_databases(pg::Connection& connection, const DumpOptions& options,
                                                      std::vector<std::string>& warnings);

/// Dumps each of them, one after another, with the same options.
class DatabasesDump {
 public:
  /// What is dumped is added to the report.
  DatabasesDump(const DumpOptions& options, Progress& progress, const std::stop_token& stop, DumpReport& report);

  /// Each into an archive of its own in this folder, which has the name `prefix` in the archive around it.
  [[nodiscard]] std::vector<archive::ArchivedDatabase> into_folder(const std::vector<std::string>& names,
                                                                   const std::filesystem::path& folder);
  /// Each behind a \connect; all but those that every server has are created.
  void into_script(const std::vector<std::string>& names, archive::PlainScript& script);

 private:
  [[nodiscard]] DumpOptions options_for(const std::string& name) const;
  void add(const std::string& name, const DumpReport& one);

  const DumpOptions& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  DumpReport& report_;
};

}  // namespace pgcoffer::dumping
