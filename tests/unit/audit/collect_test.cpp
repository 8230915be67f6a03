#include "audit/collect.hpp"

#include <algorithm>

#include "audit/manifest_texts.hpp"
#include "catch.hpp"

using namespace pgcoffer;

namespace {

const std::string kToken = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
const std::string kMail = "write to ann@example.org";

archive::Table table(const std::string& name, const std::string& reason) {
  archive::Table result;
  result.schema = "public";
  result.name = name;
  result.reason = reason;
  return result;
}

archive::Column column(const std::string& name, const std::string& verdict, const std::string& how) {
  archive::Column result;
  result.name = name;
  result.type = "text";
  result.verdict = verdict;
  result.how = how;
  return result;
}

/// "object:kind" of all that is no column's value.
std::vector<std::string> found(const audit::Collector& seen) {
  std::vector<std::string> result;
  for (const audit::Token& token : seen.tokens()) {
    result.push_back(token.object + ":" + std::string(to_string(token.kind)));
    CHECK_FALSE(token.part.empty());
  }
  std::ranges::sort(result);
  return result;
}

std::vector<std::string> found(const archive::Manifest& manifest, const archive::Toc& toc = {}) {
  return found(audit::Collector(manifest, toc));
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("The database's own texts are looked at") {
  archive::Manifest manifest;
  manifest.properties.emplace();
  manifest.properties->comment = "see " + kToken;
  manifest.properties->labels = {{"selinux", kToken}};
  manifest.properties->settings = {{"", "app.contact", {kMail}}};
  manifest.options = {"--rows sql", "--exclude-table " + kToken};
  manifest.environment = {{"MAIL_FROM", "ann@example.org", false}};
  CHECK(found(manifest) == Found{"comment of the database:github-token", "environment variable MAIL_FROM:email",
                                 "option --exclude-table:github-token",
                                 "security label of the database (selinux):github-token",
                                 "setting app.contact of the database:email"});
}

TEST_CASE("The policy's texts are looked at, each once") {
  archive::Manifest manifest;
  manifest.tables = {table("a", kToken), table("b", kToken)};
  manifest.tables[0].rule = manifest.tables[0].after_restore = manifest.tables[0].order_by = kToken;
  manifest.tables[1].where = "(mail = 'ann@example.org'\n)";
  manifest.tables[1].columns = {column("C", "keep", "")};
  manifest.tables[1].columns[0].reason = kMail;
  CHECK(found(manifest) == Found{"after-restore of public.a:github-token", "order-by of public.a:github-token",
                                 "reason of public.a:github-token", "reason of public.b.\"C\":email",
                                 "rule of public.a:github-token", "where of public.b:email"});
}

TEST_CASE("What stands in place of values is nobody's, but may be a credential") {
  archive::Manifest manifest;
  manifest.tables = {table("a", "")};
  manifest.tables[0].columns = {column("b", "sql", "'" + kToken + "'"), column("c", "sql", "'ann@example.org'"),
                                column("d", "constant", kToken + "x")};
  CHECK(found(manifest) == Found{"how of public.a.b:github-token"});
}

TEST_CASE("Personal data in the schema is seen, and no names of roles") {
  archive::TocEntry view;
  view.kind = "VIEW";
  view.name = "v";
  view.create = "CREATE VIEW public.v AS SELECT 'DE89370400440532013000'::text AS x;";
  archive::TocEntry acl;
  acl.kind = "ACL";
  acl.name = "TABLE a";
  acl.create = "GRANT SELECT ON TABLE public.a TO \"ann@example.org\";";
  CHECK(found({}, {{view, acl}}) == Found{"VIEW v:iban"});
}

TEST_CASE("Personal data in large objects is seen, also across the cut between pieces") {
  audit::Collector seen({}, {});
  audit::Collector::LargeObject whole(seen, 1), cut(seen, 2), none(seen, 3);
  whole.add(kMail, "1.bin");
  cut.add("write to ann@exa", "2a.bin");
  cut.add("mple.org", "2b.bin");
  none.add(std::string("\0\1x@y.zz\0", 9), "3.bin");
  CHECK(found(seen) == Found{"large object 1:email", "large object 2:email"});
}

TEST_CASE("Reports repeat no text with a credential in it") {
  CHECK(audit::shown("holds " + kToken).find(kToken) == std::string::npos);
  CHECK(audit::shown("holds what is secret") == "holds what is secret");
}
