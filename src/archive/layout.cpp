#include "archive/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

std::string key_id_of(std::string_view archive_id) {
  std::string hex(archive_id);
  std::erase(hex, '-');
  return from_hex(hex);
}

std::string archive_id_of(std::string_view key_id) {
  if (key_id.size() != 16) return {};
  std::string text = to_hex(key_id);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::string digest_line(std::string_view bytes, std::string_view file) {
  return fmt::format("{}  {}\n", sha256_hex(bytes), file);
}

std::string digest_in(std::string_view lines, std::string_view file) {
  for (const std::string& line : split(lines, '\n')) {
    if (line.size() == 66 + file.size() && line.ends_with(file)) return line.substr(0, 64);
  }
  return {};
}

void fail_damaged(std::string_view file, std::string_view problem) {
  throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {}", file, problem))
      .hint("Was the file changed or copied in part? `pgcoffer verify` lists what is wrong and what is intact.")
      .object(std::string(file));
}

}  // namespace pgcoffer::archive
