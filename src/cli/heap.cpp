#include "cli/heap.hpp"

#ifdef PGCOFFER_MIMALLOC
#include <mimalloc.h>
#endif

namespace pgcoffer::cli {

void prefer_huge_heap() noexcept {
#ifdef PGCOFFER_MIMALLOC
  mi_option_enable(mi_option_large_os_pages);
  mi_option_set(mi_option_eager_commit_delay, 0);  // of each thread's first segment, too
  mi_option_disable(mi_option_allow_decommit);     // what is given back is faulted in anew
#endif
}

}  // namespace pgcoffer::cli
