#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view access_methods_sql = R"sql(
SELECT a.oid, a.amname, a.amtype, a.amhandler::regproc::text AS handler
  FROM pg_catalog.pg_am a
 WHERE a.oid >= 16384
 ORDER BY a.amname
)sql";

}  // namespace

void read_access_methods(Builder& builder) {
  for (const pg::Row row : builder.connection.query(access_methods_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::am, oid)) continue;
    const std::string name = row["amname"].str();
    const char type = row["amtype"].as_char();
    if (type != 'i' && type != 't') {
      builder.unsupported("access method", name);
      continue;
    }
    Entry entry = new_entry(builder, "ACCESS METHOD", {class_oid::am, oid, 0}, 0, name, 0);
    entry.target = "ACCESS METHOD " + quote_ident(name);
    entry.object.create_sql = "CREATE ACCESS METHOD " + quote_ident(name) + " TYPE " +
                              (type == 'i' ? "INDEX" : "TABLE") + " HANDLER " + row["handler"].str() + ";\n";
    entry.object.drop_sql = "DROP ACCESS METHOD " + quote_ident(name) + ";\n";
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
