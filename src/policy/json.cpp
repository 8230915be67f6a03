#include "policy/json.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pgcoffer/error.hpp>
#include <string>
#include <unordered_set>

namespace pgcoffer::policy {
namespace {

constexpr std::size_t max_depth = 100;  ///< the tree is destroyed recursively

/// Where the lexer stands, and what it has read: places of tokens are found by going back from there.
class Position {
 public:
  explicit Position(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] == '\n') lines_.push_back(at + 1);
  }

  void read() { ++read_; }

  /// Of the bracket that was just read.
  [[nodiscard]] Place bracket() const { return place(read_ - 1); }
  /// Of the string that was just read: back to the quote that no backslash escapes.
  [[nodiscard]] Place string() const {
    std::size_t at = read_ - 1;
    while (at > 0) {
      --at;
      if (text_[at] != '"') continue;
      std::size_t slashes = 0;
      while (slashes < at && text_[at - slashes - 1] == '\\') ++slashes;
      if (slashes % 2 == 0) break;
    }
    return place(at);
  }
  /// Of the number or literal that was just read; of a number the lexer has read the character behind it, too.
  [[nodiscard]] Place word() const {
    const auto part = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' || c == '-' || c == '.';
    };
    std::size_t at = std::min(read_, text_.size());
    while (at > 0 && !part(text_[at - 1])) --at;
    while (at > 0 && part(text_[at - 1])) --at;
    return place(at);
  }

 private:
  [[nodiscard]] Place place(std::size_t offset) const {
    const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
    // Tokens come one after the other: of a line that holds all of a policy each character is counted once.
    if (*line > counted_to_ || offset < counted_to_) {
      counted_to_ = *line;
      characters_ = 0;
    }
    for (; counted_to_ < offset; ++counted_to_)
      if ((static_cast<unsigned char>(text_[counted_to_]) & 0xC0U) != 0x80U) ++characters_;
    return {static_cast<int>(line - lines_.begin()) + 1, characters_ + 1};
  }

  std::string_view text_;
  std::vector<std::size_t> lines_ = {0};  ///< where they begin
  std::size_t read_ = 0;
  mutable std::size_t counted_to_ = 0;  ///< characters_ stand between the line's start and here
  mutable int characters_ = 0;
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    position_->read();
    return *this;
  }
  CountingIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Position* position_;
};

/// Builds the tree from nlohmann's events.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(const Position& position, std::string file, const std::stop_token& stop)
      : position_(position), file_(std::move(file)), stop_(stop) {}

  Json take() { return std::move(root_); }

  bool null() override { return scalar(Json::Type::null, "null"); }
  bool boolean(bool value) override { return scalar(Json::Type::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return scalar(Json::Type::number, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(Json::Type::number, std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return scalar(Json::Type::number, text);
  }
  bool string(string_t& value) override { return scalar(Json::Type::string, value); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override { return open(Json::Type::object); }
  bool start_array(std::size_t /*elements*/) override { return open(Json::Type::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Json& object = *open_.back();
    if (!names_.back().insert(name).second)
      throw Error(Kind::usage, "policy is malformed: field \"" + one_line(name) + "\" stands twice")
          .hint("Remove one of the two. " + to_string(file_, position_.string()) + ".");
    object.members.push_back({name, position_.string(), {}});
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …"
    const std::string text = error.what();
    const auto at = text.find("line ");
    throw Error(Kind::usage, "policy \"" + file_ +
                                 "\" is not valid JSON: " + one_line(at == std::string::npos ? text : text.substr(at)))
        .hint("Only // and /* */ comments are allowed beside plain JSON.");
  }

 private:
  Json* place(Json::Type type, Place where) {
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    Json* value = &root_;
    if (!open_.empty()) {
      Json& parent = *open_.back();
      value = parent.type == Json::Type::object ? &parent.members.back().value : &parent.items.emplace_back();
    }
    value->type = type;
    value->place = where;
    return value;
  }
  bool scalar(Json::Type type, const std::string& text) {
    place(type, type == Json::Type::string ? position_.string() : position_.word())->text = text;
    return true;
  }
  bool open(Json::Type type) {
    if (open_.size() >= max_depth)
      throw Error(Kind::usage, "policy is malformed: values are nested too deeply")
          .hint("A policy needs no more than five levels. " + to_string(file_, position_.bracket()) + ".");
    // The pointers stay valid: nothing is added to a parent while its child is open.
    open_.push_back(place(type, position_.bracket()));
    names_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  const Position& position_;
  std::string file_;
  const std::stop_token& stop_;
  Json root_;
  std::vector<Json*> open_;
  std::vector<std::unordered_set<std::string>> names_;  ///< of the members of the open values
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (const auto& member : members)
    if (member.name == key) return &member.value;
  return nullptr;
}

std::string to_string(const std::string& file, Place place) {
  return file + ", line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

std::string_view to_string(Json::Type type) noexcept {
  switch (type) {
    case Json::Type::null:
      return "null";
    case Json::Type::boolean:
      return "a boolean";
    case Json::Type::number:
      return "a number";
    case Json::Type::string:
      return "a string";
    case Json::Type::array:
      return "an array";
    case Json::Type::object:
      return "an object";
  }
  return "";
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return text;
}

Json parse_json(std::string_view text, const std::string& file, const std::stop_token& stop) {
  Position position(text);
  Builder builder(position, file, stop);
  const char* begin = text.data();
  nlohmann::json::sax_parse(CountingIterator(begin, &position), CountingIterator(begin + text.size(), &position),
                            &builder, nlohmann::json::input_format_t::json, true, true);
  return builder.take();
}

}  // namespace pgcoffer::policy
