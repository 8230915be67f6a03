#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/snapshot.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// How its sessions read it.
struct SourceSettings {
  std::string snapshot;  ///< exported by another session; empty: one of our own
  bool serializable_deferrable = false;
  bool row_security = false;  ///< rows that policies hide are left out, instead of an error
  bool quote_all_identifiers = false;
  std::optional<int> extra_float_digits;
  bool utc = false;  ///< timestamps with time zone in UTC, whatever the zone of the session is
};
[[nodiscard]] SourceSettings source_settings(const DumpOptions& options);

/// The database being dumped: the leader's connection and as many others as are wanted, all in one snapshot. A stop
/// request cancels what runs on any of them.
class SourceDatabase {
 public:
  SourceDatabase(const ConnectOptions& options, std::stop_token stop, SourceSettings settings = {});

  [[nodiscard]] pg::Connection& leader() noexcept { return *leader_; }
  [[nodiscard]] const pg::Snapshot& snapshot() const noexcept { return snapshot_; }
  /// Opens another connection in the snapshot. Safe from several threads. It lives as long as this object.
  /// `prepare` is called before its transaction begins, which only reads.
  [[nodiscard]] pg::Connection& connect(const std::string& client_encoding,
                                        const std::function<void(pg::Connection&)>& prepare = {});
  /// The same, closed with the last copy of the pointer, which this object must outlive.
  [[nodiscard]] std::shared_ptr<pg::Connection> borrow(const std::string& client_encoding);
  /// Makes every running and later query on every connection fail with Kind::interrupted.
  void cancel() noexcept;

 private:
  [[nodiscard]] std::unique_ptr<pg::Connection> open() const;
  void close(const pg::Connection* connection) noexcept;

  ConnectOptions options_;
  SourceSettings settings_;
  std::mutex mutex_;
  bool cancelled_ = false;
  std::unique_ptr<pg::Connection> leader_;
  std::vector<std::unique_ptr<pg::Connection>> workers_;
  pg::Snapshot snapshot_;
  std::stop_callback<std::function<void()>> on_stop_;
};

/// One encoding for SQL, names and rows alike: UTF-8, to which the server converts; a database without an encoding has
/// only bytes to offer.
[[nodiscard]] std::string client_encoding(const pg::Connection& connection);

}  // namespace pgcoffer::dumping
