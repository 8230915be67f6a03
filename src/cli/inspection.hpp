#pragma once

#include <nlohmann/json.hpp>

#include "archive/reader.hpp"

namespace pgcoffer::cli {

/// What `inspect --json` tells of an archive.
[[nodiscard]] nlohmann::ordered_json inspection(const archive::Reader& reader);
/// The same for people, on standard output.
void print_inspection(const archive::Reader& reader);

}  // namespace pgcoffer::cli
