#include <algorithm>
#include <pgcoffer/error.hpp>

#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;
using tables::column;
using tables::Database;

namespace {

/// A policy file with these rules, one a line from line 3 on, so that messages can be compared.
Policy rules(const std::string& tables, const std::string& more = "") {
  return parse_policy("{ \"version\": 1, " + more + "\n\"tables\": [\n" + tables + "\n] }", "p.json");
}

std::string omit(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"omit\", \"reason\": \"r\" }";
}
std::string null(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"null\", \"reason\": \"r\" }";
}
std::string constant(const std::string& name, const std::string& value = "x") {
  return "{ \"column\": \"" + name + "\", \"action\": \"constant\", \"value\": \"" + value + "\", \"reason\": \"r\" }";
}
std::string keep(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"keep\" }";
}
std::string table(const std::string& name, const std::string& columns) {
  return "{ \"table\": \"" + name + "\", \"columns\": [ " + columns + " ] }";
}
std::string action(const std::string& name, const std::string& what) {
  return "{ \"table\": \"" + name + "\", \"action\": \"" + what + "\", \"reason\": \"r\" }";
}
std::string where(const std::string& name, const std::string& condition) {
  return "{ \"table\": \"" + name + "\", \"where\": \"" + condition + "\" }";
}

struct Refused {
  std::string message, hint;
};
bool operator==(const Refused& a, const Refused& b) {
  return a.message == b.message && a.hint == b.hint;
}
std::ostream& operator<<(std::ostream& out, const Refused& r) {
  return out << r.message << " | " << r.hint;
}

Refused refusal(const Policy& policy, const Database& database) {
  try {
    (void)resolve(policy, database.catalog);
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::policy);
    return {tables::lines_only(error.message()), tables::lines_only(error.hint())};
  }
  return {"accepted", ""};
}

std::vector<std::string> warnings(const Verdicts& verdicts) {
  std::vector<std::string> result;
  for (const auto& text : verdicts.warnings) result.push_back(tables::lines_only(text));
  return result;
}

/// users (id PK, email unique, name, password_hash) and orders (user_id → users.id, note).
Database shop() {
  Database db;
  db.table("orders", {column("id", "bigint", true, true), column("user_id", "bigint"), column("note", "text")});
  db.table("users", {column("id", "bigint", true, true), column("email", "text", true),
                     column("name", "text", true, true), column("password_hash", "text", true), column("bio", "text")});
  db.unique("users", {"id"}, true);
  db.unique("users", {"email"});
  db.foreign_key("orders", "user_id", "users");
  return db;
}

std::vector<ColumnAction> actions(const TableVerdict& verdict) {
  std::vector<ColumnAction> result;
  for (const auto& one : verdict.columns) result.push_back(one.action);
  return result;
}

const TableVerdict& of(const Verdicts& verdicts, const Database& db, const std::string& name) {
  for (std::size_t i = 0; i < db.catalog.tables.size(); ++i)
    if (db.catalog.tables[i].name.name == name) return verdicts.tables[i];
  throw std::logic_error("no table " + name);
}

constexpr auto kept = ColumnAction::keep;

}  // namespace

TEST_CASE("without rules everything is kept") {
  const auto db = shop();
  const auto verdicts = resolve(load_policy("full"), db.catalog);
  CHECK(verdicts.policy == "full");
  REQUIRE(verdicts.tables.size() == 2);
  CHECK(verdicts.tables[1].action == TableAction::keep);
  CHECK(actions(verdicts.tables[1]) == std::vector<ColumnAction>(5, kept));
  CHECK(verdicts.warnings.empty());
}

TEST_CASE("rules decide with reason, place and what to do after a restore") {
  const auto db = shop();
  const auto verdicts = resolve(rules("{ \"table\": \"users\", \"where\": \"id > 0\", \"columns\": [\n"
                                      "{ \"column\": \"password_hash\", \"action\": \"constant\", \"value\": \"R\", "
                                      "\"reason\": \"credential\", \"after-restore\": \"reset\" },\n" +
                                      null("bio") + "] },\n" + table("orders", null("user_id"))),
                                db.catalog);
  const auto& users = verdicts.tables[1];
  CHECK(users.action == TableAction::keep);
  CHECK(users.where == std::optional<std::string>("id > 0"));
  CHECK(users.rule == "p.json, line 3, column 1");
  CHECK(actions(users) == std::vector<ColumnAction>{kept, kept, kept, ColumnAction::constant, ColumnAction::null});
  CHECK(users.columns[3].value == "R");
  CHECK(users.columns[3].reason == "credential");
  CHECK(users.columns[3].after_restore == "reset");
  CHECK(users.columns[3].rule == "p.json, line 4, column 1");
}

