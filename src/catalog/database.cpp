#include "catalog/database.hpp"

#include <fmt/format.h>

#include "catalog/reader_support.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view database_sql = R"sql(
SELECT pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       {provider} AS provider,
       d.datcollate,
       d.datctype,
       {locale} AS locale,
       {rules} AS icu_rules,
       CASE WHEN t.spcname <> 'pg_default' THEN t.spcname END AS tablespace,
       d.datconnlimit,
       d.datistemplate,
       pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
       d.datacl::text AS acl
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
 WHERE d.datname = pg_catalog.current_database()
)sql";

constexpr std::string_view settings_sql = R"sql(
SELECT r.rolname, c.item
  FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
       pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS c(item, position)
 WHERE s.setrole = 0 OR r.oid IS NOT NULL
 ORDER BY s.setrole <> 0, r.rolname, c.position
)sql";

constexpr std::string_view labels_sql = R"sql(
SELECT l.provider, l.label
  FROM pg_catalog.pg_shseclabel l
  JOIN pg_catalog.pg_database d ON d.oid = l.objoid AND d.datname = pg_catalog.current_database()
 WHERE l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
 ORDER BY l.provider
)sql";

std::string query_for(int version) {
  return fmt::format(
      fmt::runtime(database_sql),
      fmt::arg("provider", since(version, {{0, "'c'::\"char\""}, {150000, "d.datlocprovider"}})),
      fmt::arg("locale", since(version, {{0, "NULL"}, {150000, "d.daticulocale"}, {170000, "d.datlocale"}})),
      fmt::arg("rules", since(version, {{0, "NULL"}, {160000, "d.daticurules"}})));
}

std::string provider_name(char letter) {
  switch (letter) {
    case 'c':
      return "libc";
    case 'i':
      return "icu";
    case 'b':
      return "builtin";
    default:
      break;
  }
  throw Error(Kind::unsupported, fmt::format("the database has a locale provider of unknown kind: \"{}\"", letter))
      .hint("Use a version of pgcoffer that knows this server's version.");
}

std::optional<std::string> optional_text(const pg::Field& field) {
  return field.is_null() ? std::nullopt : std::optional(field.str());
}

}  // namespace

cluster::Database read_database(pg::Connection& connection) {
  const pg::Result result = connection.query(query_for(connection.server_version()));
  const pg::Row row = result[0];
  cluster::Database database;
  // Not datname: the server would convert it from this database's encoding, in which it need not have been written.
  database.name = connection.endpoint().dbname;
  database.owner = row["owner"].str();
  database.encoding = row["encoding"].str();
  database.locale_provider = provider_name(row["provider"].as_char());
  database.collate = row["datcollate"].str();
  database.ctype = row["datctype"].str();
  database.locale = optional_text(row["locale"]);
  database.icu_rules = optional_text(row["icu_rules"]);
  database.tablespace = row["tablespace"].str();
  database.connection_limit = static_cast<int>(row["datconnlimit"].as_int());
  database.is_template = row["datistemplate"].as_bool();
  database.comment = row["comment"].str();
  if (!row["acl"].is_null()) database.acl = cluster::parse_acl(row["acl"].view());
  for (const pg::Row setting : connection.query(settings_sql)) {
    database.settings.push_back(cluster::parse_setting(setting["item"].view()));
    database.settings.back().role = setting["rolname"].str();
  }
  for (const pg::Row label : connection.query(labels_sql))
    database.labels.push_back({label["provider"].str(), label["label"].str()});
  return database;
}

}  // namespace pgcoffer::catalog
