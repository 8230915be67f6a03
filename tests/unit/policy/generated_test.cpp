#include <array>

#include "rules.hpp"

using namespace rules_test;

namespace {

std::string does(const std::string& name, const std::string& action, const std::string& more = "") {
  return "{ \"column\": \"" + name + "\", \"action\": \"" + action + "\", " + more + "\"reason\": \"r\" }";
}

std::string noise(const std::string& name) {
  return does(name, "noise", "\"amount\": 3, ");
}

/// parent (y, x computed from y) and child (z, w computed from z), as numbers.
Database family() {
  Database db;
  for (const auto& [name, source, computed] :
       {std::array<std::string, 3>{"parent", "y", "x"}, std::array<std::string, 3>{"child", "z", "w"}}) {
    auto& table = db.table(name, {column("id", "integer", true), column(source, "integer"), column(computed, "integer"),
                                  column("plain", "integer")});
    for (std::size_t i = 0; i < table.columns.size(); ++i) table.columns[i].attnum = static_cast<std::int16_t>(i + 1);
    table.columns[2].generated = catalog::Generated::stored;
    table.columns[2].computed_from = {2};
    table.columns[2].null_of_null = true;
  }
  return db;
}

}  // namespace

TEST_CASE("what a referenced generated column is computed from stays") {
  auto db = family();
  db.foreign_key("child", "plain", "parent", "x");
  CHECK(refusal(rules(table("parent", does("y", "pseudonym"))), db) ==
        Refused{"policy refuses: generated column \"public.parent.x\" is computed from column \"public.parent.y\", "
                "which becomes a pseudonym, and \"public.child\" references it (foreign key \"child_plain_fkey\")",
                "Keep column \"public.parent.y\", leave out the rows of \"public.child\", or set its column \"plain\" "
                "to null. p.json, line 3."});
  for (const auto& rule :
       {null("y"), constant("y", "1"), noise("y"), omit("y"), does("y", "template", "\"sql\": \"y\", ")})
    CHECK(refusal(rules(table("parent", rule)), db).message.find("which ") != std::string::npos);
  const auto changed = table("parent", noise("y"));
  CHECK(refusal(rules(changed + "," + action("child", "exclude-rows")), db).message == "accepted");
  CHECK(refusal(rules(changed + "," + table("child", null("plain"))), db).message == "accepted");
  CHECK(refusal(rules(table("parent", noise("plain"))), db).message == "accepted");
}

TEST_CASE("what a referencing generated column is computed from stays, or becomes null") {
  auto db = family();
  db.foreign_key("child", "w", "parent", "plain");
  CHECK(refusal(rules(table("child", noise("z"))), db) ==
        Refused{"policy refuses: generated column \"public.child.w\" is computed from column \"public.child.z\", which "
                "gets noise, and foreign key \"child_w_fkey\" references \"public.parent\" by it",
                "Set column \"public.child.z\" to null instead, or keep it. p.json, line 3."});
  CHECK(refusal(rules(table("child", does("z", "pseudonym"))), db).message != "accepted");
  CHECK(refusal(rules(table("child", null("z")) + "," + table("parent", noise("plain"))), db).message == "accepted");
  CHECK(refusal(rules(action("parent", "exclude") + "," + table("child", noise("z"))), db).message == "accepted");
  CHECK(refusal(rules(table("parent", noise("plain"))), db)
            .hint.find("or set to null what its generated \"w\" is computed from.") != std::string::npos);
  db.find("child").columns[2].null_of_null = false;
  CHECK(refusal(rules(table("child", null("z"))), db).hint ==
        "Leave out the rows of the table, or keep column \"public.child.z\". p.json, line 3.");
}

TEST_CASE("a generated column does not follow the pseudonym of what it references") {
  auto db = family();
  db.foreign_key("child", "w", "parent", "plain");
  const auto changed = table("parent", does("plain", "pseudonym"));
  CHECK(refusal(rules(changed), db) ==
        Refused{"policy refuses: column \"public.parent.plain\" is changed, and generated column \"public.child.w\", "
                "which a restore computes anew, references it (foreign key \"child_w_fkey\")",
                "Keep it, or leave out the rows of \"public.child\", or set to null what that is computed from. "
                "p.json, line 3."});
  CHECK(refusal(rules(changed + "," + table("child", null("z"))), db).message == "accepted");
}

