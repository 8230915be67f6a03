#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/acl.hpp"

namespace pgcoffer::cluster {

/// A parameter that ALTER DATABASE … SET or ALTER ROLE … SET has given a value.
struct Setting {
  std::string role;  ///< of a database: for sessions of this role only; empty: for all
  std::string name;
  std::vector<std::string> values;  ///< the elements of a list (search_path), else one
  bool operator==(const Setting&) const = default;
};
/// Reads "name=value" as pg_db_role_setting holds it.
[[nodiscard]] Setting parse_setting(std::string_view item);
/// "name TO 'a', 'b'": what stands behind SET.
[[nodiscard]] std::string setting_sql(const Setting& setting);

struct SecurityLabel {
  std::string provider, label;
  bool operator==(const SecurityLabel&) const = default;
};
/// SECURITY LABEL statements; `target` is "DATABASE shop".
[[nodiscard]] std::string security_labels_sql(std::string_view target, const std::vector<SecurityLabel>& labels);

/// A database without its contents: what CREATE DATABASE and ALTER DATABASE say of it.
struct Database {
  std::string name, owner;  ///< owner: empty when left out of the dump
  std::string encoding;
  std::string locale_provider = "libc";  ///< "libc", "icu", "builtin"
  std::string collate, ctype;
  std::optional<std::string> locale;     ///< of icu and builtin
  std::optional<std::string> icu_rules;  ///< 16+
  std::string tablespace;                ///< empty: pg_default
  int connection_limit = -1;             ///< -1: none
  bool is_template = false;
  std::string comment;
  std::vector<SecurityLabel> labels;
  std::optional<Acl> acl;  ///< unset: as after CREATE DATABASE
  std::vector<Setting> settings;
};

/// What is left out of the statements.
struct DatabaseSqlOptions {
  bool owner = true, privileges = true, comments = true, security_labels = true, tablespaces = true;
  bool locale_provider = true;  ///< false for servers before 15, which know libc only
};

// Statements about the database under the name given, each with ";\n"; empty where there is nothing to say.

[[nodiscard]] std::string create_sql(const Database& database, std::string_view name,
                                     const DatabaseSqlOptions& options);
[[nodiscard]] std::string drop_sql(std::string_view name, bool if_exists);
[[nodiscard]] std::string owner_sql(const Database& database, std::string_view name);
/// COMMENT ON and SECURITY LABEL.
[[nodiscard]] std::string description_sql(const Database& database, std::string_view name,
                                          const DatabaseSqlOptions& options);
/// ALTER DATABASE … SET or ALTER ROLE … IN DATABASE … SET.
[[nodiscard]] std::string setting_sql(const Setting& setting, std::string_view database_name);
/// Connection limit and template mark: what may bar a restore from its own database.
[[nodiscard]] std::string limits_sql(const Database& database, std::string_view name);
/// From what CREATE DATABASE gives to what the database has.
[[nodiscard]] std::string privileges_sql(const Database& database, std::string_view name);

/// The privileges that a new database of this owner has.
[[nodiscard]] Acl default_database_acl(const std::string& owner);

/// True for the databases that initdb makes, and that take connections: template1 and postgres.
[[nodiscard]] bool in_every_cluster(std::string_view database_name);

/// psql's meta-command that connects to it. Throws Error(unsupported) for a name with a line end, which psql cannot
/// read.
[[nodiscard]] std::string psql_connect(std::string_view database_name);

}  // namespace pgcoffer::cluster
