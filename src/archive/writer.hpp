#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "compress/codec.hpp"
#include "seal/seal.hpp"
#include "store/store.hpp"

namespace pgcoffer::archive {

/// Folder of a table's parts: "data/<schema>.<table>", percent-encoded where file systems need it, shortened with a
/// digest where it would be too long, and unique without regard to case.
[[nodiscard]] std::string table_folder(std::string_view schema, std::string_view table);

/// What one thread needs to make stored bytes of parts: codec contexts and buffers, kept from part to part.
class PartPipeline;

/// Writes one archive: parts first (from several threads), then toc and schema scripts, the manifest last.
class Writer {
 public:
  /// `recipients` empty: not encrypted. With a zip container and gzip, unsealed parts become deflate entries.
  Writer(std::unique_ptr<store::Sink> sink, compress::Setting compression, const seal::Recipients& recipients);
  ~Writer();

  /// One per thread.
  [[nodiscard]] std::unique_ptr<PartPipeline> pipeline() const;
  /// Digests, compresses, seals and stores one part. `base_name` is the path without suffixes
  /// ("data/public.users/0001.sql"); the part's file, sizes and digests are filled in, number and rows are the caller's.
  void put_part(PartPipeline& pipeline, std::string_view base_name, std::string_view encoded, Part& part);
  /// toc.json, schema/*.sql, keys.cms, RESTORE.txt, then the manifest (archive_id, compression, encrypted and
  /// toc_sha256 are filled in); then commits the store.
  void finish(Manifest& manifest, const Toc& toc);
  [[nodiscard]] const std::string& archive_id() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class PartPipeline {
 public:
  virtual ~PartPipeline() = default;
};

}  // namespace pgcoffer::archive
