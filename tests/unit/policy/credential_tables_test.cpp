#include "catch.hpp"
#include "policy/credentials.hpp"
#include "tables.hpp"

using pgcoffer::policy::detect_rows;
using tables::column;

TEST_CASE("tables of nothing but credentials are told by name and columns") {
  struct Case {
    const char* table;
    std::vector<pgcoffer::catalog::Column> columns;
    bool credentials;
  };
  const std::vector<Case> cases = {
      {"sessions", {column("session_id", "character varying"), column("data", "text")}, true},
      {"session", {column("sid", "character varying"), column("sess", "json"), column("expire", "timestamp")}, true},
      {"sessions", {column("payload", "text"), column("last_activity", "integer")}, true},
      {"sessions", {column("user_id", "uuid"), column("not_after", "timestamp"), column("ip", "inet")}, true},
      {"django_session", {column("session_key", "character varying(40)"), column("session_data", "text")}, true},
      {"Session", {column("sessionToken", "text"), column("expires", "timestamp")}, true},
      {"session_activations", {column("session_id", "character varying"), column("ip", "inet")}, true},
      {"sessions", {column("title", "text"), column("speaker_id", "integer"), column("starts_at", "timestamp")}, false},
      {"training_sessions", {column("user_id", "integer"), column("coach", "text")}, false},
      {"personal_access_tokens", {column("id", "bigint"), column("token", "character varying")}, true},
      {"oauth_access_grants", {column("token", "character varying"), column("redirect_uri", "text")}, true},
      {"authtoken_token", {column("key", "character varying(40)"), column("user_id", "integer")}, true},
      {"VerificationToken", {column("identifier", "text"), column("token", "text")}, true},
      {"verification", {column("identifier", "text"), column("value", "text")}, true},
      {"password_resets", {column("email", "text"), column("token", "text")}, true},
      {"PasswordResetRequest", {column("id", "text"), column("code", "text")}, true},
      {"magic_links", {column("email", "text"), column("token_hash", "bytea")}, true},
      {"magic_links", {column("id", "uuid"), column("user_id", "bigint"), column("url", "text")}, true},
      {"magic_link", {column("email", "text"), column("nonce", "text")}, true},
      {"magic_links", {column("clicked", "boolean"), column("count", "integer")}, false},
      {"one_time_codes", {column("user_id", "bigint"), column("code", "text")}, true},
      {"OneTimeCode", {column("userId", "text"), column("digits", "text")}, true},
      {"time_codes", {column("code", "text")}, false},
      {"active_sessions", {column("id", "text"), column("created_at", "timestamp")}, true},
      {"active_sessions", {column("title", "text"), column("room_id", "integer")}, false},
      {"backup_codes", {column("code", "text")}, true},
      {"jwt_denylist", {column("jti", "text")}, true},
      {"api_keys", {column("name", "text"), column("key_hash", "text")}, true},
      {"ci_sessions", {column("id", "text"), column("ip_address", "text"), column("data", "bytea")}, true},
      {"oauth_access_tokens", {column("id", "character varying(100)"), column("scopes", "text")}, true},
      {"oauth_auth_codes", {column("id", "character varying(100)"), column("scopes", "text")}, true},
      {"refresh_tokens", {column("id", "text")}, true},
      {"api_keys", {column("id", "uuid")}, true},
      {"api_keys", {column("last_used", "timestamp")}, false},
      {"design_tokens", {column("name", "text"), column("value", "text")}, false},
      {"country_codes", {column("code", "text")}, false},
      {"tokens", {column("lemma", "text"), column("position", "integer")}, false},
      {"api_key_usage", {column("count", "integer")}, false},
      {"conference_sessions", {column("title", "text"), column("join_token", "text")}, false},
      {"chat_sessions", {column("user_id", "integer"), column("share_token", "text")}, false},
      {"loyalty_tokens", {column("token_value", "numeric"), column("user_id", "integer")}, false},
      {"order_confirmations", {column("order_id", "bigint"), column("code", "text")}, false},
      {"vocabulary_token", {column("token", "text"), column("frequency", "integer")}, false},
      {"ssh_keys", {column("key", "text"), column("title", "text")}, false},
      {"users", {column("password_hash", "text")}, false},
      {"token", {column("id", "text"), column("user_id", "integer")}, true},
      {"token", {column("id", "uuid"), column("user_id", "integer")}, false},
      {"userTokens", {column("id", "integer"), column("v", "text")}, true},
      {"password_reset", {column("id", "text"), column("email", "text")}, true},
      {"Session", {column("id", "text"), column("userId", "integer")}, true},
      {"ttrss_sessions", {column("id", "text"), column("data", "text"), column("expire", "integer")}, true},
      {"AdminApiKey", {column("id", "uuid"), column("secretId", "uuid"), column("name", "text")}, false},
      {"CubeCart_sessions",
       {column("session_id", "text"), column("customer_id", "integer"), column("ip", "text")},
       true},
      {"sessions", {column("id", "text"), column("user_id", "integer"), column("title", "text")}, false},
      {"credential", {column("secret_data", "text")}, false},
      {"keys", {column("key", "text"), column("fingerprint", "text")}, false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.table, test.columns[0].name);
    tables::Database database;
    const auto& table = database.table(test.table, test.columns);
    CHECK(detect_rows(table, table.name).has_value() == test.credentials);
  }
}

TEST_CASE("every kind of credential has a reason and something to do after a restore") {
  using pgcoffer::policy::Credential;
  for (const auto kind : {Credential::password, Credential::session, Credential::token, Credential::api_key,
                          Credential::second_factor, Credential::private_key, Credential::secret}) {
    CHECK(reason(kind).rfind("credential: ", 0) == 0);
    CHECK_FALSE(after_restore(kind).empty());
  }
}

TEST_CASE("a replacement fits the column's type") {
  using pgcoffer::policy::replacement;
  CHECK(replacement(column("a", "text")) == "REMOVED");
  CHECK(replacement(column("a", "character varying(255)")) == "REMOVED");
  CHECK(replacement(column("a", "character varying(3)")) == "REM");
  CHECK(replacement(column("a", "jsonb")) == "{}");
  CHECK(replacement(column("a", "text[]")) == "{}");
  CHECK(replacement(column("a", "integer")) == "0");
  CHECK(replacement(column("a", "uuid")) == "00000000-0000-0000-0000-000000000000");
}
