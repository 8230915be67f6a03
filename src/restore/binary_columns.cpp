#include "restore/binary_columns.hpp"

#include <fmt/format.h>

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

}  // namespace

bool same_binary_columns(pg::Connection& connection, const QualifiedName& target, const archive::Table& table) {
  return same_forms(forms_of(connection, target), table);
}

bool BinaryColumns::as_dumped(pg::Connection& connection, const archive::Table& table) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(&table); found != known_.end()) return found->second;
  }
  const QualifiedName target = table.load_into.value_or(QualifiedName{table.schema, table.name});
  const bool same = same_binary_columns(connection, target, table);
  const std::scoped_lock lock(mutex_);
  return known_.emplace(&table, same).first->second;
}

}  // namespace pgcoffer::restoring
