#include "cli/signals.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

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

/// The servers' queries are cancelled and unfinished files removed, which may take a moment: people should not wonder.
void say_stopping() {
  constexpr std::string_view text = "\r\x1b[Kpgcoffer: stopping and cleaning up; press Ctrl-C again to end at once\n";
  if (isatty(STDERR_FILENO) == 1) [[maybe_unused]]
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Signals::Signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // beyond `ulimit -f` a write then fails, as on a full disk
  const sigset_t set = awaited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& ended) {
    const sigset_t waited = awaited();
    bool stopping = false;
    while (!ended.stop_requested()) {
      const int signal = sigwaitinfo(&waited, nullptr);
      if (signal <= 0 || ended.stop_requested()) continue;
      if (std::exchange(stopping, true)) std::_Exit(130);
      end_if_asking();
      say_stopping();
      stopper_ = std::jthread([this] { source_.request_stop(); });
    }
  });
}

Signals::~Signals() {
  waiter_.request_stop();
  // Wakes it, so that the program ends at once.
  pthread_kill(waiter_.native_handle(), SIGHUP);
}

}  // namespace pgcoffer::cli
