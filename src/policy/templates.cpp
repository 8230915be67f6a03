#include "policy/templates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using Type = SqlToken::Type;

bool is_withheld(const ColumnVerdict& verdict) {
  return verdict.action != ColumnAction::keep;
}

bool withholds(const TableVerdict& verdict) {
  return verdict.action != TableAction::keep || std::ranges::any_of(verdict.columns, is_withheld);
}

/// People write names in upper case, too; the server does not tell them from lower case where they are not quoted.
/// (parse_policy() has refused what cannot be taken apart.)
SqlTokens as_server_reads(std::string_view sql) {
  SqlTokens tokens = sql_tokens(sql).value();
  for (SqlToken& token : tokens)
    if (token.type == Type::word) token.text = lower_ascii(token.text);
  return tokens;
}

/// One template, and the tables whose columns it may read.
class Reading {
 public:
  Reading(const catalog::Catalog& catalog, const Verdicts& verdicts, SqlTokens tokens)
      : catalog_(catalog), verdicts_(verdicts), tokens_(std::move(tokens)) {}

  /// What it reads of what table `own` (an index) withholds, but for its own column: `column "secret", which …`
  [[nodiscard]] std::optional<std::string> of_table(std::size_t own, const std::string& column) const {
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i) {
      const Table& table = catalog_.tables[i];
      if (i != own && places_of(table).empty()) continue;
      if (table.relkind == 'v' || table.relkind == 'm')
        return fmt::format("view {}, which may show what the policy withholds", table_name(table));
      if (auto found = withheld_of(i, i == own ? column : "")) return found;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] bool follows(std::size_t at, std::string_view symbol) const {
    return at < tokens_.size() && tokens_[at].is(Type::symbol, symbol);
  }

  /// Where schema.table ends, each time.
  [[nodiscard]] std::vector<std::size_t> places_of(const Table& table) const {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
      if (tokens_[i].is_name() && tokens_[i].text == table.name.schema && follows(i + 1, ".") &&
          tokens_[i + 2].text == table.name.name)
        ends.push_back(i + 3);
    }
    return ends;
  }

  [[nodiscard]] bool is_word(std::size_t at, std::string_view word) const {
    return at < tokens_.size() && tokens_[at].is(Type::word, word);
  }

  /// `AS name` or `name` behind a table's, where it is called so; the place of that name.
  [[nodiscard]] std::optional<std::size_t> alias_at(std::size_t at) const {
    constexpr std::array<std::string_view, 14> keywords{"where", "limit", "order", "group", "having", "offset", "fetch",
                                                        "join",  "left",  "right", "inner", "cross",  "full",   "on"};
    if (is_word(at, "as")) ++at;
    const bool name = at < tokens_.size() && tokens_[at].is_name();
    if (!name || (tokens_[at].type == Type::word && std::ranges::find(keywords, tokens_[at].text) != keywords.end()))
      return std::nullopt;
    return at;
  }

  /// A name where a value is meant.
  [[nodiscard]] bool is_value(std::size_t at, const std::string& name) const {
    const bool qualified = at > 0 && tokens_[at - 1].is(Type::symbol, ".");
    return tokens_[at].is_name() && tokens_[at].text == name && !qualified && !follows(at + 1, ".") &&
           !follows(at + 1, "(");
  }

  /// The table's name, or what it is called there, where a value is meant; its columns under other names; or `*`.
  [[nodiscard]] bool reads_whole_row(const Table& table) const {
    std::vector<std::pair<std::string, std::size_t>> called{{table.name.name, tokens_.size()}};
    for (const std::size_t end : places_of(table)) {
      const auto alias = alias_at(end);
      if (alias && follows(*alias + 1, "(")) return true;
      if (alias) called.emplace_back(tokens_[*alias].text, *alias);
    }
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool all = tokens_[i].is(Type::symbol, "*") && i > 0 &&
                       (tokens_[i - 1].is(Type::symbol, ".") || is_word(i - 1, "select"));
      const bool row =
          std::ranges::any_of(called, [&](const auto& name) { return i != name.second && is_value(i, name.first); });
      if (all || row) return true;
    }
    return false;
  }

  [[nodiscard]] bool reads(const Column& column) const {
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (tokens_[i].is_name() && tokens_[i].text == column.name && !follows(i + 1, "(")) return true;
    return false;
  }

  [[nodiscard]] std::optional<std::string> withheld_of(std::size_t index, const std::string& own) const {
    const Table& table = catalog_.tables[index];
    const bool whole = reads_whole_row(table);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      const ColumnVerdict& verdict = verdicts_.tables[index].columns[c];
      if (column.name == own || !is_withheld(verdict) || !(whole || reads(column))) continue;
      return fmt::format("{} {}, whose rule is {}", whole ? "the whole row, with column" : "column",
                         column_name(table, column), to_string(verdict.action));
    }
    return std::nullopt;
  }

  const catalog::Catalog& catalog_;
  const Verdicts& verdicts_;
  const SqlTokens tokens_;
};

}  // namespace

std::vector<std::string> told_by_templates(const catalog::Catalog& catalog, const Verdicts& verdicts) {
  std::vector<std::string> warnings;
  if (std::ranges::none_of(verdicts.tables, withholds)) return warnings;
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
    const Table& table = catalog.tables[i];
    if (!table.rows_selected || verdicts.tables[i].action != TableAction::keep) continue;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const ColumnVerdict& verdict = verdicts.tables[i].columns[c];
      // That of no-credentials for settings looks at their keys.
      if (verdict.action != ColumnAction::sql || !verdict.parameters->keys.empty()) continue;
      if (const auto read =
              Reading(catalog, verdicts, as_server_reads(verdict.value)).of_table(i, table.columns[c].name))
        warnings.push_back(
            fmt::format("the template of column {} reads {}", column_name(table, table.columns[c]), *read));
    }
  }
  return warnings;
}

}  // namespace pgcoffer::policy
