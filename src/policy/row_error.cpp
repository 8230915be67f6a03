#include "policy/row_error.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace pgcoffer::policy {
namespace {

/// What stands before the value. Other languages quote it with signs of their own: of their messages nothing is shown.
std::string beginning(const std::string& message) {
  if (std::ranges::any_of(message, [](unsigned char c) { return c >= 0x80; })) return "";
  std::string text = message.substr(0, std::min(message.find_first_of("\"'("), message.find("0x")));
  while (!text.empty() && (text.back() == ' ' || text.back() == ':')) text.pop_back();
  return text;
}

}  // namespace

Error without_values(const Error& error) {
  const std::string_view of = std::string_view(error.sqlstate()).substr(0, 2);
  if (of != "22" && of != "23") return error;
  const std::string name = of == "22" ? "data exception" : "integrity constraint violation";
  const std::string left = beginning(error.message());
  return Error(error.kind(), name + (left.empty() ? "" : ", " + left) + " (the value is not shown)")
      .hint(error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::policy
