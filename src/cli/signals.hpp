#pragma once

#include <stop_token>
#include <thread>

namespace pgcoffer::cli {

/// Turns SIGINT, SIGTERM and SIGHUP into one stop request. Must be made before any other thread; SIGPIPE and SIGXFSZ
/// are ignored from then on (a closed pipe and a file too large are errors of write). A second signal ends the process
/// at once.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread stopper_;  ///< asks for the stop, which may wait for a server that does not answer
  std::jthread waiter_;
};

}  // namespace pgcoffer::cli
