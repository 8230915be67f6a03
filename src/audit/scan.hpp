#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "audit/columns.hpp"
#include "audit/references.hpp"

namespace pgcoffer::audit {

/// What the rows of a table are seen to hold.
struct TableContent {
  std::vector<ColumnContent> columns;  ///< one for each of the columns in the rows, same order
  std::vector<Place> wrong_rows;       ///< rows with more or fewer fields than the manifest says
};

/// Credentials in what is no column's value: the schema, large objects.
struct Token {
  std::string object;  ///< "USER MAPPING …", "large object 1234"
  std::string part;
  content::Kind kind;
};

struct Content {
  std::vector<TableContent> tables;  ///< one for each of manifest.tables
  std::vector<Token> tokens;
};

/// Reads every part on `jobs` threads. Throws what archive::Reader throws, and Error(interrupted).
[[nodiscard]] Content scan(const archive::Reader& reader, References& references, unsigned jobs,
                           const std::stop_token& stop);

}  // namespace pgcoffer::audit
