#pragma once

#include "archive/toc.hpp"
#include "catalog/model.hpp"
#include "compress/codec.hpp"
#include "dump/source.hpp"
#include "plan/plan.hpp"

namespace pgcoffer::dumping {

/// Writes everything as one SQL script that psql loads, to a file (beside its final name, then renamed) or standard
/// output ("-"). Compressed, it is a sequence of gzip members or zstd frames, which their tools read as one file.
class PlainScript {
 public:
  PlainScript(const std::filesystem::path& path, bool replace, const compress::Setting& compression);
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
  std::unique_ptr<compress::Compressor> compressor_;
  std::string pending_, packed_;
  std::uint64_t stored_ = 0;
  int fd_ = -1;
  bool committed_ = false;
};

struct PlainResult {
  std::uint64_t rows = 0, bytes = 0;
};
/// Schema, rows in data order, large objects, schema that comes after the rows.
PlainResult write_plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog,
                        const plan::Plan& plan, const archive::Toc& toc, const std::string& encoding,
                        Progress& progress);

}  // namespace pgcoffer::dumping
