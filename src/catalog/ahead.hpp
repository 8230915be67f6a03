#pragma once

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
  /// The rows of a query that was asked for, when they are there; nothing for others, and for one that failed. Once.
  [[nodiscard]] std::optional<pg::Result> take(std::string_view query);

 private:
  struct Question {
    std::string sql;
    std::promise<std::optional<pg::Result>> answer;
  };
  void answer_all() noexcept;

  Connect connect_;
  BoundedQueue<Question> questions_;
  std::map<std::string, std::future<std::optional<pg::Result>>, std::less<>> answers_;
  std::jthread thread_;
};

}  // namespace pgcoffer::catalog
