#include "catalog/globals.hpp"

#include <fmt/format.h>

#include <map>

#include "catalog/reader_support.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::catalog {
namespace {

// pg_roles shows everybody all but the passwords, which are in pg_authid. Times are UTC, whatever the session says.
constexpr std::string_view roles_sql = R"sql(
SELECT r.oid,
       r.rolname,
       r.rolsuper,
       r.rolinherit,
       r.rolcreaterole,
       r.rolcreatedb,
       r.rolcanlogin,
       r.rolreplication,
       r.rolbypassrls,
       r.rolconnlimit,
       {password} AS password,
       CASE WHEN pg_catalog.isfinite(r.rolvaliduntil)
            THEN (r.rolvaliduntil AT TIME ZONE 'UTC')::text || '+00'
            ELSE r.rolvaliduntil::text
       END AS valid_until,
       pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
  FROM {roles} r
 WHERE r.rolname !~ '^pg_'
 ORDER BY r.rolname
)sql";

constexpr std::string_view settings_sql = R"sql(
SELECT s.setrole, c.item
  FROM pg_catalog.pg_db_role_setting s,
       pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS c(item, position)
 WHERE s.setdatabase = 0
 ORDER BY s.setrole, c.position
)sql";

// Before 16 servers did not care about grantors, and kept grants of roles that were gone.
constexpr std::string_view memberships_sql = R"sql(
SELECT r.rolname AS role,
       m.rolname AS member,
       a.roleid,
       a.member AS memberid,
       {grantor} AS grantor,
       a.admin_option,
       {inherit} AS inherit_option,
       {set} AS set_option
  FROM pg_catalog.pg_auth_members a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
  LEFT JOIN pg_catalog.pg_roles m ON m.oid = a.member
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantor
 WHERE (r.rolname ~ '^pg_' AND m.rolname ~ '^pg_') IS NOT TRUE
 ORDER BY r.rolname, m.rolname, g.rolname
)sql";

constexpr std::string_view parameters_sql = R"sql(
SELECT p.parname, p.paracl::text AS acl
  FROM pg_catalog.pg_parameter_acl p
 ORDER BY p.parname
)sql";

constexpr std::string_view tablespaces_sql = R"sql(
SELECT t.oid,
       t.spcname,
       pg_catalog.pg_get_userbyid(t.spcowner) AS owner,
       pg_catalog.pg_tablespace_location(t.oid) AS location,
       t.spcoptions,
       t.spcacl::text AS acl,
       pg_catalog.shobj_description(t.oid, 'pg_tablespace') AS comment
  FROM pg_catalog.pg_tablespace t
 WHERE t.spcname !~ '^pg_'
 ORDER BY t.spcname
)sql";

constexpr std::string_view labels_sql = R"sql(
SELECT l.objoid, l.provider, l.label
  FROM pg_catalog.pg_shseclabel l
 WHERE l.classoid IN ('pg_catalog.pg_authid'::pg_catalog.regclass, 'pg_catalog.pg_tablespace'::pg_catalog.regclass)
 ORDER BY l.objoid, l.provider
)sql";

constexpr Oid bootstrap_superuser = 10;

class GlobalsReader {
 public:
  GlobalsReader(pg::Connection& connection, bool passwords, std::vector<std::string>& warnings)
      : connection_(connection), version_(connection.server_version()), warnings_(warnings) {
    globals_.passwords = passwords;
  }

  cluster::Globals run() {
    globals_.bootstrap_superuser =
        connection_.query(fmt::format("SELECT pg_catalog.pg_get_userbyid({})", bootstrap_superuser))[0][0].str();
    for (const pg::Row row : connection_.query(labels_sql))
      labels_[row["objoid"].as_oid()].push_back({row["provider"].str(), row["label"].str()});
    for (const pg::Row row : connection_.query(settings_sql)) {
      const Oid role = row["setrole"].as_oid();
      (role == 0 ? globals_.settings : settings_[role]).push_back(cluster::parse_setting(row["item"].view()));
    }
    roles();
    memberships();
    if (version_ >= 150000) {
      for (const pg::Row row : connection_.query(parameters_sql))
        globals_.parameters.push_back({row["parname"].str(), cluster::parse_acl(row["acl"].view())});
    }
    tablespaces();
    return std::move(globals_);
  }

