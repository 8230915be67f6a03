#include "archive/drops.hpp"

#include <catch.hpp>

namespace pgcoffer::archive {
namespace {

TocEntry entry(const char* kind, const char* drop, const char* name = "x") {
  TocEntry made;
  made.id = 1;
  made.kind = kind;
  made.schema = "s";
  made.name = name;
  made.drop = drop;
  return made;
}

std::string if_exists(const TocEntry& one) {
  return drops({&one}, true).at(0).sql;
}

}  // namespace

TEST_CASE("what was made last is dropped first, and what has no statement of its own goes with others") {
  TocEntry first = entry("SCHEMA", "DROP SCHEMA s;\n"), comment = entry("COMMENT", ""),
           last = entry("TABLE", "DROP TABLE s.x;\n");
  const std::vector<Drop> list = drops({&first, &comment, &last}, false);
  REQUIRE(list.size() == 2);
  CHECK(list[0].entry == &last);
  CHECK(list[0].sql == "DROP TABLE s.x;\n");
  CHECK(list[1].sql == "DROP SCHEMA s;\n");
}

TEST_CASE("IF EXISTS comes behind the kind, and in ALTER TABLE twice") {
  CHECK(if_exists(entry("TABLE", "DROP TABLE s.x;\n")) == "DROP TABLE IF EXISTS s.x;\n");
  CHECK(if_exists(entry("USER MAPPING", "DROP USER MAPPING FOR a SERVER b;\n")) ==
        "DROP USER MAPPING IF EXISTS FOR a SERVER b;\n");
  CHECK(if_exists(entry("FK CONSTRAINT", "ALTER TABLE ONLY s.x DROP CONSTRAINT c;\n")) ==
        "ALTER TABLE IF EXISTS ONLY s.x DROP CONSTRAINT IF EXISTS c;\n");
  CHECK(if_exists(entry("CHECK CONSTRAINT", "ALTER FOREIGN TABLE s.x DROP CONSTRAINT c;\n")) ==
        "ALTER FOREIGN TABLE IF EXISTS s.x DROP CONSTRAINT IF EXISTS c;\n");
  CHECK(if_exists(entry("DEFAULT", "ALTER TABLE s.x ALTER COLUMN c DROP DEFAULT;\n")) ==
        "ALTER TABLE IF EXISTS s.x ALTER COLUMN c DROP DEFAULT;\n");
  CHECK(if_exists(entry("BLOB", "SELECT pg_catalog.lo_unlink('4711');\n", "4711")) ==
        "SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '4711';\n");
}

TEST_CASE("names that look like statements are names") {
  CHECK(if_exists(entry("CONSTRAINT", "ALTER TABLE ONLY s.\" DROP CONSTRAINT \"\"\" DROP CONSTRAINT \"TABLE\";\n")) ==
        "ALTER TABLE IF EXISTS ONLY s.\" DROP CONSTRAINT \"\"\" DROP CONSTRAINT IF EXISTS \"TABLE\";\n");
  CHECK(if_exists(entry("TRIGGER", "DROP TRIGGER \"DROP TRIGGER\" ON s.x;\n")) ==
        "DROP TRIGGER IF EXISTS \"DROP TRIGGER\" ON s.x;\n");
}

TEST_CASE("statements without IF EXISTS for what they alter are run only where that is") {
  CHECK(if_exists(entry("CHECK CONSTRAINT", "ALTER DOMAIN s.d DROP CONSTRAINT c;\n")) ==
        "DO 'BEGIN\n  IF pg_catalog.to_regtype(''s.d'') IS NOT NULL THEN\n"
        "    EXECUTE ''ALTER DOMAIN s.d DROP CONSTRAINT IF EXISTS c;'';\n  END IF;\nEND';\n");
  TocEntry view = entry("RULE", "CREATE OR REPLACE VIEW s.v AS\nSELECT\n    NULL::integer AS a;\n");
  view.table_schema = "s";
  view.table_name = "v";
  CHECK(if_exists(view) ==
        "DO 'BEGIN\n  IF pg_catalog.to_regclass(''\"s\".\"v\"'') IS NOT NULL THEN\n"
        "    EXECUTE ''CREATE OR REPLACE VIEW s.v AS\nSELECT\n    NULL::integer AS a;'';\n  END IF;\nEND';\n");
  CHECK(if_exists(entry("DEFAULT ACL", "ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE ALL ON TABLES FROM a;\n"))
            .starts_with("DO 'BEGIN\n  IF pg_catalog.to_regnamespace(''\"s\"'') IS NOT NULL THEN\n"));
  CHECK(if_exists(entry("OPERATOR CLASS", "DROP OPERATOR CLASS s.o USING btree;\n")) ==
        "DROP OPERATOR CLASS IF EXISTS s.o USING btree;\n");
  CHECK(if_exists(entry("OPERATOR FAMILY", "DROP OPERATOR FAMILY s.o USING \"My \"\"am\"\"\";\n")) ==
        "DO 'BEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_am WHERE amname = ''My \"am\"'') THEN\n"
        "    EXECUTE ''DROP OPERATOR FAMILY IF EXISTS s.o USING \"My \"\"am\"\"\";'';\n  END IF;\nEND';\n");
}

TEST_CASE("functions that a base type is made of are gone when their turn comes") {
  TocEntry function = entry("FUNCTION", "DROP FUNCTION s.type_in(cstring);\n"),
           other = entry("FUNCTION", "DROP FUNCTION s.f();\n"), type = entry("TYPE", "DROP TYPE s.x CASCADE;\n");
  other.id = 2;
  type.id = 3;
  type.depends = {1};
  const std::vector<Drop> list = drops({&function, &other, &type}, false);
  CHECK(list[0].sql == "DROP TYPE s.x CASCADE;\n");
  CHECK(list[1].sql == "DROP FUNCTION s.f();\n");
  CHECK(list[2].sql == "DROP FUNCTION IF EXISTS s.type_in(cstring);\n");
}

}  // namespace pgcoffer::archive
