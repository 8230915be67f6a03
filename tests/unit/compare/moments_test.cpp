#include "compare/moments.hpp"

#include "catch.hpp"

using namespace pgcoffer::comparing;

TEST_CASE("times with an offset are those of UTC") {
  CHECK(in_utc("2026-11-29 10:00:00.5+01") == "2026-11-29 09:00:00.5+00");
  CHECK(in_utc("2024-02-29 23:30:00-05:30") == "2024-03-01 05:00:00+00");
  CHECK(in_utc("2000-01-01 00:15:00.123456+05:45") == "1999-12-31 18:30:00.123456+00");
  CHECK(in_utc("4714-11-24 05:41:16+05:41:16 BC") == "4714-11-24 00:00:00+00 BC");
  CHECK(in_utc("0001-01-01 00:30:00+01") == "0001-12-31 23:30:00+00 BC");
  CHECK(in_utc("294276-12-31 23:59:59.999999+00") == "294276-12-31 23:59:59.999999+00");
  CHECK(in_utc("1900-01-01 05:41:16+05:41:16") == "1900-01-01 00:00:00+00");
}

TEST_CASE("times in arrays and ranges, and what is none") {
  CHECK(in_utc("{\"2026-01-01 01:00:00+01\",NULL}") == "{\"2026-01-01 00:00:00+00\",NULL}");
  CHECK(in_utc("[\"2026-01-01 01:00:00+01\",\"2026-01-02 01:00:00+01\")") ==
        "[\"2026-01-01 00:00:00+00\",\"2026-01-02 00:00:00+00\")");
  for (const char* same : {"infinity", "\\N", "empty", "", "{}", "2026-01-01"}) CHECK(in_utc(same) == same);
}

TEST_CASE("types that are written in a time zone") {
  for (const char* type : {"timestamp with time zone", "timestamp(3) with time zone", "timestamp with time zone[]",
                           "tstzrange", "tstzmultirange", "tstzrange[]"})
    CHECK(zoned(type) == Zoned::always);
  CHECK(zoned("public.d") == Zoned::perhaps);
  for (const char* type : {"timestamp without time zone", "time with time zone", "text", "tsrange", "date"})
    CHECK(zoned(type) == Zoned::never);
}
