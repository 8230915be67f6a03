#include "seal/der.hpp"

#include "catch.hpp"
#include "error_of.hpp"

using namespace pgcoffer;
using pgcoffer::seal::Der;
using pgcoffer_test::error_of;
using std::string_view_literals::operator""sv;

namespace {

bool refused(std::string_view bytes, std::uint8_t tag) {
  const auto error = error_of([&] { static_cast<void>(Der(bytes).take(tag)); });
  if (error) CHECK(error->kind() == Kind::damaged);
  return error.has_value();
}

}  // namespace

TEST_CASE("elements are taken one after the other") {
  Der der("\x04\x02hi\x30\x05\x02\x03\x01\x00\x00\x04\x00"sv);
  CHECK(der.take(Der::octets) == "hi");
  Der inner = der.enter(Der::sequence);
  CHECK(inner.take_number() == 65536);
  CHECK(inner.at_end());
  CHECK_FALSE(der.at_end());
  CHECK(der.take(Der::octets).empty());
  CHECK_FALSE(error_of([&] { der.finish(); }));
}

TEST_CASE("long lengths") {
  const std::string content(300, 'x');
  const std::string bytes = std::string("\x04\x82\x01\x2C", 4) + content;
  CHECK(Der(bytes).take(Der::octets) == content);
}

TEST_CASE("what is not DER is refused") {
  CHECK(refused("", Der::octets));
  CHECK(refused("\x04"sv, Der::octets));
  CHECK(refused("\x04\x03hi"sv, Der::octets));                                      // cut off
  CHECK(refused("\x04\x02hi"sv, Der::integer));                                     // another tag
  CHECK(refused("\x04\x81\x02hi"sv, Der::octets));                                  // a length that fits one byte
  CHECK(refused("\x04\x82\x00\x81"sv, Der::octets));                                // a leading zero
  CHECK(refused("\x30\x80\x00\x00"sv, Der::sequence));                              // indefinite: BER, not DER
  CHECK(refused("\x04\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, Der::octets));        // as long as memory
  CHECK(refused("\x04\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01"sv, Der::octets));    // longer
  CHECK(error_of([] { static_cast<void>(Der("\x02\x01\xFF"sv).take_number()); }));  // negative
  CHECK(error_of([] { static_cast<void>(Der("\x02\x00"sv).take_number()); }));
  CHECK(error_of([] { static_cast<void>(Der("\x02\x09\1\1\1\1\1\1\1\1\1"sv).take_number()); }));
  CHECK(error_of([] { Der("\x04\x00"sv).finish(); }));
  CHECK(error_of([] { Der("\x04\x01x"sv).expect(Der::octets, "y"); }));
  CHECK(error_of([] { static_cast<void>(Der("").next_tag()); }));
}
