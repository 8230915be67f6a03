#include "restore/sequences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr const char* kSequences = R"sql(
  SELECT DISTINCT t.oid AS relation, a.attname, pg_catalog.format('%I.%I', n.nspname, s.relname) AS sequence,
    q.seqincrement > 0 AS ascending, q.seqmin, q.seqmax
  FROM pg_catalog.pg_class t
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype)
    LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = t.oid AND ad.adnum = a.attnum
    JOIN pg_catalog.pg_depend d ON
      (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum)
      OR (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = ad.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
    JOIN pg_catalog.pg_sequence q
      ON q.seqrelid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid ELSE d.refobjid END
    JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  WHERE t.oid IN ({}))sql";

}  // namespace

void advance_sequences(pg::Connection& connection, const std::vector<RowsBehind>& rows) {
  if (rows.empty()) return;
  std::vector<std::string> oids;
  for (const RowsBehind& one : rows) oids.push_back(std::to_string(one.table));
  for (const pg::Row row : connection.query(fmt::format(kSequences, join(oids, ", ")))) {
    const auto behind = std::ranges::find(rows, row["relation"].as_oid(), &RowsBehind::table);
    const std::string column = row["attname"].str();
    if (std::ranges::find(behind->columns, column) == behind->columns.end()) continue;
    const bool up = row["ascending"].as_bool();
    connection.query(fmt::format(
        "SELECT pg_catalog.setval({}, rows.last) FROM (SELECT pg_catalog.{}({})::pg_catalog.int8 AS last FROM {}) AS "
        "rows, {} AS s WHERE rows.last BETWEEN {} AND {} AND (rows.last {} s.last_value OR (rows.last = s.last_value "
        "AND NOT s.is_called))",
        quote_literal(row["sequence"].view()), up ? "max" : "min", quote_always(column), behind->from,
        row["sequence"].view(), row["seqmin"].view(), row["seqmax"].view(), up ? ">" : "<"));
  }
}

}  // namespace pgcoffer::restoring
