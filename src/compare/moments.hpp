#pragma once

#include <string>
#include <string_view>

namespace pgcoffer::comparing {

/// Whether values of a type, or its elements or bounds, are written in the session's time zone. Those of a type that
/// somebody has made (a domain, a composite type, a range) may be, and may hold texts that look alike.
enum class Zoned : unsigned char { never, perhaps, always };
[[nodiscard]] Zoned zoned(std::string_view type);

/// A value of such a type, in COPY text, as it would be in the time zone UTC: each "2026-11-29 10:00:00.5+01" in it is
/// "2026-11-29 09:00:00.5+00". What is no such time stays as it is.
[[nodiscard]] std::string in_utc(std::string_view value);

}  // namespace pgcoffer::comparing
