"""How many of a table's rows a policy took: in the manifest, after the dump, in inspect and in the audit report."""

import json
import unittest

import harness

KEY = "1a" * 32
OTHER = "2b" * 32
EVENTS = """
CREATE TABLE events (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO events SELECT g, DATE '2024-06-01' + 365 * (g % 2) FROM generate_series(1, 10) g;
"""


class RowsTaken(harness.Case):
    def policy(self, name="policy.json", **fields):
        path = self.folder / name
        path.write_text(json.dumps({"version": 1, **fields}))
        return path

    def table(self, archive, name):
        (found,) = (table for table in harness.manifest(archive)["tables"] if table["name"] == name)
        return found

    def finding(self, text, *args, **options):
        """The only one of an audit."""
        result = harness.run("audit", *args, **options)
        self.assertEqual((result.code, [line for line in result.out.splitlines() if line.startswith("finding: ")][1:]), (5, []), result.out)
        self.assertIn("finding: " + text, result.out)
        return result

    def dumped(self, database, policy, **options):
        result = self.ok("dump", "-d", self.url(database), "-f", self.folder / "archive", "--policy", policy, "--progress", "plain", **options)
        return self.folder / "archive", result.err

    def test_small_tables_are_counted(self):
        database = self.database("CREATE TABLE a AS SELECT g AS id FROM generate_series(1, 2000) g; CREATE TABLE b AS TABLE a; "
                                 "CREATE TABLE c AS TABLE a;" + EVENTS)
        archive, told = self.dumped(database, self.policy(tables=[
            {"table": "a", "where": "id <= 1500"}, {"table": "b", "sample": {"rows": 3}}, {"table": "events", "where": "id > 4"}]))
        tables = {table["name"]: table for table in harness.manifest(archive)["tables"]}
        self.assertEqual({name: (table["rows"], table.get("of_rows"), table.get("of_rows_estimated")) for name, table in tables.items()},
                         {"a": (1500, 2000, None), "b": (3, 2000, None), "c": (2000, None, None), "events": (0, None, None),
                          "events_1": (3, 5, None), "events_2": (3, 5, None)})
        self.assertIn("  - public.a: 1,500 of 2,000 rows\n  - public.b: 3 of 2,000 rows\n", told)
        self.assertNotIn("public.c:", told.split("The policy took")[1])
        shown = self.ok("inspect", archive).out
        self.assertIn("  1,500 of 2,000 rows: (id <= 1500)\n", shown)
        self.assertIn("  3 of 2,000 rows: sample 3 rows\n", shown)
        self.assertEqual({table["name"]: table.get("of_rows") for table in self.ok("inspect", archive, "--json").json["tables"]}["a"], 2000)
        report = self.ok("audit", archive, "--json").json
        self.assertEqual({one["object"]: (one["how"], one["rows"], one["of_rows"]) for one in report["left_out"] if "rows" in one}, {
            "public.a": ("(id <= 1500)", 1500, 2000), "public.b": ("sample 3 rows", 3, 2000),
            "public.events_1": ("(id > 4)", 3, 5), "public.events_2": ("(id > 4)", 3, 5)})
        page = self.folder / "audit.md"
        self.ok("audit", archive, "-o", page)
        self.assertIn("1,500 of 2,000 rows", page.read_text())
        self.ok("verify", archive)

    def test_rows_that_references_take_are_counted(self):
        database = self.database("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 10); "
                                 "CREATE TABLE b (id int, a int REFERENCES a); INSERT INTO b SELECT g, g % 10 + 1 FROM generate_series(1, 40) g")
        archive, told = self.dumped(database, self.policy(tables=[{"table": "a", "where": "id <= 3", "follow": "children"}]))
        self.assertIn("  - public.a: 3 of 10 rows\n  - public.b: 12 of 40 rows\n", told)
        self.assertIn("  3 of 10 rows: (id <= 3), follow children\n", self.ok("inspect", archive).out)
        report = self.ok("dump", "-d", self.url(database), "-f", self.folder / "again", "--json", "--policy", self.folder / "policy.json").json
        self.assertEqual(report["some_rows"], [{"table": "public.a", "rows": 3, "of_rows": 10}, {"table": "public.b", "rows": 12, "of_rows": 40}])

    def test_of_large_tables_it_is_what_the_server_estimates(self):
        """The rows fill more than 8,192 pages; the statistics are made to say what counting would not."""
        database = self.database("CREATE TABLE a (id int, filler text) WITH (fillfactor = 10, autovacuum_enabled = false); ALTER TABLE a ALTER filler SET STORAGE PLAIN; "
                                 "INSERT INTO a SELECT g, repeat('x', 4200) FROM generate_series(1, 8300) g")
        policy = self.policy(tables=[{"table": "a", "where": "id <= 5", "columns": [{"column": "filler", "action": "null", "reason": "r"}]}])
        unknown, told = self.dumped(database, policy)
        self.assertNotIn("of_rows", self.table(unknown, "a"))
        self.assertIn("  - public.a: 5 rows\n", told)
        self.server.query("ANALYZE a", database)
        estimate = int(self.server.query("SELECT reltuples::bigint FROM pg_class WHERE oid = 'a'::regclass", database))
        known = self.dump(database, "known", "--policy", policy)
        table = self.table(known, "a")
        self.assertEqual((table["rows"], table["of_rows"], table["of_rows_estimated"]), (5, estimate, True))
        self.assertIn(f"  5 of about {estimate:,} rows: (id <= 5)\n", self.ok("inspect", known).out)
        self.server.query("UPDATE pg_class SET reltuples = 2 WHERE oid = 'a'::regclass", database)
        # Fewer than were taken: that says nothing.
        self.assertNotIn("of_rows", self.table(self.dump(database, "wrong", "--policy", policy), "a"))

    def test_rows_by_chance_are_warned_of(self):
        database = self.database("CREATE TABLE a (id int PRIMARY KEY, random int); INSERT INTO a SELECT g, g FROM generate_series(1, 9) g; CREATE TABLE b (LIKE a)")
        told = "chooses rows of public.a by random()"
        for where, warned in (("Random() < 0.5", True), ("pg_catalog.\"random\"() < 0.5", True), ("random < 5 AND id IN (1, 2) AND abs(id) > 0", False)):
            policy = self.policy(tables=[{"table": "a", "where": where}])
            with self.subTest(where=where):
                outputs = (self.ok("dump", "-d", self.url(database), "-f", self.folder / "a", "--force", "--policy", policy).err,
                           self.ok("policy", "check", policy, "-d", self.url(database)).out,
                           self.ok("doctor", "-d", self.url(database), "--policy", policy).out)
                for output in outputs:
                    (self.assertIn if warned else self.assertNotIn)(told, output)

    def test_a_partitioned_table_shows_its_condition(self):
        database = self.database(EVENTS)
        first, second = (self.policy(f"{n}.json", tables=[{"table": "events", "where": f"id > {n}"}]) for n in (1, 2))
        archive = self.dump(database, "archive", "--policy", first)
        self.assertEqual(self.table(archive, "events")["where"], "(id > 1\n)")
        self.assertIn("\n  (id > 1)\n", self.ok("inspect", archive).out)
        changes = self.ok("policy", "diff", archive, second, "-d", self.url(database)).out
        self.assertIn("public.events: where (id > 1) -> where (id > 2)\n", changes)
        self.assertIn("public.events: where (id > 1)", self.ok("policy", "check", first, "-d", self.url(database)).out)
        self.assertIn("The verdicts are the same.", self.ok("policy", "diff", archive, first, "-d", self.url(database)).out)
        self.ok("audit", archive, "--policy", first)
        self.assertEqual(self.server.query("SELECT min(id), count(*) FROM events", self.restore(archive)), "2|9")

    def test_another_on_missing_parent_is_found(self):
        database = self.database("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int, a int REFERENCES a); "
                                 "INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1, 1), (2, 2)")
        filtered, nulled = (self.policy(f"{what}.json", tables=[{"table": "a", "where": "id = 1"}, {"table": "b", "on-missing-parent": what}])
                            for what in ("filter", "null"))
        archive = self.dump(database, "archive", "--policy", filtered)
        self.ok("audit", archive, "--policy", filtered)
        self.finding("public.b: the policy says on-missing-parent null, and in the archive it is on-missing-parent filter",
                     archive, "--policy", nulled)

    def test_another_pseudonym_key_is_found(self):
        database = self.database("CREATE TABLE a (id int, name text); INSERT INTO a VALUES (1, 'x')")
        policy = self.policy(tables=[{"table": "a", "columns": [{"column": "name", "action": "pseudonym", "reason": "r"}]}])
        files = []
        for name, key in (("key", KEY), ("other", OTHER)):
            files.append(self.folder / name)
            files[-1].write_text(key)
            files[-1].chmod(0o600)
        archive = self.dump(database, "archive", "--policy", policy, "--pseudonym-key-file", files[0])
        identifier = harness.manifest(archive)["pseudonym_key"]
        self.ok("audit", archive, "--policy", policy)
        report = self.ok("audit", archive, "--policy", policy, "--pseudonym-key-file", files[0], "--json").json
        self.assertEqual(report["archive"]["pseudonym_key"], identifier)
        told = self.finding(f"pseudonym key: pseudonyms were made with key {identifier}", archive, "--pseudonym-key-file", files[1])
        self.assertNotIn(KEY, str(told))
        self.assertNotIn(OTHER, str(told))
        self.finding("pseudonym key", archive, env={"PGCOFFER_PSEUDONYM_KEY": OTHER})
        self.ok("audit", archive, "--pseudonym-key-file", files[1], "--accept", "pseudonym key")
        # Without pseudonyms no key is wrong.
        self.ok("audit", self.dump(database, "plain"), "--pseudonym-key-file", files[1])


if __name__ == "__main__":
    unittest.main()
