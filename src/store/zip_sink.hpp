#pragma once

#include <memory>

#include "store/names.hpp"
#include "store/store.hpp"

namespace pgcoffer::store {

/// Spools files under TARGET.partial/spool and packs them at commit(), in one pass, into TARGET.partial/archive.zip.
///
/// The spool is removed only after the zip file is whole and has its name, so the disk holds the archive twice for a
/// while (three times where an old one is being replaced). Spooling is not synced: only the zip file is.
[[nodiscard]] std::unique_ptr<Sink> create_zip(Target target, bool replace);

}  // namespace pgcoffer::store
