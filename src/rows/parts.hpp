#pragma once

#include <memory>
#include <pgcoffer/error.hpp>
#include <string>
#include <vector>

#include "rows/format.hpp"

/// What make_encoder and make_decoder choose from.
namespace pgcoffer::rows {

[[nodiscard]] std::unique_ptr<PartEncoder> make_sql_encoder(const std::string& copy_target);
[[nodiscard]] std::unique_ptr<PartDecoder> make_sql_decoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartEncoder> make_json_encoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartDecoder> make_json_decoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartEncoder> make_csv_encoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartDecoder> make_csv_decoder(const std::vector<Column>& columns);

[[nodiscard]] std::unique_ptr<PartEncoder> make_binary_encoder();
[[nodiscard]] std::unique_ptr<PartDecoder> make_binary_decoder(const std::vector<Column>& columns);

/// Some editors and spreadsheets write it before UTF-8.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What an encoder says of a line that has not the fields of the table.
[[nodiscard]] Error wrong_fields(std::uint64_t row, std::size_t columns);

}  // namespace pgcoffer::rows
