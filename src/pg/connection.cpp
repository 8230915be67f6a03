#include "pg/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <pqxx/pqxx>
#include <utility>

#include "base/text.hpp"
#include "pg/connect.hpp"
#include "pg/line.hpp"
#include "pg/result_data.hpp"
#include "pg/server_error.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::pg {
namespace {

using RawResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

RawResult own(PGresult* result) {
  return {result, &PQclear};
}

// Libpqxx keeps the PGconn to itself, but COPY in blocks, cancel and the endpoint need it: version 6 takes it from a
// connection policy of ours, version 7 seizes a connection that libpq has made.
#if PQXX_VERSION_MAJOR >= 7
using PqxxSession = pqxx::connection;
std::unique_ptr<PqxxSession> make_session(const ConnectOptions& options, const std::stop_token& stop, PGconn*& raw) {
  raw = connect(options, stop);
  return std::make_unique<PqxxSession>(pqxx::connection::seize_raw_connection(raw));
}
#else
class Adopt : public pqxx::connectionpolicy {
 public:
  explicit Adopt(const std::string& options) : pqxx::connectionpolicy(options) {}
  // Called twice while connecting, the second time with what the first returned.
  handle do_startconnect(handle orig) override { return orig != nullptr ? orig : std::exchange(next, nullptr); }
  static thread_local PGconn* next;
};
thread_local PGconn* Adopt::next = nullptr;

class PqxxSession : public pqxx::basic_connection_base<Adopt> {};

std::unique_ptr<PqxxSession> make_session(const ConnectOptions& options, const std::stop_token& stop, PGconn*& raw) {
  raw = connect(options, stop);
  Adopt::next = raw;
  auto session = std::make_unique<PqxxSession>();
  // A connection that is opened again behind our back would be outside of the snapshot.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // gone in version 7, where connections never come back
  session->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return session;
}
#endif

constexpr std::string_view kCommonSettings =
    "SET search_path = ''; SET statement_timeout = 0; SET lock_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0; SET row_security = off; SET client_min_messages = warning; "
    "SET standard_conforming_strings = on; SET quote_all_identifiers = off; SET array_nulls = on; SET DateStyle = ISO; "
    "SET IntervalStyle = postgres; ";

std::string session_settings(Session session, int version) {
  std::string sql(kCommonSettings);
  if (version >= 140000) sql += "SET idle_session_timeout = 0; ";
  if (version >= 170000) sql += "SET transaction_timeout = 0; ";
  if (session == Session::dump) {
    // synchronize_seqscans off: the same table is read in the same order every time.
    sql +=
        "SET extra_float_digits = 3; SET synchronize_seqscans = off; "
        "SET bytea_output = hex; SET xmloption = content; "
        // COPY (SELECT …) goes through the planner: parallel workers would mix the order of rows.
        "SET max_parallel_workers_per_gather = 0; "
        // Compiling catalog queries costs more than running them.
        "SET jit = off; ";
  } else {
    sql +=
        "SET check_function_bodies = false; SET xmloption = content; SET default_tablespace = ''; "
        // A database or a role may have it on for all sessions.
        "SET default_transaction_read_only = off; ";
  }
  return sql;
}

/// libpq takes what stands before a zero byte for the whole.
std::string whole(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos)
    throw Error(Kind::damaged, "a statement has a zero byte in it, which no SQL has");
  return std::string(sql);
}

}  // namespace

struct Connection::Impl {
  PGconn* raw = nullptr;
  std::string role;  ///< empty: the user's own
  std::unique_ptr<PqxxSession> session;
  std::unique_ptr<pqxx::nontransaction> work;
  std::optional<Line> line;
  std::atomic<bool> cancelled = false;

  /// Runs `action`, turning libpqxx's exceptions into ours.
  template <class Action>
  auto guarded(Action action) {
    check_cancelled();
    try {
      return action();
    } catch (const pqxx::sql_error& error) {
      throw server_error(error.what(), error.sqlstate(), cancelled);
    } catch (const pqxx::broken_connection& error) {
      throw failure(error.what());
    } catch (const pqxx::failure& error) {
      throw failure(error.what());
    }
  }

