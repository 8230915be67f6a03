#include "content/script.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "content/characters.hpp"
#include "content/named.hpp"
#include "content/stated.hpp"

namespace pgcoffer::content {
namespace {

/// Goes through the literals of a statement. Bodies of functions may be in another language, or end early: what is
/// quoted is told roughly, and never read beyond the text's end.
class Literals {
 public:
  using Take = std::function<void(const std::string& text)>;
  Literals(std::string_view sql, const Take& take, int depth = 0) : sql_(sql), take_(take), depth_(depth) {}

  void read() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == '\'' || c == '"') {
        quoted(c);
      } else if (c == '$') {
        dollar_quoted();
      } else if (!skip_comment()) {
        ++at_;
      }
    }
  }

 private:
  /// Doubled quotes stand for one, and in E'' a backslash makes the next character stand for itself, or a line's end.
  void quoted(char quote) {
    const bool escapes =
        at_ > 0 && (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e') && (at_ == 1 || !is_alnum(sql_[at_ - 2]));
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
    take_(text);
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
      take_(std::string(text));
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
  bool skip_comment() {
    const std::string_view rest = sql_.substr(at_);
    if (rest.starts_with("--")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = sql_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? sql_.size() : end + 2;
    } else {
      return false;
    }
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
  const Literals::Take take = [&](const std::string& text) {
    if (text.size() >= 8) find_named_secrets(text, is_credential_name, found, in_code);
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
