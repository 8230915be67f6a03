#pragma once

#include <cstddef>
#include <string_view>

#include "content/detect.hpp"

/// What stands beside one another where a text states a secret: its name, and its value.
namespace pgcoffer::content {

inline constexpr std::size_t kLongestName = 64;
/// How much of a text is looked at for where a value ends: each name is looked at in constant time.
inline constexpr std::size_t kLongestValue = 4096;
/// The same of one word: where words end is looked for slowly, and of longer ones the beginning tells enough.
inline constexpr std::size_t kLongestWord = 256;

[[nodiscard]] inline bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
[[nodiscard]] inline bool is_quote(char c) noexcept {
  return c == '"' || c == '\'';
}

/// Where the blanks end that begin at `at`.
[[nodiscard]] std::size_t behind_blanks(std::string_view text, std::size_t at);
/// Where the blanks begin that end at `at`; not further back than some.
[[nodiscard]] std::size_t before_blanks(std::string_view text, std::size_t at);

/// Letters (also those beyond ASCII), digits, dashes and underscores that end at `end`; more than names have where
/// there are more.
[[nodiscard]] std::string_view name_before(std::string_view text, std::size_t end);

/// Whether a name, or an option of a command, is that of a credential.
[[nodiscard]] bool is_secret_name(std::string_view name, IsCredentialName is_credential_name);

/// "boarding pass", "design token": names of one word that another one before it makes something else.
[[nodiscard]] bool is_other_thing(std::string_view text, std::size_t begin, std::string_view name,
                                  IsCredentialName is_credential_name);

/// Whether a name and the word before it, at `begin` of the text, together are that of a credential: "api key".
[[nodiscard]] bool is_secret_pair(std::string_view text, std::size_t begin, std::string_view name,
                                  IsCredentialName is_credential_name);

/// Not what stands where a secret would, in examples, forms and code; not a call of a function either.
[[nodiscard]] bool is_value(std::string_view value);

/// What people write where a password is to come is a word: of what is known to be none, a digit and a letter are left,
/// or six digits.
[[nodiscard]] bool looks_made_up(std::string_view value);

/// A value that looks made up, of at least `least` characters without blanks.
[[nodiscard]] bool is_made_up_word(std::string_view value, std::size_t least);

/// Letters and digits by turns, as names of files and algorithms (id_ed25519) have them not: where the name before a
/// value says less than that of a credential.
[[nodiscard]] bool is_mixed(std::string_view value);

/// user.password2: what code calls something.
[[nodiscard]] bool is_dotted_name(std::string_view value);

/// What stands in the quotes whose first is at `open`; nothing where they do not end in the line.
[[nodiscard]] std::string_view in_quotes(std::string_view text, std::size_t open);

}  // namespace pgcoffer::content
