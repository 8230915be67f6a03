#include "base/room.hpp"

#include <sys/mman.h>

#include <bit>
#include <cstdint>

namespace pgcoffer {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;

}  // namespace

void prefer_huge_pages(void* begin, std::size_t size) noexcept {
#ifdef MADV_HUGEPAGE
  const std::size_t to_boundary = -std::bit_cast<std::uintptr_t>(begin) % kHugePage;
  if (size < to_boundary + kHugePage) return;
  const std::size_t whole = (size - to_boundary) / kHugePage * kHugePage;
  static_cast<void>(::madvise(static_cast<char*>(begin) + to_boundary, whole, MADV_HUGEPAGE));
#else
  static_cast<void>(begin);
  static_cast<void>(size);
#endif
}

void reserve_room(std::string& buffer, std::size_t size) {
  if (size <= buffer.capacity()) return;
  buffer.clear();  // so that nothing is copied
  buffer.reserve(size);
  prefer_huge_pages(buffer.data(), buffer.capacity());
}

void resize_room(std::string& buffer, std::size_t size) {
  reserve_room(buffer, size);
  buffer.resize(size);
}

}  // namespace pgcoffer
