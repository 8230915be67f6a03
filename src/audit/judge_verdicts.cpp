#include <fmt/format.h>

#include "audit/judge.hpp"
#include "audit/manifest_texts.hpp"
#include "audit/schema.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {
namespace {

/// What the policy wants of a table or column, and what the archive did (empty: nothing), where that is not the same.
struct Difference {
  std::string wanted, done;
};

std::string told(std::string_view action, const std::string& how) {
  return how.empty() ? std::string(action) : fmt::format("{} {}", action, shown(how));
}

/// Which rows the policy wants, as the manifest writes it. A condition may have more behind it: that of an extension.
std::vector<Difference> differences(const archive::Table& table, const policy::TableVerdict& verdict) {
  std::vector<Difference> result;
  const auto compare = [&](std::string_view what, const std::string& wanted, const std::string& done) {
    if (wanted.empty() || wanted == done) return;
    result.push_back({told(what, wanted), done.empty() ? "" : told(what, done)});
  };
  const std::string condition = verdict.where.value_or("");
  if (!table.where.starts_with(fmt::format("({}\n)", condition))) {
    std::string done = table.where;
    std::erase(done, '\n');
    compare("where", condition, done);
  }
  compare("sample", verdict.sample ? to_string(*verdict.sample) : "", table.sample);
  compare("order-by", verdict.order_by, table.order_by);
  compare("follow", verdict.follow == policy::Follow::no ? "" : std::string(to_string(verdict.follow)), table.follow);
  compare("on-missing-parent", verdict.on_missing_parent ? std::string(to_string(*verdict.on_missing_parent)) : "",
          table.on_missing_parent);
  return result;
}

/// Nothing where the archive does what the policy says, or leaves the values out altogether.
std::optional<Difference> difference(const archive::Column& column, const policy::ColumnVerdict& wanted) {
  if (!column.in_rows || wanted.action == policy::ColumnAction::keep) return std::nullopt;
  if (column.verdict == "omit" || column.verdict == "null") return std::nullopt;
  const std::string how = describe(wanted);
  const Difference all{told(to_string(wanted.action), how), told(column.verdict, column.how)};
  if (column.verdict == "keep") return all;
  // What a built-in policy does depends on what the archive does not tell: which columns may be null.
  if (wanted.rule.starts_with("built-in ")) return std::nullopt;
  // Nor does it tell which type a domain is made of, from which a pseudonym has its format.
  const bool unsettled = wanted.action == policy::ColumnAction::pseudonym && wanted.parameters->format.empty();
  const bool same = column.verdict == to_string(wanted.action) && (unsettled || column.how == how);
  return same ? std::nullopt : std::optional(all);
}

void judge_table(const archive::Table& table, const policy::TableVerdict& verdict, Report& report) {
  const std::string name = display_name({table.schema, table.name});
  const auto add = [&](const std::string& object, const Difference& difference, const std::string& rule) {
    const std::string done = difference.done == "keep" ? "the archive keeps it"
                             : difference.done.empty() ? "the archive does not"
                                                       : "in the archive it is " + difference.done;
    report.findings.push_back({object,
                               "policy",
                               fmt::format("the policy says {}, and {}{}", difference.wanted, done,
                                           rule.empty() ? "" : " (" + shown(rule) + ")"),
                               table.rows,
                               0,
                               {}});
  };
  if (!table.has_rows) return;
  if (verdict.action != policy::TableAction::keep)
    return add(name, {std::string(to_string(verdict.action)), "keep"}, verdict.rule);
  for (const Difference& one : differences(table, verdict)) add(name, one, verdict.rule);
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (const auto one = difference(table.columns[c], verdict.columns[c]))
      add(name + "." + quote_ident(table.columns[c].name), *one, verdict.columns[c].rule);
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
