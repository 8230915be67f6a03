#include "policy/row_error.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace pgcoffer::policy {
namespace {

/// What stands before the value. Other languages quote it with signs of their own: of their messages nothing is shown.
std::string beginning(const std::string& message) {
  if (std::ranges::any_of(message, [](unsigned char c) { return c >= 0x80; })) return "";
  std::string text = message.substr(0, std::min(message.find_first_of("\"'("), message.find("0x")));
  while (!text.empty() && (text.back() == ' ' || text.back() == ':')) text.pop_back();
  return text;
}

/// What a class of errors is called that may tell of a value; empty for the others. (PostgreSQL documentation,
/// appendix A)
std::string_view name_of(std::string_view sqlstate_class) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> names{
      {{"22", "data exception"},
       {"23", "integrity constraint violation"},
       {"38", "external routine exception"},
       {"39", "external routine invocation exception"},
       {"42", "syntax error or access rule violation"},
       {"P0", "an error that a function raises"}}};
  const auto found = std::ranges::find(names, sqlstate_class, &std::pair<std::string_view, std::string_view>::first);
  return found == names.end() ? std::string_view() : found->second;
}

}  // namespace

Error without_values(const Error& error) {
  const std::string_view of = std::string_view(error.sqlstate()).substr(0, 2);
  const auto name = error.sqlstate() == "42501" ? std::string_view() : name_of(of);
  if (name.empty()) return error;
  const bool of_function = of == "P0";
  const std::string left = of_function ? "" : beginning(error.message());
  return Error(error.kind(), std::string(name) + (left.empty() ? "" : ", " + left) + " (the value is not shown)")
      .hint(of_function ? "" : error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::policy
