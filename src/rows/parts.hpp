#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rows/format.hpp"

/// What make_encoder and make_decoder choose from.
namespace pgcoffer::rows {

[[nodiscard]] std::unique_ptr<PartEncoder> make_sql_encoder(const std::string& copy_target);
[[nodiscard]] std::unique_ptr<PartDecoder> make_sql_decoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartEncoder> make_json_encoder(const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartDecoder> make_json_decoder(const std::vector<Column>& columns);

}  // namespace pgcoffer::rows
