#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace pgcoffer::catalog {

/// The columns of a system catalog by name. Of columns of type "char": the letters that mean something to this program,
/// "?" for any; empty for other columns.
using KnownCatalog = std::map<std::string, std::string, std::less<>>;

/// What this program knows of system catalogs, of all versions together: a column that a version has no more is no
/// harm.
struct KnownCatalogs {
  int newest = 0;  ///< the newest server version that was looked at, e.g. 19
  std::map<std::string, KnownCatalog, std::less<>> catalogs;
};

/// Reads lines "newest 19" and "pg_class oid relkind=rpv"; "_" is a blank among the letters, and "#" begins a comment.
/// Throws Error(failed) naming a line that is neither.
[[nodiscard]] KnownCatalogs parse_known_catalogs(std::string_view text);

/// What was compiled in (known_catalogs.inc).
[[nodiscard]] const KnownCatalogs& known_catalogs();

}  // namespace pgcoffer::catalog
