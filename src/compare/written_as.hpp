#pragma once

#include "archive/reader.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::comparing {

/// Sets the session up to write times and bytes as the archive's rows have them, where its manifest does not tell
/// (those of pg_dump): what is compared is text. From some rows of the archive it finds a time zone that has all their
/// offsets, the session's own before others, and whether bytes are in hex. Where nothing fits, nothing is set. `scope`:
/// "SESSION" or "LOCAL".
void write_as_archive(pg::Connection& connection, const archive::Reader& archive, const char* scope);

}  // namespace pgcoffer::comparing
