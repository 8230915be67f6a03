#include "archive/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/layout.hpp"
#include "archive/manifest.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

using nlohmann::json;
using nlohmann::ordered_json;

Fields::Fields(const json& document, std::string_view name) : value_(document), name_(name) {
  if (!value_.is_object()) fail_damaged(name_, "the document is not a JSON object");
}

Fields::Fields(const json& value, const Fields* parent, std::string_view name, std::size_t index)
    : value_(value), parent_(parent), name_(name), index_(index) {
  if (!value_.is_object()) fail("", "is not an object");
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

const json& Fields::member(const char* key) const {
  const auto found = value_.find(key);
  if (found == value_.end()) fail(key, "is missing");
  return *found;
}

const json& Fields::array(const char* key) const {
  const json& value = member(key);
  if (!value.is_array()) fail(key, "is not an array");
  return value;
}

Fields Fields::object(const char* key) const {
  return {member(key), this, key, kNoIndex};
}

std::string Fields::text_of(const json& value, std::string_view key) const {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("hex") && value["hex"].is_string()) {
    try {
      return from_hex(value["hex"].get<std::string>());
    } catch (const Error& error) {
      fail(key, error.message());
    }
  }
  fail(key, "is not a string");
}

std::uint64_t Fields::unsigned_of(const json& value, std::string_view key, std::uint64_t max) const {
  if (!value.is_number_unsigned()) fail(key, "is not a whole number of zero or more");
  const auto number = value.get<std::uint64_t>();
  if (number > max) fail(key, fmt::format("{} is more than {}", number, max));
  return number;
}

bool Fields::flag(const char* key) const {
  const json& value = member(key);
  if (!value.is_boolean()) fail(key, "is not true or false");
  return value.get<bool>();
}

std::string Fields::digest(const char* key) const {
  std::string value = text(key);
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (value.size() != 64 || !std::ranges::all_of(value, hex)) fail(key, "is not a SHA-256 in lower-case hex digits");
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
  for (const json& value : array(key)) out.push_back(text_of(value, fmt::format("{}[{}]", key, out.size())));
  return out;
}

std::vector<int> Fields::numbers(const char* key) const {
  std::vector<int> out;
  for (const json& value : array(key)) {
    const std::string place = fmt::format("{}[{}]", key, out.size());
    out.push_back(static_cast<int>(unsigned_of(value, place, std::numeric_limits<int>::max())));
  }
  return out;
}

json parse_document(std::string_view text, std::string_view name) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    fail_damaged(name, fmt::format("not JSON at byte {}", error.byte));
  }
}

int read_format_version(const Fields& document) {
  const int version = document.number<int>("format_version");
  if (version < 1) document.fail("format_version", "is less than 1");
  if (version <= kFormatVersion) return version;
  throw Error(Kind::newer_format, fmt::format("archive has format version {}; this pgcoffer knows versions up to {}",
                                              version, kFormatVersion))
      .hint("Use the pgcoffer that wrote it, or a newer one.");
}

ordered_json text_json(std::string_view text) {
  if (is_utf8(text)) return text;
  return {{"hex", to_hex(text)}};
}

void add_text(ordered_json& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = text_json(text);
}

std::string write_document(const ordered_json& document, std::initializer_list<std::string_view> lists) {
  std::string out = "{";
  for (const auto& [key, value] : document.items()) {
    out += fmt::format("{}\n \"{}\": ", out.size() == 1 ? "" : ",", key);
    if (std::ranges::find(lists, key) == lists.end() || value.empty()) {
      out += value.dump();
      continue;
    }
    std::string_view separator = "[";
    for (const ordered_json& element : value) {
      out += fmt::format("{}\n  {}", separator, element.dump());
      separator = ",";
    }
    out += "\n ]";
  }
  return out + "\n}\n";
}

}  // namespace pgcoffer::archive
