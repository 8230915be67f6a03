#include "policy/json.hpp"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pgcoffer/error.hpp>

namespace pgcoffer::policy {
namespace {

constexpr std::size_t max_depth = 100;  ///< the tree is destroyed recursively

/// Counts lines while nlohmann's lexer reads. It may have read the character after a number; as white space does not
/// count until something follows it, the line of the last visible character is the line of the token just read.
struct Position {
  int line = 1, token_line = 1;
  void read(char c) {
    if (c == '\n')
      ++line;
    else if (c != ' ' && c != '\t' && c != '\r')
      token_line = line;
  }
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
    position_->read(*at_++);
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
  Builder(const Position& position, std::string file) : position_(position), file_(std::move(file)) {}

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
    if (object.find(name) != nullptr)
      throw Error(Kind::usage, "policy is malformed: field \"" + one_line(name) + "\" stands twice")
          .hint("Remove one of the two. " + file_ + ", line " + std::to_string(position_.token_line) + ".");
    object.members.push_back({name, {}});
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
  Json* place(Json::Type type) {
    Json* value = &root_;
    if (!open_.empty()) {
      Json& parent = *open_.back();
      value = parent.type == Json::Type::object ? &parent.members.back().value : &parent.items.emplace_back();
    }
    value->type = type;
    value->line = position_.token_line;
    return value;
  }
  bool scalar(Json::Type type, const std::string& text) {
    place(type)->text = text;
    return true;
  }
  bool open(Json::Type type) {
    if (open_.size() >= max_depth)
      throw Error(Kind::usage, "policy is malformed: values are nested too deeply")
          .hint("A policy needs no more than five levels. " + file_ + ", line " + std::to_string(position_.token_line) +
                ".");
    // The pointers stay valid: nothing is added to a parent while its child is open.
    open_.push_back(place(type));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const Position& position_;
  std::string file_;
  Json root_;
  std::vector<Json*> open_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
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

Json parse_json(std::string_view text, const std::string& file) {
  Position position;
  Builder builder(position, file);
  const char* begin = text.data();
  nlohmann::json::sax_parse(CountingIterator(begin, &position), CountingIterator(begin + text.size(), &position),
                            &builder, nlohmann::json::input_format_t::json, true, true);
  return builder.take();
}

}  // namespace pgcoffer::policy
