#pragma once

#include <filesystem>
#include <memory>

#include "store/store.hpp"

namespace pgcoffer::store {

/// Throws Error: not_found, permission, damaged (no zip file, or one with names that lead out of it), failed.
[[nodiscard]] std::unique_ptr<Source> open_zip(const std::filesystem::path& path);

}  // namespace pgcoffer::store
