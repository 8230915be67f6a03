#include "restore/sequences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace pgcoffer::restoring {
namespace {

// The identity of a partition is that of the table above.
constexpr const char* kSequences = R"sql(
  SELECT DISTINCT t.oid AS relation, a.attname, pg_catalog.format('%I.%I', n.nspname, s.relname) AS sequence,
    q.seqincrement > 0 AS ascending, q.seqmin, q.seqmax
  FROM pg_catalog.pg_class t
    CROSS JOIN LATERAL (SELECT t.oid UNION SELECT relid FROM pg_catalog.pg_partition_ancestors(t.oid)) AS o(oid)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype)
    LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = o.oid AND ad.adnum = a.attnum
    JOIN pg_catalog.pg_depend d ON
      (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = o.oid AND d.refobjsubid = a.attnum)
      OR (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = ad.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
    JOIN pg_catalog.pg_sequence q
      ON q.seqrelid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid ELSE d.refobjid END
    JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  WHERE t.oid IN ({}))sql";

}  // namespace

std::vector<SequenceMove> find_sequence_moves(pg::Connection& connection, const std::vector<RowsBehind>& rows) {
  std::vector<SequenceMove> moves;
  if (rows.empty()) return moves;
  std::vector<std::string> oids;
  for (const RowsBehind& one : rows) oids.push_back(std::to_string(one.table));
  for (const pg::Row row : connection.query(fmt::format(kSequences, join(oids, ", ")))) {
    const auto behind = std::ranges::find(rows, row["relation"].as_oid(), &RowsBehind::table);
    const std::string column = row["attname"].str();
    if (std::ranges::find(behind->columns, column) == behind->columns.end()) continue;
    const bool up = row["ascending"].as_bool();
    const std::string name = quote_always(column);
    const std::string_view end = row[up ? "seqmax" : "seqmin"].view();
    const std::string within = fmt::format("r.{} BETWEEN {} AND {}", name, row["seqmin"].view(), row["seqmax"].view());
    const std::string there =
        fmt::format("EXISTS (SELECT FROM {} AS b WHERE b.{} OPERATOR(pg_catalog.=) r.{})", behind->there, name, name);
    if (!behind->there.empty() && !behind->all_new &&
        connection.query(fmt::format("SELECT FROM {} AS r WHERE {} AND NOT {} LIMIT 1", behind->from, within, there))
            .empty())
      continue;
    // A row with the sequence's last number, which was there before, is no row that the sequence has to come behind.
    const std::string but_last =
        behind->there.empty() ? "" : fmt::format(" AND NOT (r.{} OPERATOR(pg_catalog.=) {} AND {})", name, end, there);
    const pg::Result last =
        connection.query(fmt::format("SELECT pg_catalog.{}(r.{})::pg_catalog.int8 FROM {} AS r WHERE {}{}",
                                     up ? "max" : "min", name, behind->from, within, but_last));
    if (last[0][0].is_null()) continue;
    moves.push_back({row["sequence"].str(), last[0][0].str(), up, last[0][0].view() == end});
  }
  return moves;
}

std::vector<std::string> advance_sequences(pg::Connection& connection, const std::vector<SequenceMove>& moves) {
  std::vector<std::string> ended;
  for (const SequenceMove& move : moves) {
    const pg::Result moved = connection.query(fmt::format(
        "SELECT pg_catalog.setval({0}, {1}) FROM {2} AS s WHERE {1} {3} s.last_value OR ({1} = s.last_value AND NOT "
        "s.is_called)",
        quote_literal(move.sequence), move.last, move.sequence, move.up ? ">" : "<"));
    if (!moved.empty() && move.at_end) ended.push_back(fmt::format("{} ({})", move.sequence, move.last));
  }
  if (ended.empty()) return {};
  return {fmt::format("sequences are at their end, since rows have their last number, and give no other: {}",
                      join_first(ended))};
}

}  // namespace pgcoffer::restoring
