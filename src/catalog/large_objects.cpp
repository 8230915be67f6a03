#include <fmt/format.h>

#include <utility>

#include "catalog/read.hpp"
#include "catalog/reader_support.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* large_objects_sql = R"sql(
  SELECT l.oid, l.lomowner,
         l.lomacl::pg_catalog.text AS acl,
         coalesce(init.initprivs, pg_catalog.acldefault('L', l.lomowner))::pg_catalog.text AS base_acl
  FROM pg_catalog.pg_largeobject_metadata l
    LEFT JOIN pg_catalog.pg_init_privs init
      ON init.objoid = l.oid AND init.classoid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass AND init.objsubid = 0
  ORDER BY l.oid)sql";

}  // namespace

std::string unreadable_large_objects(pg::Connection& connection, const std::vector<LargeObject>& objects) {
  if (objects.empty() || connection.parameter_status("is_superuser") == "on") return {};
  try {
    // Before version 18 no function tells the privilege; reading one byte of each does.
    connection.query("SELECT pg_catalog.count(pg_catalog.lo_get(oid, 0, 1)) FROM pg_catalog.pg_largeobject_metadata");
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
    return error.message();
  }
  return {};
}

void read_large_objects(Builder& builder) {
  if (!builder.selection.large_objects) return;
  for (const auto row : builder.connection.query(large_objects_sql)) {
    const Oid oid = row["oid"].as_oid();
    const std::string name = std::to_string(oid);
    Entry entry = new_entry(builder, "BLOB", {class_oid::large_object, oid, 0}, 0, name, row["lomowner"].as_oid());
    entry.object.section = Section::data;
    entry.target = "LARGE OBJECT " + name;
    entry.object.create_sql = fmt::format("SELECT pg_catalog.lo_create('{}');\n", oid);
    set_owner_and_drop(entry);
    entry.object.drop_sql = fmt::format("SELECT pg_catalog.lo_unlink('{}');\n", oid);
    set_privileges(entry, "LARGE OBJECT", name, row);
    builder.catalog.large_objects.push_back({oid, entry.object.owner});
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