TEST_CASE("the more specific rule wins, whatever the order") {
  const auto db = shop();
  const std::string general = table("*", null("*io")), schema = table("public.*", constant("bio", "schema")),
                    name = table("users", keep("bi*")), both = table("public.users", constant("bio", "both"));
  const auto bio = [&](const std::string& text) { return resolve(rules(text), db.catalog).tables[1].columns[4]; };
  CHECK(bio(general).action == ColumnAction::null);
  CHECK(bio(general + "," + schema).value == "schema");
  CHECK(bio(schema + "," + name).action == ColumnAction::keep);
  CHECK(bio(both + "," + name + "," + schema + "," + general).value == "both");
  CHECK(bio(table("users", null("b*") + "," + constant("bio", "exact"))).value == "exact");
}

TEST_CASE("rules of a file win over those that it extends, however specific") {
  const auto db = shop();
  Policy policy = rules(table("public.users", constant("bio", "low")) + "," + table("*", constant("b*", "high")));
  policy.tables[1].layer = 1;
  CHECK(resolve(policy, db.catalog).tables[1].columns[4].value == "high");
}

TEST_CASE("equally specific rules that disagree are refused with both places") {
  const auto db = shop();
  CHECK(refusal(rules(action("users", "keep") + ",\n" + where("users", "true")), db) ==
        Refused{"policy refuses: two equally specific rules disagree on table \"public.users\": p.json, line 3 and "
                "p.json, line 4",
                "Remove one of them, or name the schema, table or column more exactly in the one that is to win."});
  CHECK(
      refusal(rules(table("users", null("b*") + ",\n" + keep("*o"))), db).message ==
      "policy refuses: two equally specific rules disagree on column \"public.users.bio\": p.json, line 3 and p.json, "
      "line 4");
  CHECK(refusal(rules(table("users", null("b*") + "," + null("*o"))), db).message == "accepted");
  CHECK(refusal(
            rules(where("users", "true") + "," + table("users", null("bio")) + "," + table("orders", null("user_id"))),
            db)
            .message == "accepted");
}

TEST_CASE("rules that match nothing are refused") {
  const auto db = shop();
  CHECK(refusal(rules(action("public.user", "keep")), db) ==
        Refused{
            "policy refuses: rule for table \"public.user\" matches nothing",
            "Is the name spelt right, with its schema? Remove the rule if the table is gone, or make it \"optional\". "
            "p.json, line 3."});
  CHECK(refusal(rules(table("users", null("bio") + ",\n" + null("biography"))), db) ==
        Refused{"policy refuses: rule for column \"biography\" of table \"users\" matches nothing",
                "Is the name spelt right? Remove the rule if the column is gone, or make it \"optional\". "
                "p.json, line 4."});
}

TEST_CASE("columns that cannot be left out are refused with the remedy") {
  const auto db = shop();
  CHECK(refusal(rules(table("users", omit("password_hash"))), db) ==
        Refused{"policy refuses: column \"public.users.password_hash\" is NOT NULL without a default, and is omitted",
                "Give it a replacement (constant), or leave out the rows of the table. p.json, line 3."});
  CHECK(refusal(rules(table("users", null("password_hash"))), db) ==
        Refused{"policy refuses: column \"public.users.password_hash\" is NOT NULL, and is set to null",
                "Give it a replacement (constant), or leave out the rows of the table. p.json, line 3."});
  CHECK(refusal(rules(table("users", null("name"))), db).hint ==
        "Omit it, so that it gets its default, or give it a replacement (constant). p.json, line 3.");
  CHECK(refusal(rules(table("users", omit("name"))), db).message == "accepted");
}

