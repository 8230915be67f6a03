#include <map>
#include <utility>

#include "catalog/operators.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// A member belongs to the class, or to the family as a whole, that pg_depend ties it to: internally to a class's own,
// automatically to a family's loose ones. 14 loosened some ties of classes too, hence no test of deptype.
constexpr std::string_view members_sql = R"sql(
SELECT d.refclassid, d.refobjid, m.text
  FROM (SELECT 'pg_catalog.pg_amop'::regclass AS class,
               o.oid,
               o.amopfamily AS family,
               0 AS kind,
               o.amopstrategy AS number,
               'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::regoperator::text
               || coalesce((SELECT ' FOR ORDER BY ' || quote_ident(n.nspname) || '.' || quote_ident(f.opfname)
                              FROM pg_catalog.pg_opfamily f
                              JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
                             WHERE f.oid = o.amopsortfamily), '') AS text
          FROM pg_catalog.pg_amop o
         UNION ALL
        SELECT 'pg_catalog.pg_amproc'::regclass,
               p.oid,
               p.amprocfamily,
               1,
               p.amprocnum,
               'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', '
               || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::regprocedure::text
          FROM pg_catalog.pg_amproc p) AS m
  JOIN pg_catalog.pg_depend d ON d.classid = m.class AND d.objid = m.oid
 WHERE d.refclassid = 'pg_catalog.pg_opclass'::regclass
    OR (d.refclassid = 'pg_catalog.pg_opfamily'::regclass AND d.refobjid = m.family)
 ORDER BY d.refclassid, d.refobjid, m.kind, m.number, m.text
)sql";

constexpr std::string_view families_sql = R"sql(
SELECT f.oid, f.opfname, f.opfnamespace, f.opfowner, quote_ident(a.amname) AS method
  FROM pg_catalog.pg_opfamily f
  JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
  JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, f.opfname, a.amname
)sql";

constexpr std::string_view classes_sql = R"sql(
SELECT c.oid,
       c.opcname,
       c.opcnamespace,
       c.opcowner,
       c.opcdefault,
       c.opcfamily,
       quote_ident(a.amname) AS method,
       format_type(c.opcintype, NULL) AS type,
       CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage,
       quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) AS family
  FROM pg_catalog.pg_opclass c
  JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod
  JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
  JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily
  JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, c.opcname, a.amname
)sql";

using Members = std::map<std::pair<Oid, Oid>, std::vector<std::string>>;  ///< by class or family

void read_families(Builder& builder, Members& members) {
  for (const pg::Row row : builder.connection.query(families_sql)) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["opfnamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::opfamily, oid, schema)) continue;
    const std::string name = row["opfname"].str();
    const std::string using_method = " USING " + row["method"].str();
    Entry entry = new_entry(builder, "OPERATOR FAMILY", {class_oid::opfamily, oid, 0}, schema, name + using_method,
                            row["opfowner"].as_oid());
    entry.target = "OPERATOR FAMILY " + builder.qualified(schema, name) + using_method;
    set_owner_and_drop(entry);
    entry.object.create_sql = "CREATE " + entry.target + ";\n";
    if (const auto& loose = members[{class_oid::opfamily, oid}]; !loose.empty()) {
      entry.object.create_sql += "ALTER " + entry.target + " ADD\n    " + join(loose, ",\n    ") + ";\n";
    }
    builder.add(std::move(entry));
  }
}

void read_classes(Builder& builder, Members& members) {
  for (const pg::Row row : builder.connection.query(classes_sql)) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["opcnamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::opclass, oid, schema)) continue;
    const std::string name = row["opcname"].str();
    const std::string using_method = " USING " + row["method"].str();
    Entry entry = new_entry(builder, "OPERATOR CLASS", {class_oid::opclass, oid, 0}, schema, name + using_method,
                            row["opcowner"].as_oid());
    const std::string qualified = builder.qualified(schema, name);
    entry.target = "OPERATOR CLASS " + qualified + using_method;
    set_owner_and_drop(entry);
    std::vector<std::string> items;
    if (!row["storage"].is_null()) items.push_back("STORAGE " + row["storage"].str());
    const auto& own = members[{class_oid::opclass, oid}];
    items.insert(items.end(), own.begin(), own.end());
    // A class may have no member at all, but the grammar wants an item: storing the type itself is the default.
    if (items.empty()) items.push_back("STORAGE " + row["type"].str());
    entry.object.create_sql = "CREATE OPERATOR CLASS " + qualified + "\n    " +
                              (row["opcdefault"].as_bool() ? "DEFAULT " : "") + "FOR TYPE " + row["type"].str() +
                              using_method + " FAMILY " + row["family"].str() + " AS\n    " + join(items, ",\n    ") +
                              ";\n";
    entry.needs = {{class_oid::opfamily, row["opcfamily"].as_oid(), 0}};
    builder.add(std::move(entry));
  }
}

}  // namespace

std::string operator_members_query() {
  return std::string(members_sql);
}

void read_operator_families(Builder& builder) {
  Members members;
  for (const pg::Row row : builder.query(operator_members_query())) {
    members[{row["refclassid"].as_oid(), row["refobjid"].as_oid()}].push_back(row["text"].str());
  }
  read_families(builder, members);
  read_classes(builder, members);
}

}  // namespace pgcoffer::catalog
