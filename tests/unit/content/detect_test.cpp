#include "content/detect.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "catch.hpp"
#include "support.hpp"

using namespace pgcoffer::content;
using namespace content_test;

namespace {

/// As other names say it, too.
bool is_name(std::string_view name) {
  constexpr std::string_view known = " password api_key pw passwort contraseña passe senha hasło sandi ";
  return known.find(" " + pgcoffer::lower_ascii(std::string(name)) + " ") != std::string_view::npos;
}

std::string times(int count, const std::string& text) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("Password hashes are known by their prefix and length") {
  CHECK(kinds("$2b$12$" + times(53, "a")) == "bcrypt");
  CHECK(kinds("$2b$12$" + times(40, "a")).empty());
  CHECK(kinds("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + times(4, "RdescudvJC")) == "argon2");
  CHECK(kinds("scrypt:32768:8:1$abcdefgh$" + times(64, "1f")) == "scrypt");
  CHECK(kinds("pbkdf2_sha256$600000$abcdefghij$" + times(11, "Ab3d") + "=") == "pbkdf2");
  CHECK(kinds("$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/") == "crypt");
  CHECK(kinds("$6$rounds=5000$saltsalt$" + times(86, "x")) == "crypt");
  CHECK(kinds("$P$B" + times(30, "q")) == "crypt");
  CHECK(kinds("md5" + times(16, "0f")) == "crypt");
  CHECK(kinds("SCRAM-SHA-256$4096:" + times(22, "a") + "==$" + times(43, "b") + "=:" + times(43, "c") + "=") ==
        "crypt");
  CHECK(kinds("It costs $1$ or $2a$").empty());
}

TEST_CASE("Tokens are found wherever they stand, and not within words") {
  CHECK(kinds("see AKIAIOSFODNN7EXAMPLE, please") == "aws-key");
  CHECK(kinds("AKIAIOSFODNN7EXAMPLEX").empty());
  CHECK(kinds("XAKIAIOSFODNN7EXAMPLE").empty());
  CHECK(kinds("xoxb-" + times(3, "1234567890-")) == "slack-token");
  CHECK(kinds("token ghp_" + times(6, "aB3dE6")) == "github-token");
  CHECK(kinds("github_pat_" + times(10, "aB3dE6")) == "github-token");
  CHECK(kinds("sk_live_" + times(4, "aB3dE6")) == "stripe-key");
  CHECK(kinds("pk_live_" + times(4, "a")).empty());
  CHECK(kinds("glpat-" + times(5, "aB3d")) == "other-token");
  for (const char* prefix : {"hvs.", "GOCSPX-", "dapi", "https://discord.com/api/webhooks/1/",
                             "https://acme.webhook.office.com/webhookb2/"}) {
    CAPTURE(prefix);
    CHECK(kinds(prefix + times(20, "aB3d")).find("other-token") != std::string::npos);
    CHECK(kinds(prefix + std::string("aB3d")).find("other-token") == std::string::npos);
  }
  CHECK(kinds("AGE-SECRET-KEY-1" + times(15, "QPZ4")).find("private-key") != std::string::npos);
  CHECK(kinds("PuTTY-User-Key-File-2: ssh-rsa").find("private-key") != std::string::npos);
  CHECK(kinds("$s0$e0801$" + times(20, "aB3d")).find("scrypt") != std::string::npos);
  CHECK(kinds("SCRYPT;16384;8;1;" + times(20, "aB3d")).find("scrypt") != std::string::npos);
  CHECK(kinds("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N") == "jwt");
  CHECK(kinds("eyJhbGciOiJIUzI1NiJ9.not-the-second.part").empty());
  CHECK(kinds("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----") == "private-key");
  CHECK(kinds("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl") == "private-key");
  CHECK(kinds("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----").empty());
}

TEST_CASE("Passwords in URLs") {
  CHECK(kinds("postgres://app:s3cret@db.example.com/shop") == "url-password");
  CHECK(kinds("postgres://app@db.example.com/shop").empty());
  CHECK(kinds("postgres://app:REMOVED@db.example.com/shop").empty());
  CHECK(kinds("https://example.com:8080/a@b").empty());
  CHECK(kinds("app:s3cret@tcp(db:3306)/shop?parseTime=true") == "url-password");
  CHECK(kinds("DSN='app:s3:c@ret@unix(/run/mysqld.sock)/shop'") == "url-password");
  CHECK(kinds("app@tcp(db:3306)/shop").empty());
  CHECK(kinds("app:***@tcp(db:3306)/shop").empty());
}

TEST_CASE("JSON with a credential's key") {
  CHECK(kinds(R"({"a": {"client_secret": "abcd"}})") == "json-secret");
  CHECK(kinds(R"([{"password" : "hunter22"}])") == "json-secret");
  CHECK(kinds(R"({"password": ""})").empty());
  CHECK(kinds(R"({"password": "REMOVED", "x": "\"passwort\":\"abcd\""})").empty());
  CHECK(kinds(R"({"password": null, "colour": "red"})").empty());
  CHECK(kinds(R"({"password": "not closed)").empty());
}

TEST_CASE("JSON hides no secret by the way it is written") {
  for (const char* value :
       {R"({"client_secret":{"v":"hunter2xyz"}})", R"({"password":["hunter2xyz"]})", R"({"password":12345678})",
        R"({"pass\u0077ord":"hunter2xyz"})", R"({"cfg":"{\"password\":\"hunter2xyz\"}"})",
        R"([{"key":"password","value":"hunter2xyz"}])", R"(log: {"password":"hunter2xyz"} end)",
        "line\n{\"password\" : \"hunter2xyz\"}"}) {
    CAPTURE(value);
    CHECK(kinds(value) == "json-secret");
  }
  CHECK(kinds(R"({"x":"\u0024\u0032b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"})") == "bcrypt");
  for (const char* value : {R"({"password":{"type":"string","title":"Your password"}})", R"({"password":[]})",
                            R"({"password":true})", R"({"password":60})", R"([{"key":"colour","value":"hunter2xyz"}])",
                            R"([{"key":"password"},{"value":"hunter2xyz"}])"}) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Secrets beside their names") {
  for (const char* value :
       {"host=db password=hunter2xyz", "--password=hunter2xyz", "x?a=1&client_secret=hunter2xyz&b=2",
        "password='hunter2 xyz'", "<c><password>hunter2xyz</password></c>",
        "Authorization: Bearer abcdef0123456789abcdef0123456789",
        "Basic YXBwOmhpZGRlbg==", "AccountKey=aGlkZGVuaGlkZGVu;"}) {
    CAPTURE(value);
    CHECK(kinds(value) == "named-secret");
  }
  CHECK(kinds("JDJiJDEyJFI5aC9jSVB6MGdpLlVSTk5YM2toMk9QU1Q5L1BnQmtxcXV6aS5TczdLSVVnTzJ0MGpXTVVX").find("bcrypt") !=
        std::string::npos);
  for (const char* value :
       {"password=", "password=$1", "password=%s", "password=crypt(x)", "password=required", "colour=hunter2xyz",
        "<password></password>", "<p>password</p>", "Bearer of good news", "Basic instinct", "the password: hunter"}) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Lines of files with passwords") {
  for (const char* value : {
           "password: hunter2xyz",
           "db:\n  host: a\n  password: 'hunter2 xyz'  # of the app\n",
           "- \"client_secret\": abc123",
           "password: 471112\r\nport: 5432",
           "db.example.com:5432:shop:app:hunter2xyz",
           "# ours\n*:*:*:app:hunter2\\:xyz\n",
           "10.0.0.7:5432:*:app:hunter2xyz",
           "machine db.example.com login app password hunter2xyz",
           "machine a\n  login b\n  password hunter2\nmachine c\n",
           "default login anonymous password ann1",
       }) {
    CAPTURE(value);
    CHECK(kinds(value) == "named-secret");
  }
  for (const char* value : {
           "password: Passwort",
           "password: must have 8 characters",
           "password: 'required'",
           "password: $DB_PASSWORD",
           "password:",
           "password: null",
           "colour: hunter2xyz",
           "Your password: hunter2",
           "12:30:45:10:20",
           "a:b:c:d:e",
           "fe80:1234:aaaa:bbbb:cccc:dddd",
           "at 10:5432:shop:app:hunter2xyz",
           "db:5432:shop:app:",
           "the machine login password",
           "machine a login b",
           "default password changed2 yesterday",
       }) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Secrets beside their names with blanks between, and within lines") {
  for (const char* value : {
           "[client]\nuser = root\npassword = Gh6jXgo786t",
           "client_secret = \"Gh6jXgo786tAA22\"",
           "password\t=\tGh6jXgo786t ; ours",
           "$config['password'] = 'Gh6jXgo786t';",
           "password : abc123",
           "password:Gh6jXgo786t",
           "login ann / password: Gh6jXgo786t",
           "Your password: hunter2xyz.",
       }) {
    CAPTURE(value);
    CHECK(kinds(value) == "named-secret");
  }
  for (const char* value : {
           "password = Passwort",
           "password = $1",
           "WHERE password = NEW.password2",
           "password := crypt(p1, gen_salt('bf'))",
           "password = rows[0]",
           "password = user1->password",
           "password == hunter2xyz",
           "password != hunter2xyz",
           "colour = hunter2xyz",
           "a password: 8-character words",
           "new password: https://a.test/reset1",
           "arn:aws:password:prod1AbCdE",
           "image/password:v1.10.2345",
           "a password: user.password2",
           "a password: 12 characters",
       }) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Secrets as code, markup and command lines state them") {
  for (const char* value : {
           "ALTER ROLE app WITH PASSWORD 'Gh6jXgo786t'",
           "alter user app identified by 'Gh6jXgo786t'",
           "a:1:{s:8:\"password\";s:11:\"Gh6jXgo786t\";}",
           "'password' => 'Gh6jXgo786t',",
           ":password => \"Gh6jXgo786t\"",
           "define( 'password', 'Gh6jXgo786t' );",
           "<property name=\"password\" value=\"Gh6jXgo786t\"/>",
           "<setting key=\"password\">Gh6jXgo786t</setting>",
           "{\"auths\":{\"r.io\":{\"auth\":\"YW5uOkdoNmpYZ283ODZ0\"}}}",
           "Cookie: PHPSESSID=298zf09hf012fh2",
           "curl -u ann:Gh6jXgo786t https://a.test/",
           "app --password Gh6jXgo786t",
           "mysql -uroot -pGh6jXgo786t shop",
       }) {
    CAPTURE(value);
    CHECK(kinds(value) == "named-secret");
  }
  for (const char* value : {
           "PASSWORD 'required'",
           "PASSWORD NULL",
           "the password 'has 8 characters'",
           "'password' => 'required|min:8'",
           ":password => params1",
           "define('colour', 'Gh6jXgo786t')",
           "['password', 'username2']",
           "<input name=\"password\" value=\"Passwort\"/>",
           "<string name=\"password\">Passwort</string>",
           "<string name=\"colour\">Gh6jXgo786t</string>",
           "{\"auth\":\"oauth2\"}",
           "docker run -u 1000:1000 app",
           "app --password FILE",
           "app --colour Gh6jXgo786t",
           "ssh -p2222 host",
           "mkdir -pa1b2c3d4",
       }) {
    CAPTURE(value);
    CHECK(kinds(value).empty());
  }
}

TEST_CASE("Names of credentials by other spellings") {
  for (const char* value : {
           "pw: hunter22",
           "PW=hunter22",
           "https://x.ch/login?pw=hunter22",
           "pAsSwOrD : hunter22",
           ":password: abc123def456",
           "api key: 9f8e7d6c5b4a3f2e",
           "ours is the api key: 9f8e7d6c5b4a3f2e.",
           "contraseña: hunter22",
           "HTTP/1.1 200 OK\nSet-Cookie: connect.sid=s%3A5fTy.x9Yz; Path=/",
           "set-cookie: session=abcdef123456",
           "requirepass hunter22",
           "CONFIG SET requirepass \"hunter22\"",
           "redis-server --requirepass hunter22",
           "bindpw hunter22",
           "WIFI:T:WPA;S:net;P:hunter;;",
           "WIFI:P:hunter;S:net;T:WPA;;",
       }) {
    CAPTURE(value);
    CHECK(kinds(value, is_name) == "named-secret");
  }
  for (const char* value :
       {"{'password': 'hunter22'}", "{'a': 1, 'password': b'hunter22'}", "{'password': \"it's22\"}"}) {
    CAPTURE(value);
    CHECK(kinds(value, is_name) == "json-secret");
  }
  for (const char* value : {
           "?pw=1200&ph=800",
           "pw: full",
           "api key: see ticket-1234",
           "api key: id_ed25519",
           "the fax key: 9f8e7d6c5b4a3f2e",
           "{'password': 'Das Passwort fehlt'}",
           "Set-Cookie: lang=de; Path=/",
           "requirepass foobared",
           "xrequirepass hunter22",
           "WIFI:T:nopass;S:net;;",
           "the password: aes-256-gcm",
       }) {
    CAPTURE(value);
    CHECK(kinds(value, is_name).empty());
  }
}

TEST_CASE("Secrets that sentences tell") {
  for (const char* value : {
           "Your password is hunter22.",
           "Ihr Passwort lautet: hunter22",
           "das Passwort ist jetzt \"hunter22\"",
           "le mot de passe est hunter22",
           "la contraseña temporal es hunter22",
           "a senha é hunter22!",
           "hasło to hunter22",
           "kata sandi Anda adalah hunter22",
           "Şifreniz hunter22",
           "the api key is 9f8e7d6c5b4a3f2e, for now",
       }) {
    CAPTURE(value);
    CHECK(kinds(value, is_name) == "named-secret");
  }
  for (const char* value : {
           "Your password is required.",
           "the password is too old",
           "the password is base64-encoded",
           "the password is B2B-marketing",
           "the password to server1234",
           "the password is 12-characters",
           "the password is at https://a.test/reset1",
           "the colour is hunter22",
           "is hunter22",
           "this is my password and Berlin2024 was nice",
       }) {
    CAPTURE(value);
    CHECK(kinds(value, is_name).empty());
  }
}

TEST_CASE("Keys of wallets, of links and of MySQL") {
  const std::string digits = times(8, "4c0883a6");
  CHECK(kinds("private key: 0x" + digits) == "private-key");
  CHECK(kinds("the signing key of ours is 0x" + digits) == "private-key");
  CHECK(kinds("0x" + digits) == "hex");
  CHECK(kinds("transaction 0x" + digits).empty());
  CHECK(kinds("private transaction hash 0x" + digits).empty());
  CHECK(kinds("private key: 0x" + digits + "00").empty());
  CHECK(kinds("legal winner thank year wave sausage worth useful legal winner thank yellow") == "private-key");
  CHECK(kinds("Seed:\nlegal winner thank year wave sausage\nworth useful legal winner thank yellow") == "private-key");
  CHECK(kinds("legal winner thank year wave sausage worth useful legal winner thank thank").empty());
  CHECK(kinds("sugar butter salt egg milk cream apple banana bread rice cheese lemon").empty());
  CHECK(kinds("the phrase seed letter advice cage absurd amount doctor acoustic avoid letter advice cage above") ==
        "private-key");
  CHECK(kinds("void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol "
              "group space point ten exist slush involve unfold") == "private-key");
  CHECK(kinds("legal winner thank year wave sausage worth useful legal winner thank").empty());
  CHECK(kinds("legal winner thank year wave sausage, worth useful legal winner thank yellow").empty());
  CHECK(kinds("\"legal winner thank year wave sausage worth useful  legal winner thank yellow\".") == "private-key");
  CHECK(kinds(times(12, "long ")).empty());
  CHECK(kinds(times(10, "long test word ")).empty());
  CHECK(kinds("please call me back when you have time this week we can talk about it all").empty());
  const std::string sig = "&sig=" + times(8, "aB3d%2F");
  CHECK(kinds("https://a.blob.core.windows.net/c/f?sv=2020-08-04&sr=b" + sig).find("other-token") != std::string::npos);
  CHECK(kinds("https://a.test/f?sr=b" + sig).find("other-token") == std::string::npos);
  CHECK(kinds("https://a.test/f?sv=2020-08-04&sig=short").empty());
  CHECK(kinds("*" + times(10, "2470C0C0")).empty());
  CHECK(kinds("*" + times(5, "2470C0C0")) == "crypt");
  CHECK(kinds("*" + times(5, "2470c0c0")).empty());
}

TEST_CASE("Pairs of names and values in JSON, in any order") {
  for (const char* value :
       {R"([{"key":"Authorization","value":"Token abc123def456"}])", R"([{"value":"hunter22","name":"password"}])",
        R"({"headers":[{"name":"Accept","value":"x"},{"name":"Cookie","meta":{"a":1},"value":"session=1"}]})",
        R"({"password":{"seed":"JBSWY3DPEHPK3PXP"}})"}) {
    CAPTURE(value);
    CHECK(kinds_in(value, [](std::string_view name) {
            return name == "password" || name == "Cookie";
          }).has(Kind::json_secret));
  }
  for (const char* value : {R"([{"key":"Authorization","value":"required"}])", R"({"authorization":"AUTH12345678"})",
                            R"([{"name":"password","type":"string"},{"name":"a","value":"hunter22"}])",
                            R"({"name":"password","of":{"value":"hunter22"}})"}) {
    CAPTURE(value);
    CHECK_FALSE(kinds_in(value, is_password).has(Kind::json_secret));
  }
}

TEST_CASE("Tokens of Mailgun and Telegram, and names of servers without a protocol") {
  CHECK(kinds("use key-3ax6xnjp29jd6fds4gc373sgvjxteol0").empty());
  CHECK(kinds("use key-0123456789abcdef0123456789abcdef") == "other-token");
  CHECK(kinds("cache-key-0123456789abcdef0123456789abcdef").empty());
  CHECK(kinds("bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1") == "other-token");
  CHECK(kinds("https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/x") == "other-token");
  CHECK(kinds("bot 1234567:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1").empty());
  CHECK(kinds("app:Gh6jXgo786t@/shop") == "url-password");
  CHECK(kinds("https://example.com/a1b2c3@/x1").empty());
  CHECK(kinds("import a from '@/b1'; c:@/d1").empty());
}

TEST_CASE("Long texts are read to their end, each piece at a bounded cost") {
  // Were each looked at up to the text's end, this would run into ctest's time limit.
  constexpr int few = 100, many = 100000;
  for (const char* piece : {"password=",
                            "password = ",
                            "password:",
                            "password: ",
                            "\"password\":\"",
                            "'password':'",
                            "password is ",
                            "is hunter22 ",
                            "legal ",
                            "WIFI:P:",
                            "requirepass ",
                            "?sig=",
                            "0x",
                            "756.",
                            "1-",
                            "<a name=\"password\" ",
                            "password '",
                            "--password ",
                            "-u ann:",
                            "app:a1@/",
                            "12345678:",
                            "call (",
                            "call 079 "}) {
    CAPTURE(piece);
    const std::string end = " ann@x.ch";
    CHECK(kinds(times(many, piece) + end) == kinds(times(few, piece) + end));
  }
}

TEST_CASE("Ordinary values hold nothing") {
  for (const char* value : {
           "Ann Miller",
           "Weidenstraße 12, 90402 Nürnberg",
           "2024-02-29T12:30:00.123456+01:00",
           "12:30:45",
           "1.2.3",
           "978-3-16-148410-0",
           "4006381333931",
           "1Z999AA10123456784",
           "RF18539007547034",
           "POINT(49.45 11.07)",
           "https://example.com/a/b?c=d&e=f#g",
           "http://user@example.com:8080/",
           "/var/lib/postgresql/15/main",
           "SELECT a.b FROM c WHERE d = $1",
           "<p class=\"x\">It's 5 o'clock</p>",
           "#ff8800",
           "rgba(255, 136, 0, 0.5)",
           "image/svg+xml; charset=utf-8",
           "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
           "a-slug-of-many-words-2024",
           "SCREAMING_SNAKE_CASE_CONSTANT_NAME",
           "org.example.package.ClassName",
           "InternalServerErrorException",
           "{\"theme\": \"dark\", \"password_length\": 12, \"token_count\": \"10000\"}",
           "{1,2,3}",
           "[\"a\", \"b\"]",
           "$10.00",
           "EUR 1,234.56",
           "-42.5",
           "1234567890123456789",
           "0.000001",
           "true",
           "v2.10.4-rc.1+build.77",
           "invoice-2024-000123.pdf",
           "Reference: 2024/15/000123-A",
           "\\x00",
           "t",
           "",
           "a@b",
           "@channel: see #general",
           "C++20 & Rust",
           "10 000 000",
           "9.99 / month",
           "+1",
           "(a) or (b)",
       })
    CHECK(kinds(value).empty());
}

TEST_CASE("What is made of chance") {
  CHECK(kinds("6ba7b810-9dad-11d1-80b4-00c04fd430c8") == "uuid");
  CHECK(kinds("d41d8cd98f00b204e9800998ecf8427e") == "hex");
  CHECK(kinds("q7ZtP0xKc4LmW9vRb2NfYs6H") == "high-entropy");
  CHECK(kinds("CustomerRelationshipManagement2024").empty());
  CHECK(kinds("uploads/2024/01/Holiday_Picture_0012.jpg").empty());
  CHECK(kinds("the quick brown fox jumps over").empty());
  CHECK(kinds("12345678901234567890").empty());
}
