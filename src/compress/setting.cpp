#include <fmt/format.h>

#include <charconv>

#include "compress/codec.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {
namespace {

struct Known {
  std::string_view name;
  Method method;
  int lowest, usual, highest;  ///< levels; all zero: the method has none
};

/// What people may ask for. Raw deflate is not among them: the archive's writer chooses it for zip entries.
constexpr Known kChoices[] = {
    {"gzip", Method::gzip, 0, 6, 12},
    {"zstd", Method::zstd, 1, 3, 19},
    {"none", Method::none, 0, 0, 0},
};

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(Kind::usage, fmt::format("\"{}\" is not a compression: {}", text, why))
      .hint("Say gzip, gzip:0 to gzip:12, zstd, zstd:1 to zstd:19, or none.");
}

int parse_level(std::string_view digits, const Known& choice, std::string_view text) {
  int level = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
  if (error != std::errc() || end != digits.data() + digits.size()) refuse(text, "the level is not a number");
  if (level < choice.lowest || level > choice.highest) {
    refuse(text, fmt::format("levels of {} are {} to {}", choice.name, choice.lowest, choice.highest));
  }
  return level;
}

}  // namespace

Setting parse_setting(std::string_view text) {
  // As pg_dump has it, a level alone is one of gzip, and 0 none.
  if (text == "0") return {Method::none, 0};
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos)
    return {Method::gzip, parse_level(text, kChoices[0], text)};
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  for (const Known& choice : kChoices) {
    if (choice.name != name) continue;
    if (colon == std::string_view::npos) return {choice.method, choice.usual};
    if (choice.highest == 0) refuse(text, fmt::format("{} has no levels", choice.name));
    return {choice.method, parse_level(text.substr(colon + 1), choice, text)};
  }
  refuse(text, "the method is unknown");
}

std::string to_string(const Setting& setting) {
  if (setting.method == Method::none) return "none";
  return fmt::format("{}:{}", to_string(setting.method), setting.level);
}

std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::none:
      return "none";
    case Method::gzip:
      return "gzip";
    case Method::zstd:
      return "zstd";
    case Method::deflate:
      return "deflate";
  }
  return "none";
}

Method parse_method(std::string_view text) {
  for (const Method method : {Method::none, Method::gzip, Method::zstd, Method::deflate}) {
    if (to_string(method) == text) return method;
  }
  throw Error(Kind::damaged, fmt::format("unknown compression method \"{}\"", text))
      .hint("Was the archive written by a later version of pgcoffer?");
}

std::string_view suffix(Method method) noexcept {
  if (method == Method::gzip) return ".gz";
  if (method == Method::zstd) return ".zst";
  return "";
}

}  // namespace pgcoffer::compress
