#include <fmt/format.h>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view wrappers_sql = R"sql(
SELECT w.oid,
       w.fdwname AS name,
       w.fdwowner AS owner,
       CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
       CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
       {connection} AS connection,
       (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), E',\n    '
                          ORDER BY o.option_name)
          FROM pg_options_to_table(w.fdwoptions) o) AS options,
       w.fdwacl::text AS acl,
       acldefault('F', w.fdwowner)::text AS base_acl
  FROM pg_catalog.pg_foreign_data_wrapper w
 ORDER BY w.fdwname
)sql";

constexpr std::string_view servers_sql = R"sql(
SELECT s.oid,
       s.srvname AS name,
       s.srvowner AS owner,
       w.fdwname,
       quote_literal(nullif(s.srvtype, '')) AS type,
       quote_literal(nullif(s.srvversion, '')) AS version,
       (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), E',\n    '
                          ORDER BY o.option_name)
          FROM pg_options_to_table(s.srvoptions) o) AS options,
       s.srvacl::text AS acl,
       acldefault('S', s.srvowner)::text AS base_acl
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 ORDER BY s.srvname
)sql";

// The view may be read by everybody, and shows no options (passwords) to those who may not see them; "visible" is its
// own condition, so that hidden options can be told from none.
constexpr std::string_view user_mappings_sql = R"sql(
SELECT m.umid AS oid,
       m.srvid,
       m.srvname,
       m.usename,
       (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), E',\n    '
                          ORDER BY o.option_name)
          FROM pg_options_to_table(m.umoptions) o) AS options,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
       OR (m.umuser <> 0 AND m.usename = current_user
           AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')))
       OR (m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')) AS visible
  FROM pg_catalog.pg_user_mappings m
  JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
 ORDER BY m.srvname, m.usename
)sql";

std::string options_clause(const pg::Field& options) {
  return is_none(options) ? std::string() : " OPTIONS (\n    " + options.str() + "\n)";
}

void read_wrappers(Builder& builder) {
  const std::string sql =
      fmt::format(fmt::runtime(wrappers_sql),
                  fmt::arg("connection", since(builder.version, {{0, "NULL"},
                                                                 {190000,
                                                                  "CASE WHEN w.fdwconnection <> 0 "
                                                                  "THEN w.fdwconnection::regproc::text END"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::foreign_data_wrapper, oid)) continue;
    const std::string name = row["name"].str();
    Entry entry = new_entry(builder, "FOREIGN DATA WRAPPER", {class_oid::foreign_data_wrapper, oid, 0}, 0, name,
                            row["owner"].as_oid());
    entry.target = "FOREIGN DATA WRAPPER " + quote_ident(name);
    set_owner_and_drop(entry);
    std::string& create = entry.object.create_sql;
    create = "CREATE " + entry.target;
    if (!row["handler"].is_null()) create += " HANDLER " + row["handler"].str();
    if (!row["validator"].is_null()) create += " VALIDATOR " + row["validator"].str();
    if (!row["connection"].is_null()) create += " CONNECTION " + row["connection"].str();
    create += options_clause(row["options"]) + ";\n";
    set_privileges(entry, "FOREIGN DATA WRAPPER", quote_ident(name), row);
    builder.add(std::move(entry));
  }
}

void read_servers(Builder& builder) {
  for (const pg::Row row : builder.connection.query(servers_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::foreign_server, oid)) continue;
    const std::string name = row["name"].str();
    Entry entry = new_entry(builder, "SERVER", {class_oid::foreign_server, oid, 0}, 0, name, row["owner"].as_oid());
    entry.target = "SERVER " + quote_ident(name);
    set_owner_and_drop(entry);
    std::string& create = entry.object.create_sql;
    create = "CREATE " + entry.target;
    if (!row["type"].is_null()) create += " TYPE " + row["type"].str();
    if (!row["version"].is_null()) create += " VERSION " + row["version"].str();
    create += " FOREIGN DATA WRAPPER " + quote_ident(row["fdwname"].view()) + options_clause(row["options"]) + ";\n";
    set_privileges(entry, "FOREIGN SERVER", quote_ident(name), row);
    builder.add(std::move(entry));
  }
}

void read_user_mappings(Builder& builder) {
  for (const pg::Row row : builder.connection.query(user_mappings_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::user_mapping, oid)) continue;
    const std::string identity =
        "FOR " + quote_ident(row["usename"].view()) + " SERVER " + quote_ident(row["srvname"].view());
    if (!row["visible"].as_bool()) {
      builder.hidden("user mapping", identity, "options");
      continue;
    }
    Entry entry = new_entry(builder, "USER MAPPING", {class_oid::user_mapping, oid, 0}, 0,
                            "USER MAPPING " + row["usename"].str() + " SERVER " + row["srvname"].str(), 0);
    entry.object.create_sql = "CREATE USER MAPPING " + identity + options_clause(row["options"]) + ";\n";
    entry.object.drop_sql = "DROP USER MAPPING " + identity + ";\n";
    entry.needs = {{class_oid::foreign_server, row["srvid"].as_oid(), 0}};
    builder.add(std::move(entry));
  }
}

}  // namespace

void read_foreign_data(Builder& builder) {
  read_wrappers(builder);
  read_servers(builder);
  read_user_mappings(builder);
}

}  // namespace pgcoffer::catalog
