#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcoffer::detail {

/// Characters of a text: code points of UTF-8; a byte that is not part of well-formed UTF-8 counts as one character
/// above the Unicode range, so that names of SQL_ASCII databases can be matched too.
[[nodiscard]] std::vector<char32_t> characters(std::string_view text);

/// A token of a name pattern after psql's own rules (quotes, `*`, `?`, folding) have been applied.
struct RegexToken {
  enum class Type { literal, special, any, any_run };
  Type type = Type::literal;
  char32_t character = 0;  ///< for literal and special
};

/// The part of PostgreSQL's regular expressions that patterns need, as a state machine without backtracking: matching
/// whole names costs states × characters at most. The alternative, std::regex, recurses and knows bytes only.
class NameRegex {
 public:
  /// Throws Error(usage), without the pattern's text in it: the caller adds that.
  explicit NameRegex(const std::vector<RegexToken>& tokens);
  [[nodiscard]] bool matches(std::string_view name) const;

  struct Class {
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;
    [[nodiscard]] bool contains(char32_t character) const;
  };
  struct State {
    enum class Type { literal, any, set, split, at_start, accept };
    Type type = Type::accept;
    char32_t character = 0;
    std::size_t set = 0;              ///< index into the classes
    std::size_t next = 0, other = 0;  ///< other: the second way of a split
  };

 private:
  void follow(std::size_t state, bool at_start, std::vector<bool>& seen, std::vector<std::size_t>& active) const;

  std::vector<State> states_;
  std::vector<Class> classes_;
  std::size_t start_ = 0;
};

}  // namespace pgcoffer::detail
