#pragma once

#include <stop_token>
#include <thread>

namespace pgcoffer::cli {

/// Turns SIGINT, SIGTERM and SIGHUP into one stop request. Must be made before any other thread; SIGPIPE is ignored
/// from then on (a closed pipe is an error of write). A second signal ends the process at once.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace pgcoffer::cli
