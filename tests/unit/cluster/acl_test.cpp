#include "cluster/acl.hpp"

#include <pgcoffer/error.hpp>

#include "catch.hpp"

using namespace pgcoffer::cluster;

namespace {

AclTarget table() {
  return {"TABLE", "public.t", "", "owner", 150000};
}

}  // namespace

TEST_CASE("an aclitem array is read with its quotes") {
  const auto items = parse_acl(R"({owner=arwdDxt/owner,=r/owner,"\"a\"\"b=c\"=r*w/owner"})");
  REQUIRE(items.size() == 3);
  CHECK(items[0] == AclItem{"owner", "arwdDxt", "owner"});
  CHECK(items[1] == AclItem{"", "r", "owner"});
  CHECK(items[2] == AclItem{"a\"b=c", "r*w", "owner"});
  CHECK(parse_acl("{}").empty());
}

TEST_CASE("what is no aclitem array is refused") {
  for (const char* text : {"", "nothing", "{owner}", "{owner=r}"}) {
    try {
      static_cast<void>(parse_acl(text));
      FAIL("read: " << text);
    } catch (const pgcoffer::Error& error) {
      CHECK(error.kind() == pgcoffer::Kind::failed);
      CHECK(error.message().starts_with("cannot read access control list \""));
    }
  }
}

TEST_CASE("the same privileges need no statement, in whatever order") {
  CHECK(acl_sql(table(), "{owner=arwdDxt/owner,=r/owner}", "{=r/owner,owner=arwdDxt/owner}").empty());
  CHECK(acl_sql(table(), "", "{owner=arwdDxt/owner}").empty());
}

TEST_CASE("privileges beyond the usual ones are granted") {
  CHECK(acl_sql(table(), "{owner=arwdDxt/owner,reader=r/owner,writer=aw*/owner,=r/owner}", "{owner=arwdDxt/owner}") ==
        "GRANT SELECT ON TABLE public.t TO reader;\n"
        "GRANT INSERT ON TABLE public.t TO writer;\n"
        "GRANT UPDATE ON TABLE public.t TO writer WITH GRANT OPTION;\n"
        "GRANT SELECT ON TABLE public.t TO PUBLIC;\n");
}

TEST_CASE("privileges that the owner gave up are revoked first") {
  CHECK(acl_sql(table(), "{owner=r/owner}", "{owner=arwdDxt/owner}") ==
        "REVOKE INSERT,SELECT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER ON TABLE public.t FROM owner;\n"
        "GRANT SELECT ON TABLE public.t TO owner;\n");
  CHECK(acl_sql({"FUNCTION", "public.f()", "", "owner", 150000}, "{owner=X/owner}", "{=X/owner,owner=X/owner}") ==
        "REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;\n");
  CHECK(acl_sql(table(), "{}", "{owner=arwdDxt/owner}") ==
        "REVOKE INSERT,SELECT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER ON TABLE public.t FROM owner;\n");
}

TEST_CASE("all privileges of a kind are said as ALL") {
  CHECK(acl_sql(table(), "{x=arwdDxtm/owner}", "{}") == "GRANT ALL ON TABLE public.t TO x;\n");
  // All that a server before 17 has: a newer one is not to grant MAINTAIN, too.
  CHECK(acl_sql(table(), "{x=arwdDxt/owner}", "{}") ==
        "GRANT INSERT,SELECT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER ON TABLE public.t TO x;\n");
}

TEST_CASE("a grant that another role made is made in its name") {
  CHECK(acl_sql(table(), "{x=r*/owner,y=r/x}", "{}") ==
        "GRANT SELECT ON TABLE public.t TO x WITH GRANT OPTION;\n"
        "SET SESSION AUTHORIZATION x;\n"
        "GRANT SELECT ON TABLE public.t TO y;\n"
        "RESET SESSION AUTHORIZATION;\n");
}

TEST_CASE("privileges on a column name it") {
  AclTarget column = table();
  column.column = "\"Name\"";
  CHECK(acl_sql(column, "{x=rw/owner,y=arwx/owner}", "") ==
        "GRANT SELECT(\"Name\"),UPDATE(\"Name\") ON TABLE public.t TO x;\n"
        "GRANT ALL(\"Name\") ON TABLE public.t TO y;\n");
}

TEST_CASE("a privilege of a newer server is refused, not left out") {
  try {
    static_cast<void>(acl_sql(table(), "{x=r?/owner}", "{}"));
    FAIL("accepted");
  } catch (const pgcoffer::Error& error) {
    CHECK(error.kind() == pgcoffer::Kind::unsupported);
    CHECK(error.message() == "TABLE \"public.t\" has a privilege of unknown kind: \"?\"");
    CHECK(error.hint() ==
          "Use a version of pgcoffer that knows this server's version, or dump without privileges (-x).");
  }
}
