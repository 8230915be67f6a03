#include "compare/moments.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <regex>

#include "base/calendar.hpp"

namespace pgcoffer::comparing {
namespace {

constexpr std::int64_t kDay = 86400;

std::string written(const std::cmatch& time) {
  enum : std::size_t { year = 1, month, day, hour, minute, second, fraction, sign, hours, minutes, seconds, bc };
  const auto number = [&](std::size_t group) { return time[group].matched ? std::stoll(time.str(group)) : 0; };
  const std::int64_t counted = time[bc].matched ? 1 - number(year) : number(year);
  const std::int64_t offset = number(hours) * 3600 + number(minutes) * 60 + number(seconds);
  const CalendarDate local{counted, static_cast<unsigned>(number(month)), static_cast<unsigned>(number(day))};
  const std::int64_t moment = calendar::days_of(local) * kDay + number(hour) * 3600 + number(minute) * 60 +
                              number(second) + (time.str(sign) == "-" ? offset : -offset);
  const std::int64_t days = calendar::floor_divide(moment, kDay), rest = moment - days * kDay;
  const CalendarDate date = calendar::date_of(days);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}+00{}", date.year > 0 ? date.year : 1 - date.year,
                     date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60, time.str(fraction),
                     date.year > 0 ? "" : " BC");
}

}  // namespace

Zoned zoned(std::string_view type) {
  const bool built_in = (type.starts_with("timestamp") && type.find("with time zone") != std::string_view::npos) ||
                        type.starts_with("tstzrange") || type.starts_with("tstzmultirange");
  if (built_in) return Zoned::always;
  return type.find('.') != std::string_view::npos ? Zoned::perhaps : Zoned::never;
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
