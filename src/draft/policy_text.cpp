#include "draft/policy_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "base/time.hpp"
#include "policy/json.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::draft {
namespace {

using policy::ColumnAction;
using policy::TableAction;

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump();
}

void add_reasons(std::string& rule, const std::string& reason, const std::string& after_restore) {
  if (!reason.empty()) rule += ", \"reason\": " + quoted(reason);
  if (!after_restore.empty()) rule += ", \"after-restore\": " + quoted(after_restore);
}

std::string column_rule(const catalog::Column& column, const policy::ColumnVerdict& verdict) {
  std::string rule =
      fmt::format("{{ \"column\": {}, \"action\": \"{}\"", quoted(quote_ident(column.name)), to_string(verdict.action));
  if (verdict.action == ColumnAction::constant) rule += ", \"value\": " + quoted(verdict.value);
  if (verdict.action == ColumnAction::redact_json)
    rule += ", \"paths\": " + nlohmann::json(verdict.parameters->paths).dump();
  if (verdict.action == ColumnAction::sql) rule += ", \"sql\": " + quoted(verdict.value);
  add_reasons(rule, verdict.reason, verdict.after_restore);
  return rule + " }";
}

std::string table_rule(const catalog::Table& table, const policy::TableVerdict& verdict,
                       const std::vector<Finding>& findings) {
  const std::string rows = table.estimated_rows < 0 ? "" : fmt::format(", about {:.0f} rows", table.estimated_rows);
  std::string rule =
      fmt::format("    // {}{}\n    {{ \"table\": {}, \"action\": \"{}\"", policy::one_line(display_name(table.name)),
                  rows, quoted(display_name(table.name)), to_string(verdict.action));
  add_reasons(rule, verdict.reason, verdict.after_restore);
  if (verdict.action != TableAction::keep || table.columns.empty()) return rule + " }";
  std::string columns;
  bool more = false;
  for (std::size_t i = table.columns.size(); i-- > 0;) {
    const catalog::Column& column = table.columns[i];
    std::string told =
        fmt::format("        // {}: {}", policy::one_line(column.type), policy::one_line(findings[i].evidence));
    // What the built-in policy does by the keys that each dump finds, no rule here could say.
    if (policy::keys_of(table, verdict.columns[i])) {
      told += fmt::format("; no-credentials takes them out of {}\n", policy::one_line(quote_ident(column.name)));
    } else {
      told += fmt::format("\n        {}{}\n", column_rule(column, verdict.columns[i]), more ? "," : "");
      more = true;
    }
    columns.insert(0, told);
  }
  return rule + ",\n      \"columns\": [\n" + columns + "      ] }";
}

}  // namespace

std::string policy_text(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                        const std::vector<std::vector<Finding>>& findings, const std::vector<bool>& written,
                        bool personal_data) {
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < catalog.tables.size(); ++i)
    if (written[i]) rules.push_back(table_rule(catalog.tables[i], verdicts.tables[i], findings[i]));
  return fmt::format(
      "// A draft by `pgcoffer policy init` of {}. Read it, and change what you know better: behind // stands what "
      "the\n"
      "// names, types, comments and some rows show. It is strict: a new column has to be decided before the next "
      "dump.\n"
      "{{\n  \"version\": 1,\n  \"extends\": [\"no-credentials\"{}],\n  \"strict\": true,\n{}  \"tables\": [\n{}\n  "
      "]\n}}\n",
      utc_now(), personal_data ? ", \"no-personal-data\"" : "",
      catalog.large_objects.empty() ? "" : "  \"large-objects\": \"keep\",\n", join(rules, ",\n"));
}

}  // namespace pgcoffer::draft
