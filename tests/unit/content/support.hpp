#pragma once

#include <string>
#include <string_view>

#include "content/detect.hpp"

namespace content_test {

inline bool is_password(std::string_view name) {
  return name == "password" || name == "client_secret";
}

/// With blanks between.
inline std::string names(const pgcoffer::content::Kinds& found) {
  std::string result;
  for (const auto kind : pgcoffer::content::all_kinds())
    if (found.has(kind)) result += (result.empty() ? "" : " ") + std::string(to_string(kind));
  return result;
}

inline std::string kinds(std::string_view value, pgcoffer::content::IsCredentialName is_credential_name = is_password) {
  return names(pgcoffer::content::kinds_in(value, is_credential_name));
}

}  // namespace content_test
