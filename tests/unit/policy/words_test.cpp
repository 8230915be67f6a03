#include "policy/words.hpp"

#include "catch.hpp"

using pgcoffer::policy::words;

TEST_CASE("names are cut into words") {
  using Words = std::vector<std::string>;
  CHECK(words("passwordHash") == Words{"password", "hash"});
  CHECK(words("PASSWORD_HASHES") == Words{"password", "hash"});
  CHECK(words("APIKey") == Words{"api", "key"});
  CHECK(words("apikeys") == Words{"api", "key"});
  CHECK(words("OAuthAccessToken") == Words{"oauth", "access", "token"});
  CHECK(words("access_token2") == Words{"access", "token"});
  CHECK(words("oauth2-secrets") == Words{"oauth2", "secret"});
  CHECK(words("authtoken_token") == Words{"auth", "token", "token"});
  CHECK(words("recoveries") == Words{"recovery"});
  CHECK(words("address") == Words{"address"});
  CHECK(words("2fa_codes") == Words{"2fa", "code"});
  CHECK(words("sha256") == Words{"sha256"});
  CHECK(words("parent1surname") == Words{"parent", "surname"});
  CHECK(words("base64data") == Words{"base64data"});
  CHECK(words("apn_p8") == Words{"apn", "p8"});
  CHECK(words("user_pkcs12") == Words{"user", "pkcs12"});
  CHECK(words("___").empty());
  CHECK(words("WiFiVoucher") == Words{"wifi", "voucher"});
  CHECK(words("branches_matches") == Words{"branch", "match"});
  CHECK(words("caches") == Words{"cache"});
  CHECK(words("mail_aliases") == Words{"mail", "alias"});
  CHECK(words("id_ed25519") == Words{"id", "ed25519"});
  CHECK(words("redirectURIs") == Words{"redirect", "uri"});
  CHECK(words("c2FAauthSecret") == Words{"c", "2fa", "auth", "secret"});
}

TEST_CASE("words that are written together are parted") {
  using Words = std::vector<std::string>;
  CHECK(words("lastip") == Words{"last", "ip"});
  CHECK(words("emailaddress") == Words{"email", "address"});
  CHECK(words("passwordhash") == Words{"password", "hash"});
  CHECK(words("dateofbirth") == Words{"date", "of", "birth"});
  CHECK(words("phoneno") == Words{"phone", "no"});
  CHECK(words("remotetoken") == Words{"remote", "token"});
  CHECK(words("bounceaccountpass") == Words{"bounce", "account", "pass"});
  CHECK(words("keypriv").size() == 2);
  CHECK(words("leprivatekey") == Words{"private", "key"});
  for (const char* whole :
       {"description", "keyboard", "passport", "nomail", "database", "passkey", "candidate", "update"})
    CHECK(words(whole) == Words{whole});
}

TEST_CASE("words of other languages are put into English, and in its order") {
  using Words = std::vector<std::string>;
  CHECK(words("geburtsdatum") == Words{"birth", "date"});
  CHECK(words("fecha_de_nacimiento") == Words{"birth", "date"});
  CHECK(words("fechanacimiento") == Words{"birth", "date"});
  CHECK(words("nome_da_mae") == Words{"mother", "name"});
  CHECK(words("kod_pocztowy") == Words{"postal", "code"});
  CHECK(words("NamaPelanggan") == Words{"customer", "name"});
  CHECK(words("usr_nm") == Words{"user", "name"});
  CHECK(words("cookie_oubli") == Words{"forgotten", "cookie"});
  CHECK(words("mots_cles") == Words{"keyword"});
  CHECK(words("data") == Words{"data"});
}

TEST_CASE("names of tables may begin with a letter for that") {
  using pgcoffer::policy::words_of_table;
  using Words = std::vector<std::string>;
  CHECK(words_of_table("t_user") == Words{"user"});
  CHECK(words_of_table("tblCustomers") == Words{"customer"});
  CHECK(words_of_table("tkunde") == Words{"customer"});
  CHECK(words_of_table("tpasswordreset") == Words{"password", "reset"});
  CHECK(words_of_table("t___").size() == 1);
  CHECK(words_of_table("____").empty());
  CHECK(words_of_table("tags") == Words{"tag"});
  CHECK(words_of_table("teams") == Words{"team"});
}
