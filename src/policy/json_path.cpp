#include "policy/json_path.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgcoffer::policy {
namespace {

/// Arrays in arrays that are gone through at one place of a path.
constexpr int nested_arrays = 1;

/// Writes the SQL; each level is a subquery whose value the planner cannot copy into the places that use it.
class Redaction {
 public:
  Redaction(const std::vector<JsonKey>& path, const std::optional<std::string>& replacement) : path_(path) {
    if (replacement) replacement_ = "CAST(" + quote_literal(*replacement) + " AS jsonb)";
  }

  std::string at(const std::string& value, std::size_t step, int arrays) {
    const int level = ++level_;
    const std::string v = fmt::format("v{}", level), e = fmt::format("e{}", level);
    const std::string elements = arrays == 0
                                     ? "CAST('null' AS jsonb)"
                                     : fmt::format(
                                           "(SELECT coalesce(jsonb_agg({0} ORDER BY o{1}), CAST('[]' AS jsonb)) "
                                           "FROM jsonb_array_elements({2}) WITH ORDINALITY AS a{1}({3}, o{1}))",
                                           at(e, step, arrays - 1), level, v, e);
    return fmt::format(
        "(SELECT CASE jsonb_typeof({0}) WHEN 'object' THEN {1} WHEN 'array' THEN {2} ELSE {0} END "
        "FROM (SELECT {3} AS {0} OFFSET 0) AS s{4})",
        v, object(v, step, level), elements, value, level);
  }

 private:
  std::string object(const std::string& v, std::size_t step, int level) {
    const JsonKey& key = path_[step];
    const bool last = step + 1 == path_.size();
    if (key.any) {
      if (last && replacement_.empty()) return "CAST('{}' AS jsonb)";
      const std::string x = fmt::format("x{}", level), k = fmt::format("k{}", level);
      return fmt::format(
          "(SELECT coalesce(jsonb_object_agg({0}, {1}), CAST('{{}}' AS jsonb)) FROM jsonb_each({2}) "
          "AS o{3}({0}, {4}))",
          k, last ? replacement_ : at(x, step + 1, nested_arrays), v, level, x);
    }
    const std::string name = quote_literal(key.name);
    if (last && replacement_.empty()) return fmt::format("{} - {}", v, name);
    const std::string inner = fmt::format("{} -> {}", v, name);
    return fmt::format("CASE WHEN {0} ? {1} THEN jsonb_set({0}, ARRAY[{1}], {2}) ELSE {0} END", v, name,
                       last ? replacement_ : at(inner, step + 1, nested_arrays));
  }

  const std::vector<JsonKey>& path_;
  std::string replacement_;
  int level_ = 0;
};

}  // namespace

std::optional<std::vector<JsonKey>> json_path(std::string_view text) {
  if (text.starts_with("$.")) text.remove_prefix(2);
  std::vector<JsonKey> path;
  while (true) {
    JsonKey key;
    if (!text.empty() && text.front() == '"') {
      const auto end = text.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      key.name = text.substr(1, end - 1);
      text.remove_prefix(end + 1);
    } else {
      const auto end = std::min(text.find_first_of(".[\""), text.size());
      key.name = text.substr(0, end);
      key.any = key.name == "*";
      text.remove_prefix(end);
    }
    if (key.name.empty()) return std::nullopt;
    path.push_back(std::move(key));
    while (text.starts_with("[*]")) text.remove_prefix(3);
    if (text.empty()) break;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return path.size() > 8 ? std::nullopt : std::optional(path);
}

std::string redacted(const std::string& value, const std::vector<JsonKey>& path,
                     const std::optional<std::string>& replacement) {
  return Redaction(path, replacement).at(value, 0, nested_arrays);
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump();
}

}  // namespace pgcoffer::policy
