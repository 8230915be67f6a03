#include <fmt/format.h>

#include "audit/page.hpp"
#include "base/printable.hpp"

namespace pgcoffer::audit {
namespace {

constexpr std::string_view kStyle = R"(
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.verdict { padding: .7rem 1rem; border-left: .4rem solid; }
.passed { border-color: #2a7d3c; background: #eaf5ec; } .failed { border-color: #b3261e; background: #fbeceb; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; } dt { color: #666; } dd { margin: 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-bottom: 1px solid #ddd; }
td { overflow-wrap: anywhere; } th { background: #f4f4f4; } .none { color: #666; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
)";

/// Names come from databases of anybody: none of them is markup.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string row(const std::vector<std::string>& cells, std::string_view element) {
  std::string text = "<tr>";
  for (const std::string& cell : cells) text += fmt::format("<{0}>{1}</{0}>", element, plain(cell));
  return text + "</tr>\n";
}

std::string table(const Page::Section& section) {
  std::string text = fmt::format("<h2>{} <small>({})</small></h2>\n", plain(section.title), section.rows.size());
  if (section.rows.empty()) return text + "<p class=\"none\">None.</p>\n";
  text += "<div class=\"wide\"><table>\n<thead>" + row(section.head, "th") + "</thead>\n<tbody>\n";
  for (const auto& cells : section.rows) text += row(cells, "td");
  return text + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string html(const Page& page) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}: {1}</title>\n<style>{2}</style>\n</head>\n"
      "<body>\n<h1>{0}</h1>\n<p class=\"verdict {3}\"><strong>{1}</strong>: {4}.</p>\n<dl>\n",
      plain(page.title), plain(page.verdict), kStyle, page.passed ? "passed" : "failed", plain(page.explanation));
  for (const auto& [label, fact] : page.facts)
    text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", plain(label), plain(fact));
  text += "</dl>\n<p>Values of the archive are not in this report.</p>\n";
  for (const Page::Section& section : page.sections) text += table(section);
  return text + "</body>\n</html>\n";
}

}  // namespace pgcoffer::audit
