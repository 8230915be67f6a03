#include "policy/key_values.hpp"

#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using tables::column;

namespace {

/// "key value" of the columns that make a pair; empty for none.
std::string pair(const std::string& table, const std::vector<std::pair<const char*, const char*>>& columns) {
  tables::Database db;
  std::vector<catalog::Column> made;
  for (const auto& [name, type] : columns) made.push_back(column(name, type));
  const auto& of = db.table(table, made);
  const auto found = policy::key_values(of, of.name);
  return found ? of.columns[found->key].name + " " + of.columns[found->value].name : "";
}

}  // namespace

TEST_CASE("tables of settings have a column for names and one for values") {
  CHECK(pair("settings", {{"key", "text"}, {"value", "text"}}) == "key value");
  CHECK(pair("user_meta", {{"id", "bigint"}, {"meta_key", "text"}, {"meta_value", "text"}}) == "meta_key meta_value");
  CHECK(pair("wp_options", {{"option_name", "text"}, {"option_value", "text"}}) == "option_name option_value");
  CHECK(pair("configuration", {{"name", "text"}, {"key", "text"}, {"value", "jsonb"}}) == "key value");
  CHECK(pair("node_tags", {{"k", "text"}, {"v", "text"}}).empty());
  CHECK(pair("settings", {{"key", "integer"}, {"value", "text"}}).empty());
  CHECK(pair("settings", {{"key", "text"}, {"value", "numeric"}}).empty());
  CHECK(pair("settings", {{"key", "text"}, {"value", "inet"}}).empty());
  CHECK(pair("settings", {{"key", "character varying(64)"}, {"value", "character varying(255)"}}) == "key value");
  CHECK(pair("prefs", {{"opt", "text"}, {"val", "jsonb"}}) == "opt val");
  CHECK(pair("app_config", {{"name", "text"}, {"val", "bytea"}}) == "name val");
  CHECK(pair("settings", {{"key", "bytea"}, {"value", "text"}}).empty());
  CHECK(pair("configuracoes", {{"chave", "text"}, {"valor", "jsonb"}}) == "chave valor");
  CHECK(pair("instellingen", {{"sleutel", "text"}, {"waarde", "text"}}) == "sleutel waarde");
  CHECK(pair("settings", {{"user_name", "text"}, {"site_value", "text"}}).empty());
}

TEST_CASE("The columns of settings have many names") {
  CHECK(pair("oc_appconfig", {{"appid", "text"}, {"configkey", "text"}, {"configvalue", "text"}}) ==
        "configkey configvalue");
  CHECK(pair("sysconfig_default",
             {{"id", "integer"}, {"name", "text"}, {"description", "text"}, {"effective_value", "text"}}) ==
        "name effective_value");
  CHECK(pair("attributes", {{"entity_id", "integer"}, {"attribute_code", "text"}, {"value", "text"}}) ==
        "attribute_code value");
  CHECK(pair("global_settings", {{"section", "text"}, {"option", "text"}, {"data", "jsonb"}}) == "option data");
  CHECK(pair("plugin_data", {{"plugin", "text"}, {"keyname", "text"}, {"keyval", "text"}}) == "keyname keyval");
  CHECK(pair("keyvalue", {{"item", "text"}, {"val", "text"}}) == "item val");
  CHECK(pair("metadata", {{"meta", "text"}, {"content", "text"}}) == "meta content");
  CHECK(pair("field_values", {{"field", "text"}, {"content", "text"}}) == "field content");
  CHECK(pair("parameters", {{"code", "text"}, {"wert", "text"}, {"beschreibung", "text"}}) == "code wert");
  CHECK(pair("core_config_data", {{"id", "integer"}, {"path", "text"}, {"value", "text"}}) == "path value");
  CHECK(pair("einstellungen", {{"schluessel", "text"}, {"wert", "text"}}) == "schluessel wert");
  CHECK(pair("options", {{"slug", "text"}, {"body", "text"}}) == "slug body");
  for (const char* any : {"store", "app_data"}) {
    CHECK(pair(any, {{"param", "text"}, {"data", "text"}}) == "param data");
    CHECK(pair(any, {{"property", "text"}, {"content", "text"}}) == "property content");
    CHECK(pair(any, {{"pref", "text"}, {"pref_value", "text"}}) == "pref pref_value");
    CHECK(pair(any, {{"path", "text"}, {"setting", "text"}}) == "path setting");
  }
}

