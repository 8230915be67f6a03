#include <fmt/format.h>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// A cast has no name and no schema; whether it is the user's can only be told from its oid. The casts from a range to
// its multirange come with the range.
constexpr std::string_view casts_sql = R"sql(
SELECT c.oid,
       format_type(c.castsource, NULL) AS source,
       format_type(c.casttarget, NULL) AS target,
       c.castcontext,
       c.castmethod,
       (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
               || (SELECT coalesce(string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position), '')
                     FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(type, position)) || ')'
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         WHERE p.oid = c.castfunc) AS function
  FROM pg_catalog.pg_cast c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_range r
                    WHERE r.rngtypid = c.castsource
                      AND {multirange} = c.casttarget)
 ORDER BY source, target
)sql";

/// Context as CREATE CAST says it; explicit casts need no word.
std::string_view context_words(char context) {
  if (context == 'a') return " AS ASSIGNMENT";
  return context == 'i' ? " AS IMPLICIT" : "";
}

}  // namespace

void read_casts(Builder& builder) {
  const std::string sql =
      fmt::format(fmt::runtime(casts_sql),
                  fmt::arg("multirange", since(builder.version, {{0, "0::oid"}, {140000, "r.rngmultitypid"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::cast, oid)) continue;
    const std::string types = "(" + row["source"].str() + " AS " + row["target"].str() + ")";
    Entry entry = new_entry(builder, "CAST", {class_oid::cast, oid, 0}, 0, types, 0);
    entry.target = "CAST " + types;
    std::string& create = entry.object.create_sql;
    create = "CREATE " + entry.target;
    const char method = row["castmethod"].as_char();
    if (method == 'b') {
      create += " WITHOUT FUNCTION";
    } else if (method == 'i') {
      create += " WITH INOUT";
    } else {
      create += " WITH FUNCTION " + row["function"].str();
    }
    create += context_words(row["castcontext"].as_char());
    create += ";\n";
    entry.object.drop_sql = "DROP " + entry.target + ";\n";
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
