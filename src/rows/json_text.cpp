#include "rows/json_text.hpp"

#include "rows/scan.hpp"

namespace pgcoffer::rows::json_text {
namespace {

[[nodiscard]] int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of a \uXXXX escape whose first digit `at` points to, or -1.
[[nodiscard]] int code_unit(const char* at, const char* end) noexcept {
  if (end - at < 4) return -1;
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

[[nodiscard]] bool is_high(int unit) noexcept {
  return unit >= 0xd800 && unit < 0xdc00;
}
[[nodiscard]] bool is_low(int unit) noexcept {
  return unit >= 0xdc00 && unit < 0xe000;
}

/// Takes the second half of a surrogate pair, if it stands at `at`: its code unit, or -1.
[[nodiscard]] int take_low(const char*& at, const char* end) noexcept {
  if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
  const int unit = code_unit(at + 2, end);
  if (!is_low(unit)) return -1;
  at += 6;
  return unit;
}

[[nodiscard]] std::size_t put_utf8(std::uint32_t code, char (&utf8)[4]) noexcept {
  const auto tail = [code](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    utf8[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    utf8[0] = static_cast<char>(0xc0 | (code >> 6));
    utf8[1] = tail(0);
    return 2;
  }
  if (code < 0x10000) {
    utf8[0] = static_cast<char>(0xe0 | (code >> 12));
    utf8[1] = tail(6);
    utf8[2] = tail(0);
    return 3;
  }
  utf8[0] = static_cast<char>(0xf0 | (code >> 18));
  utf8[1] = tail(12);
  utf8[2] = tail(6);
  utf8[3] = tail(0);
  return 4;
}

/// Walks over one JSON text. Nesting is kept on a stack of its own, so that depth costs no call stack.
class Inspector {
 public:
  explicit Inspector(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] std::optional<Facts> run() {
    space();
    if (!value()) return std::nullopt;
    for (space(); !open_.empty(); space()) {
      if (at_ == end_ || !go_on()) return std::nullopt;
    }
    if (at_ != end_) return std::nullopt;
    return facts_;
  }

 private:
  void space() noexcept {
    for (; at_ != end_; ++at_) {
      if (*at_ == ' ') continue;
      if (*at_ != '\t' && *at_ != '\n' && *at_ != '\r') return;
      facts_.line_space = true;
    }
  }

  /// After a value within an array or object: its end, or a comma and the next member.
  [[nodiscard]] bool go_on() {
    const bool object = open_.back() == '}';
    const char c = *at_++;
    if (c == open_.back()) {
      open_.pop_back();
      return true;
    }
    if (c != ',') return false;
    space();
    return (!object || key()) && value();
  }

  /// A scalar, an empty container, or the opening of a container down to its first scalar.
  [[nodiscard]] bool value() {
    for (;;) {
      if (at_ == end_) return false;
      if (*at_ != '{' && *at_ != '[') return scalar();
      const char close = *at_++ == '{' ? '}' : ']';
      open_.push_back(close);
      if (open_.size() > facts_.depth) facts_.depth = open_.size();
      space();
      if (at_ != end_ && *at_ == close) {
        ++at_;
        open_.pop_back();
        return true;
      }
      if (close == '}' && !key()) return false;
    }
  }

  [[nodiscard]] bool key() {
    if (at_ == end_ || *at_ != '"' || !string()) return false;
    space();
    if (at_ == end_ || *at_ != ':') return false;
    ++at_;
    space();
    return true;
  }

  [[nodiscard]] bool scalar() {
    switch (*at_) {
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  [[nodiscard]] bool word(std::string_view expected) noexcept {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, expected.size()) != expected)
      return false;
    at_ += expected.size();
    return true;
  }

  [[nodiscard]] bool number() noexcept {
    const char* const after = after_number(at_, end_);
    if (after == nullptr) return false;
    at_ = after;
    return true;
  }

  [[nodiscard]] bool string() noexcept {
    for (++at_;;) {
      while (static_cast<std::size_t>(end_ - at_) >= scan::Step) {
        const std::uint32_t special = scan::control_or<'"', '\\'>(at_);
        at_ += special == 0 ? scan::Step : scan::first(special);
        if (special != 0) break;
      }
      if (at_ == end_) return false;
      const char c = *at_++;
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
  }

  [[nodiscard]] bool escape() noexcept {
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    const int unit = code_unit(at_, end_);
    if (unit < 0) return false;
    at_ += 4;
    if (is_low(unit) || (is_high(unit) && take_low(at_, end_) < 0)) facts_.lone_surrogate = true;
    return true;
  }

  const char* at_;
  const char* end_;
  std::string open_;  ///< the closing brackets that are still to come
  Facts facts_;
};

}  // namespace

bool is_number(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  return !text.empty() && after_number(text.data(), end) == end;
}

std::optional<Facts> inspect(std::string_view text) {
  return Inspector(text).run();
}

const char* skip_space(const char* at, const char* end) noexcept {
  while (at != end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) ++at;
  return at;
}

std::string_view trim(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  const char* const start = skip_space(text.data(), end);
  text = {start, static_cast<std::size_t>(end - start)};
  const std::size_t last = text.find_last_not_of(" \t\n\r");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

const char* after_string(const char* at) noexcept {
  for (++at; *at != '"'; ++at) {
    if (*at == '\\') ++at;
  }
  return at + 1;
}

void put_byte(char c, Buffer& out) noexcept {
  static constexpr char Hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return out.put("\\\"");
    case '\\':
      return out.put("\\\\");
    case '\b':
      return out.put("\\b");
    case '\f':
      return out.put("\\f");
    case '\n':
      return out.put("\\n");
    case '\r':
      return out.put("\\r");
    case '\t':
      return out.put("\\t");
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) return out.put(c);
  out.put(c < 0x10 ? "\\u000" : "\\u001");
  out.put(Hex[c & 0xf]);
}

void append_string(std::string_view text, Buffer& out) {
  out.room();
  out.put('"');
  for (const char c : text) {
    out.room();
    put_byte(c, out);
  }
  out.room();
  out.put('"');
}

std::size_t read_escape(const char*& at, const char* end, char (&utf8)[4]) noexcept {
  if (at == end) return 0;
  const char c = *at++;
  switch (c) {
    case '"':
    case '\\':
    case '/':
      utf8[0] = c;
      return 1;
    case 'b':
      utf8[0] = '\b';
      return 1;
    case 'f':
      utf8[0] = '\f';
      return 1;
    case 'n':
      utf8[0] = '\n';
      return 1;
    case 'r':
      utf8[0] = '\r';
      return 1;
    case 't':
      utf8[0] = '\t';
      return 1;
    case 'u':
      break;
    default:
      return 0;
  }
  const int unit = code_unit(at, end);
  if (unit <= 0 || is_low(unit)) return 0;
  at += 4;
  if (!is_high(unit)) return put_utf8(static_cast<std::uint32_t>(unit), utf8);
  const int low = take_low(at, end);
  if (low < 0) return 0;
  return put_utf8(
      0x10000U + (static_cast<std::uint32_t>(unit - 0xd800) << 10U) + static_cast<std::uint32_t>(low - 0xdc00), utf8);
}

bool read_string(std::string_view content, Buffer& out) {
  const char* at = content.data();
  const char* const end = at + content.size();
  while (at != end) {
    const char c = *at++;
    out.room();
    if (c == '"') return false;
    if (c != '\\') {
      out.put(c);
      continue;
    }
    char utf8[4];
    const std::size_t length = read_escape(at, end, utf8);
    if (length == 0) return false;
    out.put(std::string_view(utf8, length));
  }
  return true;
}

}  // namespace pgcoffer::rows::json_text
