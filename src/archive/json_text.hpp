#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Writes the archive's JSON documents straight into text: a table of contents has tens of thousands of objects, of
/// which a tree of values would be built and taken down again.
namespace pgcoffer::archive {

/// Appends a JSON string. Names and SQL of a database in SQL_ASCII need not be UTF-8, which JSON must be: such text
/// becomes {"hex": "…"}, and Fields::text reads both.
void append_text(std::string& out, std::string_view text);

/// One JSON object without white space. Keys come in the order of the calls; end() closes it.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  void text(std::string_view key, std::string_view value) {
    begin(key);
    append_text(out_, value);
  }
  /// Only where it says something.
  void text_if_any(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  template <std::integral Number>
  requires(!std::is_same_v<Number, bool>) void number(std::string_view key, Number value) {
    begin(key);
    out_ += std::to_string(value);
  }
  void flag(std::string_view key, bool value) {
    begin(key);
    out_ += value ? "true" : "false";
  }
  void numbers(std::string_view key, const std::vector<int>& values);
  void texts(std::string_view key, const std::vector<std::string>& values);
  /// An array of objects: `write(ObjectText&, item)` fills each.
  template <class Item, class Write>
  void list(std::string_view key, const std::vector<Item>& items, Write write) {
    begin(key);
    out_ += '[';
    for (const Item& item : items) {
      if (out_.back() != '[') out_ += ',';
      ObjectText object(out_);
      write(object, item);
      object.end();
    }
    out_ += ']';
  }
  template <class Write>
  void object(std::string_view key, Write write) {
    begin(key);
    ObjectText inner(out_);
    write(inner);
    inner.end();
  }
  void end() { out_ += '}'; }

 protected:
  struct Document {};
  ObjectText(std::string& out, Document) : out_(out), document_(true) { out_ += '{'; }
  /// Comma and key. The document has a line for each field.
  void begin(std::string_view key);
  std::string& out_;

 private:
  bool first_ = true, document_ = false;
};

/// A document people can read and compare line by line: one field a line, and of `lines` one element a line.
class DocumentText : public ObjectText {
 public:
  explicit DocumentText(std::string& out) : ObjectText(out, Document{}) {}
  template <class Item, class Write>
  void lines(std::string_view key, const std::vector<Item>& items, Write write) {
    begin(key);
    std::string_view separator = "[";
    for (const Item& item : items) {
      out_.append(separator).append("\n  ");
      write(out_, item);
      separator = ",";
    }
    out_ += items.empty() ? "[]" : "\n ]";
  }
  void end() { out_ += "\n}\n"; }
};

/// For DocumentText::lines: an object that `write(ObjectText&, item)` fills.
template <class Write>
[[nodiscard]] auto object_with(Write write) {
  return [write](std::string& out, const auto& item) {
    ObjectText object(out);
    write(object, item);
    object.end();
  };
}

}  // namespace pgcoffer::archive
