#include "cli/table_names.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {

void TableNames::declare(CLI::App& command, const char* group) {
  command
      .add_option("--tables", text_,
                  "Only these tables, by their exact names with or without schema (others as patterns), with what "
                  "belongs to them")
      ->group(group)
      ->type_name("a,b,...");
}

std::vector<std::string> TableNames::names() const {
  if (text_.starts_with('-')) {
    throw Error(Kind::usage, fmt::format("--tables wants names of tables, and not \"{}\"", text_))
        .hint("A table whose name begins with \"-\" is named with its schema.");
  }
  if (text_.empty()) return {};
  std::vector<std::string> names(1);
  bool quoted = false;
  for (const char c : text_) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted)
      names.emplace_back();
    else
      names.back() += c;
  }
  return names;
}

}  // namespace pgcoffer::cli
