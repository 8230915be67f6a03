// Values are changed where they are: by expressions over the row, made of functions that every server has. The
// search_path of a dump is empty, so that their names mean the server's own.
#include "policy/column_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "policy/json_path.hpp"
#include "policy/noise_sql.hpp"
#include "policy/sql_pieces.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

bool is_text(const Column& column) {
  constexpr std::array<std::string_view, 5> names = {"text", "character varying", "character", "\"char\"", "name"};
  return std::ranges::find(names, column.base_type) != names.end() || is_citext(column);
}

bool is_timestamp(const Column& column) {
  return column.base_type.starts_with("timestamp");
}

std::string mask_part(const std::string& text, const Parameters& told) {
  const std::string with = quote_literal(told.with);
  const int kept = told.keep_start + told.keep_end;
  if (kept == 0) return fmt::format("repeat({}, length({}))", with, text);
  // What is not longer than what may stay would stay whole.
  return fmt::format(
      "CASE WHEN length({0}) > {1} THEN left({0}, {2}) || repeat({3}, length({0}) - {1}) || right({0}, {4}) ELSE "
      "repeat({3}, length({0})) END",
      text, kept, told.keep_start, with, told.keep_end);
}

std::string mask(const Column& column, const Parameters& told) {
  const std::string text = as_text(quote_always(column.name));
  if (!told.keep_domain) return cast(mask_part(text, told), column);
  Parameters all = told;
  all.keep_start = all.keep_end = 0;
  // Behind the last one; and where a blank follows, it is no address.
  const std::string domain = fmt::format("strpos(reverse({}), '@')", text);
  return cast(
      fmt::format("CASE WHEN {0} > 0 AND strpos(right({1}, {0}), ' ') = 0 THEN {2} || right({1}, {0}) ELSE {3} "
                  "END",
                  domain, text, mask_part(fmt::format("left({}, -{})", text, domain), told), mask_part(text, all)),
      column);
}

std::string digest(const Column& column) {
  const std::string name = quote_always(column.name);
  if (column.base_type == "bytea") return cast(fmt::format("sha256({})", name), column);
  // Values that citext takes for the same must stay the same.
  const std::string text = is_citext(column) ? fmt::format("lower({})", as_text(name)) : as_text(name);
  return cast(fmt::format("encode(sha256(textsend({})), 'hex')", text), column);
}

std::string truncated(const Column& column, const Parameters& told) {
  const std::string name = quote_always(column.name);
  if (!told.unit.empty()) return cast(fmt::format("date_trunc({}, {})", quote_literal(told.unit), name), column);
  if (column.base_type == "bytea") return cast(fmt::format("substr({}, 1, {})", name, told.length), column);
  // left() says the same, and takes twice as long.
  if (is_text(column)) return cast(fmt::format("substr({}, 1, {})", as_text(name), told.length), column);
  // An address of version 6 keeps twice as many of its 128 bits as one of version 4 of its 32.
  const std::string bits = fmt::format("least(masklen({0}), CASE family({0}) WHEN 4 THEN {1} ELSE {2} END)", name,
                                       told.length, std::min(2 * told.length, 128));
  const std::string net = fmt::format("network(set_masklen(CAST({} AS inet), {}))", name, bits);
  if (column.base_type == "cidr") return cast(net, column);
  return cast(fmt::format("set_masklen(CAST({0} AS inet), masklen({1}))", net, name), column);
}

std::string redacted_json(const Column& column, const Parameters& told) {
  std::string value = fmt::format("CAST({} AS jsonb)", quote_always(column.name));
  for (const auto& path : told.paths) value = redacted(value, json_path(path).value(), told.replacement);
  return cast(value, column);
}

/// How many characters a column takes; 0: any number.
int longest_text(const Column& column) {
  if (column.base_type == "character") return modifier(column.full_type, 0, 1);
  return column.base_type == "character varying" ? modifier(column.full_type, 0, 0) : 0;
}

/// An expression of the policy. The line end closes a comment that it may end with. A function that returns sets, which
/// would make more rows or none of a row, the server permits in no CASE.
std::string templated(const Column& column, const std::string& sql) {
  const auto in_case = [](const std::string& value) { return fmt::format("CASE WHEN true THEN {} END", value); };
  const std::string expression = fmt::format("({}\n)", sql);
  const int most = longest_text(column);
  if (most == 0) return in_case(cast(expression, column));
  // A cast cuts what is too long. So the type's input is asked where something is, and refuses it as a restore would.
  return cast(fmt::format("(SELECT CASE WHEN length(v) > {} THEN (SELECT c FROM "
                          "jsonb_to_record(jsonb_build_object('c', v)) AS r(c {})) ELSE v END "
                          "FROM (SELECT {} OFFSET 0) AS s(v))",
                          most, column.full_type, in_case(as_text(expression))),
              column);
}

/// The value that becomes a pseudonym: values that the type takes for the same must become the same one.
std::string before_pseudonym(const Column& column) {
  const std::string name = quote_always(column.name);
  if (is_citext(column)) return fmt::format("lower({})", as_text(name));
  return column.base_type == "character" ? as_text(name) : name;
}

std::string sample_hash(const Table& table, const Sample& sample) {
  return fmt::format("hashtextextended({}, CAST('{}' AS bigint))", row_identity(table), sample.seed);
}

