#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::store {

/// Whether a name stays inside the archive: relative, '/' between parts, no empty part, "." or "..", no NUL or
/// backslash.
[[nodiscard]] bool is_safe_name(std::string_view name) noexcept;

/// Throws Error(damaged) for a name that is not safe: it came out of an archive.
void require_safe_name(std::string_view name);

/// What a user named as an archive's place.
struct Target {
  std::filesystem::path path;    ///< without slashes at its end
  std::filesystem::path parent;  ///< "." where the path has none
};
/// Throws Error: usage (a path that cannot be an archive's name, as "/" or ".."), not_found (no such parent folder).
[[nodiscard]] Target parse_target(const std::filesystem::path& path);

/// Whether something lies there, be it a symbolic link to nowhere. Throws Error(permission, failed).
[[nodiscard]] bool occupied(const std::filesystem::path& path);
/// An existing folder with nothing in it: it may become an archive, as with pg_dump.
[[nodiscard]] bool is_empty_folder(const std::filesystem::path& path) noexcept;
/// A folder or zip file that holds a manifest, open or sealed: what may be replaced.
[[nodiscard]] bool looks_like_archive(const std::filesystem::path& path) noexcept;

}  // namespace pgcoffer::store
