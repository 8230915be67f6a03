#include "restore/mapping_sql.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgcoffer::restoring {
namespace {

using Type = SqlToken::Type;

constexpr std::string_view kOperator = "+-*/<>=~!@#%^&|`?";

bool is_symbol(const SqlToken& token, std::string_view any) {
  return token.type == Type::symbol && any.find(token.text) != std::string_view::npos;
}

bool before(const SqlTokens& tokens, std::size_t at, std::string_view word) {
  return at > 0 && tokens[at - 1].is(Type::word, word);
}

/// GRANT … TO name, REVOKE … FROM name, OWNER TO name, FOR ROLE name, and lists of them; outside of parentheses.
bool stands_for_role(const SqlTokens& tokens, std::size_t at) {
  std::size_t first = at;
  while (first >= 2 && tokens[first - 1].is(Type::symbol, ",") && tokens[first - 2].is_name()) first -= 2;
  constexpr std::array<std::string_view, 6> words = {"TO", "FROM", "ROLE", "AUTHORIZATION", "BY", "FOR"};
  return std::ranges::any_of(words, [&](std::string_view word) { return before(tokens, first, word); });
}

/// PUBLIC, SELECT, CURRENT_USER: a name with capitals would be quoted.
bool is_keyword(const SqlToken& token) {
  return token.type == Type::word && std::ranges::any_of(token.text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

class Rewriter {
 public:
  Rewriter(const std::string& sql, const SqlTokens& tokens, const Renaming& renaming)
      : sql_(sql), tokens_(tokens), renaming_(renaming) {}

  std::string run() {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      if (tokens_[at].is(Type::symbol, "(")) ++depth_;
      if (tokens_[at].is(Type::symbol, ")")) --depth_;
      if (tokens_[at].type == Type::literal) {
        text(at);
      } else if (tokens_[at].is_name()) {
        name(at);
      }
    }
    out_.append(sql_, copied_);
    return std::move(out_);
  }

 private:
  void replace(const SqlToken& token, const std::string& by) {
    out_.append(sql_, copied_, token.begin - copied_);
    out_ += by;
    copied_ = token.end;
  }

  [[nodiscard]] bool before(std::size_t at, std::string_view word) const {
    return restoring::before(tokens_, at, word);
  }

  [[nodiscard]] bool dot(std::size_t at) const { return at < tokens_.size() && tokens_[at].is(Type::symbol, "."); }

  void name(std::size_t at) {
    if (at > 0 && dot(at - 1)) return;
    if (dot(at + 1) && qualified(at)) return;
    const auto single = [&](const std::map<std::string, std::string>& names) {
      const auto found = names.find(tokens_[at].text);
      if (found != names.end()) replace(tokens_[at], quote_ident(found->second));
    };
    if (dot(at + 1)) return;
    if (renaming_.schemas != nullptr && before(at, "SCHEMA")) return single(*renaming_.schemas);
    if (before(at, "TABLESPACE")) return single(renaming_.tablespaces);
    if (renaming_.parts != nullptr && names_part(at)) return single(*renaming_.parts);
    if (renaming_.roles != nullptr && depth_ == 0 && stands_for_role(tokens_, at)) return single(*renaming_.roles);
  }

  /// True when it was the name of an object that is called otherwise.
  bool qualified(std::size_t at) {
    const SqlToken* last = at + 2 < tokens_.size() ? &tokens_[at + 2] : nullptr;
    if (last == nullptr) return false;
    std::string own = last->text;
    if (is_symbol(*last, kOperator)) {
      std::size_t end = at + 3;
      for (; end < tokens_.size() && is_symbol(tokens_[end], kOperator) && tokens_[end].begin == tokens_[end - 1].end;
           ++end)
        own += tokens_[end].text;
    } else if (!last->is_name()) {
      return false;
    }
    const auto found = renaming_.objects.find({tokens_[at].text, own});
    if (found == renaming_.objects.end()) return false;
    replace(tokens_[at], quote_ident(found->second.schema));
    if (last->is_name() && found->second.name != own) replace(*last, quote_ident(found->second.name));
    return true;
  }

  /// CREATE INDEX name, CONSTRAINT name, CLUSTER ON name, REPLICA IDENTITY USING INDEX name.
  [[nodiscard]] bool names_part(std::size_t at) const {
    const bool clustered = before(at, "ON") && at > 1 && tokens_[at - 2].is(Type::word, "CLUSTER");
    return before(at, "CONSTRAINT") || before(at, "INDEX") || clustered;
  }

  /// SET search_path TO 'a', 'b', as the catalog writes it for functions.
  [[nodiscard]] bool in_search_path(std::size_t at) const {
    std::size_t first = at;
    while (first >= 2 && tokens_[first - 1].is(Type::symbol, ",") && tokens_[first - 2].type == Type::literal)
      first -= 2;
    return first >= 3 && before(first, "TO") && before(first - 1, "search_path") && before(first - 2, "SET");
  }

  /// A literal that stands for a schema; one that is cast to it is written as in SQL, with quotes.
  void schema_text(std::size_t at, const std::string& schema, bool as_sql) {
    if (renaming_.schemas == nullptr) return;
    const auto found = renaming_.schemas->find(schema);
    if (found != renaming_.schemas->end())
      replace(tokens_[at], quote_literal(as_sql ? quote_ident(found->second) : found->second));
  }

  /// 's.t'::regclass, 's'::regnamespace, and what setval() and the like take.
  void text(std::size_t at) {
    if (in_search_path(at)) return schema_text(at, tokens_[at].text, false);
    const bool cast = at + 3 < tokens_.size() && tokens_[at + 1].is(Type::symbol, ":") &&
                      tokens_[at + 2].is(Type::symbol, ":") && tokens_[at + 3].text.starts_with("reg");
    if (!cast && !renaming_.texts_are_names) return;
    const auto inner = sql_tokens(tokens_[at].text);
    if (!inner) return;
    if (cast && inner->size() == 1 && tokens_[at + 3].text == "regnamespace")
      return schema_text(at, inner->front().text, true);
    Renaming same = renaming_;
    same.texts_are_names = false;
    const std::string other = Rewriter(tokens_[at].text, *inner, same).run();
    if (other != tokens_[at].text) replace(tokens_[at], quote_literal(other));
  }

  const std::string& sql_;
  const SqlTokens& tokens_;
  const Renaming& renaming_;
  std::string out_;
  std::size_t copied_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string renamed(const std::string& sql, const SqlTokens& tokens, const Renaming& renaming) {
  return Rewriter(sql, tokens, renaming).run();
}

std::set<std::string> roles_named(const SqlTokens& tokens) {
  std::set<std::string> roles;
  int depth = 0;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const SqlToken& token = tokens[at];
    if (token.is(Type::symbol, "(")) ++depth;
    if (token.is(Type::symbol, ")")) --depth;
    const bool qualifies = at + 1 < tokens.size() && tokens[at + 1].is(Type::symbol, ".");
    if (depth == 0 && token.is_name() && !qualifies && !is_keyword(token) && stands_for_role(tokens, at))
      roles.insert(token.text);
  }
  roles.erase("public");  // everybody; no role can be called so
  return roles;
}

bool texts_name(const std::string& sql, const std::set<std::string>& names, bool qualifying) {
  const auto named = [&](const SqlTokens& words) {
    for (std::size_t at = 0; at < words.size(); ++at) {
      const bool qualifies = at + 1 < words.size() && words[at + 1].is(Type::symbol, ".");
      if (words[at].is_name() && names.contains(words[at].text) && (qualifies || !qualifying)) return true;
    }
    return false;
  };
  const auto contained = [&](const std::string& text) {
    return std::ranges::any_of(names, [&](const std::string& name) { return text.find(name) != std::string::npos; });
  };
  const SqlTokens tokens = sql_tokens(sql).value_or(SqlTokens());
  return std::ranges::any_of(tokens, [&](const SqlToken& token) {
    if (token.type != Type::literal) return false;
    const auto inner = sql_tokens(token.text);
    return inner ? named(*inner) : contained(token.text);
  });
}

}  // namespace pgcoffer::restoring
