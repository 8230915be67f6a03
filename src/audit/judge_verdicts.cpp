#include <fmt/format.h>

#include "audit/judge.hpp"
#include "audit/schema.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {
namespace {

void judge_table(const archive::Table& table, const policy::TableVerdict& verdict, Report& report) {
  const std::string name = display_name({table.schema, table.name});
  const auto add = [&](const std::string& object, std::string_view action, const std::string& rule) {
    report.findings.push_back(
        {object,
         "policy",
         fmt::format("the policy says {}, and the archive keeps it{}", action, rule.empty() ? "" : " (" + rule + ")"),
         table.rows,
         0,
         {}});
  };
  if (!table.has_rows) return;
  if (verdict.action != policy::TableAction::keep) return add(name, to_string(verdict.action), verdict.rule);
  if (verdict.filtered() && table.where.empty() && table.sample.empty())
    add(name, "only some of its rows", verdict.rule);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const archive::Column& column = table.columns[c];
    const policy::ColumnVerdict& wanted = verdict.columns[c];
    if (column.in_rows && column.verdict == "keep" && wanted.action != policy::ColumnAction::keep)
      add(name + "." + quote_ident(column.name), to_string(wanted.action), wanted.rule);
  }
}

}  // namespace

void judge_verdicts(const archive::Toc& toc, const policy::Policy& policy, Report& report) {
  const archive::Manifest& manifest = report.manifest;
  // What the policy refuses of this catalog says little: an archive does not know which columns may be null.
  const policy::Resolution resolution = policy::examine(policy, catalog_of(manifest, toc));
  for (std::size_t i = 0; i < manifest.tables.size(); ++i)
    judge_table(manifest.tables[i], resolution.verdicts.tables[i], report);
  if (!policy.strict) return;
  for (const std::string& object : resolution.uncovered)
    report.findings.push_back({object, "policy", "no rule of the policy decides it, and it is strict", 0, 0, {}});
}

}  // namespace pgcoffer::audit
