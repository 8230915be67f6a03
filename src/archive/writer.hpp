#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "compress/codec.hpp"
#include "seal/seal.hpp"
#include "store/store.hpp"

namespace pgcoffer::archive {

/// Folder of a table's parts: "data/<schema>.<table>". Bytes other than ASCII letters, digits, '_' and '-' are
/// percent-encoded (so a dot inside a name is too), and a long name is cut and ends with a digest. Different names give
/// different folders, but perhaps only by case: FolderNames settles that for the tables of one archive.
[[nodiscard]] std::string table_folder(std::string_view schema, std::string_view table);

/// Hands out folders that are unique without regard to case: of "Users" and "users" the second gets
/// "data/public.users~2". Asked again for the same table it gives the same folder; asked in the same order, the same
/// folders. For one thread.
class FolderNames {
 public:
  [[nodiscard]] const std::string& folder(std::string_view schema, std::string_view table);
  /// The same for archives of databases: "databases/<name>".
  [[nodiscard]] const std::string& database(std::string_view name);

 private:
  using Key = std::pair<std::string, std::string>;
  [[nodiscard]] const std::string& unique(const Key& key, const std::string& base);

  std::map<Key, std::string> given_;
  std::set<std::string> taken_;  ///< in lower case
};

/// What one thread needs to make stored bytes of parts: codec contexts and buffers, kept from part to part.
class PartPipeline;

/// What the manifest says of a part's bytes before they were compressed. SHA-256 of all rows would be the costliest
/// step of a dump on processors without instructions for it; the stored bytes have theirs in any case.
enum class EncodedDigest {
  xxh128,  ///< but SHA-256 in a zip file's deflate entries: once unpacked, there is no other
  sha256,  ///< which a server can compute, too: for large objects
};

/// Writes one archive: parts (from several threads), toc and schema scripts, the manifest last.
class Writer {
 public:
  /// `recipients` empty: not encrypted. With a zip container and gzip, unsealed parts become deflate entries.
  Writer(std::unique_ptr<store::Sink> sink, compress::Setting compression, const seal::Recipients& recipients);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// One per thread.
  [[nodiscard]] std::unique_ptr<PartPipeline> pipeline() const;
  /// Digests, compresses, seals and stores one part. `base_name` is the path without suffixes
  /// ("data/public.users/0001.sql"); the part's file, sizes and digests are filled in, number and rows are the
  /// caller's. Safe from several threads, each with its own pipeline. Throws Error(failed): a name used twice (case
  /// does not count), or what the store says.
  void put_part(PartPipeline& pipeline, std::string_view base_name, std::string_view encoded, Part& part,
                EncodedDigest digest = EncodedDigest::xxh128);
  /// A folder for archives that lie within this one. Throws Error(usage) where there are no folders (zip).
  [[nodiscard]] std::filesystem::path folder(const std::string& name);
  /// What restores need besides rows: toc.json and schema/*.sql, of a manifest that says where it is from. Once; safe
  /// beside put_part().
  void put_contents(const Manifest& manifest, const Toc& toc);
  /// keys.cms, RESTORE.txt and the manifest (archive_id, compression, encrypted, toc_sha256 and files are filled in),
  /// when all else was put. Throws Error(failed) when the manifest does not account for exactly the parts that were
  /// put, or for their rows.
  void seal(Manifest& manifest);
  /// Gives the archive its name.
  void commit();
  /// All of it, where nothing goes on beside. Throws as seal() does, before anything is put.
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
