#include "cli/terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>

#include "cli/report.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
namespace {

std::atomic<bool> asking = false;
std::atomic<bool> silent_now = false;
termios before_silence;

/// True in `asking` while it lives.
struct Asking {
  Asking() {
    asking = true;
    std::cerr << "\r\x1b[K";  // a progress line ends here
  }
  ~Asking() { asking = false; }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
};

/// Echo off while it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_silence) != 0) return;
    silent_now = true;
    termios silent = before_silence;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &silent);
  }
  ~SilentTerminal() { restore(); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  static void restore() {
    if (silent_now.exchange(false)) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_silence);
  }
};

}  // namespace

void end_if_asking() {
  if (!asking) return;
  SilentTerminal::restore();
  std::cerr << std::endl;
  std::_Exit(130);
}

bool is_asking() noexcept {
  return asking;
}

bool is_terminal() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

Secret ask_secret(std::string_view prompt) {
  if (!is_terminal()) {
    throw Error(Kind::usage, "a password or passphrase is needed, and there is no terminal to ask at")
        .hint(
            "Give it by a file or the environment: PGPASSFILE or PGPASSWORD for the server, --passphrase-file for an "
            "archive.");
  }
  const Asking now;
  std::string line;
  {
    const SilentTerminal silent;  // before the prompt: who answers at once must not be shown
    std::cerr << prompt << std::flush;
    std::getline(std::cin, line);
  }
  std::cerr << "\n";
  return Secret(std::move(line));
}

Secret ask_new_secret(std::string_view prompt) {
  for (;;) {
    Secret first = ask_secret(prompt);
    if (first.empty()) throw Error(Kind::usage, "the passphrase is empty").hint("Type at least one character.");
    if (ask_secret("The same again: ").view() == first.view()) return first;
    std::cerr << "They differ.\n";
  }
}

bool ask_typed(std::string_view question, std::string_view expected) {
  if (!is_terminal()) return false;
  const Asking now;
  std::cerr << printable(question) << " " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line == expected;
}

bool ask_yes(std::string_view question) {
  if (!is_terminal()) return false;
  const Asking now;
  std::cerr << printable(question) << " [y/N] " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line == "y" || line == "Y" || line == "yes";
}

}  // namespace pgcoffer::cli
