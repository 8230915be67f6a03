#pragma once

#include <filesystem>
#include <memory>

#include "store/store.hpp"

namespace pgcoffer::store {

/// Reads a folder. No symbolic link inside it is followed; the folder itself may be reached through one.
[[nodiscard]] std::unique_ptr<Source> open_directory(const std::filesystem::path& path);

}  // namespace pgcoffer::store
