#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cluster/database.hpp"

namespace pgcoffer::cluster {
namespace {

/// Parameters whose value is a list of quoted names: written back as one text, all of it would become one name.
/// No server tells which they are; extensions cannot define such.
constexpr auto kLists = std::to_array<std::string_view>(
    {"local_preload_libraries", "oauth_validator_libraries", "output_plugin_libraries", "search_path",
     "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"});

bool is_list(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::find(kLists, lower) != kLists.end();
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The elements of a comma-separated list, some of them in double quotes, doubled inside.
std::vector<std::string> elements(std::string_view text) {
  std::vector<std::string> found;
  std::string element;
  std::size_t kept = 0;  // of `element`: blanks behind an unquoted name do not belong to it
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"') {
        element += text[++i];
      } else {
        quoted = !quoted;
      }
      kept = element.size();
    } else if (quoted || !is_blank(c)) {
      if (c == ',' && !quoted) {
        element.resize(kept);
        found.push_back(element);
        element.clear();
      } else {
        element += c;
      }
      kept = element.size();
    } else if (!element.empty()) {
      element += c;
    }
  }
  element.resize(kept);
  found.push_back(element);
  return found;
}

}  // namespace

Setting parse_setting(std::string_view item) {
  const std::size_t equals = std::min(item.find('='), item.size());
  Setting setting;
  setting.name = item.substr(0, equals);
  const std::string_view value = equals < item.size() ? item.substr(equals + 1) : std::string_view();
  setting.values = is_list(setting.name) ? elements(value) : std::vector{std::string(value)};
  return setting;
}

std::string setting_sql(const Setting& setting) {
  std::vector<std::string> values;
  for (const std::string& value : setting.values) values.push_back(quote_literal(value));
  return quote_ident(setting.name) + " TO " + join(values, ", ");
}

}  // namespace pgcoffer::cluster
