#include "base/time.hpp"

#include "catch.hpp"

using pgcoffer::with_age;
using namespace std::chrono;

TEST_CASE("a moment is told with its age, as people do") {
  const system_clock::time_point moment(seconds(1'714'564'800));  // 2024-05-01T12:00:00Z
  const std::string text = "2024-05-01T12:00:00.304227Z";
  CHECK(with_age(text, moment) == "2024-05-01 12:00:00 UTC (just now)");
  CHECK(with_age(text, moment + seconds(59)) == "2024-05-01 12:00:00 UTC (59 seconds ago)");
  CHECK(with_age(text, moment + minutes(61)) == "2024-05-01 12:00:00 UTC (1 hour ago)");
  CHECK(with_age("2024-05-01T12:00:00Z", moment + hours(49)) == "2024-05-01 12:00:00 UTC (2 days ago)");
  CHECK(with_age(text, moment + hours(24 * 800)) == "2024-05-01 12:00:00 UTC (2 years ago)");
}

TEST_CASE("what is no moment stays as it is") {
  CHECK(with_age("yesterday") == "yesterday");
}
