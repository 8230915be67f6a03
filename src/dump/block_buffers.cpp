#include "dump/block_buffers.hpp"

#include <optional>
#include <utility>

#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

/// Up to so many parts' size a buffer is kept: memory that is given back to the kernel has to be cleared anew.
constexpr std::uint64_t kKept = 8;

}  // namespace

BlockBuffers::BlockBuffers(std::size_t usual, std::size_t large, std::uint64_t part_size)
    : part_size_(part_size), usual_(usual), large_(large) {
  for (std::size_t i = 0; i < usual; ++i) usual_.push(std::string());
  for (std::size_t i = 0; i < large; ++i) large_.push(std::string());
}

std::string BlockBuffers::take(bool large) {
  std::optional<std::string> buffer = (large ? large_ : usual_).pop();
  if (!buffer) throw Error(Kind::interrupted, "interrupted");
  return std::move(*buffer);
}

void BlockBuffers::give_back(std::string&& buffer, bool large) {
  shrink(buffer);
  (large ? large_ : usual_).push_front(std::move(buffer));  // the next reader gets memory that is warm
}

void BlockBuffers::shrink(std::string& buffer) const {
  if (buffer.capacity() > kKept * part_size_) std::string().swap(buffer);
}

void BlockBuffers::abandon() {
  usual_.abandon();
  large_.abandon();
}

}  // namespace pgcoffer::dumping
