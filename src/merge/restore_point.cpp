#include "merge/restore_point.hpp"

#include <fmt/format.h>

#include "convert/open_any.hpp"
#include "pgcoffer/dump.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer {
namespace merging {

void dump_restore_point(const RestoreOptions& options, const std::filesystem::path& path,
                        const std::vector<std::string>& tables, bool sealed, Progress& progress,
                        const std::stop_token& stop) {
  DumpOptions dump_options;
  dump_options.path = path;
  dump_options.container = path.extension() == ".zip" ? Container::zip : Container::directory;
  dump_options.connection = options.connection;
  dump_options.tables = tables;
  dump_options.lock_wait_timeout = options.lock_wait_timeout;
  const seal::Identities& identities = options.identities;
  // What an archive of pg_dump was converted to is sealed for as long as it is read, and it itself is not.
  if (sealed && !converting::of_pg_dump(options.path)) {
    dump_options.recipients.key = identities.key;
    dump_options.recipients.passphrase = identities.passphrase;
    if (dump_options.recipients.empty()) {
      throw Error(Kind::usage, "the archive is encrypted, and there is no key to seal the restore point to")
          .hint("Open the archive with a key or passphrase, or dump the tables by hand with --encrypt-to first.");
    }
  }
  try {
    static_cast<void>(dump(dump_options, progress, stop));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("cannot make the restore point \"{}\": {}", path.string(), error.message()))
        .hint(error.kind() == Kind::exists ? "Choose another name for it." : error.hint())
        .sqlstate(error.sqlstate());
  }
}

}  // namespace merging

RestoreReport restore_with_point(RestoreOptions options, const std::filesystem::path& path, Progress& progress,
                                 const std::stop_token& stop) {
  if (!options.clean) {
    throw Error(Kind::usage, "a restore point keeps what is lost, and nothing is: neither --clean nor --mode is given")
        .hint("Leave out --restore-point.");
  }
  options.before_drop = [&](const std::vector<std::string>& tables, bool sealed) {
    merging::dump_restore_point(options, path, tables, sealed, progress, stop);
  };
  return restore(options, progress, stop);
}

}  // namespace pgcoffer
