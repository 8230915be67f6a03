#include "catalog/known_catalogs.hpp"

#include <pgcoffer/error.hpp>

#include "catch.hpp"

using namespace pgcoffer::catalog;

TEST_CASE("known catalogs are read line by line") {
  const KnownCatalogs known = parse_known_catalogs("\n# a comment\nnewest 19\npg_class oid relkind=rpv\npg_x a=_b\n");
  CHECK(known.newest == 19);
  REQUIRE(known.catalogs.size() == 2);
  CHECK(known.catalogs.at("pg_class") == KnownCatalog{{"oid", ""}, {"relkind", "rpv"}});
  CHECK(known.catalogs.at("pg_x").at("a") == " b");
}

TEST_CASE("a line that describes no catalog is refused") {
  for (const char* line : {"newest one", "newest 19x", "class oid", "newest"}) {
    try {
      static_cast<void>(parse_known_catalogs(line));
      FAIL("read: " << line);
    } catch (const pgcoffer::Error& error) {
      CHECK(error.message() == "no description of a system catalog: \"" + std::string(line) + "\"");
    }
  }
}

TEST_CASE("what was compiled in is whole") {
  const KnownCatalogs& known = known_catalogs();
  CHECK(known.newest >= 19);
  CHECK(known.catalogs.size() > 60);
  CHECK(known.catalogs.at("pg_class").at("relkind").find('p') != std::string::npos);
  CHECK(known.catalogs.at("pg_constraint").contains("conenforced"));
}