TEST_CASE("constants in unique columns are refused") {
  auto db = shop();
  CHECK(refusal(rules(table("users", constant("email"))), db) ==
        Refused{
            "policy refuses: column \"public.users.email\" is part of the unique key \"users_key\", and is replaced by "
            "a constant",
            "Omit it if its default gives unique values, or leave out the rows of the table; "
            "pseudonym and sha256 keep values apart. p.json, line 3."});
  db.unique("users", {"id", "bio"});
  CHECK(refusal(rules(table("users", constant("bio"))), db).hint ==
        "Set it to null instead, which a unique key permits in many rows; pseudonym and sha256 keep values apart. "
        "p.json, line 3.");
}

TEST_CASE("constants in columns that alone decide a unique expression are refused") {
  const auto unique = [](const std::string& key, std::vector<std::string> columns = {""}) {
    auto db = shop();
    db.unique("users", std::move(columns));
    db.find("users").unique_keys.back().name = "users_expr";
    db.definition("users", "INDEX", "users_expr",
                  "CREATE UNIQUE INDEX users_expr ON public.users USING btree (" + key + ");\n");
    return db;
  };
  const auto policy = rules(table("users", constant("password_hash")));
  CHECK(refusal(policy, unique("lower((password_hash)::text)")) ==
        Refused{"policy refuses: column \"public.users.password_hash\" alone decides the expression of unique key "
                "\"users_expr\", and is replaced by a constant",
                "Omit it if its default gives unique values, or leave out the rows of the table; "
                "pseudonym and sha256 keep values apart. p.json, line 3."});
  CHECK(refusal(policy, unique("lower(password_hash), md5(password_hash)", {"", ""})).message != "accepted");
  CHECK(refusal(policy, unique("lower(password_hash || 'bio')")).message != "accepted");
  CHECK(refusal(rules(table("users", constant("bio"))), unique("(bio ->> E'a\\\\''b'))")).hint ==
        "Set it to null instead, which a unique key permits in many rows; pseudonym and sha256 keep values apart. "
        "p.json, line 3.");
  for (const auto& db : {unique("lower(password_hash || email)"), unique("id, lower(password_hash)", {"id", ""})}) {
    CHECK(refusal(policy, db).message == "accepted");
    CHECK(resolve(policy, db.catalog).warnings.size() == 1);
  }
  const auto other = unique("lower(name)) WHERE (password_hash IS NOT NULL");
  CHECK(refusal(policy, other).message == "accepted");
  CHECK(resolve(policy, other.catalog).warnings.empty());
}

TEST_CASE("conditions of indexes and exclusion constraints that name a replaced column are a warning") {
  auto db = shop();
  db.unique("users", {"email"});
  auto& key = db.find("users").unique_keys.back();
  key.name = "users_active";
  key.partial = true;
  db.definition("users", "INDEX", "users_active",
                "CREATE UNIQUE INDEX users_active ON public.users USING btree (email) WHERE (bio IS NULL);\n");
  db.definition("orders", "CONSTRAINT", "orders_excl",
                "ALTER TABLE ONLY public.orders\n    ADD CONSTRAINT orders_excl EXCLUDE USING gist (note WITH =);\n");
  CHECK(
      warnings(resolve(rules(table("users", null("bio")) + ",\n" + table("orders", constant("note"))), db.catalog)) ==
      std::vector<std::string>{
          "column \"public.orders.note\" is replaced by a constant, and exclusion constraint \"orders_excl\" names it; "
          "the restore fails if rows now exclude each other (p.json, line 4)",
          "column \"public.users.bio\" is set to null, and the condition of unique index \"users_active\" names it; "
          "the "
          "restore fails if rows that it left out are duplicates (p.json, line 3)"});
  CHECK(resolve(rules(table("users", omit("name")) + ",\n" + table("orders", null("note"))), db.catalog)
            .warnings.empty());
}

TEST_CASE("what only the server can tell of unique keys is a warning") {
  auto db = shop();
  db.unique("orders", {""});
  db.unique("users", {"name"});
  const auto verdicts =
      resolve(rules(table("orders", constant("note")) + ",\n" + table("users", omit("name"))), db.catalog);
  CHECK(
      warnings(verdicts) ==
      std::vector<std::string>{
          "column \"public.orders.note\" is replaced by a constant; the restore fails if the expression of unique key "
          "\"orders_key\" reads nothing else (p.json, line 3)",
          "column \"public.users.name\" is omitted; the restore fails if its default is the same for all rows, as "
          "unique "
          "key \"users_key\" has it (p.json, line 4)"});
}

