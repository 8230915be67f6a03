#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::policy {

/// The words that are written as one in a word of lower-case letters, which is not empty: {last, ip} for `lastip`,
/// {password, hash} for `passwordhash`, {fecha, nacimiento} for `fechanacimiento`. The word itself where it is one, or
/// where some of it is not known; then a word for a secret at its end is parted from the rest: {remote, token}.
[[nodiscard]] std::vector<std::string> parted(const std::string& word);

}  // namespace pgcoffer::policy
