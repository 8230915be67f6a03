#include "policy/environment.hpp"

#include <cstdlib>
#include <map>
#include <pgcoffer/error.hpp>

#include "catch.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

namespace {

std::map<std::string, std::string> parsed(std::string_view text) {
  std::map<std::string, std::string> result;
  for (const Variable& one : parse_environment(text, "app.env")) result.emplace(one.name, one.value);
  return result;
}

}  // namespace

TEST_CASE("files of variables are read as shells and docker read them") {
  using Map = std::map<std::string, std::string>;
  CHECK(parsed("") == Map{});
  CHECK(parsed("A=1\n# B=2\n\n  export C = 3 \r\n") == Map{{"A", "1"}, {"C", "3"}});
  CHECK(parsed("A=a#b # said so\nB='x # y' # z\nC=\"q\\\"\\n\\\\\"\nD=") ==
        Map{{"A", "a#b"}, {"B", "x # y"}, {"C", "q\"\n\\"}, {"D", ""}});
  CHECK(parsed("A=1\nA=2") == Map{{"A", "2"}});
  CHECK(parsed("URL=http://x/?a=b") == Map{{"URL", "http://x/?a=b"}});
}

TEST_CASE("what is no variable is refused with its line") {
  for (const char* text : {"A=1\nB", "A=1\n=2", "A=1\nB='x", "A=1\nB C=2", "A=1\nB=\"x\\\"\nC=3"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse_environment(text, "app.env"), "file \"app.env\", line 2, is not NAME=value");
  }
}

TEST_CASE("variables that give access are known by name or value") {
  for (const char* name : {"DB_PASSWORD", "PGPASSWORD", "JWT_SECRET", "SECRETKEY", "STRIPE_API_KEY", "SLACK_TOKEN",
                           "BACKUP_ENCRYPTION_KEY", "AWS_SECRET_ACCESS_KEY", "SMTP_PASS", "PGCOFFER_PSEUDONYM_KEY",
                           "APP_KEY", "SSH_KEYS", "GH_PAT", "WEBHOOK.HMAC", "FTP_PWD", "WP_AUTH_SALT", "LDAP_AUTH"}) {
    CAPTURE(name);
    CHECK(is_secret_variable(name, "x"));
  }
  for (const char* name : {"DB_HOST", "PORT", "KMS_KEY_NAME", "LOG_LEVEL", "KEYBOARD", "S3_BUCKET", "PASSENGERS",
                           "STRIPE_PUBLIC_KEY", "GH_PATH", "KEY_COUNT", "SALTED"}) {
    CAPTURE(name);
    CHECK_FALSE(is_secret_variable(name, "x"));
  }
  CHECK(is_secret_variable("DATABASE_URL", "postgresql://app:hidden@db/app"));
  for (const char* value :
       {"sk_live_4eC39HqLyjWDarjtT1zdp7dc", "AKIAIOSFODNN7EXAMPLE", "host=db password=hidden user=x",
        R"({"password":"hidden"})", R"({"db":{"password":["hidden"]}})",
        "jdbc:postgresql://db/app?user=a&password=hidden1", "postgresql://db/app?user=a&password=hidden1",
        "Bearer abcdef0123456789abcdef",
        "Basic YXBwOmhpZGRlbg==", "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=aGlkZGVuaGlkZGVuaGlkZGVu;EndpointSuffix=x",
        "https://0123456789abcdef@sentry.example/7", "smtp://app@mail/",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "0123456789abcdef0123456789abcdef"}) {
    CAPTURE(value);
    CHECK(is_secret_variable("APP", value));
  }
  for (const char* value : {"https://shop.example/?q=a&page=2", "eu-central-1", "key=value", "1,2,3", "ann@example.org",
                            R"({"level":"info","port":5432})", "a8098c1a-f86e-11da-bd1a-00112444be1e"}) {
    CAPTURE(value);
    CHECK_FALSE(is_secret_variable("APP", value));
  }
  for (const char* value : {"app:hidden@tcp(db:3306)/shop", "password: x", "db:\n  host: a\n  secret_key: hidden words",
                            "db:5432:shop:app:hidden1", "machine db login app password hidden1"}) {
    CAPTURE(value);
    CHECK(is_secret_variable("APP", value));
  }
  CHECK_FALSE(is_secret_variable("APP", "host: a\nport: 5432\npassword:"));
  for (const char* value : {"--user root --password Gh6jXgo786t", "-h db -pGh6jXgo786t", "-s -u ann:Gh6jXgo786t"})
    CHECK(is_secret_variable("OPTS", value));
  CHECK_FALSE(is_secret_variable("OPTS", "-p 5432 -u 1000:1000 --colour red1234"));
  CHECK_FALSE(is_secret_variable("LDAP_AUTH", "True"));
  for (const char* name : {"APP_KEY_BASE", "APP_RADIUS_SHARED", "APP_VAULT_UNSEAL", "APP_FERNET",
                           "APP_ENCRYPTION_PHRASE", "APP_SIGNING"}) {
    CAPTURE(name);
    CHECK(is_secret_variable(name, "hunter22"));
    for (const char* value : {"required", "a few words 22", "/run/keys/k1", "https://k1.test/", "aes-256-gcm", "RS256"})
      CHECK_FALSE(is_secret_variable(name, value));
  }
  CHECK(is_secret_variable("APP_IMAP", "ann:hunter22@mail"));
  CHECK(is_secret_variable("APP", "ann:hunter22@mail:993/inbox"));
  CHECK(is_secret_variable("APP_LOGIN", "ann/hunter22"));
  for (const char* value : {"app:v1.2.3@sha256:0a1b", "ann@mail1:993", "10:30@mail2", "eu/region1", "mail1:993"})
    CHECK_FALSE(is_secret_variable("APP", value));
  CHECK_FALSE(is_secret_variable("APP_LOGIN", "ann1985"));
  CHECK_FALSE(is_secret_variable("APP_SIGNING_ALGORITHM", "ES256K-R2"));
  CHECK_FALSE(is_secret_variable("SHARED_BUFFERS", "128MB4kb"));
  CHECK_FALSE(is_secret_variable("HOME_PAGE", "https://example.com:8080/@me"));
  CHECK(is_secret_variable("TLS", "-----BEGIN EC PRIVATE KEY-----\nMHc"));
  CHECK(is_secret_variable("SESSION", "eyJhbGciOiJIUzI1NiJ9.e30.x"));
}

TEST_CASE("the rules choose and mask variables of the process") {
  setenv("PGT_HOST", "db", 1);
  setenv("PGT_TOKEN", "t", 1);
  setenv("PGT_TOKEN_TTL", "60", 1);
  setenv("PGT_USER", "u", 1);
  setenv("PGT_TMP", "x", 1);
  setenv("BACKUP_ENCRYPTION_KEY", "k", 1);
  Environment rules;
  rules.include = {"PGT_*", "BACKUP_ENCRYPTION_KEY"};
  rules.exclude = {"*_TMP"};
  rules.mask = {"PGT_US?R"};
  rules.show = {"PGT_TOKEN_*", "BACKUP_*"};
  std::string text;
  std::vector<std::string> warnings;
  for (const Variable& one : read_environment(rules, warnings))
    text += one.name + "=" + (one.masked ? "*" : one.value) + " ";
  CHECK(text == "BACKUP_ENCRYPTION_KEY=* PGT_HOST=db PGT_TOKEN=* PGT_TOKEN_TTL=60 PGT_USER=* ");
  rules.include.push_back("PGT_NOT_THERE");
  CHECK_THROWS_AS(read_environment(rules, warnings), Error);
}
