#include "rows/format.hpp"

#include <fmt/format.h>

#include <array>
#include <pgcoffer/error.hpp>
#include <utility>

#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

constexpr std::array KindNames{
    std::pair{JsonKind::number, "number"},
    std::pair{JsonKind::boolean, "boolean"},
    std::pair{JsonKind::json, "json"},
    std::pair{JsonKind::string, "string"},
    std::pair{JsonKind::number_array, "number_array"},
    std::pair{JsonKind::boolean_array, "boolean_array"},
    std::pair{JsonKind::string_array, "string_array"},
};

}  // namespace

std::string_view to_string(Format format) noexcept {
  switch (format) {
    case Format::sql:
      return "sql";
    case Format::json:
      return "json";
    case Format::csv:
      return "csv";
    case Format::binary:
      break;
  }
  return "binary";
}

std::string_view extension(Format format) noexcept {
  if (format == Format::binary) return "bin";
  return format == Format::json ? "jsonl" : to_string(format);
}

std::string_view to_string(JsonKind kind) noexcept {
  for (const auto& [known, name] : KindNames) {
    if (known == kind) return name;
  }
  return "string";  // not reached: the table holds every kind
}

Format parse_format(std::string_view text) {
  for (const Format format : {Format::sql, Format::json, Format::csv}) {
    if (text == to_string(format)) return format;
  }
  if (text == to_string(Format::binary)) {
    throw Error(Kind::usage, "rows become binary in a dump only: it is the server that writes them so")
        .hint("Name sql, json or csv here; rows in binary can be read everywhere.");
  }
  throw Error(Kind::usage, fmt::format("unknown row format \"{}\"", text)).hint("Row formats are sql, json and csv.");
}

JsonKind parse_json_kind(std::string_view text) {
  for (const auto& [kind, name] : KindNames) {
    if (text == name) return kind;
  }
  throw Error(Kind::damaged, fmt::format("unknown kind of column \"{}\"", text))
      .hint("Was the archive written by a later version, or its manifest changed by hand?");
}

std::unique_ptr<PartEncoder> make_encoder(Format format, const std::string& copy_target,
                                          const std::vector<Column>& columns) {
  if (format == Format::json) return make_json_encoder(columns);
  if (format == Format::binary) return make_binary_encoder();
  return format == Format::csv ? make_csv_encoder(columns) : make_sql_encoder(copy_target);
}

std::unique_ptr<PartDecoder> make_decoder(Format format, const std::vector<Column>& columns) {
  if (format == Format::json) return make_json_decoder(columns);
  if (format == Format::binary) return make_binary_decoder(columns);
  return format == Format::csv ? make_csv_decoder(columns) : make_sql_decoder(columns);
}

Error wrong_fields(std::uint64_t row, std::size_t columns) {
  return Error(Kind::failed,
               fmt::format("row {} of the block does not have the {} values of the table's columns", row, columns));
}

}  // namespace pgcoffer::rows
