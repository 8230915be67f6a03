#include "base/name_regex.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <pgcoffer/error.hpp>

namespace pgcoffer::detail {
namespace {

constexpr std::size_t max_states = 20000;  ///< bounds (a{255}){255} and the like
constexpr std::size_t max_depth = 100;     ///< of parentheses
constexpr unsigned max_repeat = 255;       ///< PostgreSQL's own limit for {m,n}
constexpr unsigned unlimited = max_repeat + 1;
constexpr char32_t last_character = 0x7fffffff;

using Type = RegexToken::Type;
using Class = NameRegex::Class;
using State = NameRegex::State;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Kind::usage, what);
}

/// Adds the characters of \d, \s, \w or a POSIX class. Everything outside ASCII counts as a letter: the names' locale
/// is not known here, and letters are what names use of it.
bool add_named(Class& set, const std::string& name) {
  const auto add = [&](std::initializer_list<std::pair<char32_t, char32_t>> ranges) {
    set.ranges.insert(set.ranges.end(), ranges);
    return true;
  };
  if (name == "digit" || name == "d") return add({{'0', '9'}});
  if (name == "space" || name == "s") return add({{' ', ' '}, {'\t', '\r'}});
  if (name == "w" || name == "word")
    return add({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0x80, last_character}});
  if (name == "alnum") return add({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {0x80, last_character}});
  if (name == "alpha") return add({{'A', 'Z'}, {'a', 'z'}, {0x80, last_character}});
  if (name == "lower") return add({{'a', 'z'}});
  if (name == "upper") return add({{'A', 'Z'}});
  if (name == "punct") return add({{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}});
  if (name == "blank") return add({{' ', ' '}, {'\t', '\t'}});
  if (name == "xdigit") return add({{'0', '9'}, {'A', 'F'}, {'a', 'f'}});
  if (name == "cntrl") return add({{0, 31}, {127, 127}});
  if (name == "graph") return add({{'!', '~'}, {0x80, last_character}});
  if (name == "print") return add({{' ', '~'}, {0x80, last_character}});
  return false;
}

