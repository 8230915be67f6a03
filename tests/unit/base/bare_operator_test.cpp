#include "base/bare_operator.hpp"

#include "catch.hpp"

namespace pgcoffer {

TEST_CASE("operators without schema beside a column") {
  for (const char* bare : {"mail = 'x'", "'x' = mail", "t.mail<>'x'", "id = 1 AND mail IN ('x')", "mail NOT LIKE 'x%'",
                           "mail IS NOT DISTINCT FROM 'x'", "\"mail\" || 'x' = 'y'", "MAIL ~ 'x'", "mail in ('x')",
                           R"(mail operator(public.=) E'\x41')", "mail is not distinct from 'x'"})
    CHECK(has_bare_operator(bare, "mail"));
  for (const char* said : {"mail OPERATOR(public.=) 'x'", "mail::text = 'x'", "mail IS NULL",
                           "mail operator(public.=) 'x'", "mail is not null", "lower(mail) = 'x'", "'mail = x' = name",
                           "email = 'x'", "id = 1 AND mail IS NOT NULL", "\"Mail\" = 'x'"})
    CHECK_FALSE(has_bare_operator(said, "mail"));
}

}  // namespace pgcoffer
