#include "dump/pseudonyms.hpp"

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

void require_pseudonym_key(const Secret* key) {
  if (key != nullptr) return;
  throw Error(Kind::usage, "the policy makes pseudonyms, and there is no key for them")
      .hint(
          "Give it with --pseudonym-key-file or in PGCOFFER_PSEUDONYM_KEY: 64 hex digits, as `pgcoffer key generate` "
          "makes them. Keep it: the same key makes the same pseudonyms.");
}

std::unique_ptr<const rows::Pseudonymizer> pseudonymizer(const plan::TablePlan& table, const Secret* key) {
  const bool any = std::ranges::any_of(table.pseudonyms, [](const auto& one) { return one.has_value(); });
  if (!any) return nullptr;
  // Nothing may go on with the values themselves.
  require_pseudonym_key(key);
  std::vector<std::string> names;
  for (const rows::Column& column : table.columns) names.push_back(column.name);
  return std::make_unique<const rows::Pseudonymizer>(table.pseudonyms, names, *key);
}

}  // namespace pgcoffer::dumping
