#pragma once

#include <filesystem>

namespace pgcoffer::cli {

/// Tells what is in an archive of pg_dump, without reading its rows. Numbers of rows are not known then.
void inspect_pg_dump(const std::filesystem::path& path, bool json);

}  // namespace pgcoffer::cli
