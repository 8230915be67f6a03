"""What a dump takes: -t -T -n -N --exclude-table-data, -s -a, -O -x, with psql's patterns."""

import harness
import proxy

PATTERNS = """
CREATE SCHEMA app; CREATE SCHEMA "App"; CREATE SCHEMA other;
CREATE TABLE app.users (id integer); CREATE TABLE app.user_roles (id integer); CREATE TABLE app.logs_1 (id integer);
CREATE TABLE app.logs_2 (id integer); CREATE TABLE app."Users" (id integer); CREATE TABLE app."a.b" (id integer);
CREATE TABLE "App".users (id integer); CREATE TABLE other.users (id integer); CREATE TABLE public.users (id integer);
"""
PATTERN_CASES = [
    (["app.users"], {"app.users"}),
    (["APP.USERS"], {"app.users"}),
    (['app."Users"'], {"app.Users"}),
    (['"App".*'], {"App.users"}),
    (["app.user*"], {"app.users", "app.user_roles"}),
    (["app.logs_?"], {"app.logs_1", "app.logs_2"}),
    (["app.logs_[2-9]"], {"app.logs_2"}),
    (["app.(logs_1|users)"], {"app.logs_1", "app.users"}),
    (["*.users"], {"app.users", "App.users", "other.users", "public.users"}),
    (['app."a.b"'], {"app.a.b"}),
    (["app.users", "other.*"], {"app.users", "other.users"}),
]

PARTITIONS = """
CREATE TABLE pa (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE pa1 PARTITION OF pa FOR VALUES FROM (1) TO (10); CREATE TABLE pa2 PARTITION OF pa FOR VALUES FROM (10) TO (20);
CREATE TABLE ch (a int REFERENCES pa); INSERT INTO pa VALUES (1), (11); INSERT INTO ch VALUES (1), (11);
"""
TEMPORAL = """
CREATE TABLE wo (id int4range, v daterange, PRIMARY KEY (id, v WITHOUT OVERLAPS));
CREATE TABLE wof (id int4range, v daterange, pid int4range, FOREIGN KEY (pid, PERIOD v) REFERENCES wo (id, PERIOD v));
"""

