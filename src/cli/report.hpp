#pragma once

#include <cstdio>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {

void print_line(std::FILE* file, std::string_view line);
void print_json(const nlohmann::ordered_json& object, std::FILE* file);

/// "After a restore: …" lines of a policy, to standard error.
void print_actions(const std::vector<std::string>& actions);

/// The error as people read it (message, SQLSTATE, hint), to standard error.
void print_error(const Error& error);

}  // namespace pgcoffer::cli
