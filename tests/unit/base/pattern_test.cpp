#include "base/pattern.hpp"

#include <pgcoffer/error.hpp>

#include "catch.hpp"

using pgcoffer::Error;
using pgcoffer::Kind;
using pgcoffer::Pattern;
using pgcoffer::QualifiedName;

namespace {

struct Case {
  const char* pattern;
  QualifiedName name;
  bool matches;
};

std::string refusal(const std::string& pattern, bool relation = true) {
  try {
    (void)(relation ? Pattern::for_relation(pattern) : Pattern::for_name(pattern));
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::usage);
    REQUIRE_FALSE(error.hint().empty());
    return error.message();
  }
  return "accepted";
}

}  // namespace

// Each line was compared with what psql's \dt of servers 13 and 18 lists for the same names.
TEST_CASE("patterns match what psql's \\dt lists") {
  const auto test = GENERATE(values<Case>({
      {"users", {"public", "users"}, true},
      {"users", {"audit", "users"}, true},
      {"users", {"public", "users2"}, false},
      {"users", {"public", "Users"}, false},
      {"USERS", {"public", "users"}, true},
      {"\"Users\"", {"public", "Users"}, true},
      {"\"Users\"", {"public", "users"}, false},
      {"U\"S\"ers", {"public", "uSers"}, true},
      {"public.users", {"public", "users"}, true},
      {"public.users", {"audit", "users"}, false},
      {"pub*.users", {"public", "users"}, true},
      {"*.users", {"audit", "users"}, true},
      {"a|b.x", {"a", "x"}, true},
      {"a|b.x", {"b", "x"}, true},
      {"a|b.x", {"ab", "x"}, false},
      {"a.b|c", {"a", "b"}, true},
      {"a.b|c", {"a", "c"}, true},
      {"a.b|c", {"c", "c"}, false},
      {"tab*", {"public", "tab"}, true},
      {"tab*", {"public", "table_1"}, true},
      {"tab?", {"public", "tab1"}, true},
      {"tab?", {"public", "tab"}, false},
      {"tab?", {"public", "tabü"}, true},
      {"tab??", {"public", "tabü"}, false},
      {"?", {"public", "\xf0\x9f\x98\x80"}, true},
      {"tab[12]", {"public", "tab2"}, true},
      {"tab[1-3]", {"public", "tab3"}, true},
      {"tab[^1-3]", {"public", "tab3"}, false},
      {"tab[^1-3]", {"public", "tab4"}, true},
      {"tab[A-Z]", {"public", "tabc"}, true},
      {"tab[A-Z]", {"public", "tabC"}, false},
      {"tab[[:digit:]]", {"public", "tab7"}, true},
      {"tab[[:digit:]x]+", {"public", "tab7x8"}, true},
      {"tab\\d", {"public", "tab7"}, true},
      {"tab\\d", {"public", "tabx"}, false},
      {"tab\\D", {"public", "tab7"}, true},
      {"a[]", {"public", "a[]"}, true},
      {"\"a[b]\"", {"public", "a[b]"}, true},
      {"\"a[b]\"", {"public", "ab"}, false},
      {"a$b", {"public", "a$b"}, true},
      {"a$", {"public", "a$"}, true},
      {"\"we\"\"ird\"", {"public", "we\"ird"}, true},
      {"\"dot.ted\"", {"public", "dot.ted"}, true},
      {"dot?ted", {"public", "dot.ted"}, true},
      {"\"my schema\".\"my table\"", {"my schema", "my table"}, true},
      {"\"star*\"", {"public", "star*"}, true},
      {"\"star*\"", {"public", "starfish"}, false},
      {"star\"*\"", {"public", "starfish"}, false},
      {"ab+", {"public", "abbb"}, true},
      {"ab+", {"public", "a"}, false},
      {"a(b|c)d", {"public", "acd"}, true},
      {"a(b|c)d", {"public", "abcd"}, false},
      {"ab{2}", {"public", "abb"}, true},
      {"ab{2}", {"public", "abbb"}, false},
      {"ab{2,}", {"public", "abbbb"}, true},
      {"ab{1,2}", {"public", "abbb"}, false},
      {"(ab){2}", {"public", "abab"}, true},
      {"a{b", {"public", "a{b"}, true},
      {"a}b", {"public", "a}b"}, true},
      {"^ab", {"public", "ab"}, true},
      {"a^b", {"public", "a^b"}, false},
      {"a]", {"public", "a]"}, true},
      {"a\"|\"b", {"public", "a|b"}, true},
      {"a\"|\"b", {"public", "a"}, false},
      {"\"\"", {"public", "\""}, false},
      {"über*", {"public", "überall"}, true},
      {"a b", {"public", "a b"}, true},
      {"a\nb", {"public", "a\nb"}, true},
      {"a?b", {"public", "a\nb"}, true},
      {"*", {"public", "anything"}, true},
      {"a\\|b", {"public", "a|b"}, true},
      {"(a|b)(c|d)*", {"public", "bdxyz"}, true},
      {"x|", {"public", "x"}, true},
  }));
  CAPTURE(test.pattern, test.name.schema, test.name.name);
  if (std::string(test.pattern) == "\"\"") {
    CHECK(refusal(test.pattern) == "pattern \"\"\"\" is malformed: a name is empty");
  } else {
    CHECK(Pattern::for_relation(test.pattern).matches(test.name) == test.matches);
  }
}

