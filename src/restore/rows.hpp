#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/progress.hpp"
#include "restore/binary_columns.hpp"
#include "restore/journal.hpp"
#include "restore/plan.hpp"

namespace pgcoffer::restoring {

/// Loads the rows of tables, part by part. Safe from several threads, each with its own connection and pipeline.
class RowLoader {
 public:
  RowLoader(const archive::Reader& reader, const Journal* journal, Progress& progress)
      : reader_(reader), journal_(journal), progress_(progress) {}

  /// Buffers of one thread, kept from part to part.
  struct Buffers {
    std::unique_ptr<archive::Reader::Pipeline> pipeline;
    std::string lines, binary;
  };
  [[nodiscard]] Buffers buffers() const { return {reader_.pipeline(), {}, {}}; }

  /// The rows of a step's part. Whole or not at all: in a transaction of its own, or as a part of the one that is open.
  /// Returns the number of rows. Throws Error naming table and part.
  std::uint64_t load(pg::Connection& connection, Buffers& buffers, const Step& step) const;
  /// Fills large objects, which exist already (their entries in toc.json make them); likewise in one transaction.
  void fill(pg::Connection& connection, Buffers& buffers,
            const std::vector<const archive::LargeObject*>& objects) const;

 private:
  /// What one COPY loads, and others with fewer columns.
  struct Decoded {
    std::string_view rows;
    bool binary = false;
    std::uint64_t count = 0;
    std::vector<rows::SparseRows> sparse;
    std::string_view part;  ///< the text that they come from
    [[nodiscard]] std::uint64_t all() const;
  };
  [[nodiscard]] Decoded decode(Buffers& buffers, const Step& step, bool binary) const;
  std::uint64_t copy(pg::Connection& connection, Buffers& buffers, const Step& step) const;
  [[nodiscard]] std::optional<std::uint64_t> copy_in_binary(pg::Connection& connection, Buffers& buffers,
                                                            const Step& step, const Decoded& decoded) const;
  std::uint64_t put(pg::Connection& connection, const Step& step, const Decoded& decoded, bool frozen) const;
  void fill_one(pg::Connection& connection, Buffers& buffers, const archive::LargeObject& object) const;

  const archive::Reader& reader_;
  const Journal* journal_;  ///< null without
  Progress& progress_;
  mutable BinaryColumns binary_columns_;
};

}  // namespace pgcoffer::restoring
