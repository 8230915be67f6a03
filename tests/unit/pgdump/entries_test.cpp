#include "pgdump/entries.hpp"

#include "catch.hpp"

using pgcoffer::pgdump::Entry;
using pgcoffer::pgdump::name_of;

namespace {

Entry entry(const std::string& kind, const std::string& name, const std::string& drop, const std::string& owner = "") {
  Entry entry;
  entry.kind = kind;
  entry.name = name;
  entry.drop = drop;
  entry.owner_sql = owner;
  return entry;
}

}  // namespace

TEST_CASE("objects are called as in our own archives") {
  CHECK(name_of(entry("CAST", "CAST (s.y AS integer)", "DROP CAST (s.y AS integer);\n")) == "(s.y AS integer)");
  CHECK(name_of(entry("TRANSFORM", "TRANSFORM FOR t LANGUAGE l", "")) == "FOR t LANGUAGE l");
  CHECK(name_of(entry("OPERATOR", "@@@", "DROP OPERATOR s.@@@ (integer, integer);\n")) == "@@@ (integer, integer)");
  // Scripts tell it by the owner alone.
  CHECK(name_of(entry("OPERATOR", "@@", "", "ALTER OPERATOR s.@@ (NONE, integer) OWNER TO a;\n")) ==
        "@@ (NONE, integer)");
  CHECK(name_of(entry("OPERATOR", "@@", "")) == "@@");
  CHECK(name_of(entry("OPERATOR CLASS", "o c", "DROP OPERATOR CLASS s.\"o c\" USING btree;\n")) == "o c USING btree");
  CHECK(name_of(entry("OPERATOR FAMILY", "f", "", "ALTER OPERATOR FAMILY s.f USING gist OWNER TO \"x USING y\";\n")) ==
        "f USING gist");
  CHECK(name_of(entry("TABLE", "t USING (x)", "DROP TABLE s.\"t USING (x)\";\n")) == "t USING (x)");
}
