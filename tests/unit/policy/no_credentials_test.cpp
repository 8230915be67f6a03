#include <pgcoffer/error.hpp>

#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;
using tables::column;
using tables::Database;

namespace {

Verdicts apply(const Database& db) {
  return resolve(load_policy("no-credentials"), db.catalog);
}

const TableVerdict& of(const Verdicts& verdicts, const Database& db, const std::string& name) {
  for (std::size_t i = 0; i < db.catalog.tables.size(); ++i)
    if (db.catalog.tables[i].name.name == name) return verdicts.tables[i];
  throw std::logic_error("no table " + name);
}

std::string refusal(const Policy& policy, const Database& db) {
  try {
    (void)resolve(policy, db.catalog);
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::policy);
    return tables::lines_only(error.message() + " | " + error.hint());
  }
  return "accepted";
}

Policy file(const std::string& tables) {
  return parse_policy("{ \"version\": 1, \"extends\": [\"no-credentials\"], \"tables\": [" + tables + "] }", "p.json");
}

}  // namespace

TEST_CASE("credentials become null, their default or a constant") {
  Database db;
  db.table("users",
           {column("id", "bigint", true, true), column("reset_password_token", "text"),
            column("encrypted_password", "text", true, true), column("password_hash", "character varying(60)", true),
            column("password_changed_at", "timestamp", true), column("oauth_token", "uuid", true)});
  const auto verdicts = apply(db);
  const auto& users = verdicts.tables[0];
  CHECK(verdicts.policy == "no-credentials");
  CHECK(users.action == TableAction::keep);
  CHECK(users.columns[0].action == ColumnAction::keep);
  CHECK(users.columns[1].action == ColumnAction::null);
  CHECK(users.columns[1].reason == "credential: token");
  CHECK(users.columns[1].rule == "built-in no-credentials");
  CHECK(users.columns[2].action == ColumnAction::omit);
  CHECK(users.columns[3].action == ColumnAction::constant);
  CHECK(users.columns[3].value == "REMOVED");
  CHECK(users.columns[3].after_restore == "users set new passwords");
  CHECK(users.columns[4].action == ColumnAction::keep);
  CHECK(users.columns[5].value == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("tables of credentials lose their rows") {
  Database db;
  db.table("sessions", {column("id", "text", true), column("session_token", "text", true)});
  const auto verdicts = apply(db);
  CHECK(verdicts.tables[0].action == TableAction::exclude_rows);
  CHECK(verdicts.tables[0].reason == "credential: session");
  CHECK(verdicts.tables[0].after_restore == "users log in again");
  CHECK(verdicts.tables[0].columns[1].action == ColumnAction::keep);
}

TEST_CASE("a table of credentials that others reference keeps its rows without them") {
  Database db;
  db.table("api_keys", {column("id", "bigint", true), column("key_hash", "text", true), column("name", "text")});
  db.table("requests", {column("id", "bigint", true), column("api_key_id", "bigint")});
  db.foreign_key("requests", "api_key_id", "api_keys");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "api_keys").action == TableAction::keep);
  CHECK(of(verdicts, db, "api_keys").rule.empty());
  CHECK(of(verdicts, db, "api_keys").columns[1].action == ColumnAction::constant);
  CHECK(of(verdicts, db, "requests").columns[1].action == ColumnAction::keep);
}

TEST_CASE("tables of credentials that only reference each other all lose their rows") {
  Database db;
  db.table("refresh_tokens", {column("token", "text", true), column("session_id", "uuid", true)});
  db.table("sessions", {column("id", "uuid", true), column("user_id", "uuid", true), column("not_after", "timestamp")});
  db.foreign_key("refresh_tokens", "session_id", "sessions");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "refresh_tokens").action == TableAction::exclude_rows);
  CHECK(of(verdicts, db, "sessions").action == TableAction::exclude_rows);
}

TEST_CASE("keeping one table's rows brings back those that it references") {
  Database db;
  db.table("session_log", {column("token_id", "bigint", true)});
  db.table("access_tokens",
           {column("id", "bigint", true), column("token", "text"), column("session_id", "uuid", true)});
  db.table("sessions", {column("id", "uuid", true), column("user_id", "uuid", true), column("not_after", "timestamp")});
  db.foreign_key("session_log", "token_id", "access_tokens");
  db.foreign_key("access_tokens", "session_id", "sessions");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "access_tokens").action == TableAction::keep);
  CHECK(of(verdicts, db, "access_tokens").columns[1].action == ColumnAction::null);
  CHECK(of(verdicts, db, "sessions").action == TableAction::keep);
}

