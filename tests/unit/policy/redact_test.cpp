#include "policy/redact.hpp"

#include <pgcoffer/error.hpp>

#include "base/text.hpp"
#include "catch.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

namespace {

catalog::Catalog with(const std::string& kind, const std::string& name, const std::string& sql) {
  catalog::Object object;
  object.id = 7;
  object.kind = kind;
  object.name = name;
  object.create_sql = sql;
  catalog::Catalog result;
  result.objects.push_back(object);
  return result;
}

Verdicts resolved(const catalog::Catalog& catalog) {
  return resolve(load_policy("no-credentials"), catalog);
}

std::string subscription(const std::string& conninfo) {
  return "CREATE SUBSCRIPTION \"CONNECTION 'x'\" CONNECTION " + quote_literal(conninfo) +
         " PUBLICATION p WITH (connect = false, slot_name = 'password=x');\n";
}

}  // namespace

TEST_CASE("connection strings lose their passwords and nothing else") {
  struct Case {
    const char *conninfo, *redacted;  // null where it cannot be read
  };
  const auto test = GENERATE(values<Case>({
      {"host=a password=secret dbname=d", "host=a password=REMOVED dbname=d"},
      {"password = 'a b\\' c' user=u", "password = REMOVED user=u"},
      {"password=a\\ b\\'c user=u", "password=REMOVED user=u"},
      {"host='x password=y' user=u", "host='x password=y' user=u"},
      {"sslpassword=x passfile=/p sslkey=/k", "sslpassword=REMOVED passfile=/p sslkey=/k"},
      {"host=a", "host=a"},
      {"", ""},
      {"password='open", nullptr},
      {"password=x\\", nullptr},
      {"password", nullptr},
      {"host a password=x", nullptr},
      {"postgresql://u:secret@h:5432/d?sslmode=require", "postgresql://u:REMOVED@h:5432/d?sslmode=require"},
      {"postgres://u@h/d", "postgres://u@h/d"},
      {"postgres://h:5432/d", "postgres://h:5432/d"},
      {"postgres://u:p?q@h/d", "postgres://u:REMOVED@h/d"},
      {"postgres:///d?user=u&password=s&sslpassword=t", "postgres:///d?user=u&password=REMOVED&sslpassword=REMOVED"},
      {"postgres://u:a/b@h/d", nullptr},
      {"postgres://u:a@b@h/d", nullptr},
      {"postgres://h/d?p%61ssword=x", nullptr},
      {"postgres://h/d?password", nullptr},
  }));
  CAPTURE(test.conninfo);
  const auto redacted = redact_conninfo(test.conninfo);
  REQUIRE(redacted.has_value() == (test.redacted != nullptr));
  if (redacted) CHECK(redacted->text == test.redacted);
}

TEST_CASE("options of user mappings and servers lose their passwords") {
  const auto verdicts = resolved(with(
      "USER MAPPING", "USER MAPPING bob SERVER s",
      "CREATE USER MAPPING FOR bob SERVER \"OPTIONS (\" OPTIONS (\n    passfile '/p',\n    password E'a\\\\''b, c',\n"
      "    password_required 'false',\n    sslpassword 'it''s',\n    \"user\" 'password'\n);\n"));
  REQUIRE(verdicts.redactions.size() == 1);
  CHECK(verdicts.redactions[0].id == 7);
  CHECK(verdicts.redactions[0].create_sql ==
        "CREATE USER MAPPING FOR bob SERVER \"OPTIONS (\" OPTIONS (\n    passfile '/p',\n    password 'REMOVED',\n"
        "    password_required 'false',\n    sslpassword 'REMOVED',\n    \"user\" 'password'\n);\n");
  CHECK(verdicts.warnings == std::vector<std::string>{"password, sslpassword of user mapping \"bob SERVER s\" are "
                                                      "replaced; set them after the restore"});
  const auto server = resolved(with("SERVER", "s",
                                    "CREATE SERVER s TYPE 'OPTIONS (' FOREIGN DATA WRAPPER f OPTIONS (\n    host 'h',\n"
                                    "    passcode 'x'\n);\n"));
  REQUIRE(server.redactions.size() == 1);
  CHECK(server.redactions[0].create_sql.find("passcode 'REMOVED'") != std::string::npos);
  CHECK(server.warnings == std::vector<std::string>{"passcode of server \"s\" is replaced; set it after the restore"});
  CHECK(resolved(with("SERVER", "s", "CREATE SERVER s FOREIGN DATA WRAPPER f;\n")).redactions.empty());
  CHECK(resolve(load_policy("full"), with("SERVER", "s", "CREATE SERVER s OPTIONS (\n    password 'x'\n);\n"))
            .redactions.empty());
}

