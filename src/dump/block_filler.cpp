#include "dump/block_filler.hpp"

#include <utility>

#include "base/room.hpp"
#include "rows/buffer.hpp"

namespace pgcoffer::dumping {
namespace {

/// What encoders put behind the rows to finish a part, if they do not make it in another buffer.
constexpr std::size_t kFinish = rows::Buffer::Slack;

}  // namespace

std::string_view Block::lines(const Segment& segment) const {
  const std::size_t begin = segment.offset + segment.encoder->prefix().size();
  const std::size_t end = segment.size == 0 ? text.size() : segment.lines_end;
  return std::string_view(text).substr(begin, end - begin);
}

void BlockFiller::begin(const Segment& segment, bool packable) {
  packable_ = packable;
  if (!block_.segments.empty() && !packable_) hand_over();
  open(segment);
}

void BlockFiller::add(std::string_view line) {
  if (is_full_with(line.size())) make_room(line.size());
  block_.text.append(line);
  count_row();
}

void BlockFiller::add(std::size_t expected, const std::function<void(std::string&)>& append) {
  if (is_full_with(expected)) make_room(expected);
  append(block_.text);
  count_row();
}

void BlockFiller::make_room(std::size_t row) {
  if (block_.segments.back().rows > 0 || block_.segments.size() > 1) go_on_in_new_block();
  if (row <= part_size_) return;
  // A buffer that grew would for a moment be there twice.
  std::string large = buffers_.take(true);
  reserve_room(large, block_.text.size() + row + kFinish);
  large.assign(block_.text);
  buffers_.give(std::exchange(block_.text, std::move(large)));
  block_.large = true;
}

void BlockFiller::end() {
  drop_empty();
  if (!block_.segments.empty() && !packable_) hand_over();
}

void BlockFiller::finish() {
  if (!block_.segments.empty()) hand_over();
  if (std::exchange(has_buffer_, false)) buffers_.give(std::move(block_.text));
}

void BlockFiller::open(Segment segment) {
  if (!std::exchange(has_buffer_, true)) {
    block_.text = buffers_.take(false);
    block_.text.clear();
    reserve_room(block_.text, part_size_ + (part_size_ >> 4U));
  }
  if (!block_.segments.empty()) close_last();
  segment.offset = block_.text.size();
  block_.text.append(segment.encoder->prefix());
  block_.segments.push_back(segment);
  overhead_ = 0;
}

/// In a pack, each segment is finished where it stands.
void BlockFiller::close_last() {
  Segment& last = block_.segments.back();
  if (last.size != 0) return;
  last.lines_end = block_.text.size();
  std::string unused;
  last.encoder->finish(block_.text, unused);
  last.size = block_.text.size() - last.offset;
}

void BlockFiller::drop_empty() {
  if (block_.segments.empty() || block_.segments.back().rows > 0) return;
  block_.text.resize(block_.segments.back().offset);
  block_.segments.pop_back();
}

void BlockFiller::hand_over() {
  if (block_.segments.size() > 1) close_last();
  has_buffer_ = false;
  full_(std::exchange(block_, {}));
}

void BlockFiller::go_on_in_new_block() {
  Segment next = block_.segments.back();
  drop_empty();
  hand_over();
  if (next.rows > 0) ++next.sequence;
  next.rows = 0;
  open(next);
}

}  // namespace pgcoffer::dumping
