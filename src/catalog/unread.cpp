#include <fmt/format.h>

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "catalog/builder.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// All that people can make, except what comes with other objects and is told from its own row: what partitions and
// children have from above, internal triggers, temporary objects. "relation" is the table that an object belongs to:
// without it, it is not asked for.
constexpr const char* objects_sql = R"sql(
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, c.oid, c.relnamespace AS schema,
         0::pg_catalog.oid AS relation
  FROM pg_catalog.pg_class c
  WHERE c.oid >= 16384 AND c.relkind NOT IN ('t', 'i', 'I') AND c.relpersistence <> 't'
  UNION ALL
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, 0, i.indrelid
  FROM pg_catalog.pg_index i
  WHERE i.indexrelid >= 16384 AND i.indisready
    AND (i.indisvalid
         OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = i.indexrelid AND c.relkind = 'I'))
  UNION ALL
  SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, k.connamespace, k.conrelid
  FROM pg_catalog.pg_constraint k
  WHERE k.oid >= 16384 AND k.contype <> 'n' AND k.conparentid = 0 AND k.conislocal
  UNION ALL
  SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, 0, t.tgrelid
  FROM pg_catalog.pg_trigger t
  WHERE NOT t.tgisinternal AND t.tgparentid = 0
  UNION ALL
  SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0, r.ev_class
  FROM pg_catalog.pg_rewrite r
  WHERE r.oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0, p.polrelid
  FROM pg_catalog.pg_policy p
  UNION ALL
  SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxnamespace, s.stxrelid
  FROM pg_catalog.pg_statistic_ext s
  UNION ALL
  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace, 0 FROM pg_catalog.pg_type WHERE oid >= 16384
    AND typtype <> 'c' -- those are relations' row types, or relations themselves
  UNION ALL
  SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, oid, 0 FROM pg_catalog.pg_namespace WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace, 0 FROM pg_catalog.pg_proc WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace, 0 FROM pg_catalog.pg_operator WHERE oid >= 16384
    AND oprcode <> 0 -- a name that another operator gave as its commutator or negator, but that was never made
  UNION ALL
  SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcnamespace, 0 FROM pg_catalog.pg_opclass WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfnamespace, 0 FROM pg_catalog.pg_opfamily WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace, 0 FROM pg_catalog.pg_collation WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace, 0 FROM pg_catalog.pg_conversion WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, oid, prsnamespace, 0 FROM pg_catalog.pg_ts_parser WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace, 0 FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, oid, tmplnamespace, 0 FROM pg_catalog.pg_ts_template WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace, 0 FROM pg_catalog.pg_ts_config WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_language WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_am WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_cast WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_transform WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_extension WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_foreign_server WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_event_trigger WHERE oid >= 16384
  UNION ALL
  SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, 0, 0 FROM pg_catalog.pg_publication WHERE oid >= 16384)sql";

// Of those that nothing is known of, the internal parts of others (array and row types, what a range type brings) and
// what belongs to extensions are none to speak of; nor are the constraints of an extension's domain.
constexpr const char* names_sql = R"sql(
  SELECT identified.type, identified.identity
  FROM ROWS FROM (pg_catalog.unnest({classes}), pg_catalog.unnest({oids})) AS unread(class, oid),
       pg_catalog.pg_identify_object(unread.class, unread.oid, 0) AS identified
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = unread.class AND d.objid = unread.oid AND d.objsubid = 0
                      AND d.deptype IN ('i', 'e', 'P')
                      AND NOT (d.deptype = 'P' AND unread.class = 'pg_catalog.pg_class'::pg_catalog.regclass))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                      JOIN pg_catalog.pg_depend d
                        ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = k.contypid
                           AND d.deptype = 'e'
                    WHERE unread.class = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = unread.oid)
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
    // Statistics objects may be in another schema than their table; a selection of schemas speaks of theirs.
    const bool statistics = row["class"].as_oid() == class_oid::statistic_ext;
    if (statistics && !builder.relations_only() && !builder.schema_selected(row["schema"].as_oid())) return false;
    const auto holder = builder.relation_entry(relation);
    return holder && builder.entries[*holder].wanted;
  }
  const Oid schema = row["schema"].as_oid();
  return schema == 0 ? builder.global_selected(row["oid"].as_oid()) : builder.schema_selected(schema);
}

}  // namespace

std::string objects_query() {
  return objects_sql;
}

void find_unread(Builder& builder) {
  const auto key = [](Oid class_oid, Oid oid) { return std::uint64_t{class_oid} << 32U | oid; };
  std::unordered_set<std::uint64_t> known;
  for (const auto& entry : builder.entries) {
    known.insert(key(entry.object.address.class_oid, entry.object.address.oid));
    for (const auto& address : entry.also) known.insert(key(address.class_oid, address.oid));
  }
  std::vector<Oid> classes, oids;
  for (const auto row : builder.query(objects_query())) {
    const Oid class_oid = row["class"].as_oid(), oid = row["oid"].as_oid();
    if (known.contains(key(class_oid, oid)) || builder.extension_member(class_oid, oid) || !asked_for(builder, row))
      continue;
    classes.push_back(class_oid);
    oids.push_back(oid);
  }
  if (oids.empty()) return;
  for (const auto row : builder.connection.query(
           fmt::format(names_sql, fmt::arg("classes", oid_array(classes)), fmt::arg("oids", oid_array(oids)))))
    builder.unsupported(row["type"].str(), row["identity"].str());
}

}  // namespace pgcoffer::catalog
