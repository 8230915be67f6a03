#pragma once

#include <pqxx/result>
#include <string>
#include <unordered_map>
#include <utility>

#include "pg/result.hpp"

namespace pgcoffer::pg {

struct Result::Data {
  explicit Data(const pqxx::result& result) : rows(result) {
    for (pqxx::row::size_type i = 0; i < rows.columns(); ++i) columns.emplace(rows.column_name(i), static_cast<int>(i));
  }
  pqxx::result rows;
  std::unordered_map<std::string, int> columns;
};

}  // namespace pgcoffer::pg
