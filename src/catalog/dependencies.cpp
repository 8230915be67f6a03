#include "catalog/dependencies.hpp"

namespace pgcoffer::catalog {
namespace {

// Members of operator families are no objects of ours: what they need, their family needs. By far the most rows are of
// what belongs to a table, which goes without saying: constraints, defaults and indexes of its columns, the indexes of
// constraints, its row type and TOAST table, internal triggers.
constexpr const char* dependencies_sql = R"sql(
  SELECT classid, objid, refclassid, refobjid, deptype
  FROM pg_catalog.pg_depend
  WHERE deptype NOT IN ('p', 'e') AND (objid >= 16384 OR refobjid >= 16384)
    AND NOT (deptype = 'a' AND refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
             AND (classid IN ('pg_catalog.pg_constraint'::pg_catalog.regclass,
                              'pg_catalog.pg_attrdef'::pg_catalog.regclass)
                  OR (classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = objid))))
    AND NOT (deptype = 'i'
             AND (classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
                  OR (classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
                  OR (classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND (refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                           OR (refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND refobjsubid = 0)))))
  UNION ALL
  SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.amopfamily, d.refclassid, d.refobjid, d.deptype
  FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_amop o ON o.oid = d.objid
  WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.deptype NOT IN ('p', 'e', 'i')
    AND NOT (d.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass AND d.refobjid = o.amopfamily)
  UNION ALL
  SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, p.amprocfamily, d.refclassid, d.refobjid, d.deptype
  FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_amproc p ON p.oid = d.objid
  WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.deptype NOT IN ('p', 'e', 'i')
    AND NOT (d.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass AND d.refobjid = p.amprocfamily))sql";

}  // namespace

std::string dependencies_query() {
  return dependencies_sql;
}

std::vector<Dependency> read_dependencies(const pg::Result& rows) {
  std::vector<Dependency> all;
  all.reserve(static_cast<std::size_t>(rows.size()));
  enum : int { classid, objid, refclassid, refobjid, deptype };
  for (const auto row : rows)
    all.push_back({row[classid].as_oid(), row[objid].as_oid(), row[refclassid].as_oid(), row[refobjid].as_oid(),
                   row[deptype].as_char()});
  return all;
}

}  // namespace pgcoffer::catalog
