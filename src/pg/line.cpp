#include "pg/line.hpp"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace pgcoffer::pg {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

struct Line::Shared {
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request;
  std::mutex mutex;
  std::condition_variable closed;
  int socket;  ///< -1: closed, its number may be somebody else's by now

  explicit Shared(PGconn* connection) : request(PQgetCancel(connection), &PQfreeCancel), socket(PQsocket(connection)) {}

  void ask() const noexcept {
    std::array<char, 256> ignored{};
    if (request) PQcancel(request.get(), ignored.data(), static_cast<int>(ignored.size()));
  }

  void hang_up_later() {
    std::unique_lock lock(mutex);
    if (closed.wait_for(lock, kPatience, [this] { return socket < 0; })) return;
    shutdown(socket, SHUT_RDWR);
  }
};

Line::Line(PGconn* connection) : shared_(std::make_shared<Shared>(connection)) {}

Line::~Line() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->socket = -1;
  shared_->closed.notify_all();
}

void Line::cancel() const noexcept {
  shared_->ask();
}

void Line::cancel_or_hang_up() noexcept {
  // Detached: asking may take as long as the network pleases, and nobody has to wait for it.
  try {
    std::thread([shared = shared_] { shared->ask(); }).detach();
    std::thread([shared = shared_] { shared->hang_up_later(); }).detach();
  } catch (const std::system_error&) {
    shared_->ask();  // no more threads are to be had
  }
}

}  // namespace pgcoffer::pg