TEST_CASE("generated columns are computed anew, and cannot be replaced") {
  auto db = shop();
  auto generated = column("search", "text");
  generated.generated = catalog::Generated::stored;
  db.find("users").columns.push_back(generated);
  CHECK(refusal(rules(table("users", omit("search"))), db) ==
        Refused{"policy refuses: column \"public.users.search\" is generated, and is omitted",
                "A restore computes it anew: write rules for the columns that it is computed from. p.json, line 3."});
  const auto verdicts = resolve(rules(table("users", null("*b*") + "," + null("se*"))), db.catalog);
  CHECK(verdicts.tables[1].columns[5].action == ColumnAction::keep);
}

TEST_CASE("rows that others reference cannot be left out alone") {
  auto db = shop();
  CHECK(refusal(rules(action("users", "exclude-rows")), db) ==
        Refused{
            "policy refuses: rows of \"public.users\" are left out, and \"public.orders\" references them (foreign key "
            "\"orders_user_id_fkey\")",
            "Leave out the rows of \"public.orders\" too (exclude-rows), say \"on-missing-parent\" for "
            "\"public.orders\" (filter, null or leave), or set its column \"user_id\" to null. "
            "p.json, line 3."});
  CHECK(refusal(rules(where("users", "id > 7")), db).hint ==
        "Leave out the rows of \"public.orders\" too (exclude-rows, or a \"where\" that fits), say "
        "\"on-missing-parent\" for \"public.orders\" (filter, null or leave), or set its column "
        "\"user_id\" to null. p.json, line 3.");
  const std::string out = action("users", "exclude-rows");
  CHECK(refusal(rules(out + "," + action("orders", "exclude-rows")), db).message == "accepted");
  CHECK(refusal(rules(out + "," + action("orders", "exclude")), db).message == "accepted");
  CHECK(refusal(rules(out + "," + table("orders", null("user_id"))), db).message == "accepted");
  CHECK(refusal(rules(out + "," + table("orders", omit("user_id"))), db).message == "accepted");
  db.find("orders").rows_selected = false;
  CHECK(refusal(rules(out), db).message == "accepted");
  db.find("orders").rows_selected = true;
  db.find("orders").foreign_keys[0].enforced = false;
  CHECK(refusal(rules(out), db).message == "accepted");
}

TEST_CASE("filters on both ends of a foreign key are looked at in the rows") {
  const auto db = shop();
  CHECK(refusal(rules(where("users", "id > 7") + "," + where("orders", "user_id > 7")), db).message == "accepted");
}

TEST_CASE("an excluded table takes the foreign keys to it along") {
  const auto db = shop();
  const auto verdicts = resolve(rules(action("users", "exclude")), db.catalog);
  CHECK(verdicts.tables[1].action == TableAction::exclude);
  CHECK(warnings(verdicts) ==
        std::vector<std::string>{"table \"public.users\" is excluded, and with it foreign key "
                                 "\"orders_user_id_fkey\" of \"public.orders\" (p.json, line 3)"});
  CHECK(warnings(resolve(rules(action("*", "exclude")), db.catalog)).empty());
}

TEST_CASE("keys by which tables reference each other keep their values") {
  const auto db = shop();
  CHECK(
      refusal(rules(table("users", omit("id"))), db) ==
      Refused{"policy refuses: column \"public.users.id\" is omitted, and \"public.orders\" references it (foreign key "
              "\"orders_user_id_fkey\")",
              "Keep it, use pseudonym or sha256, which the referencing column follows, leave out the rows of "
              "\"public.orders\", or "
              "set its column \"user_id\" to null. p.json, line 3."});
  CHECK(refusal(rules(table("users", omit("id")) + "," + table("orders", null("user_id"))), db).message == "accepted");
  CHECK(refusal(rules(table("orders", constant("user_id", "1"))), db) ==
        Refused{"policy refuses: column \"public.orders.user_id\" is replaced by a constant, and foreign key "
                "\"orders_user_id_fkey\" references \"public.users\" by it",
                "Set it to null instead, or keep it. p.json, line 3."});
}