TEST_CASE("options of foreign tables and connections within options lose their passwords") {
  const auto table =
      resolved(with("FOREIGN TABLE", "f",
                    "CREATE FOREIGN TABLE f (\n    options text\n)\nSERVER s\nOPTIONS (\n    api_key 'x1',\n"
                    "    url 'https://u:x2@h/p'\n);\nALTER FOREIGN TABLE ONLY f ALTER COLUMN options OPTIONS "
                    "(\n    secret 'x3'\n);\n"));
  REQUIRE(table.redactions.size() == 1);
  CHECK(table.redactions[0].create_sql ==
        "CREATE FOREIGN TABLE f (\n    options text\n)\nSERVER s\nOPTIONS (\n    api_key 'REMOVED',\n"
        "    url 'https://u:REMOVED@h/p'\n);\nALTER FOREIGN TABLE ONLY f ALTER COLUMN options OPTIONS "
        "(\n    secret 'REMOVED'\n);\n");
  CHECK_FALSE(holds_password("FOREIGN TABLE", table.redactions[0].create_sql));
  const auto server =
      resolved(with("SERVER", "s",
                    "CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (\n    connstr 'host=h password=x user=u',"
                    "\n    url 'http://h:80/'\n);\n"));
  REQUIRE(server.redactions.size() == 1);
  CHECK(server.redactions[0].create_sql ==
        "CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (\n    connstr 'host=h password=REMOVED user=u',"
        "\n    url 'http://h:80/'\n);\n");
}

TEST_CASE("values of options are looked at, whatever the options are called") {
  for (const char* value : {"postgresql://h/x?user=u&password=Tr0ub4dor",
                            "jdbc:postgresql://h/x?user=a&password=Tr0ub4dor", R"({"host":"h","password":"Tr0ub4dor"})",
                            "Data Source=h;User ID=a;Password=Tr0ub4dor", "hvs.CAESIJ0123456789abcdefghij",
                            "https://discord.com/api/webhooks/123456789012345678/"
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_abcd"}) {
    CAPTURE(value);
    const std::string sql = "CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (\n    info ";
    const auto verdicts = resolved(with("SERVER", "s", sql + quote_literal(value) + "\n);\n"));
    REQUIRE(verdicts.redactions.size() == 1);
    CHECK(verdicts.redactions[0].create_sql == sql + "'REMOVED'\n);\n");
    CHECK_FALSE(holds_password("SERVER", verdicts.redactions[0].create_sql));
  }
  for (const char* value :
       {"h.example", "5432", "/etc/ssl/client.key", "public", "host=h user=u", "https://h:80/p?q=1"}) {
    CAPTURE(value);
    CHECK(resolved(with("SERVER", "s",
                        std::string("CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (\n    info ") +
                            quote_literal(value) + "\n);\n"))
              .redactions.empty());
  }
}

TEST_CASE("settings of functions lose what gives access") {
  const std::string body = "\nAS $function$ UPDATE t SET token = 'y' $function$;\n";
  const auto verdicts =
      resolved(with("FUNCTION", "f()",
                    "CREATE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\n SET search_path TO "
                    "'public'\n SET \"app.jwt_secret\" TO 'x'\n SET app.api_key TO 'y'" +
                        body));
  REQUIRE(verdicts.redactions.size() == 1);
  CHECK(verdicts.redactions[0].create_sql ==
        "CREATE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\n SET search_path TO 'public'\n SET "
        "\"app.jwt_secret\" TO 'REMOVED'\n SET app.api_key TO 'REMOVED'" +
            body);
  CHECK(verdicts.warnings == std::vector<std::string>{"app.jwt_secret, app.api_key of function \"f()\" are replaced; "
                                                      "set them after the restore"});
}

TEST_CASE("connections of subscriptions lose their passwords") {
  const auto verdicts = resolved(with("SUBSCRIPTION", "s", subscription("host=h password='a\\'b' user=u")));
  REQUIRE(verdicts.redactions.size() == 1);
  CHECK(verdicts.redactions[0].create_sql == subscription("host=h password=REMOVED user=u"));
  CHECK(verdicts.warnings ==
        std::vector<std::string>{"password of subscription \"s\" is replaced; set it after the restore"});
  CHECK(resolved(with("SUBSCRIPTION", "s", subscription("host=h"))).redactions.empty());
  CHECK(resolved(with("SUBSCRIPTION", "s", "CREATE SUBSCRIPTION s SERVER f PUBLICATION p;\n")).redactions.empty());
}

TEST_CASE("what may hold a password and cannot be read is refused") {
  const auto bad = {with("SUBSCRIPTION", "it", subscription("host=h password='open")),
                    with("SERVER", "it", "CREATE SERVER it OPTIONS (password E'\\n');\n"),
                    with("SERVER", "it", "CREATE SERVER it OPTIONS (password 'x' more);\n"),
                    with("SERVER", "it", "CREATE SERVER it OPTIONS (password 'x);\n")};
  for (const auto& catalog : bad) {
    CAPTURE(catalog.objects[0].create_sql);
    try {
      (void)resolved(catalog);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == Kind::policy);
      CHECK(error.message().find("\"it\"") != std::string::npos);
      CHECK(error.message().find("open") == std::string::npos);
    }
  }
}
