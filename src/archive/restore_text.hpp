#pragma once

#include <string>

#include "archive/manifest.hpp"

namespace pgcoffer::archive {

/// RESTORE.txt: how to restore this archive with a shell, psql and the tools its options call for, without pgcoffer.
/// Lines indented by four spaces are commands for a POSIX shell. Of an encrypted archive it tells nothing that the
/// names of the files do not tell already, and it names no recipients: `pgcoffer key rewrap` does not touch it.
[[nodiscard]] std::string restore_text(const Manifest& manifest);

}  // namespace pgcoffer::archive
