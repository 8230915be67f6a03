#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace pgcoffer::cli {

/// Exit codes: a contract (README, "Exit codes").
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kConnection = 3,
  kDamaged = 4,
  kPolicy = 5,
  kDifferent = 6,  ///< `compare` found differences
  kInterrupted = 130,
};

/// What all commands share: the request to stop, and the exit code of a command that ended without an exception.
struct Context {
  std::stop_token stop;
  int exit_code = kDone;
  std::string done;  ///< what stands, whatever happens to the report of it; for errors that come after it
};

/// Each adds its command to the program; the command runs when the arguments have been parsed.
void add_dump(CLI::App& app, Context& context);
void add_restore(CLI::App& app, Context& context);
void add_convert(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_inspect(CLI::App& app, Context& context);
void add_cat(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_policy(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_documentation(CLI::App& app, Context& context);

/// The whole program's options and commands; help, man page and completion are made from it.
[[nodiscard]] std::unique_ptr<CLI::App> make_app(Context& context);

}  // namespace pgcoffer::cli
