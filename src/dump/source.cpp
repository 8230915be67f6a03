#include "dump/source.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "dump/check_options.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

namespace {

pg::Snapshot begin(pg::Connection& leader, const SourceSettings& settings) {
  if (settings.snapshot.empty()) return pg::export_snapshot(leader, settings.serializable_deferrable);
  try {
    return pg::import_snapshot(leader, settings.snapshot);
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    throw Error(Kind::usage, fmt::format("cannot dump in snapshot \"{}\": {}", settings.snapshot, error.message()))
        .hint("The session that called pg_export_snapshot() must still be in that transaction, in this database.")
        .sqlstate(error.sqlstate());
  }
}

}  // namespace

SourceSettings source_settings(const DumpOptions& options) {
  return {options.snapshot,
          options.serializable_deferrable,
          options.enable_row_security,
          options.quote_all_identifiers,
          options.extra_float_digits,
          wants_binary_rows(options)};
}

SourceDatabase::SourceDatabase(const ConnectOptions& options, std::stop_token stop, SourceSettings settings)
    : options_(options),
      settings_(std::move(settings)),
      leader_(open()),
      snapshot_(begin(*leader_, settings_)),
      on_stop_(std::move(stop), [this] { cancel(); }) {}

std::unique_ptr<pg::Connection> SourceDatabase::open() const {
  auto connection = std::make_unique<pg::Connection>(options_, pg::Session::dump);
  std::string settings;
  if (settings_.row_security) settings += "SET row_security = on; ";
  if (settings_.quote_all_identifiers) settings += "SET quote_all_identifiers = on; ";
  if (settings_.extra_float_digits)
    settings += fmt::format("SET extra_float_digits = {}; ", *settings_.extra_float_digits);
  if (settings_.utc) settings += "SET TimeZone = 'UTC'; ";
  if (!settings.empty()) connection->exec(settings);
  return connection;
}

pg::Connection& SourceDatabase::connect(const std::string& client_encoding,
                                        const std::function<void(pg::Connection&)>& prepare) {
  std::unique_ptr<pg::Connection> connection = open();
  connection->exec("SET client_encoding = " + quote_literal(client_encoding));
  if (prepare) prepare(*connection);
  pg::adopt_snapshot(*connection, snapshot_);
  const std::scoped_lock lock(mutex_);
  if (cancelled_) throw Error(Kind::interrupted, "interrupted");
  workers_.push_back(std::move(connection));
  return *workers_.back();
}

std::shared_ptr<pg::Connection> SourceDatabase::borrow(const std::string& client_encoding) {
  return {&connect(client_encoding), [this](const pg::Connection* connection) { close(connection); }};
}

void SourceDatabase::close(const pg::Connection* connection) noexcept {
  const std::scoped_lock lock(mutex_);
  std::erase_if(workers_, [&](const auto& worker) { return worker.get() == connection; });
}

std::string client_encoding(const pg::Connection& connection) {
  const std::string encoding = connection.parameter_status("server_encoding");
  return encoding == "SQL_ASCII" ? encoding : "UTF8";
}

void SourceDatabase::cancel() noexcept {
  const std::scoped_lock lock(mutex_);
  cancelled_ = true;
  leader_->cancel();
  for (const auto& worker : workers_) worker->cancel();
}

}  // namespace pgcoffer::dumping
