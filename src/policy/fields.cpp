#include "policy/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <pgcoffer/error.hpp>
#include <tuple>

#include "base/text.hpp"

namespace pgcoffer::policy {
namespace {

std::string list(std::initializer_list<std::string_view> names) {
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

std::string field(std::string_view name) {
  return fmt::format("field \"{}\"", name);
}

/// The whole text as a number, or nothing.
template <class Number>
std::optional<Number> parsed(const std::string& text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

}  // namespace

void Problems::add(const std::string& file, Place place, const std::string& what, const std::string& remedy) {
  problems_.push_back({file, place, one_line(what), remedy});
}

void Problems::refuse() const {
  if (problems_.empty()) return;
  auto sorted = problems_;
  std::ranges::stable_sort(sorted, {}, [](const Problem& one) { return std::tie(one.file, one.place); });
  const auto advice = [](const Problem& one) { return one.remedy + " " + to_string(one.file, one.place) + "."; };
  std::string hint = advice(sorted.front());
  for (std::size_t i = 1; i < sorted.size(); ++i)
    hint += fmt::format("\n  also malformed: {}\n    {}", sorted[i].what, advice(sorted[i]));
  throw Error(Kind::usage, "policy is malformed: " + sorted.front().what).hint(hint);
}

Fields::Fields(Problems& problems, const std::string& file, const Json& object, std::string what,
               std::initializer_list<std::string_view> allowed)
    : problems_(problems), file_(file), object_(object), what_(std::move(what)) {
  if (!expect(object, Json::Type::object, what_)) return;
  for (const auto& member : object.members)
    if (std::ranges::find(allowed, std::string_view(member.name)) == allowed.end()) {
      unknown_ = true;
      problem(member.place, fmt::format("field \"{}\" is unknown in {}", member.name, what_),
              "Is it spelt right? The fields are " + list(allowed) + ".");
    }
}

const Json* Fields::find(std::string_view name) const {
  return object_.find(name);
}

const Json* Fields::required(std::string_view name) {
  const Json* value = find(name);
  // What is no object at all has been told of.
  if (value == nullptr && object_.type == Json::Type::object)
    problem(object_.place, fmt::format("{} has no field \"{}\"", what_, name), "Add the field.");
  return value;
}

std::optional<std::string> Fields::text(std::string_view name) {
  const Json* value = find(name);
  return value == nullptr ? std::nullopt : text_of(*value, name);
}

std::optional<std::string> Fields::text_of(const Json& value, std::string_view name) {
  if (!expect(value, Json::Type::string, field(name))) return std::nullopt;
  if (value.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    problem(value.place, field(name) + " is empty", "Fill it in, or leave the field out where it is optional.");
    return std::nullopt;
  }
  if (value.text.find('\0') != std::string::npos) {
    problem(value.place, field(name) + " holds a zero byte", "PostgreSQL cannot store it in text.");
    return std::nullopt;
  }
  return value.text;
}

std::optional<std::string> Fields::any_text(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr || !expect(*value, Json::Type::string, field(name))) return std::nullopt;
  if (value->text.find('\0') == std::string::npos) return value->text;
  problem(value->place, field(name) + " holds a zero byte", "PostgreSQL cannot store it in text.");
  return std::nullopt;
}

bool Fields::boolean(std::string_view name, bool otherwise) {
  const Json* value = find(name);
  if (value == nullptr || !expect(*value, Json::Type::boolean, field(name))) return otherwise;
  return value->text == "true";
}

std::optional<long long> Fields::integer(std::string_view name, long long lowest, long long highest) {
  const Json* value = find(name);
  if (value == nullptr || !expect(*value, Json::Type::number, field(name))) return std::nullopt;
  const auto number = parsed<long long>(value->text);
  if (number && *number >= lowest && *number <= highest) return number;
  problem(value->place, fmt::format("{} is {}", field(name), value->text),
          lowest == highest ? fmt::format("It must be {}.", lowest)
                            : fmt::format("It must be a whole number from {} to {}.", lowest, highest));
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view name, double lowest, double highest) {
  const Json* value = find(name);
  if (value == nullptr || !expect(*value, Json::Type::number, field(name))) return std::nullopt;
  const auto number = parsed<double>(value->text);
  if (number && *number > lowest && *number <= highest) return number;
  problem(value->place, fmt::format("{} is {}", field(name), value->text),
          fmt::format("It must be a number above {} and at most {}.", lowest, highest));
  return std::nullopt;
}

std::optional<std::string> Fields::word(std::string_view name, std::initializer_list<std::string_view> words,
                                        const std::string& of) {
  const auto text = this->text(name);
  if (!text || std::ranges::find(words, std::string_view(*text)) != words.end()) return text;
  problem(name, fmt::format("{} \"{}\" is unknown for {}", name, *text, of), "It is one of " + list(words) + ".");
  return std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  std::vector<std::string> result;
  items(name, [&](const Json& item) {
    if (auto text = text_of(item, name)) result.push_back(std::move(*text));
  });
  return result;
}

void Fields::items(std::string_view name, const std::function<void(const Json&)>& each) {
  const Json* value = find(name);
  if (value == nullptr || !expect(*value, Json::Type::array, field(name))) return;
  for (const Json& item : value->items) each(item);
}

void Fields::problem(std::string_view name, const std::string& what, const std::string& remedy) {
  const Json* value = find(name);
  problem(value == nullptr ? object_.place : value->place, what, remedy);
}

void Fields::problem(Place place, const std::string& what, const std::string& remedy) {
  problems_.add(file_, place, what, remedy);
}

bool Fields::expect(const Json& value, Json::Type type, const std::string& what) {
  if (value.type == type) return true;
  problem(value.place,
          what + " is " + std::string(to_string(value.type)) + " instead of " + std::string(to_string(type)),
          "Correct the value.");
  return false;
}

}  // namespace pgcoffer::policy
