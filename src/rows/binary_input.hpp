#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "rows/binary_form.hpp"
#include "rows/binary_wire.hpp"
#include "rows/buffer.hpp"

/// The text of values, as the server's output functions write it, becomes what its receive functions read: the reverse
/// of binary_values.
namespace pgcoffer::rows::binary_input {

/// Can values of this form be made of their text?
[[nodiscard]] bool known(const BinaryForm& form) noexcept;

/// Appends the value, without its length. False where `text` is not what the server writes for such a value: some bytes
/// may have been appended then. Each of these asks for the room that it needs.
[[nodiscard]] bool append(const BinaryForm& form, std::string_view text, Buffer& out);

[[nodiscard]] bool append_scalar(Scalar scalar, std::string_view text, Buffer& out);
[[nodiscard]] bool append_array(const BinaryForm& form, std::string_view text, Buffer& out);

[[nodiscard]] bool append_date(std::string_view text, Buffer& out);
[[nodiscard]] bool append_timestamp(std::string_view text, Buffer& out);
[[nodiscard]] bool append_timestamptz(std::string_view text, Buffer& out);

/// Writes a number in network byte order over bytes that there are.
template <class Unsigned>
void write_number(Unsigned value, char* to) noexcept {
  const Unsigned wire = swapped(value);
  std::memcpy(to, &wire, sizeof(wire));
}
/// The same behind what was appended, without asking for room.
template <class Unsigned>
void put_number(Unsigned value, Buffer& out) noexcept {
  write_number(value, out.at);
  out.at += sizeof(Unsigned);
}

}  // namespace pgcoffer::rows::binary_input
