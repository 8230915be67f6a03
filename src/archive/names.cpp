#include <algorithm>
#include <array>

#include "archive/layout.hpp"
#include "archive/writer.hpp"
#include "base/digest.hpp"

namespace pgcoffer::archive {

namespace {

/// File systems allow 255 bytes a name; zip programs on Windows have 260 characters for the whole path.
constexpr std::size_t kLongestFolder = 120;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string percent(char c) {
  return "%" + to_hex(std::string_view(&c, 1));
}

std::string encode(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (plain(c)) {
      out += c;
    } else {
      out += percent(c);
    }
  }
  return out;
}

/// Windows takes these for devices, whatever follows a dot: "con.users" cannot be a folder there.
bool device_name(std::string_view name) {
  static constexpr std::array<std::string_view, 4> whole = {"con", "prn", "aux", "nul"};
  if (std::ranges::find(whole, name) != whole.end()) return true;
  return name.size() == 4 && (name.starts_with("com") || name.starts_with("lpt")) && name[3] >= '0' && name[3] <= '9';
}

std::string shorten(std::string folder, std::string_view schema, std::string_view table) {
  if (folder.size() <= kLongestFolder) return folder;
  const std::string exact = std::string(schema) + '\0' + std::string(table);
  const std::string digest = "~" + sha256_hex(exact).substr(0, 16);
  std::size_t keep = kLongestFolder - digest.size();
  const std::size_t escape = folder.rfind('%', keep - 1);  // never leave half of a percent code
  if (escape != std::string::npos && escape + 3 > keep) keep = escape;
  return folder.substr(0, keep) + digest;
}

}  // namespace

std::string table_folder(std::string_view schema, std::string_view table) {
  std::string prefix = encode(schema);
  if (device_name(lower(prefix))) prefix = percent(schema.front()) + prefix.substr(1);
  return "data/" + shorten(prefix + "." + encode(table), schema, table);
}

const std::string& FolderNames::folder(std::string_view schema, std::string_view table) {
  return unique({std::string(schema), std::string(table)}, table_folder(schema, table));
}

const std::string& FolderNames::database(std::string_view name) {
  std::string folder = encode(name);
  if (device_name(lower(folder))) folder = percent(name.front()) + folder.substr(1);
  return unique({"", std::string(name)}, std::string(kDatabases) + "/" + shorten(std::move(folder), "", name));
}

const std::string& FolderNames::unique(const Key& key, const std::string& base) {
  auto [entry, added] = given_.try_emplace(key);
  if (!added) return entry->second;
  std::string name = base;
  for (int number = 2; !taken_.insert(lower(name)).second; ++number) name = base + "~" + std::to_string(number);
  return entry->second = name;
}

}  // namespace pgcoffer::archive
