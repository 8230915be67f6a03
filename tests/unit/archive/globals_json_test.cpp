#include "archive/globals_json.hpp"

#include "archive/manifest.hpp"
#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;

namespace {

cluster::Globals full() {
  cluster::Globals globals;
  globals.bootstrap_superuser = "postgres";
  globals.passwords = true;
  cluster::Role admin;
  admin.name = "gr\xf6\xdf";
  admin.superuser = admin.create_role = admin.create_db = admin.can_login = admin.replication = admin.bypass_rls = true;
  admin.connection_limit = 0;
  admin.password = "SCRAM-SHA-256$4096:x";
  admin.valid_until = "2031-05-06 05:07:08+00";
  admin.comment = "it's";
  admin.labels = {{"selinux", "x"}};
  admin.settings = {{"", "search_path", {"a", "b"}}};
  cluster::Role plain;
  plain.name = "plain";
  plain.inherit = false;
  globals.roles = {admin, plain};
  globals.settings = {{"", "work_mem", {"5MB"}}};
  globals.memberships = {{"plain", "bob", "eve", true, true, false}, {"plain", "eve", "", false, {}, {}}};
  globals.parameters = {{"work_mem", cluster::parse_acl("{postgres=sA/postgres,bob=s*/postgres}")}};
  globals.tablespaces = {{"fast", "bob", "/fast", {"seq_page_cost=1"}, cluster::parse_acl("{bob=C/bob}"), "c", {}},
                         {"here", "bob", "", {}, {}, "", {}}};
  return globals;
}

}  // namespace

TEST_CASE("what belongs to a server comes back as it was written") {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.globals = full();
  manifest.databases = {{"Käse", "databases/K%c3%a4se", "an-id", 5, 2, 30, 400, 50}};
  manifest.toc_sha256 = std::string(64, 'a');
  const std::string text = archive::to_json(manifest);
  const archive::Manifest back = archive::parse_manifest(text);
  REQUIRE(back.globals);
  const cluster::Globals expected = full();
  CHECK(back.globals->bootstrap_superuser == expected.bootstrap_superuser);
  CHECK(back.globals->passwords);
  CHECK(back.globals->roles == expected.roles);
  CHECK(back.globals->settings == expected.settings);
  CHECK(back.globals->memberships == expected.memberships);
  CHECK(back.globals->parameters == expected.parameters);
  CHECK(back.globals->tablespaces == expected.tablespaces);
  REQUIRE(back.databases.size() == 1);
  CHECK(back.databases.front().folder == "databases/K%c3%a4se");
  CHECK(back.databases.front().archive_id == "an-id");
  CHECK(archive::to_json(back) == text);
}

TEST_CASE("databases lie in their folder, and only in archives of a server") {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.toc_sha256 = std::string(64, 'a');
  manifest.databases = {{"x", "databases/x", "an-id", 0, 0, 0, 0, 0}};
  CHECK(archive::format_version_for(manifest) == 3);
  CHECK_THROWS_WITH(archive::parse_manifest(archive::to_json(manifest)), Catch::Matchers::Contains("without globals"));
  manifest.globals = full();
  CHECK_NOTHROW(archive::parse_manifest(archive::to_json(manifest)));
  for (const char* elsewhere : {"x", "databases", "databases/../x", "data/x"}) {
    manifest.databases.front().folder = elsewhere;
    CHECK_THROWS_WITH(archive::parse_manifest(archive::to_json(manifest)), Catch::Matchers::Contains("folder"));
  }
}

TEST_CASE("an attribute that is not known is refused") {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.globals = full();
  std::string text = archive::to_json(manifest);
  text.replace(text.find("BYPASSRLS"), 9, "BYPASSALL");
  CHECK_THROWS_WITH(archive::parse_manifest(text), Catch::Contains("BYPASSALL"));
}
