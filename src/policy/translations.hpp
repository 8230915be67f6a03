#pragma once

#include <string_view>

namespace pgcoffer::policy {

/// What a word of a German, French, Spanish, Portuguese, Italian or Dutch name says in English, perhaps in several
/// words with blanks between; empty for all others. Words that mean something else in English are not among them.
[[nodiscard]] std::string_view translation(std::string_view word);

/// Whether such a word is French, Spanish, Portuguese or Italian: the noun comes first there.
[[nodiscard]] bool is_romance(std::string_view word);

/// Whether a name may begin with what it is of, as in `token_recuperacion` and `nom_utilisateur`.
[[nodiscard]] bool may_come_first(std::string_view noun);

}  // namespace pgcoffer::policy
