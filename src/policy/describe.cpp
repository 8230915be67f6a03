// What rules and verdicts are called, in messages and in the manifest.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {
namespace {

constexpr std::array action_names{
    std::pair{ColumnAction::keep, "keep"},
    std::pair{ColumnAction::omit, "omit"},
    std::pair{ColumnAction::null, "null"},
    std::pair{ColumnAction::constant, "constant"},
    std::pair{ColumnAction::sql, "template"},
    std::pair{ColumnAction::mask, "mask"},
    std::pair{ColumnAction::sha256, "sha256"},
    std::pair{ColumnAction::noise, "noise"},
    std::pair{ColumnAction::date_shift, "date-shift"},
    std::pair{ColumnAction::redact_json, "redact-json"},
    std::pair{ColumnAction::truncate, "truncate"},
    std::pair{ColumnAction::pseudonym, "pseudonym"},
};

constexpr const char* kByKeys = "where the key is called like a credential";

std::string describe_mask(const Parameters& parameters) {
  std::vector<std::string> kept;
  if (parameters.keep_start > 0) kept.push_back(fmt::format("{} at the start", parameters.keep_start));
  if (parameters.keep_end > 0) kept.push_back(fmt::format("{} at the end", parameters.keep_end));
  if (parameters.keep_domain) kept.emplace_back("the domain");
  std::string result = kept.empty() ? "" : "keeps " + join(kept, ", ");
  if (!parameters.with.empty() && parameters.with != "*")
    result += fmt::format("{}the others become {}", result.empty() ? "" : "; ", parameters.with);
  return result;
}

/// Which rows get the same change. Never the seed: who knows it can undo them.
std::string describe_seed(const Parameters& parameters) {
  if (!parameters.seed) return "";
  return parameters.by.empty() ? ", by a seed" : ", by a seed, the same for the same " + parameters.by;
}

}  // namespace

std::string_view to_string(TableAction action) noexcept {
  switch (action) {
    case TableAction::keep:
      return "keep";
    case TableAction::exclude:
      return "exclude";
    case TableAction::exclude_rows:
      return "exclude-rows";
  }
  return "";
}

std::string_view to_string(ColumnAction action) noexcept {
  for (const auto& [known, name] : action_names)
    if (known == action) return name;
  return "";
}

std::string_view to_string(Follow follow) noexcept {
  switch (follow) {
    case Follow::no:
      return "no";
    case Follow::children:
      return "children";
    case Follow::parents:
      return "parents";
    case Follow::both:
      return "both";
  }
  return "";
}

std::string_view to_string(MissingParent what) noexcept {
  switch (what) {
    case MissingParent::error:
      return "error";
    case MissingParent::filter:
      return "filter";
    case MissingParent::null:
      return "null";
    case MissingParent::leave:
      return "leave";
  }
  return "";
}

bool Verdicts::follow() const {
  return std::ranges::any_of(tables, [](const TableVerdict& table) { return table.follow != Follow::no; });
}

bool TableVerdict::has_pseudonyms() const {
  return action == TableAction::keep && std::ranges::any_of(columns, [](const ColumnVerdict& column) {
           return column.action == ColumnAction::pseudonym;
         });
}

std::string to_string(const Sample& sample) {
  return (sample.percent ? fmt::format("{} percent", *sample.percent)
                         : fmt::format("{} rows", sample.rows.value_or(0))) +
         (sample.seed != 0 ? fmt::format(", seed {}", sample.seed) : "");
}

std::string describe(const ColumnVerdict& verdict) {
  const Parameters& told = verdict.parameters;
  switch (verdict.action) {
    case ColumnAction::sql:
      return told.keys.empty() ? verdict.value : kByKeys;
    case ColumnAction::constant:
      return verdict.value;
    case ColumnAction::mask:
      return describe_mask(told);
    case ColumnAction::noise:
      return (told.percent ? fmt::format("at most {} percent", *told.percent)
                           : fmt::format("at most {}", told.amount.value_or(0))) +
             describe_seed(told);
    case ColumnAction::date_shift:
      return fmt::format("at most {} days", told.days) + describe_seed(told);
    case ColumnAction::redact_json:
      return join(told.paths, ", ") + (told.replacement ? "; they become " + *told.replacement : "");
    case ColumnAction::truncate:
      return told.unit.empty() ? fmt::format("to {}", told.length) : "to the " + told.unit;
    case ColumnAction::pseudonym:
      return told.format + (told.keep_domain ? ", keeps the domain" : "") +
             (told.lowest ? fmt::format(" from {} to {}", *told.lowest, told.highest.value_or(0)) : "");
    case ColumnAction::keep:
    case ColumnAction::omit:
    case ColumnAction::null:
    case ColumnAction::sha256:
      break;
  }
  return "";
}

std::string described(std::string_view verdict, std::string_view rule, const std::string& how) {
  const bool by_keys = rule == "built-in no-credentials" && verdict == to_string(ColumnAction::sql);
  return by_keys ? kByKeys : how;
}

}  // namespace pgcoffer::policy
