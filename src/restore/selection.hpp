#pragma once

#include <string>
#include <vector>

#include "archive/drops.hpp"
#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/choice.hpp"

namespace pgcoffer::restoring {

using Entries = std::vector<const archive::TocEntry*>;

/// What of an archive is to be restored. Pointers live as long as the archive's reader.
struct Selected {
  Entries pre_data, data, post_data;          ///< each in the order of restore
  std::vector<const archive::Table*> tables;  ///< whose rows are loaded, in data order
  std::vector<const archive::LargeObject*> large_objects;
  std::vector<const archive::TocEntry*> statistics;  ///< optimizer statistics, of all sections
  std::vector<archive::Drop> drops;                  ///< with --clean: in the order of dropping
  bool partial = false;                              ///< only some objects: what they need may be missing
};

/// What is chosen, without what --section, --schema-only, --data-only, -x, --no-comments and the like leave out. Throws
/// Error(usage) for a part of the archive that is not there (rows of a schema-only archive).
[[nodiscard]] Selected select(const archive::Manifest& manifest, const archive::Toc& toc, const RestoreOptions& options,
                              const Choice& choice);

/// Throws Error(usage) where there is nothing of what is asked for. Of a section there may be nothing: a restore
/// section by section is one of many commands.
void refuse_nothing(const Selected& selected, const RestoreOptions& options);

}  // namespace pgcoffer::restoring
