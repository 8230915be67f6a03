#include "credentials.hpp"

using credentials::check;
using credentials::Labelled;
using tables::column;

TEST_CASE("credential columns are told by name and type") {
  check(GENERATE(values<Labelled>({
      // numbered, joined, of other languages
      {"users", "token_1", "text", true},
      {"integrations", "proxy_auth", "text", true},
      {"integrations", "ciphertext_b64", "text", true},
      {"integrations", "private_config", "bytea", true},
      {"integrations", "payment_response_hash_key", "text", true},
      {"integrations", "sas_url", "text", true},
      {"devices", "nwk_s_key", "bytea", true},
      {"users", "totp_uri", "text", true},
      {"users", "sso_ticket", "text", true},
      {"users", "magic_code", "text", true},
      {"users", "answer_hash", "text", true},
      {"user_key_store", "key", "bytea", true},
      {"pre_auth_keys", "key", "text", true},
      {"cache_entries", "key", "bytea", false},
      {"records", "onecli_pubkey_jwk", "text", false},
      {"users", "old_password_2", "text", true},
      {"users", "mypassword", "text", true},
      {"users", "passWord", "text", true},
      {"users", "pass_word", "text", true},
      {"users", "tokenhash", "text", true},
      {"users", "pwd_hash_v2", "text", true},
      {"users", "token_arr", "text[]", true},
      {"users", "password_count_2", "integer", false},
      {"pages", "page_token", "text", false},
      {"pages", "page_access_token", "text", true},
      {"benutzer", "kennwort", "text", true},
      {"einstellungen", "api_schluessel", "text", true},
      {"utilisateurs", "mot_de_passe", "text", true},
      {"utilisateurs", "jeton_acces", "text", true},
      {"usuarios", "contrasena", "text", true},
      {"usuarios", "token_recuperacion", "text", true},
      {"tabla", "clave_primaria", "text", false},
      {"utilisateurs", "cookie_oubli", "text", true},
      {"utilisateurs", "reponse_secrete", "text", true},
      {"utilisateurs", "question_secrete", "text", false},
      {"usuarios", "palabra_clave", "text", false},
      {"gebruikers", "toegangscode", "text", true},
      // what is to be done with a password, or said of it
      {"utilisateurs", "change_mdp", "text", false},
      {"users", "must_change_password", "text", false},
      {"invites", "random_password_complexity", "text", false},
      {"users", "pwd_last_set", "text", false},
      // files and settings that hold keys
      {"servers", "id_rsa", "text", true},
      {"servers", "id_ed25519", "text", true},
      {"servers", "id_rsa_pub", "text", false},
      {"servers", "authorized_keys", "text", false},
      {"servers", "client_pem", "text", true},
      {"servers", "rclone_config", "text", true},
      {"servers", "kubeconfig_yaml", "text", true},
      {"repositories", "gitlab_pat", "text", true},
      {"employees", "pat", "date", false},
      {"zones", "ddns_key", "text", true},
      {"accounts", "session_string", "text", true},
      {"accounts", "mpin", "text", true},
      {"accounts", "nt_hash", "text", true},
      {"usuarios", "codigo_verificacao", "text", true},
      {"channels", "feishu_webhook", "text", true},
      {"channels", "apprise_url", "text", true},
      {"orders", "lost_reason_code", "text", false},
      // Kubernetes and others
      {"clusters", "client_key", "text", true},
      {"nodes", "ssh_private", "text", true},
      {"tenants", "dek", "bytea", true},
      {"certificates", "pem", "text", true},
      {"mailbox", "pwhash", "text", true},
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
      {"settings", "dsn", "text", true},
      {"settings", "sentry_dsn", "text", true},
      {"settings", "redis_url", "text", true},
      {"settings", "databaseUrl", "text", true},
      {"settings", "database_uri", "text", true},
      {"settings", "amqp_url", "text", true},
      {"settings", "celery_broker_url", "text", true},
      {"settings", "connection_uri", "text", true},
      {"settings", "url", "text", false},
      {"settings", "database", "text", false},
      {"settings", "callback_uri", "text", false},
      {"users", "mfa_seed", "text", true},
      {"users", "otp_seed", "bytea", true},
      {"users", "totp_seed", "text", true},
      {"games", "seed", "text", false},
      {"games", "map_seed", "text", false},
      {"integrations", "bearer", "text", true},
      {"integrations", "bearer_token", "text", true},
      {"crawls", "cookie", "text", true},
      {"crawls", "cookies", "jsonb", true},
      {"crawls", "session_cookie", "text", true},
      {"users", "cookie", "boolean", false},
      {"users", "cookie_consent", "text", false},
      {"users", "cookies_accepted", "text", false},
      {"uzytkownicy", "haslo", "text", true},
      {"personel", "sifre", "text", true},
      {"surveys", "bounceaccountpass", "text", true},
      {"t", "cPass", "text", true},
      {"iface_cfg", "api_tok", "text", true},
      {"iface_cfg", "pvt_key_pem", "text", true},
      {"keys", "stripe_secret_key_live", "text", true},
      {"things", "secure_value", "text", true},
      {"things", "sensitive_config", "jsonb", true},
      {"things", "secure", "text", false},
      {"users", "reset", "text", true},
      {"machines", "reset", "text", false},
      {"password_history", "hash", "text", true},
      {"webhooks", "key", "text", true},
      {"track_certificates", "key", "text", true},
      {"settings", "slack_incoming_webhook", "text", true},
      {"settings", "recaptcha_site_key", "text", false},
      {"settings", "recaptcha_secret_key", "text", true},
      {"users", "pinData", "jsonb", false},
      {"users", "two_fa_settings", "jsonb", true},
      {"users", "reset_uuid", "uuid", true},
      {"pages", "next_token", "text", false},
      {"settings", "mpass", "text", true},
      {"devices", "snmp_v3_priv_pass", "text", true},
      {"places", "mountain_pass", "text", false},
      {"places", "compass", "text", false},
      {"users", "use_totp", "text", false},
      {"users", "has_password", "text", false},
      {"passkeys", "credential", "text", false},
      {"otp", "Password", "bigint", true},
      {"users", "password_count", "bigint", false},
      {"recovery_codes", "recovery", "text", true},
      {"vaultItems", "values", "text", true},
      {"integrations", "refreshCiphertext", "text", true},
      {"stores", "data_key_ciphertext", "bytea", true},
      {"users", "protectedKey", "text", true},
      {"files", "hash", "text", false},
      {"settings", "pat", "text", true},
      {"settings", "smtp_clave", "text", true},
      {"wlans", "auth_cipher", "text", false},
      {"users", "reset_hex", "text", true},
      {"password_change_requests", "request_id", "text", true},
      {"shares", "share_key", "text", true},
      {"users", "key_tempo", "text", true},
      {"users", "mfa_temporary_code", "text", true},
      {"notes", "encrypted", "text", true},
      {"notes", "encrypted", "boolean", false},
      {"notes", "encrypted", "character varying(1)", false},
      {"users", "password", "character(1)", false},
      // of programs that keep other programs' secrets, games and wallets
      {"databases", "password_readonly", "text", true},
      {"agents", "setup_key", "text", true},
      {"users", "pushover_key", "text", true},
      {"wallets", "xprv", "text", true},
      {"accounts", "ssh_private", "text", true},
      {"domains", "dkim_keypriv", "text", true},
      {"pushers", "vapid_private", "text", true},
      {"providers", "conn_str", "text", true},
      {"users", "email_confirm_hash", "text", true},
      {"users", "referral_access_code", "text", false},
      {"subscriptions", "p256dh_key", "text", false},
      {"device_grants", "user_code_hash", "text", true},
      {"programs", "source_code_hash", "text", false},
      {"logins", "session_hash", "text", true},
      {"admins", "data_2fa", "text", true},
      {"wallets", "encryptedSeed", "text", true},
      {"worlds", "seed", "text", false},
      {"clients", "at_hash", "text", true},
      {"user_sessions", "content", "text", true},
      {"panel_sessions", "hash", "text", true},
      {"sessions", "session_key", "bytea", true},
      {"clinics", "smtp_config", "jsonb", true},
      {"clinics", "smtp_config_id", "text", false},
      {"peers", "torrent_pass_secret", "bigint", true},
      {"peers", "client_secret", "integer", false},
      {"signing_keys", "value", "text", true},
      {"signing_keys", "name", "text", false},
      {"parameters", "client_secret_aws_secret_key", "text", false},
      {"parameters", "aws_secret_key", "text", true},
      {"groups", "slack_hook_url", "text", true},
      {"groups", "discord_hook", "text", true},
      {"groups", "post_receive_hook_url", "text", false},
      {"users", "user_specific_encryption_ciphertext", "text", true},
      {"customers", "authenticationConfiguration", "jsonb", true},
      {"customers", "auth_config_id", "text", false},
      {"users", "forgot", "text", true},
      {"users", "forgot", "integer", false},
      {"topics", "forgot", "text", false},
      {"boards", "share_slug", "text", true},
      {"users", "password_theme", "text", false},
  })));
}

