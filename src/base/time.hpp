#pragma once

#include <string>

namespace pgcoffer {

/// The present moment as RFC 3339 in UTC, with seconds: "2024-05-01T12:00:00Z".
[[nodiscard]] std::string utc_now();

}  // namespace pgcoffer
