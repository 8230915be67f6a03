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

Ahead::Ahead(Connect connect) : connect_(std::move(connect)), questions_(most_questions) {}

Ahead::~Ahead() {
  questions_.abandon();
}

void Ahead::ask(const std::vector<std::string>& queries) {
  if (!connect_) return;
  if (!thread_.joinable()) thread_ = std::jthread([this] { answer_all(); });
  for (const std::string& sql : queries) {
    Question question{sql, {}};
    auto answer = question.answer.get_future();
    if (questions_.push(std::move(question))) answers_.insert_or_assign(sql, std::move(answer));
  }
}

std::optional<pg::Result> Ahead::take(std::string_view query) {
  const auto found = answers_.find(query);
  if (found == answers_.end()) return std::nullopt;
  auto answer = std::move(found->second);
  answers_.erase(found);
  try {
    return answer.get();
  } catch (const std::future_error&) {  // the thread ended before
    return std::nullopt;
  }
}

void Ahead::answer_all() noexcept {
  try {
    const auto connection = connect_();
    connection->exec(no_waiting);
    while (auto question = questions_.pop()) question->answer.set_value(connection->query(question->sql));
  } catch (const std::exception&) {  // told to nobody: the leader asks again
    questions_.abandon();
  }
}

}  // namespace pgcoffer::catalog
