#include "archive/after_restore.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"

namespace pgcoffer::archive {

std::vector<std::string> after_restore_actions(const std::vector<Table>& tables) {
  std::map<std::string, std::vector<std::string>> about;
  std::vector<std::string> order;
  const auto add = [&](const std::string& text, std::string what) {
    if (text.empty()) return;
    auto& list = about[text];
    if (list.empty()) order.push_back(text);
    list.push_back(std::move(what));
  };
  for (const Table& table : tables) {
    const std::string name = display_name({table.schema, table.name});
    add(table.after_restore, name);
    for (const MissingParents& missing : table.missing_parents)
      if (missing.not_valid)
        add("A foreign key is NOT VALID: rows reference others that were left out.",
            fmt::format("{}, foreign key {}, rows: {}", name, quote_ident(missing.reference), missing.rows));
    for (const Column& column : table.columns) add(column.after_restore, name + "." + quote_ident(column.name));
  }
  std::vector<std::string> actions;
  for (const std::string& text : order) actions.push_back(fmt::format("{} ({})", text, join(about[text], ", ")));
  return actions;
}

}  // namespace pgcoffer::archive
