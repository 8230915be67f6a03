#pragma once

#include <string>
#include <string_view>

#include "rows/binary_form.hpp"
#include "rows/binary_wire.hpp"
#include "rows/buffer.hpp"

/// Values as the server sends them in binary become the text that its output functions make of them in the sessions of
/// a dump: ISO dates, intervals in the style "postgres", extra_float_digits 3, bytea in hex, time zone UTC. Each takes
/// all of `value` and throws Error(damaged) for bytes that are no value.
namespace pgcoffer::rows::binary_values {

/// Of a whole value, an array or range too. `value` is not of text-like types alone: those come out as they are.
void append(const BinaryForm& form, std::string_view value, Buffer& out);

void append_scalar(Scalar scalar, std::string_view value, Buffer& out);

void append_float4(Wire& value, Buffer& out);
void append_float8(Wire& value, Buffer& out);
void append_numeric(Wire& value, Buffer& out);

void append_date(Wire& value, Buffer& out);
void append_time(Wire& value, Buffer& out);
void append_timetz(Wire& value, Buffer& out);
void append_timestamp(Wire& value, bool with_zone, Buffer& out);
void append_interval(Wire& value, bool may_be_infinite, Buffer& out);

void append_network(Wire& value, bool cidr, Buffer& out);
void append_macaddr(Wire& value, Buffer& out);
void append_uuid(Wire& value, Buffer& out);
void append_bits(Wire& value, Buffer& out);
void append_hex(std::string_view bytes, Buffer& out);

}  // namespace pgcoffer::rows::binary_values