struct Bounds {
  unsigned low = 0, high = 0;
};

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_ascii_alnum(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Recursive descent over the tokens; every piece is built in front of what follows it ("next"), so that no jumps need
/// patching except those of loops.
class Compiler {
 public:
  Compiler(const std::vector<RegexToken>& tokens, std::vector<State>& states, std::vector<Class>& classes)
      : tokens_(tokens), states_(states), classes_(classes) {}

  std::size_t compile() {
    const auto accept = add({});
    const auto tree = alternatives(0);
    if (!done()) refuse("parentheses do not match");
    return tree(accept);
  }

 private:
  /// Builds the piece's states and returns the first, given the state that follows the piece.
  using Piece = std::function<std::size_t(std::size_t next)>;

  bool done() const { return at_ == tokens_.size(); }
  bool sees(char32_t special) const {
    return !done() && tokens_[at_].type == Type::special && tokens_[at_].character == special;
  }
  bool accept(char32_t special) {
    if (!sees(special)) return false;
    ++at_;
    return true;
  }

  std::size_t add(State state) {
    if (states_.size() >= max_states) refuse("it is too large");
    states_.push_back(state);
    return states_.size() - 1;
  }

  // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses sight of std::function's owner
  Piece alternatives(std::size_t depth) {
    if (depth > max_depth) refuse("parentheses are nested too deeply");
    Piece left = sequence(depth);
    while (accept('|')) {
      left = [this, a = std::move(left), b = sequence(depth)](std::size_t next) {
        const auto first = a(next);
        return add({.type = State::Type::split, .next = first, .other = b(next)});
      };
    }
    return left;
  }
  // NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

  Piece sequence(std::size_t depth) {
    std::vector<Piece> pieces;
    while (!done() && !sees('|') && !sees(')')) pieces.push_back(repeated(depth));
    return [parts = std::move(pieces)](std::size_t next) {
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) next = (*part)(next);
      return next;
    };
  }

  Piece repeated(std::size_t depth) {
    const bool repeatable = !sees('^');
    const bool is_run = tokens_[at_].type == Type::any_run;
    Piece piece = atom(depth);
    const auto bounds = quantifier();
    if (!bounds) return piece;
    if (!repeatable || is_run || quantifier()) refuse("a repetition follows nothing that it could repeat");
    return [this, piece, range = *bounds](std::size_t next) {
      // Pieces without states of their own, nested, would cost time without ever reaching the limit of states.
      std::size_t first = range.high == unlimited ? loop(piece, next) : next;
      if (range.high != unlimited)
        for (unsigned i = range.low; i < range.high; ++i)
          first = add({.type = State::Type::split, .next = counted(piece, first), .other = next});
      for (unsigned i = 0; i < range.low; ++i) first = counted(piece, first);
      return first;
    };
  }

  std::size_t counted(const Piece& piece, std::size_t next) {
    if (++copies_ > max_states) refuse("it is too large");
    return piece(next);
  }

  std::size_t loop(const Piece& piece, std::size_t next) {
    const auto split = add({.type = State::Type::split, .other = next});
    const auto body = piece(split);
    states_[split].next = body;
    return split;
  }

  /// Lowest and highest number of repetitions when `+` or {m,n} comes next.
  std::optional<Bounds> quantifier() {
    if (accept('+')) return Bounds{.low = 1, .high = unlimited};
    const bool digit_follows = at_ + 1 < tokens_.size() && is_digit(tokens_[at_ + 1].character);
    if (!sees('{') || !digit_follows) return std::nullopt;
    ++at_;
    Bounds bounds;
    bounds.low = bounds.high = number();
    if (!done() && tokens_[at_].character == ',') {
      ++at_;
      bounds.high = sees('}') ? unlimited : number();
    }
    if (!accept('}') || bounds.high < bounds.low) refuse("a repetition count in braces is malformed");
    return bounds;
  }

  unsigned number() {
    unsigned value = 0;
    const auto start = at_;
    for (; !done() && is_digit(tokens_[at_].character) && value <= max_repeat; ++at_)
      value = value * 10 + static_cast<unsigned>(tokens_[at_].character - '0');
    if (at_ == start || value > max_repeat) refuse("a repetition count in braces is malformed");
    return value;
  }

  Piece atom(std::size_t depth) {
    const RegexToken token = tokens_[at_++];
    if (token.type == Type::any) return simple({.type = State::Type::any});
    if (token.type == Type::any_run)
      return [this](std::size_t next) {
        return loop([this](std::size_t after) { return add({.type = State::Type::any, .next = after}); }, next);
      };
    if (token.type == Type::literal) return simple({.type = State::Type::literal, .character = token.character});
    switch (token.character) {
      case '^':
        return simple({.type = State::Type::at_start});
      case '(': {
        Piece inner = alternatives(depth + 1);
        if (!accept(')')) refuse("parentheses do not match");
        return inner;
      }
      case '[':
        return set(bracket());
      case '\\':
        return escape();
      case '+':
        refuse("a repetition follows nothing that it could repeat");
      case '{':
        if (!done() && is_digit(tokens_[at_].character)) refuse("a repetition follows nothing that it could repeat");
        break;
      default:
        break;
    }
    return simple({.type = State::Type::literal, .character = token.character});
  }

  Piece simple(State state) {
    return [this, state](std::size_t next) mutable {
      state.next = next;
      return add(state);
    };
  }

  Piece set(Class characters) {
    classes_.push_back(std::move(characters));
    return simple({.type = State::Type::set, .set = classes_.size() - 1});
  }

  Piece escape() {
    if (done()) refuse("a backslash ends it");
    const RegexToken token = tokens_[at_++];
    if (token.type != Type::literal && token.type != Type::special) refuse("a backslash stands before a wildcard");
    if (!is_ascii_alnum(token.character)) return simple({.type = State::Type::literal, .character = token.character});
    Class named;
    const auto name = std::string(1, static_cast<char>(token.character));
    if (!add_named(named, name)) refuse("the escape \\" + name + " is not supported");
    return set(std::move(named));
  }

  /// After `[`: up to the closing bracket.
  Class bracket() {
    Class result;
    result.negated = accept('^');
    for (bool first = true;; first = false) {
      if (done()) refuse("brackets do not match");
      if (!first && accept(']')) return result;
      if (sees('[') && at_ + 1 < tokens_.size() && tokens_[at_ + 1].character == ':') {
        posix_class(result);
        continue;
      }
      if (sees('\\') && at_ + 1 < tokens_.size() && is_ascii_alnum(tokens_[at_ + 1].character)) {
        ++at_;
        if (!add_named(result, std::string(1, static_cast<char>(tokens_[at_++].character))))
          refuse("an escape in brackets is not supported");
        continue;
      }
      range(result);
    }
  }

  void range(Class& result) {
    const auto low = bracket_character();
    auto high = low;
    const bool dash = !done() && tokens_[at_].character == '-' && tokens_[at_].type == Type::literal;
    const bool closes =
        at_ + 1 < tokens_.size() && tokens_[at_ + 1].type == Type::special && tokens_[at_ + 1].character == ']';
    if (dash && !closes) {
      ++at_;
      high = bracket_character();
      if (high < low) refuse("a range in brackets is the wrong way round");
    }
    result.ranges.emplace_back(low, high);
  }

  char32_t bracket_character() {
    accept('\\');
    if (done()) refuse("brackets do not match");
    const auto token = tokens_[at_++];
    // psql rewrites wildcards before brackets are looked at, and so gives them another meaning in there.
    if (token.type == Type::any || token.type == Type::any_run) refuse("a wildcard stands in brackets");
    return token.character;
  }

  void posix_class(Class& result) {
    at_ += 2;
    std::string name;
    while (!done() && is_ascii_alnum(tokens_[at_].character)) name += static_cast<char>(tokens_[at_++].character);
    const bool closed = at_ + 1 < tokens_.size() && tokens_[at_].character == ':' && tokens_[at_ + 1].character == ']';
    at_ += 2;
    if (!closed || name.size() < 2 || !add_named(result, name)) refuse("a character class in brackets is unknown");
  }

  const std::vector<RegexToken>& tokens_;
  std::vector<State>& states_;
  std::vector<Class>& classes_;
  std::size_t at_ = 0, copies_ = 0;
};

