#include "restore/database.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kUndefined = "42704", kDuplicateDatabase = "42P04";

/// What archives told of their database before they had all of it.
cluster::Database from_server(const archive::Manifest& manifest) {
  cluster::Database database;
  database.name = manifest.database;
  database.encoding = manifest.server_encoding;
  if (!manifest.locale_provider.empty()) database.locale_provider = manifest.locale_provider;
  database.collate = manifest.collate;
  database.ctype = manifest.ctype;
  if (database.locale_provider != "libc") database.locale = manifest.icu_locale;
  return database;
}

std::set<std::string> roles_in(const cluster::Database& database, const cluster::DatabaseSqlOptions& options) {
  std::set<std::string> roles;
  if (options.owner) roles.insert(database.owner);
  for (const cluster::Setting& setting : database.settings) roles.insert(setting.role);
  if (options.privileges && database.acl) {
    for (const cluster::AclItem& item : *database.acl) roles.insert({item.grantee, item.grantor});
  }
  roles.erase("");
  return roles;
}

std::string literals(const std::set<std::string>& names) {
  std::vector<std::string> list;
  for (const std::string& name : names) list.push_back(quote_literal(name));
  return join(list, ", ");
}

std::string hint_for(const Error& error) {
  if (error.sqlstate() == kUndefined && error.message().find("tablespace") != std::string::npos)
    return "Create the tablespace first, or leave tablespaces out (--no-tablespaces).";
  if (error.message().find("locale") != std::string::npos || error.message().find("encoding") != std::string::npos) {
    return "Install the locale on the server's machine, or create a database with another one and restore into it with "
           "-d.";
  }
  if (error.kind() == Kind::permission) {
    return "Restore as a superuser, or as a role with CREATEDB for itself: -O -x leaves out owner and privileges, and "
           "parameters that it may not set.";
  }
  return error.hint();
}

}  // namespace

NewDatabase::NewDatabase(const archive::Manifest& manifest, const RestoreOptions& options, Warn warn)
    : options_(options), warn_(std::move(warn)) {
  sql_options_.owner = !options.no_owner;
  sql_options_.privileges = !options.no_privileges;
  sql_options_.comments = !options.leave_out.comments;
  sql_options_.security_labels = !options.leave_out.security_labels;
  sql_options_.tablespaces = !options.leave_out.tablespaces;
  if (manifest.properties) {
    database_ = *manifest.properties;
  } else {
    database_ = from_server(manifest);
    warn_("the archive does not tell of its database's owner, privileges and settings: it gets none of its own");
  }
  name_ = options.create_database.empty() ? database_.name : options.create_database;
  // The server would cut it, and say so in a notice.
  constexpr std::size_t longest_name = 63;
  if (name_.size() > longest_name) {
    throw Error(Kind::usage,
                fmt::format("a database cannot be called \"{}\": names have at most {} bytes", name_, longest_name))
        .hint("Choose another name with --create-db.");
  }
}

std::vector<std::string> NewDatabase::plan() const {
  std::string line =
      fmt::format("create database {} (encoding {}, {} locale {}", quote_ident(name_), database_.encoding,
                  database_.locale_provider, database_.locale.value_or(database_.collate));
  if (sql_options_.owner && !database_.owner.empty()) line += ", owner " + quote_ident(database_.owner);
  if (sql_options_.tablespaces && !database_.tablespace.empty())
    line += ", tablespace " + quote_ident(database_.tablespace);
  if (existed_) line = "restore into database " + quote_ident(name_) + " (as every server has it";
  std::vector<std::string> lines = {line + ")"};
  if (!database_.settings.empty()) lines.push_back(fmt::format("set {} parameters of it", database_.settings.size()));
  return lines;
}

pg::Connection& NewDatabase::maintenance() {
  if (!maintenance_)
    maintenance_ = std::make_unique<pg::Connection>(pg::maintenance(options_.connection), pg::Session::restore);
  return *maintenance_;
}

