#include "archive/database_json.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::failure;

namespace {

cluster::Database full() {
  cluster::Database database;
  database.name = "gr\xf6\xdf";
  database.owner = "alice";
  database.encoding = "UTF8";
  database.locale_provider = "icu";
  database.collate = "C";
  database.ctype = "C.UTF-8";
  database.locale = "de-AT";
  database.icu_rules = "";
  database.tablespace = "fast";
  database.connection_limit = 0;
  database.is_template = true;
  database.comment = "all of it";
  database.labels = {{"selinux", "x:y"}};
  database.acl = cluster::parse_acl("{=c/alice,alice=C*Tc/alice,bob=T*/alice,eve=T/bob}");
  database.settings = {{"", "search_path", {"a", "b"}}, {"bob", "work_mem", {"5MB"}}};
  return database;
}

std::string json(const cluster::Database& database) {
  std::string text;
  archive::ObjectText object(text);
  archive::write_database(object, database);
  object.end();
  return text;
}

cluster::Database read(const std::string& text) {
  const archive::Document document(text, "manifest.json");
  return archive::read_database(archive::Fields(document));
}

}  // namespace

TEST_CASE("a database comes back as it was written") {
  const cluster::Database back = read(json(full()));
  CHECK(json(back) == json(full()));
  CHECK(back.acl == full().acl);
  CHECK(back.settings == full().settings);
  CHECK(back.icu_rules == "");
  CHECK(back.connection_limit == 0);
}

TEST_CASE("what a new database has is not written") {
  cluster::Database database;
  database.name = "shop";
  database.encoding = "UTF8";
  CHECK(json(database) == R"({"name":"shop","encoding":"UTF8","locale_provider":"libc"})");
  const cluster::Database back = read(json(database));
  CHECK_FALSE(back.acl);
  CHECK_FALSE(back.locale);
  CHECK(back.connection_limit == -1);
  database.acl.emplace();
  CHECK(read(json(database)).acl == cluster::Acl());
}

TEST_CASE("privileges are words, and the owner need not be named as grantor") {
  CHECK(
      nlohmann::ordered_json::parse(json(full()))["acl"].dump() ==
      R"([{"privileges":["CONNECT"]},{"grantee":"alice","privileges":["TEMPORARY","CONNECT"],"grantable":["CREATE"]},)"
      R"({"grantee":"bob","grantable":["TEMPORARY"]},{"grantee":"eve","privileges":["TEMPORARY"],"grantor":"bob"}])");
}

TEST_CASE("what is no database is damaged") {
  const auto refusal = [](const char* pointer, const nlohmann::json& value) {
    nlohmann::json document = nlohmann::json::parse(json(full()));
    document[nlohmann::json::json_pointer(pointer)] = value;
    const std::string message = failure(Kind::damaged, [&] { static_cast<void>(read(document.dump())); });
    return message.substr(0, message.find(" | "));
  };
  const std::string start = "archive is damaged: \"manifest.json\": field ";
  CHECK(refusal("/locale_provider", "magic") == start + "locale_provider: unknown value \"magic\"");
  CHECK(refusal("/acl/1/privileges/0", "FLY") == start + "acl[1].privileges: unknown privilege \"FLY\"");
  CHECK(refusal("/settings/0/values", nlohmann::json::array()) == start + "settings[0].values: is empty");
  CHECK(refusal("/connection_limit", -1) == start + "connection_limit: is not a whole number of zero or more");
}
