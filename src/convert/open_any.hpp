#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/reader.hpp"

namespace pgcoffer::converting {

/// Opens an archive of ours, or one of pg_dump's (custom, directory, tar). The latter is converted first, into a
/// temporary folder that goes away with the reader: parts can then be read in any order by several threads. It takes
/// about the archive's size in TMPDIR, sealed with a key that nobody else has.
[[nodiscard]] std::unique_ptr<archive::Reader> open_any(const std::filesystem::path& path,
                                                        const seal::Identities& identities,
                                                        const archive::ReadOptions& options = {},
                                                        const std::stop_token& stop = {});

/// True for what open_any() converts: that its manifest says "encrypted" is true of the temporary folder only.
[[nodiscard]] bool of_pg_dump(const std::filesystem::path& path);

/// What is to be told before rows of an archive of pg_dump are used. The warnings in one of ours were told when it was
/// made.
[[nodiscard]] std::vector<std::string> doubts(const std::filesystem::path& path, const archive::Manifest& manifest);

}  // namespace pgcoffer::converting
