#include "policy/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>

#include "base/ascii.hpp"
#include "base/sql_tokens.hpp"
#include "content/detect.hpp"
#include "content/values.hpp"
#include "policy/credential_names.hpp"
#include "policy/rules.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Object;
using catalog::Table;
using Type = SqlToken::Type;
using Piece = std::span<const SqlToken>;

/// What stands by itself: what is between the commas of CREATE TABLE ( … ), or all of another statement.
std::vector<Piece> pieces(const Object& object, const SqlTokens& tokens) {
  if (object.kind != "TABLE" && object.kind != "FOREIGN TABLE") return {Piece(tokens)};
  std::vector<Piece> result;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool opens = tokens[i].is(Type::symbol, "("), closes = tokens[i].is(Type::symbol, ")");
    if ((depth == 1 && (closes || tokens[i].is(Type::symbol, ","))) || (depth == 0 && opens)) {
      if (depth == 1) result.push_back(Piece(tokens).subspan(begin, i - begin));
      begin = i + 1;
    }
    depth += opens ? 1 : closes ? -1 : 0;
  }
  return result;
}

bool is_symbol(Piece piece, std::size_t at, std::string_view symbol) {
  return at < piece.size() && piece[at].is(Type::symbol, symbol);
}

/// Behind ~, ~* and ~~ (LIKE) stands what values look like, and 'name'::regclass is a sequence.
bool is_other_literal(Piece piece, std::size_t at) {
  const bool star = at > 1 && is_symbol(piece, at - 1, "*");
  const bool matched = at > 0 && is_symbol(piece, at - (star ? 2 : 1), "~");
  return matched || (is_symbol(piece, at + 1, ":") && at + 3 < piece.size() && piece[at + 3].text == "regclass");
}

bool looks_secret(const std::string& text) {
  constexpr std::size_t shortest = 8;
  const content::IsCredentialName by_name = [](std::string_view name) { return credential_by_name(name).has_value(); };
  return content::is_made_up_word(text, shortest) || !content::secrets_in(text, by_name).empty();
}

bool holds_secret(Piece piece) {
  for (std::size_t i = 0; i < piece.size(); ++i)
    if (piece[i].type == Type::literal && !is_other_literal(piece, i) && looks_secret(piece[i].text)) return true;
  return false;
}

bool names_column(Piece piece, const std::string& column) {
  return std::ranges::any_of(piece, [&](const SqlToken& token) { return token.is_name() && token.text == column; });
}

/// `the default of it`, `constraint "c"`, `index "i"`.
std::string described(const Object& object, Piece piece, const std::string& column) {
  const bool of_table = object.kind == "TABLE" || object.kind == "FOREIGN TABLE";
  if (object.kind == "DEFAULT" || (of_table && piece.front().text == column)) return "its default";
  if (of_table && piece.size() > 1 && piece.front().is(Type::word, "CONSTRAINT"))
    return "constraint " + quote_always(piece[1].text);
  return lower_ascii(object.kind) + " " + quote_always(object.name);
}

/// Comments are prose, and rows are none of this.
bool defines(const Object& object) {
  constexpr WordSet others("COMMENT ACL DATA LABEL");
  return !others.contains(std::string_view(object.kind).substr(object.kind.rfind(' ') + 1)) &&
         object.create_sql.find('\'') != std::string::npos;
}

/// Domains may be made of others.
bool is_of_domain(const Column& column, const std::string& domain) {
  return column.type == domain || std::ranges::find(column.domains, domain) != column.domains.end();
}

class Definitions {
 public:
  Definitions(const catalog::Catalog& catalog, const Verdicts& verdicts) : catalog_(catalog), verdicts_(verdicts) {
    for (std::size_t i = 0; i < catalog.tables.size(); ++i) indexes_.emplace(catalog.tables[i].oid, i);
  }

  std::vector<std::string> told() {
    for (const Object& object : catalog_.objects) {
      if (!defines(object) || !(object.kind == "DOMAIN" || indexes_.contains(object.table))) continue;
      const SqlTokens tokens = sql_tokens(object.create_sql).value_or(SqlTokens());
      for (const Piece& piece : pieces(object, tokens))
        if (holds_secret(piece)) look_at(object, piece);
    }
    return std::move(warnings_);
  }

 private:
  void look_at(const Object& object, Piece piece) {
    if (object.kind != "DOMAIN") {
      const std::size_t i = indexes_.at(object.table);
      for (std::size_t c = 0; c < catalog_.tables[i].columns.size(); ++c)
        if (names_column(piece, catalog_.tables[i].columns[c].name)) look_at(object, piece, i, c);
      return;
    }
    const std::string domain = quote_ident(QualifiedName{object.schema, object.name});
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i)
      for (std::size_t c = 0; c < catalog_.tables[i].columns.size(); ++c)
        if (is_of_domain(catalog_.tables[i].columns[c], domain)) look_at(object, piece, i, c);
  }

  void look_at(const Object& object, Piece piece, std::size_t i, std::size_t c) {
    const Table* const root = catalog_.find(catalog_.tables[i].partition_root);
    const Table& table = root == nullptr ? catalog_.tables[i] : *root;
    const Column& column = catalog_.tables[i].columns[c];
    const std::string how = withheld(i, c, table.name);
    if (how.empty()) return;
    const std::string where = described(object, piece, column.name);
    const bool comes_back = where == "its default" && verdicts_.tables[i].columns[c].action == ColumnAction::omit;
    warnings_.push_back(fmt::format(
        "column {} {}, but a text in {} looks like a secret: definitions are dumped as they are{}; change it in the "
        "database before the dump, or exclude the table",
        column_name(table, column), how, where, comes_back ? ", and restored rows get it" : ""));
  }

  /// `is changed by "omit" (rule)`; empty where the values are dumped, or nobody calls them secret.
  [[nodiscard]] std::string withheld(std::size_t i, std::size_t c, const QualifiedName& name) const {
    const Table& table = catalog_.tables[i];
    const TableVerdict& verdict = verdicts_.tables[i];
    if (!table.selected || verdict.action == TableAction::exclude) return "";
    if (verdict.action == TableAction::exclude_rows)
      return detect_column(table, name, table.columns[c]) ? fmt::format("is left out with its rows ({})", verdict.rule)
                                                          : "";
    const ColumnVerdict& column = verdict.columns[c];
    if (column.action == ColumnAction::keep) return "";
    return fmt::format("is changed by \"{}\" ({})", to_string(column.action), column.rule);
  }

  const catalog::Catalog& catalog_;
  const Verdicts& verdicts_;
  std::unordered_map<catalog::Oid, std::size_t> indexes_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> told_by_definitions(const catalog::Catalog& catalog, const Verdicts& verdicts) {
  return Definitions(catalog, verdicts).told();
}

}  // namespace pgcoffer::policy
