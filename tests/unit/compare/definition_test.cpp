#include "compare/definition.hpp"

#include "catch.hpp"

using pgcoffer::archive::TocEntry;
using namespace pgcoffer::comparing;

TEST_CASE("blanks, needless quotes and forms of literals do not make another definition") {
  CHECK(same_definition("ALTER TABLE ONLY a\n    ADD x;", "ALTER TABLE ONLY a ADD x;\n\n"));
  CHECK(same_definition("SELECT \"value\", $$x$$", "SELECT value, 'x'"));
  CHECK_FALSE(same_definition("SELECT 'a b'", "SELECT 'a  b'"));
  CHECK_FALSE(same_definition("SELECT \"A\"", "SELECT a"));
  CHECK_FALSE(same_definition("SELECT 'a'", "SELECT a"));
  CHECK_FALSE(
      same_definition("CREATE TABLE t (a integer);\nSET default_tablespace = x;\n", "CREATE TABLE t (a integer);\n"));
  CHECK_FALSE(same_definition("AS $$a\n b$$", "AS $$a b$$"));
}

TEST_CASE("what cannot be cut into tokens is the same only as it stands") {
  CHECK(same_definition("E'\\n'", "E'\\n'"));
  CHECK_FALSE(same_definition("E'\\n'", " E'\\n'"));
}

TEST_CASE("pg_dump and the server write options of functions in different places") {
  const std::string by_pg_dump =
      "CREATE FUNCTION s.f(a integer) RETURNS integer\n    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE\n    SET a TO "
      "'b'\n"
      "    AS $$select 1$$;";
  const auto by_server = [](const std::string& parallel, const std::string& body) {
    return "CREATE FUNCTION s.f(a integer)\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE PARALLEL " + parallel +
           " STRICT\n SET a TO 'b'\nAS $function$" + body + "$function$;\n";
  };
  CHECK(same_definition(by_pg_dump, by_server("SAFE", "select 1")));
  CHECK_FALSE(same_definition(by_pg_dump, by_server("RESTRICTED", "select 1")));
  CHECK_FALSE(same_definition(by_pg_dump, by_server("SAFE", "select 2")));
}

TEST_CASE("lists without an order, and what goes without saying") {
  CHECK(same_definition("GRANT SELECT,INSERT ON t TO a;\nREVOKE ALL ON t FROM b;",
                        "GRANT INSERT,SELECT ON t TO a;\nREVOKE ALL ON t FROM b;"));
  CHECK_FALSE(same_definition("GRANT SELECT,INSERT ON t TO a;", "GRANT SELECT,UPDATE ON t TO a;"));
  CHECK_FALSE(same_definition("GRANT SELECT ON t TO a;\nGRANT ALL ON t TO b;",
                              "GRANT ALL ON t TO a;\nGRANT SELECT ON t TO b;"));
  CHECK(same_definition("CREATE POLICY p ON t TO b, a USING (x = 1);", "CREATE POLICY p ON t TO a, b USING (x = 1);"));
  CHECK_FALSE(same_definition("CREATE POLICY p ON t TO b, a USING (x);", "CREATE POLICY p ON t TO a USING (x);"));
  CHECK(same_definition("CREATE OPERATOR s.@@ (FUNCTION = int4pl);",
                        "CREATE OPERATOR s.@@ (FUNCTION = pg_catalog.int4pl);"));
  CHECK_FALSE(same_definition("SELECT s.f()", "SELECT f()"));
  CHECK(same_definition("CREATE TABLE t OF y (a DEFAULT 3);", "CREATE TABLE t OF y (a WITH OPTIONS DEFAULT 3);"));
}

TEST_CASE("what pg_dump --quote-all-identifiers quotes") {
  CHECK(without_needless_quotes("\"public\".f(\"text\", \"char\", \"Name\", integer)") ==
        "public.f(text, \"char\", \"Name\", integer)");
  CHECK(same_definition("SELECT pg_catalog.setval('\"public\".\"s\"', 3, true);",
                        "SELECT pg_catalog.setval('public.s', 3, true);"));
  CHECK(same_definition("SET DEFAULT \"nextval\"('\"public\".\"s\"'::\"regclass\")",
                        "SET DEFAULT nextval('public.s'::regclass)"));
  CHECK_FALSE(same_definition("SET DEFAULT '\"a\"'::text", "SET DEFAULT 'a'::text"));
  CHECK(same_definition("WITH (\"fastupdate\"='off')", "WITH (fastupdate=off)"));
}