TEST_CASE("what stands beside a column tells whether it is a credential") {
  const auto found = [](const char* table, const std::vector<const char*>& columns) {
    tables::Database db;
    std::vector<pgcoffer::catalog::Column> made;
    for (const char* name : columns) made.push_back(column(name, "text"));
    const auto& of = db.table(table, made);
    return pgcoffer::policy::detect_column(of, of.name, of.columns[0]).has_value();
  };
  CHECK(found("app_sessions", {"next_token", "token", "expires", "ip"}));
  CHECK_FALSE(found("app_lists", {"next_token", "ip"}));
  CHECK(found("invitations", {"code", "email"}));
  CHECK_FALSE(found("invitations", {"code", "max_uses"}));
  CHECK(found("invitations", {"key", "sent_at"}));
  CHECK(found("customers", {"code", "password"}));
  CHECK_FALSE(found("customers", {"code", "name"}));
  CHECK(found("push_subscriptions", {"auth", "p256dh"}));
  CHECK_FALSE(found("sources", {"auth", "host"}));
  CHECK(found("employees", {"pin_code", "name"}));
  CHECK_FALSE(found("employees", {"pin_code", "street", "city"}));
  CHECK_FALSE(found("addresses", {"pin", "street", "city"}));
  CHECK(found("keys", {"hash", "prefix"}));
  CHECK_FALSE(found("files", {"hash", "name"}));
  CHECK(found("encrypted_configs", {"value", "key"}));
  CHECK(found("wifi_vouchers", {"code", "used"}));
  CHECK_FALSE(found("vouchers", {"code", "used"}));
  CHECK_FALSE(found("wallets", {"blockchain_key", "settings_encrypted"}));
  CHECK(found("users", {"hash", "username"}));
  CHECK(found("users", {"hash", "username", "password"}));
  CHECK(found("users", {"crypted", "username"}));
  CHECK(found("users", {"active_code", "email"}));
  CHECK(found("accounts", {"email_change_key", "email"}));
  CHECK(found("links", {"authorization", "url"}));
  CHECK_FALSE(found("steps", {"authorization", "name"}));
  CHECK(found("notifications", {"webhook", "api_key"}));
  CHECK_FALSE(found("events", {"webhook", "name"}));
  CHECK(found("filters", {"verify_key", "username"}));
  CHECK_FALSE(found("filters", {"verify_key", "username", "signature"}));
  CHECK_FALSE(found("feature_flags", {"salt", "key"}));
  CHECK_FALSE(found("mail_log", {"dsn", "relay"}));
  CHECK(found("mail_settings", {"dsn", "sender_name"}));
  CHECK_FALSE(found("wordlist", {"token", "spam"}));
  CHECK(found("trunks", {"register_string"}));
  CHECK(found("users", {"akey", "password"}));
  CHECK(found("contacts", {"contact_key", "password"}));
  CHECK_FALSE(found("users", {"import_key", "password"}));
  CHECK_FALSE(found("users", {"monkey", "password"}));
  CHECK_FALSE(found("rooms", {"bed_key", "floor"}));
  CHECK(found("users", {"verifier", "salt"}));
  CHECK_FALSE(found("proofs", {"verifier", "name"}));
  CHECK(found("password_resets", {"uuid", "valid_until"}));
  CHECK_FALSE(found("password_resets", {"uuid", "token"}));
  CHECK(found("usuarios", {"clave", "usuario"}));
  CHECK_FALSE(found("productos", {"clave", "nombre"}));
  CHECK(found("email_changes", {"code", "user_id"}));
  CHECK_FALSE(found("currencies", {"code", "user_id"}));
  CHECK(found("otps", {"code", "phone", "expires_at"}));
  CHECK_FALSE(found("gift_coupons", {"code", "email", "expires_at"}));
  CHECK(found("links", {"headers", "headers_key_id"}));
  CHECK_FALSE(found("links", {"headers", "name"}));
  CHECK(found("slack_hooks", {"url", "channel"}));
  CHECK_FALSE(found("pages", {"url", "channel"}));
  CHECK(found("accounts", {"v", "s", "sessionkey"}));
  CHECK_FALSE(found("vectors", {"v", "s"}));
  CHECK(found("keys", {"private", "public"}));
  CHECK_FALSE(found("boards", {"private", "name"}));
  CHECK(found("gateways", {"key", "enabled"}));
  CHECK_FALSE(found("gateways", {"key", "value"}));
  CHECK(found("web_push", {"push_auth", "push_p256dh"}));
  CHECK_FALSE(found("secrets", {"key", "value"}));
  CHECK(found("grants", {"code_hash", "username"}));
  CHECK_FALSE(found("contracts", {"code_hash", "balance"}));
  CHECK(found("domains", {"transfer_code", "expires"}));
  CHECK_FALSE(found("stocks", {"transfer_code", "item"}));
  CHECK(found("gpo_id_token", {"gpoi_hash", "gpoi_client", "gpoi_issued", "gpoi_enabled"}));
  CHECK(found("shared_sessions", {"key", "data", "type"}));
  CHECK_FALSE(found("customers", {"lepublickey", "password"}));
  CHECK_FALSE(found("credentials", {"pdfKey", "credentialJson"}));
  CHECK(found("consumers", {"key", "secret"}));
  CHECK_FALSE(found("consumers", {"key", "name"}));
  CHECK(found("keys", {"hash", "expires"}));
  CHECK_FALSE(found("cache_keys", {"hash", "expires"}));
  CHECK(found("confirmations", {"cid", "email"}));
  CHECK_FALSE(found("companies", {"cid", "email"}));
  CHECK(found("web_pages", {"auth", "cookie", "headers"}));
  CHECK_FALSE(found("web_pages", {"auth", "path"}));
  CHECK(found("routers", {"enable_password", "host"}));
  CHECK_FALSE(found("settings", {"enable_password", "name"}));
  CHECK(found("searches", {"session_id", "title"}));
  CHECK(found("searches", {"last_session_id", "title"}));
  CHECK_FALSE(found("searches", {"checkout_session_id", "title"}));
  CHECK_FALSE(found("chat_messages", {"session_id", "body"}));
  CHECK_FALSE(found("runs", {"session_id", "prompt"}));
  CHECK_FALSE(found("files_to_sessions", {"session_id", "file_id"}));
  CHECK(found("external_sessions", {"external_session_id", "session_id"}));
  CHECK(found("alerts", {"confirm_id", "email"}));
  CHECK_FALSE(found("captchas", {"confirm_id", "code"}));
  CHECK(found("password_creation", {"id", "created"}));
  CHECK_FALSE(found("password_creation", {"id", "hash"}));
  CHECK_FALSE(found("groups_creation", {"id", "created"}));
  CHECK(found("auth_hashes", {"hash", "type"}));
  CHECK_FALSE(found("file_hashes", {"hash", "type"}));
  CHECK(found("logs", {"session", "remote_addr"}));
  CHECK(found("device_codes", {"code", "created"}));
  CHECK(found("users", {"pass_answer", "pass_code"}));
  CHECK(found("settings", {"pass_mail_auto", "name"}));
  CHECK_FALSE(found("settings", {"pass_mail_type", "name"}));
  CHECK(found("integrations", {"ciphered_parameters", "nature"}));
  CHECK_FALSE(found("config", {"token", "value"}));
  CHECK_FALSE(found("oai_resumption", {"token", "params"}));
  CHECK(found("settings", {"cron_key", "name"}));
  CHECK_FALSE(found("good_jobs", {"cron_key", "queue"}));
  CHECK_FALSE(found("exports", {"query_key", "secret_key"}));
  CHECK(found("subscribers", {"ki", "imsi"}));
  CHECK_FALSE(found("areas", {"ki", "name"}));
  CHECK(found("gateways", {"hash_iv", "hash_key"}));
  CHECK_FALSE(found("gateways", {"hash_iv", "name"}));
  CHECK(found("wallets", {"seed", "address"}));
  CHECK_FALSE(found("maps", {"seed", "width"}));
  CHECK(found("payers", {"pin", "street", "city", "zip"}));
  CHECK(found("login_tickets", {"ticket", "user_id"}));
  CHECK_FALSE(found("support_tickets", {"ticket", "user_id"}));
  CHECK(found("remember_me", {"value", "user_id"}));
  CHECK(found("credential_privates", {"data", "type"}));
  CHECK(found("users", {"random_hash", "email", "password"}));
  CHECK(found("members", {"security_hash", "username", "password"}));
  CHECK_FALSE(found("files", {"random_hash", "email", "password"}));
  CHECK_FALSE(found("users", {"random_hash", "name"}));
  CHECK(found("users", {"passkey", "username", "password"}));
  CHECK_FALSE(found("logs", {"passkey", "name"}));
  CHECK(found("passkeys", {"content", "user_id"}));
  CHECK_FALSE(found("passkeys", {"content", "public_key"}));
  CHECK(found("DataProtectionKeys", {"Xml", "FriendlyName"}));
  CHECK_FALSE(found("documents", {"xml", "name"}));
  CHECK(found("users", {"login_request", "email"}));
  CHECK(found("vault_configuration", {"role_id", "secret_id", "url"}));
  CHECK(found("vault_configuration", {"secret_id", "role_id", "url"}));
  CHECK_FALSE(found("role_secrets", {"role_id", "secret_id"}));
  CHECK_FALSE(found("users", {"role_id", "url"}));
  CHECK(found("workspace_environment", {"variables", "workspace_id"}));
  CHECK_FALSE(found("templates", {"variables", "name"}));
  CHECK(found("oidc_payloads", {"id", "payload", "user_code"}));
  CHECK(found("oidc_payloads", {"payload", "id", "user_code"}));
  CHECK_FALSE(found("events", {"payload", "id", "user_code"}));
  CHECK_FALSE(found("oidc_events", {"payload", "id"}));
  CHECK(found("chats", {"share_id", "title"}));
  CHECK_FALSE(found("share_users", {"share_id", "user_id"}));
  CHECK(found("views", {"uuid", "title", "password"}));
  CHECK_FALSE(found("views", {"uuid", "title"}));
  CHECK_FALSE(found("users", {"uuid", "name", "password"}));
  CHECK_FALSE(found("mailboxes", {"uuid", "username", "password"}));
  CHECK(found("shared_views", {"view_id", "password"}));
  CHECK_FALSE(found("shared_views", {"project_id", "password"}));
  CHECK_FALSE(found("shared_views", {"fk_view_id", "password"}));
  CHECK(found("activity_logs", {"token_identifier", "headers", "method"}));
  CHECK_FALSE(found("coins", {"token_identifier", "supply"}));
  CHECK(found("embed_chats", {"session_id", "prompt"}));
  CHECK(found("firebase_apps", {"pkey", "secret"}));
  CHECK_FALSE(found("projects", {"pkey", "name"}));
  CHECK(found("users", {"refresh", "password"}));
  CHECK_FALSE(found("dashboards", {"refresh", "name"}));
}

TEST_CASE("users have a token by which they get another session, and settings how often a page is loaded") {
  tables::Database db;
  const auto& users = db.table("users", {column("refresh", "character varying(255)"), column("password", "text")});
  CHECK(pgcoffer::policy::detect_column(users, users.name, users.columns[0]));
  const auto& viewers = db.table("users", {column("refresh", "character varying(32)"), column("password", "text")});
  CHECK_FALSE(pgcoffer::policy::detect_column(viewers, viewers.name, viewers.columns[0]));
}
