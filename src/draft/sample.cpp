#include "draft/sample.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audit/settings_row.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::draft {
namespace {

/// Enough of a value to see what it is; the rest need not cross the wire.
constexpr int kCharacters = 100000;

std::vector<std::size_t> looked_at(const catalog::Table& table) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].generated == catalog::Generated::no) result.push_back(i);
  return result;
}

std::string query(const catalog::Table& table, const std::vector<std::size_t>& columns, std::uint64_t rows) {
  // Of settings, credentials that their keys tell are left out by the built-in policy: what counts is what that leaves.
  const auto pair = policy::key_values(table, table.name);
  std::vector<std::string> values;
  for (const std::size_t i : columns)
    values.push_back(fmt::format(
        "pg_catalog.left(CAST({} AS pg_catalog.text), {})",
        pair && pair->value == i ? policy::without_credentials(table, *pair) : quote_always(table.columns[i].name),
        kCharacters));
  // Pages from all over a large table: its first rows may be of another time.
  std::string pages;
  if (table.heap && table.estimated_rows > 20.0 * static_cast<double>(rows))
    pages = fmt::format(" TABLESAMPLE SYSTEM ({}) REPEATABLE (0)",
                        std::min(100.0, 1000.0 * static_cast<double>(rows) / table.estimated_rows));
  return fmt::format("COPY (SELECT {} FROM ONLY {}{} LIMIT {}) TO STDOUT", join(values, ", "), quote_always(table.name),
                     pages, rows);
}

}  // namespace

std::vector<Sample> sample(pg::Connection& connection, const catalog::Table& table, std::uint64_t rows) {
  std::vector<Sample> result(table.columns.size());
  const auto columns = looked_at(table);
  const bool has_rows = table.relkind == 'r' || table.relkind == 'm';
  if (rows == 0 || columns.empty() || !has_rows) return result;
  std::vector<audit::ColumnText> texts;
  for (const std::size_t i : columns) texts.push_back(audit::text_of(table.columns[i].type));
  audit::Fields fields;
  // The audit knows more names than the built-in policy's SQL does.
  const auto pair = policy::key_values(table, table.name);
  audit::SettingsRow setting(pair);
  const auto take = [&](std::uint64_t /*row*/, std::size_t field, const std::string_view* value) {
    Sample& seen = result[columns[field]];
    setting.add(columns[field], value, texts[field]);
    if (field + 1 == columns.size() && setting.take_secret())
      result[pair->value].content.add(content::Kind::named_secret, 0);
    if (value == nullptr) return seen.content.add_null();
    seen.content.add(*value, texts[field], 0);
    const catalog::Column& column = table.columns[columns[field]];
    if (column.value_class == catalog::ValueClass::json && !column.array) seen.secrets.add(*value);
  };
  connection.copy_out(query(table, columns, rows),
                      [&](std::string_view line) { static_cast<void>(fields.read(line, columns.size(), take)); });
  return result;
}

}  // namespace pgcoffer::draft
