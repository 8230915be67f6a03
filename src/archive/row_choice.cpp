#include "archive/row_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

bool holds_some_rows(const Table& table) {
  return table.has_rows && table.verdict == "where";
}

std::string rows_kept(std::uint64_t rows, std::optional<std::uint64_t> of, bool estimated) {
  if (!of) return counted(rows, "row");
  return fmt::format("{} of {}{} rows", human_count(rows), estimated ? "about " : "", human_count(*of));
}

std::string row_choice(const Table& table) {
  std::vector<std::string> told;
  std::string where = table.where;
  // Each condition ends with one, which closes a comment in it.
  for (std::size_t end = where.find("\n)"); end != std::string::npos; end = where.find("\n)")) where.erase(end, 1);
  std::ranges::replace(where, '\n', ' ');
  if (!where.empty()) told.push_back(where);
  if (!table.sample.empty()) told.push_back("sample " + table.sample);
  if (!table.follow.empty()) told.push_back("follow " + table.follow);
  if (told.empty() && table.by_reference) told.emplace_back("those that references bring along or leave");
  return join(told, ", ");
}

std::string told_verdict(const std::string& verdict, const std::string& choice) {
  if (choice.empty()) return verdict;
  return verdict == "where" && choice.starts_with("sample ") ? choice : verdict + " " + choice;
}

}  // namespace pgcoffer::archive
