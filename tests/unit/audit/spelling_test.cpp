#include "audit/spelling.hpp"

#include "catch.hpp"

using namespace pgcoffer;
using audit::Spelling;

namespace {

archive::TocEntry entry(const std::string& kind, const std::string& name, const std::string& create) {
  archive::TocEntry result;
  result.kind = kind;
  result.schema = "public";
  result.name = name;
  result.create = create;
  return result;
}

audit::KeyTypes types() {
  return audit::KeyTypes(
      {{entry("DOMAIN", "Amount", "CREATE DOMAIN public.\"Amount\" AS numeric(9,2) NOT NULL\n\tDEFAULT 0;\n"),
        entry("DOMAIN", "paid",
              "CREATE DOMAIN public.paid AS public.\"Amount\"\n\tCONSTRAINT c CHECK ((VALUE > 0));\n"),
        entry("DOMAIN", "folded", "CREATE DOMAIN public.folded AS text COLLATE public.ci;\n"),
        entry("COLLATION", "ci",
              "CREATE COLLATION public.ci (provider = icu, deterministic = false, locale = 'und');\n"),
        entry("TYPE", "mood", "CREATE TYPE public.mood AS ENUM (\n    'ok',\n    'bad'\n);\n"),
        entry("TYPE", "pair", "CREATE TYPE public.pair AS (\n\ta integer\n);\n"),
        entry("TABLE", "t", "CREATE TABLE public.t (\n    a text COLLATE public.ci\n);\n"),
        entry("TABLE", "u", "CREATE TABLE public.u (\n    a text COLLATE pg_catalog.\"C\"\n);\n")}});
}

bool certain(const std::string& type, const std::string& other) {
  return types().compare(type, other).certain;
}

std::string spelled(std::string_view value, Spelling spelling) {
  std::string scratch;
  return std::string(audit::spelled(value, spelling, scratch));
}

}  // namespace

TEST_CASE("Values are compared without what does not count") {
  CHECK(spelled("a b  ", Spelling::blanks_at_end) == "a b");
  CHECK(spelled("  ", Spelling::blanks_at_end).empty());
  CHECK(spelled("1.50", Spelling::zeros_at_end) == "1.5");
  CHECK(spelled("100.00", Spelling::zeros_at_end) == "100");
  CHECK(spelled("100", Spelling::zeros_at_end) == "100");
  CHECK(spelled("0.00", Spelling::zeros_at_end) == "0");
  CHECK(spelled("AnnÄ", Spelling::capitals) == "annÄ");
  CHECK(spelled("A 0.0 ", Spelling::as_is) == "A 0.0 ");
}

TEST_CASE("What differs is not equal, of types of which that is known") {
  for (const auto& [type, other] : {std::pair("integer", "numeric(9,2)"),
                                    {"character varying(20)", "text"},
                                    {"character(3)", "character(20)"},
                                    {"public.paid", "public.\"Amount\""},
                                    {"public.paid", "bigint"},
                                    {"public.mood", "public.mood"},
                                    {"timestamp(3) with time zone", "timestamp with time zone"},
                                    {"public.citext", "public.citext"}}) {
    CAPTURE(type, other);
    CHECK(certain(type, other));
  }
  for (const auto& [type, other] : {std::pair("real", "double precision"),
                                    {"double precision", "double precision"},
                                    {"interval", "interval"},
                                    {"public.pair", "public.pair"},
                                    {"public.folded", "public.folded"},
                                    {"numeric[]", "numeric[]"},
                                    {"public.unknown", "public.unknown"},
                                    {"integer", "text"}}) {
    CAPTURE(type, other);
    CHECK_FALSE(certain(type, other));
  }
}

TEST_CASE("The type that is referenced says what counts") {
  const auto compared = [](const std::string& type, const std::string& other) {
    const audit::ComparedTypes result = types().compare(type, other);
    return std::pair(result.referencing, result.referenced);
  };
  CHECK(compared("text", "character(9)") == std::pair(Spelling::blanks_at_end, Spelling::blanks_at_end));
  CHECK(compared("character(9)", "text") == std::pair(Spelling::blanks_at_end, Spelling::as_is));
  CHECK(compared("public.citext", "text") == std::pair(Spelling::as_is, Spelling::as_is));
  CHECK(compared("integer", "public.paid") == std::pair(Spelling::zeros_at_end, Spelling::zeros_at_end));
}

TEST_CASE("Tables with a collation that takes different texts for the same are known") {
  CHECK(types().has_such_collation({"public", "t"}));
  CHECK_FALSE(types().has_such_collation({"public", "u"}));
}
