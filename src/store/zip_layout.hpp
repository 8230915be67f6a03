#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "store/posix.hpp"
#include "store/store.hpp"

namespace pgcoffer::store {

/// Looks at the bytes of a zip file that reading its entries passes over: local headers, the fields that stand in two
/// places, the records at the end, and whether every byte belongs to something. libzip believes the central directory
/// alone. The entries' own bytes are not read. What is wrong is a flaw, not an exception; Throws Error(failed) where
/// the file cannot be read.
///
/// In a zip file that pgcoffer packed every byte of these counts. Where another program did, what only it gives a
/// meaning to (extra fields, attributes, comments) may be anything; schema/FORMAT.md says so.
[[nodiscard]] std::vector<Flaw> flaws_of_zip(const Fd& file, std::uint64_t size, const std::filesystem::path& path);

}  // namespace pgcoffer::store