class Selection(harness.Case):
    _count = 0

    def taken(self, database, *options):
        """Tables whose rows are in a dump made with these options."""
        self._count += 1
        return harness.with_rows(self.dump(database, f"dump{self._count}", *options))

    def test_patterns_are_those_of_psql(self):
        database = self.database(PATTERNS)
        for patterns, expected in PATTERN_CASES:
            with self.subTest(patterns=patterns):
                self.assertEqual(self.taken(database, *[word for pattern in patterns for word in ("-t", pattern)]), expected)

    def test_each_option_takes_one_value(self):
        """-t took what followed, the archive too; stray words became patterns."""
        database = self.database(PATTERNS)
        self.refused(2, "users", args=["dump", "-d", self.url(database), "-f", self.folder / "never", "-t", "app.users", "other.users"])
        self.refused(2, "data", args=["dump", "-d", self.url(database), "-f", self.folder / "never", "--section", "pre-data", "data"])
        archive = self.dump(database, "whole")
        for options in (["-t", "app.users"], ["-n", "app"], ["--object", "table:app.users"], ["--section", "pre-data"], ["--map-schema", "app=app2"]):
            with self.subTest(options=options):
                self.ok("restore", "-d", self.url(self.database()), *options, archive)

    def test_schemas_and_exclusions(self):
        database = self.database(PATTERNS)
        every = self.taken(database)
        self.assertEqual(len(every), 9)
        self.assertEqual(self.taken(database, "-n", "app"), {name for name in every if name.startswith("app.")})
        self.assertEqual(self.taken(database, "-N", "app"), {name for name in every if not name.startswith("app.")})
        self.assertEqual(self.taken(database, "-n", "app", "-T", "app.logs*"),
                         {"app.users", "app.user_roles", "app.Users", "app.a.b"})
        self.assertEqual(self.taken(database, "-t", "*.users", "-T", "other.*"), {"app.users", "App.users", "public.users"})
        # As with pg_dump, -n and -N mean nothing beside -t.
        self.assertEqual(self.taken(database, "-t", "*.users", "-N", "app"), {"app.users", "App.users", "other.users", "public.users"})

    def test_rows_left_out(self):
        database = self.own_app()
        archive = self.dump(database, "fewer", "--exclude-table-data", "audit.*", "--exclude-table-data", "qa.results")
        left = harness.with_rows(archive)
        self.assertFalse([name for name in left if name.startswith("audit.")])
        self.assertNotIn("qa.results", left)
        copy = self.restore_without_references(archive)
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM audit.log), (SELECT count(*) FROM qa.results), "
                                           "(SELECT count(*) > 0 FROM qa.test_cases)", copy), "0|0|t")

    def restore_without_references(self, archive):
        """Bugs of the fixture reference results: the restore of a dump without those stops at that foreign key."""
        target = self.database()
        result = harness.run("restore", archive, "-d", self.url(target))
        self.assertEqual(result.code, 1, result)
        self.assertIn("bugs_result_fk", result.err)
        return target

    def test_rows_of_a_partition_left_out_by_an_option(self):
        """Referenced or not, whatever other keys there are: it is the user's word, not a policy's."""
        source = self.database(PARTITIONS)
        if self.server.major >= 18:
            self.server.psql(source, script=TEMPORAL)
        for options in (["--exclude-table-data", "pa1"], ["--exclude-table-data", "pa*"], ["--exclude-table-data-and-children", "pa1"], ["-t", "ch", "-t", "pa", "-t", "pa2"]):
            with self.subTest(options=options):
                archive = self.dump(source, f"partitions{len(list(self.folder.iterdir()))}", *options)
                self.assertNotIn("public.pa1", harness.with_rows(archive))
                self.assertIn("public.ch", harness.with_rows(archive))
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "pa1", "action": "exclude-rows", "reason": "r"}]}')
        self.refused(5, "ch_a_fkey", args=["dump", "-d", self.url(source), "-f", self.folder / "never", "--policy", policy, "-T", "wof"])

    def test_a_schema_alone(self):
        archive = self.dump(self.app(), "one", "-n", "audit")
        target = self.database("CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext;")
        self.ok("restore", archive, "-d", self.url(target), "-y")
        self.assertEqual(harness.compare.compare_schema(self.server, self.app(), target, "--schema=audit"), [])
        tables = [name for name in harness.compare.relations(self.server, self.app()) if name.startswith("audit.")]
        self.assertEqual(harness.compare.compare_rows(self.server, self.app(), target, only=tables), [])

    def test_schema_only_and_data_only(self):
        schema, data = self.dump(self.app(), "schema", "-s"), self.dump(self.app(), "data.zip", "-a")
        self.assertEqual(harness.with_rows(schema), set())
        copy = self.restore(schema)
        self.assertEqual(harness.compare.compare_schema(self.server, self.app(), copy), [])
        self.assertEqual(self.server.query("SELECT count(*) FROM auth.users", copy), "0")
        # The fixture's triggers would write to the audit log once more. Its foreign keys form two cycles, as the dump warns:
        # one half of the first is deferred until the end of the transaction, the second is opened here.
        self.server.query("DROP TRIGGER orders_audit ON shop.orders; DROP TRIGGER runs_audit ON qa.runs;"
                          "ALTER TABLE qa.bugs DROP CONSTRAINT bugs_result_fk", copy)
        self.ok("restore", data, "-d", self.url(copy), "-y", "-1")
        tables = [name for name, entry in harness.compare.relations(self.server, self.app()).items() if entry["kind"] != "m"]
        self.assertEqual(harness.compare.compare_rows(self.server, self.app(), copy, only=tables), [])

    def test_without_owners_and_privileges(self):
        for where in ("dump", "restore"):
            with self.subTest(where=where):
                options = ["-O", "-x"]
                archive = self.dump(self.app(), where, *(options if where == "dump" else []))
                copy = self.restore(archive, *(options if where == "restore" else []))
                self.assertEqual(harness.compare.compare_schema(self.server, self.app(), copy, "-O", "-x"), [])
                self.assertEqual(self.server.query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'auth'", copy), self.server.user)
                self.assertEqual(self.server.query("SELECT relacl FROM pg_class WHERE oid = 'auth.people'::regclass", copy), "")

    def test_the_same_database_gives_the_same_schema(self):
        first, second = self.dump(self.app(), "first", "-s"), self.dump(self.app(), "second", "-s")
        one, two = harness.members(first), harness.members(second)
        for name in one:
            if name not in ("manifest.json", "manifest.sha256"):
                self.assertEqual(one[name], two[name], name)

    def test_large_tables_are_really_split(self):
        if self.server.major < 14:
            self.skipTest("servers before 14 read ranges of tuple ids by scanning everything")
        database = self.database("CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 20) AS body FROM generate_series(1, 60000) i; ANALYZE big;")
        with proxy.Proxy(self.server.host, self.server.port) as line:
            url = self.url(database, port=line.port, sslmode="disable", gssencmode="disable")
            self.ok("dump", "-d", url, "-f", self.folder / "split", "-j", "4", "--part-size", "1MB")
            questions = bytes(line.from_client)
        self.assertGreaterEqual(questions.count(b'"big"') - 1, 4)
        self.assertRegex(questions, rb"ctid")
        copy = self.restore(self.folder / "split", "-j", "4")
        self.assertEqual(harness.compare.compare_rows(self.server, database, copy), [])


if __name__ == "__main__":
    harness.main()