void NewDatabase::check() {
  pg::Connection& connection = maintenance();
  check_version(connection.server_version());
  const pg::Result found =
      connection.query("SELECT FROM pg_catalog.pg_database WHERE datname = " + quote_literal(name_));
  existed_ = !found.empty();
  if (existed_ && !options_.adopt_database) {
    throw Error(Kind::exists, fmt::format("cannot create database \"{}\": it exists", name_))
        .hint("Nothing was changed. Choose another name (--create-db NAME), or restore into it with -d.");
  }
  check_roles(connection);
}

void NewDatabase::check_version(int server_version) {
  const auto too_old = [&](const std::string& what) {
    return Error(Kind::unsupported, fmt::format("server version {} knows no {}", server_version / 10000, what))
        .hint("Create a database with a locale of your choice, and restore into it with -d.");
  };
  const std::string& provider = database_.locale_provider;
  const int since = provider == "icu" ? 150000 : provider == "builtin" ? 170000 : 0;
  if (server_version < since) throw too_old(fmt::format("databases with locale provider \"{}\"", provider));
  if (database_.icu_rules && server_version < 160000) throw too_old("databases with ICU rules");
  sql_options_.locale_provider = server_version >= 150000;
}

void NewDatabase::check_roles(pg::Connection& connection) {
  const std::set<std::string> wanted = roles_in(database_, sql_options_);
  if (wanted.empty()) return;
  std::set<std::string> missing = wanted;
  for (const pg::Row row :
       connection.query(fmt::format("SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ({})", literals(wanted))))
    missing.erase(row[0].str());
  if (options_.no_owner) {
    // Who restores without owners does not look for the source's roles on this server.
    std::erase_if(database_.settings, [&](const cluster::Setting& setting) {
      if (!missing.contains(setting.role)) return false;
      warn_(fmt::format("setting {} for role \"{}\" is left out: there is no such role", setting.name, setting.role));
      return true;
    });
    if (!sql_options_.privileges) return;
  }
  for (const std::string& role : roles_in(database_, sql_options_)) {
    if (!missing.contains(role)) continue;
    throw Error(Kind::not_found, fmt::format("database \"{}\" has an owner, privileges or settings of role \"{}\", "
                                             "which does not exist here",
                                             name_, role))
        .hint(
            "Nothing was changed. Create its roles first (`pgcoffer dump --globals` takes them along), or restore "
            "without owners and privileges: -O -x.");
  }
}

void NewDatabase::run(pg::Connection& connection, const std::string& sql, std::string_view what) const {
  if (sql.empty()) return;
  try {
    connection.exec(sql);
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    throw Error(error.sqlstate() == kDuplicateDatabase ? Kind::exists : error.kind(),
                fmt::format("cannot {} database \"{}\": {}", what, name_, error.message()))
        .hint(hint_for(error))
        .sqlstate(error.sqlstate());
  }
}

void NewDatabase::create() {
  if (!existed_) run(maintenance(), create_sql(database_, name_, sql_options_), "create");
}

void NewDatabase::describe() {
  pg::Connection& connection = maintenance();
  if (sql_options_.owner) run(connection, owner_sql(database_, name_), "set the owner of");
  run(connection, description_sql(database_, name_, sql_options_), "comment on or label");
  for (const cluster::Setting& setting : database_.settings) set(connection, setting);
  maintenance_.reset();
}

void NewDatabase::set(pg::Connection& connection, const cluster::Setting& setting) const {
  try {
    run(connection, setting_sql(setting, name_), fmt::format("set parameter {} of", setting.name));
  } catch (const Error& error) {
    // Gone from newer servers, or not for this role to set, which restores for itself.
    const bool bearable = error.sqlstate() == kUndefined || (options_.no_owner && error.kind() == Kind::permission);
    if (!bearable) throw;
    warn_(error.message() + ": left out");
  }
}

// Not over the connection to the new database: where that has another encoding, names that are not ASCII would be
// looked up with other bytes.
void NewDatabase::close() {
  pg::Connection& connection = maintenance();
  run(connection, limits_sql(database_, name_), "limit");
  if (sql_options_.privileges) run(connection, privileges_sql(database_, name_), "grant privileges on");
}

}  // namespace pgcoffer::restoring
