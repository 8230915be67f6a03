#include "rows/binary_values.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include "rows/array_text.hpp"

namespace pgcoffer::rows::binary_values {
namespace {

template <class Integer>
void append_integer(Wire& value, Buffer& out) {
  out.room();
  out.at = std::to_chars(out.at, out.at + Buffer::Slack, value.number<Integer>()).ptr;
}

void append_boolean(Wire& value, Buffer& out) {
  const auto byte = value.number<std::uint8_t>();
  if (byte > 1) throw damaged_binary("a boolean is neither true nor false");
  out.room();
  out.put(byte == 1 ? 't' : 'f');
}

void append_jsonb(Wire& value, Buffer& out) {
  if (value.number<std::uint8_t>() != 1) throw damaged_binary("a jsonb value of another version than 1");
  out.append(value.rest());
}

/// The text from `start` on becomes quoted where it is empty or has spaces or one of these characters.
void quote(std::size_t start, std::string_view special, char escape_quote, Buffer& out) {
  const std::string_view text = out.view(start);
  bool needed = text.empty();
  for (const char c : text) needed = needed || array_text::is_space(c) || special.find(c) != std::string_view::npos;
  if (!needed) return;
  const std::string plain(text);
  out.rewind(start);
  out.room(2 * plain.size());
  out.put('"');
  for (const char c : plain) {
    if (c == '"') out.put(escape_quote);
    if (c == '\\') out.put('\\');
    out.put(c);
  }
  out.put('"');
}

void append_bound(Scalar scalar, Wire& value, Buffer& out) {
  bool null = false;
  const std::string_view bound = value.field(null);
  if (null) throw damaged_binary("a range has a bound that is NULL");
  const std::size_t start = out.size();
  append_scalar(scalar, bound, out);
  quote(start, "\"\\()[],", '"', out);
}

void append_range(Scalar scalar, std::string_view bytes, Buffer& out) {
  constexpr unsigned empty = 0x01, lower_inclusive = 0x02, upper_inclusive = 0x04, lower_infinite = 0x08,
                     upper_infinite = 0x10, known = 0x1f;
  Wire value(bytes);
  const unsigned flags = value.number<std::uint8_t>();
  if ((flags & ~known) != 0) throw damaged_binary("a range has flags that there are not");
  if ((flags & empty) != 0) {
    out.append("empty");
  } else {
    out.append((flags & lower_inclusive) != 0 ? "[" : "(");
    if ((flags & lower_infinite) == 0) append_bound(scalar, value, out);
    out.append(",");
    if ((flags & upper_infinite) == 0) append_bound(scalar, value, out);
    out.append((flags & upper_inclusive) != 0 ? "]" : ")");
  }
  value.finish();
}

void append_multirange(Scalar scalar, std::string_view bytes, Buffer& out) {
  Wire value(bytes);
  const auto count = value.number<std::int32_t>();
  out.append("{");
  for (std::int32_t i = 0; i < count; ++i) {
    if (i != 0) out.append(",");
    bool null = false;
    const std::string_view range = value.field(null);
    if (null) throw damaged_binary("a multirange has a range that is NULL");
    append_range(scalar, range, out);
  }
  out.append("}");
  value.finish();
}

void append_one(const BinaryForm& form, std::string_view value, Buffer& out) {
  switch (form.shape) {
    case Shape::range:
      return append_range(form.scalar, value, out);
    case Shape::multirange:
      return append_multirange(form.scalar, value, out);
    case Shape::one:
      break;
  }
  append_scalar(form.scalar, value, out);
}

/// An array on its way from the wire into a literal.
class ArrayText {
 public:
  ArrayText(const BinaryForm& form, std::string_view bytes, Buffer& out) : form_(form), value_(bytes), out_(out) {}

  void append() {
    read_dimensions();
    if (dimensions_ == 0) {
      out_.append("{}");
    } else {
      append_bounds();
      append_level(0);
    }
    value_.finish();
  }

