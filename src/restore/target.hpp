#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/lock_watch.hpp"

namespace pgcoffer::restoring {

/// The database that is restored into: one connection for the schema and as many others as rows want.
class TargetDatabase {
 public:
  /// Every connection speaks the archive's encoding, and is watched, unless `watch` is null.
  TargetDatabase(ConnectOptions options, const std::string& client_encoding, LockWatch* watch, std::stop_token stop);
  /// Every further connection keeps a later restore from going on until it has ended.
  void keep_journal() noexcept { journal_ = true; }

  [[nodiscard]] pg::Connection& leader() noexcept { return *leader_; }
  /// The number'th further connection (from 0), opened when first asked for. Safe from several threads with different
  /// numbers. It lives as long as this object.
  [[nodiscard]] pg::Connection& worker(std::size_t number);
  /// Makes every running and later statement on every connection fail with Kind::interrupted.
  void cancel() noexcept;
  /// Number of tables, views and sequences that are neither the system's nor an extension's.
  [[nodiscard]] std::int64_t count_relations();

  /// How many of these tables have rows; those that are not there, or not to be read, do not count.
  [[nodiscard]] std::int64_t count_filled(const std::vector<const archive::Table*>& tables);

 private:
  [[nodiscard]] std::unique_ptr<pg::Connection> connect() const;

  ConnectOptions options_;
  std::string client_encoding_;
  LockWatch* watch_;
  std::mutex mutex_;
  bool cancelled_ = false, journal_ = false;
  std::unique_ptr<pg::Connection> leader_;
  std::vector<std::unique_ptr<pg::Connection>> workers_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace pgcoffer::restoring
