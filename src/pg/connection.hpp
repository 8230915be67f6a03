#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "pg/result.hpp"
#include "pgcoffer/connect_options.hpp"

namespace pgcoffer::pg {

using pgcoffer::ConnectOptions;

/// How the session is set up; the settings are those pg_dump makes, for the same reasons.
enum class Session {
  dump,     ///< empty search_path, ISO dates, extra_float_digits 3, timeouts off, row_security off, …
  restore,  ///< empty search_path, check_function_bodies off, timeouts off, row_security off, …
};

/// Numbers are PQserverVersion()'s: 150004 is 15.4, 190000 is any 19.
using ServerVersion = int;

/// One connection with one session, over libpqxx. Not for use from several threads, except cancel().
///
/// Every failure is an Error: connection (no connection, lost; SQLSTATE class 08, 57P0x), permission (42501, class 28),
/// interrupted (57014 after cancel()), failed otherwise; message is the server's, sqlstate its code.
class Connection {
 public:
  /// Gives up soon after `stop` is requested (Error(interrupted)), unless a host's name is just being resolved. A stop
  /// that comes later is none of the connection's business.
  Connection(const ConnectOptions& options, Session session, const std::stop_token& stop = {});
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  /// Runs one statement and returns its rows. Values go in by quote_literal().
  Result query(std::string_view sql);
  /// Runs one or more statements (simple protocol), results dropped.
  void exec(std::string_view sql);

  /// Runs `COPY … TO STDOUT` and hands each line (with its newline; text format) to `line`. Returns the row count.
  /// An exception from `line` ends the COPY and passes through.
  std::uint64_t copy_out(std::string_view copy_sql, const std::function<void(std::string_view)>& line);

  /// Runs statements in one message, of which some are `COPY … TO STDOUT`: no wait for the server between them. `begin`
  /// is called with the number of each COPY (from 0) before its rows, `line` as above, `end` behind them.
  void copy_out_each(std::string_view sql, const std::function<void(std::size_t)>& begin,
                     const std::function<void(std::string_view)>& line, const std::function<void(std::size_t)>& end);

  /// Runs `COPY … FROM STDIN` with whole lines of COPY text format; sent in blocks. Returns the server's row count.
  std::uint64_t copy_in(std::string_view copy_sql, std::string_view lines);

  [[nodiscard]] ServerVersion server_version() const;
  [[nodiscard]] std::string parameter_status(const char* name) const;  ///< e.g. "server_encoding"
  [[nodiscard]] bool in_transaction() const;
  /// Asks the server to cancel what runs on this connection, without waiting for it; five seconds later hangs up, so
  /// that a server or network that has stopped holds nobody. Later queries throw Error(interrupted). Safe from another
  /// thread.
  void cancel() noexcept;
  /// host, port, dbname and user as libpq resolved them; never a password.
  struct Endpoint {
    std::string host, port, dbname, user;
  };
  [[nodiscard]] Endpoint endpoint() const;
  /// The role whose privileges count: that of ConnectOptions::role, else the user.
  [[nodiscard]] std::string role() const;

 private:
  void set_role(const std::string& role);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Libpqxx's and libpq's versions, for `pgcoffer version`.
[[nodiscard]] std::string pqxx_version();
[[nodiscard]] std::string libpq_version();

/// Throws Error(usage) where neither the options nor PGDATABASE or a service say which database is meant: libpq would
/// take that of the user's name, which is not to be changed by whoever forgets -d.
void require_database(const ConnectOptions& options);

/// To a database that every server has, where the options name none: for what belongs to no database.
[[nodiscard]] ConnectOptions maintenance(ConnectOptions options);

/// `conninfo` for messages: no password, no user input that might hold one.
[[nodiscard]] std::string describe(const ConnectOptions& options);

}  // namespace pgcoffer::pg
