#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pgcoffer/keys.hpp"

namespace pgcoffer {

/// A table as the archive's manifest lists it.
struct ArchivedTable {
  std::string schema, name;
  std::string verdict;    ///< the policy's: "keep", "where", "exclude-rows", "exclude"
  bool has_rows = false;  ///< its rows are in the archive, perhaps zero of them
  std::uint64_t rows = 0;
};

/// What verify_archive() found wrong with one file of an archive.
struct ArchiveFinding {
  std::string file, problem;
};

/// An archive opened for reading; needs no server. Methods are safe from several threads.
class OpenArchive {
 public:
  /// Throws Error: not_found, damaged, wrong_key, newer_format.
  OpenArchive(const std::filesystem::path& path, const seal::Identities& identities);
  ~OpenArchive();
  OpenArchive(OpenArchive&&) noexcept;
  OpenArchive& operator=(OpenArchive&&) noexcept;

  [[nodiscard]] std::vector<ArchivedTable> tables() const;
  /// manifest.json's text; schema/FORMAT.md describes it.
  [[nodiscard]] std::string manifest_json() const;
  /// Hands the table's rows over, part by part, as lines of COPY text format. Nothing of a part is handed over before
  /// its digests and tag have been checked. Throws Error: not_found, damaged.
  void read_rows(std::string_view schema, std::string_view table,
                 const std::function<void(std::string_view copy_lines)>& take) const;
  /// Opens everything on `jobs` threads; empty when the archive is whole.
  [[nodiscard]] std::vector<ArchiveFinding> verify(unsigned jobs) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pgcoffer
