#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "pgcoffer/progress.hpp"
#include "seal/seal.hpp"
#include "store/store.hpp"

namespace pgcoffer::archive {

struct ReadOptions {
  /// Parts that were changed since the manifest was written are read as they are: by hand, on purpose. Sealed archives
  /// and zip files have none.
  bool accept_edited = false;
};

/// An opened archive: manifest and table of contents are in memory, parts are read on demand.
/// read_part() is safe from several threads.
class Reader {
 public:
  /// Throws Error: not_found, damaged, wrong_key, newer_format.
  /// Throws Error(usage) for options that make no sense with this archive.
  Reader(std::unique_ptr<store::Source> source, const seal::Identities& identities, const ReadOptions& options = {});
  ~Reader();

  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  [[nodiscard]] const Manifest& manifest() const noexcept;
  [[nodiscard]] const Toc& toc() const noexcept;
  /// Buffers and codec contexts of one thread, kept from part to part.
  class Pipeline;
  [[nodiscard]] std::unique_ptr<Pipeline> pipeline() const;
  /// The part's encoded text, after both digests, the tag and the size have been checked; a view into the pipeline,
  /// valid until its next use. Throws Error(damaged) also for a missing part, or what the store says; `object` is the
  /// part's file.
  [[nodiscard]] std::string_view read_part(Pipeline& pipeline, const Part& part) const;
  /// True when parts may differ from what the manifest says of them, in rows too.
  [[nodiscard]] bool accepts_edited() const noexcept;
  /// Checks a file of manifest().files. Throws Error(damaged).
  void check_file(const StoredFile& file) const;
  /// Checks that manifest.sha256 is there and says of the manifest and of keys.cms what is true, and nothing else.
  /// Throws Error(damaged); `object` is the file that is wrong.
  void check_manifest_digests() const;
  /// Throws Error(damaged) where the container says of a part that was read something that is not true of its text.
  void check_container(const Part& part, std::string_view encoded) const;
  /// What is wrong with the container itself: a zip file's headers, bytes between its entries.
  [[nodiscard]] std::vector<store::Flaw> flaws() const;
  /// Names of files in the store that nothing in the archive accounts for, and files it accounts for that are missing.
  struct Strays {
    std::vector<std::string> missing, unknown;
  };
  [[nodiscard]] Strays strays() const;
  /// Files of rows and large objects that have another size than the manifest says; none is read. Not while edited
  /// parts are accepted.
  [[nodiscard]] std::vector<std::string> resized() const;
  /// Size of the archive's files as they are stored.
  [[nodiscard]] std::uint64_t stored_bytes() const;
  /// Recipients of keys.cms; empty when not encrypted.
  [[nodiscard]] std::vector<seal::RecipientInfo> recipients() const;

 private:
  [[nodiscard]] std::string_view read_packed(Pipeline& pipeline, const Part& part) const;
  /// A part that is a file of its own, or a pack.
  [[nodiscard]] std::string_view read_file(Pipeline& pipeline, const Part& part, bool accept_edited) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Reader::Pipeline {
 public:
  virtual ~Pipeline() = default;
};

/// Opens what lies at `path` (directory or zip).
[[nodiscard]] std::unique_ptr<Reader> open(const std::filesystem::path& path, const seal::Identities& identities,
                                           const ReadOptions& options = {});

/// Opens the archive of a database within that of its cluster at `path`. Throws Error(damaged) for another than was
/// made there.
[[nodiscard]] std::unique_ptr<Reader> open_database(const std::filesystem::path& path, const ArchivedDatabase& database,
                                                    const seal::Identities& identities);

/// What verify found with one file.
struct Finding {
  std::string file;
  std::string problem;  ///< the error's message
};
struct Verification {
  std::uint64_t parts = 0, intact = 0, rows = 0, bytes = 0;  ///< bytes of encoded text
  std::vector<Finding> findings;                             ///< what is wrong
  std::vector<Finding> notes;  ///< what is not: files that do not belong to the archive, and are ignored
  void add(const Verification& more);
};
/// Opens every part on `jobs` threads: digests, tags, decompression, row counts; every JSON row parses. Then the other
/// files, each table's sum of rows, whether anything is missing, and the container's own bytes. What is wrong with a
/// file is a finding (one a file, in the manifest's order), not an exception; memory is that of one part a thread.
/// Throws Error(interrupted) after `stop`. `progress` may be null.
[[nodiscard]] Verification verify(const Reader& reader, unsigned jobs, const std::stop_token& stop = {},
                                  Progress* progress = nullptr);

/// The same for the archives of databases within a cluster's archive at `path`; files are named with their folder.
[[nodiscard]] Verification verify_databases(const std::filesystem::path& path, const Manifest& manifest,
                                            const seal::Identities& identities, unsigned jobs,
                                            const std::stop_token& stop = {}, Progress* progress = nullptr);

/// Seals the archive key anew to `recipients` and replaces keys.cms (and its line in manifest.sha256); everything else
/// stays as it is. Archives of databases within the archive come first. Throws Error: usage (not encrypted, no
/// recipients, bad certificate), and what Reader throws.
void rewrap(const std::filesystem::path& path, const seal::Identities& identities, const seal::Recipients& recipients);

}  // namespace pgcoffer::archive