  [[nodiscard]] Error failure(const std::string& message) const {
    if (PQstatus(raw) != CONNECTION_OK) {
      // libpq keeps what the server said before it hung up; libpqxx only says that nobody is there.
      const std::string_view last_words = PQerrorMessage(raw);
      return lost_connection(last_words.empty() ? message : last_words, cancelled);
    }
    return server_error(message, "", cancelled);
  }

  [[nodiscard]] Error failure(const PGresult* result) const {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == nullptr) return failure(PQerrorMessage(raw));
    return server_error(PQresultErrorMessage(result), state, cancelled);
  }

  /// Takes what is left of a command's results; throws when it failed. Returns the row count of its tag.
  std::uint64_t finish_command() const {
    std::uint64_t rows = 0;
    std::optional<Error> error;
    while (const RawResult result = own(PQgetResult(raw))) {
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_COMMAND_OK) rows = std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
      if (status == PGRES_FATAL_ERROR && !error) error = failure(result.get());
      if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) break;
    }
    if (error) throw std::move(*error);
    if (PQstatus(raw) != CONNECTION_OK) throw failure(PQerrorMessage(raw));
    return rows;
  }

  /// A cancel request that came between two commands finds nothing to cancel on the server.
  void check_cancelled() const {
    if (cancelled) throw Error(Kind::interrupted, "interrupted");
  }

  void start_copy(std::string_view sql, ExecStatusType expected) const {
    check_cancelled();
    const RawResult result = own(PQexec(raw, whole(sql).c_str()));
    if (!result || PQresultStatus(result.get()) != expected) {
      if (result) throw failure(result.get());
      throw failure(PQerrorMessage(raw));
    }
  }

  /// Ends a COPY OUT that the caller gave up: the server is asked to stop, the rest is read and dropped.
  void drain_copy_out() const noexcept {
    line->cancel();
    drop_rows();
    // The request may come between two COPYs of a message: then the next one begins.
    while (const RawResult result = own(PQgetResult(raw))) {
      if (PQresultStatus(result.get()) == PGRES_COPY_OUT) drop_rows();
    }
  }

  void drop_rows() const noexcept {
    char* buffer = nullptr;
    while (PQgetCopyData(raw, &buffer, 0) > 0) PQfreemem(buffer);
  }

  /// Runs what belongs to the caller while rows are on their way; when it throws, the rest of them is dropped.
  template <class Action>
  void while_copying(Action action) const {
    try {
      action();
    } catch (...) {
      drain_copy_out();
      throw;
    }
  }

  /// The rows of the COPY that has begun.
  void receive_rows(const std::function<void(std::string_view)>& row) const {
    char* buffer = nullptr;
    for (;;) {
      const int size = PQgetCopyData(raw, &buffer, 0);
      if (size == -1) return;
      if (size == -2) throw failure(PQerrorMessage(raw));
      const std::unique_ptr<char, decltype(&PQfreemem)> owned(buffer, &PQfreemem);
      while_copying([&] { row(std::string_view(buffer, static_cast<std::size_t>(size))); });
    }
  }
};

Connection::Connection(const ConnectOptions& options, Session session, const std::stop_token& stop)
    : impl_(std::make_unique<Impl>()) {
  impl_->session = make_session(options, stop, impl_->raw);
  impl_->line.emplace(impl_->raw);
  const std::stop_callback on_stop(stop, [this] { cancel(); });
  impl_->guarded([&] { impl_->work = std::make_unique<pqxx::nontransaction>(*impl_->session); });
  if (server_version() < 130000) {
    throw Error(Kind::unsupported,
                fmt::format("server version {} is older than 13", parameter_status("server_version")))
        .hint("pgcoffer supports PostgreSQL 13 and later.");
  }
  exec(session_settings(session, server_version()));
  if (!options.role.empty()) set_role(options.role);
}

void Connection::set_role(const std::string& role) {
  try {
    exec("SET ROLE " + quote_always(role));
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
    throw Error(Kind::permission, fmt::format("cannot act as role \"{}\": {}", role, error.message()))
        .hint(fmt::format("--role takes a role that \"{}\" is a member of, spelt as in the catalog.", endpoint().user))
        .sqlstate(error.sqlstate());
  }
  impl_->role = role;
}

