#include <algorithm>

#include "rules.hpp"

using namespace rules_test;

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
  auto named = shop();
  named.catalog.database.name = "postgres";
  const auto refused = refusal(rules(action("public.user", "keep")), named);
  CHECK(refused.message == "policy refuses: rule for table \"public.user\" matches nothing in database \"postgres\"");
  CHECK(refused.hint.starts_with("Is that the right database (-d)? "));
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

TEST_CASE("a rule for columns of a table whose rows are left out is a warning") {
  const auto db = shop();
  CHECK(warnings(resolve(rules(action("*", "exclude-rows") + ",\n" + table("users", null("bio"))), db.catalog)) ==
        std::vector<std::string>{
            "table \"public.users\" has rules for its columns (p.json, line 4), but its rows are left out by another "
            "rule (p.json, line 3); write \"action\": \"keep\" beside the columns to keep them"});
  CHECK(warnings(resolve(rules(where("orders", "id > 0") + "," + table("orders", null("note"))), db.catalog)).empty());
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
