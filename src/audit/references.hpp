#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "audit/report.hpp"
#include "audit/schema.hpp"
#include "audit/spelling.hpp"

namespace pgcoffer::audit {

/// Whether every foreign key holds for the rows in the archive. Keys are kept as 64-bit hashes, eight bytes for each
/// different one: two that differ are taken for the same once in 10^19.
class References {
 public:
  /// For the manifest's tables; it need not know their parts yet.
  References(const archive::Manifest& manifest, const archive::Toc& toc);

  /// One side of a foreign key in one table: which of the row's fields make it.
  struct Side {
    std::size_t key = 0;
    bool referenced = false;
    std::vector<std::size_t> fields;
    std::vector<Spelling> spellings;  ///< of each field
  };
  /// Those of table number `table` of the manifest.
  [[nodiscard]] const std::vector<Side>& sides(std::size_t table) const { return sides_[table]; }

  /// What the rows of one part have of each side.
  class Batch {
   public:
    explicit Batch(const std::vector<Side>& sides)
        : sides_(&sides), hashes_(sides.size()), beyond_ascii_(sides.size()) {}
    /// A row's fields; null where the data is.
    void add(const std::vector<const std::string*>& fields);

   private:
    friend class References;
    const std::vector<Side>* sides_;
    std::vector<std::vector<std::uint64_t>> hashes_;
    std::vector<bool> beyond_ascii_;  ///< letters of which it is not known which are the same
  };
  /// Safe from several threads.
  void add(const Batch& batch);
  [[nodiscard]] std::vector<ForeignKeyResult> results();

 private:
  struct State {
    std::vector<std::uint64_t> referencing, referenced;
    std::string unchecked;  ///< why it cannot be checked
    std::string doubt;      ///< why keys that are not found may be there all the same
    bool doubtful = false;  ///< that they may
  };
  /// How the columns of each side are compared.
  struct Compared {
    std::vector<Spelling> referencing, referenced;
  };
  void prepare(const archive::Manifest& manifest, const archive::Toc& toc, const KeyTypes& types, std::size_t number);
  Compared compare(const archive::Table& from, const archive::Table& to, const KeyTypes& types, std::size_t number);

  static void judge(const State& state, const std::string& permitted, ForeignKeyResult& result);

  std::vector<ForeignKey> keys_;
  std::vector<State> states_;
  std::vector<std::string> permitted_;  ///< why rows may break it, by key
  std::vector<std::vector<Side>> sides_;
  std::mutex mutex_;
};

}  // namespace pgcoffer::audit
