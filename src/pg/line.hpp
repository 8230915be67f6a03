#pragma once

#include <libpq-fe.h>

#include <memory>

namespace pgcoffer::pg {

/// What other threads may touch of a connection: they ask its server to stop, and hang up where that does not help.
class Line {
 public:
  explicit Line(PGconn* connection);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Asks the server to cancel what runs, and waits for its answer (PQcancel).
  void cancel() const noexcept;
  /// Asks without waiting. A connection that is still there five seconds later is shut down, so that whoever waits for
  /// the server (which has stopped, or whose network swallows everything) gets an error.
  void cancel_or_hang_up() noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  ///< the requests' threads may outlive the connection
};

}  // namespace pgcoffer::pg
