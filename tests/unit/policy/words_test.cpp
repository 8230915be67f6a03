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
  CHECK(words("___").empty());
}
