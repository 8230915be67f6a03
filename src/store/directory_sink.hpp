#pragma once

#include <memory>

#include "store/store.hpp"
#include "store/workspace.hpp"

namespace pgcoffer::store {

/// Makes the folder under TARGET.partial/tree, files with mode 0600, folders with 0700.
[[nodiscard]] std::unique_ptr<Sink> create_directory(std::unique_ptr<Workspace> workspace, bool replace);

}  // namespace pgcoffer::store
