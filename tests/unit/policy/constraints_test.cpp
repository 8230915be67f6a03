#include <algorithm>

#include "rules.hpp"

using namespace rules_test;

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
        "Set it to null instead, which a unique key permits in many rows. p.json, line 3.");
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

TEST_CASE("what a type takes back of a rule is told") {
  Database db;
  db.table("t", {column("n", "integer"), column("m", "numeric(8,2)"), column("f", "real"),
                 column("v", "character varying(4)")});
  const auto noise = [](const std::string& name, const std::string& how) {
    return rules(table("t", "{ \"column\": \"" + name + "\", \"action\": \"noise\", " + how + ", \"reason\": \"r\" }"));
  };
  CHECK(refusal(noise("n", "\"amount\": 0.5"), db) ==
        Refused{"policy refuses: column \"public.t.n\" is of type integer, whose values are rounded: noise of 0.5 "
                "changes none of them",
                "Give an amount above 0.5. p.json, line 3."});
  CHECK(refusal(noise("m", "\"amount\": 0.004"), db).hint == "Give an amount above 0.005. p.json, line 3.");
  const auto only_warning = [&](const Policy& policy) {
    const auto warnings = resolve(policy, db.catalog).warnings;
    return warnings.size() == 1 ? warnings.front() : "";
  };
  for (const Policy& enough :
       {noise("n", "\"amount\": 0.6"), noise("m", "\"amount\": 0.4"), noise("f", "\"amount\": 0.1")})
    CHECK(resolve(enough, db.catalog).warnings.empty());
  CHECK(tables::lines_only(only_warning(noise("n", "\"percent\": 10"))) ==
        "column \"public.t.n\" is of type integer, whose values are rounded: noise of 10 % "
        "changes none below 5 (p.json, line 3)");
  CHECK(tables::lines_only(only_warning(rules(table("t", constant("v", "Größe"))))) ==
        "column \"public.t.v\" is of type character varying(4), to which the constant is cut "
        "(p.json, line 3)");
  CHECK(resolve(rules(table("t", constant("v", "größ"))), db.catalog).warnings.empty());
}

TEST_CASE("a domain has the length and scale of its base type") {
  const auto domain = [](const std::string& name, const std::string& base) {
    auto result = column(name, base);
    result.type = "public.domain";
    result.type_kind = 'd';
    return result;
  };
  Database db;
  db.table("t", {domain("v", "character varying(5)"), domain("k", "character varying(8)"), domain("c", "character(70)"),
                 domain("n", "numeric(8,2)")});
  const auto does = [](const std::string& name, const std::string& how) {
    return rules(table("t", "{ \"column\": \"" + name + "\", " + how + ", \"reason\": \"r\" }"));
  };
  for (const char* format : {"text", "email"})
    CHECK(refusal(does("v", std::string("\"action\": \"pseudonym\", \"format\": \"") + format + "\""), db)
              .message.find("characters or more") != std::string::npos);
  CHECK(refusal(does("v", "\"action\": \"pseudonym\", \"format\": \"last-name\""), db).message == "accepted");
  CHECK(refusal(does("k", "\"action\": \"sha256\""), db).message.find("64 characters or more") != std::string::npos);
  CHECK(refusal(does("c", "\"action\": \"sha256\""), db).message == "accepted");
  CHECK(refusal(does("n", "\"action\": \"noise\", \"amount\": 0.004"), db).hint ==
        "Give an amount above 0.005. p.json, line 3.");
  const auto warnings = resolve(rules(table("t", constant("v", "REMOVED"))), db.catalog).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(tables::lines_only(warnings.front()) ==
        "column \"public.t.v\" is of type public.domain, to which the constant is cut (p.json, line 3)");
}
