#include "content/personal.hpp"

#include <string>

#include "catch.hpp"
#include "support.hpp"

using namespace pgcoffer::content;
using namespace content_test;

TEST_CASE("Social security numbers") {
  for (const char* value : {"123-45-6789", "her SSN: 123-45-6789.", "social security no. 123-45-6789",
                            "756.1234.5678.97", "AHV 756.1234.5678.97, born"}) {
    CAPTURE(value);
    CHECK(kinds(value) == "government-id");
  }
  CHECK_FALSE(kinds_in("000-45-6789", is_password).has(Kind::government_id));
  for (const char* value : {"666-45-6789", "912-45-6789", "123-00-6789", "123-45-0000", "123-45-67890",
                            "part 123-45-6789", "ssn x123-45-6789", "756.1234.5678.96", "1756.1234.5678.97"}) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Telephone numbers in sentences") {
  for (const char* value : {"call +49 911 1234567 after six", "(+44) or +44 (0)20 7946 0958.", "tel:+15551234567",
                            "Ann, +33 123 456 789", "+1.555.123.4567 rings"}) {
    CAPTURE(value);
    CHECK(kinds(value) == "phone");
  }
  for (const char* value : {"it grew by +10 000 000 euros", "balance +1250000.50 today", "at 10:00:00+00 and +01:00",
                            "a+4912345678901", "build 7+20240115103000", "+1234567890abc is a name", "1e+1234567890",
                            "more than +5 or +10", "+49.452103, +11.076665 is here"}) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("National telephone numbers in sentences stand behind a word for them") {
  for (const char* value : {"call 079 123 45 67", "tel. (555) 123-4567, please", "Telefon: 0911 123456",
                            "on her mobile at 079 123 45 67.", "FAX 555-123-4567"}) {
    CAPTURE(value);
    CHECK(kinds(value) == "phone");
  }
  for (const char* value :
       {"order 079 123 45 67 came", "call 2024-01-15 10:00", "call on 01-02-2024 10:30", "call 911", "phone 12 of 500",
        "calls 10 000 000", "a recall 079 123 45 67", "call 079 123 45 67abc", "tel 079.123.45.67.89"}) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Values of composite types are looked at one by one") {
  CHECK(kinds("(7,\"+49 911 1234567\")") == "phone");
  CHECK(kinds("(\"a \"\"b\"\", c\",192.0.2.7,)") == "ip");
  CHECK(kinds("(a,\"{\"\"password\"\": \"\"hunter2\"\"}\")") == "json-secret");
  CHECK(kinds("(49.45,11.07)").empty());
  CHECK(kinds("(,)").empty());
}

TEST_CASE("Personal data") {
  CHECK(kinds("write to ann.b+c@mail.example.org.") == "email");
  CHECK(kinds("removed@example.invalid").empty());
  CHECK(kinds("@mention and a@b").empty());
  CHECK(kinds("+49 911 1234567") == "phone");
  CHECK(kinds("(555) 123-4567") == "phone");
  CHECK(kinds("2024-01-15").empty());
  CHECK(kinds("2024-01-15 10:00:00+00").empty());
  CHECK(kinds("DE89 3704 0044 0532 0130 00") == "iban");
  CHECK(kinds("paid to GB82WEST12345698765432.") == "iban");
  CHECK(kinds("DE88370400440532013000").empty());
  CHECK(kinds("4111 1111 1111 1111") == "card");
  CHECK(kinds("card 5500005555555559, thanks") == "card");
  CHECK(kinds("4111111111111112").empty());
  CHECK(kinds("9111111111111111").empty());
  CHECK(kinds("192.0.2.7") == "ip");
  CHECK(kinds("2001:db8::1") == "ip");
  CHECK(kinds("127.0.0.1").empty());
  CHECK(kinds("12:30").empty());
  CHECK(kinds("08:00:2b:01:02:03:04:05").empty());
}

TEST_CASE("Addresses at domains that are reserved are nobody's") {
  const auto real = [](const std::string& value) { return kinds_in(value, is_password).has_real_address(); };
  for (const char* value : {"user1@example.com", "user1@Mail.EXAMPLE.org", "a@example.net, b@shop.test", "a@b.example",
                            "{\"mail\": \"a@example.com\"}", "removed@example.invalid", "nothing"}) {
    CAPTURE(value);
    CHECK_FALSE(real(value));
  }
  for (const char* value : {"ann@x.ch", "ann@myexample.com", "ann@example.com.ch", "a@example.com, ann@x.ch",
                            "{\"a\": \"a@example.com\", \"b\": \"ann\\u0040x.ch\"}"}) {
    CAPTURE(value);
    CHECK(real(value));
  }
}

TEST_CASE("Patterns and templates of addresses, and names of pictures, are no addresses") {
  for (const char* value : {"'%@example.com'", "^\\S+@example.com$", "user%s@example.com", "%1$s@example.com",
                            "$1@example.com", "'.*@example.com'", "icon@2x.png", "a @> b.c", "x @@ y.z", "x@>y.z"})
    CHECK(kinds(value).empty());
  CHECK(kinds("%ann@example.com%") == "email");
  CHECK(kinds("ann_@example.com") == "email");
  CHECK(kinds("a%b@example.com") == "email");
}

TEST_CASE("Personal data in scripts stands in literals") {
  const auto in_script = [](std::string_view sql) { return names(personal_in_script(sql)); };
  CHECK(in_script("CREATE TABLE a (b text DEFAULT 'ann@example.org'::text);") == "email");
  CHECK(in_script("... FOR VALUES IN ('DE89370400440532013000');") == "iban");
  CHECK(in_script("CREATE FUNCTION f() AS $$ SELECT '4111 1111 1111 1111' $$;") == "card");
  CHECK(in_script("COMMENT ON TABLE a IS E'\\nann@example.org';") == "email");
  CHECK(in_script("GRANT SELECT ON TABLE a TO \"ann@example.org\";").empty());
  CHECK(in_script("CHECK (mail ~~ '%@example.org'::text) AND (a @> b.c)").empty());
  CHECK(in_script("DEFAULT '+49 911 1234567', '192.0.2.7'").empty());
}

TEST_CASE("Personal data in bytes stands in texts of some length") {
  const auto in_bytes = [](const std::string& bytes) { return names(personal_in_bytes(bytes)); };
  const std::string zero(1, '\0');
  CHECK(in_bytes("x@y.zz") == "email");
  CHECK(in_bytes("M\xc3\xbcller\tx@y.zz") == "email");
  CHECK(in_bytes(zero + "\x02x@y.zz" + zero).empty());
  CHECK(in_bytes(zero + "write to x@y.zz, please" + zero) == "email");
  CHECK(in_bytes(zero + "4111111111111111") == "card");
}

TEST_CASE("Digits in other groups than cards have are no card's number") {
  CHECK(kinds("3782 822463 10005") == "card");
  CHECK(kinds("41-11111111-111111").empty());
  // Its digits are those of a card's number, with dashes between.
  CHECK(kinds("41111111-1111-1111-a000-000000000000") == "uuid");
  CHECK(kinds("in 41111111-1111-1111-a000-000000000000").empty());
}

TEST_CASE("Check digits") {
  CHECK(is_iban("NO9386011117947"));
  CHECK_FALSE(is_iban("NO9386011117948"));
  CHECK_FALSE(is_iban("NO93860111179471"));
  CHECK(is_card("378282246310005"));
  CHECK_FALSE(is_card("378282246310006"));
  CHECK_FALSE(is_card("37828224631000"));
}
