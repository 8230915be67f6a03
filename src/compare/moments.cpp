#include "compare/moments.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <regex>

namespace pgcoffer::comparing {
namespace {

constexpr std::int64_t kDay = 86400;
/// Of the Gregorian calendar: years of 400, and the days before March of the year 0. Years begin with March.
constexpr std::int64_t kEraYears = 400, kEraDays = 146097;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return (value >= 0 ? value : value - by + 1) / by;
}

std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, kEraYears), of_era = year - era * kEraYears;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * kEraDays + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
}

struct Date {
  std::int64_t year, month, day;
};

Date date_of(std::int64_t days) {
  const std::int64_t era = floor_div(days, kEraDays), day = days - era * kEraDays;
  const std::int64_t year = (day - day / 1460 + day / 36524 - day / (kEraDays - 1)) / 365;
  const std::int64_t of_year = day - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  const std::int64_t next = month >= 10 ? 1 : 0;
  return {year + era * kEraYears + next, month + 3 - 12 * next, of_year - (153 * month + 2) / 5 + 1};
}

std::string written(const std::cmatch& time) {
  enum : std::size_t { year = 1, month, day, hour, minute, second, fraction, sign, hours, minutes, seconds, bc };
  const auto number = [&](std::size_t group) { return time[group].matched ? std::stoll(time.str(group)) : 0; };
  const std::int64_t counted = time[bc].matched ? 1 - number(year) : number(year);
  const std::int64_t offset = number(hours) * 3600 + number(minutes) * 60 + number(seconds);
  const std::int64_t moment = days_of(counted, number(month), number(day)) * kDay + number(hour) * 3600 +
                              number(minute) * 60 + number(second) + (time.str(sign) == "-" ? offset : -offset);
  const std::int64_t days = floor_div(moment, kDay), rest = moment - days * kDay;
  const Date date = date_of(days);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}+00{}", date.year > 0 ? date.year : 1 - date.year,
                     date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60, time.str(fraction),
                     date.year > 0 ? "" : " BC");
}

}  // namespace

bool is_written_in_a_zone(std::string_view type) {
  return (type.starts_with("timestamp") && type.find("with time zone") != std::string_view::npos) ||
         type.starts_with("tstzrange") || type.starts_with("tstzmultirange") ||
         type.find('.') != std::string_view::npos;
}

std::string in_utc(std::string_view value) {
  static const std::regex iso(
      R"((\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?)");
  std::string text;
  const char* at = value.data();
  const char* const end = at + value.size();
  for (std::cregex_iterator time(at, end, iso); time != std::cregex_iterator(); ++time) {
    text.append(at, value.data() + time->position());
    text += written(*time);
    at = value.data() + time->position() + time->length();
  }
  return text.append(at, end);
}

}  // namespace pgcoffer::comparing
