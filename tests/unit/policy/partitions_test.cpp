#include "rules.hpp"

using namespace rules_test;

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

namespace {

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

}  // namespace

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
