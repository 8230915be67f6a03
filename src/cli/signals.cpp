#include "cli/signals.hpp"

#include <csignal>
#include <cstdlib>

#include "cli/terminal.hpp"

namespace pgcoffer::cli {
namespace {

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Signals::Signals() {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = awaited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& ended) {
    const sigset_t waited = awaited();
    while (!ended.stop_requested()) {
      const int signal = sigwaitinfo(&waited, nullptr);
      if (signal <= 0 || ended.stop_requested()) continue;
      if (source_.stop_requested()) std::_Exit(130);
      end_if_asking();
      source_.request_stop();
    }
  });
}

Signals::~Signals() {
  waiter_.request_stop();
  // Wakes it, so that the program ends at once.
  pthread_kill(waiter_.native_handle(), SIGHUP);
}

}  // namespace pgcoffer::cli