TEST_CASE("strict policies name what no rule covers") {
  const auto db = shop();
  const std::string strict = "\"strict\": true,";
  CHECK(refusal(rules(table("users", keep("*")), strict), db) ==
        Refused{"policy refuses: table \"public.orders\" has no rule, and the policy is strict",
                "Give it a rule, keep or another, in p.json."});
  CHECK(refusal(rules(table("users", keep("*")) + "," + table("orders", keep("id")), strict), db) ==
        Refused{"policy refuses: column \"public.orders.user_id\" has no rule, and the policy is strict",
                "Give it a rule, keep or another, in p.json. Without a rule are also: column \"public.orders.note\"."});
  CHECK(refusal(rules(table("users", keep("*")) + "," + action("orders", "exclude-rows"), strict), db).message ==
        "accepted");
}

TEST_CASE("views take no rules about rows") {
  auto db = shop();
  db.table("v", {column("bio", "text")}).relkind = 'v';
  CHECK(refusal(rules(table("v", null("bio"))), db) ==
        Refused{"policy refuses: rule for \"public.v\" is about rows, and it is not a table with rows of its own",
                "Write rules for the tables that the view reads, or exclude it altogether. p.json, line 3."});
  const auto verdicts = resolve(rules(table("*", null("bio")) + "," + action("v", "exclude")), db.catalog);
  CHECK(of(verdicts, db, "v").action == TableAction::exclude);
  CHECK(of(verdicts, db, "v").columns[0].action == ColumnAction::keep);
}

TEST_CASE("partitions follow their root's rules unless they have their own") {
  Database db;
  for (const char* name : {"events", "events_1", "events_2"})
    db.table(name, {column("at", "timestamp", true), column("ip", "inet"), column("kind", "text", true, true)});
  db.partition("events_1", "events", "at, lower(kind)");
  db.partition("events_2", "events");
  const auto verdicts =
      resolve(rules(table("events", null("ip")) + "," + action("events_2", "exclude-rows")), db.catalog);
  CHECK(of(verdicts, db, "events").columns[1].action == ColumnAction::null);
  CHECK(of(verdicts, db, "events_1").columns[1].action == ColumnAction::null);
  CHECK(of(verdicts, db, "events_1").action == TableAction::keep);
  CHECK(of(verdicts, db, "events_2").action == TableAction::exclude_rows);
  CHECK(refusal(rules(table("events", constant("at", "2020-01-01"))), db) ==
        Refused{
            "policy refuses: column \"public.events.at\" is replaced by a constant, and the table is partitioned by it",
            "Keep it, or leave out the rows of the table. p.json, line 3."});
  CHECK(refusal(rules(table("events_1", omit("kind"))), db).message ==
        "policy refuses: column \"public.events_1.kind\" is omitted, and the table is partitioned by it");
  CHECK(refusal(rules(action("events", "exclude") + "," + action("events_1", "keep")), db) ==
        Refused{"policy refuses: table \"public.events\" is excluded, and \"public.events_1\" is a partition of it",
                "Exclude \"public.events_1\" too, or leave out rows only (exclude-rows). p.json, line 3."});
}

/// events, of which events_1 is a partition, of which events_1a is one.
Database nested_partitions() {
  Database db;
  for (const char* name : {"events", "events_1", "events_1a"})
    db.table(name, {column("id", "bigint", true), column("ip", "inet")});
  db.partition("events_1", "events");
  db.partition("events_1a", "events_1");
  db.find("events").rows_selected = db.find("events_1").rows_selected = false;
  return db;
}

TEST_CASE("a rule for a partition that is partitioned holds for its partitions") {
  const Database db = nested_partitions();
  const auto leaf = [&](const std::string& tables) { return of(resolve(rules(tables), db.catalog), db, "events_1a"); };
  CHECK(leaf(table("events_1", omit("ip"))).columns[1].action == ColumnAction::omit);
  CHECK(leaf(table("events", omit("ip")) + "," + table("events_1", keep("ip"))).columns[1].action ==
        ColumnAction::keep);
  CHECK(leaf(table("events_1", omit("ip")) + "," + table("events_1a", keep("ip"))).columns[1].action ==
        ColumnAction::keep);
  CHECK(leaf(action("events_1", "exclude-rows")).action == TableAction::exclude_rows);
  CHECK(leaf(where("events_1", "id > 1") + "," + where("events", "id > 2")).where == "id > 1");
  CHECK(refusal(rules(table("events_1", null("id"))), db).message ==
        "policy refuses: column \"public.events_1a.id\" is NOT NULL, and is set to null");
}

