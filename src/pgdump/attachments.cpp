#include "pgdump/attachments.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"

namespace pgcoffer::pgdump {
namespace {

struct Attachment {
  std::size_t begin = 0, end = 0;  ///< of the statement, with its semicolon
  QualifiedName parent;
};

bool is_symbol(const SqlToken& token, std::string_view text) {
  return token.is(SqlToken::Type::symbol, text);
}

/// A name with its schema: three tokens from `at` on.
std::optional<QualifiedName> name_at(const SqlTokens& tokens, std::size_t at) {
  if (at + 2 >= tokens.size() || !tokens[at].is_name() || !is_symbol(tokens[at + 1], ".") || !tokens[at + 2].is_name())
    return std::nullopt;
  return QualifiedName{tokens[at].text, tokens[at + 2].text};
}

bool has_words(const SqlTokens& tokens, std::size_t at, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (at >= tokens.size() || !tokens[at++].is(SqlToken::Type::word, word)) return false;
  return true;
}

/// ALTER TABLE ONLY parent ATTACH PARTITION child …;
std::optional<Attachment> find_attachment(const Entry& entry) {
  constexpr std::size_t to_parent = 3, to_attach = 6, to_child = 8;
  const SqlTokens tokens = sql_tokens(entry.create).value_or(SqlTokens());
  bool begins = true;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool first = begins;
    begins = is_symbol(tokens[i], ";");
    if (!first || !has_words(tokens, i, {"ALTER", "TABLE", "ONLY"}) ||
        !has_words(tokens, i + to_attach, {"ATTACH", "PARTITION"}))
      continue;
    const auto parent = name_at(tokens, i + to_parent), child = name_at(tokens, i + to_child);
    if (!parent || !child || *child != QualifiedName{entry.schema, entry.name}) continue;
    const auto from = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = std::find_if(from, tokens.end(), [](const SqlToken& token) { return is_symbol(token, ";"); });
    if (end != tokens.end()) return Attachment{tokens[i].begin, end->end, *parent};
  }
  return std::nullopt;
}

bool may_attach(const Entry& entry) {
  return (entry.kind == "TABLE" || entry.kind == "FOREIGN TABLE") &&
         entry.create.find(" ATTACH PARTITION ") != std::string::npos;
}

}  // namespace

void part_attachments(std::vector<Entry>& entries) {
  std::map<QualifiedName, int> tables;
  int last_id = 0;
  for (const Entry& entry : entries) {
    last_id = std::max(last_id, entry.id);
    if (entry.kind == "TABLE") tables.emplace(QualifiedName{entry.schema, entry.name}, entry.id);
  }
  std::vector<Entry> parted, later;
  parted.reserve(entries.size());
  const auto put_later = [&] {
    std::ranges::move(later, std::back_inserter(parted));
    later.clear();
  };
  for (Entry& entry : entries) {
    // In a script the table's comment stands right behind it.
    if (entry.kind != "COMMENT" && entry.kind != "SECURITY LABEL") put_later();
    const auto found = may_attach(entry) ? find_attachment(entry) : std::nullopt;
    if (!found) {
      parted.push_back(std::move(entry));
      continue;
    }
    Entry attach;
    attach.id = ++last_id;
    attach.kind = "TABLE ATTACH";
    attach.name = entry.name;
    attach.schema = entry.schema;
    attach.owner = entry.owner;
    attach.section = entry.section;
    attach.create = entry.create.substr(found->begin, found->end - found->begin) + "\n";
    attach.depends = {entry.id};
    std::size_t end = found->end;
    while (end < entry.create.size() && entry.create[end] == '\n') ++end;
    entry.create.erase(found->begin, end - found->begin);
    if (const auto parent = tables.find(found->parent); parent != tables.end()) {
      attach.depends.push_back(parent->second);
      std::erase(entry.depends, parent->second);
    }
    parted.push_back(std::move(entry));
    later.push_back(std::move(attach));
  }
  put_later();
  entries = std::move(parted);
}

}  // namespace pgcoffer::pgdump
