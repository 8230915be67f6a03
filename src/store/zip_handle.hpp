#pragma once

#include <zip.h>

#include <filesystem>
#include <memory>
#include <string>

#include "store/posix.hpp"

namespace pgcoffer::store {

/// zip_t that is only read, or whose changes are dropped unless zip_close() is called after release().
struct Discard {
  void operator()(zip_t* zip) const noexcept { zip_discard(zip); }
  void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
};
using ZipPtr = std::unique_ptr<zip_t, Discard>;
using ZipFilePtr = std::unique_ptr<zip_file_t, Discard>;

/// libzip's words for an error, with the system's where there are any.
[[nodiscard]] std::string words_of(zip_error_t& error);

/// Opens a zip file for reading over a descriptor that outlives the handle. Several handles may share it, one a thread,
/// since only pread(2) is used; and all see the same file, even when another has got its name meanwhile.
/// Throws Error: damaged, failed.
[[nodiscard]] ZipPtr open_for_reading(const Fd& file, const std::filesystem::path& path);

}  // namespace pgcoffer::store