TEST_CASE("a rule for columns takes nothing back of what another says about rows") {
  const Database db = nested_partitions();
  const auto leaf = [&](const std::string& tables) { return of(resolve(rules(tables), db.catalog), db, "events_1a"); };
  const std::string columns = table("events_1a", omit("ip")), all_columns = table("public.events_1a", keep("*"));
  CHECK(leaf(where("events", "id > 2") + "," + columns).where == "id > 2");
  CHECK(leaf(where("events", "id > 2") + "," + columns).columns[1].action == ColumnAction::omit);
  CHECK(leaf(columns + "," + action("events", "exclude-rows")).action == TableAction::exclude_rows);
  CHECK(leaf(where("events", "id > 2") + "," + all_columns).where == "id > 2");
  CHECK(leaf(where("event*", "id > 2") + "," + columns).where == "id > 2");
  CHECK(leaf(where("events", "id > 2") + "," + action("events_1a", "keep")).where == std::nullopt);
  Policy layered = rules(where("events_1a", "id > 2") + "," + columns);
  layered.tables[1].layer = 1;
  CHECK(of(resolve(layered, db.catalog), db, "events_1a").where == "id > 2");
}

TEST_CASE("a rule for columns of a table whose rows are left out is a warning") {
  const auto db = shop();
  CHECK(warnings(resolve(rules(action("*", "exclude-rows") + ",\n" + table("users", null("bio"))), db.catalog)) ==
        std::vector<std::string>{
            "table \"public.users\" has rules for its columns (p.json, line 4), but its rows are left out by another "
            "rule (p.json, line 3); write \"action\": \"keep\" beside the columns to keep them"});
  CHECK(warnings(resolve(rules(where("users", "id > 0") + "," + table("users", null("bio"))), db.catalog)).empty());
}

TEST_CASE("a sample is one of the table that the rule is for") {
  const Database db = nested_partitions();
  const auto of_leaf = [&](const std::string& name) {
    const auto policy = rules(R"({ "table": ")" + name + R"(", "sample": { "rows": 2 } })");
    return of(resolve(policy, db.catalog), db, "events_1a").sample_of;
  };
  CHECK(of_leaf("events_1a") == 3);
  CHECK(of_leaf("events_1") == 2);
  CHECK(of_leaf("events*") == 1);
}

TEST_CASE("rows of partitions of partitions count for the foreign keys of what is above them") {
  Database db = nested_partitions();
  db.table("notes", {column("event_id", "bigint")});
  db.foreign_key("notes", "event_id", "events_1");
  CHECK(refusal(rules(action("events_1a", "exclude-rows")), db).message ==
        "policy refuses: rows of \"public.events_1a\" are left out, and \"public.notes\" references them (foreign key "
        "\"notes_event_id_fkey\")");
}

TEST_CASE("a partition's rows count as its root's for foreign keys") {
  Database db;
  db.table("events", {column("id", "bigint", true)});
  db.table("events_1", {column("id", "bigint", true)});
  db.table("notes", {column("event_id", "bigint")});
  db.partition("events_1", "events");
  db.foreign_key("notes", "event_id", "events");
  CHECK(refusal(rules(action("events_1", "exclude-rows")), db).message ==
        "policy refuses: rows of \"public.events_1\" are left out, and \"public.notes\" references them (foreign key "
        "\"notes_event_id_fkey\")");
}

TEST_CASE("a unique key that takes nulls for equal permits no nulls") {
  auto db = shop();
  db.unique("orders", {"note"});
  db.definition("orders", "INDEX", "orders_key",
                "CREATE UNIQUE INDEX orders_key ON orders (note) NULLS NOT DISTINCT;\n");
  CHECK(refusal(rules(table("orders", null("note"))), db) ==
        Refused{
            "policy refuses: column \"public.orders.note\" is set to null, and unique key \"orders_key\" permits only "
            "one null (NULLS NOT DISTINCT)",
            "Keep it, or leave out the rows of the table. p.json, line 3."});
}

