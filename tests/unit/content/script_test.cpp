#include "content/script.hpp"

#include <string>

#include "catch.hpp"

using namespace pgcoffer::content;

namespace {

bool is_password(std::string_view name) {
  return name.ends_with("password");
}

bool holds_secret(std::string_view sql) {
  return secrets_in_script(sql, is_password).has(Kind::named_secret);
}

/// A function with this between BEGIN and END.
bool body_holds_secret(const std::string& code) {
  return holds_secret("CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE plpgsql\n    AS $$\n" + code + "\n$$;");
}

}  // namespace

TEST_CASE("Literals are secrets where code names them so") {
  for (const char* code : {
           "DECLARE v_password text := 'w1nter-Sun'; BEGIN END",
           "DECLARE\n  n int := 1;\n  v_password CONSTANT character varying(20) := 'w1nter-Sun';\nBEGIN END",
           "DECLARE v_password text DEFAULT E'w1nter-Sun'; BEGIN END",
           "BEGIN v_password := 'w1nter-Sun'; END",
           "BEGIN PERFORM g(password => 'w1nter-Sun'); END",
           "BEGIN UPDATE u SET password='w1nter-Sun'; END",
           "BEGIN UPDATE u SET \"password\" = $q$w1nter-Sun$q$; END",
       }) {
    CAPTURE(code);
    CHECK(body_holds_secret(code));
  }
  CHECK(holds_secret("CREATE FUNCTION f(n numeric(5,2) DEFAULT 1, p_password text DEFAULT 'w1nter-Sun') RETURNS int"));
  CHECK(holds_secret("CREATE TABLE public.u (\n    id integer,\n    password text DEFAULT 'w1nter-Sun'::text\n);"));
}

TEST_CASE("Literals that nothing calls a secret, and words, are none") {
  for (const char* code : {
           "DECLARE v_name text := 'w1nter-Sun'; BEGIN END",
           "DECLARE v_password text; n text := 'w1nter-Sun'; BEGIN END",
           "DECLARE v_password text := 'to be told'; BEGIN END",
           "DECLARE v_password text := ''; BEGIN END",
           "BEGIN SELECT password INTO p FROM u WHERE name = 'w1nter-Sun'; END",
           "BEGIN IF password >= 'w1nter-Sun' THEN END IF; END",
           "BEGIN SELECT 'w1nter-Sun'; END",
       }) {
    CAPTURE(code);
    CHECK_FALSE(body_holds_secret(code));
  }
}

TEST_CASE("Comments in code are looked at like prose") {
  CHECK(body_holds_secret("BEGIN -- the password: w1nter-Sun\nEND"));
  CHECK(body_holds_secret("BEGIN /* don't tell: password=w1nter-Sun */ END"));
  CHECK_FALSE(body_holds_secret("BEGIN -- the password isn't told here\nEND"));
  CHECK_FALSE(body_holds_secret("BEGIN /* w1nter-Sun"));
  CHECK_FALSE(body_holds_secret("BEGIN --"));
}
