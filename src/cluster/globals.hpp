#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/database.hpp"

namespace pgcoffer::cluster {

struct Role {
  std::string name;
  bool superuser = false, inherit = true, create_role = false, create_db = false, can_login = false;
  bool replication = false, bypass_rls = false;
  int connection_limit = -1;            ///< -1: none
  std::optional<std::string> password;  ///< the verifier that the server keeps; unset: none, or not asked for
  std::string valid_until;              ///< of the password; empty: for ever
  std::string comment;
  std::vector<SecurityLabel> labels;
  std::vector<Setting> settings;  ///< in all databases
  bool operator==(const Role&) const = default;
};

/// That a role is a member of another, as one grantor granted it.
struct Membership {
  std::string role, member;
  std::string grantor;               ///< empty: not known (before 16)
  bool admin = false;                ///< the member may grant it on
  std::optional<bool> inherit, set;  ///< 16+; unset: as the server takes it
  bool operator==(const Membership&) const = default;
};

struct Tablespace {
  std::string name, owner;
  std::string location;              ///< a folder on the server; empty: in the cluster's own
  std::vector<std::string> options;  ///< "random_page_cost=1.1"
  std::optional<Acl> acl;            ///< unset: as after CREATE TABLESPACE
  std::string comment;
  std::vector<SecurityLabel> labels;
  bool operator==(const Tablespace&) const = default;
};

/// Who may SET a parameter or ALTER SYSTEM it (15+).
struct ParameterPrivileges {
  std::string name;
  Acl acl;
  bool operator==(const ParameterPrivileges&) const = default;
};

/// What belongs to a whole cluster rather than to one of its databases. Roles of the server's own (pg_…) are not in it.
struct Globals {
  std::string bootstrap_superuser;      ///< made by initdb: owns parameters, and is the grantor where no other is known
  bool passwords = false;               ///< they were asked for: a role without one has none
  std::vector<Role> roles;              ///< by name
  std::vector<Setting> settings;        ///< of all roles in all databases (ALTER ROLE ALL)
  std::vector<Membership> memberships;  ///< by role; a grantor stands behind the grant that it has its right from
  std::vector<ParameterPrivileges> parameters;
  std::vector<Tablespace> tablespaces;
};

/// Puts the memberships into an order in which they can be granted. Throws Error(failed) where there is none.
void order_memberships(Globals& globals);

/// What is left out of the statements.
struct GlobalsSqlOptions {
  bool privileges = true, comments = true, security_labels = true, tablespaces = true;
};

// Statements, each with ";\n".

/// "WITH SUPERUSER INHERIT …": all attributes, so that the role has them whatever it had before.
[[nodiscard]] std::string attributes_sql(const Role& role);
[[nodiscard]] std::string membership_sql(const Membership& membership);
[[nodiscard]] std::string create_tablespace_sql(const Tablespace& tablespace);
/// "name='value', …": what stands between the brackets of ALTER TABLESPACE … SET.
[[nodiscard]] std::string tablespace_options_sql(const std::vector<std::string>& options);
[[nodiscard]] Acl default_tablespace_acl(const std::string& owner);
[[nodiscard]] Acl default_parameter_acl(const std::string& bootstrap_superuser);
[[nodiscard]] AclTarget tablespace_target(const Tablespace& tablespace);
[[nodiscard]] AclTarget parameter_target(const Globals& globals, const std::string& name);

/// One thing in words of the table of contents, with the statements that make it on an empty server.
struct GlobalEntry {
  std::string kind;  ///< "ROLE", "ROLE SETTING", "ROLE MEMBERSHIP", "PARAMETER ACL", "TABLESPACE"
  std::string name, owner, create, drop;
};
/// Everything, in an order in which it can be made.
[[nodiscard]] std::vector<GlobalEntry> entries(const Globals& globals, const GlobalsSqlOptions& options);

}  // namespace pgcoffer::cluster
