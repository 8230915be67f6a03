#pragma once

#include <memory>

#include "store/store.hpp"
#include "store/workspace.hpp"

namespace pgcoffer::store {

/// Spools files under TARGET.partial/spool and packs them at commit(), in one pass, into TARGET.partial/archive.zip.
///
/// The spool is removed only after the zip file is whole and has its name, so the disk holds the archive twice for a
/// while (three times where an old one is being replaced). Spooling is not synced: only the zip file is.
[[nodiscard]] std::unique_ptr<Sink> create_zip(std::unique_ptr<Workspace> workspace, bool replace);

}  // namespace pgcoffer::store
