#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgcoffer::rows {

/// Types whose binary form is printed exactly as the server prints the value.
enum class Scalar : std::uint8_t {
  boolean,
  int2,
  int4,
  int8,
  unsigned4,  ///< oid, xid
  unsigned8,  ///< xid8
  float4,
  float8,
  numeric,
  text,  ///< what is the same in text and in binary: text and its kin, json, labels of enums
  jsonb,
  bytea,
  uuid,
  date,
  time,
  timetz,
  timestamp,
  timestamptz,  ///< in the time zone UTC
  interval,
  finite_interval,  ///< before version 17 no interval was infinite: the same bytes were another value
  inet,
  cidr,
  macaddr,  ///< and macaddr8
  bits,
};

enum class Shape : std::uint8_t { one, range, multirange };

/// What the bytes of a column's values in binary rows mean. Made of no OIDs but those that every server has.
struct BinaryForm {
  std::string_view name;         ///< as the manifest has it: an SQL type's without modifiers, with "[]" for arrays
  Scalar scalar = Scalar::text;  ///< of the value, of its elements or bounds
  Shape shape = Shape::one;
  bool array = false;
  std::uint32_t element = 0;  ///< of an array: its element type's OID
};

/// Both read the same bytes, as the same value.
[[nodiscard]] bool same_bytes(const BinaryForm& one, const BinaryForm& other) noexcept;

/// By the name in a manifest. Nothing for one that is not known.
[[nodiscard]] std::optional<BinaryForm> binary_form(std::string_view name);

/// Of a column: `base_type` is what its domains come down to, as format_type() says it. Nothing where rows with such a
/// column cannot be binary. `server_version` is that of the server that writes them.
[[nodiscard]] std::optional<BinaryForm> binary_form_of(std::string_view base_type, bool is_enum, int server_version);

}  // namespace pgcoffer::rows
