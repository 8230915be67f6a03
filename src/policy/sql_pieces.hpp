#pragma once

#include <string>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What expressions over a row's columns are made of.
[[nodiscard]] bool is_whole(const catalog::Column& column);
[[nodiscard]] bool is_float(const catalog::Column& column);
/// The n-th modifier of `numeric(10,2)`, or `otherwise`.
[[nodiscard]] int modifier(const std::string& type, int which, int otherwise);
/// The expression as a value of the column's type.
[[nodiscard]] std::string cast(const std::string& expression, const catalog::Column& column);
[[nodiscard]] std::string as_text(const std::string& name);
/// What tells a row from others: its primary key, or else all of it.
[[nodiscard]] std::string row_identity(const catalog::Table& table);

}  // namespace pgcoffer::policy
