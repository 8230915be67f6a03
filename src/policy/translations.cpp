#include "policy/translations.hpp"

#include <unordered_map>

#include "base/text.hpp"
#include "policy/languages.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using Dictionary = std::unordered_map<std::string_view, Translation>;

/// The first language that has a word says what it means.
void read(const Language& language, Dictionary& dictionary) {
  for (std::string_view rest = language.words; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    for_each_word(line.substr(colon + 2), [&](std::string_view word) {
      dictionary.emplace(word, Translation{line.substr(0, colon), language.noun_first});
    });
  }
}

const Dictionary& dictionary() {
  static const Dictionary words = [] {
    Dictionary read_words;
    for (const auto& languages : {germanic_languages(), romance_languages(), other_languages()})
      for (const Language& language : languages) read(language, read_words);
    return read_words;
  }();
  return words;
}

}  // namespace

Translation translation(std::string_view word) {
  const auto found = dictionary().find(word);
  return found == dictionary().end() ? Translation{} : found->second;
}

bool may_come_first(std::string_view noun) {
  constexpr WordSet nouns(
      "password token key secret name address code number date account email phone mobile city street card place id "
      "document hash salt session cookie question answer");
  return nouns.contains(noun);
}

bool is_article(std::string_view word) {
  constexpr WordSet articles("de del della di do da du des la le el dos das der het van");
  return articles.contains(word);
}

}  // namespace pgcoffer::policy
