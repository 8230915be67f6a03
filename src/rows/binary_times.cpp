#include <charconv>
#include <cstdint>
#include <limits>
#include <tuple>

#include "base/calendar.hpp"
#include "rows/binary_values.hpp"

namespace pgcoffer::rows::binary_values {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

void put_number(std::int64_t value, int width, Buffer& out) {
  std::int64_t unit = 1;
  for (int i = 1; i < width; ++i) unit *= 10;
  for (std::int64_t below = unit; value < below && below > 1; below /= 10) out.put('0');
  out.at = std::to_chars(out.at, out.at + Buffer::Slack / 2, value).ptr;
}

/// Of days since 2000-01-01.
CalendarDate date_of(std::int64_t days) {
  constexpr std::int64_t since_march_of_0 = 730425;
  return calendar::date_of(days + since_march_of_0);
}

void put_date(const CalendarDate& date, Buffer& out) {
  put_number(date.year > 0 ? date.year : 1 - date.year, 4, out);
  out.put('-');
  put_number(date.month, 2, out);
  out.put('-');
  put_number(date.day, 2, out);
}

void put_fraction(std::int64_t micros, Buffer& out) {
  if (micros == 0) return;
  out.put('.');
  put_number(micros, 6, out);
  while (out.at[-1] == '0') --out.at;
}

/// Of microseconds, none of them negative.
void put_time(std::int64_t micros, Buffer& out) {
  put_number(micros / kHour, 2, out);
  out.put(':');
  put_number(micros % kHour / kMinute, 2, out);
  out.put(':');
  put_number(micros % kMinute / kSecond, 2, out);
  put_fraction(micros % kSecond, out);
}

void put_time_of_day(std::int64_t micros, Buffer& out) {
  if (micros < 0 || micros > kDay) throw damaged_binary("a time is not within a day");
  put_time(micros, out);
}

/// The parts of an interval, each with a sign where it must be told from the one before.
class IntervalText {
 public:
  explicit IntervalText(Buffer& out) : out_(out) {}

  void part(std::int64_t value, std::string_view unit) {
    if (value == 0) return;
    if (!zero_) out_.put(' ');
    if (before_ && value > 0) out_.put('+');
    out_.at = std::to_chars(out_.at, out_.at + Buffer::Slack / 2, value).ptr;
    out_.put(' ');
    out_.put(unit);
    if (value != 1) out_.put('s');
    before_ = value < 0;
    zero_ = false;
  }

  void time(std::int64_t micros) {
    if (micros == 0 && !zero_) return;
    if (!zero_) out_.put(' ');
    if (micros < 0) {
      out_.put('-');
    } else if (before_) {
      out_.put('+');
    }
    // The lowest value has no positive counterpart: its parts have.
    put_number(positive(micros / kHour), 2, out_);
    out_.put(':');
    put_number(positive(micros % kHour / kMinute), 2, out_);
    out_.put(':');
    put_number(positive(micros % kMinute / kSecond), 2, out_);
    put_fraction(positive(micros % kSecond), out_);
  }

 private:
  [[nodiscard]] static std::int64_t positive(std::int64_t value) { return value < 0 ? -value : value; }

  Buffer& out_;
  bool zero_ = true, before_ = false;
};

template <class Integer>
bool put_infinity(Integer value, Buffer& out) {
  if (value == std::numeric_limits<Integer>::max()) {
    out.put("infinity");
  } else if (value == std::numeric_limits<Integer>::min()) {
    out.put("-infinity");
  } else {
    return false;
  }
  return true;
}

}  // namespace

void append_date(Wire& value, Buffer& out) {
  out.room();
  const auto days = value.number<std::int32_t>();
  if (put_infinity(days, out)) return;
  const CalendarDate date = date_of(days);
  put_date(date, out);
  if (date.year <= 0) out.put(" BC");
}

void append_time(Wire& value, Buffer& out) {
  out.room();
  put_time_of_day(value.number<std::int64_t>(), out);
}

void append_timetz(Wire& value, Buffer& out) {
  out.room();
  put_time_of_day(value.number<std::int64_t>(), out);
  constexpr int most = 16 * 3600;
  const int west = value.number<std::int32_t>();
  if (west <= -most || west >= most) throw damaged_binary("a time has a zone that there is not");
  const int seconds = west < 0 ? -west : west;
  out.put(west <= 0 ? '+' : '-');
  put_number(seconds / 3600, 2, out);
  if (seconds % 3600 == 0) return;
  out.put(':');
  put_number(seconds / 60 % 60, 2, out);
  if (seconds % 60 == 0) return;
  out.put(':');
  put_number(seconds % 60, 2, out);
}

void append_timestamp(Wire& value, bool with_zone, Buffer& out) {
  out.room();
  const auto micros = value.number<std::int64_t>();
  if (put_infinity(micros, out)) return;
  std::int64_t days = micros / kDay, time = micros % kDay;
  if (time < 0) {
    time += kDay;
    --days;
  }
  const CalendarDate date = date_of(days);
  put_date(date, out);
  out.put(' ');
  put_time(time, out);
  if (with_zone) out.put("+00");
  if (date.year <= 0) out.put(" BC");
}

void append_interval(Wire& value, bool may_be_infinite, Buffer& out) {
  out.room(2 * Buffer::Slack);
  const auto micros = value.number<std::int64_t>();
  const auto days = value.number<std::int32_t>();
  const auto months = value.number<std::int32_t>();
  using Whole = std::numeric_limits<std::int32_t>;
  if (may_be_infinite && days == months && (days == Whole::max() || days == Whole::min())) {
    const bool all = days == Whole::max() ? micros == std::numeric_limits<std::int64_t>::max()
                                          : micros == std::numeric_limits<std::int64_t>::min();
    if (all) return static_cast<void>(put_infinity(micros, out));
  }
  IntervalText text(out);
  text.part(months / 12, "year");
  text.part(months % 12, "mon");
  text.part(days, "day");
  text.time(micros);
}

}  // namespace pgcoffer::rows::binary_values
