#include "policy/criteria.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/credentials.hpp"
#include "policy/personal_data.hpp"

namespace pgcoffer::policy {
namespace {

/// What people write for types that the server calls otherwise.
constexpr std::array aliases{
    std::pair<std::string_view, std::string_view>{"varchar", "character varying"},
    std::pair<std::string_view, std::string_view>{"char", "character"},
    std::pair<std::string_view, std::string_view>{"bpchar", "character"},
    std::pair<std::string_view, std::string_view>{"int", "integer"},
    std::pair<std::string_view, std::string_view>{"int2", "smallint"},
    std::pair<std::string_view, std::string_view>{"int4", "integer"},
    std::pair<std::string_view, std::string_view>{"int8", "bigint"},
    std::pair<std::string_view, std::string_view>{"float4", "real"},
    std::pair<std::string_view, std::string_view>{"float8", "double precision"},
    std::pair<std::string_view, std::string_view>{"decimal", "numeric"},
    std::pair<std::string_view, std::string_view>{"bool", "boolean"},
    std::pair<std::string_view, std::string_view>{"timestamp", "timestamp without time zone"},
    std::pair<std::string_view, std::string_view>{"timestamptz", "timestamp with time zone"},
    std::pair<std::string_view, std::string_view>{"time", "time without time zone"},
    std::pair<std::string_view, std::string_view>{"timetz", "time with time zone"},
};

std::string unaliased(std::string_view text) {
  const bool array = text.size() > 2 && text.substr(text.size() - 2) == "[]";
  const std::string_view element = array ? text.substr(0, text.size() - 2) : text;
  for (const auto& [alias, name] : aliases)
    if (alias == element) return std::string(name) + (array ? "[]" : "");
  return std::string(text);
}

/// `character varying(20)[]` → character varying[]; `"My Schema".email` → My Schema, email.
QualifiedName type_name(std::string_view type) {
  QualifiedName result{"pg_catalog", ""};
  bool quoted = false, in_modifiers = false;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const char c = type[i];
    if (c == '"') {
      if (quoted && i + 1 < type.size() && type[i + 1] == '"') {
        result.name += c;
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && c == '.') {
      result.schema = std::exchange(result.name, "");
    } else if (!quoted && (c == '(' || c == ')')) {
      in_modifiers = c == '(';
    } else if (!in_modifiers) {
      result.name += c;
    }
  }
  return result;
}

/// In lower case, without blanks around colons and with single ones elsewhere.
std::string normal(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (result.empty() || result.back() == ' ' || result.back() == ':')) continue;
    if (c == ':' && !result.empty() && result.back() == ' ') result.pop_back();
    result += blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::array credential_kinds{
    std::pair{Credential::password, "password"},
    std::pair{Credential::session, "session"},
    std::pair{Credential::token, "token"},
    std::pair{Credential::api_key, "api-key"},
    std::pair{Credential::second_factor, "second-factor"},
    std::pair{Credential::private_key, "private-key"},
    std::pair{Credential::secret, "secret"},
};

/// "credentials" itself, or "credentials:" and the kind.
bool covers(const std::string& detector, const std::string& family, std::string_view kind) {
  return detector == family || detector == family + ":" + std::string(kind);
}

std::string_view kind_name(Credential kind) {
  return std::ranges::find(credential_kinds, kind, &decltype(credential_kinds)::value_type::first)->second;
}

}  // namespace

TypePattern TypePattern::parse(std::string_view text) {
  char kind = '\0';
  for (const auto& [prefix, type] : {std::pair{"domain:", 'd'}, std::pair{"enum:", 'e'}})
    if (text.starts_with(prefix)) {
      kind = type;
      text.remove_prefix(std::string_view(prefix).size());
    }
  return {kind, Pattern::for_relation(unaliased(text))};
}

bool TypePattern::matches(const catalog::Column& column) const {
  if (kind_ != '\0' && column.type_kind != kind_) return false;
  const auto named = [&](const std::string& type) { return pattern_.matches(type_name(type)); };
  return named(column.type) || std::ranges::any_of(column.domains, named) || (kind_ == '\0' && named(column.base_type));
}

bool TypePattern::matches_elements(const catalog::Column& column) const {
  return std::ranges::any_of(column.elements,
                             [&](const std::string& type) { return pattern_.matches(type_name(type)); });
}

bool has_tag(std::string_view comment, std::string_view tag) {
  const std::string text = normal(comment), wanted = normal(tag);
  for (auto at = text.find(wanted); at != std::string::npos && !wanted.empty(); at = text.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end]))) return true;
  }
  return false;
}

std::vector<std::string> detector_names() {
  std::vector<std::string> names = {"credentials"};
  for (const auto& [kind, name] : credential_kinds) names.push_back("credentials:" + std::string(name));
  names.emplace_back("personal-data");
  for (const auto kind : personal_data_kinds()) names.push_back("personal-data:" + std::string(to_string(kind)));
  return names;
}

bool finds_tables(const std::string& detector) {
  return detector.starts_with("credentials");
}

bool detects(const std::string& detector, const catalog::Table& table, const QualifiedName& name,
             const catalog::Column& column) {
  if (detector.starts_with("credentials")) {
    auto kind = detect_column(table, name, column);
    if (!kind && is_guessed_credential(table, name, column)) kind = Credential::secret;
    return kind && covers(detector, "credentials", kind_name(*kind));
  }
  const auto kind = detect_personal_data(table, name, column);
  if (!kind) return detector == "personal-data" && is_guessed_personal_data(table, name, column);
  return covers(detector, "personal-data", to_string(*kind));
}

bool detects_rows(const std::string& detector, const catalog::Table& table, const QualifiedName& name) {
  const auto kind = detect_rows(table, name);
  return kind && covers(detector, "credentials", kind_name(*kind));
}

ColumnCriteria::ColumnCriteria(const ColumnRule& rule) : tag_(rule.tag), detector_(rule.detector) {
  if (!rule.column.empty()) name_ = Pattern::for_name(rule.column);
  if (!rule.type.empty()) type_ = TypePattern::parse(rule.type);
  const auto breadth = name_ ? name_->name_breadth() : Pattern::Breadth::everything;
  exact_ = breadth == Pattern::Breadth::exact;
  specificity_ = (exact_ ? 16 : 0) + (tag_.empty() ? 0 : 8) + (type_ ? 4 : 0) +
                 (breadth == Pattern::Breadth::some ? 2 : 0) + (detector_.empty() ? 0 : 1);
}

bool ColumnCriteria::matches(const catalog::Table& table, const QualifiedName& name,
                             const catalog::Column& column) const {
  return (!type_ || type_->matches(column)) && matches_otherwise(table, name, column);
}

bool ColumnCriteria::matches_elements(const catalog::Table& table, const QualifiedName& name,
                                      const catalog::Column& column) const {
  return type_ && type_->matches_elements(column) && matches_otherwise(table, name, column);
}

bool ColumnCriteria::matches_otherwise(const catalog::Table& table, const QualifiedName& name,
                                       const catalog::Column& column) const {
  return (!name_ || name_->matches(column.name)) && (tag_.empty() || has_tag(column.comment, tag_)) &&
         (detector_.empty() || detects(detector_, table, name, column));
}

}  // namespace pgcoffer::policy
