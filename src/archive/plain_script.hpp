#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "compress/codec.hpp"
#include "store/store.hpp"

namespace pgcoffer::archive {

/// One SQL script that psql loads, written to a file (beside its final name, then renamed) or standard
/// output ("-"). Compressed, it is a sequence of gzip members or zstd frames, which their tools read as one file.
class PlainScript {
 public:
  PlainScript(const std::filesystem::path& path, bool replace, const compress::Setting& compression,
              store::Durability durability);
  ~PlainScript();
  PlainScript(const PlainScript&) = delete;
  PlainScript& operator=(const PlainScript&) = delete;

  void write(std::string_view text);
  /// Gives the file its final name.
  void commit();
  [[nodiscard]] std::uint64_t stored_bytes() const noexcept { return stored_; }

 private:
  void flush();

  std::filesystem::path path_, partial_;
  store::Durability durability_;
  std::unique_ptr<compress::Compressor> compressor_;
  std::string pending_;
  std::uint64_t stored_ = 0;
  int fd_ = -1;
  bool committed_ = false;
};

}  // namespace pgcoffer::archive
