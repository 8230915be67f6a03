#include "catalog/read.hpp"
#include "catch.hpp"

using namespace pgcoffer::catalog;

namespace {

Object object(int id, std::string kind, std::string name, Oid table, std::vector<int> depends_on) {
  Object made;
  made.id = id;
  made.kind = std::move(kind);
  made.schema = "public";
  made.name = std::move(name);
  made.table = table;
  made.depends_on = std::move(depends_on);
  return made;
}

Table table(Oid oid, std::string name) {
  Table made;
  made.oid = oid;
  made.name = {"public", std::move(name)};
  return made;
}

// users, and orders with a foreign key to users
Catalog shop() {
  Catalog catalog;
  catalog.tables = {table(1, "users"), table(2, "orders")};
  catalog.tables[1].foreign_keys.push_back({"orders_user_fkey", 2, 1, {"user_id"}, {"id"}, false, true});
  catalog.objects = {object(1, "TABLE", "users", 1, {}),
                     object(2, "TABLE", "orders", 2, {}),
                     object(3, "TABLE DATA", "users", 1, {1}),
                     object(4, "TABLE DATA", "orders", 2, {2}),
                     object(5, "CONSTRAINT", "users users_pkey", 1, {1}),
                     object(6, "FK CONSTRAINT", "orders orders_user_fkey", 2, {1, 2, 5}),
                     object(7, "COMMENT", "CONSTRAINT orders_user_fkey ON public.orders", 2, {6}),
                     object(8, "INDEX", "orders_user", 2, {2})};
  return catalog;
}

}  // namespace

TEST_CASE("a removed table takes its entries and the foreign keys to it along") {
  Catalog catalog = shop();
  remove_tables(catalog, {1});
  REQUIRE(catalog.objects.size() == 3);
  CHECK(catalog.objects[0].name == "orders");
  CHECK(catalog.objects[1].kind == "TABLE DATA");
  CHECK(catalog.objects[2].name == "orders_user");
  for (std::size_t i = 0; i < catalog.objects.size(); ++i) CHECK(catalog.objects[i].id == static_cast<int>(i) + 1);
  CHECK(catalog.objects[2].depends_on == std::vector<int>{1});
  CHECK_FALSE(catalog.find(1)->selected);
  CHECK_FALSE(catalog.find(1)->rows_selected);
  CHECK(catalog.find(2)->selected);
  CHECK(catalog.find(2)->foreign_keys.empty());
}

TEST_CASE("a view over a removed table is named") {
  Catalog catalog = shop();
  CHECK_FALSE(left_without(catalog, {1}));
  catalog.objects.push_back(object(9, "VIEW", "Names", 3, {1}));
  const auto left = left_without(catalog, {1});
  REQUIRE(left);
  CHECK(left->object == "VIEW public.\"Names\"");
  CHECK(left->needed == "TABLE public.users");
  CHECK(left->table == 1);
}

TEST_CASE("removing nothing changes nothing") {
  Catalog catalog = shop();
  remove_tables(catalog, {});
  CHECK(catalog.objects.size() == shop().objects.size());
}
