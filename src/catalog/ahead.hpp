#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/queue.hpp"
#include "pg/connection.hpp"
#include "pg/result.hpp"

namespace pgcoffer::catalog {

/// Asks the server, on a second connection in the same snapshot, what readers will want soon, while they work on what
/// the first one has answered: server and client are busy at the same time.
///
/// Nothing depends on it. What it cannot get (no connection left, a lock that somebody else waits for) the reader asks
/// for by itself, and meets the error there.
class Ahead {
 public:
  using Connect = std::function<std::shared_ptr<pg::Connection>()>;
  /// Without `connect` nothing is asked ahead.
  explicit Ahead(Connect connect);
  ~Ahead();
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// Asks for these, behind what was asked for before; does not wait.
  void ask(const std::vector<std::string>& queries);
  /// The rows of a query that was asked for, when they are there or the server is at it. Once. Nothing for others, for
  /// one that failed, and for one whose turn has not come: the caller asks at once, and it will not be asked here.
  [[nodiscard]] std::optional<pg::Result> take(std::string_view query);

 private:
  struct Question {
    std::string sql;
    std::promise<std::optional<pg::Result>> answer;
    std::atomic_flag begun;  ///< by either side, which is the one that asks it
  };
  static void answer(pg::Connection& connection, Question& question);
  void answer_all() noexcept;

  Connect connect_;
  BoundedQueue<std::shared_ptr<Question>> queue_;
  std::map<std::string, std::shared_ptr<Question>, std::less<>> asked_;
  std::jthread thread_;
};

}  // namespace pgcoffer::catalog
