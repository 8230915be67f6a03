#include "dump/table_error.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/row_error.hpp"

namespace pgcoffer::dumping {

namespace {

/// Whether computing an expression can give such an error: functions choose nearly any.
bool of_expression(std::string_view sqlstate) {
  const std::string_view of = sqlstate.substr(0, 2);
  return !of.empty() && of != "53" && of != "58" && of != "XX";
}

/// The server's words for a line that it has no memory for, by version.
bool is_too_long(const Error& error) {
  return error.sqlstate() == "54000" || error.message().find("memory alloc request size") != std::string::npos;
}

}  // namespace

Error table_error(const Error& found, std::string_view table, const std::vector<std::string>& rules) {
  if (!found.object().empty()) return found;  // it is of something else, of the script's file say
  const Error error = rules.empty() ? found : policy::without_values(found);
  std::string hint = error.hint();
  if (error.kind() == Kind::permission) {
    hint = fmt::format("Grant SELECT on it to the role that dumps, or leave it out with --exclude-table '{}'.", table);
  }
  if (error.sqlstate() == "22P05" || error.sqlstate() == "22021") {
    hint =
        "Archives are in UTF-8, which the server cannot make of this text: correct the row, or leave it or its column "
        "out by a policy.";
  }
  if (is_too_long(error))
    hint = "A row with more than 1 GiB of text can be had in binary only: dump into an archive with --rows binary.";
  if (!rules.empty() && of_expression(error.sqlstate()))
    hint = fmt::format("The policy has SQL of its own computed for these rows: {}.", join_first(rules));
  return Error(error.kind(), fmt::format("cannot read table \"{}\": {}", table, error.message()))
      .hint(std::move(hint))
      .sqlstate(error.sqlstate())
      .object(std::string(table));
}

}  // namespace pgcoffer::dumping
