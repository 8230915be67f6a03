#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "store/posix.hpp"

namespace pgcoffer::pgdump {

/// Reads a file of pg_dump's from front to back, with jumps. What is not there is damage, never more memory than the
/// file has bytes. For one thread.
class FileReader {
 public:
  /// `offset` and `size` narrow it to a piece of the file (a member of a tar archive). Throws Error: not_found,
  /// permission.
  explicit FileReader(std::filesystem::path path, std::uint64_t offset = 0, std::optional<std::uint64_t> size = {});

  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::uint64_t left() const noexcept { return size_ - position_; }
  void seek(std::uint64_t position);
  void skip(std::uint64_t bytes);
  [[nodiscard]] unsigned byte();
  /// Up to `bytes`, fewer at the end only; valid until the next call.
  [[nodiscard]] std::string_view some(std::size_t bytes);
  /// Exactly so many.
  [[nodiscard]] std::string exactly(std::uint64_t bytes);

  /// Throws Error(damaged): `"<file>" is damaged: <problem> (byte N)`.
  [[noreturn]] void damaged(std::string_view problem) const;

 private:
  void fill();

  std::filesystem::path path_;
  store::Fd fd_;
  std::uint64_t offset_ = 0, size_ = 0, position_ = 0;
  std::string buffer_;
  std::uint64_t buffer_start_ = 0;
};

}  // namespace pgcoffer::pgdump
