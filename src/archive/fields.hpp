#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::archive {

/// Reads the fields of one JSON object strictly: a missing field or a wrong type is an Error(damaged) that names the
/// document and the field's path ("manifest.json: tables[3].parts[0].rows"). Fields nobody asks for are ignored, so
/// that later versions can add some. Holds references: lives no longer than the JSON value and its parent.
class Fields {
 public:
  Fields(const nlohmann::json& document, std::string_view name);

  [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }
  [[nodiscard]] std::string text(const char* key) const { return text_of(member(key), key); }
  [[nodiscard]] std::string text_or_empty(const char* key) const { return has(key) ? text(key) : std::string(); }
  [[nodiscard]] bool flag(const char* key) const;
  template <class Integer>
  [[nodiscard]] Integer number(const char* key) const {
    return static_cast<Integer>(unsigned_of(member(key), key, std::numeric_limits<Integer>::max()));
  }
  /// 64 lower-case hex digits.
  [[nodiscard]] std::string digest(const char* key) const;
  /// A path inside the archive that leads nowhere else.
  [[nodiscard]] std::string file(const char* key) const;
  /// One of a few words.
  [[nodiscard]] std::string word(const char* key, std::initializer_list<std::string_view> allowed) const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] std::vector<int> numbers(const char* key) const;

  [[nodiscard]] Fields object(const char* key) const;
  /// Calls `use(Fields)` for each object of an array.
  template <class Use>
  void each(const char* key, Use use) const {
    const nlohmann::json& list = array(key);
    for (std::size_t i = 0; i < list.size(); ++i) use(Fields(list[i], this, key, i));
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
  Fields(const nlohmann::json& value, const Fields* parent, std::string_view name, std::size_t index);

  [[nodiscard]] const nlohmann::json& member(const char* key) const;
  [[nodiscard]] const nlohmann::json& array(const char* key) const;
  [[nodiscard]] std::string text_of(const nlohmann::json& value, std::string_view key) const;
  [[nodiscard]] std::uint64_t unsigned_of(const nlohmann::json& value, std::string_view key, std::uint64_t max) const;
  [[nodiscard]] std::string path() const;

  const nlohmann::json& value_;
  const Fields* parent_ = nullptr;  ///< null: this is the document
  std::string_view name_;           ///< of the document, or of the field in the parent
  std::size_t index_ = kNoIndex;
};

/// Parses a whole document. Throws Error(damaged) with the place of the syntax error.
[[nodiscard]] nlohmann::json parse_document(std::string_view text, std::string_view name);

/// The document's format_version. Throws Error(newer_format) for one that this program does not know.
[[nodiscard]] int read_format_version(const Fields& document);

/// Text for JSON. Names and SQL of a database in SQL_ASCII need not be UTF-8, which JSON must be: such text becomes
/// {"hex": "…"}, and Fields::text reads both.
[[nodiscard]] nlohmann::ordered_json text_json(std::string_view text);

/// Adds a field only where it says something.
void add_text(nlohmann::ordered_json& object, const char* key, std::string_view text);

/// A document people can read and compare line by line: one field a line, and in the lists named one element a line.
[[nodiscard]] std::string write_document(const nlohmann::ordered_json& document,
                                         std::initializer_list<std::string_view> lists);

}  // namespace pgcoffer::archive