TEST_CASE("what a unique generated column is computed from keeps its values apart") {
  auto db = family();
  db.unique("parent", {"x"});
  CHECK(refusal(rules(table("parent", constant("y", "1"))), db) ==
        Refused{"policy refuses: generated column \"public.parent.x\" is part of the unique key \"parent_key\", and is "
                "computed from column \"public.parent.y\", which is replaced by a constant",
                "Set column \"public.parent.y\" to null instead, which a unique key permits in many rows; pseudonym "
                "and sha256 keep values apart. p.json, line 3."});
  CHECK(refusal(rules(table("parent", noise("y"))), db).message != "accepted");
  CHECK(refusal(rules(table("parent", null("y"))), db).message == "accepted");
  CHECK(warnings(resolve(rules(table("parent", does("y", "pseudonym"))), db.catalog)) ==
        std::vector<std::string>{"generated column \"public.parent.x\" is computed from column \"public.parent.y\", "
                                 "which becomes a pseudonym; the restore fails if two rows get the same, as unique key "
                                 "\"parent_key\" has it (p.json, line 3)"});
  auto& x = db.find("parent").columns[2];
  x.null_of_null = false;
  CHECK(refusal(rules(table("parent", null("y"))), db) ==
        Refused{"policy refuses: generated column \"public.parent.x\" is part of the unique key \"parent_key\", and is "
                "computed from column \"public.parent.y\", which is set to null, by which different values may become "
                "one",
                "Keep column \"public.parent.y\", or leave out the rows of the table; pseudonym and sha256 keep values "
                "apart. p.json, line 3."});
  auto& y = db.find("parent").columns[1];
  y.has_default = y.constant_default = true;
  CHECK(refusal(rules(table("parent", omit("y"))), db).message.find("permits it once") != std::string::npos);
  x.computed_from = {1, 2};
  CHECK(warnings(resolve(rules(table("parent", omit("y"))), db.catalog)).size() == 1);
}

TEST_CASE("what a generated column is computed from becomes null only where that may be null") {
  auto db = family();
  auto& x = db.find("parent").columns[2];
  x.not_null = true;
  const auto policy = rules(table("parent", null("y")));
  CHECK(refusal(policy, db) ==
        Refused{"policy refuses: generated column \"public.parent.x\" is NOT NULL, and is computed from column "
                "\"public.parent.y\", which is set to null",
                "Give column \"public.parent.y\" a replacement (constant), or leave out the rows of the table. p.json, "
                "line 3."});
  CHECK(refusal(rules(table("parent", constant("y", "1"))), db).message == "accepted");
  x.null_of_null = false;
  CHECK(warnings(resolve(policy, db.catalog)) ==
        std::vector<std::string>{"generated column \"public.parent.x\" is NOT NULL, and is computed from column "
                                 "\"public.parent.y\", which is set to null; the restore fails if its expression "
                                 "gives null then (p.json, line 3)"});
}

TEST_CASE("everything that is computed from a column is looked at") {
  auto db = family();
  db.unique("parent", {"x"});
  db.foreign_key("child", "plain", "parent", "x");
  auto second = column("second", "integer", true);
  second.generated = catalog::Generated::virtual_;
  second.computed_from = {1, 2};
  second.null_of_null = true;
  db.find("parent").columns.push_back(second);
  CHECK(examine(rules(table("parent", null("y"))), db.catalog).refusals.size() == 2);
}

TEST_CASE("built-in policies choose what generated columns permit") {
  Database db;
  auto& users = db.table("users", {column("id", "integer", true), column("password", "text"), column("email", "text"),
                                   column("secret_upper", "text", true), column("mail_lower", "text")});
  for (std::size_t i = 0; i < users.columns.size(); ++i) users.columns[i].attnum = static_cast<std::int16_t>(i + 1);
  for (const std::size_t i : {3U, 4U}) users.columns[i].generated = catalog::Generated::stored;
  users.columns[3].computed_from = {2};
  users.columns[3].null_of_null = true;
  users.columns[4].computed_from = {3};
  db.unique("users", {"mail_lower"});
  CHECK(resolve(load_policy("no-credentials"), db.catalog).tables[0].columns[1].action == ColumnAction::constant);
  CHECK(resolve(load_policy("no-personal-data"), db.catalog).tables[0].columns[2].action == ColumnAction::sql);
  users.columns[4].null_of_null = true;
  CHECK(resolve(load_policy("no-personal-data"), db.catalog).tables[0].columns[2].action == ColumnAction::null);
}

TEST_CASE("pseudonyms of a character(n) key do without the blanks at a text's end, in all that reference it") {
  Database db;
  db.table("parent", {column("code", "character(20)", true), column("name", "character varying(30)")});
  db.table("child", {column("code", "character varying(30)")});
  db.foreign_key("child", "code", "parent", "code");
  const auto without_blanks = [&](const std::string& text) {
    return resolve(rules(text), db.catalog).tables[1].columns[0].without_end_blanks;
  };
  const auto parent = table("parent", does("code", "pseudonym")), child = table("child", does("code", "pseudonym"));
  CHECK(without_blanks(parent));
  CHECK(without_blanks(parent + "," + child));
  CHECK_FALSE(
      resolve(rules(table("parent", does("name", "pseudonym"))), db.catalog).tables[0].columns[1].without_end_blanks);
}