 private:
  void read_dimensions() {
    const auto dimensions = value_.number<std::int32_t>();
    const auto flags = value_.number<std::int32_t>();
    const auto element = value_.number<std::uint32_t>();
    if (dimensions < 0 || static_cast<std::size_t>(dimensions) > array_text::MostDimensions || (flags & ~1) != 0)
      throw damaged_binary("an array has dimensions or flags that there are not");
    if (element != form_.element) throw damaged_binary("an array has elements of another type than its column");
    dimensions_ = static_cast<std::size_t>(dimensions);
    std::size_t elements = 1;
    for (std::size_t i = 0; i < dimensions_; ++i) {
      const auto size = value_.number<std::int32_t>();
      lower_.at(i) = value_.number<std::int32_t>();
      // Each element takes four bytes at least.
      if (size <= 0 || static_cast<std::size_t>(size) > value_.left() / 4 / elements)
        throw damaged_binary("an array has other elements than its dimensions say");
      sizes_.at(i) = static_cast<std::size_t>(size);
      elements *= sizes_.at(i);
    }
  }

  void append_bounds() {
    bool usual = true;
    for (std::size_t i = 0; i < dimensions_; ++i) usual = usual && lower_.at(i) == 1;
    if (usual) return;
    for (std::size_t i = 0; i < dimensions_; ++i) {
      const std::int64_t lower = lower_.at(i);
      out_.append("[" + std::to_string(lower) + ":" +
                  std::to_string(lower + static_cast<std::int64_t>(sizes_.at(i)) - 1) + "]");
    }
    out_.append("=");
  }

  // NOLINTNEXTLINE(misc-no-recursion): an array has six dimensions at most
  void append_level(std::size_t dimension) {
    out_.append("{");
    for (std::size_t i = 0; i < sizes_.at(dimension); ++i) {
      if (i != 0) out_.append(",");
      dimension + 1 == dimensions_ ? append_element() : append_level(dimension + 1);
    }
    out_.append("}");
  }

  void append_element() {
    bool null = false;
    const std::string_view element = value_.field(null);
    if (null) return out_.append("NULL");
    const std::size_t start = out_.size();
    append_one(form_, element, out_);
    if (array_text::is_null_word(out_.view(start))) {
      const std::string word(out_.view(start));
      out_.rewind(start);
      return out_.append('"' + word + '"');
    }
    quote(start, "\"\\{},", '\\', out_);
  }

  const BinaryForm& form_;
  Wire value_;
  Buffer& out_;
  std::size_t dimensions_ = 0;
  std::array<std::size_t, array_text::MostDimensions> sizes_{};
  std::array<std::int32_t, array_text::MostDimensions> lower_{};
};

void append_from(Scalar scalar, Wire& value, Buffer& out) {
  switch (scalar) {
    case Scalar::boolean:
      return append_boolean(value, out);
    case Scalar::int2:
      return append_integer<std::int16_t>(value, out);
    case Scalar::int4:
      return append_integer<std::int32_t>(value, out);
    case Scalar::int8:
      return append_integer<std::int64_t>(value, out);
    case Scalar::unsigned4:
      return append_integer<std::uint32_t>(value, out);
    case Scalar::unsigned8:
      return append_integer<std::uint64_t>(value, out);
    case Scalar::float4:
      return append_float4(value, out);
    case Scalar::float8:
      return append_float8(value, out);
    case Scalar::numeric:
      return append_numeric(value, out);
    case Scalar::text:
      return out.append(value.rest());
    case Scalar::jsonb:
      return append_jsonb(value, out);
    case Scalar::bytea:
      out.append("\\x");
      return append_hex(value.rest(), out);
    case Scalar::uuid:
      return append_uuid(value, out);
    case Scalar::date:
      return append_date(value, out);
    case Scalar::time:
      return append_time(value, out);
    case Scalar::timetz:
      return append_timetz(value, out);
    case Scalar::timestamp:
      return append_timestamp(value, false, out);
    case Scalar::timestamptz:
      return append_timestamp(value, true, out);
    case Scalar::interval:
      return append_interval(value, true, out);
    case Scalar::finite_interval:
      return append_interval(value, false, out);
    case Scalar::inet:
      return append_network(value, false, out);
    case Scalar::cidr:
      return append_network(value, true, out);
    case Scalar::macaddr:
      return append_macaddr(value, out);
    case Scalar::bits:
      return append_bits(value, out);
  }
}

}  // namespace

void append_scalar(Scalar scalar, std::string_view value, Buffer& out) {
  Wire wire(value);
  append_from(scalar, wire, out);
  wire.finish();
}

void append(const BinaryForm& form, std::string_view value, Buffer& out) {
  form.array ? ArrayText(form, value, out).append() : append_one(form, value, out);
}

}  // namespace pgcoffer::rows::binary_values
