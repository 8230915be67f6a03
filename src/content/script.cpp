#include "content/script.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "content/characters.hpp"
#include "content/named.hpp"
#include "content/stated.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

/// Where the declaration begins that the text ends with; brackets with what they hold are part of a type.
std::size_t begin_of_declaration(std::string_view text) {
  int open = 0;
  std::size_t at = text.size();
  for (; at > 0; --at) {
    const char c = text[at - 1];
    if (c == ')') ++open;
    if (c == ';' || c == '\n' || (open == 0 && (c == ',' || c == '('))) break;
    if (c == '(') --open;
  }
  return at;
}

/// The names by which code tells what a literal is: `name = '…'`, `name => '…'`, and with what stands between them
/// `name text := '…'` and `name text DEFAULT '…'`.
bool is_named_secret(std::string_view before, IsCredentialName is_credential_name) {
  const auto drop = [&](std::string_view these) { before = before.substr(0, before.find_last_not_of(these) + 1); };
  drop(" \t\r\n");
  const bool other = before.ends_with("<=") || before.ends_with(">=") || before.ends_with("!=");
  const std::string_view word = name_before(before, before.size());
  const bool by_default = word == "DEFAULT" || word == "default";
  const bool declares = by_default || before.ends_with(":=");
  if (!declares && (other || (!before.ends_with('=') && !before.ends_with("=>")))) return false;
  before.remove_suffix(by_default ? word.size() : 0);
  drop(":=> \t\"");
  if (is_secret_name(name_before(before, before.size()), is_credential_name)) return true;
  if (!declares) return false;
  std::string_view declared = before.substr(begin_of_declaration(before));
  constexpr std::string_view keyword = "DECLARE ";
  declared.remove_prefix(std::min(declared.find_first_not_of(" \t\""), declared.size()));
  if (declared.starts_with(keyword)) declared.remove_prefix(keyword.size());
  return is_secret_name(declared.substr(0, run(declared, "_")), is_credential_name);
}

/// A literal, or a comment.
struct Piece {
  std::string text;
  std::string_view before;  ///< of a literal: what stands before it
  bool comment = false;
};

/// Goes through the literals and comments of a statement. Bodies of functions may be in another language, or end early:
/// what is quoted is told roughly, and never read beyond the text's end.
class Literals {
 public:
  using Take = std::function<void(const Piece& piece)>;
  Literals(std::string_view sql, const Take& take, int depth = 0) : sql_(sql), take_(take), depth_(depth) {}

  void read() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == '\'' || c == '"') {
        quoted(c);
      } else if (c == '$') {
        dollar_quoted();
      } else if (!comment()) {
        ++at_;
      }
    }
  }

 private:
  /// Doubled quotes stand for one, and in E'' a backslash makes the next character stand for itself, or a line's end.
  void quoted(char quote) {
    const bool escapes =
        at_ > 0 && (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e') && (at_ == 1 || !is_alnum(sql_[at_ - 2]));
    const std::string_view before = what_precedes(at_ - (escapes ? 1 : 0));
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      const bool next = at_ + 1 < sql_.size();
      if (sql_[at_] == quote && (!next || sql_[at_ + 1] != quote)) break;
      if (sql_[at_] == quote) {
        text += sql_[++at_];
      } else if (escapes && next && sql_[at_] == '\\') {
        ++at_;
        text += sql_[at_] == 'n' ? '\n' : sql_[at_] == 't' ? '\t' : sql_[at_];
      } else {
        text += sql_[at_];
      }
    }
    ++at_;
    take_({text, before});
  }

  /// Enough of what stands before a literal to name it.
  [[nodiscard]] std::string_view what_precedes(std::size_t end) const {
    constexpr std::size_t most = 256;
    const std::size_t begin = end - std::min(end, most);
    return sql_.substr(begin, end - begin);
  }

  /// $tag$…$tag$: the body of a function, whose own literals count, or a text.
  void dollar_quoted() {
    const std::size_t length = run(sql_.substr(at_ + 1), "_") + 2;
    const std::string_view tag = sql_.substr(at_, length);
    if (tag.size() < 2 || tag.back() != '$' || (length > 2 && is_digit(tag[1]))) {
      ++at_;
      return;
    }
    const std::size_t begin = at_ + length, end = std::min(sql_.find(tag, begin), sql_.size());
    const std::string_view text = sql_.substr(begin, end - begin);
    if (is_body() && depth_ < kDeepest) {
      Literals(text, take_, depth_ + 1).read();
    } else {
      take_({std::string(text), what_precedes(at_)});
    }
    at_ = std::min(end + length, sql_.size());
  }

  /// CREATE FUNCTION … AS $$, DO $$, and LANGUAGE plpgsql $$.
  [[nodiscard]] bool is_body() const {
    std::string_view before = sql_.substr(0, at_);
    while (!before.empty() && std::string_view(" \t\r\n").find(before.back()) != std::string_view::npos)
      before.remove_suffix(1);
    return before.ends_with("AS") || before.ends_with("as") || before.ends_with("DO") || before.ends_with("do");
  }

  /// An apostrophe in a comment begins no literal.
  bool comment() {
    const std::string_view rest = sql_.substr(at_);
    const bool line = rest.starts_with("--");
    if (!line && !rest.starts_with("/*")) return false;
    const std::size_t end = std::min(line ? rest.find('\n') : rest.find("*/", 2), rest.size());
    take_({std::string(rest.substr(2, end - 2)), {}, true});
    at_ = std::min(at_ + end + (line ? 0 : 2), sql_.size());
    return true;
  }

  static constexpr int kDeepest = 8;  ///< bodies within bodies
  std::string_view sql_;
  const Take& take_;
  int depth_;
  std::size_t at_ = 0;
};

Kinds in_literals(std::string_view sql, IsCredentialName is_credential_name, bool in_code) {
  Kinds found = tokens_in(sql);
  // Nearly all statements have none of these.
  if (sql.find_first_of("'\"$") == std::string_view::npos) return found;
  constexpr std::size_t shortest = 8;
  const Literals::Take take = [&](const Piece& piece) {
    if (piece.text.size() < shortest) return;
    find_named_secrets(piece.text, is_credential_name, found, in_code && !piece.comment);
    if (!piece.comment && is_made_up_word(piece.text, shortest) && is_named_secret(piece.before, is_credential_name))
      found.add(Kind::named_secret);
  };
  Literals(sql, take).read();
  return found;
}

}  // namespace

Kinds secrets_in_script(std::string_view sql, IsCredentialName is_credential_name) {
  Kinds found = in_literals(sql, is_credential_name, true);
  if (has_sql_password(sql, is_credential_name)) found.add(Kind::named_secret);
  return found;
}

Kinds secrets_in_comment(std::string_view sql, IsCredentialName is_credential_name) {
  return in_literals(sql, is_credential_name, false);
}

}  // namespace pgcoffer::content
