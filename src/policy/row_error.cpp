#include "policy/row_error.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace pgcoffer::policy {
namespace {

/// What the server itself says, up to a value. Functions choose their words and their SQLSTATE freely, so that of all
/// other messages nothing can be shown.
bool is_of_server(std::string_view message) {
  constexpr std::array<std::string_view, 33> beginnings{"invalid input syntax for type ",
                                                        "invalid input value for enum ",
                                                        "invalid byte sequence for encoding ",
                                                        "malformed array literal",
                                                        "malformed range literal",
                                                        "malformed record literal",
                                                        "value too long for type ",
                                                        "value for domain ",
                                                        "null value in column ",
                                                        "new row for relation ",
                                                        "duplicate key value ",
                                                        "domain ",
                                                        "division by zero",
                                                        "numeric field overflow",
                                                        "smallint out of range",
                                                        "integer out of range",
                                                        "bigint out of range",
                                                        "value out of range",
                                                        "date out of range",
                                                        "timestamp out of range",
                                                        "interval out of range",
                                                        "date/time field value out of range",
                                                        "cannot take ",
                                                        "cannot cast ",
                                                        "cannot extract ",
                                                        "more than one row returned by a subquery",
                                                        "could not open file ",
                                                        "could not extend file ",
                                                        "could not write to file ",
                                                        "canceling statement due to ",
                                                        "terminating connection due to ",
                                                        "deadlock detected",
                                                        "out of memory"};
  if (std::ranges::any_of(beginnings, [&](std::string_view one) { return message.starts_with(one); })) return true;
  constexpr std::string_view denied = "permission denied for ";
  constexpr std::array<std::string_view, 9> kinds{"table ",     "view ",     "function ", "schema ",      "sequence ",
                                                  "procedure ", "language ", "type ",     "large object "};
  return message.starts_with(denied) && std::ranges::any_of(kinds, [&](std::string_view kind) {
           return message.substr(denied.size()).starts_with(kind);
         });
}

/// What stands before the value: nothing of what a function says, or a server in another language.
std::string beginning(const std::string& message) {
  if (!is_of_server(message)) return "";
  std::string text = message.substr(0, std::min(message.find_first_of("\"'("), message.find("0x")));
  while (!text.empty() && (text.back() == ' ' || text.back() == ':')) text.pop_back();
  return text;
}

/// What a class of errors is called. (PostgreSQL documentation, appendix A)
std::string_view name_of(std::string_view sqlstate_class) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> names{
      {{"08", "connection exception"},
       {"0A", "feature not supported"},
       {"21", "cardinality violation"},
       {"22", "data exception"},
       {"23", "integrity constraint violation"},
       {"25", "invalid transaction state"},
       {"38", "external routine exception"},
       {"39", "external routine invocation exception"},
       {"40", "transaction rollback"},
       {"42", "syntax error or access rule violation"},
       {"53", "insufficient resources"},
       {"54", "program limit exceeded"},
       {"55", "object not in prerequisite state"},
       {"57", "operator intervention"},
       {"58", "system error"},
       {"XX", "internal error"}}};
  const auto found = std::ranges::find(names, sqlstate_class, &std::pair<std::string_view, std::string_view>::first);
  return found == names.end() ? "an error that a function raises" : found->second;
}

}  // namespace

Error without_values(const Error& error) {
  if (error.sqlstate().empty()) return error;
  const std::string left = beginning(error.message());
  return Error(error.kind(), std::string(name_of(std::string_view(error.sqlstate()).substr(0, 2))) +
                                 (left.empty() ? "" : ", " + left) + " (the value is not shown)")
      .hint(left.empty() ? "" : error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::policy
