#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::comparing {

/// The fields of a line of COPY text, as they are written.
void split_fields(std::string_view line, std::vector<std::string_view>& fields);
/// Some of the fields, as a line of their own.
[[nodiscard]] std::string_view project(const std::vector<std::string_view>& fields,
                                       const std::vector<std::size_t>& which, std::string& scratch);
/// The value of a field, without escapes; nothing for NULL.
[[nodiscard]] std::optional<std::string> value_of(std::string_view field);

}  // namespace pgcoffer::comparing
