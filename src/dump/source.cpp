#include "dump/source.hpp"

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

SourceDatabase::SourceDatabase(const ConnectOptions& options, std::stop_token stop)
    : options_(options),
      leader_(std::make_unique<pg::Connection>(options, pg::Session::dump)),
      snapshot_(pg::export_snapshot(*leader_)),
      on_stop_(std::move(stop), [this] { cancel(); }) {}

pg::Connection& SourceDatabase::connect(const std::string& client_encoding,
                                        const std::function<void(pg::Connection&)>& prepare) {
  auto connection = std::make_unique<pg::Connection>(options_, pg::Session::dump);
  connection->exec("SET client_encoding = " + quote_literal(client_encoding));
  if (prepare) prepare(*connection);
  pg::adopt_snapshot(*connection, snapshot_);
  const std::scoped_lock lock(mutex_);
  if (cancelled_) throw Error(Kind::interrupted, "interrupted");
  workers_.push_back(std::move(connection));
  return *workers_.back();
}

void SourceDatabase::cancel() noexcept {
  const std::scoped_lock lock(mutex_);
  cancelled_ = true;
  leader_->cancel();
  for (const auto& worker : workers_) worker->cancel();
}

}  // namespace pgcoffer::dumping
