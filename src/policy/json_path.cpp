#include "policy/json_path.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgcoffer::policy {
namespace {

/// Writes the SQL. Objects, and arrays of them, are taken apart and put together again, which takes time in proportion
/// to their size; arrays in arrays, at any depth, by deeply(). Each level is a subquery whose value the planner cannot
/// copy into the places that use it.
class Redaction {
 public:
  Redaction(const std::vector<JsonKey>& path, const std::optional<std::string>& replacement) : path_(path) {
    if (replacement) replacement_ = "CAST(" + quote_literal(*replacement) + " AS jsonb)";
  }

  std::string at(const std::string& value, std::size_t step, bool in_array = false) {
    const int level = ++level_;
    const std::string v = fmt::format("v{}", level), e = fmt::format("e{}", level);
    const std::string elements = in_array ? deeply(v, step)
                                          : fmt::format(
                                                "(SELECT coalesce(jsonb_agg({0} ORDER BY o{1}), CAST('[]' AS jsonb)) "
                                                "FROM jsonb_array_elements({2}) WITH ORDINALITY AS a{1}({3}, o{1}))",
                                                at(e, step, true), level, v, e);
    return fmt::format(
        "(SELECT CASE jsonb_typeof({0}) WHEN 'object' THEN {1} WHEN 'array' THEN {2} ELSE {0} END "
        "FROM (SELECT {3} AS {0} OFFSET 0) AS s{4})",
        v, object(v, step, level), elements, value, level);
  }

 private:
  /// All places are found that the rest of the path leads to, and then changed one after the other.
  std::string deeply(const std::string& v, std::size_t step) const {
    std::vector<std::string> keys;
    for (std::size_t i = step; i < path_.size(); ++i)
      keys.push_back(path_[i].any ? "NULL" : quote_literal(path_[i].name));
    const std::string change =
        replacement_.empty() ? "d.v #- t.p" : fmt::format("jsonb_set(d.v, t.p, {})", replacement_);
    return fmt::format(
        "(WITH RECURSIVE w(p, v, s) AS (SELECT CAST(ARRAY[] AS text[]), {0}, 1 UNION ALL "
        "SELECT w.p || c.k, c.v, w.s + c.n FROM w CROSS JOIN LATERAL (SELECT CAST(a.o - 1 AS text), a.e, 0 FROM "
        "jsonb_array_elements(CASE jsonb_typeof(w.v) WHEN 'array' THEN w.v ELSE CAST('[]' AS jsonb) END) "
        "WITH ORDINALITY AS a(e, o) UNION ALL SELECT b.k, b.e, 1 FROM "
        "jsonb_each(CASE jsonb_typeof(w.v) WHEN 'object' THEN w.v ELSE CAST('{{}}' AS jsonb) END) AS b(k, e) "
        "WHERE coalesce((CAST(ARRAY[{1}] AS text[]))[w.s], b.k) = b.k) AS c(k, v, n) WHERE w.s <= {2}), "
        "t(i, p) AS (SELECT row_number() OVER (), w.p FROM w WHERE w.s > {2}), "
        "d(i, v) AS (SELECT CAST(0 AS bigint), {0} UNION ALL SELECT t.i, {3} FROM d JOIN t ON t.i = d.i + 1) "
        "SELECT d.v FROM d ORDER BY d.i DESC LIMIT 1)",
        v, join(keys, ", "), keys.size(), change);
  }

  std::string object(const std::string& v, std::size_t step, int level) {
    const JsonKey& key = path_[step];
    const bool last = step + 1 == path_.size();
    if (key.any) {
      if (last && replacement_.empty()) return "CAST('{}' AS jsonb)";
      const std::string x = fmt::format("x{}", level), k = fmt::format("k{}", level);
      return fmt::format(
          "(SELECT coalesce(jsonb_object_agg({0}, {1}), CAST('{{}}' AS jsonb)) FROM jsonb_each({2}) "
          "AS o{3}({0}, {4}))",
          k, last ? replacement_ : at(x, step + 1), v, level, x);
    }
    const std::string name = quote_literal(key.name);
    if (last && replacement_.empty()) return fmt::format("{} - {}", v, name);
    const std::string inner = fmt::format("{} -> {}", v, name);
    return fmt::format("CASE WHEN {0} ? {1} THEN jsonb_set({0}, ARRAY[{1}], {2}) ELSE {0} END", v, name,
                       last ? replacement_ : at(inner, step + 1));
  }

  const std::vector<JsonKey>& path_;
  std::string replacement_;
  int level_ = 0;
};

/// What stands for an element of an array or for any depth in other languages of paths.
bool is_something_else(std::string_view key) {
  return key.find('*') != std::string_view::npos || key.find_first_not_of("0123456789") == std::string_view::npos;
}

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
      if (!key.any && is_something_else(key.name)) return std::nullopt;
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
  return Redaction(path, replacement).at(value, 0);
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump();
}

}  // namespace pgcoffer::policy
