#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/text.hpp"

namespace pgcoffer::catalog {

/// A call of one of the functions that take optimizer statistics: names and values by turns.
class StatisticsCall {
 public:
  /// `version`: of the server that the statistics come from.
  StatisticsCall(std::string_view function, int version, std::string_view schema, std::string_view relation)
      : text_(fmt::format("SELECT * FROM pg_catalog.{}(\n", function)) {
    add("version", std::to_string(version), "integer");
    add("schemaname", schema);
    add("relname", relation);
  }

  /// Without a type the value goes as it is, which suits names.
  void add(std::string_view name, std::string_view value, std::string_view type = {}) {
    text_ += fmt::format("{}    '{}', {}{}{}", first_ ? "" : ",\n", name, quote_literal(value),
                         type.empty() ? "" : "::", type);
    first_ = false;
  }

  [[nodiscard]] std::string text() const { return text_ + "\n);\n"; }

 private:
  std::string text_;
  bool first_ = true;
};

}  // namespace pgcoffer::catalog
