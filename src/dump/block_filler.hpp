#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/format.hpp"

namespace pgcoffer::dumping {

/// Rows of one table in a block.
struct Segment {
  std::size_t table = 0;       ///< index into Plan::tables
  std::uint32_t range = 0;     ///< range of the table, and
  std::uint32_t sequence = 0;  ///< position in it: together the order of rows
  const rows::PartEncoder* encoder = nullptr;
  std::uint64_t rows = 0;
  std::size_t offset = 0;     ///< where in the block's text it begins
  std::size_t lines_end = 0;  ///< where its COPY lines end; known once it is finished, as is
  std::size_t size = 0;       ///< what it takes of the text
};

/// Whole rows on their way from a connection to the archive: a part, or with several segments a pack, in which every
/// segment is finished by its encoder.
struct Block {
  std::vector<Segment> segments;
  std::string text;

  /// The COPY lines of a segment, as long as its encoder leaves them as they are.
  [[nodiscard]] std::string_view lines(const Segment& segment) const;
};

/// Cuts the rows that a connection reads into blocks of about one part. For one thread.
class BlockFiller {
 public:
  /// `buffer` gives an empty text to fill, `full` takes a block that has rows.
  BlockFiller(std::uint64_t part_size, std::function<std::string()> buffer, std::function<void(Block&&)> full)
      : part_size_(part_size), buffer_(std::move(buffer)), full_(std::move(full)) {}

  /// The next rows are those of `segment`; `packable` says whether others may stand beside them.
  void begin(const Segment& segment, bool packable);
  void add(std::string_view line);
  void end();
  /// Hands over what is left. Returns the text that was not used, for others to fill.
  void finish(const std::function<void(std::string&&)>& unused);

 private:
  void open(Segment segment);
  void close_last();
  void drop_empty();
  void hand_over();
  void go_on_in_new_block();

  std::uint64_t part_size_;
  std::function<std::string()> buffer_;
  std::function<void(Block&&)> full_;
  Block block_;
  bool has_buffer_ = false;  ///< the block's text is one that `buffer` gave
  bool packable_ = false;
  std::size_t overhead_ = 0;  ///< that encoding will add to this segment
};

}  // namespace pgcoffer::dumping
