#include "archive/database_script.hpp"

#include <fmt/format.h>

#include "archive/toc.hpp"

namespace pgcoffer::archive {

namespace {

/// The statements with the comment that stands before every entry of a script.
std::string entry_script(std::string_view kind, const std::string& name, const std::string& owner,
                         const std::string& sql) {
  TocEntry entry;
  entry.kind = kind;
  entry.name = name;
  entry.owner = owner;
  entry.section = "pre-data";
  entry.create = sql;
  return script({{entry}}, entry.section, {});
}

std::string create_script(const cluster::Database& database, cluster::DatabaseSqlOptions options, int source_version) {
  std::string sql = create_sql(database, database.name, options);
  if (source_version >= 150000 || !options.locale_provider) return sql;
  // Where a newer server is told nothing, the new database gets the provider that the cluster was made with.
  options.locale_provider = false;
  return fmt::format(
      "SELECT pg_catalog.current_setting('server_version_num')::integer >= 150000 AS has_locale_provider \\gset\n"
      "\\if :has_locale_provider\n{}\\else\n{}\\endif\n",
      sql, create_sql(database, database.name, options));
}

}  // namespace

std::string database_script(const cluster::Database& database, const cluster::DatabaseSqlOptions& options,
                            int source_version, std::string_view encoding) {
  std::string create = create_script(database, options, source_version);
  if (options.owner) create += owner_sql(database, database.name);
  std::string properties = description_sql(database, database.name, options);
  for (const cluster::Setting& setting : database.settings) properties += setting_sql(setting, database.name);
  const std::string owner = options.owner ? database.owner : "";
  return script_preamble(encoding) + entry_script("DATABASE", database.name, owner, create) +
         entry_script("DATABASE PROPERTIES", database.name, owner, properties);
}

std::string database_closing_script(const cluster::Database& database, const cluster::DatabaseSqlOptions& options) {
  std::string sql = limits_sql(database, database.name);
  if (options.privileges) sql += privileges_sql(database, database.name);
  return entry_script("DATABASE ACCESS", database.name, options.owner ? database.owner : "", sql);
}

}  // namespace pgcoffer::archive
