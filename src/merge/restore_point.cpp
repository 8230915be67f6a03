#include "merge/restore_point.hpp"

#include <fmt/format.h>

#include "pgcoffer/dump.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {

void dump_restore_point(const MergeOptions& options, const std::vector<std::string>& tables, bool sealed,
                        Progress& progress, const std::stop_token& stop) {
  DumpOptions dump_options;
  dump_options.path = options.restore_point;
  dump_options.container = options.restore_point.extension() == ".zip" ? Container::zip : Container::directory;
  dump_options.connection = options.restore.connection;
  dump_options.tables = tables;
  const seal::Identities& identities = options.restore.identities;
  if (sealed) {
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
    throw Error(error.kind(), fmt::format("cannot make the restore point \"{}\": {}", options.restore_point.string(),
                                          error.message()))
        .hint(error.kind() == Kind::exists ? "Choose another name for it." : error.hint())
        .sqlstate(error.sqlstate());
  }
}

}  // namespace pgcoffer::merging