std::string wrong_for_pseudonym(const Column& column, const Parameters& told) {
  if (told.format == "uuid" && column.base_type == "uuid") return "";
  if (told.format == "integer" && is_whole(column)) {
    const long long highest = column.base_type == "smallint"  ? 32767
                              : column.base_type == "integer" ? 2147483647
                                                              : std::numeric_limits<long long>::max();
    const bool fits = told.highest.value_or(0) <= highest && told.lowest.value_or(0) >= -highest;
    return fits ? "" : fmt::format("numbers up to {} here: give \"min\" and \"max\"", highest);
  }
  if (told.format == "integer" || told.format == "uuid" || told.format.empty() || !is_text(column) ||
      column.base_type == "\"char\"")
    return "text, uuid and whole numbers, with a format that fits";
  const int limit = pseudonym_limit(column);
  // A telephone number becomes one of the same length.
  const int shortest = told.format == "email" ? 25 : told.format == "phone" ? 1 : 13;
  if (limit != 0 && limit < shortest && !told.format.ends_with("name"))
    return fmt::format("text of {} characters or more, with format {}", shortest, told.format);
  return "";
}

}  // namespace

int pseudonym_limit(const Column& column) {
  if (column.base_type == "name") return 63;
  if (column.base_type == "character" && column.full_type.find('(') == std::string::npos) return 1;
  return modifier(column.full_type, 0, 0);
}

void settle_pseudonym(const Column& column, Parameters& told) {
  if (told.format.empty())
    told.format = column.base_type == "uuid" ? "uuid" : is_whole(column) ? "integer" : is_text(column) ? "text" : "";
  if (told.format != "integer" || told.lowest) return;
  told.lowest = 1;
  told.highest = column.base_type == "smallint"  ? 32767
                 : column.base_type == "integer" ? 2147483647
                                                 : std::numeric_limits<long long>::max();
}

bool is_citext(const Column& column) {
  return column.base_type == "citext" || column.base_type.ends_with(".citext");
}

std::string column_sql(const Table& table, const Column& column, const ColumnVerdict& verdict) {
  switch (verdict.action) {
    case ColumnAction::null:
      return cast("NULL", column);
    case ColumnAction::constant:
      return cast(quote_literal(verdict.value), column);
    case ColumnAction::sql:
      return templated(column, verdict.value);
    case ColumnAction::mask:
      return mask(column, verdict.parameters);
    case ColumnAction::sha256:
      return digest(column);
    case ColumnAction::noise:
      return noise(table, column, verdict.parameters);
    case ColumnAction::date_shift:
      return shifted(table, column, verdict.parameters);
    case ColumnAction::redact_json:
      return redacted_json(column, verdict.parameters);
    case ColumnAction::pseudonym:
      return before_pseudonym(column);
    case ColumnAction::truncate:
      return truncated(column, verdict.parameters);
    case ColumnAction::keep:
    case ColumnAction::omit:
      break;
  }
  return quote_always(column.name);
}

std::string wrong_type(const Column& column, const ColumnVerdict& verdict) {
  const bool dates = column.base_type == "date" || is_timestamp(column);
  const bool address = column.base_type == "inet" || column.base_type == "cidr";
  switch (verdict.action) {
    case ColumnAction::mask:
      return is_text(column) ? "" : "text";
    case ColumnAction::sha256: {
      const int limit = modifier(column.full_type, 0, 64);
      const bool fits = column.base_type != "\"char\"" && column.base_type != "name" && limit >= 64 &&
                        (column.base_type != "character" || column.full_type.find('(') != std::string::npos);
      return (is_text(column) && fits) || column.base_type == "bytea" ? "" : "bytea and text of 64 characters or more";
    }
    case ColumnAction::noise:
      return is_whole(column) || is_float(column) || column.base_type == "numeric" ? "" : "numbers";
    case ColumnAction::date_shift:
      return dates ? "" : "dates and timestamps";
    case ColumnAction::redact_json:
      return column.base_type == "json" || column.base_type == "jsonb" ? "" : "json and jsonb";
    case ColumnAction::truncate:
      if (!verdict.parameters->unit.empty()) return dates ? "" : "dates and timestamps, with \"to\"";
      if (address && verdict.parameters->length > 32) return "addresses up to a \"length\" of 32 bits";
      return is_text(column) || column.base_type == "bytea" || address ? "" : "text, bytea and inet, with \"length\"";
    case ColumnAction::pseudonym:
      return wrong_for_pseudonym(column, verdict.parameters);
    case ColumnAction::keep:
    case ColumnAction::omit:
    case ColumnAction::null:
    case ColumnAction::constant:
    case ColumnAction::sql:
      break;
  }
  return "";
}

std::string sample_condition(const Table& table, const Sample& sample) {
  // 2^63 values are not negative; the double's 53 bits are enough of them.
  const double limit = std::floor(sample.percent.value_or(100) / 100 * 9007199254740992.0);
  return fmt::format("(({} & 9223372036854775807) >> 10) < {:.0f}", sample_hash(table, sample), limit);
}

std::string sample_order(const Table& table, const Sample& sample) {
  return sample_hash(table, sample);
}

}  // namespace pgcoffer::policy
