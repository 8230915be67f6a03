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

TEST_CASE("no-credentials takes credentials out of settings, unless a rule decides the column") {
  tables::Database db;
  db.table("settings", {column("key", "text", true), column("value", "text", true)});
  const auto verdict = [&](const std::string& rules) {
    const auto policy =
        policy::parse_policy(R"({"version": 1, "extends": ["no-credentials"], "tables": [)" + rules + "]}", "p.json");
    return policy::resolve(policy, db.catalog).tables[0].columns[1];
  };
  CHECK(verdict("").action == policy::ColumnAction::sql);
  CHECK(verdict("").value.find("THEN 'REMOVED' ELSE \"value\" END") != std::string::npos);
  CHECK(verdict(R"({"table": "settings", "columns": [{"column": "value", "action": "keep"}]})").action ==
        policy::ColumnAction::keep);
}
