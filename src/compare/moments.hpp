#pragma once

#include <string>
#include <string_view>

namespace pgcoffer::comparing {

/// Types whose values, or whose elements or bounds, are written in the session's time zone; of those that somebody has
/// made (domains, composites, ranges) all may be.
[[nodiscard]] bool is_written_in_a_zone(std::string_view type);

/// A value of such a type, in COPY text, as it would be in the time zone UTC: each "2026-11-29 10:00:00.5+01" in it is
/// "2026-11-29 09:00:00.5+00". What is no such time stays as it is.
[[nodiscard]] std::string in_utc(std::string_view value);

}  // namespace pgcoffer::comparing
