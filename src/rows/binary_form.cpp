#include "rows/binary_form.hpp"

#include <array>

namespace pgcoffer::rows {
namespace {

struct Known {
  std::string_view name, array_name;
  std::uint32_t oid;
  Scalar scalar;
  Shape shape = Shape::one;
};

constexpr auto kKnown = std::to_array<Known>({
    {"boolean", "boolean[]", 16, Scalar::boolean},
    {"bytea", "bytea[]", 17, Scalar::bytea},
    {"name", "name[]", 19, Scalar::text},
    {"bigint", "bigint[]", 20, Scalar::int8},
    {"smallint", "smallint[]", 21, Scalar::int2},
    {"integer", "integer[]", 23, Scalar::int4},
    {"text", "text[]", 25, Scalar::text},
    {"oid", "oid[]", 26, Scalar::unsigned4},
    {"xid", "xid[]", 28, Scalar::unsigned4},
    {"json", "json[]", 114, Scalar::text},
    {"cidr", "cidr[]", 650, Scalar::cidr},
    {"real", "real[]", 700, Scalar::float4},
    {"double precision", "double precision[]", 701, Scalar::float8},
    {"macaddr8", "macaddr8[]", 774, Scalar::macaddr},
    {"macaddr", "macaddr[]", 829, Scalar::macaddr},
    {"inet", "inet[]", 869, Scalar::inet},
    {"character", "character[]", 1042, Scalar::text},
    {"character varying", "character varying[]", 1043, Scalar::text},
    {"date", "date[]", 1082, Scalar::date},
    {"time without time zone", "time without time zone[]", 1083, Scalar::time},
    {"timestamp without time zone", "timestamp without time zone[]", 1114, Scalar::timestamp},
    {"timestamp with time zone", "timestamp with time zone[]", 1184, Scalar::timestamptz},
    {"interval", "interval[]", 1186, Scalar::interval},
    {"finite interval", "finite interval[]", 1186, Scalar::finite_interval},
    {"time with time zone", "time with time zone[]", 1266, Scalar::timetz},
    {"bit", "bit[]", 1560, Scalar::bits},
    {"bit varying", "bit varying[]", 1562, Scalar::bits},
    {"numeric", "numeric[]", 1700, Scalar::numeric},
    {"uuid", "uuid[]", 2950, Scalar::uuid},
    {"jsonb", "jsonb[]", 3802, Scalar::jsonb},
    {"int4range", "int4range[]", 3904, Scalar::int4, Shape::range},
    {"numrange", "numrange[]", 3906, Scalar::numeric, Shape::range},
    {"tsrange", "tsrange[]", 3908, Scalar::timestamp, Shape::range},
    {"tstzrange", "tstzrange[]", 3910, Scalar::timestamptz, Shape::range},
    {"daterange", "daterange[]", 3912, Scalar::date, Shape::range},
    {"int8range", "int8range[]", 3926, Scalar::int8, Shape::range},
    {"int4multirange", "int4multirange[]", 4451, Scalar::int4, Shape::multirange},
    {"nummultirange", "nummultirange[]", 4532, Scalar::numeric, Shape::multirange},
    {"tsmultirange", "tsmultirange[]", 4533, Scalar::timestamp, Shape::multirange},
    {"tstzmultirange", "tstzmultirange[]", 4534, Scalar::timestamptz, Shape::multirange},
    {"datemultirange", "datemultirange[]", 4535, Scalar::date, Shape::multirange},
    {"int8multirange", "int8multirange[]", 4536, Scalar::int8, Shape::multirange},
    {"xid8", "xid8[]", 5069, Scalar::unsigned8},
});

constexpr int kInfiniteIntervals = 170000;

Scalar without_bounds(Scalar scalar) noexcept {
  return scalar == Scalar::finite_interval ? Scalar::interval : scalar;
}

}  // namespace

bool same_bytes(const BinaryForm& one, const BinaryForm& other) noexcept {
  return without_bounds(one.scalar) == without_bounds(other.scalar) && one.shape == other.shape &&
         one.array == other.array && one.element == other.element;
}

std::optional<BinaryForm> binary_form(std::string_view name) {
  for (const Known& known : kKnown) {
    if (name == known.name) return BinaryForm{known.name, known.scalar, known.shape, false, 0};
    if (name == known.array_name) return BinaryForm{known.array_name, known.scalar, known.shape, true, known.oid};
  }
  return std::nullopt;
}

std::optional<BinaryForm> binary_form_of(std::string_view base_type, bool is_enum, int server_version) {
  if (is_enum) return binary_form("text");
  if (base_type.starts_with("finite ")) return std::nullopt;  // a word of ours
  if (server_version < kInfiniteIntervals && base_type == "interval") return binary_form("finite interval");
  if (server_version < kInfiniteIntervals && base_type == "interval[]") return binary_form("finite interval[]");
  return binary_form(base_type);
}

}  // namespace pgcoffer::rows