TEST_CASE("malformed patterns are refused with the reason") {
  CHECK(refusal("") == "pattern \"\" is malformed: a name is empty");
  CHECK(refusal("public.") == "pattern \"public.\" is malformed: a name is empty");
  CHECK(refusal(".users") == "pattern \".users\" is malformed: a name is empty");
  CHECK(refusal("db.public.users") == "pattern \"db.public.users\" is malformed: it has more than two parts");
  CHECK(refusal("public.users", false) == "pattern \"public.users\" is malformed: it has more than one part");
  CHECK(refusal("\"users") == "pattern \"\"users\" is malformed: a double quote is not closed");
  CHECK(refusal("a(b") == "pattern \"a(b\" is malformed: parentheses do not match");
  CHECK(refusal("a)b") == "pattern \"a)b\" is malformed: parentheses do not match");
  CHECK(refusal("a[b") == "pattern \"a[b\" is malformed: brackets do not match");
  CHECK(refusal("a[b*]") == "pattern \"a[b*]\" is malformed: a wildcard stands in brackets");
  CHECK(refusal("a[z-b]") == "pattern \"a[z-b]\" is malformed: a range in brackets is the wrong way round");
  CHECK(refusal("a[[:what:]]") == "pattern \"a[[:what:]]\" is malformed: a character class in brackets is unknown");
  CHECK(refusal("a[\\q]") == "pattern \"a[\\q]\" is malformed: an escape in brackets is not supported");
  CHECK(refusal("+a") == "pattern \"+a\" is malformed: a repetition follows nothing that it could repeat");
  CHECK(refusal("a*+") == "pattern \"a*+\" is malformed: a repetition follows nothing that it could repeat");
  CHECK(refusal("a++") == "pattern \"a++\" is malformed: a repetition follows nothing that it could repeat");
  CHECK(refusal("a{3,2}") == "pattern \"a{3,2}\" is malformed: a repetition count in braces is malformed");
  CHECK(refusal("a{256}") == "pattern \"a{256}\" is malformed: a repetition count in braces is malformed");
  CHECK(refusal("a\\") == "pattern \"a\\\" is malformed: a backslash ends it");
  CHECK(refusal("a\\*") == "pattern \"a\\*\" is malformed: a backslash stands before a wildcard");
  CHECK(refusal("(a)\\1") == "pattern \"(a)\\1\" is malformed: the escape \\1 is not supported");
  CHECK(refusal("((a{255}){255}){255}") == "pattern \"((a{255}){255}){255}\" is malformed: it is too large");
  CHECK(refusal("(((){255}){255}){255}") == "pattern \"(((){255}){255}){255}\" is malformed: it is too large");
  CHECK(refusal(std::string(5000, '(')).find("parentheses are nested too deeply") != std::string::npos);
}

TEST_CASE("hostile patterns match in reasonable time") {
  const auto pattern = Pattern::for_relation("(a*)*(a*)*(a*)*(a*)*b");
  CHECK_FALSE(pattern.matches(std::string(63, 'a')));
  CHECK(pattern.matches(std::string(62, 'a') + "b"));
}

TEST_CASE("a pattern knows how many names it can stand for") {
  using Breadth = Pattern::Breadth;
  CHECK(Pattern::for_relation("users").name_breadth() == Breadth::exact);
  CHECK(Pattern::for_relation("users").schema_breadth() == Breadth::everything);
  CHECK_FALSE(Pattern::for_relation("users").has_schema());
  CHECK(Pattern::for_relation("public.*").name_breadth() == Breadth::everything);
  CHECK(Pattern::for_relation("public.*").schema_breadth() == Breadth::exact);
  CHECK(Pattern::for_relation("p*.\"a*\"").schema_breadth() == Breadth::some);
  CHECK(Pattern::for_relation("p*.\"a*\"").name_breadth() == Breadth::exact);
  CHECK(Pattern::for_name("a|b").name_breadth() == Breadth::some);
}

TEST_CASE("names that are not UTF-8 count byte by byte") {
  CHECK(Pattern::for_name("a?b").matches("a\xffz") == false);
  CHECK(
      Pattern::for_name("a?b").matches("a\xff"
                                       "b"));
  CHECK(
      Pattern::for_name("a??b").matches("a\xe4\xbc"
                                        "b"));
}