/// Length of the well-formed UTF-8 sequence at the start, 1 for anything else; `character` receives its value.
std::size_t decode(std::string_view text, char32_t& character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  constexpr std::array<unsigned, 5> lead_bits = {0, 0x7f, 0x1f, 0x0f, 0x07};
  constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  character = 0x110000 + lead;
  if (length == 0 || length > text.size()) return 1;
  char32_t value = lead & lead_bits[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 1;
    value = value << 6U | (byte(i) & 0x3fU);
  }
  if (value < smallest[length] || value > 0x10ffff) return 1;
  character = value;
  return length;
}

}  // namespace

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> result;
  while (!text.empty()) {
    char32_t character = 0;
    text.remove_prefix(decode(text, character));
    result.push_back(character);
  }
  return result;
}

bool NameRegex::Class::contains(char32_t character) const {
  const bool inside = std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
    return character >= range.first && character <= range.second;
  });
  return inside != negated;
}

NameRegex::NameRegex(const std::vector<RegexToken>& tokens) {
  start_ = Compiler(tokens, states_, classes_).compile();
}

void NameRegex::follow(std::size_t state, bool at_start, std::vector<bool>& seen,
                       std::vector<std::size_t>& active) const {
  std::vector<std::size_t> open = {state};
  while (!open.empty()) {
    const auto at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const State& here = states_[at];
    if (here.type == State::Type::split) {
      open.push_back(here.next);
      open.push_back(here.other);
    } else if (here.type == State::Type::at_start) {
      if (at_start) open.push_back(here.next);
    } else {
      active.push_back(at);
    }
  }
}

bool NameRegex::matches(std::string_view name) const {
  std::vector<std::size_t> active, following;
  std::vector<bool> seen(states_.size());
  follow(start_, true, seen, active);
  for (const char32_t character : characters(name)) {
    following.clear();
    seen.assign(states_.size(), false);
    for (const auto at : active) {
      const State& here = states_[at];
      const bool passes = here.type == State::Type::any ||
                          (here.type == State::Type::literal && here.character == character) ||
                          (here.type == State::Type::set && classes_[here.set].contains(character));
      if (passes) follow(here.next, false, seen, following);
    }
    active.swap(following);
    if (active.empty()) return false;
  }
  return std::any_of(active.begin(), active.end(),
                     [&](std::size_t at) { return states_[at].type == State::Type::accept; });
}

}  // namespace pgcoffer::detail
