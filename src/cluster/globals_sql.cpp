#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cluster/globals.hpp"

namespace pgcoffer::cluster {
namespace {

std::string role_sql(const Role& role, const GlobalsSqlOptions& options) {
  const std::string name = quote_ident(role.name);
  // Two statements, as pg_dumpall has it: played on a server that has the role, the second still counts.
  std::string sql = fmt::format("CREATE ROLE {0};\nALTER ROLE {0} {1};\n", name, attributes_sql(role));
  if (options.comments && !role.comment.empty())
    sql += fmt::format("COMMENT ON ROLE {} IS {};\n", name, quote_literal(role.comment));
  if (options.security_labels) sql += security_labels_sql("ROLE " + name, role.labels);
  return sql;
}

std::string tablespace_sql(const Tablespace& tablespace, const GlobalsSqlOptions& options) {
  const std::string name = quote_ident(tablespace.name);
  std::string sql = create_tablespace_sql(tablespace);
  if (!tablespace.options.empty())
    sql += fmt::format("ALTER TABLESPACE {} SET ({});\n", name, tablespace_options_sql(tablespace.options));
  if (options.privileges && tablespace.acl)
    sql += acl_sql(tablespace_target(tablespace), *tablespace.acl, default_tablespace_acl(tablespace.owner));
  if (options.comments && !tablespace.comment.empty())
    sql += fmt::format("COMMENT ON TABLESPACE {} IS {};\n", name, quote_literal(tablespace.comment));
  if (options.security_labels) sql += security_labels_sql("TABLESPACE " + name, tablespace.labels);
  return sql;
}

}  // namespace

std::string attributes_sql(const Role& role) {
  std::string sql = "WITH";
  const auto add = [&](bool has, std::string_view word) { sql += fmt::format(" {}{}", has ? "" : "NO", word); };
  add(role.superuser, "SUPERUSER");
  add(role.inherit, "INHERIT");
  add(role.create_role, "CREATEROLE");
  add(role.create_db, "CREATEDB");
  add(role.can_login, "LOGIN");
  add(role.replication, "REPLICATION");
  add(role.bypass_rls, "BYPASSRLS");
  if (role.connection_limit != -1) sql += fmt::format(" CONNECTION LIMIT {}", role.connection_limit);
  if (role.password) sql += " PASSWORD " + quote_literal(*role.password);
  if (!role.valid_until.empty()) sql += " VALID UNTIL " + quote_literal(role.valid_until);
  return sql;
}

std::string membership_sql(const Membership& membership) {
  std::vector<std::string> options;
  if (membership.admin) options.emplace_back("ADMIN OPTION");
  if (membership.inherit) options.emplace_back(*membership.inherit ? "INHERIT TRUE" : "INHERIT FALSE");
  if (membership.set && !*membership.set) options.emplace_back("SET FALSE");
  std::string sql = fmt::format("GRANT {} TO {}", quote_ident(membership.role), quote_ident(membership.member));
  if (!options.empty()) sql += " WITH " + join(options, ", ");
  if (!membership.grantor.empty()) sql += " GRANTED BY " + quote_ident(membership.grantor);
  return sql + ";\n";
}

std::string create_tablespace_sql(const Tablespace& tablespace) {
  return fmt::format("CREATE TABLESPACE {} OWNER {} LOCATION {};\n", quote_ident(tablespace.name),
                     quote_ident(tablespace.owner), quote_literal(tablespace.location));
}

std::string tablespace_options_sql(const std::vector<std::string>& options) {
  std::vector<std::string> list;
  for (const std::string& option : options) {
    const std::size_t equals = std::min(option.find('='), option.size());
    list.push_back(quote_ident(option.substr(0, equals)) + " = " +
                   quote_literal(equals < option.size() ? option.substr(equals + 1) : ""));
  }
  return join(list, ", ");
}

Acl default_tablespace_acl(const std::string& owner) {
  return {{owner, "C", owner}};
}

Acl default_parameter_acl(const std::string& bootstrap_superuser) {
  return {{bootstrap_superuser, "sA", bootstrap_superuser}};
}

AclTarget tablespace_target(const Tablespace& tablespace) {
  return {"TABLESPACE", quote_ident(tablespace.name), "", tablespace.owner, 0};
}

AclTarget parameter_target(const Globals& globals, const std::string& name) {
  return {"PARAMETER", quote_ident(name), "", globals.bootstrap_superuser, 0};
}

std::vector<GlobalEntry> entries(const Globals& globals, const GlobalsSqlOptions& options) {
  std::vector<GlobalEntry> list;
  for (const Role& role : globals.roles) {
    list.push_back({"ROLE", role.name, "", role_sql(role, options), "DROP ROLE " + quote_ident(role.name) + ";\n"});
  }
  // Behind all roles, since a setting may name another.
  const auto set = [&](const std::string& role, const std::string& sql_name, const std::vector<Setting>& settings) {
    std::string sql;
    for (const Setting& setting : settings)
      sql += fmt::format("ALTER ROLE {} SET {};\n", sql_name, setting_sql(setting));
    if (!sql.empty()) list.push_back({"ROLE SETTING", role, "", sql, ""});
  };
  for (const Role& role : globals.roles) set(role.name, quote_ident(role.name), role.settings);
  set("ALL", "ALL", globals.settings);
  for (const Membership& membership : globals.memberships) {
    list.push_back({"ROLE MEMBERSHIP", fmt::format("{} TO {}", membership.role, membership.member), "",
                    membership_sql(membership), ""});
  }
  for (const ParameterPrivileges& parameter : globals.parameters) {
    const std::string sql = acl_sql(parameter_target(globals, parameter.name), parameter.acl,
                                    default_parameter_acl(globals.bootstrap_superuser));
    if (options.privileges && !sql.empty()) list.push_back({"ACL", "PARAMETER " + parameter.name, "", sql, ""});
  }
  for (const Tablespace& tablespace : globals.tablespaces) {
    if (!options.tablespaces) break;
    list.push_back({"TABLESPACE", tablespace.name, tablespace.owner, tablespace_sql(tablespace, options),
                    "DROP TABLESPACE " + quote_ident(tablespace.name) + ";\n"});
  }
  return list;
}

}  // namespace pgcoffer::cluster
