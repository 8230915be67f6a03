#include "audit/spelling.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "audit/sql_words.hpp"
#include "base/ascii.hpp"

namespace pgcoffer::audit {
namespace {

/// The words of a type without modifiers and quotes, from number `at` on: "timestamp with time zone",
/// "public . citext".
std::string type_in(const std::vector<SqlWord>& words, std::size_t at) {
  constexpr std::array<std::string_view, 7> behind{"COLLATE", "DEFAULT", "NOT", "NULL", "CONSTRAINT", "CHECK", ";"};
  std::string type;
  int depth = 0;
  for (; at < words.size(); ++at) {
    const SqlWord& word = words[at];
    if (std::ranges::any_of(behind, [&](std::string_view keyword) { return word.is(keyword); })) break;
    if (word.is("(")) ++depth;
    if (depth == 0) type += (type.empty() ? "" : " ") + word.text;
    if (word.is(")")) --depth;
  }
  return type;
}

std::string type_in(const std::string& text) {
  return type_in(sql_words(text), 0);
}

/// Types of which equal values are written alike, but for what a Spelling leaves out; those that are compared with each
/// other have the same name here. Empty for all others.
std::string family(const std::string& base) {
  constexpr std::array<std::string_view, 17> alike{"boolean",
                                                   "uuid",
                                                   "date",
                                                   "bytea",
                                                   "oid",
                                                   "char",
                                                   "bit",
                                                   "bit varying",
                                                   "money",
                                                   "macaddr",
                                                   "macaddr8",
                                                   "inet",
                                                   "pg_lsn",
                                                   "timestamp without time zone",
                                                   "timestamp with time zone",
                                                   "time without time zone",
                                                   "time with time zone"};
  constexpr std::array<std::string_view, 4> numbers{"smallint", "integer", "bigint", "numeric"};
  constexpr std::array<std::string_view, 5> texts{"text", "character varying", "name", "character", "bpchar"};
  const auto is_in = [&](const auto& names) { return std::ranges::find(names, base) != names.end(); };
  if (is_in(numbers)) return "number";
  if (is_in(texts) || base.ends_with(". citext")) return "text";
  if (base == "cidr") return "inet";
  return is_in(alike) ? base : "";
}

Spelling spelling_of(const std::string& base) {
  if (base == "character" || base == "bpchar") return Spelling::blanks_at_end;
  if (base.ends_with(". citext")) return Spelling::capitals;
  return family(base) == "number" ? Spelling::zeros_at_end : Spelling::as_is;
}

std::string_view without_zeros(std::string_view number) {
  if (number.find('.') == std::string_view::npos) return number;
  number = number.substr(0, number.find_last_not_of('0') + 1);
  return number.substr(0, number.find_last_not_of('.') + 1);
}

}  // namespace

std::string_view spelled(std::string_view value, Spelling spelling, std::string& scratch) {
  switch (spelling) {
    case Spelling::blanks_at_end:
      return value.substr(0, value.find_last_not_of(' ') + 1);
    case Spelling::zeros_at_end:
      return without_zeros(value);
    case Spelling::capitals:
      return scratch = lower_ascii(std::string(value));
    case Spelling::as_is:
      break;
  }
  return value;
}

KeyTypes::KeyTypes(const archive::Toc& toc) {
  std::vector<std::string> collations;
  for (const archive::TocEntry& entry : toc.entries)
    if (entry.kind == "COLLATION" && entry.create.find("deterministic = false") != std::string::npos)
      collations.push_back("COLLATE " + quote_ident(QualifiedName{entry.schema, entry.name}));
  for (const archive::TocEntry& entry : toc.entries) {
    const QualifiedName name{entry.schema, entry.name};
    const bool collated = std::ranges::any_of(
        collations, [&](const std::string& one) { return entry.create.find(one) != std::string::npos; });
    if (entry.kind == "TABLE" && collated) collated_.insert(name);
    // A domain that has such a collation is a type of which nothing is known.
    if ((entry.kind != "DOMAIN" && entry.kind != "TYPE") || collated) continue;
    const std::string type = type_in(quote_ident(name));
    const std::vector<SqlWord> words = sql_words(entry.create);
    const auto as = std::ranges::find_if(words, [](const SqlWord& word) { return word.is("AS"); });
    if (as == words.end()) continue;
    if (entry.kind == "DOMAIN") domains_[type] = type_in(words, static_cast<std::size_t>(as - words.begin()) + 1);
    if (entry.kind == "TYPE" && as + 1 != words.end() && (as + 1)->is("ENUM")) enums_.insert(type);
  }
}

std::string KeyTypes::base_of(const std::string& type) const {
  std::string base = type_in(type);
  for (std::size_t depth = 0; depth < domains_.size() && domains_.contains(base); ++depth) base = domains_.at(base);
  return base;
}

ComparedTypes KeyTypes::compare(const std::string& referencing, const std::string& referenced) const {
  const std::string from = base_of(referencing), to = base_of(referenced);
  ComparedTypes result;
  result.referenced = spelling_of(to);
  // The type that is referenced decides; only the blanks of character(n) count nowhere.
  result.referencing = result.referenced;
  if (to != from && spelling_of(from) == Spelling::blanks_at_end) result.referencing = Spelling::blanks_at_end;
  const std::string common = family(from) == family(to) ? family(to) : "";
  result.texts = common == "text";
  result.certain = !common.empty() || (from == to && enums_.contains(to));
  return result;
}

}  // namespace pgcoffer::audit
