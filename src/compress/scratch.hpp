#pragma once

#include <cstddef>
#include <memory>

#include "base/room.hpp"

namespace pgcoffer::compress {

/// Room for a compressor's worst case, kept from part to part and never zeroed. (Growing a std::string to the bound
/// would write zeros over all of it for every part.)
class Scratch {
 public:
  /// At least `size` bytes, whose content is undefined. What an unusually large part needed is given back at the next.
  char* room(std::size_t size) {
    if (size > size_ || (size_ > kKeep && size <= kKeep)) {
      bytes_.reset();
      size_ = 0;
      bytes_ = std::make_unique_for_overwrite<char[]>(size);
      size_ = size;
      prefer_huge_pages(bytes_.get(), size);
    }
    return bytes_.get();
  }

 private:
  static constexpr std::size_t kKeep = std::size_t{64} << 20;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace pgcoffer::compress
