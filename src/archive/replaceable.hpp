#pragma once

#include <filesystem>

namespace pgcoffer::archive {

/// Throws Error(exists) when a folder that is to be replaced has a manifest.json as an archive has, but not the other
/// files of one: many programs write a file of that name, and their folders must not be deleted.
void require_replaceable(const std::filesystem::path& path);

}  // namespace pgcoffer::archive
