#include "plan/expression_risk.hpp"

#include <fmt/format.h>

namespace pgcoffer::plan {
namespace {

// Functions that work with any values, but for those that are out of all measure (overflows). Divisions are among
// them: who reads expressions looks at what they divide by.
constexpr const char* kWorks =
    "^(lower|upper|initcap|btrim|ltrim|rtrim|length|char_length|character_length|octet_length|bit_length|md5|sha224|"
    "sha256|sha384|sha512|left|right|reverse|replace|translate|substr|substring|split_part|strpos|position|textcat|"
    "text|varchar|bpchar|concat|concat_ws|lpad|rpad|textlike|textnlike|texticlike|texticnlike|bpcharlike|"
    "bpcharnlike|textregex.*|texticregex.*|starts_with|regexp_replace|quote_.*|hash.*|to_tsvector|setweight|"
    "tsvector_concat|ts_match_vq|date_part|extract|date_trunc|date|timestamp|timestamptz|time|timezone|age|"
    "abs|round|trunc|ceil|ceiling|floor|sign|numeric|float4|float8|int8|int4um|"
    "jsonb?_object_field|jsonb?_object_field_text|jsonb?_array_element|jsonb?_array_element_text|"
    "jsonb?_extract_path|jsonb?_extract_path_text|jsonb?_typeof|jsonb_exists|jsonb_contains|jsonb_contained|"
    "array_to_string|arraycontains|arrayoverlap|array_append|array_length|cardinality|"
    "to_char|encode|textanycat|anytextcat|isempty|isfinite|"
    ".*_?(eq|ne|lt|le|gt|ge|cmp)|"
    "(int[248]+|float[48]+|numeric|interval|date|timestamp|timestamptz|time|timetz)_?"
    "(pl|mi|mul|add|sub|um|up|abs|div|mod|larger|smaller|pli|mii|pl_interval|mi_interval|mi_time|dist))$";

}  // namespace

std::string may_fail(const std::string& tree) {
  // A cast by way of texts is written with its result's type before the collation; to texts it always works.
  return fmt::format(
      "({0} ~ '[{{](COERCETODOMAIN|ARRAYCOERCEEXPR|XMLEXPR|JSON)' "
      "OR EXISTS (SELECT FROM pg_catalog.regexp_matches({0}, ':resulttype ([0-9]+) :resultcollid', 'g') AS cast_to(id) "
      "WHERE cast_to.id[1] NOT IN ('19', '25', '1042', '1043')) "
      "OR EXISTS (SELECT FROM pg_catalog.regexp_matches({0}, ':(?:op)?funcid ([1-9][0-9]*)', 'g') AS call(id) "
      "LEFT JOIN pg_catalog.pg_proc p ON p.oid = call.id[1]::pg_catalog.oid "
      "WHERE p.oid IS NULL OR p.oid >= 16384 OR p.proname::pg_catalog.text !~ '{1}'))",
      tree, kWorks);
}

std::string calls_others(const std::string& tree) {
  return fmt::format(
      "EXISTS (SELECT FROM pg_catalog.regexp_matches({0}, ':(?:(?:op)?funcid|[a-z_]*type) ([0-9]+)', 'g') AS other(id) "
      "WHERE other.id[1]::pg_catalog.oid >= 16384::pg_catalog.oid)",
      tree);
}

}  // namespace pgcoffer::plan
