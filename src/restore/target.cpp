#include "restore/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "restore/journal.hpp"

namespace pgcoffer::restoring {

TargetDatabase::TargetDatabase(ConnectOptions options, const std::string& client_encoding, LockWatch* watch,
                               std::stop_token stop)
    : options_(std::move(options)),
      client_encoding_(client_encoding),
      watch_(watch),
      leader_(connect()),
      on_stop_(std::move(stop), [this] { cancel(); }) {}

std::unique_ptr<pg::Connection> TargetDatabase::connect() const {
  auto connection = std::make_unique<pg::Connection>(options_, pg::Session::restore);
  connection->exec("SET client_encoding = " + quote_literal(client_encoding_));
  if (watch_ != nullptr) watch_->add(*connection);
  return connection;
}

pg::Connection& TargetDatabase::worker(std::size_t number) {
  {
    const std::scoped_lock lock(mutex_);
    if (cancelled_) throw Error(Kind::interrupted, "interrupted");
    if (number >= workers_.size()) workers_.resize(number + 1);
    if (workers_[number]) return *workers_[number];
  }
  std::unique_ptr<pg::Connection> connection = connect();
  if (journal_) Journal::join(*connection);
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

std::int64_t TargetDatabase::count_filled(const std::vector<const archive::Table*>& tables) {
  std::vector<std::string> names, looks;
  for (const archive::Table* table : tables)
    names.push_back(fmt::format("({})", quote_literal(quote_always(QualifiedName{table->schema, table->name}))));
  if (names.empty()) return 0;
  const pg::Result there =
      leader_->query(fmt::format("SELECT CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || wanted.name "
                                 "FROM (VALUES {}) AS wanted(name) JOIN pg_catalog.pg_class c "
                                 "ON c.oid = pg_catalog.to_regclass(wanted.name) "
                                 "WHERE pg_catalog.has_table_privilege(c.oid, 'SELECT')",
                                 join(names, ", ")));
  for (const pg::Row row : there)
    looks.push_back(fmt::format("SELECT EXISTS (SELECT FROM {}) AS filled", row[0].view()));
  std::int64_t filled = 0;
  constexpr std::size_t batch = 200;
  for (std::size_t first = 0; first < looks.size(); first += batch) {
    const auto begin = looks.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<std::string> some(begin,
                                        begin + static_cast<std::ptrdiff_t>(std::min(batch, looks.size() - first)));
    filled += leader_
                  ->query(fmt::format("SELECT pg_catalog.count(*) FROM ({}) AS tables WHERE filled",
                                      join(some, " UNION ALL ")))[0][0]
                  .as_int();
  }
  return filled;
}

}  // namespace pgcoffer::restoring
