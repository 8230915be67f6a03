#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

// The records of a zip file, with the names of PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.

namespace pgcoffer::store {

/// Thrown where a record is not what it must be; ends the look at one entry, or at the whole file.
struct Broken {
  std::string problem;
};

/// Takes little-endian fields off the front of bytes. Throws Broken where there are too few.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : left_(bytes) {}
  std::string_view take(std::uint64_t size);
  std::uint64_t number(unsigned bytes);
  void signature(std::string_view expected, const char* what);
  [[nodiscard]] bool empty() const { return left_.empty(); }

 private:
  std::string_view left_;
};

inline constexpr std::uint64_t kSize16 = 0xFFFF, kSize32 = 0xFFFFFFFF;  ///< "see the zip64 field"

/// What stands both in the central directory and before the entry's bytes.
struct Common {
  std::uint64_t version_needed, flags, method, time, date, crc, compressed, plain;
  bool operator==(const Common&) const = default;
};
[[nodiscard]] Common read_common(Cursor& header);

/// An entry of the central directory.
struct Central {
  Common common;
  std::uint64_t made_by, disk, internal, external, offset;
  std::string name;
  bool foreign = false;  ///< has a comment, or extra fields that pgcoffer does not write
};
[[nodiscard]] Central read_central(Cursor& directory);

/// Puts the zip64 field's numbers in the places of those that are too large for their own. True when there is anything
/// else in the extra fields. `disk` may be null.
bool resolve_extra(std::string_view extra, std::initializer_list<std::uint64_t*> large, std::uint64_t* disk);

}  // namespace pgcoffer::store
