#include "dump/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

compress::Setting compression(const DumpOptions& options) {
  if (!options.compression.empty()) return compress::parse_setting(options.compression);
  switch (options.container) {
    case Container::zip:
      return compress::parse_setting("gzip");
    case Container::plain:
      return compress::parse_setting("none");
    case Container::directory:
      break;
  }
  return compress::parse_setting("zstd");
}

namespace {

/// Options that select within one database.
bool selects(const DumpOptions& options) {
  for (const auto* patterns :
       {&options.tables, &options.exclude_tables, &options.schemas, &options.exclude_schemas,
        &options.exclude_table_data, &options.tables_and_children, &options.exclude_tables_and_children,
        &options.exclude_table_data_and_children, &options.extensions, &options.exclude_extensions}) {
    if (!patterns->empty()) return true;
  }
  return options.create || options.large_objects.value_or(false);
}

void check_scope(const DumpOptions& options) {
  const bool globals = options.scope == Scope::globals;
  if (options.scope != Scope::database && selects(options)) {
    throw Error(Kind::usage, fmt::format("{} excludes options that select within a database",
                                         globals ? "--globals" : "--all-databases"))
        .hint("Leave out patterns for tables, schemas and extensions, -b and -C.");
  }
  if (globals && (options.data_only || options.schema_only)) {
    throw Error(Kind::usage, "--globals holds neither rows nor the schema of a database")
        .hint("Leave out -a and -s.");
  }
  if (options.scope == Scope::database && options.role_passwords) {
    throw Error(Kind::usage, "--role-passwords is for roles, which a database has not")
        .hint("Give --globals or --all-databases with it.");
  }
  if (options.scope != Scope::all_databases && !options.exclude_databases.empty())
    throw Error(Kind::usage, "--exclude-database is for --all-databases").hint("Leave it out, or dump all databases.");
  if (options.role_passwords && options.container != Container::plain && options.recipients.empty()) {
    throw Error(Kind::usage, "passwords of roles go into an encrypted archive only")
        .hint("Give --encrypt, or leave out --role-passwords.");
  }
}

}  // namespace

void check_options(const DumpOptions& options) {
  check_scope(options);
  if (options.schema_only && options.data_only) {
    throw Error(Kind::usage, "--schema-only and --data-only exclude each other").hint("Leave out one of them.");
  }
  if (options.schema_only && options.large_objects.value_or(false)) {
    throw Error(Kind::usage, "--schema-only and --large-objects exclude each other")
        .hint("Large objects are data. Leave out one of them.");
  }
  if (options.container != Container::plain) return;
  if (options.rows != "sql") {
    throw Error(Kind::usage, "a plain script holds its rows as sql only")
        .hint("Leave out --rows, or write a directory or zip.");
  }
  if (!options.recipients.empty()) {
    throw Error(Kind::usage, "a plain script cannot be encrypted")
        .hint("Write a directory or zip instead: -f NAME.zip.");
  }
}

unsigned jobs(const DumpOptions& options) {
  constexpr unsigned most = 8;
  return options.jobs != 0 ? options.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, most);
}

}  // namespace pgcoffer::dumping
