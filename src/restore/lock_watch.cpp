#include "restore/lock_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";
constexpr std::chrono::seconds kPatience{3};
constexpr std::chrono::milliseconds kSeldom{1000}, kOften{10};

// Who waits for a row waits for a transaction; the table is that of the row which it has locked to be the next.
constexpr const char* kWaits = R"sql(
  SELECT w.pid, w.mode, w.locktype, n.nspname, c.relname, holder.pid AS holder, a.application_name, a.usename, a.state
  FROM pg_catalog.pg_locks w
    CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS holder(pid)
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = holder.pid
    LEFT JOIN pg_catalog.pg_locks t ON t.pid = w.pid AND t.locktype = 'tuple' AND t.granted
    LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(w.relation, t.relation)
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT w.granted AND w.pid IN ({0}) AND holder.pid NOT IN ({0})
  ORDER BY w.pid, holder.pid)sql";

std::string holder(const pg::Row& row) {
  if (row["holder"].view() == "0") return "a prepared transaction";
  std::vector<std::string> known;
  if (!row["application_name"].is_null() && !row["application_name"].view().empty())
    known.push_back(fmt::format("application \"{}\"", row["application_name"].view()));
  if (!row["usename"].is_null()) known.push_back(fmt::format("role \"{}\"", row["usename"].view()));
  if (!row["state"].is_null()) known.push_back(row["state"].str());
  return fmt::format("server process {}{}", row["holder"].view(),
                     known.empty() ? "" : fmt::format(" ({})", join(known, ", ")));
}

/// "a lock on table public.orders (AccessExclusiveLock) that is held by "
std::string waited_for(const pg::Row& row) {
  const std::string table = row["relname"].is_null() ? "" : display_name({row["nspname"].str(), row["relname"].str()});
  if (row["locktype"].view() == "relation" && !table.empty())
    return fmt::format("a lock on table {} ({}) that is held by ", table, row["mode"].view());
  if (row["locktype"].view() == "transactionid")
    return fmt::format("a row{}{} that is held by ", table.empty() ? "" : " of table ", table);
  return fmt::format("a lock ({}) that is held by ", row["locktype"].view());
}

}  // namespace

/// What the thread works with.
class LockWatch::Watcher {
 public:
  Watcher(ConnectOptions options, std::chrono::milliseconds interval, Progress& progress)
      : options_(std::move(options)), interval_(interval), progress_(progress) {}

  // Most restores have ended before it first looks, and it never connects.
  void run(const std::stop_token& stop) {
    try {
      if (!wait(stop)) return;
      pg::Connection connection(options_, pg::Session::restore, stop);
      const std::stop_callback on_stop(stop, [&] { connection.cancel(); });
      do look(connection);
      while (wait(stop));
    } catch (const Error&) {
      // What is to be told is worth less than the restore.
    }
  }

  void add(std::string session) {
    const std::scoped_lock lock(mutex_);
    sessions_.push_back(std::move(session));
  }

  [[nodiscard]] std::string last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Wait {
    Clock::time_point since, seen;
    bool told = false;
  };

  /// False: it is to end.
  bool wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    return !stop.stop_requested();
  }

  void look(pg::Connection& connection) {
    std::string sessions;
    {
      const std::scoped_lock lock(mutex_);
      sessions = join(sessions_, ", ");
    }
    if (sessions.empty()) return;
    std::map<std::string, std::string> what;
    std::map<std::string, std::vector<std::string>> holders;
    for (const pg::Row row : connection.query(fmt::format(kWaits, sessions))) {
      const std::string session = row["pid"].str();
      what.emplace(session, waited_for(row));
      holders[session].push_back(holder(row));
    }
    const std::scoped_lock lock(mutex_);
    const Clock::time_point now = Clock::now();
    std::erase_if(waits_, [&](const auto& wait) { return now - wait.second.seen > kPatience; });
    for (const auto& [session, text] : what) remember(join_first(holders.at(session)), text, now);
  }

  // A restore may try one after the other of the tables that somebody has locked, each for less than our patience.
  void remember(const std::string& holder, const std::string& text, Clock::time_point now) {
    Wait& wait = waits_.try_emplace(holder, Wait{now, now, false}).first->second;
    wait.seen = now;
    last_ = text + holder;
    if (wait.told || now - wait.since < kPatience) return;
    wait.told = true;
    progress_.note("waiting for " + last_);
  }

  ConnectOptions options_;
  std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Progress& progress_;
  std::vector<std::string> sessions_;  ///< the server's processes that are watched
  std::map<std::string, Wait> waits_;  ///< by those that are waited for
  std::string last_;                   ///< what was waited for at last, perhaps no more
};

LockWatch::LockWatch(const ConnectOptions& options, std::chrono::milliseconds timeout, Progress& progress,
                     std::stop_token stop)
    : timeout_(timeout),
      watcher_(std::make_unique<Watcher>(
          options, timeout.count() > 0 ? std::clamp(timeout / 4, kOften, kSeldom) : kSeldom, progress)),
      thread_([this](const std::stop_token& end) { watcher_->run(end); }),
      on_stop_(std::move(stop), [this] { thread_.request_stop(); }) {}

LockWatch::~LockWatch() = default;

void LockWatch::add(pg::Connection& connection) {
  connection.exec(fmt::format("SET lock_timeout = {}", timeout_.count()));
  watcher_->add(connection.query("SELECT pg_catalog.pg_backend_pid()")[0][0].str());
}

Error LockWatch::explained(const Error& error) const {
  if (error.sqlstate() != kLockNotAvailable || timeout_.count() == 0) return error;
  const std::string last = watcher_->last();
  return Error(error.kind(), fmt::format("{}: waited {} ms for {}", error.message(), timeout_.count(),
                                         last.empty() ? "a lock of somebody else" : last))
      .hint(error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::restoring
