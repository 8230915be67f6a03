#pragma once

#include <optional>
#include <string>
#include <vector>

#include "archive/plain_script.hpp"
#include "archive/toc.hpp"
#include "catalog/model.hpp"
#include "dump/source.hpp"
#include "plan/plan.hpp"

namespace pgcoffer::dumping {

using archive::PlainScript;

struct PlainResult {
  std::uint64_t rows = 0, bytes = 0;
};
struct PlainOptions {
  std::string encoding;
  bool clean = false;      ///< the script first drops what it makes
  bool if_exists = false;  ///< or passes where there is nothing to drop
  const Secret* pseudonym_key = nullptr;
  std::optional<Inserts> inserts;
  bool disable_triggers = false;
  std::string superuser;  ///< who disables them; empty: who runs the script
};
/// Of INSERT statements for tables that have their foreign keys: those whose rows reference rows of the same table,
/// which may come later. (COPY looks at them when all rows are there.)
[[nodiscard]] std::vector<std::string> inserts_out_of_order(const catalog::Catalog& catalog, const plan::Plan& plan);

/// Schema, rows in data order, large objects, schema that comes after the rows.
PlainResult write_plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog,
                        const plan::Plan& plan, const archive::Toc& toc, const PlainOptions& options,
                        Progress& progress);

}  // namespace pgcoffer::dumping
