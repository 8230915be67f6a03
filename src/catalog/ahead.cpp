#include "catalog/ahead.hpp"

#include <pgcoffer/error.hpp>
#include <utility>

namespace pgcoffer::catalog {
namespace {

constexpr std::size_t most_questions = 64;

// What the server prints of a table it locks. Behind somebody who waits for the leader's locks to go we would wait for
// ever, and the leader for us.
constexpr const char* no_waiting = "SET LOCAL lock_timeout = 100";

}  // namespace

Ahead::Ahead(Connect connect) : connect_(std::move(connect)), queue_(most_questions) {}

Ahead::~Ahead() {
  queue_.abandon();
}

void Ahead::ask(const std::vector<std::string>& queries) {
  if (!connect_) return;
  if (!thread_.joinable()) thread_ = std::jthread([this] { answer_all(); });
  for (const std::string& sql : queries) {
    auto question = std::make_shared<Question>();
    question->sql = sql;
    if (queue_.push(question)) asked_.insert_or_assign(sql, std::move(question));
  }
}

std::optional<pg::Result> Ahead::take(std::string_view query) {
  const auto found = asked_.find(query);
  if (found == asked_.end()) return std::nullopt;
  const auto question = std::move(found->second);
  asked_.erase(found);
  if (!question->begun.test_and_set()) return std::nullopt;
  return question->answer.get_future().get();
}

void Ahead::answer(pg::Connection& connection, Question& question) {
  try {
    question.answer.set_value(connection.query(question.sql));
  } catch (const std::exception&) {
    question.answer.set_value(std::nullopt);  // somebody may be waiting for it
    throw;
  }
}

void Ahead::answer_all() noexcept {
  try {
    const auto connection = connect_();
    connection->exec(no_waiting);
    while (const auto question = queue_.pop())
      if (!(*question)->begun.test_and_set()) answer(*connection, **question);
  } catch (const std::exception&) {  // told to nobody: the leader asks again
    queue_.abandon();
  }
}

}  // namespace pgcoffer::catalog
