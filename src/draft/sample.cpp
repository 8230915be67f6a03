#include "draft/sample.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audit/secret_pairs.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::draft {
namespace {

/// Enough of a value to see what it is; the rest need not cross the wire.
constexpr int kCharacters = 100000;

/// Of settings the key first: whether the value counts is known then.
std::vector<std::size_t> looked_at(const catalog::Table& table, const std::optional<policy::KeyValue>& pair) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].generated == catalog::Generated::no) result.push_back(i);
  if (pair) std::stable_partition(result.begin(), result.end(), [&](std::size_t i) { return i == pair->key; });
  return result;
}

catalog::Table with_columns(const catalog::Table& table, const std::vector<std::size_t>& columns) {
  catalog::Table result;
  for (const std::size_t i : columns) result.columns.push_back(table.columns[i]);
  return result;
}

std::string query(const catalog::Table& table, const std::vector<std::size_t>& columns, std::uint64_t rows) {
  std::vector<std::string> values;
  for (const std::size_t i : columns)
    values.push_back(fmt::format("pg_catalog.left(CAST({} AS pg_catalog.text), {})",
                                 quote_always(table.columns[i].name), kCharacters));
  // Pages from all over a large table: its first rows may be of another time.
  std::string pages;
  if (table.heap && table.estimated_rows > 20.0 * static_cast<double>(rows))
    pages = fmt::format(" TABLESAMPLE SYSTEM ({}) REPEATABLE (0)",
                        std::min(100.0, 1000.0 * static_cast<double>(rows) / table.estimated_rows));
  return fmt::format("COPY (SELECT {} FROM ONLY {}{} LIMIT {}) TO STDOUT", join(values, ", "), quote_always(table.name),
                     pages, rows);
}

}  // namespace

std::vector<Sample> sample(pg::Connection& connection, const catalog::Table& table, const QualifiedName& name,
                           std::uint64_t rows) {
  std::vector<Sample> result(table.columns.size());
  const auto pair = policy::key_values(table, name);
  const auto columns = looked_at(table, pair);
  const bool has_rows = table.relkind == 'r' || table.relkind == 'm';
  if (rows == 0 || columns.empty() || !has_rows) return result;
  std::vector<audit::ColumnText> texts;
  for (const std::size_t i : columns) texts.push_back(audit::text_of(table.columns[i].type));
  audit::Fields fields;
  const catalog::Table in_rows = with_columns(table, columns);
  audit::SecretPairs secrets(in_rows, policy::key_values(in_rows, name));
  bool left_out = false;  // the built-in policy leaves out the row's value: what counts is the others
  const auto take = [&](std::uint64_t /*row*/, std::size_t field, const std::string_view* value) {
    const std::size_t i = columns[field];
    if (pair && i == pair->key) left_out = value != nullptr && policy::is_credential_key(*value);
    if (pair && i == pair->value && left_out) value = nullptr;
    secrets.add(field, value);
    if (field + 1 == columns.size()) secrets.end_row(0);
    Sample& seen = result[i];
    if (value == nullptr) return seen.content.add_null();
    seen.content.add(*value, texts[field], 0);
    const catalog::Column& column = table.columns[i];
    if (column.value_class == catalog::ValueClass::json && !column.array) seen.secrets.add(*value);
  };
  connection.copy_out(query(table, columns, rows),
                      [&](std::string_view line) { static_cast<void>(fields.read(line, columns.size(), take)); });
  std::vector<audit::ColumnContent> contents;
  for (const std::size_t i : columns) contents.push_back(std::move(result[i].content));
  secrets.tell(contents);
  for (std::size_t field = 0; field < columns.size(); ++field)
    result[columns[field]].content = std::move(contents[field]);
  return result;
}

}  // namespace pgcoffer::draft
