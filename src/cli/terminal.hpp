#pragma once

#include <string>
#include <string_view>

#include "pgcoffer/secret.hpp"

namespace pgcoffer::cli {

/// True when a person can be asked: standard input and standard error are a terminal.
[[nodiscard]] bool is_terminal();

/// Asks without echo. Throws Error(usage) where there is no terminal.
[[nodiscard]] Secret ask_secret(std::string_view prompt);
/// Asks twice, until both are the same.
[[nodiscard]] Secret ask_new_secret(std::string_view prompt);
/// A yes-or-no question, no by default.
[[nodiscard]] bool ask_yes(std::string_view question);

}  // namespace pgcoffer::cli
