#include <pgcoffer/error.hpp>

#include "catch.hpp"
#include "cluster/database.hpp"

using namespace pgcoffer;
using cluster::Database;

namespace {

Database shop() {
  Database database;
  database.name = "shop";
  database.owner = "alice";
  database.encoding = "UTF8";
  database.collate = database.ctype = "C.UTF-8";
  return database;
}

}  // namespace

TEST_CASE("CREATE DATABASE says what can only be said there") {
  Database database = shop();
  CHECK(
      create_sql(database, "shop", {}) ==
      "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';\n");
  database.locale_provider = "icu";
  database.collate = "C";
  database.locale = "de-AT";
  database.icu_rules = "&a < 'b'";
  database.tablespace = "fast disks";
  CHECK(create_sql(database, "Copy", {}) ==
        "CREATE DATABASE \"Copy\" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LC_COLLATE = 'C' "
        "LC_CTYPE = 'C.UTF-8' ICU_LOCALE = 'de-AT' ICU_RULES = '&a < ''b''' TABLESPACE = \"fast disks\";\n");
  cluster::DatabaseSqlOptions options;
  options.tablespaces = options.locale_provider = false;
  CHECK(create_sql(shop(), "shop", options) ==
        "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C.UTF-8';\n");
  database = shop();
  database.locale_provider = "builtin";
  database.locale = "C.UTF-8";
  CHECK(
      create_sql(database, "b", {}).find(" LOCALE_PROVIDER = builtin LOCALE = 'C.UTF-8' BUILTIN_LOCALE = 'C.UTF-8'") !=
      std::string::npos);
}

TEST_CASE("a new database's properties need no statements") {
  const Database database = shop();
  CHECK(description_sql(database, "shop", {}).empty());
  CHECK(limits_sql(database, "shop").empty());
  CHECK(privileges_sql(database, "shop").empty());
  CHECK(owner_sql(database, "shop") == "ALTER DATABASE shop OWNER TO alice;\n");
  Database same = shop();
  same.acl = cluster::default_database_acl("alice");
  CHECK(privileges_sql(same, "shop").empty());
}

TEST_CASE("what differs is said under the name that is asked for") {
  Database database = shop();
  database.connection_limit = 0;
  database.is_template = true;
  database.comment = "it's";
  database.labels = {{"selinux", "x:y"}};
  database.acl = cluster::parse_acl("{alice=CTc/alice,bob=T*c/alice,eve=T/bob}");
  CHECK(limits_sql(database, "n") == "ALTER DATABASE n CONNECTION LIMIT = 0;\nALTER DATABASE n IS_TEMPLATE = true;\n");
  CHECK(description_sql(database, "n", {}) ==
        "COMMENT ON DATABASE n IS 'it''s';\nSECURITY LABEL FOR selinux ON DATABASE n IS 'x:y';\n");
  CHECK(privileges_sql(database, "n") ==
        "REVOKE TEMPORARY,CONNECT ON DATABASE n FROM PUBLIC;\n"
        "GRANT CONNECT ON DATABASE n TO bob;\nGRANT TEMPORARY ON DATABASE n TO bob WITH GRANT OPTION;\n"
        "SET SESSION AUTHORIZATION bob;\nGRANT TEMPORARY ON DATABASE n TO eve;\nRESET SESSION AUTHORIZATION;\n");
  cluster::DatabaseSqlOptions options;
  options.comments = options.security_labels = false;
  CHECK(description_sql(database, "n", options).empty());
}

TEST_CASE("privileges of a database whose owner is not known") {
  Database database = shop();
  database.owner.clear();
  database.acl = cluster::Acl{{"bob", "c", ""}};
  CHECK(privileges_sql(database, "n") ==
        "REVOKE TEMPORARY,CONNECT ON DATABASE n FROM PUBLIC;\nGRANT CONNECT ON DATABASE n TO bob;\n");
  CHECK(owner_sql(database, "n").empty());
}

TEST_CASE("psql connects to any name that it can read") {
  CHECK(cluster::psql_connect("shop") == "\\connect shop\n");
  CHECK(cluster::psql_connect("Shop.2") == "\\connect \"Shop.2\"\n");
  CHECK(cluster::psql_connect("a'b \"c\\") == "\\connect -reuse-previous=on \"dbname='a\\'b \"\"c\\\\'\"\n");
  try {
    static_cast<void>(cluster::psql_connect("a\nb"));
    FAIL("a line end was let through");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::unsupported);
    CHECK(error.message() == "psql cannot connect to a database with a line end in its name: \"a\nb\"");
  }
}
