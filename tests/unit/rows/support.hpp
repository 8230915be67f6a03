#pragma once

#include <nlohmann/json.hpp>
#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rows/format.hpp"

/// Whole ways through encoders and decoders, as dump and restore go them.
namespace rows_test {

using pgcoffer::rows::Column;
using pgcoffer::rows::Format;
using pgcoffer::rows::JsonKind;

inline const std::string Target = R"("public"."t" ("c"))";

inline std::string encode(Format format, const std::string& target, const std::vector<Column>& columns,
                          std::string_view lines) {
  const auto encoder = pgcoffer::rows::make_encoder(format, target, columns);
  std::string block(encoder->prefix());
  block += lines;
  std::string scratch;
  encoder->finish(block, scratch);
  return block;
}

inline std::string encode_json(const std::vector<Column>& columns, std::string_view lines) {
  return encode(Format::json, Target, columns, lines);
}

struct Decoded {
  std::string lines;
  std::uint64_t rows = 0;
};

inline Decoded decode(Format format, const std::vector<Column>& columns, std::string_view part) {
  const auto decoder = pgcoffer::rows::make_decoder(format, columns);
  // A heap block of exactly this size, so that a sanitizer sees every read beyond it.
  const std::vector<char> exact(part.begin(), part.end());
  std::string scratch;
  Decoded result;
  result.lines = decoder->copy_lines({exact.data(), exact.size()}, scratch, result.rows);
  return result;
}

inline Decoded decode_json(const std::vector<Column>& columns, std::string_view part) {
  return decode(Format::json, columns, part);
}

/// What another parser takes for JSON. It refuses numbers beyond a double too, which are JSON nevertheless.
inline bool is_json(std::string_view text) {
  try {
    [[maybe_unused]] const auto value = nlohmann::json::parse(text);
    return true;
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

/// Message and hint of the Error that the call throws, "message | hint"; "" when it throws none.
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const pgcoffer::Error& error) {
    return error.hint().empty() ? error.message() : error.message() + " | " + error.hint();
  }
  return "";
}

template <class Call>
pgcoffer::Kind kind_of(Call call) {
  try {
    call();
  } catch (const pgcoffer::Error& error) {
    return error.kind();
  }
  throw std::logic_error("no error was thrown");
}

}  // namespace rows_test
