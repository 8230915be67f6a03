#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "pgdump/contents.hpp"

namespace pgcoffer::pgdump {

using Take = std::function<void(std::string_view)>;

/// Where the data of an archive lies. Methods are safe from several threads.
class Container {
 public:
  virtual ~Container() = default;
  [[nodiscard]] virtual const Contents& contents() const = 0;
  /// Hands over the data of a TABLE DATA entry, decompressed, in pieces.
  virtual void read(const Entry& entry, const Take& take) const = 0;
  /// Large objects that have data.
  [[nodiscard]] virtual std::vector<std::uint32_t> large_objects() const = 0;
  virtual void read_large_object(std::uint32_t oid, const Take& take) const = 0;
  /// Of the entry's data as it is stored, about; for what is shown while it is read.
  [[nodiscard]] virtual std::uint64_t stored_bytes(const Entry& entry) const = 0;
};

/// Is it of pg_dump (custom file, directory with toc.dat, tar file with toc.dat, script)?
[[nodiscard]] bool is_pg_dump(const std::filesystem::path& path);

/// In UTF-8 where its encoding has one byte a character, the usual ones; else as it is. Throws Error: not_found,
/// damaged, newer_format, unsupported.
[[nodiscard]] std::unique_ptr<Container> open(const std::filesystem::path& path);

[[nodiscard]] std::unique_ptr<Container> open_custom(const std::filesystem::path& path);
[[nodiscard]] std::unique_ptr<Container> open_directory(const std::filesystem::path& path);
[[nodiscard]] std::unique_ptr<Container> open_tar(const std::filesystem::path& path);
[[nodiscard]] std::unique_ptr<Container> open_script(const std::filesystem::path& path);
[[nodiscard]] std::unique_ptr<Container> in_utf8(std::unique_ptr<Container> archive, const std::filesystem::path& path);
/// Hands over rows that are INSERT statements as COPY text. Throws Error: damaged, unsupported (columns that nothing
/// tells).
[[nodiscard]] std::unique_ptr<Container> with_rows_of_inserts(std::unique_ptr<Container> archive);
[[nodiscard]] bool is_tar(const std::filesystem::path& path);
[[nodiscard]] bool is_script(const std::filesystem::path& path);

}  // namespace pgcoffer::pgdump
