#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/snapshot.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// The database being dumped: the leader's connection and as many others as are wanted, all in one snapshot. A stop
/// request cancels what runs on any of them.
class SourceDatabase {
 public:
  SourceDatabase(const ConnectOptions& options, std::stop_token stop);

  [[nodiscard]] pg::Connection& leader() noexcept { return *leader_; }
  [[nodiscard]] const pg::Snapshot& snapshot() const noexcept { return snapshot_; }
  /// Opens another connection in the snapshot. Safe from several threads. It lives as long as this object.
  /// `prepare` is called before its transaction begins, which only reads.
  [[nodiscard]] pg::Connection& connect(const std::string& client_encoding,
                                        const std::function<void(pg::Connection&)>& prepare = {});
  /// Makes every running and later query on every connection fail with Kind::interrupted.
  void cancel() noexcept;

 private:
  ConnectOptions options_;
  std::mutex mutex_;
  bool cancelled_ = false;
  std::unique_ptr<pg::Connection> leader_;
  std::vector<std::unique_ptr<pg::Connection>> workers_;
  pg::Snapshot snapshot_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace pgcoffer::dumping
