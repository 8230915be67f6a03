#include "archive/row_choice.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/text.hpp"

namespace pgcoffer::archive {

bool holds_some_rows(const Table& table) {
  return table.has_rows && table.verdict == "where";
}

std::string rows_kept(std::uint64_t rows, std::optional<std::uint64_t> of, bool estimated) {
  if (!of) return fmt::format("{} rows", human_count(rows));
  return fmt::format("{} of {}{} rows", human_count(rows), estimated ? "about " : "", human_count(*of));
}

std::string row_choice(const Table& table) {
  std::vector<std::string> told;
  std::string where = table.where;
  std::erase(where, '\n');  // it closes a comment in the condition
  if (!where.empty()) told.push_back(where);
  if (!table.sample.empty()) told.push_back("sample " + table.sample);
  if (!table.follow.empty()) told.push_back("follow " + table.follow);
  if (told.empty() && table.by_reference) told.emplace_back("those that references bring along or leave");
  return join(told, ", ");
}

}  // namespace pgcoffer::archive
