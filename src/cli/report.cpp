#include "cli/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace pgcoffer::cli {

void print_line(std::FILE* file, std::string_view line) {
  fmt::print(file, "{}\n", line);
}

void print_json(const nlohmann::ordered_json& object, std::FILE* file) {
  // Names from a database without an encoding may not be UTF-8: a replacement character is better than no report.
  print_line(file, object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_actions(const std::vector<std::string>& actions) {
  if (actions.empty()) return;
  print_line(stderr, "After a restore:");
  for (const std::string& action : actions) print_line(stderr, fmt::format("  - {}", action));
}

void print_error(const Error& error) {
  const std::string state = error.sqlstate().empty() ? "" : fmt::format(" (SQLSTATE {})", error.sqlstate());
  print_line(stderr, fmt::format("pgcoffer: error: {}{}", error.message(), state));
  if (!error.hint().empty()) print_line(stderr, fmt::format("pgcoffer: hint: {}", error.hint()));
}

}  // namespace pgcoffer::cli
