#include "pgdump/definitions.hpp"

#include <algorithm>

#include "base/sql_tokens.hpp"
#include "pgdump/describe.hpp"

namespace pgcoffer::pgdump {
namespace {

/// CREATE TYPE … AS (, an attribute a line behind a tab: as the columns of a table stand.
std::string as_table(std::string_view create_type) {
  std::string lines;
  for (const char c : create_type) {
    if (c == '\t')
      lines += "    ";
    else
      lines += c;
  }
  return lines;
}

/// CREATE TABLE … OF type, INHERITS (parents), PARTITION OF parent
std::vector<QualifiedName> others(const std::string& create_table) {
  std::vector<QualifiedName> names;
  const SqlTokens tokens = sql_tokens(create_table).value_or(SqlTokens());
  int depth = 0;
  for (std::size_t at = 0; at + 3 < tokens.size(); ++at) {
    if (tokens[at].is(SqlToken::Type::symbol, "(")) ++depth;
    if (tokens[at].is(SqlToken::Type::symbol, ")")) --depth;
    if (depth != 0) continue;
    if (tokens[at].is(SqlToken::Type::word, "OF")) names.push_back({tokens[at + 1].text, tokens[at + 3].text});
    if (!tokens[at].is(SqlToken::Type::word, "INHERITS")) continue;
    for (std::size_t name = at + 2; name + 2 < tokens.size() && tokens[name].is_name(); name += 4)
      names.push_back({tokens[name].text, tokens[name + 2].text});
  }
  return names;
}

/// What a typed table says of a column instead.
bool is_no_type(std::string_view text) {
  return text.starts_with("NOT NULL") || text.starts_with("WITH OPTIONS") || text.starts_with("DEFAULT ") ||
         text.starts_with("GENERATED ");
}

}  // namespace

Definitions::Definitions(const Contents& contents) {
  for (const Entry& entry : contents.entries)
    if (entry.kind == "TABLE" || entry.kind == "TYPE")
      by_name_.emplace(QualifiedName{entry.schema, entry.name}, &entry);
}

const Entry* Definitions::find(const QualifiedName& table, Seen& seen) const {
  const auto found = by_name_.find(table);
  return found == by_name_.end() || !seen.insert(table).second ? nullptr : found->second;
}

std::vector<std::string> Definitions::columns(const QualifiedName& table) const {
  Seen seen;
  return columns(table, seen);
}

std::vector<std::string> Definitions::columns(const QualifiedName& table, Seen& seen) const {
  const Entry* const entry = find(table, seen);
  if (entry == nullptr) return {};
  if (entry->kind == "TYPE") return table_columns(as_table(entry->create));
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  };
  for (const QualifiedName& other : others(entry->create)) add(columns(other, seen));
  add(table_columns(entry->create));
  return all;
}

std::string Definitions::type(const QualifiedName& table, const std::string& column) const {
  Seen seen;
  return type(table, column, seen);
}

std::string Definitions::type(const QualifiedName& table, const std::string& column, Seen& seen) const {
  const Entry* const entry = find(table, seen);
  if (entry == nullptr) return {};
  if (entry->kind == "TYPE") return column_type(as_table(entry->create), column);
  std::string own = column_type(entry->create, column);
  if (!own.empty() && !is_no_type(own)) return own;
  for (const QualifiedName& other : others(entry->create))
    if (std::string from = type(other, column, seen); !from.empty()) return from;
  return {};
}

bool Definitions::mixes_columns(const QualifiedName& table) const {
  const auto found = by_name_.find(table);
  return found != by_name_.end() && found->second->create.find("\nINHERITS (") != std::string::npos &&
         !table_columns(found->second->create).empty();
}

}  // namespace pgcoffer::pgdump
