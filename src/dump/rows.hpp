#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/writer.hpp"
#include "audit/collect.hpp"
#include "catalog/model.hpp"
#include "dump/pseudonyms.hpp"
#include "dump/source.hpp"
#include "plan/plan.hpp"
#include "rows/format.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::dumping {

struct RowsOptions {
  rows::Format format = rows::Format::sql;
  unsigned jobs = 1;
  std::uint64_t part_size = 0;
  std::string client_encoding;
  const Secret* pseudonym_key = nullptr;  ///< set where the plan has pseudonyms
  bool packs = false;                     ///< parts of small tables may lie together, when there are many
  audit::Collector* audit = nullptr;      ///< is shown all rows, if set; its tables begin with those of the plan
};

/// What was written of one planned table.
struct TableRows {
  std::uint64_t rows = 0;
  rows::RowDigest digest;            ///< of the rows as they are in the archive: binary ones by their bytes
  std::vector<archive::Part> parts;  ///< in the order of the rows in the table
};

struct DumpedRows {
  std::vector<TableRows> tables;     ///< one per planned table, same order
  std::vector<archive::Part> packs;  ///< files that hold the parts of many tables
};

/// Reads all planned tables over `jobs` connections while as many threads encode, compress, seal and store. Memory is
/// about (2 × jobs + 2) parts.
[[nodiscard]] DumpedRows dump_rows(SourceDatabase& source, archive::Writer& writer, const plan::Plan& plan,
                                   const catalog::Catalog& catalog, const RowsOptions& options, Progress& progress);

}  // namespace pgcoffer::dumping
