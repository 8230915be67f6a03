#include "catch.hpp"
#include "compress/codec.hpp"
#include "error_of.hpp"

using namespace pgcoffer;
using namespace pgcoffer::compress;
using pgcoffer_test::error_of;

TEST_CASE("a compression is parsed with its level or its usual one") {
  CHECK(parse_setting("gzip") == Setting{Method::gzip, 6});
  CHECK(parse_setting("gzip:0") == Setting{Method::gzip, 0});
  CHECK(parse_setting("gzip:12") == Setting{Method::gzip, 12});
  CHECK(parse_setting("zstd") == Setting{Method::zstd, 3});
  CHECK(parse_setting("zstd:19") == Setting{Method::zstd, 19});
  CHECK(parse_setting("none") == Setting{Method::none, 0});
  CHECK(parse_setting("5") == Setting{Method::gzip, 5});
  CHECK(parse_setting("0") == Setting{Method::none, 0});
}

TEST_CASE("a compression that does not exist is refused with its reason") {
  const auto message = [](const char* text) {
    const auto error = error_of([&] { static_cast<void>(parse_setting(text)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::usage);
    CHECK(error->hint() == "Say gzip, gzip:0 to gzip:12, zstd, zstd:1 to zstd:19, or none.");
    return error->message();
  };
  CHECK(message("") == "\"\" is not a compression: the method is unknown");
  CHECK(message("GZIP") == "\"GZIP\" is not a compression: the method is unknown");
  CHECK(message("deflate") == "\"deflate\" is not a compression: the method is unknown");
  CHECK(message("gzip:13") == "\"gzip:13\" is not a compression: levels of gzip are 0 to 12");
  CHECK(message("zstd:0") == "\"zstd:0\" is not a compression: levels of zstd are 1 to 19");
  CHECK(message("zstd:20") == "\"zstd:20\" is not a compression: levels of zstd are 1 to 19");
  CHECK(message("13") == "\"13\" is not a compression: levels of gzip are 0 to 12");
  CHECK(message("gzip:") == "\"gzip:\" is not a compression: the level is not a number");
  CHECK(message("gzip:6 ") == "\"gzip:6 \" is not a compression: the level is not a number");
  CHECK(message("zstd:99999999999") == "\"zstd:99999999999\" is not a compression: the level is not a number");
  CHECK(message("none:1") == "\"none:1\" is not a compression: none has no levels");
}

TEST_CASE("what is printed is parsed to the same") {
  for (const char* text : {"gzip:0", "gzip:12", "zstd:1", "zstd:19", "none"}) {
    CHECK(to_string(parse_setting(text)) == text);
  }
  for (const Method method : {Method::none, Method::gzip, Method::zstd, Method::deflate}) {
    CHECK(parse_method(to_string(method)) == method);
  }
}

TEST_CASE("an unknown method in an archive is damage") {
  const auto error = error_of([] { static_cast<void>(parse_method("lz4")); });
  REQUIRE(error);
  CHECK(error->kind() == Kind::damaged);
  CHECK(error->message() == "unknown compression method \"lz4\"");
  CHECK(error->hint() == "Was the archive written by a later version of pgcoffer?");
}

TEST_CASE("suffixes are those that stock tools know") {
  CHECK(suffix(Method::gzip) == ".gz");
  CHECK(suffix(Method::zstd) == ".zst");
  CHECK(suffix(Method::none).empty());
  CHECK(suffix(Method::deflate).empty());
}
