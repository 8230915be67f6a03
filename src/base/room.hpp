#pragma once

#include <cstddef>
#include <string>

namespace pgcoffer {

/// Asks the kernel to back a large buffer with huge pages (2 MiB), where they are to be had on request. With pages of
/// 4 KiB, a fault for each of them took a fifth of the time of reading an archive, and a quarter of a dump's. Advice
/// only: nothing fails, small buffers are left alone. (madvise(2), MADV_HUGEPAGE)
void prefer_huge_pages(void* begin, std::size_t size) noexcept;

/// Room for at least `size` bytes in a buffer that is kept from part to part; one that has to grow loses its content.
void reserve_room(std::string& buffer, std::size_t size);

/// Makes `buffer` exactly `size` bytes; what is in them is of no account. Throws std::bad_alloc, std::length_error.
void resize_room(std::string& buffer, std::size_t size);

}  // namespace pgcoffer
