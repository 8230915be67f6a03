#include "rows/array_text.hpp"

#include <algorithm>

#include "rows/json_text.hpp"

namespace pgcoffer::rows::array_text {
namespace {

/// Reads a literal from left to right and writes JSON.
class Reader {
 public:
  Reader(std::string_view literal, JsonKind kind, Buffer& out)
      : at_(literal.data()), end_(literal.data() + literal.size()), kind_(kind), out_(out) {}

  [[nodiscard]] bool run() {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)) == "{}") {
      out_.append("[]");
      return true;
    }
    return array(1) && at_ == end_;
  }

 private:
  [[nodiscard]] bool array(std::size_t depth) {
    if (at_ == end_ || *at_ != '{' || depth > MostDimensions) return false;
    out_.append("[");
    do {
      ++at_;
      const bool nested = at_ != end_ && *at_ == '{';
      if (!(nested ? array(depth + 1) : element())) return false;
      if (at_ == end_ || (*at_ != ',' && *at_ != '}')) return false;
      out_.append(*at_ == ',' ? "," : "]");
    } while (*at_ == ',');
    ++at_;
    return true;
  }

  [[nodiscard]] bool element() {
    if (at_ != end_ && *at_ == '"') return quoted();
    const char* const start = at_;
    while (at_ != end_ && !needs_quotes(*at_)) ++at_;
    if (at_ == start) return false;
    const std::string_view text(start, static_cast<std::size_t>(at_ - start));
    if (is_null_word(text)) {
      out_.append("null");
    } else if (kind_ == JsonKind::number_array && json_text::is_number(text)) {
      out_.append(text);
    } else if (kind_ == JsonKind::boolean_array && (text == "t" || text == "f")) {
      out_.append(text == "t" ? "true" : "false");
    } else {
      json_text::append_string(text, out_);
    }
    return true;
  }

  [[nodiscard]] bool quoted() {
    out_.append("\"");
    for (++at_; at_ != end_ && *at_ != '"'; ++at_) {
      if (*at_ == '\\' && ++at_ == end_) return false;
      out_.room();
      json_text::put_byte(*at_, out_);
    }
    if (at_ == end_) return false;
    ++at_;
    out_.append("\"");
    return true;
  }

  const char* at_;
  const char* end_;
  JsonKind kind_;
  Buffer& out_;
};

/// Reads JSON that is known to be well-formed and writes a literal.
class Writer {
 public:
  Writer(std::string_view json, JsonKind kind, Buffer& out)
      : at_(json.data()), end_(json.data() + json.size()), kind_(kind), out_(out) {}

  [[nodiscard]] bool array(std::size_t depth) {
    if (depth > MostDimensions) return false;
    out_.append("{");
    step();
    while (*at_ != ']') {
      if (!element(depth)) return false;
      skip();
      if (*at_ != ',') continue;
      out_.append(",");
      step();
    }
    ++at_;
    out_.append("}");
    return true;
  }

 private:
  void skip() noexcept { at_ = json_text::skip_space(at_, end_); }
  void step() noexcept {
    ++at_;
    skip();
  }

  [[nodiscard]] bool element(std::size_t depth) {
    if (*at_ == '[') return array(depth + 1);
    if (*at_ == '"') return string();
    const char* const start = at_;
    while (*at_ != ',' && *at_ != ']' && *at_ != ' ' && *at_ != '\t' && *at_ != '\r' && *at_ != '{') ++at_;
    const std::string_view text(start, static_cast<std::size_t>(at_ - start));
    if (text == "null") {
      out_.append("NULL");
    } else if (kind_ == JsonKind::boolean_array && (text == "true" || text == "false")) {
      out_.append(text == "true" ? "t" : "f");
    } else if (kind_ == JsonKind::number_array && json_text::is_number(text)) {
      out_.append(text);
    } else {
      return false;
    }
    return true;
  }

  [[nodiscard]] bool string() {
    const char* const start = at_ + 1;
    at_ = json_text::after_string(at_);
    const std::string_view content(start, static_cast<std::size_t>(at_ - 1 - start));
    if (content.find('\\') == std::string_view::npos) {
      put_element(content);
      return true;
    }
    std::string storage;
    Buffer value(storage);
    if (!json_text::read_string(content, value)) return false;
    put_element(value.view());
    return true;
  }

  void put_element(std::string_view text) {
    if (!text.empty() && !is_null_word(text) && std::none_of(text.begin(), text.end(), needs_quotes)) {
      return out_.append(text);
    }
    out_.append("\"");
    for (const char c : text) {
      out_.room();
      if (c == '"' || c == '\\') out_.put('\\');
      out_.put(c);
    }
    out_.append("\"");
  }

  const char* at_;
  const char* end_;
  JsonKind kind_;
  Buffer& out_;
};

}  // namespace

bool to_json(std::string_view literal, JsonKind kind, Buffer& out) {
  const std::size_t before = out.size();
  if (Reader(literal, kind, out).run()) return true;
  out.rewind(before);
  return false;
}

bool from_json(std::string_view json, JsonKind kind, Buffer& out) {
  return Writer(json, kind, out).array(1);
}

}  // namespace pgcoffer::rows::array_text
