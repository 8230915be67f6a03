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
  bool large = false;  ///< its text is a buffer for rows that are larger than a part

  /// The COPY lines of a segment, as long as its encoder leaves them as they are.
  [[nodiscard]] std::string_view lines(const Segment& segment) const;
};

/// Cuts the rows that a connection reads into blocks of about one part. For one thread.
class BlockFiller {
 public:
  struct Buffers {
    std::function<std::string(bool large)> take;  ///< gives a text to fill; a large one for rows larger than a part
    std::function<void(std::string&&)> give;      ///< takes back one that is not large
  };
  /// `full` takes a block that has rows.
  BlockFiller(std::uint64_t part_size, Buffers buffers, std::function<void(Block&&)> full)
      : part_size_(part_size), buffers_(std::move(buffers)), full_(std::move(full)) {}

  /// The next rows are those of `segment`; `packable` says whether others may stand beside them.
  void begin(const Segment& segment, bool packable);
  void add(std::string_view line);
  /// Adds the row that `append` puts at the end of a text; `expected` is about its size.
  void add(std::size_t expected, const std::function<void(std::string&)>& append);
  void end();
  /// Hands over what is left, and gives back a text that was not used.
  void finish();

 private:
  void open(Segment segment);
  [[nodiscard]] bool is_full_with(std::size_t row) const noexcept {
    return block_.text.size() + row + overhead_ > part_size_;
  }
  void make_room(std::size_t row);
  void count_row() {
    Segment& segment = block_.segments.back();
    ++segment.rows;
    overhead_ += segment.encoder->bytes_per_row();
  }
  void close_last();
  void drop_empty();
  void hand_over();
  void go_on_in_new_block();

  std::uint64_t part_size_;
  Buffers buffers_;
  std::function<void(Block&&)> full_;
  Block block_;
  bool has_buffer_ = false;  ///< the block's text is one that was taken
  bool packable_ = false;
  std::size_t overhead_ = 0;  ///< that encoding will add to this segment
};

}  // namespace pgcoffer::dumping
