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

TEST_CASE("What belongs to a server is looked at") {
  archive::Manifest manifest;
  cluster::Globals& globals = manifest.globals.emplace();
  globals.roles.resize(2);
  globals.roles[0].name = "App";
  globals.roles[0].comment = "password: Gh6jXgo786t";
  globals.roles[0].labels = {{"selinux", kToken}};
  globals.roles[0].password = "md50123456789abcdef0123456789abcdef";
  globals.roles[0].settings = {{"", "app.jwt_secret", {"Gh6jXgo786t"}}, {"", "search_path", {"public", "app"}}};
  globals.roles[1].name = "ann@example.org";
  globals.roles[1].comment = "may reset a password of others";
  globals.settings = {{"", "app.contact", {kMail}}};
  globals.tablespaces.resize(1);
  globals.tablespaces[0].name = "fast";
  globals.tablespaces[0].comment = "see " + kToken;
  globals.tablespaces[0].options = {"random_page_cost=1.1", "x=" + kToken};
  CHECK(found(manifest) == Found{"comment of role \"App\":named-secret", "comment of tablespace fast:github-token",
                                 "option x of tablespace fast:github-token", "password of role \"App\":crypt",
                                 "security label of role \"App\" (selinux):github-token",
                                 "setting app.contact of all roles:email",
                                 "setting app.jwt_secret of role \"App\":named-secret"});
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

namespace {

Found in_entry(const std::string& kind, const std::string& create) {
  archive::TocEntry entry;
  entry.kind = kind;
  entry.name = "e";
  entry.create = create;
  return found({}, {{entry}});
}

std::string function(const std::string& body) {
  return "CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE plpgsql\n    AS $$\nBEGIN\n  " + body + "\nEND\n$$;\n";
}

}  // namespace

TEST_CASE("Secrets beside their names are seen in the literals of functions") {
  for (const char* body : {
           "perform dblink_connect('host=x user=y password=Gh6jXgo786t');",
           "-- don't\n  v := E'a\\nPGPASSWORD=Gh6jXgo786t';",
           "COPY a TO PROGRAM 'psql --password=Gh6jXgo786t';",
           "v := 'machine h login a password Gh6jXgo786t';",
           "v := $q$spring.datasource.password=Gh6jXgo786t$q$;",
           "v := 'db:\n  password: Gh6jXgo786t';",
           "v := 'db.example.com:5432:shop:app:Gh6jXgo786t';",
           "conn = connect(\"password=Gh6jXgo786t\")",
           "ALTER ROLE app PASSWORD 'Gh6jXgo786t';",
           "EXECUTE 'UPDATE a SET password = ''Gh6jXgo786t''';",
       }) {
    CAPTURE(body);
    CHECK(in_entry("FUNCTION", function(body)) == Found{"FUNCTION e:named-secret"});
  }
  for (const char* body : {
           "password := crypt(p1, gen_salt('bf'));",
           "UPDATE a SET password = NEW.password WHERE token = token2;",
           "EXECUTE 'UPDATE a SET password = $1 WHERE a.token=b2.token' USING x;",
           "EXECUTE 'SELECT 1 WHERE token=' || quote_literal(t1) || ' AND x';",
           "RAISE EXCEPTION 'password: 8-character minimum';",
           "RAISE EXCEPTION 'password=%', v1;",
           "IF NEW.password = 'x' THEN -- 'password=Gh6\n",
           "v := format('ALTER ROLE %I PASSWORD %L', a1, b1);",
           "v := 'unfinished password=",
           "v := $q$unfinished",
       }) {
    CAPTURE(body);
    CHECK(in_entry("FUNCTION", function(body)).empty());
  }
}

TEST_CASE("Lines of files with passwords are seen in comments") {
  for (const char* text : {"password: Gh6jXgo786t", "db.example.com:5432:shop:app:Gh6jXgo786t", "password=hunter"}) {
    CAPTURE(text);
    CHECK(in_entry("COMMENT", "COMMENT ON TABLE public.a IS '" + std::string(text) + "';") ==
          Found{"COMMENT e:named-secret"});
  }
  CHECK(in_entry("COMMENT", "COMMENT ON COLUMN public.a.password IS 'of whom it is';").empty());
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
