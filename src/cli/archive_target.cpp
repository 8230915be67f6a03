#include "cli/archive_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
namespace {

bool ends_with_any(const std::string& path, std::initializer_list<std::string_view> suffixes) {
  return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return path.ends_with(suffix); });
}

}  // namespace

Container container_of(const std::string& format, const std::string& path) {
  if (format == "directory" || format == "d") return Container::directory;
  if (format == "zip" || format == "z") return Container::zip;
  if (format == "plain" || format == "p") return Container::plain;
  if (!format.empty()) {
    throw Error(Kind::usage, fmt::format("unknown format \"{}\"", format)).hint("Choose directory, zip or plain.");
  }
  std::string name = path;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (path == "-" || ends_with_any(name, {".sql", ".sql.gz", ".sql.zst"})) return Container::plain;
  return name.ends_with(".zip") ? Container::zip : Container::directory;
}

std::string compression_of(const std::string& path) {
  if (path.ends_with(".sql.gz")) return "gzip";
  return path.ends_with(".sql.zst") ? "zstd" : "";
}

std::uint64_t parse_part_size(const std::string& text) {
  const std::uint64_t size = parse_size(text);
  constexpr std::uint64_t most = std::uint64_t{1} << 30U;
  if (size > most) {
    throw Error(Kind::usage, "--part-size is above 1 GB")
        .hint("A part is made in memory, several at a time: 4MB to 16MB are good sizes, 128MB a large one.");
  }
  if (size >= 1024) return size;
  throw Error(Kind::usage, "--part-size is below 1 kB")
      .hint("Parts of 4MB to 16MB are good sizes; smaller ones than 1MB compress badly.");
}

}  // namespace pgcoffer::cli
