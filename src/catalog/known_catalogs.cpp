#include "catalog/known_catalogs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <pgcoffer/error.hpp>

#include "base/text.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view compiled_in =
#include "catalog/known_catalogs.inc"
    ;

Error malformed(std::string_view line) {
  return Error(Kind::failed, fmt::format("no description of a system catalog: \"{}\"", line));
}

int read_version(std::string_view line, const std::string& word) {
  int version = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), version);
  if (error != std::errc() || end != word.data() + word.size()) throw malformed(line);
  return version;
}

void read_line(const std::string& line, KnownCatalogs& known) {
  const std::vector<std::string> words = split(line, ' ');
  if (words.size() == 2 && words[0] == "newest") {
    known.newest = read_version(line, words[1]);
    return;
  }
  if (!words[0].starts_with("pg_")) throw malformed(line);
  KnownCatalog& catalog = known.catalogs[words[0]];
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    const std::size_t equals = word->find('=');
    std::string letters = equals == std::string::npos ? "" : word->substr(equals + 1);
    std::ranges::replace(letters, '_', ' ');
    catalog[word->substr(0, equals)] = std::move(letters);
  }
}

}  // namespace

KnownCatalogs parse_known_catalogs(std::string_view text) {
  KnownCatalogs known;
  for (const std::string& line : split(std::string(text), '\n')) {
    if (!line.empty() && line.front() != '#') read_line(line, known);
  }
  return known;
}

const KnownCatalogs& known_catalogs() {
  static const KnownCatalogs known = parse_known_catalogs(compiled_in);
  return known;
}

}  // namespace pgcoffer::catalog
