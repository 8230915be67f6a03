#include "restore/target.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {

TargetDatabase::TargetDatabase(ConnectOptions options, std::stop_token stop)
    : options_(std::move(options)),
      leader_(std::make_unique<pg::Connection>(options_, pg::Session::restore)),
      on_stop_(std::move(stop), [this] { cancel(); }) {}

pg::Connection& TargetDatabase::worker(std::size_t number, const std::string& client_encoding) {
  {
    const std::scoped_lock lock(mutex_);
    if (cancelled_) throw Error(Kind::interrupted, "interrupted");
    if (number >= workers_.size()) workers_.resize(number + 1);
    if (workers_[number]) return *workers_[number];
  }
  auto connection = std::make_unique<pg::Connection>(options_, pg::Session::restore);
  connection->exec("SET client_encoding = " + quote_literal(client_encoding));
  const std::scoped_lock lock(mutex_);
  if (cancelled_) throw Error(Kind::interrupted, "interrupted");
  workers_[number] = std::move(connection);
  return *workers_[number];
}

void TargetDatabase::cancel() noexcept {
  const std::scoped_lock lock(mutex_);
  cancelled_ = true;
  leader_->cancel();
  for (const auto& worker : workers_) {
    if (worker) worker->cancel();
  }
}

std::int64_t TargetDatabase::count_relations() {
  const pg::Result result = leader_->query(R"(
    SELECT pg_catalog.count(*)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))");
  return result[0][0].as_int();
}

namespace {

std::string locale_clause(const archive::Manifest& manifest, int server_version) {
  const int since = manifest.locale_provider == "icu" ? 150000 : manifest.locale_provider == "builtin" ? 170000 : 0;
  if (server_version < since) {
    throw Error(Kind::unsupported, fmt::format("the source's locale provider \"{}\" is not known to server version {}",
                                               manifest.locale_provider, server_version / 10000))
        .hint("Create a database with a locale of your choice, and restore into it with -d.");
  }
  std::string clause = fmt::format(" ENCODING {}", quote_literal(manifest.server_encoding));
  if (!manifest.collate.empty()) clause += fmt::format(" LC_COLLATE {}", quote_literal(manifest.collate));
  if (!manifest.ctype.empty()) clause += fmt::format(" LC_CTYPE {}", quote_literal(manifest.ctype));
  if (manifest.locale_provider == "icu" && server_version >= 150000) {
    clause += fmt::format(" LOCALE_PROVIDER icu ICU_LOCALE {}", quote_literal(manifest.icu_locale));
  } else if (manifest.locale_provider == "builtin" && server_version >= 170000) {
    clause += fmt::format(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}", quote_literal(manifest.icu_locale));
  } else if (server_version >= 150000) {
    clause += " LOCALE_PROVIDER libc";
  }
  return clause;
}

}  // namespace

void create_database(const ConnectOptions& options, const std::string& name, const archive::Manifest& manifest) {
  ConnectOptions maintenance = options;
  if (maintenance.conninfo.empty() && maintenance.dbname.empty()) maintenance.dbname = "postgres";
  pg::Connection connection(maintenance, pg::Session::restore);
  const std::string sql = fmt::format("CREATE DATABASE {} TEMPLATE template0{}", quote_always(name),
                                      locale_clause(manifest, connection.server_version()));
  try {
    connection.exec(sql);
  } catch (const Error& error) {
    const bool exists = error.sqlstate() == "42P04";
    throw Error(exists ? Kind::exists : error.kind(),
                fmt::format("cannot create database \"{}\": {}", name, error.message()))
        .hint(exists ? "Choose another name, or restore into it with -d." : error.hint())
        .sqlstate(error.sqlstate());
  }
}

}  // namespace pgcoffer::restoring
