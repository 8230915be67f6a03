#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::policy {

/// A place in a file; both count from 1, columns in characters.
struct Place {
  int line = 0, column = 0;
  auto operator<=>(const Place&) const = default;
};

/// "FILE, line 3, column 7".
[[nodiscard]] std::string to_string(const std::string& file, Place place);

/// A JSON value that knows its place, which nlohmann's own values do not.
struct Json {
  enum class Type { null, boolean, number, string, array, object };
  Type type = Type::null;
  Place place;       ///< where the value begins
  std::string text;  ///< a string's content; of numbers and booleans the text as it stands in the file
  std::vector<Json> items;
  struct Member;
  std::vector<Member> members;

  [[nodiscard]] const Json* find(std::string_view key) const;
};

struct Json::Member {
  std::string name;
  Place place;  ///< of the name
  Json value;
};

[[nodiscard]] std::string_view to_string(Json::Type type) noexcept;

/// For messages, which are one line: control characters become blanks.
[[nodiscard]] std::string one_line(std::string text);

/// Reads one JSON value with // and /* */ comments. Throws Error(usage) with `file`, line and column; a key that stands
/// twice in an object is an error as well.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& file, const std::stop_token& stop = {});

}  // namespace pgcoffer::policy
