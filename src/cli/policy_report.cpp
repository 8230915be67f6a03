#include "cli/policy_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "archive/row_choice.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/report.hpp"

namespace pgcoffer::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The beginning of a long expression; `policy explain` and --json have all of it.
std::string shortened(const std::string& how) {
  constexpr std::size_t most = 120, kept = 60;
  std::size_t end = kept;
  while (end > 0 && how.size() > most && (static_cast<unsigned char>(how[end]) & 0xC0U) == 0x80U) --end;
  return how.size() <= most ? how : how.substr(0, end) + "…";
}

/// "where deleted_at IS NULL", "mask keeps 2 at the end".
std::string told(const std::string& verdict, const std::string& how) {
  return how.empty() ? verdict : verdict + " " + how;
}

std::string why(const std::string& reason, const std::string& rule) {
  if (reason.empty() && rule.empty()) return "";
  return fmt::format("  {}{}", reason, rule.empty() ? "" : fmt::format("{}({})", reason.empty() ? "" : " ", rule));
}

void print_table(const archive::Table& table, const std::optional<review::RowCount>& count) {
  const std::string rows =
      count ? fmt::format("  {} of {} rows", human_count(count->kept), human_count(count->rows)) : "";
  print_line(stdout, fmt::format("{}: {}{}{}", display_name({table.schema, table.name}),
                                 archive::told_verdict(table.verdict, archive::row_choice(table)), rows,
                                 why(table.reason, table.rule)));
  for (const archive::Column& column : table.columns)
    if (column.verdict != "keep")
      print_line(stdout, fmt::format("  {}: {}{}", quote_ident(column.name),
                                     told(column.verdict, shortened(column.how)), why(column.reason, column.rule)));
}

void print_list(const char* head, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  print_line(stdout, head);
  for (const std::string& line : lines) print_line(stdout, "  - " + line);
}

std::string_view word(policy::Refusal::About about) {
  switch (about) {
    case policy::Refusal::About::idle_rule:
      return "idle-rule";
    case policy::Refusal::About::uncovered:
      return "uncovered";
    case policy::Refusal::About::conflict:
      break;
  }
  return "conflict";
}

std::string_view word(review::Change::What what) {
  switch (what) {
    case review::Change::What::added:
      return "added";
    case review::Change::What::removed:
      return "removed";
    case review::Change::What::changed:
      break;
  }
  return "changed";
}

Json verdict_json(const std::string& verdict, const std::string& how, const std::string& reason,
                  const std::string& rule, const std::string& after_restore) {
  Json object = {{"verdict", verdict}};
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) object[key] = text;
  };
  add("how", how);
  add("reason", reason);
  add("rule", rule);
  add("after_restore", after_restore);
  return object;
}

Json table_json(const archive::Table& table, const std::optional<review::RowCount>& count) {
  Json object = {{"schema", table.schema}, {"table", table.name}, {"kind", table.kind}};
  object.update(verdict_json(table.verdict, "", table.reason, table.rule, table.after_restore));
  if (!table.where.empty()) object["where"] = table.where;
  if (!table.sample.empty()) object["sample"] = table.sample;
  if (count) {
    object["rows"] = count->rows;
    object["kept_rows"] = count->kept;
  }
  Json columns = Json::array();
  for (const archive::Column& column : table.columns) {
    Json item = {{"column", column.name}, {"type", column.type}};
    item.update(verdict_json(column.verdict, column.how, column.reason, column.rule, column.after_restore));
    columns.push_back(std::move(item));
  }
  object["columns"] = std::move(columns);
  return object;
}

}  // namespace

