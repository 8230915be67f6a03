#include "catch.hpp"
#include "cluster/database.hpp"

using namespace pgcoffer::cluster;

namespace {

std::vector<std::string> values(std::string_view item) {
  return parse_setting(item).values;
}

}  // namespace

TEST_CASE("a setting is read as pg_db_role_setting holds it") {
  const Setting setting = parse_setting("app.key=a=b, \"c\"");
  CHECK(setting.name == "app.key");
  CHECK(setting.values == std::vector<std::string>{"a=b, \"c\""});
  CHECK(values("work_mem=") == std::vector<std::string>{""});
}

TEST_CASE("lists of names are taken apart") {
  CHECK(values("search_path=\"$user\", \"odd, \"\"name\"\"\", public") ==
        std::vector<std::string>{"$user", "odd, \"name\"", "public"});
  CHECK(values("search_path=\"\"") == std::vector<std::string>{""});
  CHECK(values("Search_Path= a b ,\"c \" , d ") == std::vector<std::string>{"a b", "c ", "d"});
  CHECK(values("temp_tablespaces=") == std::vector<std::string>{""});
}

TEST_CASE("a setting becomes what stands behind SET") {
  CHECK(setting_sql(parse_setting("search_path=\"$user\", \"a'b\"")) == "search_path TO '$user', 'a''b'");
  CHECK(setting_sql(parse_setting("app.Tenant=x\\y")) == "\"app.Tenant\" TO E'x\\\\y'");
  Setting setting = parse_setting("work_mem=5MB");
  CHECK(setting_sql(setting, "my db") == "ALTER DATABASE \"my db\" SET work_mem TO '5MB';\n");
  setting.role = "Bob";
  CHECK(setting_sql(setting, "shop") == "ALTER ROLE \"Bob\" IN DATABASE shop SET work_mem TO '5MB';\n");
}
