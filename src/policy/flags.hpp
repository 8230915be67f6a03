#pragma once

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// Whether a column has but a yes or no: a boolean, or one character that stands for it.
[[nodiscard]] inline bool is_flag(const catalog::Column& column) {
  const std::string& type = column.type;
  const bool character = type == "character(1)" || type == "character varying(1)" || type == "\"char\"";
  return column.value_class == catalog::ValueClass::boolean || (character && !column.array);
}

}  // namespace pgcoffer::policy
