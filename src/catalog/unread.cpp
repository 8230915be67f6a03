#include <fmt/format.h>

#include <set>
#include <string>

#include "catalog/builder.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// All that people can make, except what comes with other objects: internal parts (array and row types, indexes of
// constraints), what partitions and children have from above, members of extensions, temporary objects.
// "relation" is the table that an object belongs to: without it, it is not asked for.
constexpr const char* objects_sql = R"sql(
  WITH objects (class, oid, schema, relation) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, c.oid, c.relnamespace,
           coalesce(i.indrelid, 0::pg_catalog.oid)
    FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    WHERE c.relkind <> 't' AND c.relpersistence <> 't' AND NOT coalesce(t.relkind = 't', false)
      AND coalesce((i.indisvalid OR t.relkind = 'p') AND i.indisready, true)
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace, 0
    FROM pg_catalog.pg_type t
    UNION ALL
    SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, k.connamespace, k.conrelid
    FROM pg_catalog.pg_constraint k
    WHERE k.contype <> 'n' AND k.conparentid = 0 AND k.conislocal
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = k.contypid
                        AND d.deptype = 'e')
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.relnamespace, t.tgrelid
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, c.relnamespace, r.ev_class
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, c.relnamespace, p.polrelid
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxnamespace, s.stxrelid
    FROM pg_catalog.pg_statistic_ext s
    UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, n.oid, 0 FROM pg_catalog.pg_namespace n
    UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace, 0 FROM pg_catalog.pg_proc
    UNION ALL SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace, 0 FROM pg_catalog.pg_operator
      WHERE oprcode <> 0 -- a name that another operator gave as its commutator or negator, but that was never made
    UNION ALL SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcnamespace, 0 FROM pg_catalog.pg_opclass
    UNION ALL SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfnamespace, 0 FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace, 0 FROM pg_catalog.pg_collation
    UNION ALL SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace, 0 FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, oid, prsnamespace, 0 FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace, 0 FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, oid, tmplnamespace, 0 FROM pg_catalog.pg_ts_template
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace, 0 FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_language
    UNION ALL SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_am
    UNION ALL SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_cast
    UNION ALL SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_transform
    UNION ALL SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_extension
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, 0, 0
      FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_publication
  )
  SELECT o.class, o.oid, o.schema, o.relation
  FROM objects o
  WHERE o.oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('i', 'e', 'P')
                      AND NOT (d.deptype = 'P' AND o.class = 'pg_catalog.pg_class'::pg_catalog.regclass)))sql";

constexpr const char* names_sql = R"sql(
  SELECT identified.type, identified.identity
  FROM (VALUES {}) AS unread(class, oid),
       pg_catalog.pg_identify_object(unread.class::pg_catalog.oid, unread.oid::pg_catalog.oid, 0) AS identified
  ORDER BY identified.type, identified.identity)sql";

bool left_out(const Builder& builder, const pg::Row& row) {
  switch (row["class"].as_oid()) {
    case class_oid::extension:
      return !builder.extension_selected(row["oid"].as_oid());
    case class_oid::publication:
      return builder.selection.leave_out.publications;
    case class_oid::policy:
      return builder.selection.leave_out.policies;
    default:
      return false;
  }
}

bool asked_for(const Builder& builder, const pg::Row& row) {
  if (left_out(builder, row)) return false;
  if (const Oid relation = row["relation"].as_oid(); relation != 0) {
    const auto holder = builder.relation_entry(relation);
    return holder && builder.entries[*holder].wanted;
  }
  const Oid schema = row["schema"].as_oid();
  return schema == 0 ? builder.global_selected(row["oid"].as_oid()) : builder.schema_selected(schema);
}

}  // namespace

void find_unread(Builder& builder) {
  std::set<std::pair<Oid, Oid>> known;
  for (const auto& entry : builder.entries) {
    known.emplace(entry.object.address.class_oid, entry.object.address.oid);
    for (const auto& address : entry.also) known.emplace(address.class_oid, address.oid);
  }
  std::vector<std::string> unread;
  for (const auto row : builder.connection.query(objects_sql)) {
    const std::pair address{row["class"].as_oid(), row["oid"].as_oid()};
    if (!known.contains(address) && asked_for(builder, row))
      unread.push_back(fmt::format("({}, {})", address.first, address.second));
  }
  if (unread.empty()) return;
  for (const auto row : builder.connection.query(fmt::format(names_sql, join(unread, ", "))))
    builder.unsupported(row["type"].str(), row["identity"].str());
}

}  // namespace pgcoffer::catalog
