#pragma once

#include <span>
#include <string_view>

namespace pgcoffer::policy {

/// Words of languages in which names of columns are written. Each line has a meaning in English, and behind a colon the
/// words that have it, in lower case with and without accents.
struct Language {
  bool noun_first;
  std::string_view words;
};

/// English in short, German, Dutch, Swedish, Danish, Norwegian; and Finnish beside them.
[[nodiscard]] std::span<const Language> germanic_languages();
/// French, Spanish, Portuguese, Italian.
[[nodiscard]] std::span<const Language> romance_languages();
/// Polish, Czech, Indonesian, Turkish, Hungarian, Romanian and others.
[[nodiscard]] std::span<const Language> other_languages();

}  // namespace pgcoffer::policy
