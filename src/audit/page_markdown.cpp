#include <fmt/format.h>

#include "audit/page.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {
namespace {

/// What would end a cell of a table, or mark text up, stands for itself.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (std::string_view("|\\`*_<>[]#&").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string table(const Page::Section& section) {
  std::string text = fmt::format("\n## {}\n\n", section.title);
  if (section.rows.empty()) return text + "None.\n";
  text += "| " + join(section.head, " | ") + " |\n|" + join(std::vector<std::string>(section.head.size(), "---"), "|") +
          "|\n";
  for (const auto& row : section.rows) {
    std::vector<std::string> cells;
    for (const std::string& cell : row) cells.push_back(plain(cell));
    text += "| " + join(cells, " | ") + " |\n";
  }
  return text;
}

}  // namespace

std::string markdown(const Page& page) {
  std::string text = fmt::format("# {}\n\n**{}**: {}.\n\n", page.title, page.verdict, page.explanation);
  for (const auto& [label, fact] : page.facts) text += fmt::format("- {}: {}\n", label, plain(fact));
  text += "\nValues of the archive are not in this report.\n";
  for (const Page::Section& section : page.sections) text += table(section);
  return text;
}

}  // namespace pgcoffer::audit
