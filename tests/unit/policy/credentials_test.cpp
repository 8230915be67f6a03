#include "policy/credentials.hpp"

#include "catch.hpp"
#include "policy/words.hpp"
#include "tables.hpp"

using pgcoffer::policy::detect_column;
using pgcoffer::policy::detect_rows;
using pgcoffer::policy::words;
using tables::column;

namespace {

struct Labelled {
  const char* table;
  const char* column;
  const char* type;
  bool credential;
};

}  // namespace

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

// Columns of public application schemas, labelled by hand.
TEST_CASE("credential columns are told by name and type") {
  const auto test = GENERATE(values<Labelled>({
      // Rails, devise and authlogic
      {"users", "encrypted_password", "character varying", true},
      {"users", "password_digest", "character varying", true},
      {"users", "password_salt", "character varying", true},
      {"users", "crypted_password", "character varying(255)", true},
      {"users", "reset_password_token", "character varying", true},
      {"users", "reset_password_sent_at", "timestamp without time zone", false},
      {"users", "remember_created_at", "timestamp without time zone", false},
      {"users", "confirmation_token", "character varying", true},
      {"users", "confirmation_sent_at", "timestamp without time zone", false},
      {"users", "unlock_token", "character varying", true},
      {"users", "invitation_token", "character varying", true},
      {"users", "authentication_token", "character varying", true},
      {"users", "persistence_token", "character varying", true},
      {"users", "perishable_token", "character varying", true},
      {"users", "single_access_token", "character varying", true},
      {"users", "sign_in_count", "integer", false},
      {"users", "failed_attempts", "integer", false},
      {"users", "unconfirmed_email", "character varying", false},
      {"active_storage_blobs", "key", "character varying", false},
      {"active_storage_blobs", "checksum", "character varying", false},
      // Django
      {"auth_user", "password", "character varying(128)", true},
      {"auth_user", "last_login", "timestamp with time zone", false},
      {"auth_user", "is_active", "boolean", false},
      {"authtoken_token", "key", "character varying(40)", true},
      {"socialaccount_socialtoken", "token", "text", true},
      {"socialaccount_socialtoken", "token_secret", "text", true},
      {"socialaccount_socialapp", "client_id", "character varying(191)", false},
      {"socialaccount_socialapp", "secret", "character varying(191)", true},
      {"socialaccount_socialapp", "key", "character varying(191)", false},
      {"django_content_type", "app_label", "character varying(100)", false},
      {"account_emailconfirmation", "key", "character varying(64)", true},
      {"otp_totp_totpdevice", "key", "character varying(80)", true},
      {"otp_static_statictoken", "token", "character varying(16)", true},
      // Laravel
      {"users", "remember_token", "character varying(100)", true},
      {"users", "two_factor_secret", "text", true},
      {"users", "two_factor_recovery_codes", "text", true},
      {"users", "two_factor_confirmed_at", "timestamp(0) without time zone", false},
      {"personal_access_tokens", "token", "character varying(64)", true},
      {"personal_access_tokens", "tokenable_type", "character varying(255)", false},
      {"personal_access_tokens", "abilities", "text", false},
      {"oauth_clients", "secret", "character varying(100)", true},
      {"oauth_clients", "redirect", "text", false},
      {"oauth_clients", "password_client", "boolean", false},
      {"cache", "key", "character varying(255)", false},
      {"cache", "value", "text", false},
      // NextAuth, Auth.js, better-auth, Prisma
      {"Account", "access_token", "text", true},
      {"Account", "refresh_token", "text", true},
      {"Account", "id_token", "text", true},
      {"Account", "expires_at", "integer", false},
      {"Account", "token_type", "text", false},
      {"Account", "scope", "text", false},
      {"Account", "session_state", "text", false},
      {"Account", "providerAccountId", "text", false},
      {"account", "accessTokenExpiresAt", "timestamp without time zone", false},
      {"account", "idToken", "text", true},
      {"Session", "sessionToken", "text", true},
      {"VerificationToken", "token", "text", true},
      {"VerificationToken", "identifier", "text", false},
      {"verification", "value", "text", true},
      {"User", "passwordHash", "text", true},
      {"User", "hashedPassword", "text", true},
      {"User", "emailVerified", "timestamp(3) without time zone", false},
      {"ApiKey", "hashedKey", "text", true},
      {"ApiKey", "lastUsedAt", "timestamp(3) without time zone", false},
      {"Webhook", "secret", "text", true},
      {"Webhook", "subscriberUrl", "text", false},
      {"Credential", "key", "jsonb", true},
      {"Credential", "type", "text", false},
      {"authenticator", "credentialPublicKey", "text", false},
      {"authenticator", "credentialID", "text", false},
      // Supabase, GoTrue
      {"users", "recovery_token", "character varying(255)", true},
      {"users", "email_change_token_new", "character varying(255)", true},
      {"users", "email_change_token_current", "character varying(255)", true},
      {"users", "email_change_confirm_status", "smallint", false},
      {"users", "phone_change_token", "character varying(255)", true},
      {"users", "reauthentication_token", "character varying(255)", true},
      {"users", "raw_app_meta_data", "jsonb", false},
      {"mfa_factors", "secret", "text", true},
      {"mfa_factors", "factor_type", "auth.factor_type", false},
      {"mfa_challenges", "otp_code", "text", true},
      {"one_time_tokens", "token_hash", "text", true},
      {"flow_state", "auth_code", "text", true},
      {"flow_state", "code_challenge", "text", false},
      {"flow_state", "provider_refresh_token", "text", true},
      {"sso_domains", "domain", "text", false},
      // Keycloak
      {"credential", "secret_data", "text", true},
      {"credential", "credential_data", "text", true},
      {"credential", "value", "character varying(4000)", true},
      {"credential", "salt", "bytea", true},
      {"credential", "hash_iterations", "integer", false},
      {"credential", "user_label", "character varying(255)", false},
      {"credential", "created_date", "bigint", false},
      {"client", "secret", "character varying(255)", true},
      {"client", "registration_token", "character varying(255)", true},
      {"realm", "access_token_lifespan", "integer", false},
      {"realm", "password_policy", "character varying(2550)", false},
      {"realm", "otp_policy_alg", "character varying(36)", false},
      // Mastodon
      {"users", "otp_secret", "character varying", true},
      {"users", "encrypted_otp_secret_iv", "character varying", true},
      {"users", "otp_backup_codes", "character varying[]", true},
      {"users", "otp_required_for_login", "boolean", false},
      {"users", "consumed_timestep", "integer", false},
      {"users", "sign_in_token", "character varying", true},
      {"accounts", "private_key", "text", true},
      {"accounts", "public_key", "text", false},
      {"oauth_applications", "uid", "character varying", false},
      {"oauth_applications", "secret", "character varying", true},
      {"web_push_subscriptions", "key_auth", "character varying", true},
      {"web_push_subscriptions", "endpoint", "character varying", false},
      {"invites", "code", "character varying", false},
      // Discourse
      {"users", "password_hash", "character varying(64)", true},
      {"users", "salt", "character varying(32)", true},
      {"users", "password_algorithm", "character varying(64)", false},
      {"user_auth_tokens", "auth_token", "character varying", true},
      {"user_auth_tokens", "prev_auth_token", "character varying", true},
      {"user_auth_tokens", "auth_token_seen", "boolean", false},
      {"api_keys", "key_hash", "character varying", true},
      {"api_keys", "truncated_key", "character varying", false},
      {"user_second_factors", "data", "character varying", true},
      {"user_security_keys", "public_key", "character varying", false},
      {"uploads", "sha1", "character varying(40)", false},
      // GitLab
      {"users", "incoming_email_token", "character varying", true},
      {"users", "feed_token", "character varying", true},
      {"users", "static_object_token_encrypted", "text", true},
      {"users", "password_automatically_set", "boolean", false},
      {"users", "password_expires_at", "timestamp without time zone", false},
      {"projects", "runners_token_encrypted", "character varying", true},
      {"ci_variables", "encrypted_value", "text", true},
      {"keys", "key", "text", false},
      {"keys", "fingerprint", "character varying", false},
      {"cluster_platforms_kubernetes", "encrypted_token", "text", true},
      {"web_hooks", "encrypted_token", "character varying", true},
      {"personal_access_tokens", "token_digest", "character varying", true},
      {"plan_limits", "web_hook_calls", "integer", false},
      {"deploy_keys_projects", "can_push", "boolean", false},
      // Gitea, Grafana, Sentry, Kratos, n8n, Kong, Zulip, Directus
      {"user", "passwd", "character varying(255)", true},
      {"user", "passwd_hash_algo", "character varying(255)", false},
      {"user", "login_name", "character varying(255)", false},
      {"two_factor", "scratch_hash", "character varying(255)", true},
      {"two_factor", "last_used_passcode", "character varying(10)", true},
      {"access_token", "token_last_eight", "character varying(255)", false},
      {"webhook", "header_authorization_encrypted", "text", true},
      {"data_source", "secure_json_data", "text", true},
      {"data_source", "basic_auth_user", "character varying(255)", false},
      {"data_keys", "encrypted_data", "bytea", true},
      {"user_auth", "o_auth_access_token", "text", true},
      {"user_auth", "o_auth_expiry", "timestamp without time zone", false},
      {"sentry_lostpasswordhash", "hash", "character varying(32)", true},
      {"sentry_authenticator", "config", "text", true},
      {"sentry_projectkey", "secret_key", "character varying(32)", true},
      {"sentry_projectkey", "public_key", "character varying(32)", false},
      {"identity_credentials", "config", "jsonb", true},
      {"identity_credentials", "version", "integer", false},
      {"credentials_entity", "data", "text", true},
      {"credentials_entity", "name", "character varying(128)", false},
      {"keyauth_credentials", "key", "text", true},
      {"zerver_userprofile", "api_key", "character varying(32)", true},
      {"confirmation_confirmation", "confirmation_key", "character varying(40)", true},
      {"directus_users", "tfa_secret", "character varying(255)", true},
      {"directus_users", "auth_data", "json", true},
      {"directus_users", "theme_light", "character varying(255)", false},
      {"UserPassword", "hash", "text", true},
      {"woocommerce_api_keys", "consumer_key", "character(64)", true},
      // other names that are seen in applications
      {"users", "has_password", "boolean", false},
      {"users", "password_changed_at", "timestamp with time zone", false},
      {"users", "password_history", "text[]", true},
      {"users", "wp_user_pass", "character varying(255)", true},
      {"wp_users", "user_activation_key", "character varying(255)", true},
      {"integrations", "stripe_secret_key", "text", true},
      {"integrations", "stripe_publishable_key", "text", false},
      {"integrations", "aws_secret_access_key", "text", true},
      {"integrations", "aws_access_key_id", "text", true},
      {"integrations", "apikey", "text", true},
      {"integrations", "slack_webhook_url", "text", true},
      {"integrations", "connection_string", "text", true},
      {"integrations", "credentials", "jsonb", true},
      {"integrations", "oauth_token_secret", "text", true},
      {"integrations", "secret_name", "text", false},
      {"servers", "smtp_password", "text", true},
      {"servers", "ssh_private_key_pem", "text", true},
      {"servers", "tls_cert", "text", false},
      {"devices", "push_token", "text", true},
      {"devices", "api_key_id", "uuid", false},
      {"devices", "pairing_token", "uuid", true},
      {"players", "pin", "character varying(6)", true},
      {"logins", "otp", "integer", true},
      {"logins", "otp_attempts", "integer", false},
      {"llm_calls", "token_count", "integer", false},
      {"llm_calls", "tokens_used", "bigint", false},
      {"llm_calls", "prompt_tokens", "integer", false},
      {"llm_calls", "tokenizer", "text", false},
      {"lists", "next_page_token", "text", false},
      {"coins", "token_symbol", "text", false},
      {"orders", "idempotency_key", "text", false},
      {"orders", "country_code", "text", false},
      {"orders", "zip_code", "text", false},
      {"people", "ssn", "text", false},
      {"people", "passport_number", "text", false},
      {"people", "compass", "text", false},
      {"tests", "pass", "integer", false},
      {"files", "hash", "text", false},
      {"files", "s3_key", "text", false},
      {"passkeys", "public_key", "bytea", false},
      {"sessions_of_conference", "title", "text", false},
      {"security_questions", "answer_count", "integer", false},
      {"users", "security_answer", "text", true},
      {"users", "search_tokens", "tsvector", false},
      {"users", "private_key_created", "date", false},
      {"wallets", "mnemonic", "text", true},
      {"users", "magic_link", "text", true},
      {"users", "mfa_recovery_codes", "jsonb", true},
      {"users", "totpSecret", "text", true},
      {"users", "authToken", "text", true},
      {"users", "jwt", "text", true},
  }));
  CAPTURE(test.table, test.column, test.type);
  tables::Database database;
  const auto& table = database.table(test.table, {column(test.column, test.type)});
  CHECK(detect_column(table, table.name, table.columns[0]).has_value() == test.credential);
}

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
      {"backup_codes", {column("code", "text")}, true},
      {"jwt_denylist", {column("jti", "text")}, true},
      {"api_keys", {column("name", "text"), column("key_hash", "text")}, true},
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
