#pragma once

#include <simdjson.h>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::archive {

/// A parsed JSON document; what Fields read of it lives as long as it does.
class Document {
 public:
  /// Throws Error(damaged) with the place of the syntax error. `name` must outlive it.
  Document(std::string_view text, std::string_view name);
  [[nodiscard]] simdjson::dom::element root() const { return root_; }
  [[nodiscard]] std::string_view name() const { return name_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::element root_;
  std::string_view name_;
};

/// Reads the fields of one JSON object strictly: a missing field or a wrong type is an Error(damaged) that names the
/// document and the field's path ("manifest.json: tables[3].parts[0].rows"). Fields nobody asks for are ignored, so
/// that later versions can add some. Holds references: lives no longer than the document and its parent.
class Fields {
 public:
  explicit Fields(const Document& document);

  [[nodiscard]] bool has(const char* key) const { return find(key).has_value(); }
  [[nodiscard]] std::string text(const char* key) const { return text_of(member(key), key); }
  [[nodiscard]] std::string text_or_empty(const char* key) const {
    const auto value = find(key);
    return value ? text_of(*value, key) : std::string();
  }
  [[nodiscard]] bool flag(const char* key) const;
  template <class Integer>
  [[nodiscard]] Integer number(const char* key) const {
    return static_cast<Integer>(unsigned_of(member(key), key, std::numeric_limits<Integer>::max()));
  }
  /// A SHA-256: 64 lower-case hex digits.
  [[nodiscard]] std::string digest(const char* key) const { return hex(key, 64, "a SHA-256"); }
  /// So many lower-case hex digits; `what` they are is for the message.
  [[nodiscard]] std::string hex(const char* key, std::size_t digits, std::string_view what) const;
  /// A path inside the archive that leads nowhere else.
  [[nodiscard]] std::string file(const char* key) const;
  /// One of a few words.
  [[nodiscard]] std::string word(const char* key, std::initializer_list<std::string_view> allowed) const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] std::vector<int> numbers(const char* key) const;

  [[nodiscard]] Fields object(const char* key) const;
  /// The number of an array's items; 0 where there is no such field. Throws nothing.
  [[nodiscard]] std::size_t size(const char* key) const;
  /// Calls `use(Fields)` for each object of an array, or for those from `first` on, `count` at most.
  template <class Use>
  void each(const char* key, Use use, std::size_t first = 0, std::size_t count = kNoIndex) const {
    std::size_t index = 0;
    for (const simdjson::dom::element item : array(key)) {
      if (index >= first && index - first < count) use(Fields(item, this, key, index));
      ++index;
    }
  }
  /// Runs `parse(text)`, whose Error becomes one that names the field.
  template <class Parse>
  [[nodiscard]] auto parsed(const char* key, Parse parse) const {
    const std::string value = text(key);
    try {
      return parse(value);
    } catch (const Error& error) {
      fail(key, error.message());
    }
  }
  [[noreturn]] void fail(std::string_view key, std::string_view problem) const;

 private:
  static constexpr std::size_t kNoIndex = std::numeric_limits<std::size_t>::max();
  using Value = simdjson::dom::element;
  Fields(Value value, const Fields* parent, std::string_view name, std::size_t index);

  [[nodiscard]] std::optional<Value> find(const char* key) const;
  [[nodiscard]] Value member(const char* key) const;
  [[nodiscard]] simdjson::dom::array array(const char* key) const;
  [[nodiscard]] std::string text_of(Value value, std::string_view key) const;
  [[nodiscard]] std::uint64_t unsigned_of(Value value, std::string_view key, std::uint64_t max) const;
  [[nodiscard]] std::string path() const;

  simdjson::dom::object value_;
  const Fields* parent_ = nullptr;  ///< null: this is the document
  std::string_view name_;           ///< of the document, or of the field in the parent
  std::size_t index_ = kNoIndex;
};

/// The document's format_version. Throws Error(newer_format) for one that this program does not know.
[[nodiscard]] int read_format_version(const Fields& document);

}  // namespace pgcoffer::archive
