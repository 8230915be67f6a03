#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace pgcoffer::restoring {

/// Arguments "OLD=NEW". Names stand there as they are; in double quotes, with quotes inside doubled, they may also hold
/// '=' and, with a schema before them, dots: "a=b"=c, s."x.y"=z. All throw Error(usage).
struct NameMap {
  std::string from, to;
};
[[nodiscard]] NameMap name_map(const std::string& text, const char* option);

/// Several of them, by the old name.
[[nodiscard]] std::map<std::string, std::string> name_maps(const std::vector<std::string>& texts, const char* option);

/// Of --map-table: either name may have its schema before it.
struct TableMap {
  std::string from;  ///< as it was written
  QualifiedName to;  ///< without a schema: the table stays in its own
  [[nodiscard]] bool is_from(const QualifiedName& table) const;
};
[[nodiscard]] TableMap table_map(const std::string& text);

}  // namespace pgcoffer::restoring
