#pragma once

namespace pgcoffer::cli {

/// Has the heap backed by huge pages as it grows, where the kernel has them on request. A catalog of thousands of
/// tables is hundreds of thousands of small objects, and faults for their 4 KiB pages took half of the time to read it.
/// For programs to call at their start; does nothing where mimalloc is not the allocator (PGCOFFER_MIMALLOC), never
/// throws. (mimalloc 2.0, mi_option_large_os_pages)
void prefer_huge_heap() noexcept;

}  // namespace pgcoffer::cli
