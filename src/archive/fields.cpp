#include "archive/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>

#include "archive/layout.hpp"
#include "archive/manifest.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

namespace {

/// Where a document ceases to be JSON; nothing when nlohmann's parser, which knows, finds it to be some.
std::optional<std::size_t> syntax_error(std::string_view text) {
  try {
    [[maybe_unused]] const auto document = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return error.byte;
  } catch (const nlohmann::json::out_of_range&) {  // a number that no double can hold
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Document::Document(std::string_view text, std::string_view name)
    : parser_(std::make_unique<simdjson::dom::parser>()), name_(name) {
  const auto error = parser_->parse(text.data(), text.size()).get(root_);
  if (error == simdjson::SUCCESS) return;
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  const auto byte = syntax_error(text);
  fail_damaged(name_, byte ? fmt::format("not JSON at byte {}", *byte)
                           : fmt::format("not JSON: {}", simdjson::error_message(error)));
}

Fields::Fields(const Document& document) : name_(document.name()) {
  if (document.root().get(value_) != simdjson::SUCCESS) fail_damaged(name_, "the document is not a JSON object");
}

Fields::Fields(Value value, const Fields* parent, std::string_view name, std::size_t index)
    : parent_(parent), name_(name), index_(index) {
  if (value.get(value_) != simdjson::SUCCESS) fail("", "is not an object");
}

std::string Fields::path() const {
  if (parent_ == nullptr) return {};
  const std::string above = parent_->path();
  std::string here = above.empty() ? std::string(name_) : above + "." + std::string(name_);
  if (index_ != kNoIndex) here += fmt::format("[{}]", index_);
  return here;
}

void Fields::fail(std::string_view key, std::string_view problem) const {
  const Fields* document = this;
  while (document->parent_ != nullptr) document = document->parent_;
  std::string place = path();
  if (!key.empty()) place += (place.empty() ? "" : ".") + std::string(key);
  fail_damaged(document->name_, fmt::format("field {}: {}", place, problem));
}

std::optional<Fields::Value> Fields::find(const char* key) const {
  Value value;
  if (value_.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

Fields::Value Fields::member(const char* key) const {
  const auto value = find(key);
  if (!value) fail(key, "is missing");
  return *value;
}

simdjson::dom::array Fields::array(const char* key) const {
  simdjson::dom::array list;
  if (member(key).get(list) != simdjson::SUCCESS) fail(key, "is not an array");
  return list;
}

std::size_t Fields::size(const char* key) const {
  const auto value = find(key);
  simdjson::dom::array list;
  return value && value->get(list) == simdjson::SUCCESS ? list.size() : 0;
}

Fields Fields::object(const char* key) const {
  return {member(key), this, key, kNoIndex};
}

std::string Fields::text_of(Value value, std::string_view key) const {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (simdjson::dom::object object;
      value.get(object) != simdjson::SUCCESS || object["hex"].get(text) != simdjson::SUCCESS)
    fail(key, "is not a string");
  try {
    return from_hex(text);
  } catch (const Error& error) {
    fail(key, error.message());
  }
}

std::uint64_t Fields::unsigned_of(Value value, std::string_view key, std::uint64_t max) const {
  std::uint64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) fail(key, "is not a whole number of zero or more");
  if (number > max) fail(key, fmt::format("{} is more than {}", number, max));
  return number;
}

bool Fields::flag(const char* key) const {
  bool value = false;
  if (member(key).get(value) != simdjson::SUCCESS) fail(key, "is not true or false");
  return value;
}

std::string Fields::hex(const char* key, std::size_t digits, std::string_view what) const {
  std::string value = text(key);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (value.size() != digits || !std::ranges::all_of(value, is_digit))
    fail(key, fmt::format("is not {} in lower-case hex digits", what));
  return value;
}

std::string Fields::file(const char* key) const {
  std::string value = text(key);
  for (const std::string& step : split(value, '/')) {
    const bool visible = std::ranges::all_of(step, [](char c) { return c > ' ' && c < 127 && c != '\\' && c != ':'; });
    if (step.empty() || step == "." || step == ".." || !visible) fail(key, "is not a path inside the archive");
  }
  return value;
}

std::string Fields::word(const char* key, std::initializer_list<std::string_view> allowed) const {
  std::string value = text(key);
  if (std::ranges::find(allowed, value) == allowed.end()) fail(key, fmt::format("unknown value \"{}\"", value));
  return value;
}

std::vector<std::string> Fields::texts(const char* key) const {
  std::vector<std::string> out;
  for (const Value value : array(key)) out.push_back(text_of(value, fmt::format("{}[{}]", key, out.size())));
  return out;
}

std::vector<int> Fields::numbers(const char* key) const {
  std::vector<int> out;
  for (const Value value : array(key)) {
    const std::string place = fmt::format("{}[{}]", key, out.size());
    out.push_back(static_cast<int>(unsigned_of(value, place, std::numeric_limits<int>::max())));
  }
  return out;
}

int read_format_version(const Fields& document) {
  const int version = document.number<int>("format_version");
  if (version < 1) document.fail("format_version", "is less than 1");
  if (version <= kFormatVersion) return version;
  throw Error(Kind::newer_format, fmt::format("archive has format version {}; this pgcoffer knows versions up to {}",
                                              version, kFormatVersion))
      .hint("Use the pgcoffer that wrote it, or a newer one.");
}

}  // namespace pgcoffer::archive
