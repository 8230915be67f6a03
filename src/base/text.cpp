#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <span>

#include "pgcoffer/error.hpp"

namespace pgcoffer {
namespace {

// Keywords that cannot stand unquoted everywhere: reserved, type-or-function and column-name keywords of PostgreSQL 13
// to 19 (documentation, appendix C). Quoting one too many is harmless, one too few is not.
constexpr auto kKeywords = std::to_array<std::string_view>({"all",
                                                            "analyse",
                                                            "analyze",
                                                            "and",
                                                            "any",
                                                            "array",
                                                            "as",
                                                            "asc",
                                                            "asymmetric",
                                                            "authorization",
                                                            "between",
                                                            "bigint",
                                                            "binary",
                                                            "bit",
                                                            "boolean",
                                                            "both",
                                                            "case",
                                                            "cast",
                                                            "char",
                                                            "character",
                                                            "check",
                                                            "coalesce",
                                                            "collate",
                                                            "collation",
                                                            "column",
                                                            "concurrently",
                                                            "constraint",
                                                            "create",
                                                            "cross",
                                                            "current_catalog",
                                                            "current_date",
                                                            "current_role",
                                                            "current_schema",
                                                            "current_time",
                                                            "current_timestamp",
                                                            "current_user",
                                                            "dec",
                                                            "decimal",
                                                            "default",
                                                            "deferrable",
                                                            "desc",
                                                            "distinct",
                                                            "do",
                                                            "else",
                                                            "end",
                                                            "except",
                                                            "exists",
                                                            "extract",
                                                            "false",
                                                            "fetch",
                                                            "float",
                                                            "for",
                                                            "foreign",
                                                            "freeze",
                                                            "from",
                                                            "full",
                                                            "grant",
                                                            "graph_table",
                                                            "greatest",
                                                            "group",
                                                            "grouping",
                                                            "having",
                                                            "ilike",
                                                            "in",
                                                            "initially",
                                                            "inner",
                                                            "inout",
                                                            "int",
                                                            "integer",
                                                            "intersect",
                                                            "interval",
                                                            "into",
                                                            "is",
                                                            "isnull",
                                                            "join",
                                                            "json",
                                                            "json_array",
                                                            "json_arrayagg",
                                                            "json_exists",
                                                            "json_object",
                                                            "json_objectagg",
                                                            "json_query",
                                                            "json_scalar",
                                                            "json_serialize",
                                                            "json_table",
                                                            "json_value",
                                                            "lateral",
                                                            "leading",
                                                            "least",
                                                            "left",
                                                            "like",
                                                            "limit",
                                                            "localtime",
                                                            "localtimestamp",
                                                            "merge_action",
                                                            "national",
                                                            "natural",
                                                            "nchar",
                                                            "none",
                                                            "normalize",
                                                            "not",
                                                            "notnull",
                                                            "null",
                                                            "nullif",
                                                            "numeric",
                                                            "offset",
                                                            "on",
                                                            "only",
                                                            "or",
                                                            "order",
                                                            "out",
                                                            "outer",
                                                            "overlaps",
                                                            "overlay",
                                                            "placing",
                                                            "position",
                                                            "precision",
                                                            "primary",
                                                            "real",
                                                            "references",
                                                            "returning",
                                                            "right",
                                                            "row",
                                                            "select",
                                                            "session_user",
                                                            "setof",
                                                            "similar",
                                                            "smallint",
                                                            "some",
                                                            "substring",
                                                            "symmetric",
                                                            "system_user",
                                                            "table",
                                                            "tablesample",
                                                            "then",
                                                            "time",
                                                            "timestamp",
                                                            "to",
                                                            "trailing",
                                                            "treat",
                                                            "trim",
                                                            "true",
                                                            "union",
                                                            "unique",
                                                            "user",
                                                            "using",
                                                            "values",
                                                            "varchar",
                                                            "variadic",
                                                            "verbose",
                                                            "when",
                                                            "where",
                                                            "window",
                                                            "with",
                                                            "xmlattributes",
                                                            "xmlconcat",
                                                            "xmlelement",
                                                            "xmlexists",
                                                            "xmlforest",
                                                            "xmlnamespaces",
                                                            "xmlparse",
                                                            "xmlpi",
                                                            "xmlroot",
                                                            "xmlserialize",
                                                            "xmltable"});

/// Where the keywords of each letter begin: a catalog of thousands of tables has hundreds of thousands of names.
constexpr auto kOfLetter = [] {
  std::array<std::size_t, 27> begins{};
  for (std::size_t i = 0; i < kKeywords.size(); ++i)
    for (std::size_t letter = static_cast<std::size_t>(kKeywords[i].front() - 'a') + 1; letter < begins.size();
         ++letter)
      begins[letter] = i + 1;
  return begins;
}();

/// Of a name that begins with a lower-case letter or an underscore.
bool is_keyword(std::string_view name) {
  if (name.front() == '_') return false;
  const auto letter = static_cast<std::size_t>(name.front() - 'a');
  const auto keywords = std::span(kKeywords).subspan(kOfLetter[letter], kOfLetter[letter + 1] - kOfLetter[letter]);
  return std::ranges::find(keywords, name) != keywords.end();
}

bool is_plain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name[0] == '$') return false;
  const bool plain =
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  return plain && !is_keyword(name);
}

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

}  // namespace

