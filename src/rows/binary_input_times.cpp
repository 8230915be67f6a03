#include <limits>

#include "base/calendar.hpp"
#include "rows/binary_input.hpp"

namespace pgcoffer::rows::binary_input {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
/// Dates are written up to here; above, the server refuses them.
constexpr std::int64_t kLastYear = 5874897, kLastTimestampYear = 294276;

/// Reads from left to right what the server writes of dates and times.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool empty() const noexcept { return at_ == end_; }
  [[nodiscard]] bool good() const noexcept { return good_; }

  [[nodiscard]] bool take(char c) noexcept {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  void require(bool condition) noexcept { good_ = condition && good_; }
  void expect(char c) noexcept { require(take(c)); }

  /// So many digits at least and at most.
  std::int64_t digits(int least, int most) noexcept {
    std::int64_t value = 0;
    int count = 0;
    for (; count < most && at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_, ++count) value = value * 10 + (*at_ - '0');
    require(count >= least);
    return value;
  }
  /// Two digits below `limit`.
  std::int64_t pair(int limit) noexcept {
    if (end_ - at_ < 2) return digits(2, 2);
    const int tens = at_[0] - '0', units = at_[1] - '0', value = 10 * tens + units;
    const bool fits = tens >= 0 && tens <= 9 && units >= 0 && units <= 9 && value < limit;
    require(fits);
    at_ += 2;
    return fits ? value : 0;
  }
  /// What stands behind the point of seconds, in microseconds.
  std::int64_t fraction() noexcept {
    const char* const start = at_;
    std::int64_t micros = digits(1, 6);
    for (auto count = at_ - start; count < 6; ++count) micros *= 10;
    return micros;
  }

 private:
  const char* at_;
  const char* end_;
  bool good_ = true;
};

unsigned days_in(unsigned month, std::int64_t year) {
  constexpr unsigned february = 2,
                     long_months = 0x15AA;  // bits of January, March, May, July, August, October, December
  if (month == february) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return (long_months >> month & 1U) != 0 ? 31 : 30;
}

/// Days since 2000-01-01.
std::int64_t read_date(Reader& reader, std::int64_t last_year) {
  constexpr std::int64_t since_march_of_0 = 730425;
  CalendarDate date;
  date.year = reader.digits(4, 7);
  reader.expect('-');
  date.month = static_cast<unsigned>(reader.pair(13));
  reader.expect('-');
  date.day = static_cast<unsigned>(reader.pair(32));
  reader.require(date.year >= 1 && date.year <= last_year && date.month >= 1 && date.day >= 1 &&
                 date.day <= days_in(date.month, date.year));
  return calendar::days_of(date) - since_march_of_0;
}

/// Microseconds of the day.
std::int64_t read_time(Reader& reader) {
  std::int64_t seconds = reader.pair(24) * 3600;
  reader.expect(':');
  seconds += reader.pair(60) * 60;
  reader.expect(':');
  seconds += reader.pair(60);
  return seconds * kSecond + (reader.take('.') ? reader.fraction() : 0);
}

/// Microseconds east of Greenwich.
std::int64_t read_zone(Reader& reader) {
  const bool west = reader.take('-');
  if (!west) reader.expect('+');
  std::int64_t seconds = reader.pair(16) * 3600;
  if (reader.take(':')) seconds += reader.pair(60) * 60;
  if (reader.take(':')) seconds += reader.pair(60);
  return (west ? -seconds : seconds) * kSecond;
}

/// The words for what comes after and before all. False: `text` is neither.
template <class Integer>
bool append_infinity(std::string_view text, Buffer& out) {
  using Limits = std::numeric_limits<Integer>;
  if (text != "infinity" && text != "-infinity") return false;
  put_number(static_cast<std::make_unsigned_t<Integer>>(text[0] == '-' ? Limits::min() : Limits::max()), out);
  return true;
}

bool append_point_in_time(std::string_view text, bool with_zone, Buffer& out) {
  out.room();
  if (append_infinity<std::int64_t>(text, out)) return true;
  Reader reader(text);
  const std::int64_t days = read_date(reader, kLastTimestampYear);
  if (!reader.good()) return false;
  reader.expect(' ');
  std::int64_t micros = days * kDay + read_time(reader);
  if (with_zone) micros -= read_zone(reader);
  if (!reader.good() || !reader.empty()) return false;
  put_number(static_cast<std::uint64_t>(micros), out);
  return true;
}

}  // namespace

bool append_date(std::string_view text, Buffer& out) {
  out.room();
  if (append_infinity<std::int32_t>(text, out)) return true;
  Reader reader(text);
  const std::int64_t days = read_date(reader, kLastYear);
  if (!reader.good() || !reader.empty()) return false;
  put_number(static_cast<std::uint32_t>(days), out);
  return true;
}

bool append_timestamp(std::string_view text, Buffer& out) {
  return append_point_in_time(text, false, out);
}

bool append_timestamptz(std::string_view text, Buffer& out) {
  return append_point_in_time(text, true, out);
}

}  // namespace pgcoffer::rows::binary_input
