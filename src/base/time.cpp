#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace pgcoffer {

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

namespace {

/// "3 days ago": of the largest unit of which at least one has passed.
std::string ago(std::int64_t seconds) {
  struct Unit {
    const char* name;
    std::int64_t seconds;
  };
  constexpr std::array<Unit, 5> units = {
      {{"year", 31'557'600}, {"day", 86'400}, {"hour", 3'600}, {"minute", 60}, {"second", 1}}};
  for (const Unit& unit : units) {
    const std::int64_t count = seconds / unit.seconds;
    if (count > 0) return fmt::format("{} {}{} ago", count, unit.name, count == 1 ? "" : "s");
  }
  return "just now";
}

}  // namespace

std::string with_age(const std::string& moment, std::chrono::system_clock::time_point now) {
  std::tm parts{};
  const char* const rest = strptime(moment.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return moment;
  const std::int64_t seconds = std::chrono::system_clock::to_time_t(now) - timegm(&parts);
  return fmt::format("{} {} UTC ({})", moment.substr(0, 10), moment.substr(11, 8), ago(seconds));
}

}  // namespace pgcoffer