TEST_CASE("a unique credential that must not be null takes its rows along, or is refused") {
  Database db;
  db.table("integrations", {column("id", "bigint", true), column("api_key", "text", true)});
  db.unique("integrations", {"api_key"});
  auto verdicts = apply(db);
  CHECK(verdicts.tables[0].action == TableAction::exclude_rows);
  CHECK(verdicts.tables[0].reason == "credential: API key (column api_key can neither be null nor replaced)");
  CHECK(refusal(file("{ \"table\": \"integrations\", \"action\": \"keep\" }"), db) ==
        "policy refuses: column \"public.integrations.api_key\" is a credential that can neither be null nor replaced, "
        "and a "
        "rule keeps its rows (p.json, line 1) | Give it a rule of its own (keep, if it is none), or "
        "leave out "
        "the rows of the table. built-in no-credentials.");
  db.table("calls", {column("integration_id", "bigint", true)});
  db.foreign_key("calls", "integration_id", "integrations");
  CHECK(refusal(load_policy("no-credentials"), db)
            .find("and \"public.calls\" references its rows (foreign key \"calls_integration_id_fkey\")") !=
        std::string::npos);
  CHECK(refusal(file("{ \"table\": \"calls\", \"action\": \"exclude-rows\", \"reason\": \"log\" }"), db) == "accepted");
}

TEST_CASE("a credential that alone decides a unique expression is one of a unique key") {
  Database db;
  db.table("users", {column("id", "bigint", true), column("password", "text", true)});
  db.unique("users", {""});
  db.definition("users", "INDEX", "users_key",
                "CREATE UNIQUE INDEX users_key ON public.users USING btree (lower(password));\n");
  CHECK(apply(db).tables[0].action == TableAction::exclude_rows);
  CHECK(refusal(file("{ \"table\": \"users\", \"action\": \"keep\" }"), db) != "accepted");
}

TEST_CASE("a unique credential with a default gets a new one") {
  Database db;
  db.table("devices", {column("id", "bigint", true), column("pairing_token", "uuid", true, true)});
  db.unique("devices", {"pairing_token"});
  CHECK(apply(db).tables[0].columns[1].action == ColumnAction::omit);
}

TEST_CASE("a credential by which tables reference each other leaves with both tables' rows") {
  Database db;
  db.table("oauth_codes", {column("id", "bigint", true), column("access_token", "text", true)});
  db.table("grants", {column("access_token", "text", true), column("scope", "text")});
  db.unique("grants", {"access_token"}, true);
  db.foreign_key("oauth_codes", "access_token", "grants", "access_token");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "grants").action == TableAction::exclude_rows);
  CHECK(of(verdicts, db, "oauth_codes").action == TableAction::exclude_rows);
}

TEST_CASE("rules of a file decide before the built-in") {
  Database db;
  db.table("sessions", {column("id", "text", true), column("session_token", "text"), column("ip", "inet")});
  db.table("users", {column("id", "bigint", true), column("token", "text"), column("password", "text")});
  const auto verdicts =
      resolve(file("{ \"table\": \"sessions\", \"action\": \"keep\" }, { \"table\": \"*\", \"columns\": [ "
                   "{ \"column\": \"token\", \"action\": \"keep\" } ] }"),
              db.catalog);
  CHECK(of(verdicts, db, "sessions").action == TableAction::keep);
  CHECK(of(verdicts, db, "sessions").columns[1].action == ColumnAction::null);
  CHECK(of(verdicts, db, "users").columns[1].action == ColumnAction::keep);
  CHECK(of(verdicts, db, "users").columns[2].action == ColumnAction::null);
  // A rule for one column everywhere does not keep the rows of session tables; one for the table's own columns does.
  const std::string ip = "\"columns\": [ { \"column\": \"ip\", \"action\": \"null\", \"reason\": \"personal\" } ]";
  CHECK(of(resolve(file("{ \"table\": \"*\", " + ip + " }"), db.catalog), db, "sessions").action ==
        TableAction::exclude_rows);
  CHECK(of(resolve(file("{ \"table\": \"sessions\", " + ip + " }"), db.catalog), db, "sessions").action ==
        TableAction::keep);
}

TEST_CASE("partitions are judged by their root's name") {
  Database db;
  for (const char* name : {"api_keys", "api_keys_2024"})
    db.table(name, {column("id", "bigint"), column("key", "text")});
  db.partition("api_keys_2024", "api_keys");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "api_keys_2024").action == TableAction::exclude_rows);
}

TEST_CASE("a generated column is computed from what is left, and stays") {
  Database db;
  db.table("users", {column("password_hash", "text"), column("password_digest", "text")});
  db.find("users").columns[1].generated = catalog::Generated::stored;
  const auto verdicts = apply(db);
  CHECK(verdicts.tables[0].columns[0].action == ColumnAction::null);
  CHECK(verdicts.tables[0].columns[1].action == ColumnAction::keep);
}

TEST_CASE("what references rows that must leave becomes null where it may") {
  Database db;
  db.table("oauth_access_tokens", {column("id", "bigint", true), column("token", "text", true)});
  db.table("subscriptions", {column("id", "bigint", true), column("access_token_id", "bigint")});
  db.unique("oauth_access_tokens", {"token"});
  db.foreign_key("subscriptions", "access_token_id", "oauth_access_tokens");
  const auto verdicts = apply(db);
  CHECK(of(verdicts, db, "oauth_access_tokens").action == TableAction::exclude_rows);
  const auto& reference = of(verdicts, db, "subscriptions").columns[1];
  CHECK(reference.action == ColumnAction::null);
  CHECK(reference.reason == "references public.oauth_access_tokens, whose rows are left out");
  CHECK(refusal(file("{ \"table\": \"subscriptions\", \"columns\": [ { \"column\": \"access_token_id\", \"action\": "
                     "\"keep\" } ] }"),
                db) != "accepted");
}
