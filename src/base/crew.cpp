#include "base/crew.hpp"

#include <utility>

namespace pgcoffer {

Crew::~Crew() {
  threads_.clear();
}

void Crew::start(std::function<void()> body) {
  threads_.emplace_back([this, body = std::move(body)] {
    try {
      body();
    } catch (...) {
      failed();
    }
  });
}

void Crew::join() {
  for (std::jthread& thread : threads_) thread.join();
  threads_.clear();
  if (first_) std::rethrow_exception(std::exchange(first_, nullptr));
}

void Crew::failed() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (first_) return;
    first_ = std::current_exception();
  }
  on_failure_();
}

}  // namespace pgcoffer
