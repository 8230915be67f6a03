#pragma once

#include <cstddef>
#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Whether the option of a command that begins at `dash` gives a password: --password word, -u user:password, and
/// -pword on a line of MySQL's programs, where other programs say ports and paths by it. `loose`: on any line.
[[nodiscard]] bool is_secret_option(std::string_view text, std::size_t dash, IsCredentialName is_credential_name,
                                    bool loose = false);

/// Whether a setting begins at `at` that gives one and stands before it with a blank between: requirepass word.
[[nodiscard]] bool is_password_directive(std::string_view text, std::size_t at);

/// Whether any option does, where rather one too many is found than one too few.
[[nodiscard]] bool has_option_of_secret(std::string_view text, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
