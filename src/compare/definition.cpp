#include "compare/definition.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <vector>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"

namespace pgcoffer::comparing {
namespace {

using Type = SqlToken::Type;

bool is_function(const SqlTokens& tokens) {
  return tokens.size() > 2 && tokens[0].is(Type::word, "CREATE") &&
         (tokens[1].is(Type::word, "FUNCTION") || tokens[1].is(Type::word, "PROCEDURE"));
}

/// Puts LANGUAGE and PARALLEL, with their words, behind the other options: these end where the body begins.
void order_options(SqlTokens& tokens) {
  if (!is_function(tokens)) return;
  const auto begins_body = [](const SqlToken& token) {
    return token.is(Type::word, "AS") || token.is(Type::word, "BEGIN") || token.is(Type::word, "RETURN");
  };
  for (const std::string_view option : {"LANGUAGE", "PARALLEL"}) {
    const auto body = std::ranges::find_if(tokens, begins_body);
    const auto found =
        std::find_if(tokens.begin(), body, [&](const SqlToken& token) { return token.is(Type::word, option); });
    if (body - found >= 2) std::rotate(found, found + 2, body);
  }
}

/// Old scripts say ALTER TABLE of whatever has rows or looks like it.
void alter_tables(SqlTokens& tokens) {
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    const bool statement = at == 0 || tokens[at - 1].is(Type::symbol, ";");
    if (!statement || !tokens[at].is(Type::word, "ALTER")) continue;
    const std::string& first = tokens[at + 1].text;
    const bool two_words = first == "MATERIALIZED" || first == "FOREIGN";
    const std::string& kind = tokens[at + (two_words ? 2 : 1)].text;
    if (kind != "VIEW" && kind != "SEQUENCE" && kind != "TABLE") continue;
    if (two_words) tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    tokens[at + 1].text = "TABLE";
  }
}

std::string text_of(const SqlTokens& tokens) {
  std::string text;
  for (const SqlToken& token : tokens) text += token.text + ' ';
  return text;
}

/// Sorts what lies between commas, or semicolons, outside of parentheses.
void sort_items(SqlTokens::iterator from, SqlTokens::iterator to, std::string_view separator) {
  std::vector<SqlTokens> items(1);
  int depth = 0;
  for (auto token = from; token != to; ++token) {
    if (token->is(Type::symbol, "(")) ++depth;
    if (token->is(Type::symbol, ")")) --depth;
    if (depth == 0 && token->is(Type::symbol, separator))
      items.emplace_back();
    else
      items.back().push_back(*token);
  }
  std::ranges::sort(items, {}, text_of);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) from = std::fill_n(from, 1, SqlToken{Type::symbol, std::string(separator)});
    from = std::ranges::move(items[i], from).out;
  }
}

/// A restored child has its parents' columns first, in their order, as from pg_dump: CREATE TABLE puts them there.
void order_columns(SqlTokens& tokens) {
  if (tokens.empty() || !tokens[0].is(Type::word, "CREATE")) return;
  const auto open = std::ranges::find_if(tokens, [](const SqlToken& token) { return token.is(Type::symbol, "("); });
  int depth = 0;
  const auto close = std::find_if(open, tokens.end(), [&](const SqlToken& token) {
    if (token.is(Type::symbol, "(")) ++depth;
    return token.is(Type::symbol, ")") && --depth == 0;
  });
  if (close == tokens.end() || close + 1 == tokens.end() || !(close + 1)->is(Type::word, "INHERITS")) return;
  sort_items(open + 1, close, ",");
  // What is said of single columns follows in their order.
  const auto end = std::find_if(close, tokens.end(), [](const SqlToken& token) { return token.is(Type::symbol, ";"); });
  sort_items(end, tokens.end(), ";");
}

SqlTokens::iterator find_word(SqlTokens::iterator from, SqlTokens::iterator to, std::string_view word) {
  return std::find_if(from, to, [&](const SqlToken& token) { return token.is(Type::word, word); });
}

