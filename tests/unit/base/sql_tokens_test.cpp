#include "base/sql_tokens.hpp"

#include "catch.hpp"

using namespace pgcoffer;
using Type = SqlToken::Type;

namespace {

std::string shown(std::string_view sql) {
  const auto tokens = sql_tokens(sql);
  if (!tokens) return "?";
  std::string out;
  for (const SqlToken& token : *tokens) {
    const char* const mark = token.type == Type::literal ? "'" : token.type == Type::quoted_name ? "\"" : "";
    out += (out.empty() ? "" : " ") + std::string(mark) + token.text + mark;
    CHECK(token.begin < token.end);
  }
  return out;
}

}  // namespace

TEST_CASE("SQL is cut into names, literals and symbols") {
  CHECK(shown("SELECT a.\"B\"\"c\", 'it''s' || E'\\\\x'::text") == "SELECT a . \"B\"c\" , 'it's' | | '\\x' : : text");
  CHECK(shown("größe$1 <= 1.5") == "größe$1 < = 1 . 5");
}

TEST_CASE("dollar quotes are literals, parameters are not") {
  CHECK(shown("AS $$ SELECT 'x' $$;") == "AS ' SELECT 'x' ' ;");
  CHECK(shown("AS $f$ a $$ b $f$") == "AS ' a $$ b '");
  CHECK(shown("$1 + $2") == "$1 + $2");
  CHECK(shown("$f$ never ends $g$") == "?");
}

TEST_CASE("comments are left out") {
  CHECK(shown("a -- b 'c\nd") == "a d");
  CHECK(shown("a /* b /* c */ ' */ d") == "a d");
  CHECK(shown("a - b --") == "a - b");
}

TEST_CASE("what cannot be told with certainty is not told") {
  CHECK(shown("'never ends") == "?");
  CHECK(shown("\"never ends") == "?");
  CHECK(shown("E'\\n'") == "?");
}
