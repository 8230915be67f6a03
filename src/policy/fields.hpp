#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json.hpp"

namespace pgcoffer::policy {

/// What is wrong with policy files: everything is collected, so that one run shows all of it.
class Problems {
 public:
  void add(const std::string& file, Place place, const std::string& what, const std::string& remedy);
  /// Throws Error(usage) when there are any: the first in message and hint, the others in further lines of the hint.
  void refuse() const;

 private:
  struct Problem {
    std::string file;
    Place place;
    std::string what, remedy;
  };
  std::vector<Problem> problems_;
};

/// Reads the fields of one JSON object. Whatever is wrong goes to `problems`, and the reading goes on with what an
/// absent field gives.
class Fields {
 public:
  /// `what` names the object in messages: "a table's rule". Unknown fields are problems.
  Fields(Problems& problems, const std::string& file, const Json& object, std::string what,
         std::initializer_list<std::string_view> allowed);

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// It has unknown fields, so that something that seems to be missing may be misspelt.
  [[nodiscard]] bool has_unknown() const { return unknown_; }
  [[nodiscard]] const Json* find(std::string_view name) const;
  /// A problem when it is absent.
  const Json* required(std::string_view name);
  /// Text that is not blank.
  std::optional<std::string> text(std::string_view name);
  /// The text, or "" when it is absent.
  std::string text_or_empty(std::string_view name) { return text(name).value_or(""); }
  /// Text that may be blank, but may not hold a zero byte.
  std::optional<std::string> any_text(std::string_view name);
  bool boolean(std::string_view name, bool otherwise);
  std::optional<long long> integer(std::string_view name, long long lowest, long long highest);
  std::optional<double> number(std::string_view name, double lowest, double highest);
  /// One of the words; a problem names them all.
  std::optional<std::string> word(std::string_view name, std::initializer_list<std::string_view> words,
                                  const std::string& of);
  std::vector<std::string> texts(std::string_view name);
  /// Calls `each` for every item of the array.
  void items(std::string_view name, const std::function<void(const Json&)>& each);

  /// A problem at the field, or at the object when there is no such field.
  void problem(std::string_view name, const std::string& what, const std::string& remedy);
  void problem(Place place, const std::string& what, const std::string& remedy);
  [[nodiscard]] Place place() const { return object_.place; }

  /// Whether the value has the type; a problem otherwise.
  bool expect(const Json& value, Json::Type type, const std::string& what);

 private:
  std::optional<std::string> text_of(const Json& value, std::string_view name);

  Problems& problems_;
  const std::string& file_;
  const Json& object_;
  std::string what_;
  bool unknown_ = false;
};

}  // namespace pgcoffer::policy
