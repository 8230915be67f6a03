#pragma once

#include "catch.hpp"
#include "policy/credentials.hpp"
#include "tables.hpp"

namespace credentials {

/// A column of a public application's schema, labelled by hand.
struct Labelled {
  const char* table;
  const char* column;
  const char* type;
  bool credential;
};

inline void check(const Labelled& test) {
  CAPTURE(test.table, test.column, test.type);
  tables::Database database;
  const auto& table = database.table(test.table, {tables::column(test.column, test.type)});
  CHECK(pgcoffer::policy::detect_column(table, table.name, table.columns[0]).has_value() == test.credential);
}

}  // namespace credentials
