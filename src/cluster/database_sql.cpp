#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cluster/database.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cluster {
namespace {

std::string locale_sql(const Database& database, bool provider) {
  std::string sql;
  if (provider) sql += " LOCALE_PROVIDER = " + database.locale_provider;
  if (!database.collate.empty() && database.collate == database.ctype) {
    sql += " LOCALE = " + quote_literal(database.collate);
  } else {
    if (!database.collate.empty()) sql += " LC_COLLATE = " + quote_literal(database.collate);
    if (!database.ctype.empty()) sql += " LC_CTYPE = " + quote_literal(database.ctype);
  }
  if (database.locale) {
    sql += database.locale_provider == "builtin" ? " BUILTIN_LOCALE = " : " ICU_LOCALE = ";
    sql += quote_literal(*database.locale);
  }
  if (database.icu_rules) sql += " ICU_RULES = " + quote_literal(*database.icu_rules);
  return sql;
}

/// A value in a connection string.
std::string conninfo_value(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string security_labels_sql(std::string_view target, const std::vector<SecurityLabel>& labels) {
  std::string sql;
  for (const SecurityLabel& label : labels) {
    sql += fmt::format("SECURITY LABEL FOR {} ON {} IS {};\n", quote_ident(label.provider), target,
                       quote_literal(label.label));
  }
  return sql;
}

std::string create_sql(const Database& database, std::string_view name, const DatabaseSqlOptions& options) {
  std::string sql = fmt::format("CREATE DATABASE {} WITH TEMPLATE = template0", quote_ident(name));
  if (!database.encoding.empty()) sql += " ENCODING = " + quote_literal(database.encoding);
  sql += locale_sql(database, options.locale_provider);
  if (options.tablespaces && !database.tablespace.empty()) sql += " TABLESPACE = " + quote_ident(database.tablespace);
  return sql + ";\n";
}

std::string drop_sql(std::string_view name, bool if_exists) {
  return fmt::format("DROP DATABASE {}{};\n", if_exists ? "IF EXISTS " : "", quote_ident(name));
}

std::string owner_sql(const Database& database, std::string_view name) {
  if (database.owner.empty()) return {};
  return fmt::format("ALTER DATABASE {} OWNER TO {};\n", quote_ident(name), quote_ident(database.owner));
}

std::string description_sql(const Database& database, std::string_view name, const DatabaseSqlOptions& options) {
  const std::string target = "DATABASE " + quote_ident(name);
  std::string sql;
  if (options.comments && !database.comment.empty())
    sql += fmt::format("COMMENT ON {} IS {};\n", target, quote_literal(database.comment));
  if (options.security_labels) sql += security_labels_sql(target, database.labels);
  return sql;
}

std::string setting_sql(const Setting& setting, std::string_view database_name) {
  const std::string database = "DATABASE " + quote_ident(database_name);
  const std::string holder =
      setting.role.empty() ? database : fmt::format("ROLE {} IN {}", quote_ident(setting.role), database);
  return fmt::format("ALTER {} SET {};\n", holder, setting_sql(setting));
}

std::string limits_sql(const Database& database, std::string_view name) {
  std::string sql;
  if (database.connection_limit != -1)
    sql += fmt::format("ALTER DATABASE {} CONNECTION LIMIT = {};\n", quote_ident(name), database.connection_limit);
  if (database.is_template) sql += fmt::format("ALTER DATABASE {} IS_TEMPLATE = true;\n", quote_ident(name));
  return sql;
}

std::string privileges_sql(const Database& database, std::string_view name) {
  if (!database.acl) return {};
  return acl_sql({"DATABASE", quote_ident(name), "", database.owner, 0}, *database.acl,
                 default_database_acl(database.owner));
}

Acl default_database_acl(const std::string& owner) {
  Acl acl = {{"", "Tc", owner}};
  if (!owner.empty()) acl.push_back({owner, "CTc", owner});
  return acl;
}

bool in_every_cluster(std::string_view database_name) {
  return database_name == "template1" || database_name == "postgres";
}

std::string psql_connect(std::string_view database_name) {
  if (database_name.find_first_of("\r\n") != std::string_view::npos) {
    throw Error(Kind::unsupported,
                fmt::format("psql cannot connect to a database with a line end in its name: \"{}\"", database_name))
        .hint("Write an archive instead of a script, or rename the database.");
  }
  const bool simple = std::ranges::all_of(database_name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  if (simple) return fmt::format("\\connect {}\n", quote_ident(database_name));
  return fmt::format("\\connect -reuse-previous=on {}\n",
                     quote_always(std::string("dbname=") + conninfo_value(database_name)));
}

}  // namespace pgcoffer::cluster
