#include "catalog/races.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "catalog/queries.hpp"

namespace pgcoffer::catalog {
namespace {

// The reg* types print an object's present name, and a number when it is gone; the columns are those of the snapshot.
// Only rows with an xmax are looked at: somebody has dropped or changed them since, or tried to. Tables are locked, and
// keep their names.
constexpr const char* changed_sql = R"sql(
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.xmax <> '0'::pg_catalog.xid AND c.relkind NOT IN ('r', 'p', 't', 'c')
    AND c.oid::pg_catalog.regclass::pg_catalog.text
        <> pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.oid >= 16384 AND p.xmax <> '0'::pg_catalog.xid
    AND p.oid::pg_catalog.regproc::pg_catalog.text
        <> pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
  UNION ALL
  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class r ON r.oid = t.typrelid
  WHERE t.oid >= 16384 AND t.xmax <> '0'::pg_catalog.xid AND t.typelem = 0 AND (t.typrelid = 0 OR r.relkind = 'c')
    AND t.oid::pg_catalog.regtype::pg_catalog.text
        <> pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  WHERE o.oid >= 16384 AND o.xmax <> '0'::pg_catalog.xid
    AND o.oid::pg_catalog.regoper::pg_catalog.text <> pg_catalog.quote_ident(n.nspname) || '.' || o.oprname
  UNION ALL
  SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid
  FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
  WHERE c.oid >= 16384 AND c.xmax <> '0'::pg_catalog.xid
    AND c.oid::pg_catalog.regcollation::pg_catalog.text
        <> pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
  UNION ALL
  SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid
  FROM pg_catalog.pg_namespace n
  WHERE n.oid >= 16384 AND n.xmax <> '0'::pg_catalog.xid
    AND n.oid::pg_catalog.regnamespace::pg_catalog.text <> pg_catalog.quote_ident(n.nspname))sql";

}  // namespace

Error catalog_changed(const std::string& what) {
  return Error(Kind::failed,
               fmt::format("{} was dropped, renamed or moved by somebody while the catalog was read", what))
      .hint("Nothing was dumped. Run the dump again.");
}

std::string_view definition(const pg::Field& field, std::string_view kind, std::string_view name) {
  if (field.is_null()) throw catalog_changed(fmt::format("{} \"{}\"", kind, name));
  return field.view();
}

std::string changed_query() {
  return changed_sql;
}

void find_changed(Builder& builder) {
  const auto rows = builder.query(changed_query());
  if (rows.empty()) return;
  // An object comes before its comment and privileges, which have its address.
  std::map<Address, const Object*> read;
  for (const Object& object : builder.catalog.objects) read.emplace(object.address, &object);
  for (const auto row : rows) {
    const auto found = read.find({row["class"].as_oid(), row["oid"].as_oid(), 0});
    if (found == read.end()) continue;
    const Object& object = *found->second;
    throw catalog_changed(
        fmt::format("{} \"{}\"", object.kind, object.schema.empty() ? object.name : object.schema + "." + object.name));
  }
}

Error explained(const Error& error) {
  const std::string& state = error.sqlstate();
  const std::string_view message = error.message();
  constexpr std::string_view unknown[] = {"cache lookup failed", "could not open relation with OID", "could not find "};
  const bool gone = state == "XX000" &&
                    std::ranges::any_of(unknown, [&](std::string_view words) { return message.starts_with(words); });
  constexpr std::string_view undefined[] = {"42P01", "42883", "42704", "3F000", "42703"};
  if (!gone && std::ranges::find(undefined, state) == std::end(undefined)) return error;
  return Error(Kind::failed, fmt::format("somebody dropped or renamed an object while it was read: {}", message))
      .hint(gone ? "Nothing was dumped. Run the dump again; if it fails at the same object each time, the server's "
                   "catalog is damaged."
                 : "Nothing was dumped. Run the dump again.")
      .sqlstate(state);
}

}  // namespace pgcoffer::catalog