TEST_CASE("Ordinary tables have no settings") {
  CHECK(pair("articles", {{"slug", "text"}, {"body", "text"}}).empty());
  CHECK(pair("translations", {{"key", "text"}, {"text", "text"}}).empty());
  CHECK(pair("translation_values", {{"key", "text"}, {"value", "text"}}).empty());
  CHECK(pair("products", {{"code", "text"}, {"name", "text"}}).empty());
  CHECK(pair("pages", {{"path", "text"}, {"content", "text"}}).empty());
  CHECK(pair("form_fields", {{"field", "text"}, {"content", "text"}}).empty());
  CHECK(pair("events", {{"name", "text"}, {"data", "jsonb"}}).empty());
  CHECK(pair("tags", {{"key", "text"}, {"value", "text"}}).empty());
}

TEST_CASE("Keys are credentials that would be some as columns") {
  for (const char* key : {"smtp_password",
                          "passwort",
                          "kennwort",
                          "contraseña",
                          "mot_de_passe",
                          "pepper",
                          "cookie_key",
                          "redis_url",
                          "DATABASE_URL",
                          "slack_webhook_url",
                          "stripe.live.sk",
                          "auth.basic",
                          "basicAuth",
                          "bearer",
                          "vapid_private",
                          "pin",
                          "community",
                          "password_old",
                          "passwordProd",
                          "s01ldap_agent_password",
                          "SendmailModule::AuthPassword",
                          "DB_PASSWORT",
                          "payment/stripe/secret_key",
                          "_auth_token_2",
                          "db_dsn",
                          "password_smtp",
                          "token_github",
                          "api_key_stripe",
                          "GH_PAT",
                          "webhook_hmac",
                          "ssh_key",
                          "logged_in_key"}) {
    CAPTURE(key);
    CHECK(policy::is_credential_key(key));
  }
  for (const char* key : {"site_title", "password_min_length", "require_secret", "compass", "max_tokens", "page_token",
                          "monkey", "password_requires_digit", "token_lifetime", "community_name", "pin_code_length",
                          "theme", "public_key", "password_lowercase", "cookie_domain", "auth.enabled", ""}) {
    CAPTURE(key);
    CHECK_FALSE(policy::is_credential_key(key));
  }
  CHECK_FALSE(policy::is_credential_key(std::string(300, 'x') + "_password"));
}

TEST_CASE("no-credentials takes credentials out of settings, unless a rule decides the column") {
  tables::Database db;
  db.table("settings", {column("key", "text", true), column("value", "text", true)});
  const auto verdict = [&](const std::string& rules) {
    const auto policy =
        policy::parse_policy(R"({"version": 1, "extends": ["no-credentials"], "tables": [)" + rules + "]}", "p.json");
    return policy::resolve(policy, db.catalog).tables[0].columns[1];
  };
  CHECK(verdict("").action == policy::ColumnAction::sql);
  CHECK(policy::describe(verdict("")) == "where the key is called like a credential");
  CHECK(policy::described("template", "built-in no-credentials", "CASE WHEN CAST(\"key\" AS text) ~* 'pass'") ==
        policy::describe(verdict("")));
  CHECK(policy::described("template", "p.json, line 1", "upper(a)") == "upper(a)");
  CHECK(verdict(R"({"table": "settings", "columns": [{"column": "value", "action": "keep"}]})").action ==
        policy::ColumnAction::keep);
}

TEST_CASE("Of settings those values go whose keys are told, and all until then") {
  tables::Database db;
  const auto& table = db.table("settings", {column("key", "text", true), column("value", "character varying(4)", true),
                                            column("data", "jsonb", true)});
  const auto settled = [&](std::size_t value, const std::set<std::string>& keys) {
    auto verdict = policy::verdict_by_keys(table, {0, value});
    CHECK(verdict.value.starts_with("CASE WHEN \"key\" IS NOT NULL THEN "));
    CHECK(policy::keys_of(table, verdict) == 0);
    CHECK(policy::settle_keys(table, table.columns[value], keys, verdict));
    return verdict.value;
  };
  CHECK(settled(1, {"a'b", "pin"}) ==
        "CASE WHEN CAST(\"key\" AS text) IN (VALUES ('a''b'), ('pin')) THEN 'REMO' ELSE \"value\" END");
  CHECK(settled(2, {"pin"}) ==
        "CASE WHEN CAST(\"key\" AS text) IN (VALUES ('pin')) THEN '\"REMOVED\"' ELSE \"data\" END");
  CHECK(settled(1, {}) == "CASE WHEN false THEN 'REMO' ELSE \"value\" END");
}
