#pragma once

#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>

#include "base/room.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {

/// Makes `out` exactly `size` bytes, whose content is of no account. A size that memory cannot hold is an Error: it may
/// come from a forged manifest.
inline void make_room(std::string& out, std::size_t size) {
  try {
    resize_room(out, size);
  } catch (const std::bad_alloc&) {
    throw Error(Kind::failed, "not enough memory for a part of " + std::to_string(size) + " bytes");
  } catch (const std::length_error&) {
    throw Error(Kind::damaged, "recorded size of " + std::to_string(size) + " bytes is impossible");
  }
}

}  // namespace pgcoffer::compress
