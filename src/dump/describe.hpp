#pragma once

#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/sections.hpp"
#include "catalog/model.hpp"
#include "dump/rows.hpp"
#include "dump/source.hpp"
#include "pgcoffer/leave_out.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::dumping {

/// What a manifest says of server, moment and options.
[[nodiscard]] archive::Manifest describe_source(SourceDatabase& source, const DumpOptions& options);

struct TocOptions {
  bool owners = true;      ///< false with -O
  bool privileges = true;  ///< false with -x
  Sections sections;       ///< entries of these only,
  Sections apart;          ///< but of these for what was read since it was asked for, whatever else is left out
  LeaveOut leave_out;
};
/// A catalog's objects as toc.json lists them.
[[nodiscard]] archive::Toc make_toc(std::vector<catalog::Object> objects, const std::vector<catalog::Table>& all_tables,
                                    const plan::Plan& plan, const TocOptions& options);

/// The manifest's tables: those whose rows are in the archive in data order, then the others that were selected.
[[nodiscard]] std::vector<archive::Table> describe_tables(const catalog::Catalog& catalog,
                                                          const policy::Verdicts& verdicts, const plan::Plan& plan,
                                                          const std::vector<TableRows>& rows);

}  // namespace pgcoffer::dumping
