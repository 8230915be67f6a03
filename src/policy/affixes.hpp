#pragma once

#include <string_view>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What most columns of a table have before or behind what they are called: `user_` where they are `user_login`,
/// `user_email`, `user_ip`; `_adh` for `login_adh`, `email_adh`; or several have, short for the table's name: `_pat` in
/// patients. Empty where there is no such affix, or where it says something by itself (`email_count`, `email_status`).
struct Affixes {
  std::string_view prefix, suffix;

  /// The name without them; never empty.
  [[nodiscard]] std::string_view taken_off(std::string_view name) const;
};

/// Valid as long as the table is.
[[nodiscard]] Affixes affixes_of(const catalog::Table& table);

}  // namespace pgcoffer::policy