/// Privileges and the roles of a policy come in any order.
void order_lists(SqlTokens& tokens) {
  for (auto at = tokens.begin(); at != tokens.end();) {
    const auto end = std::find_if(at, tokens.end(), [](const SqlToken& token) { return token.is(Type::symbol, ";"); });
    if (at->is(Type::word, "GRANT") || at->is(Type::word, "REVOKE")) sort_items(at + 1, find_word(at, end, "ON"), ",");
    if (end - at > 1 && at->is(Type::word, "CREATE") && (at + 1)->is(Type::word, "POLICY")) {
      const auto to = find_word(at, end, "TO");
      if (to != end) sort_items(to + 1, std::min(find_word(to, end, "USING"), find_word(to, end, "WITH")), ",");
    }
    at = end == tokens.end() ? end : end + 1;
  }
}

/// 'schema.name'::regclass, setval('schema.name'
void unquote_names_in_literals(SqlTokens& tokens) {
  for (std::size_t at = 0; at + 3 < tokens.size(); ++at) {
    if (tokens[at].type != Type::literal) continue;
    const bool cast = tokens[at + 1].is(Type::symbol, ":") && tokens[at + 2].is(Type::symbol, ":") &&
                      tokens[at + 3].text.starts_with("reg");
    const bool sequence = at > 1 && tokens[at - 1].is(Type::symbol, "(") && tokens[at - 2].is(Type::word, "setval");
    if (cast || sequence) tokens[at].text = without_needless_quotes(tokens[at].text);
  }
}

/// The server calls it so by itself, where nothing else in the schema has the name, which the definition says then.
bool is_name_of_not_null(const SqlTokens& tokens, std::size_t at) {
  constexpr std::size_t table = 4;  // CREATE TABLE schema . table
  const bool constraint = at > 0 && at + 3 < tokens.size() && tokens[at].is(Type::word, "CONSTRAINT") &&
                          tokens[at + 2].is(Type::word, "NOT") && tokens[at + 3].is(Type::word, "NULL");
  if (!constraint || at <= table || !tokens[1].is(Type::word, "TABLE")) return false;
  const std::string tail = "_not_null", &name = tokens[at + 1].text, start = tokens[table].text + "_";
  if (!name.starts_with(start) || !name.ends_with(tail) || name.size() < start.size() + tail.size()) return false;
  const std::string column = name.substr(start.size(), name.size() - start.size() - tail.size());
  // Of a column a line, behind its type.
  for (std::size_t before = at; before > table; --before) {
    const bool begins = tokens[before - 1].is(Type::symbol, "(") || tokens[before - 1].is(Type::symbol, ",");
    if (begins && tokens[before].is_name() && tokens[before].text == column) return true;
  }
  return false;
}

/// Names without a schema are pg_catalog's, since the search path is empty; a column of a table without default has
/// NULL; one of a typed table may be said to be WITH OPTIONS.
void leave_out_what_goes_without_saying(SqlTokens& tokens) {
  const auto has = [&](std::string_view word) { return find_word(tokens.begin(), tokens.end(), word) != tokens.end(); };
  // A child's takes the place of its parent's, and an argument's makes that one may leave it out.
  const bool no_defaults = tokens.size() > 1 && tokens[1].is(Type::word, "TABLE") && !has("INHERITS");
  for (std::size_t at = 0; at + 1 < tokens.size();) {
    const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(at);
    const bool schema = tokens[at].is_name() && tokens[at].text == "pg_catalog" && tokens[at + 1].is(Type::symbol, ".");
    const bool null = no_defaults && tokens[at].is(Type::word, "DEFAULT") && tokens[at + 1].is(Type::word, "NULL");
    if (schema || null || is_name_of_not_null(tokens, at) ||
        (tokens[at].is(Type::word, "WITH") && tokens[at + 1].is(Type::word, "OPTIONS")))
      tokens.erase(begin, begin + 2);
    else
      ++at;
  }
}

bool same_token(const SqlToken& first, const SqlToken& second) {
  constexpr std::array<std::string_view, 4> switches = {"on", "off", "true", "false"};  // options are quoted or not
  const auto is_value = [](const SqlToken& token) { return token.type == Type::word || token.type == Type::literal; };
  const bool kinds = first.type == second.type || (first.is_name() && second.is_name()) ||
                     (is_value(first) && is_value(second) && std::ranges::find(switches, first.text) != switches.end());
  return kinds && first.text == second.text;
}

