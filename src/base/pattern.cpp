#include "base/pattern.hpp"

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "base/name_regex.hpp"

namespace pgcoffer {
namespace {

using detail::RegexToken;
using Tokens = std::vector<RegexToken>;

Error malformed(std::string_view text, const std::string& why) {
  return Error(Kind::usage, "pattern \"" + std::string(text) + "\" is malformed: " + why)
      .hint(
          "A pattern is name or schema.name, with * for any characters and ? for one; put names with other characters "
          "in double quotes.");
}

bool is_special(char32_t c) {
  return c < 0x80 && std::string_view("|+()[]{}^\\").find(static_cast<char>(c)) != std::string_view::npos;
}

/// Cuts the pattern at its unquoted dots and applies what psql does before regular expressions come in.
std::vector<Tokens> tokenize(std::string_view text) {
  std::vector<Tokens> parts(1);
  bool quoted = false;
  const auto input = detail::characters(text);
  for (std::size_t i = 0; i < input.size(); ++i) {
    const char32_t c = input[i];
    const bool followed_by_quote = i + 1 < input.size() && input[i + 1] == '"';
    if (c == '"' && quoted && followed_by_quote) {
      parts.back().push_back({RegexToken::Type::literal, c});
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      parts.back().push_back({RegexToken::Type::literal, c});
    } else if (c == '.') {
      parts.emplace_back();
    } else if (c == '*') {
      parts.back().push_back({RegexToken::Type::any_run, c});
    } else if (c == '?') {
      parts.back().push_back({RegexToken::Type::any, c});
    } else if (c == '[' && i + 1 < input.size() && input[i + 1] == ']') {
      parts.back().push_back({RegexToken::Type::literal, c});
      parts.back().push_back({RegexToken::Type::literal, input[++i]});
    } else if (is_special(c)) {
      parts.back().push_back({RegexToken::Type::special, c});
    } else {
      parts.back().push_back({RegexToken::Type::literal, c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c});
    }
  }
  if (quoted) throw malformed(text, "a double quote is not closed");
  return parts;
}

Pattern::Breadth breadth(const Tokens& tokens) {
  const auto all = [&](RegexToken::Type type) {
    return std::all_of(tokens.begin(), tokens.end(), [&](const RegexToken& token) { return token.type == type; });
  };
  if (all(RegexToken::Type::literal)) return Pattern::Breadth::exact;
  return all(RegexToken::Type::any_run) ? Pattern::Breadth::everything : Pattern::Breadth::some;
}

std::shared_ptr<const detail::NameRegex> compile(const Tokens& tokens, std::string_view text) {
  if (tokens.empty()) throw malformed(text, "a name is empty");
  try {
    return std::make_shared<const detail::NameRegex>(tokens);
  } catch (const Error& error) {
    throw malformed(text, error.message());
  }
}

/// A database is named, not matched.
std::shared_ptr<const detail::NameRegex> compile_database(const Tokens& tokens, std::string_view text) {
  if (breadth(tokens) != Pattern::Breadth::exact) throw malformed(text, "the database's name has wildcards");
  return compile(tokens, text);
}

}  // namespace

Pattern Pattern::for_relation(std::string_view text) {
  if (tokenize(text).size() > 2)
    throw malformed(text, "it has more than two parts")
        .hint("Name the database with -d only, and write schema.name here; a dot in a name needs double quotes.");
  return for_relation_of_database(text);
}

Pattern Pattern::for_relation_of_database(std::string_view text) {
  auto parts = tokenize(text);
  if (parts.size() > 3)
    throw malformed(text, "it has more than three parts").hint("A dot in a name needs double quotes.");
  Pattern pattern;
  pattern.text_ = text;
  if (parts.size() == 3) {
    pattern.database_ = compile_database(parts.front(), text);
    parts.erase(parts.begin());
  }
  pattern.name_ = compile(parts.back(), text);
  pattern.name_breadth_ = breadth(parts.back());
  if (parts.size() == 2) {
    pattern.schema_ = compile(parts.front(), text);
    pattern.schema_breadth_ = breadth(parts.front());
  }
  return pattern;
}

Pattern Pattern::for_name(std::string_view text) {
  if (tokenize(text).size() > 1)
    throw malformed(text, "it has more than one part")
        .hint("Write one name here, without a schema before it; a dot in a name needs double quotes.");
  return for_schema_of_database(text);
}

Pattern Pattern::for_schema_of_database(std::string_view text) {
  auto parts = tokenize(text);
  if (parts.size() > 2)
    throw malformed(text, "it has more than two parts").hint("A dot in a name needs double quotes.");
  Pattern pattern;
  pattern.text_ = text;
  if (parts.size() == 2) pattern.database_ = compile_database(parts.front(), text);
  pattern.name_ = compile(parts.back(), text);
  pattern.name_breadth_ = breadth(parts.back());
  return pattern;
}

bool Pattern::in_database(std::string_view name) const {
  return !database_ || database_->matches(name);
}

bool Pattern::matches(const QualifiedName& name) const {
  return name_->matches(name.name) && (!schema_ || schema_->matches(name.schema));
}

bool Pattern::matches(std::string_view name) const {
  return name_->matches(name);
}

}  // namespace pgcoffer
