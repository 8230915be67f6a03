#pragma once

#include <memory>

#include "store/names.hpp"
#include "store/store.hpp"

namespace pgcoffer::store {

/// Makes the folder under TARGET.partial/tree, files with mode 0600, folders with 0700.
[[nodiscard]] std::unique_ptr<Sink> create_directory(Target target, bool replace);

}  // namespace pgcoffer::store