ConnectOptions maintenance(ConnectOptions options) {
  if (options.conninfo.empty() && options.dbname.empty()) options.dbname = "postgres";
  return options;
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result Connection::query(std::string_view sql) {
  // By libpq, since a pqxx::result copies a pointer with a count for every field that is looked at.
  impl_->check_cancelled();
  RawResult result = own(PQexec(impl_->raw, whole(sql).c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
    return Result(std::make_shared<const Result::Data>(result.release()));
  }
  if (result) throw impl_->failure(result.get());
  throw impl_->failure(PQerrorMessage(impl_->raw));
}

void Connection::exec(std::string_view sql) {
  // By libpq: libpqxx 6 loses the SQLSTATE of some errors, "permission denied" among them.
  impl_->check_cancelled();
  const RawResult result = own(PQexec(impl_->raw, whole(sql).c_str()));
  if (!result) throw impl_->failure(PQerrorMessage(impl_->raw));
  if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) throw impl_->failure(result.get());
}

std::uint64_t Connection::copy_out(std::string_view copy_sql, const std::function<void(std::string_view)>& line) {
  impl_->start_copy(copy_sql, PGRES_COPY_OUT);
  impl_->receive_rows(line);
  return impl_->finish_command();
}

void Connection::copy_out_each(std::string_view sql, const std::function<void(std::size_t)>& begin,
                               const std::function<void(std::string_view)>& line,
                               const std::function<void(std::size_t)>& end) {
  impl_->check_cancelled();
  if (PQsendQuery(impl_->raw, whole(sql).c_str()) != 1) throw impl_->failure(PQerrorMessage(impl_->raw));
  std::size_t number = 0;
  std::optional<Error> error;
  while (const RawResult result = own(PQgetResult(impl_->raw))) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR && !error) error = impl_->failure(result.get());
    if (status != PGRES_COPY_OUT) continue;
    impl_->while_copying([&] { begin(number); });
    impl_->receive_rows(line);
    // What its command says comes before anybody learns that the rows are whole.
    const RawResult done = own(PQgetResult(impl_->raw));
    if (done && PQresultStatus(done.get()) == PGRES_FATAL_ERROR) {
      error = impl_->failure(done.get());
      continue;
    }
    impl_->while_copying([&] { end(number); });
    ++number;
  }
  if (error) throw std::move(*error);
  if (PQstatus(impl_->raw) != CONNECTION_OK) throw impl_->failure(PQerrorMessage(impl_->raw));
}

std::uint64_t Connection::copy_in(std::string_view copy_sql, std::string_view lines) {
  constexpr std::size_t block = std::size_t{64} << 10U;
  impl_->start_copy(copy_sql, PGRES_COPY_IN);
  while (!lines.empty()) {
    const std::size_t size = std::min(block, lines.size());
    if (PQputCopyData(impl_->raw, lines.data(), static_cast<int>(size)) != 1) {
      throw impl_->failure(PQerrorMessage(impl_->raw));
    }
    lines.remove_prefix(size);
  }
  if (PQputCopyEnd(impl_->raw, nullptr) != 1) throw impl_->failure(PQerrorMessage(impl_->raw));
  return impl_->finish_command();
}

ServerVersion Connection::server_version() const {
  return PQserverVersion(impl_->raw);
}

std::string Connection::parameter_status(const char* name) const {
  const char* value = PQparameterStatus(impl_->raw, name);
  return value != nullptr ? value : "";
}

bool Connection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(impl_->raw);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void Connection::cancel() noexcept {
  impl_->cancelled = true;
  impl_->line->cancel_or_hang_up();
}

Connection::Endpoint Connection::endpoint() const {
  const auto text = [](const char* value) { return std::string(value != nullptr ? value : ""); };
  return {text(PQhost(impl_->raw)), text(PQport(impl_->raw)), text(PQdb(impl_->raw)), text(PQuser(impl_->raw))};
}

std::string Connection::role() const {
  return impl_->role.empty() ? endpoint().user : impl_->role;
}

std::string pqxx_version() {
  return PQXX_VERSION;
}

std::string libpq_version() {
  const int version = PQlibVersion();
  return fmt::format("{}.{}", version / 10000, version % 10000);
}

}  // namespace pgcoffer::pg
