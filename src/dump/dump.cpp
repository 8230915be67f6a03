#include "pgcoffer/dump.hpp"

#include <chrono>

#include "archive/plain_script.hpp"
#include "archive/replaceable.hpp"
#include "dump/database_dump.hpp"
#include "dump/globals.hpp"
#include "dump/options.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer {
namespace dumping {
namespace {

DumpReport write_script(const DumpOptions& options, Progress& progress, const std::stop_token& stop) {
  archive::PlainScript script(options.path, options.replace, compression(options));
  DumpReport report = options.scope == Scope::globals ? script_globals(options, script, progress, stop)
                                                      : script_database(options, script, progress, stop);
  script.commit();
  return report;
}

DumpReport write_archive(const DumpOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto kind = options.container == Container::zip ? store::Container::zip : store::Container::directory;
  if (options.replace) archive::require_replaceable(options.path);
  auto sink = store::create(options.path, kind, options.replace);
  return options.scope == Scope::globals ? dump_globals(options, std::move(sink), progress, stop).report
                                         : dump_database(options, std::move(sink), progress, stop).report;
}

}  // namespace
}  // namespace dumping

DumpReport dump(const DumpOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  dumping::check_options(options);
  try {
    DumpReport report = options.container == Container::plain ? dumping::write_script(options, progress, stop)
                                                              : dumping::write_archive(options, progress, stop);
    report.elapsed = std::chrono::steady_clock::now() - start;
    return report;
  } catch (const Error&) {
    // Whatever broke first because of it, the reason is the request.
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    throw;
  }
}

}  // namespace pgcoffer
