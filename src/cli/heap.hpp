#pragma once

namespace pgcoffer::cli {

/// Takes the heap's first 256 MiB of address space at once, to be backed by huge pages as it fills (see
/// prefer_huge_pages). A catalog of thousands of tables is hundreds of thousands of small objects, and faults for its
/// 4 KiB pages took half of the time to read it. For programs to call at their start; best effort, never throws.
/// (mallopt(3), glibc)
void prefer_huge_heap() noexcept;

}  // namespace pgcoffer::cli