std::string quote_always(std::string_view name) {
  return doubled(name, '"');
}

std::string quote_always(const QualifiedName& name) {
  return quote_always(name.schema) + "." + quote_always(name.name);
}

namespace {

thread_local bool quotes_all = false;

std::string quoted_where_needed(std::string_view name) {
  return is_plain(name) ? std::string(name) : quote_always(name);
}

}  // namespace

bool QuoteAllIdentifiers::in_force() noexcept {
  return quotes_all;
}

QuoteAllIdentifiers::QuoteAllIdentifiers(bool all) : before_(quotes_all) {
  quotes_all = all;
}

QuoteAllIdentifiers::~QuoteAllIdentifiers() {
  quotes_all = before_;
}

std::string quote_ident(std::string_view name) {
  return quotes_all ? quote_always(name) : quoted_where_needed(name);
}

std::string quote_ident(const QualifiedName& name) {
  return quote_ident(name.schema) + "." + quote_ident(name.name);
}

std::string quote_literal(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return doubled(text, '\'');
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') escaped += c;
    escaped += c;
  }
  return "E" + doubled(escaped, '\'');
}

std::string display_name(const QualifiedName& name) {
  const std::string last = quoted_where_needed(name.name);
  return name.schema.empty() ? last : quoted_where_needed(name.schema) + "." + last;
}

std::string quoted_name(const QualifiedName& name) {
  std::string shown = display_name(name);
  return shown.find('"') == std::string::npos ? '"' + shown + '"' : shown;
}

std::string join(const std::vector<std::string>& items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string join_first(const std::vector<std::string>& items) {
  constexpr std::size_t most = 20;
  if (items.size() <= most) return join(items, ", ");
  const std::vector<std::string> first(items.begin(), items.begin() + most);
  return join(first, ", ") + " and " + human_count(items.size() - most) + " more";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr auto units = std::to_array<std::string_view>({"B", "KiB", "MiB", "GiB", "TiB", "PiB"});
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units.at(unit));
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::uint64_t parse_size(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string unit(text.substr(static_cast<std::size_t>(end - text.data())));
  std::ranges::transform(unit, unit.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view letters = "kmgt";
  const std::size_t power = unit.empty() ? 0 : letters.find(unit[0]) + 1;
  const bool known = unit.empty() || unit == "b" ||
                     (power > 0 && (unit.size() == 1 || unit.substr(1) == "b" || unit.substr(1) == "ib"));
  const unsigned shift = unit == "b" ? 0 : static_cast<unsigned>(10 * power);
  if (error != std::errc() || !known || value > (std::numeric_limits<std::uint64_t>::max() >> shift)) {
    throw Error(Kind::usage, fmt::format("not a size: \"{}\"", text))
        .hint("Write a number with a unit, for example 16MB or 512k.");
  }
  return value << shift;
}

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  while (at < text.size()) {
    // Nearly all text is ASCII: eight bytes at once.
    std::uint64_t word = 0;
    if (at + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const unsigned char lead = byte(at);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return false;
    const unsigned char second = byte(at + 1);
    const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return false;
    for (std::size_t i = 2; i < length; ++i) {
      if ((byte(at + i) & 0xC0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

}  // namespace pgcoffer
