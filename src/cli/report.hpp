#pragma once

#include <cstdio>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {

/// Thrown when the program that read our report has ended (`pgcoffer inspect … | head`): no failure, but the end.
struct ReaderGone {};

/// One line of printable text. Throws ReaderGone, or Error(failed) when standard output takes no more.
void print_line(std::FILE* file, std::string_view line);
/// Text of our own, as it is, and a line end. Throws as print_line() does.
void print_text(std::FILE* file, std::string_view text);
void print_json(const nlohmann::ordered_json& object, std::FILE* file);

/// "After a restore: …" lines of a policy, to standard error.
void print_actions(const std::vector<std::string>& actions);

/// The error as people read it (message, SQLSTATE, hint), to standard error.
void print_error(const Error& error);

}  // namespace pgcoffer::cli
