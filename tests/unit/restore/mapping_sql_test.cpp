#include "restore/mapping_sql.hpp"

#include "catch.hpp"

using namespace pgcoffer;
using restoring::renamed;
using restoring::Renaming;

namespace {

const std::map<QualifiedName, QualifiedName> kObjects = {{{"shop", "orders"}, {"Neu", "orders"}},
                                                         {{"shop", "orders_id_seq"}, {"Neu", "orders_id_seq"}},
                                                         {{"shop", "<~>"}, {"Neu", "<~>"}},
                                                         {{"shop", "customer"}, {"back", "customer_old"}}};
const std::map<std::string, std::string> kSchemas = {{"shop", "Neu"}}, kRoles = {{"bob", "Rob X"}},
                                         kSpaces = {{"fast", "slow"}},
                                         kParts = {{"customer_pkey", "customer_old_pkey"}};

std::string changed(const std::string& sql, bool roles = false, bool texts = false) {
  return renamed(sql, sql_tokens(sql).value(),
                 Renaming{kObjects, &kSchemas, roles ? &kRoles : nullptr, kSpaces, &kParts, texts});
}

}  // namespace

TEST_CASE("qualified names of known objects become others") {
  CHECK(changed("SELECT shop.orders.id, \"shop\".\"orders\".* FROM shop.orders") ==
        "SELECT \"Neu\".orders.id, \"Neu\".\"orders\".* FROM \"Neu\".orders");
  CHECK(changed("ALTER TABLE shop.customer ADD x integer") == "ALTER TABLE back.customer_old ADD x integer");
  CHECK(changed("(a OPERATOR(shop.<~>) b)") == "(a OPERATOR(\"Neu\".<~>) b)");
}

TEST_CASE("what the archive does not hold keeps its name") {
  CHECK(changed("name shop.citext, x.shop.orders, shop.id, other.orders") ==
        "name shop.citext, x.shop.orders, shop.id, other.orders");
  CHECK(changed("(a OPERATOR(shop.<~) b)") == "(a OPERATOR(shop.<~) b)");
}

TEST_CASE("texts are names only where they are cast to one, or said to be") {
  CHECK(changed("DEFAULT nextval('shop.orders_id_seq'::regclass)") ==
        "DEFAULT nextval('\"Neu\".orders_id_seq'::regclass)");
  CHECK(changed("DEFAULT 'shop.orders'::text") == "DEFAULT 'shop.orders'::text");
  CHECK(changed("AS $$ SELECT FROM shop.orders $$") == "AS $$ SELECT FROM shop.orders $$");
  CHECK(changed("SELECT setval('shop.orders_id_seq', 5, true)", false, true) ==
        "SELECT setval('\"Neu\".orders_id_seq', 5, true)");
}

TEST_CASE("schemas, tablespaces, indexes and constraints are known by the word before them") {
  CHECK(changed("CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO bob") ==
        "CREATE SCHEMA \"Neu\"; GRANT USAGE ON SCHEMA \"Neu\" TO bob");
  CHECK(changed("WITH (fillfactor=70) TABLESPACE fast") == "WITH (fillfactor=70) TABLESPACE slow");
  CHECK(changed("ADD CONSTRAINT customer_pkey PRIMARY KEY (customer_pkey)") ==
        "ADD CONSTRAINT customer_old_pkey PRIMARY KEY (customer_pkey)");
  CHECK(changed("SELECT fast, shop") == "SELECT fast, shop");
}

TEST_CASE("roles are changed where the statement names roles") {
  CHECK(changed("GRANT SELECT(bob) ON TABLE shop.orders TO bob WITH GRANT OPTION", true) ==
        "GRANT SELECT(bob) ON TABLE \"Neu\".orders TO \"Rob X\" WITH GRANT OPTION");
  CHECK(changed("CREATE POLICY p ON shop.orders TO eve, bob USING ((x SIMILAR TO bob))", true) ==
        "CREATE POLICY p ON \"Neu\".orders TO eve, \"Rob X\" USING ((x SIMILAR TO bob))");
  CHECK(changed("ALTER TABLE x OWNER TO bob") == "ALTER TABLE x OWNER TO bob");
}

TEST_CASE("schemas in texts that are known to name some") {
  CHECK(changed("CREATE FUNCTION f() SET search_path TO 'pg_catalog', 'shop', 'x' AS 'shop'") ==
        "CREATE FUNCTION f() SET search_path TO 'pg_catalog', 'Neu', 'x' AS 'shop'");
  CHECK(changed("SET other TO 'shop'") == "SET other TO 'shop'");
  CHECK(changed("('shop'::regnamespace, 'shop'::text)") == "('\"Neu\"'::regnamespace, 'shop'::text)");
}

TEST_CASE("texts that still have a name") {
  using restoring::texts_name;
  CHECK(texts_name("DEFAULT 'shop.orders'::text", {"shop"}, true));
  CHECK_FALSE(texts_name("DEFAULT 'shop'::text", {"shop"}, true));
  CHECK(texts_name("AS $$ SET search_path TO shop $$", {"shop"}, false));
  CHECK(texts_name("AS $$ it's shopping $$", {"shop"}, false));
  CHECK_FALSE(texts_name("AS $$ SELECT shopping $$", {"shop"}, false));
  CHECK_FALSE(texts_name("SELECT shop.orders", {"shop"}, false));
}

TEST_CASE("roles are found where a statement names them") {
  const auto roles = [](const std::string& sql) { return restoring::roles_named(sql_tokens(sql).value()); };
  using Roles = std::set<std::string>;
  CHECK(roles("ALTER TABLE s.t OWNER TO ann") == Roles{"ann"});
  CHECK(
      roles("GRANT SELECT(a, b) ON TABLE s.t TO PUBLIC; GRANT ALL ON TABLE s.t TO \"Ann B\", bob WITH GRANT OPTION") ==
      Roles{"Ann B", "bob"});
  CHECK(roles("SET SESSION AUTHORIZATION ann;\nREVOKE ALL ON SCHEMA s FROM bob;\nRESET SESSION AUTHORIZATION;") ==
        Roles{"ann", "bob"});
  CHECK(roles("ALTER DEFAULT PRIVILEGES FOR ROLE ann IN SCHEMA s GRANT SELECT ON TABLES TO bob") ==
        Roles{"ann", "bob"});
  CHECK(roles("CREATE POLICY p ON s.t FOR SELECT TO ann, CURRENT_USER USING ((a FROM b) TO c)") == Roles{"ann"});
  CHECK(roles("CREATE USER MAPPING FOR public SERVER x") == Roles{});
}
