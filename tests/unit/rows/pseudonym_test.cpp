#include "rows/pseudonym.hpp"

#include <pgcoffer/error.hpp>
#include <set>

#include "base/text.hpp"
#include "catch.hpp"
#include "rows/permutation.hpp"

using namespace pgcoffer;
using namespace pgcoffer::rows;

namespace {

using How = PseudonymFormat;

Secret key(char byte = 'k') {
  return Secret(std::string(32, byte));
}

/// The field of a row with only this column.
std::string changed(const Pseudonym& how, const std::string& field, char with = 'k') {
  const Pseudonymizer rewriter({how}, {"c"}, key(with));
  std::string block = field + "\n", scratch;
  rewriter.rewrite(block, 0, scratch);
  REQUIRE(block.back() == '\n');
  block.pop_back();
  return block;
}

}  // namespace

TEST_CASE("a permutation takes every number to another, and none twice") {
  const Hmac keyed("key");
  for (const std::uint64_t count : {1U, 2U, 3U, 7U, 10U, 100U, 257U, 1000U, 4099U, 65536U}) {
    CAPTURE(count);
    const Permutation permutation(keyed, count);
    std::vector<bool> seen(count, false);
    std::uint64_t stayed = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t to = permutation(i);
      REQUIRE(to < count);
      REQUIRE_FALSE(seen[to]);
      seen[to] = true;
      stayed += to == i ? 1 : 0;
    }
    if (count >= 100) CHECK(stayed < 10);
  }
  const Permutation large(keyed, (std::uint64_t{1} << 63U) - 1), other(Hmac("other"), (std::uint64_t{1} << 63U) - 1);
  std::set<std::uint64_t> results;
  for (std::uint64_t i = 0; i < 10000; ++i) results.insert(large(i));
  CHECK(results.size() == 10000);
  CHECK(large(5) != other(5));
  CHECK(large((std::uint64_t{1} << 63U) - 2) < (std::uint64_t{1} << 63U) - 1);
}

TEST_CASE("the same value becomes the same pseudonym, by the key") {
  for (const auto format : {How::text, How::email, How::phone, How::uuid, How::full_name}) {
    const Pseudonym how{format};
    const std::string value = format == How::phone ? "0170 1234567" : "ann@example.org";
    CHECK(changed(how, value) == changed(how, value));
    CHECK(changed(how, value) != value);
    CHECK(changed(how, value) != changed(how, value, 'z'));
  }
  CHECK(pseudonym_key_id(key()) == pseudonym_key_id(key()));
  CHECK(pseudonym_key_id(key()) != pseudonym_key_id(key('z')));
  CHECK(pseudonym_key_id(key()).size() == 16);
}

TEST_CASE("formats are kept") {
  CHECK(changed({How::text}, "x").size() == 20);
  CHECK(changed({How::text, 1, 1, false, 15}, "x").size() == 15);
  const std::string mail = changed({How::email}, "ann@corp.test");
  CHECK(mail.size() == 28);
  CHECK(mail.ends_with("@example.com"));
  CHECK(changed({How::email, 1, 1, true}, "ann@corp.test").ends_with("@corp.test"));
  CHECK(changed({How::email, 1, 1, true}, "ann").ends_with("@example.com"));
  CHECK(changed({How::email, 1, 1, true, 30}, "ann@a-very-long-domain.example.org").size() <= 30);
  const std::string uuid = changed({How::uuid}, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  const std::string phone = changed({How::phone}, "+49 (170) 123-4567");
  CHECK(phone.substr(0, 5) == "+49 (");
  CHECK(phone[8] == ')');
  CHECK(phone != "+49 (170) 123-4567");
  CHECK(changed({How::phone}, "call Ann").find("Ann") == std::string::npos);
  CHECK(changed({How::full_name}, "Ann Miller").find(' ') != std::string::npos);
  CHECK(changed({How::full_name, 1, 1, false, 4}, "Ann Miller").size() == 4);
}

TEST_CASE("whole numbers stay in their range, below zero too") {
  const Pseudonym how{How::integer, 1, 2147483647};
  CHECK(changed(how, "0") == "0");
  CHECK(changed(how, "-7") == "-" + changed(how, "7"));
  std::set<std::string> results;
  for (int i = 1; i <= 1000; ++i) results.insert(changed({How::integer, 1, 1000}, std::to_string(i)));
  CHECK(results.size() == 1000);
  CHECK(results.count("0") == 0);
  CHECK(results.count("1000") == 1);
  try {
    (void)changed({How::integer, 1000, 1999}, "2000");
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    CHECK(error.message() == "column \"c\" holds a number outside of the range of its pseudonyms, 1000 to 1999");
  }
  CHECK_THROWS_AS(changed(how, "-9223372036854775808"), Error);
  const Pseudonym big{How::integer, 1, INT64_MAX};
  CHECK(changed(big, "9223372036854775807").size() < 20);
}

TEST_CASE("rows keep everything else, and escaped values count by what they mean") {
  const Pseudonymizer rewriter({std::nullopt, Pseudonym{How::text}, std::nullopt, Pseudonym{How::uuid}, std::nullopt},
                               {"a", "b", "c", "d", "e"}, key());
  std::string block = "PREFIX\n1\tann\\tx\tstays\\n\t\\N\tend\n2\tann\\011x\t\t\t\\N\n3\t\\N\tx\t\\N\ty\n",
              scratch = "old";
  rewriter.rewrite(block, 7, scratch);
  const auto lines = split(block, '\n');
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "PREFIX");
  const auto first = split(lines[1], '\t'), second = split(lines[2], '\t');
  REQUIRE(first.size() == 5);
  REQUIRE(second.size() == 5);
  CHECK(first[0] == "1");
  CHECK(first[1].size() == 20);
  CHECK(first[1] == second[1]);
  CHECK(first[2] == "stays\\n");
  CHECK(first[3] == "\\N");
  CHECK(first[4] == "end");
  CHECK(second[3].empty());
  CHECK(lines[3] == "3\t\\N\tx\t\\N\ty");
  std::string cut = "1\n";
  CHECK_THROWS_AS(rewriter.rewrite(cut, 0, scratch), Error);
}

TEST_CASE("what stands behind the last @ stays where it is a domain, and nothing else") {
  const Pseudonym how{How::email, 1, 1, true};
  for (const char* domain : {"@x.ch", "@Mail-1.Example.ORG", "@bücher.example", "@localhost"})
    CHECK(changed(how, "ann" + std::string(domain)).ends_with(domain));
  for (const char* value :
       {"ann@x.ch (Ann Meier, 079 555 12 12)", "Ann <ann@x.ch>", "ann@x.ch, 5", "ann@", "a@b\\\\c\\td", "x"})
    CHECK(changed(how, value).ends_with("@example.com"));
  CHECK(changed(how, "Ann <ann@x.ch>").size() == changed(how, "x").size());
}
