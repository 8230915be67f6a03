#include "pg/connect.hpp"

#include <poll.h>

#include <memory>
#include <new>

#include "pg/connection.hpp"
#include "pg/conninfo.hpp"
#include "pg/server_error.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::pg {
namespace {

using RawConnection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

/// Notices are for interactive users; what matters comes as an error.
void ignore_notice(void*, const char*) {}

constexpr int kLookForStop = 50;  // milliseconds

/// Returns when the connection is made, has failed, or is not wanted any more. Knows no connect_timeout: `stop` is it.
void make_until(const std::stop_token& stop, PGconn* connection) {
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted while connecting");
    const short wanted = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd socket{PQsocket(connection), wanted, 0};
    if (socket.fd < 0 || poll(&socket, 1, kLookForStop) > 0) next = PQconnectPoll(connection);
  }
}

RawConnection begin(const Conninfo& info, const std::stop_token& stop) {
  if (!stop.stop_possible()) return {PQconnectdbParams(info.keywords().data(), info.values().data(), 0), &PQfinish};
  RawConnection connection(PQconnectStartParams(info.keywords().data(), info.values().data(), 0), &PQfinish);
  if (connection && PQstatus(connection.get()) != CONNECTION_BAD) make_until(stop, connection.get());
  return connection;
}

}  // namespace

PGconn* connect(const ConnectOptions& options, const std::stop_token& stop) {
  RawConnection connection = begin(resolve_conninfo(options), stop);
  if (!connection) throw std::bad_alloc();
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw connect_error(PQerrorMessage(connection.get()), describe(options),
                        PQconnectionNeedsPassword(connection.get()) != 0);
  }
  PQsetNoticeProcessor(connection.get(), ignore_notice, nullptr);
  return connection.release();
}

}  // namespace pgcoffer::pg
