#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/context.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "pgcoffer/error.hpp"
#include "seal/process_hardening.hpp"

namespace pgcoffer::cli {
namespace {

int exit_code(Kind kind) {
  switch (kind) {
    case Kind::failed:
    case Kind::not_found:
    case Kind::exists:
    case Kind::unsupported:
      return kFailed;
    case Kind::usage:
    case Kind::wrong_key:
    case Kind::newer_format:
      return kUsage;
    case Kind::connection:
    case Kind::permission:
      return kConnection;
    case Kind::damaged:
      return kDamaged;
    case Kind::policy:
      return kPolicy;
    case Kind::interrupted:
      return kInterrupted;
  }
  return kFailed;
}

/// A descriptor that the caller has closed would be given to the next file or socket, and our output written into it.
void fill_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDONLY) < 0) std::_Exit(kFailed);
  }
}

/// What is still in the buffer may fail to be written, too: a report cut short must not look like a success.
void flush_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  if (errno == EPIPE) throw ReaderGone();
  throw Error(Kind::failed, "cannot write to standard output").hint("Is the disk full?");
}

/// Whoever does not get the report must not take the work itself for failed.
Error with_what_is_done(const Error& error, const std::string& done) {
  if (done.empty()) return error;
  return Error(error.kind(), error.message() + ": " + done).hint(error.hint()).sqlstate(error.sqlstate());
}

/// Runs what the arguments ask for.
void parse(CLI::App& app, Context& context, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help and --version, too
    context.exit_code = app.exit(error) == 0 ? kDone : kUsage;
  }
}

int run(int argc, char** argv) {
  const Signals signals;
  Context context{signals.token(), kDone, {}};
  const std::unique_ptr<CLI::App> app = make_app(context);
  try {
    parse(*app, context, argc, argv);
    flush_output();
    return context.exit_code;
  } catch (const Error& error) {
    print_error(with_what_is_done(error, context.done));
    return exit_code(error.kind());
  } catch (const ReaderGone&) {
    return context.exit_code;
  } catch (const std::bad_alloc&) {
    print_error(Error(Kind::failed, "out of memory").hint("Use fewer jobs or smaller parts (-j, --part-size)."));
  } catch (const std::exception& error) {
    print_error(
        Error(Kind::failed, error.what()).hint("This is a defect of pgcoffer: please report it with what you did."));
  }
  return kFailed;
}

}  // namespace
}  // namespace pgcoffer::cli

int main(int argc, char** argv) {
  pgcoffer::cli::fill_standard_descriptors();
  pgcoffer::seal::forbid_core_dumps();
  return pgcoffer::cli::run(argc, argv);
}