void print_check(const review::Check& check) {
  for (std::size_t i = 0; i < check.tables.size(); ++i) print_table(check.tables[i], check.counts[i]);
  std::vector<std::string> keys;
  for (const review::ForeignKeyEffect& key : check.foreign_keys)
    keys.push_back(
        fmt::format("{} of {}: {} ({}){}", quote_ident(key.name), key.table, key.effect, key.references,
                    key.missing ? fmt::format(": {} rows without their parent", human_count(*key.missing)) : ""));
  print_list("Foreign keys:", keys);
  print_list("Warnings:", check.warnings);
  print_list("After a restore:", check.after_restore);
  if (!check.strict && !check.uncovered.empty() && check.refusals.empty())
    print_line(stdout, fmt::format("No rule decides {}; they are kept, since the policy is not strict.",
                                   join_first(check.uncovered)));
  for (const policy::Refusal& refusal : check.refusals) {
    print_line(stdout, fmt::format("refused: {}", refusal.what));
    print_line(stdout, fmt::format("  {}", refusal.remedy));
  }
  print_line(stdout, check.refusals.empty()
                         ? fmt::format("{}: works on this database", check.policy)
                         : fmt::format("{}: refused, {}", check.policy, counted(check.refusals.size(), "problem")));
}

void print_explanation(const policy::Explanation& explanation) {
  print_line(stdout,
             fmt::format("{}: {}", explanation.object, archive::told_verdict(explanation.verdict, explanation.how)));
  const auto line = [](std::string_view label, const std::string& text) {
    if (!text.empty()) print_line(stdout, fmt::format("  {:<14} {}", label, text));
  };
  line("reason", explanation.reason);
  line("after restore", explanation.after_restore);
  line("decided by", explanation.decided_by.empty() ? "no rule" : explanation.decided_by);
  line("detectors", join(explanation.detectors, ", "));
  for (const policy::Explanation::Rule& rule : explanation.rules)
    line("rule", fmt::format("{}: {}: {}", rule.place, rule.action, rule.outcome));
}

void print_changes(const std::vector<review::Change>& changes) {
  for (const review::Change& change : changes) {
    const std::string& reason = change.reason.empty() ? change.reason_before : change.reason;
    print_line(stdout,
               fmt::format("{}: {}{}", change.object,
                           change.what == review::Change::What::added     ? "new: " + change.after
                           : change.what == review::Change::What::removed ? "gone: " + change.before
                                                                          : change.before + " -> " + change.after,
                           reason.empty() ? "" : "  (" + reason + ")"));
  }
  if (changes.empty()) print_line(stdout, "The verdicts are the same.");
}

Json to_json(const review::Check& check) {
  Json tables = Json::array(), refusals = Json::array(), keys = Json::array();
  for (std::size_t i = 0; i < check.tables.size(); ++i) tables.push_back(table_json(check.tables[i], check.counts[i]));
  for (const policy::Refusal& refusal : check.refusals)
    refusals.push_back({{"kind", word(refusal.about)}, {"what", refusal.what}, {"remedy", refusal.remedy}});
  for (const review::ForeignKeyEffect& key : check.foreign_keys) {
    Json item = {{"table", key.table}, {"name", key.name}, {"references", key.references}, {"effect", key.effect}};
    if (key.missing) item["rows_without_parent"] = *key.missing;
    keys.push_back(std::move(item));
  }
  return {{"policy", check.policy}, {"works", check.refusals.empty()}, {"strict", check.strict},
          {"refusals", refusals},   {"uncovered", check.uncovered},    {"tables", tables},
          {"foreign_keys", keys},   {"warnings", check.warnings},      {"after_restore", check.after_restore}};
}

Json to_json(const policy::Explanation& explanation) {
  Json object = {{"object", explanation.object}};
  object.update(verdict_json(explanation.verdict, explanation.how, explanation.reason, explanation.decided_by,
                             explanation.after_restore));
  object["detectors"] = explanation.detectors;
  Json rules = Json::array();
  for (const policy::Explanation::Rule& rule : explanation.rules)
    rules.push_back(
        {{"rule", rule.place}, {"action", rule.action}, {"reason", rule.reason}, {"outcome", rule.outcome}});
  object["rules"] = std::move(rules);
  return object;
}

Json to_json(const std::vector<review::Change>& changes) {
  Json list = Json::array();
  for (const review::Change& change : changes)
    list.push_back({{"object", change.object},
                    {"what", word(change.what)},
                    {"before", change.before},
                    {"after", change.after},
                    {"reason", change.reason.empty() ? change.reason_before : change.reason}});
  return {{"changes", list}};
}

}  // namespace pgcoffer::cli
