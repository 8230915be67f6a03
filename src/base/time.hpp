#pragma once

#include <chrono>
#include <string>

namespace pgcoffer {

/// The present moment as RFC 3339 in UTC, with seconds: "2024-05-01T12:00:00Z".
[[nodiscard]] std::string utc_now();

/// Of such a text, with or without a fraction of the second: "2024-05-01 12:00:00 UTC (2 days ago)"; of another,
/// itself.
[[nodiscard]] std::string with_age(const std::string& moment,
                                   std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace pgcoffer
