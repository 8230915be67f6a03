#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace pgcoffer {

/// Whole file as bytes. Throws Error: not_found, permission, failed, each with the path and the system's words.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// A file that an option names: as read_file, and a path that leads to no file is Error(usage).
[[nodiscard]] std::string read_option_file(const std::filesystem::path& path);

/// The same for a file that people write: an ordinary one of no more than `most` bytes. Anything else is Error(usage)
/// before it is read; a pipe is not waited for.
[[nodiscard]] std::string read_option_file(const std::filesystem::path& path, std::uint64_t most);

/// Writes a new file and syncs it (write, fsync, close); the folder is not synced. An existing file is an error.
/// Throws Error(failed) naming path and reason (disk full, permission). `mode` are the permission bits.
void write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

/// Writes beside the path, syncs, renames over it and syncs the folder: readers see the old file or the new one.
void replace_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

/// Makes renames and new names in the folder durable (fsync of a folder).
void sync_folder(const std::filesystem::path& folder);

/// A secret's file: as read_option_file, without the line end at its end. Its content is never in an error.
[[nodiscard]] std::string read_secret_file(const std::filesystem::path& path);

}  // namespace pgcoffer
