#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

#include "pg/connection.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer::restoring {

/// Looks, over a connection of its own, whether sessions of a restore wait for locks that others hold: tells the
/// progress of waits that last some seconds, and knows who it was when one has lasted too long. Where that connection
/// is not to be had nothing is told.
class LockWatch {
 public:
  /// `timeout`: how long a session waits for a lock before its statement fails; 0: for ever.
  LockWatch(const ConnectOptions& options, std::chrono::milliseconds timeout, Progress& progress, std::stop_token stop);
  ~LockWatch();
  LockWatch(const LockWatch&) = delete;
  LockWatch& operator=(const LockWatch&) = delete;

  /// The session gets the timeout, and is watched from now on. Safe from several threads.
  void add(pg::Connection& connection);
  /// An error that says whose lock was waited for, if that is what has failed; any other stays as it is.
  [[nodiscard]] Error explained(const Error& error) const;

 private:
  class Watcher;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Watcher> watcher_;
  std::jthread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace pgcoffer::restoring