 private:
  void roles() {
    const std::string sql =
        fmt::format(fmt::runtime(roles_sql), fmt::arg("password", globals_.passwords ? "r.rolpassword" : "NULL"),
                    fmt::arg("roles", globals_.passwords ? "pg_catalog.pg_authid" : "pg_catalog.pg_roles"));
    for (const pg::Row row : query_roles(sql)) {
      cluster::Role role;
      role.name = row["rolname"].str();
      role.superuser = row["rolsuper"].as_bool();
      role.inherit = row["rolinherit"].as_bool();
      role.create_role = row["rolcreaterole"].as_bool();
      role.create_db = row["rolcreatedb"].as_bool();
      role.can_login = row["rolcanlogin"].as_bool();
      role.replication = row["rolreplication"].as_bool();
      role.bypass_rls = row["rolbypassrls"].as_bool();
      role.connection_limit = static_cast<int>(row["rolconnlimit"].as_int());
      if (!row["password"].is_null()) role.password = row["password"].str();
      role.valid_until = row["valid_until"].str();
      role.comment = row["comment"].str();
      role.labels = labels_[row["oid"].as_oid()];
      role.settings = settings_[row["oid"].as_oid()];
      globals_.roles.push_back(std::move(role));
    }
  }

  [[nodiscard]] pg::Result query_roles(const std::string& sql) {
    try {
      return connection_.query(sql);
    } catch (const Error& error) {
      if (error.kind() != Kind::permission || !globals_.passwords) throw;
      throw Error(Kind::permission, "passwords of roles cannot be read: " + error.message())
          .hint("Only superusers may read pg_authid. Dump as one, or without --role-passwords.")
          .sqlstate(error.sqlstate());
    }
  }

  void memberships() {
    const std::string sql = fmt::format(
        fmt::runtime(memberships_sql), fmt::arg("grantor", since(version_, {{0, "NULL"}, {160000, "g.rolname"}})),
        fmt::arg("inherit", since(version_, {{0, "NULL"}, {160000, "a.inherit_option"}})),
        fmt::arg("set", since(version_, {{0, "NULL"}, {160000, "a.set_option"}})));
    for (const pg::Row row : connection_.query(sql)) {
      if (row["role"].is_null() || row["member"].is_null()) {
        warnings_.push_back(fmt::format("a grant is left out, since one of its roles is gone: role {} to role {}",
                                        row["role"].is_null() ? row["roleid"].str() : row["role"].str(),
                                        row["member"].is_null() ? row["memberid"].str() : row["member"].str()));
        continue;
      }
      cluster::Membership membership{
          row["role"].str(), row["member"].str(), row["grantor"].str(), row["admin_option"].as_bool(), {}, {}};
      if (!row["inherit_option"].is_null()) membership.inherit = row["inherit_option"].as_bool();
      if (!row["set_option"].is_null()) membership.set = row["set_option"].as_bool();
      globals_.memberships.push_back(std::move(membership));
    }
    order_memberships(globals_);
  }

  void tablespaces() {
    for (const pg::Row row : connection_.query(tablespaces_sql)) {
      cluster::Tablespace tablespace;
      tablespace.name = row["spcname"].str();
      tablespace.owner = row["owner"].str();
      // In-place tablespaces have a place below the data directory, which is theirs by their oid.
      if (const std::string location = row["location"].str(); location.starts_with('/')) tablespace.location = location;
      tablespace.options = row["spcoptions"].as_array();
      if (!row["acl"].is_null()) tablespace.acl = cluster::parse_acl(row["acl"].view());
      tablespace.comment = row["comment"].str();
      tablespace.labels = labels_[row["oid"].as_oid()];
      globals_.tablespaces.push_back(std::move(tablespace));
    }
  }

  pg::Connection& connection_;
  int version_;
  std::vector<std::string>& warnings_;
  cluster::Globals globals_;
  std::map<Oid, std::vector<cluster::SecurityLabel>> labels_;
  std::map<Oid, std::vector<cluster::Setting>> settings_;
};

}  // namespace

cluster::Globals read_globals(pg::Connection& connection, bool passwords, std::vector<std::string>& warnings) {
  return GlobalsReader(connection, passwords, warnings).run();
}

}  // namespace pgcoffer::catalog
