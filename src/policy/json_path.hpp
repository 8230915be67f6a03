#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::policy {

/// One key of a path into JSON.
struct JsonKey {
  std::string name;
  bool any = false;  ///< *
};

/// `user.tokens."a.b".*`, with `$.` before it or without. Arrays are gone through without being named; `[*]` is allowed
/// for them. Keys of digits or with `*` in them have to be quoted. Nothing where the text is malformed.
[[nodiscard]] std::optional<std::vector<JsonKey>> json_path(std::string_view text);

/// An SQL expression that is `value`, an SQL expression of type jsonb, with what the path leads to removed, or replaced
/// by JSON. Arrays are gone through, at any depth; values that the path does not lead to stay as they are.
[[nodiscard]] std::string redacted(const std::string& value, const std::vector<JsonKey>& path,
                                   const std::optional<std::string>& replacement);

/// The text as a JSON string.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace pgcoffer::policy
