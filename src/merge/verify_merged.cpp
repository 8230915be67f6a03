#include "merge/verify_merged.hpp"

#include <fmt/format.h>

#include "merge/row_check.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {

std::vector<std::string> verify_merged(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                       const archive::Manifest& manifest) {
  std::vector<std::string> warnings;
  write_as_archived(connection, manifest);
  for (const TargetTable* table : tables) {
    const std::string name = display_name(table->name);
    if (table->archived->row_digest.empty() || !table->extra.empty()) {
      warnings.push_back(
          fmt::format("table {} is not verified: the archive has no digest of the rows as they are here", name));
      continue;
    }
    const rows::RowDigest digest = digest_of(connection, "ONLY " + table->sql(), table->writable);
    if (digest.rows() == table->archived->rows && digest.hex() == table->archived->row_digest) continue;
    throw Error(Kind::failed, fmt::format("table \"{}\": its rows are not those of the archive", name))
        .hint("Does a trigger change them? --disable-triggers lets none fire.")
        .object(name);
  }
  return warnings;
}

}  // namespace pgcoffer::merging