TEST_CASE("names of NOT NULL constraints and defaults that the server finds by itself") {
  CHECK(same_definition("CREATE TABLE s.t (\n a integer NOT NULL,\n b_c text NOT NULL\n);",
                        "CREATE TABLE s.t (\n a integer CONSTRAINT t_a_not_null NOT NULL,\n b_c text CONSTRAINT "
                        "t_b_c_not_null NOT NULL\n);"));
  CHECK_FALSE(same_definition("CREATE TABLE s.t (a integer NOT NULL);",
                              "CREATE TABLE s.t (a integer CONSTRAINT t_b_not_null NOT NULL);"));
  CHECK(same_definition("CREATE TABLE s.t (a integer);", "CREATE TABLE s.t (a integer DEFAULT NULL);"));
  CHECK_FALSE(same_definition("CREATE TABLE s.t (a integer) INHERITS (s.p);",
                              "CREATE TABLE s.t (a integer DEFAULT NULL) INHERITS (s.p);"));
  CHECK_FALSE(same_definition("CREATE FUNCTION f(a integer)", "CREATE FUNCTION f(a integer DEFAULT NULL)"));
}

TEST_CASE("old scripts alter views as tables") {
  CHECK(same_definition("X;\nALTER MATERIALIZED VIEW s.v OWNER TO a;", "X;\nALTER TABLE s.v OWNER TO a;"));
  CHECK(same_definition("ALTER SEQUENCE s.v OWNER TO a;", "ALTER TABLE s.v OWNER TO a;"));
  CHECK_FALSE(same_definition("ALTER TYPE s.v OWNER TO a;", "ALTER TABLE s.v OWNER TO a;"));
}

TEST_CASE("comments are named by what they are of") {
  TocEntry ours, theirs;
  ours.kind = theirs.kind = "COMMENT";
  ours.schema = theirs.schema = "shop";
  ours.name = "COLUMN shop.orders.qty";
  theirs.name = "COLUMN orders.qty";
  ours.create = "COMMENT ON COLUMN shop.orders.qty IS 'how many';\n";
  theirs.create = "COMMENT ON COLUMN shop.orders.qty IS 'is it';\n";
  CHECK(identity(ours, false) == identity(theirs, false));
  theirs.create = "COMMENT ON COLUMN shop.orders.price IS 'how many';\n";
  CHECK(identity(ours, false) != identity(theirs, false));
}

TEST_CASE("pg_dump names operators and casts with less") {
  TocEntry ours, theirs;
  ours.kind = theirs.kind = "OPERATOR";
  ours.schema = theirs.schema = "s";
  ours.name = "=== (integer, text)";
  theirs.name = "===";
  CHECK(identity(ours, true) == identity(theirs, true));
  CHECK(identity(ours, false) != identity(theirs, false));
  ours.kind = theirs.kind = "OPERATOR FAMILY";
  ours.name = "f USING btree";
  theirs.name = "f";
  CHECK(identity(ours, true) == identity(theirs, true));
}

TEST_CASE("the order of columns counts, but where the server puts a parent's first") {
  const std::string more = ";\nALTER TABLE ONLY c ALTER COLUMN a SET STATISTICS 1;\nALTER TABLE c OWNER TO x;\n",
                    less = ";\nALTER TABLE c OWNER TO x;\nALTER TABLE ONLY c ALTER COLUMN a SET STATISTICS 1;\n";
  CHECK(same_definition("CREATE TABLE c (\n x numeric(3,1),\n a int\n)\nINHERITS (p)" + more,
                        "CREATE TABLE c (\n a int,\n x numeric(3,1)\n)\nINHERITS (p)" + less));
  CHECK_FALSE(same_definition("CREATE TABLE c (x numeric(3,1), a int) INHERITS (p)" + more,
                              "CREATE TABLE c (a int, x numeric(1,3)) INHERITS (p)" + less));
  CHECK_FALSE(same_definition("CREATE TABLE c (x int, a int) INHERITS (p, q);",
                              "CREATE TABLE c (a int, x int) INHERITS (q, p);"));
  CHECK_FALSE(same_definition("CREATE TABLE c (x int, a int);", "CREATE TABLE c (a int, x int);"));
  CHECK_FALSE(same_definition("CREATE TABLE c (x int", "CREATE TABLE c (x int) INHERITS (p)"));
}
