#pragma once

#include <cstdint>

namespace pgcoffer {

/// A day of the Gregorian calendar, also before there was one.
struct CalendarDate {
  std::int64_t year = 0;  ///< 0 is 1 BC
  unsigned month = 0, day = 0;
};

namespace calendar {

constexpr std::int64_t kEraYears = 400, kEraDays = 146097;

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) noexcept {
  return (value >= 0 ? value : value - by + 1) / by;
}

/// Of days since 1 March of the year 0. Years begin with March: leap days come last.
constexpr CalendarDate date_of(std::int64_t days) noexcept {
  const std::int64_t era = floor_divide(days, kEraDays);
  const std::int64_t day = days - era * kEraDays;
  const std::int64_t year = (day - day / 1460 + day / 36524 - day / (kEraDays - 1)) / 365;
  const std::int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const auto next = static_cast<std::int64_t>(month >= 10);
  return {year + era * kEraYears + next, static_cast<unsigned>(month + 3 - 12 * next),
          static_cast<unsigned>(day_of_year - (153 * month + 2) / 5 + 1)};
}

/// The same the other way round.
constexpr std::int64_t days_of(const CalendarDate& date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, kEraYears), of_era = year - era * kEraYears;
  const std::int64_t month = std::int64_t{date.month} + (date.month > 2 ? -3 : 9);
  return era * kEraDays + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + date.day - 1;
}

}  // namespace calendar
}  // namespace pgcoffer
