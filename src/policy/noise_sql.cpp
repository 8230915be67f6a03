#include "policy/noise_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "policy/sql_pieces.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// From 0 up to 1: by chance, or with a seed always the same for the row.
std::string fraction(const Table& table, const Parameters& told, const std::string& of = "") {
  if (!told.seed) return "random()";
  const std::string key = told.by.empty() ? row_identity(table) : as_text(quote_always(told.by));
  return fmt::format(
      "(CAST(CAST(CAST('x' || left(encode(sha256(textsend({} || coalesce({}, ''))), 'hex'), 13) AS bit(52)) AS bigint) "
      "AS double precision) / 4503599627370496)",
      quote_literal(*told.seed + "|" + of), key);
}

/// Of each column another: who knows one true value of a row would know the change of all. (Dates of a row move
/// together.)
std::string noise_fraction(const Table& table, const Column& column, const Parameters& told) {
  return fraction(table, told, "noise|" + column.name + "|");
}

/// Infinity and NaN stay; where the type's range could be left, the change is towards zero.
std::string float_noise(const Table& table, const Column& column, const Parameters& told) {
  const std::string value = fmt::format("CAST({} AS double precision)", quote_always(column.name));
  const std::string part = noise_fraction(table, column, told);
  const double largest =
      column.base_type == "real" ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  const double share = told.percent.value_or(0) / 100, amount = told.amount.value_or(0);
  const std::string most = told.percent ? fmt::format("abs({}) * {}", value, share) : fmt::format("{}", amount);
  const std::string inwards = told.percent
                                  ? fmt::format("{0} * (1 - {1} * {2})", value, part, std::min(share, 1.0))
                                  : fmt::format("{0} - sign({0}) * {1} * least({2}, abs({0}))", value, part, amount);
  // A little less than the largest, since the sum is rounded.
  const double limit = (told.percent ? largest / (1 + share) : largest - amount) * (1 - 1e-7);
  return cast(fmt::format("CASE WHEN {0} IN ('Infinity', '-Infinity', 'NaN') THEN {0} WHEN abs({0}) > {1} THEN {2} "
                          "ELSE {0} + (2 * {3} - 1) * {4} END",
                          value, limit, inwards, part, most),
              column);
}

}  // namespace

std::string noise(const Table& table, const Column& column, const Parameters& told) {
  if (is_float(column)) return float_noise(table, column, told);
  const std::string name = quote_always(column.name);
  const std::string part = fmt::format("CAST({} AS numeric)", noise_fraction(table, column, told));
  const std::string value = fmt::format("CAST({} AS numeric)", name);
  const std::string most = told.percent ? fmt::format("abs({}) * CAST({} AS numeric)", value, *told.percent / 100)
                                        : fmt::format("CAST({} AS numeric)", *told.amount);
  const std::string sum = fmt::format("{} + (2 * {} - 1) * {}", value, part, most);
  const bool numeric = column.base_type == "numeric";
  const auto within = [&](const std::string& lowest, const std::string& highest, const std::string& scale) {
    // NaN would be taken for the largest of all. Where the range could be left, the change is towards zero: cut off at
    // the end, many would be what they were.
    const std::string inwards = fmt::format("{0} - sign({0}) * {1} * least({2}, abs({0}))", value, part, most);
    return cast(
        fmt::format("CASE WHEN {0} IS NULL{1} THEN {0} ELSE least(greatest(round(CASE WHEN abs({6}) + {7} > {5} "
                    "THEN {8} ELSE {2} END, {3}), {4}), {5}) END",
                    name, numeric ? fmt::format(" OR {} = 'NaN'", name) : "", sum, scale, lowest, highest, value, most,
                    inwards),
        column);
  };
  if (column.base_type == "smallint") return within("-32768", "32767", "0");
  if (column.base_type == "integer") return within("-2147483648", "2147483647", "0");
  if (column.base_type == "bigint") return within("-9223372036854775808", "9223372036854775807", "0");
  const int precision = modifier(column.full_type, 0, 0);
  // Infinity and NaN minus themselves are NaN: they stay, and have no scale.
  if (precision == 0)
    return cast(fmt::format("CASE WHEN {0} - {0} = 0 THEN round({1}, scale({0})) ELSE {0} END", value, sum), column);
  const int scale = modifier(column.full_type, 1, 0);
  const std::string highest =
      fmt::format("(power(CAST(10 AS numeric), {0}) - power(CAST(10 AS numeric), {1}))", precision - scale, -scale);
  return within("-" + highest, highest, fmt::format("{}", scale));
}

/// Where the type's range could be left, the shift is away from its end.
std::string shifted(const Table& table, const Column& column, const Parameters& told) {
  const std::string days =
      fmt::format("(CAST(floor({} * {}) AS integer) - {})", fraction(table, told), 2 * told.days + 1, told.days);
  const std::string name = quote_always(column.name);
  const bool date = column.base_type == "date";
  const auto limit = [&](std::string_view end, char sign) {
    // Time zones are less than two days. A query by itself is run once, not for each row.
    return date ? fmt::format("(SELECT CAST('{}' AS date) {} {})", end, sign, told.days)
                : fmt::format("(SELECT CAST('{}' AS {}) {} make_interval(days => {}))", end, column.base_type, sign,
                              told.days + 2);
  };
  const auto add = [&](const std::string& shift) {
    return date ? fmt::format("{} + {}", name, shift) : fmt::format("{} + make_interval(days => {})", name, shift);
  };
  return cast(fmt::format("CASE WHEN {0} > {1} THEN {2} WHEN {0} < {3} THEN {4} ELSE {5} END", name,
                          limit(date ? "5874897-12-31" : "294276-12-31", '-'), add(fmt::format("-abs({})", days)),
                          limit("4714-11-24 BC", '+'), add(fmt::format("abs({})", days)), add(days)),
              column);
}

}  // namespace pgcoffer::policy
