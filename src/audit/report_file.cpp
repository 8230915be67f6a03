#include "audit/report_file.hpp"

#include <fmt/format.h>

#include "audit/page.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::audit {

void check_report_file(const std::filesystem::path& file) {
  const std::string end = file.extension().string();
  if (end == ".json" || end == ".md" || end == ".html") return;
  throw Error(Kind::usage, fmt::format("cannot tell from \"{}\" what to write", file.string()))
      .hint("Reports are written as JSON (.json), and as a page of Markdown (.md) or HTML (.html).");
}

void write_report(const Report& report, const std::filesystem::path& file) {
  check_report_file(file);
  const std::string end = file.extension().string();
  if (end == ".json") return replace_file(file, to_json(report) + "\n", 0644);
  const Page page = page_of(report);
  replace_file(file, end == ".md" ? markdown(page) : html(page), 0644);
}

std::string quoted_names(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  for (const std::filesystem::path& file : files) names.push_back(fmt::format("\"{}\"", file.string()));
  return join(names, ", ");
}

}  // namespace pgcoffer::audit
