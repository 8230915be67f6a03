#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pgcoffer {

/// Threads that work together and fail together.
class Crew {
 public:
  /// `on_failure` is called once, by the first thread whose body throws: it must make the others stop waiting.
  explicit Crew(std::function<void()> on_failure) : on_failure_(std::move(on_failure)) {}
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void start(std::function<void()> body);
  /// Waits for all and rethrows the first exception.
  void join();

 private:
  void failed() noexcept;

  std::function<void()> on_failure_;
  std::vector<std::jthread> threads_;
  std::mutex mutex_;
  std::exception_ptr first_;
};

}  // namespace pgcoffer
