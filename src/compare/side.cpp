#include "compare/side.hpp"

#include <algorithm>

namespace pgcoffer::comparing {

bool same_bytes(const SideTable& table, const SideTable& like) {
  for (std::size_t i = 0; i < like.columns.size(); ++i) {
    const auto found = std::ranges::find(table.columns, like.columns[i]);
    if (found == table.columns.end() || !like.forms[i]) return false;
    const auto& form = table.forms[static_cast<std::size_t>(found - table.columns.begin())];
    if (!form || !rows::same_bytes(*form, *like.forms[i])) return false;
  }
  return true;
}

}  // namespace pgcoffer::comparing
