#pragma once

#include <cstdint>
#include <string_view>

namespace pgcoffer::seal {

/// Throws Error(damaged): not a message of the form that pgcoffer makes.
[[noreturn]] void refuse_form();

/// Reads DER (X.690) from front to back: each call takes the next element, and an element that is not the one asked for
/// is an Error(damaged). Lengths that are not as short as they can be are refused too, so that there is only one
/// spelling of a message. Gives views into the bytes it was made of.
class Der {
 public:
  enum Tag : std::uint8_t {
    integer = 0x02,
    octets = 0x04,
    identifier = 0x06,
    sequence = 0x30,
    set = 0x31,
    context0 = 0x80,  ///< [0] IMPLICIT of a primitive type
    explicit0 = 0xA0,
    explicit2 = 0xA2,
    explicit3 = 0xA3,
  };

  explicit Der(std::string_view bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::uint8_t next_tag() const;
  /// Content of the next element.
  std::string_view take(std::uint8_t tag);
  /// A reader of the next element's content.
  Der enter(std::uint8_t tag) { return Der(take(tag)); }
  /// The next element must be exactly this.
  void expect(std::uint8_t tag, std::string_view content);
  /// A non-negative INTEGER that fits.
  std::uint64_t take_number();
  /// Nothing may follow.
  void finish() const;

 private:
  std::string_view rest_;
};

}  // namespace pgcoffer::seal
