#include "dump/recorded_options.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace pgcoffer::dumping {
namespace {

using Values = std::vector<std::string> DumpOptions::*;
constexpr auto kLists = std::to_array<std::pair<const char*, Values>>({
    {"--table", &DumpOptions::tables},
    {"--table-and-children", &DumpOptions::tables_and_children},
    {"--exclude-table", &DumpOptions::exclude_tables},
    {"--exclude-table-and-children", &DumpOptions::exclude_tables_and_children},
    {"--schema", &DumpOptions::schemas},
    {"--exclude-schema", &DumpOptions::exclude_schemas},
    {"--extension", &DumpOptions::extensions},
    {"--exclude-extension", &DumpOptions::exclude_extensions},
    {"--exclude-table-data", &DumpOptions::exclude_table_data},
    {"--exclude-table-data-and-children", &DumpOptions::exclude_table_data_and_children},
    {"--include-foreign-data", &DumpOptions::include_foreign_data},
    {"--section", &DumpOptions::sections},
    {"--exclude-database", &DumpOptions::exclude_databases},
});

constexpr auto kFlags = std::to_array<std::pair<const char*, bool DumpOptions::*>>({
    {"--globals", &DumpOptions::globals},
    {"--all-databases", &DumpOptions::all_databases},
    {"--role-passwords", &DumpOptions::role_passwords},
    {"--schema-only", &DumpOptions::schema_only},
    {"--data-only", &DumpOptions::data_only},
    {"--no-schema", &DumpOptions::no_schema},
    {"--no-data", &DumpOptions::no_data},
    {"--sequence-data", &DumpOptions::sequence_data},
    {"--statistics", &DumpOptions::statistics},
    {"--statistics-only", &DumpOptions::statistics_only},
    {"--no-owner", &DumpOptions::no_owner},
    {"--no-privileges", &DumpOptions::no_privileges},
    {"--no-toast-compression", &DumpOptions::no_toast_compression},
    {"--no-unlogged-table-data", &DumpOptions::no_unlogged_table_data},
    {"--serializable-deferrable", &DumpOptions::serializable_deferrable},
    {"--enable-row-security", &DumpOptions::enable_row_security},
    {"--load-via-partition-root", &DumpOptions::load_via_partition_root},
    {"--quote-all-identifiers", &DumpOptions::quote_all_identifiers},
    {"--ignore-unsupported", &DumpOptions::ignore_unsupported},
});

constexpr auto kLeaveOut = std::to_array<std::pair<const char*, bool LeaveOut::*>>({
    {"--no-comments", &LeaveOut::comments},
    {"--no-security-labels", &LeaveOut::security_labels},
    {"--no-publications", &LeaveOut::publications},
    {"--no-subscriptions", &LeaveOut::subscriptions},
    {"--no-policies", &LeaveOut::policies},
    {"--no-tablespaces", &LeaveOut::tablespaces},
    {"--no-table-access-method", &LeaveOut::table_access_method},
});

}  // namespace

std::vector<std::string> recorded_options(const DumpOptions& options) {
  std::vector<std::string> words = {"--rows " + options.rows};
  if (!options.compression.empty()) words.push_back("--compress " + options.compression);
  if (!options.policy.empty()) words.push_back("--policy " + options.policy);
  for (const auto& [name, list] : kLists) {
    for (const std::string& value : options.*list) words.push_back(fmt::format("{} {}", name, value));
  }
  for (const auto& [name, flag] : kFlags) {
    if (options.*flag) words.emplace_back(name);
  }
  if (!options.snapshot.empty()) words.push_back("--snapshot " + options.snapshot);
  if (options.extra_float_digits) words.push_back(fmt::format("--extra-float-digits {}", *options.extra_float_digits));
  if (options.large_objects) words.emplace_back(*options.large_objects ? "--large-objects" : "--no-large-objects");
  for (const auto& [name, flag] : kLeaveOut) {
    if (options.leave_out.*flag) words.emplace_back(name);
  }
  return words;
}

}  // namespace pgcoffer::dumping
