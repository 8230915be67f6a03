#pragma once

#include <string_view>

namespace pgcoffer::policy {

/// What a word of a name in another language says.
struct Translation {
  std::string_view english;  ///< perhaps several words with blanks between; empty for a word that is not known
  bool noun_first = false;   ///< of a language where the noun comes first: `fecha_nacimiento`
};

/// Words that mean something else in English are not known.
[[nodiscard]] Translation translation(std::string_view word);

/// Whether a name may begin with what it is of, as in `token_recuperacion` and `nom_utilisateur`.
[[nodiscard]] bool may_come_first(std::string_view noun);

/// Of and the, which say nothing: `date_de_naissance`.
[[nodiscard]] bool is_article(std::string_view word);

}  // namespace pgcoffer::policy
