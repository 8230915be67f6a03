#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../policy/tables.hpp"

namespace schemas {

/// A schema of fixtures/schemas: tables as the catalog describes them, and for each column what people say it is.
struct Schema {
  std::string application;
  tables::Database database;
  std::vector<std::vector<std::string>> labels;  ///< "credential", "personal", "either" or "", by table and column
};

inline Schema read(const std::filesystem::path& file) {
  Schema schema{file.stem().string(), {}, {}};
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (line.front() != ' ') {
      schema.database.table(line.substr(0, line.size() - 1), {});
      schema.labels.emplace_back();
      continue;
    }
    const auto equals = line.find(" = ");
    schema.labels.back().push_back(equals == std::string::npos ? "" : line.substr(equals + 3));
    const std::string column = line.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto blank = column.find(' ');
    auto& columns = schema.database.catalog.tables.back().columns;
    columns.push_back(tables::column(column.substr(0, blank), column.substr(blank + 1)));
  }
  return schema;
}

inline const std::vector<Schema>& all() {
  static const std::vector<Schema> read_once = [] {
    std::vector<Schema> schemas;
    for (const auto& entry : std::filesystem::directory_iterator(PGCOFFER_SOURCE_DIR "/fixtures/schemas"))
      if (entry.path().extension() == ".txt") schemas.push_back(read(entry.path()));
    return schemas;
  }();
  return read_once;
}

}  // namespace schemas
