#include "cli/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>

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
    const timespec tick{0, 100'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&waited, nullptr, &tick) <= 0) continue;
      if (source_.stop_requested()) std::_Exit(130);
      end_if_asking();
      source_.request_stop();
    }
  });
}

Signals::~Signals() = default;

}  // namespace pgcoffer::cli
