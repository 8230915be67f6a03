#include "cli/progress_display.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Counts what has been done and since when.
struct Meter {
  std::string phase, table;
  Expected expected;
  std::uint64_t rows = 0, bytes = 0, tables = 0;
  Clock::time_point phase_start = Clock::now();

  [[nodiscard]] double seconds() const {
    return std::max(1e-3, std::chrono::duration<double>(Clock::now() - phase_start).count());
  }
  [[nodiscard]] double share() const {
    if (expected.bytes == 0) return 0;
    return std::min(1.0, static_cast<double>(bytes) / static_cast<double>(expected.bytes));
  }
};

void print(const std::string& line) {
  // One write a line, so that lines of several threads do not mix.
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

/// Keeps the meter; the kinds of display say what to do with it.
class Display : public Progress {
 public:
  void phase(std::string_view name, const Expected& expected) noexcept override {
    const std::scoped_lock lock(mutex_);
    meter_ = Meter{};
    meter_.phase = name;
    meter_.expected = expected;
    phase_begun();
  }
  void table_started(std::string_view name) noexcept override {
    const std::scoped_lock lock(mutex_);
    meter_.table = name;
  }
  void table_finished(std::string_view name, std::uint64_t rows) noexcept override {
    const std::scoped_lock lock(mutex_);
    ++meter_.tables;
    table_done(name, rows);
  }
  void advanced(std::uint64_t rows, std::uint64_t bytes) noexcept override {
    const std::scoped_lock lock(mutex_);
    meter_.rows += rows;
    meter_.bytes += bytes;
    moved();
  }
  void note(std::string_view text) noexcept override {
    const std::scoped_lock lock(mutex_);
    tell(text);
  }
  void warning(std::string_view text) noexcept override {
    const std::scoped_lock lock(mutex_);
    warn(text);
  }

 protected:
  virtual void phase_begun() {}
  virtual void table_done(std::string_view /*name*/, std::uint64_t /*rows*/) {}
  virtual void moved() {}
  virtual void tell(std::string_view /*text*/) {}
  virtual void warn(std::string_view text) { print(fmt::format("pgcoffer: warning: {}\n", printable(text))); }

  std::mutex mutex_;
  Meter meter_;
};

/// Says nothing but what must be read.
class Quiet : public Display {};

class Lines : public Display {
 protected:
  void phase_begun() override { print(fmt::format("pgcoffer: {}\n", meter_.phase)); }
  void table_done(std::string_view name, std::uint64_t rows) override {
    print(fmt::format("pgcoffer: {}: {} rows\n", printable(name), human_count(rows)));
  }
  void tell(std::string_view text) override { print(fmt::format("pgcoffer: {}\n", printable(text))); }
};

class JsonLines : public Display {
 protected:
  void phase_begun() override {
    emit({{"event", "phase"},
          {"phase", meter_.phase},
          {"tables", meter_.expected.tables},
          {"bytes", meter_.expected.bytes}});
  }
  void table_done(std::string_view name, std::uint64_t rows) override {
    emit({{"event", "table"}, {"table", std::string(name)}, {"rows", rows}, {"tables_done", meter_.tables}});
  }
  void moved() override {
    // Once a second is often enough for a program.
    const auto now = Clock::now();
    if (now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    emit({{"event", "progress"},
          {"phase", meter_.phase},
          {"table", meter_.table},
          {"rows", meter_.rows},
          {"bytes", meter_.bytes},
          {"expected_bytes", meter_.expected.bytes},
          {"seconds", meter_.seconds()}});
  }
  void tell(std::string_view text) override { emit({{"event", "note"}, {"text", std::string(text)}}); }
  void warn(std::string_view text) override { emit({{"event", "warning"}, {"text", std::string(text)}}); }

 private:
  static void emit(const nlohmann::ordered_json& object) {
    print(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  }
  Clock::time_point last_ = Clock::now();
};

/// The end of a name that is too long, which tells more than its beginning; nothing where there is no room for it.
std::string shortened(const std::string& name, std::size_t width) {
  constexpr std::string_view dots = "...";
  if (name.size() <= width) return name;
  if (width < dots.size() + 5) return "";
  std::size_t start = name.size() - (width - dots.size());
  while (start < name.size() && (static_cast<unsigned char>(name[start]) & 0xC0U) == 0x80U) ++start;
  return std::string(dots) + name.substr(start);
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::lround(seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

/// One line that is drawn anew five times a second by a thread of its own.
class Bar : public Display {
 public:
  Bar() : painter_([this](const std::stop_token& stop) { paint(stop); }) {}
  ~Bar() override {
    painter_.request_stop();
    wake_.notify_all();
    painter_.join();
    erase();
  }
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;

 protected:
  void tell(std::string_view text) override {
    erase();
    print(fmt::format("pgcoffer: {}\n", printable(text)));
  }
  void warn(std::string_view text) override {
    erase();
    Display::warn(text);
  }

 private:
  void paint(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, std::chrono::milliseconds(200), [] { return false; });
      if (!stop.stop_requested() && !is_asking()) draw();
    }
  }

  void draw() {
    winsize size{};
    const std::size_t width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79U;
    print("\r" + line(width) + "\x1b[K");
    drawn_ = true;
  }

  /// As much as the width has room for: what matters most stays longest.
  [[nodiscard]] std::string line(std::size_t width) const {
    if (meter_.bytes == 0) return meter_.phase.substr(0, width);
    const double seconds = meter_.seconds();
    const std::string rate =
        human_bytes(static_cast<std::uint64_t>(static_cast<double>(meter_.bytes) / seconds)) + "/s";
    const std::string left = meter_.expected.bytes > 0 ? fmt::format("  {} left", time_left(seconds)) : "";
    const bool wide = width >= 100;
    std::string text = meter_.expected.bytes > 0 && width >= 60 ? bar(wide ? 20 : 10) + "  " : "";
    if (wide || meter_.expected.bytes == 0) text += meter_.phase + "  ";
    if (wide && meter_.rows > 0) text += human_count(meter_.rows) + " rows  ";
    if (width >= 60 && meter_.rows > 0)
      text += fmt::format("{:.0f} k rows/s  ", static_cast<double>(meter_.rows) / seconds / 1000);
    text += rate + left;
    const std::string name = printable(meter_.table);
    if (text.size() + 2 < width && !name.empty()) text += "  " + shortened(name, width - text.size() - 2);
    return text.substr(0, width);
  }

  [[nodiscard]] std::string bar(std::size_t width) const {
    const auto filled = static_cast<std::size_t>(meter_.share() * static_cast<double>(width));
    return fmt::format("[{}{}] {:3.0f}%", std::string(filled, '#'), std::string(width - filled, '.'),
                       meter_.share() * 100);
  }

  [[nodiscard]] std::string time_left(double seconds) const {
    const double share = meter_.share();
    return share > 0.001 ? duration(seconds / share - seconds) : "?";
  }

  void erase() {
    if (drawn_) print("\r\x1b[K");
    drawn_ = false;
  }

  bool drawn_ = false;
  std::condition_variable_any wake_;
  std::jthread painter_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Progress> make_progress(const std::string& mode) {
  if (mode == "none") return std::make_unique<Quiet>();
  if (mode == "json") return std::make_unique<JsonLines>();
  if (mode == "plain") return std::make_unique<Lines>();
  if (mode != "auto") {
    throw Error(Kind::usage, fmt::format("unknown progress \"{}\"", mode)).hint("Choose auto, plain, json or none.");
  }
  if (isatty(STDERR_FILENO) == 1) return std::make_unique<Bar>();
  return std::make_unique<Lines>();
}

}  // namespace pgcoffer::cli
