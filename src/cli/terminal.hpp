#pragma once

#include <string>
#include <string_view>

#include "pgcoffer/secret.hpp"

namespace pgcoffer::cli {

/// True when a person can be asked: standard input and standard error are a terminal.
[[nodiscard]] bool is_terminal();

/// For the thread that waits for signals: ends the process with 130 when a question is being asked, which nothing else
/// can interrupt; the terminal's echo is restored. Otherwise does nothing.
void end_if_asking();

/// True while a question waits for its answer: nothing may be drawn over it.
[[nodiscard]] bool is_asking() noexcept;

/// Asks without echo. Throws Error(usage) where there is no terminal.
[[nodiscard]] Secret ask_secret(std::string_view prompt);
/// Asks twice, until both are the same.
[[nodiscard]] Secret ask_new_secret(std::string_view prompt);
/// Asks for this very text to be typed.
[[nodiscard]] bool ask_typed(std::string_view question, std::string_view expected);
/// A yes-or-no question, no by default.
[[nodiscard]] bool ask_yes(std::string_view question);

}  // namespace pgcoffer::cli
