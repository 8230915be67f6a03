#include "pgdump/database_entries.hpp"

#include "catch.hpp"
#include "error_of.hpp"

using namespace pgcoffer;
using pgcoffer_test::error_of;
using pgdump::Contents;
using pgdump::Entry;

namespace {

Entry entry(const std::string& kind, const std::string& name, const std::string& sql) {
  Entry entry;
  entry.kind = kind;
  entry.name = name;
  entry.create = sql;
  entry.owner = "the owner";
  return entry;
}

/// A custom archive with the database and these entries.
Contents with(const std::vector<Entry>& entries) {
  Contents contents;
  contents.version = 116;
  contents.entries = {entry("DATABASE", "a b",
                            "CREATE DATABASE \"a b\" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu "
                            "LOCALE = 'C' ICU_LOCALE = 'und' ICU_RULES = '&V < w' TABLESPACE = \"fast disk\";\n")};
  contents.entries.insert(contents.entries.end(), entries.begin(), entries.end());
  return contents;
}

}  // namespace

TEST_CASE("what CREATE DATABASE says") {
  const auto database = pgdump::database_of(with({})).value();
  CHECK(database.name == "a b");
  CHECK(database.owner == "the owner");
  CHECK(database.encoding == "UTF8");
  CHECK(database.locale_provider == "icu");
  CHECK(database.collate == "C");
  CHECK(database.ctype == "C");
  CHECK(database.locale == "und");
  CHECK(database.icu_rules == "&V < w");
  CHECK(database.tablespace == "fast disk");
  CHECK(database.connection_limit == -1);
  CHECK_FALSE(database.acl);
  CHECK_FALSE(pgdump::database_of(Contents()));
}

TEST_CASE("comment, security labels, limits and settings of a database") {
  const auto database =
      pgdump::database_of(
          with({entry("COMMENT", "DATABASE \"a b\"", "COMMENT ON DATABASE \"a b\" IS 'it''s; a \\ IS';\n"),
                entry("SECURITY LABEL", "DATABASE \"a b\"", "SECURITY LABEL FOR dummy ON DATABASE \"a b\" IS 'top';\n"),
                entry("DATABASE PROPERTIES", "a b",
                      "ALTER DATABASE \"a b\" CONNECTION LIMIT = -2;\nALTER DATABASE \"a b\" IS_TEMPLATE = true;\n"
                      "ALTER DATABASE \"a b\" SET search_path TO 'x y', 'public';\n"
                      "ALTER ROLE \"R\" IN DATABASE \"a b\" SET \"my.par\" TO 'a''b';\n")}))
          .value();
  CHECK(database.comment == "it's; a \\ IS");
  CHECK(database.labels == std::vector<cluster::SecurityLabel>{{"dummy", "top"}});
  CHECK(database.connection_limit == -2);
  CHECK(database.is_template);
  CHECK(database.settings ==
        std::vector<cluster::Setting>{{"", "search_path", {"x y", "public"}}, {"R", "my.par", {"a'b"}}});
}

TEST_CASE("privileges on a database are carried out in their order") {
  const auto database =
      pgdump::database_of(with({entry("ACL", "DATABASE \"a b\"",
                                      "REVOKE CONNECT,TEMPORARY ON DATABASE \"a b\" FROM PUBLIC;\n"
                                      "REVOKE ALL ON DATABASE \"a b\" FROM \"the owner\";\n"
                                      "GRANT CONNECT,TEMPORARY ON DATABASE \"a b\" TO \"the owner\";\n"
                                      "GRANT CONNECT ON DATABASE \"a b\" TO r WITH GRANT OPTION;\n"
                                      "SET SESSION AUTHORIZATION r;\nGRANT CONNECT ON DATABASE \"a b\" TO s;\n"
                                      "RESET SESSION AUTHORIZATION;\nGRANT CREATE ON DATABASE \"a b\" TO s;\n")}))
          .value();
  CHECK(database.acl ==
        cluster::Acl{
            {"the owner", "Tc", "the owner"}, {"r", "c*", "the owner"}, {"s", "c", "r"}, {"s", "C", "the owner"}});
}

TEST_CASE("what is not known of a database is an error without the statement, which may hold a secret") {
  for (const char* sql : {"ALTER DATABASE x RESET ALL TO 'hidden';", "ALTER DATABASE x SET a;", "DROP DATABASE hidden;",
                          "ALTER DATABASE x CONNECTION LIMIT = many;", "ALTER DATABASE x SET a TO 'hidden"}) {
    const auto error = error_of([&] { (void)pgdump::database_of(with({entry("DATABASE PROPERTIES", "a b", sql)})); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::unsupported);
    CHECK(error->message().find("DATABASE PROPERTIES of database \"a b\"") != std::string::npos);
    CHECK(error->message().find("hidden") == std::string::npos);
  }
  CHECK(error_of(
      [&] { (void)pgdump::database_of(with({entry("ACL", "DATABASE x", "GRANT FLY ON DATABASE x TO y;")})); }));
}

TEST_CASE("a table that is called like a database is none") {
  CHECK(pgdump::is_about_database(entry("ACL", "DATABASE x", "GRANT ALL ON DATABASE x TO y;")));
  CHECK_FALSE(pgdump::is_about_database(entry("ACL", "DATABASE x", "GRANT ALL ON TABLE \"DATABASE x\" TO y;")));
  CHECK_FALSE(pgdump::is_about_database(entry("TABLE", "DATABASE x", "CREATE TABLE public.\"DATABASE x\" ();")));
}
