#include "cli/heap.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <limits>

#include "base/room.hpp"

namespace pgcoffer::cli {

void prefer_huge_heap() noexcept {
#ifdef __GLIBC__
  constexpr int first = 256 << 20, later = 16 << 20, block = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());  // what is given back is faulted in anew
  mallopt(M_TOP_PAD, first);
  auto* const begin = static_cast<char*>(sbrk(0));
  void* volatile grown_by = std::malloc(block);  // not optimised away
  std::free(grown_by);
  const auto grown = static_cast<char*>(sbrk(0)) - begin;
  if (grown > 0) prefer_huge_pages(begin, static_cast<std::size_t>(grown));
  mallopt(M_TOP_PAD, later);
#endif
}

}  // namespace pgcoffer::cli