/// What a comment, a label or privileges are of, from the first statement: behind ON, up to one of these words.
std::optional<std::string> object_of(const archive::TocEntry& entry, std::initializer_list<std::string_view> ends) {
  const std::optional<SqlTokens> tokens = sql_tokens(entry.create);
  if (!tokens) return std::nullopt;
  const auto on = std::ranges::find_if(*tokens, [](const SqlToken& token) { return token.is(Type::word, "ON"); });
  const auto end = std::find_if(on, tokens->end(), [&](const SqlToken& token) {
    return std::ranges::any_of(ends, [&](std::string_view word) { return token.is(Type::word, word); });
  });
  if (end == tokens->end()) return std::nullopt;
  std::string name;
  for (auto token = on + 1; token != end; ++token) name += (name.empty() ? "" : " ") + token->text;
  return name;
}

Identity identity_as_written(const archive::TocEntry& entry, bool as_pg_dump) {
  if (entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL")
    return {entry.kind, entry.schema, object_of(entry, {"IS"}).value_or(entry.name)};
  if (!as_pg_dump) return {entry.kind, entry.schema, entry.name};
  if (entry.kind == "ACL") {
    const std::string columns = entry.name.starts_with("COLUMN ") ? "COLUMNS OF " : "";
    return {entry.kind, entry.schema, columns + object_of(entry, {"TO", "FROM"}).value_or(entry.name)};
  }
  if (entry.kind == "CAST" || entry.kind == "TRANSFORM") {
    const std::string prefix = entry.kind + " ";
    return {entry.kind, "", entry.name.starts_with(prefix) ? entry.name.substr(prefix.size()) : entry.name};
  }
  if (entry.kind == "OPERATOR") return {entry.kind, entry.schema, entry.name.substr(0, entry.name.rfind(" ("))};
  if (entry.kind == "OPERATOR CLASS" || entry.kind == "OPERATOR FAMILY")
    return {entry.kind, entry.schema, entry.name.substr(0, entry.name.rfind(" USING "))};
  return {entry.kind, entry.schema, entry.name};
}

}  // namespace

std::string without_needless_quotes(std::string_view sql) {
  const std::optional<SqlTokens> tokens = sql_tokens(sql);
  if (!tokens) return std::string(sql);
  std::string text;
  std::size_t at = 0;
  for (const SqlToken& token : *tokens) {
    if (token.type != Type::quoted_name) continue;
    text += sql.substr(at, token.begin - at);
    text += quote_ident(token.text);
    at = token.end;
  }
  return text.append(sql.substr(at));
}

bool same_definition(std::string_view first, std::string_view second) {
  if (first == second) return true;
  std::optional<SqlTokens> ours = sql_tokens(first);
  std::optional<SqlTokens> theirs = sql_tokens(second);
  if (!ours || !theirs) return false;
  for (SqlTokens* const tokens : {&*ours, &*theirs}) {
    order_options(*tokens);
    order_columns(*tokens);
    alter_tables(*tokens);
    order_lists(*tokens);
    unquote_names_in_literals(*tokens);
    leave_out_what_goes_without_saying(*tokens);
  }
  return std::ranges::equal(*ours, *theirs, same_token);
}

Identity identity(const archive::TocEntry& entry, bool as_pg_dump) {
  Identity identity = identity_as_written(entry, as_pg_dump);
  if (as_pg_dump) std::get<2>(identity) = without_needless_quotes(std::get<2>(identity));
  return identity;
}

bool holds_deparsed_text(std::string_view kind) {
  constexpr std::array<std::string_view, 19> kinds = {
      "VIEW",          "MATERIALIZED VIEW", "RULE",          "FUNCTION",      "PROCEDURE",     "INDEX",
      "CONSTRAINT",    "CHECK CONSTRAINT",  "FK CONSTRAINT", "DEFAULT",       "TABLE",         "TRIGGER",
      "POLICY",        "STATISTICS",        "DOMAIN",        "FOREIGN TABLE", "EVENT TRIGGER", "PUBLICATION TABLE",
      "DOMAIN DEFAULT"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace pgcoffer::comparing
