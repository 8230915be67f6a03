#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pgcoffer/dump.hpp"
#include "pgcoffer/keys.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer {

/// What to convert, and into what. Defaults are those of `pgcoffer convert`: what is not asked for stays as it is.
struct ConvertOptions {
  std::filesystem::path input;
  seal::Identities identities;
  bool accept_edited = false;  ///< parts that were edited by hand are taken as they are

  std::filesystem::path output;  ///< "-" with Container::plain is standard output
  Container container = Container::directory;
  bool replace = false;         ///< an existing archive is replaced once the new one is whole; it may be the input
  std::string rows;             ///< "sql", "json" or "csv"; empty: as in the input
  std::string compression;      ///< as for a dump; empty: as in the input, none in a plain script
  std::uint64_t part_size = 0;  ///< 0: parts stay as they are
  seal::Recipients recipients;  ///< empty: not encrypted
  bool decrypt = false;         ///< must be said where the input is encrypted and the output is not
  unsigned jobs = 0;            ///< threads; 0: as many as there are cores, 8 at most
};

struct ConvertReport {
  std::string archive_id;  ///< of the output; empty with Container::plain
  std::uint64_t tables = 0, rows = 0, parts = 0;
  std::uint64_t encoded_bytes = 0, stored_bytes = 0;
  double seconds = 0;
};

/// Writes an archive's content anew. Everything is verified while it is read: the output is whole, or an Error was
/// thrown and nothing bears its name.
[[nodiscard]] ConvertReport convert(const ConvertOptions& options, Progress& progress,
                                    const std::stop_token& stop = {});

}  // namespace pgcoffer
