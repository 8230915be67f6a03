#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace pgcoffer::store {

/// A file waiting to become an entry of a zip file.
struct Spooled {
  Entry entry;
  std::filesystem::path path;
  std::uint64_t size = 0;
};

/// Packs the files, in the order of their names, into a new zip file. Deflate entries are taken as they
/// are, others are stored. The same files make the same bytes: every entry is dated 1980-01-01, zip's first day.
/// Throws Error(failed).
void pack(std::vector<Spooled> files, const std::filesystem::path& zip, Durability durability = Durability::synced);

/// Writes a copy of a zip file in which one entry, which must be there, has other bytes; the others are copied as they
/// are. Throws Error: not_found, damaged, failed.
void copy_with(const std::filesystem::path& from, const std::filesystem::path& to, std::string_view name,
               std::string_view bytes);

}  // namespace pgcoffer::store
