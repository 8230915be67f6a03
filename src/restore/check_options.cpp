#include "restore/check_options.hpp"

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

void check_dependencies(const RestoreOptions& options) {
  if (options.tables.empty() && options.table_names.empty() && options.objects.empty() && options.schemas.empty()) {
    throw Error(Kind::usage, "--with-dependencies means nothing without a selection: all is restored")
        .hint("Say what is wanted with -t, --tables or --object, or leave it out.");
  }
  if (options.data_only || options.statistics_only) {
    throw Error(Kind::usage, "--with-dependencies excludes --data-only and --statistics-only")
        .hint("What is needed is made where it is missing: that wants definitions.");
  }
}

}  // namespace

void check_options(const RestoreOptions& options) {
  if (options.single_transaction && options.jobs > 1) {
    throw Error(Kind::usage, "--single-transaction works over one connection: it excludes more than one job")
        .hint("Leave out -j, or --single-transaction.");
  }
  if (options.create && !options.create_database.empty()) {
    throw Error(Kind::usage, "--create and --create-db exclude each other: one takes the archive's name, one another")
        .hint("Leave out -C.");
  }
  if (options.with_dependencies) check_dependencies(options);
  if (options.skip_refused && (options.clean || options.resumable || options.resume)) {
    throw Error(Kind::usage, "--skip-refused excludes --clean, --resumable and --resume")
        .hint("Definitions are tried before anything is changed: restore into an empty database, in one go.");
  }
  if (options.skip_refused && (options.data_only || options.statistics_only)) {
    throw Error(Kind::usage, "--skip-refused is about definitions, and --data-only and --statistics-only make none")
        .hint("Leave out --skip-refused.");
  }
  if (!options.resumable && !options.resume) return;
  if (options.clean) {
    throw Error(Kind::usage, "--resumable and --resume exclude --clean: what is done would be dropped again")
        .hint("Restore into an empty database.");
  }
  if (options.single_transaction || options.dry_run || options.create || !options.create_database.empty()) {
    throw Error(Kind::usage,
                "--resumable and --resume exclude --single-transaction, --dry-run, --create and --create-db")
        .hint("Create the database first, and restore into it with -d.");
  }
}

}  // namespace pgcoffer::restoring
