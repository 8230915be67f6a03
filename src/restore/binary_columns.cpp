#include "restore/binary_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "rows/binary_form.hpp"

namespace pgcoffer::restoring {
namespace {

using Forms = std::map<std::string, std::optional<rows::BinaryForm>>;

/// Of a table's columns by name; domains count as their base types.
Forms forms_of(pg::Connection& connection, const QualifiedName& table) {
  constexpr const char* sql = R"sql(
    WITH RECURSIVE used (attname, type) AS (
      SELECT attname, atttypid FROM pg_catalog.pg_attribute
      WHERE attrelid = pg_catalog.to_regclass({}) AND attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT u.attname, t.typbasetype FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.type WHERE t.typtype = 'd'
    )
    SELECT u.attname, t.typtype = 'e' AS enum, pg_catalog.format_type(t.oid, NULL) AS name
    FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.type WHERE t.typtype <> 'd')sql";
  Forms forms;
  for (const pg::Row row : connection.query(fmt::format(sql, quote_literal(quote_always(table)))))
    forms.emplace(row["attname"].str(),
                  rows::binary_form_of(row["name"].view(), row["enum"].as_bool(), connection.server_version()));
  return forms;
}

bool same_forms(const Forms& forms, const archive::Table& table) {
  for (const archive::Column& column : table.columns) {
    if (!column.in_rows) continue;
    const auto found = forms.find(column.name);
    const bool same =
        found != forms.end() && found->second && column.binary && rows::same_bytes(*found->second, *column.binary);
    if (!same) return false;
  }
  return true;
}

/// Of the columns in the rows, in their order. Empty where the binary form of one of them is not known.
std::vector<rows::BinaryForm> forms_in_rows(const Forms& forms, const archive::Table& table) {
  std::vector<rows::BinaryForm> in_rows;
  for (const archive::Column& column : table.columns) {
    if (!column.in_rows) continue;
    const auto found = forms.find(column.name);
    if (found == forms.end() || !found->second) return {};
    in_rows.push_back(*found->second);
  }
  return in_rows;
}

std::vector<rows::BinaryForm> forms_in_target(pg::Connection& connection, const archive::Table& table) {
  return forms_in_rows(forms_of(connection, target_of(table)), table);
}

}  // namespace

QualifiedName target_of(const archive::Table& table) {
  return table.load_into.value_or(QualifiedName{table.schema, table.name});
}

bool same_binary_columns(pg::Connection& connection, const QualifiedName& target, const archive::Table& table) {
  return same_forms(forms_of(connection, target), table);
}

bool BinaryColumns::as_dumped(pg::Connection& connection, const archive::Table& table) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(&table); found != known_.end()) return found->second;
  }
  const bool same = same_binary_columns(connection, target_of(table), table);
  const std::scoped_lock lock(mutex_);
  return known_.emplace(&table, same).first->second;
}

std::shared_ptr<const rows::BinaryLines> BinaryColumns::of_text(pg::Connection& connection,
                                                                const archive::Table& table) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = of_text_.find(&table); found != of_text_.end()) return found->second;
  }
  auto lines = std::make_shared<const rows::BinaryLines>(forms_in_target(connection, table));
  if (!lines->worthwhile()) lines.reset();
  const std::scoped_lock lock(mutex_);
  return of_text_.emplace(&table, std::move(lines)).first->second;
}

bool BinaryColumns::changed(pg::Connection& connection, const archive::Table& table, const rows::BinaryLines& lines) {
  if (std::ranges::equal(lines.forms(), forms_in_target(connection, table), rows::same_bytes)) return false;
  const std::scoped_lock lock(mutex_);
  of_text_.erase(&table);
  return true;
}

}  // namespace pgcoffer::restoring