TEST_CASE("MATCH FULL wants all columns of a foreign key null, or none") {
  Database db;
  db.table("parent", {column("a", "bigint", true), column("b", "bigint", true)});
  db.table("child", {column("a", "bigint"), column("b", "bigint")});
  db.foreign_key("child", "a", "parent", "a");
  db.find("child").foreign_keys[0].columns.push_back("b");
  db.find("child").foreign_keys[0].referenced_columns.push_back("b");
  const std::string out = "," + action("parent", "exclude-rows");
  CHECK(refusal(rules(table("child", null("a")) + out), db).message == "accepted");
  db.definition("child", "FK CONSTRAINT", "child_a_fkey", "… MATCH FULL;\n");
  CHECK(refusal(rules(table("child", null("a")) + out), db) ==
        Refused{
            "policy refuses: column \"public.child.a\" becomes null, and foreign key \"child_a_fkey\" wants all of its "
            "columns null then (MATCH FULL)",
            "Set the other columns of the foreign key to null too. p.json, line 3."});
  CHECK(refusal(rules(table("child", null("a") + "," + null("b")) + out), db).message == "accepted");
}

TEST_CASE("names that need quotes are shown with those alone") {
  Database db;
  db.table("Users", {column("passwordHash", "text", true)});
  CHECK(refusal(rules(table("\\\"Users\\\"", null("\\\"passwordHash\\\""))), db).message ==
        "policy refuses: column public.\"Users\".\"passwordHash\" is NOT NULL, and is set to null");
}

TEST_CASE("an exact name wins over a tag, a tag over a type, a type over a pattern, a pattern over a detector") {
  Database db = shop();
  auto& email = db.find("users").columns[1];
  email.comment = "privacy: secret";
  const std::string keep = R"("action": "keep")", null = R"("action": "constant", "value": "x", "reason": "r")";
  const auto winner = [&](const std::string& lower, const std::string& higher) {
    const auto rule = [](const std::string& what, const std::string& does) { return "{" + what + ", " + does + "}"; };
    const auto policy =
        parse_policy(R"({"version": 1, "columns": [)" + rule(lower, null) + "," + rule(higher, keep) + "]}", "p.json");
    const auto verdicts = resolve(policy, db.catalog);
    for (std::size_t i = 0; i < db.catalog.tables.size(); ++i)
      if (db.catalog.tables[i].name.name == "users") return to_string(verdicts.tables[i].columns[1].action);
    return std::string_view("none");
  };
  db.find("users").unique_keys.clear();
  CHECK(winner(R"("tag": "privacy: secret")", R"("column": "email")") == "keep");
  CHECK(winner(R"("type": "text", "column": "em*")", R"("tag": "privacy: secret")") == "keep");
  CHECK(winner(R"("column": "em*")", R"("type": "text", "column": "e*")") == "keep");
  CHECK(winner(R"("detector": "personal-data", "column": "*")", R"("column": "em*")") == "keep");
  CHECK(refusal(parse_policy(R"({"version": 1, "columns": [
    {"tag": "privacy: secret", "action": "keep"},
    {"tag": "Privacy:Secret", "action": "null", "reason": "r"}]})",
                             "p.json"),
                db)
            .message ==
        "policy refuses: two equally specific rules disagree on column \"public.users.email\": p.json, "
        "line 2 and p.json, line 3");
}

TEST_CASE("every rule that matches nothing is named, unless it may") {
  const Database db = shop();
  const auto refused = refusal(parse_policy(R"({"version": 1, "columns": [
    {"type": "uuid", "action": "keep"},
    {"tag": "x", "action": "keep", "optional": true},
    {"detector": "personal-data:ip", "action": "keep"}]})",
                                            "p.json"),
                               db);
  CHECK(refused.message == "policy refuses: rule for column type \"uuid\" of table \"*\" matches nothing");
  CHECK(refused.hint.find("Also: rule for column detector \"personal-data:ip\" of table \"*\" matches nothing (p.json, "
                          "line 4).") != std::string::npos);
}
