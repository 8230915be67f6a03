#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Sixteen bytes at a time: the encoders copy a step blindly and then ask where the first byte is that needs care.
/// Reading and writing a whole step past the end of a text must be allowed by whoever calls.
namespace pgcoffer::rows::scan {

inline constexpr std::size_t Step = 16;

inline void copy_step(char* to, const char* from) noexcept {
  std::memcpy(to, from, Step);
}

/// Bit i is set when byte i is below 0x20 or is one of the given characters.
#if defined(__SSE2__)
template <char... Characters>
[[nodiscard]] inline std::uint32_t control_or(const char* text) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  __m128i found = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  ((found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(Characters)))), ...);
  return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
}
/// Bit i is set when byte i equals the character.
[[nodiscard]] inline std::uint32_t equal_to(const char* text, char character) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(character))));
}
/// Writes the bytes of a step as 2 * Step hexadecimal digits.
inline void put_hex(char* to, const char* from) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m128i low_bits = _mm_set1_epi8(0x0f);
  const auto digits = [](__m128i values) {
    const __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(values, _mm_set1_epi8(9)), _mm_set1_epi8('a' - '0' - 10));
    return _mm_add_epi8(_mm_add_epi8(values, _mm_set1_epi8('0')), letters);
  };
  const __m128i high = digits(_mm_and_si128(_mm_srli_epi16(bytes, 4), low_bits));
  const __m128i low = digits(_mm_and_si128(bytes, low_bits));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_unpacklo_epi8(high, low));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + Step), _mm_unpackhi_epi8(high, low));
}
#else
template <char... Characters>
[[nodiscard]] inline std::uint32_t control_or(const char* text) noexcept {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < Step; ++i) {
    const char c = text[i];
    const bool found = static_cast<unsigned char>(c) < 0x20 || ((c == Characters) || ...);
    mask |= static_cast<std::uint32_t>(found) << i;
  }
  return mask;
}
[[nodiscard]] inline std::uint32_t equal_to(const char* text, char character) noexcept {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < Step; ++i) mask |= static_cast<std::uint32_t>(text[i] == character) << i;
  return mask;
}
/// Writes the bytes of a step as 2 * Step hexadecimal digits.
inline void put_hex(char* to, const char* from) noexcept {
  for (std::size_t i = 0; i < Step; ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    to[2 * i] = "0123456789abcdef"[byte >> 4U];
    to[2 * i + 1] = "0123456789abcdef"[byte & 0xfU];
  }
}
#endif

/// Index of the first set bit; the mask is not 0.
[[nodiscard]] inline std::size_t first(std::uint32_t mask) noexcept {
  return static_cast<std::size_t>(std::countr_zero(mask));
}

}  // namespace pgcoffer::rows::scan
