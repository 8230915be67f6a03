"""-e, --exclude-extension, the -and-children patterns, -b and -B, --role, --strict-names."""

import harness

TREE = """
CREATE SCHEMA s; CREATE TABLE lone (a int); INSERT INTO lone VALUES (0);
CREATE TABLE part (a int) PARTITION BY RANGE (a); CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (a);
CREATE TABLE s.part_1_1 PARTITION OF part_1 FOR VALUES FROM (0) TO (5); INSERT INTO part VALUES (1);
CREATE TABLE parent (a int); CREATE TABLE s.child () INHERITS (parent); CREATE TABLE grandchild () INHERITS (s.child);
INSERT INTO parent VALUES (1); INSERT INTO s.child VALUES (2); INSERT INTO grandchild VALUES (3);
"""
EVERY = {"public.lone", "s.part_1_1", "public.parent", "s.child", "public.grandchild"}
TREE_CASES = [
    (["--table-and-children", "part"], {"s.part_1_1"}),
    (["--table-and-children", "parent"], {"public.parent", "s.child", "public.grandchild"}),
    (["--table-and-children", "parent", "-t", "lone"], {"public.parent", "s.child", "public.grandchild", "public.lone"}),
    (["--table-and-children", "parent", "-T", "s.child"], {"public.parent", "public.grandchild"}),
    (["-t", "part"], set()),
    (["--exclude-table-and-children", "part_1"], EVERY - {"s.part_1_1"}),
    (["--exclude-table-and-children", "s.child"], EVERY - {"s.child", "public.grandchild"}),
    (["--exclude-table-data-and-children", "p*"], {"public.lone"}),
    (["--exclude-table-data", "p*"], EVERY - {"public.parent"}),
]
LARGE_OBJECT = "SELECT lo_from_bytea(4711, 'bytes'); CREATE TABLE a (id int)"


class SelectionOfKinds(harness.Case):
    _count = 0

    def archive(self, database, *options):
        self._count += 1
        return self.dump(database, f"dump{self._count}", *options)

    def test_children(self):
        database = self.database(TREE)
        self.assertEqual(harness.with_rows(self.archive(database)), EVERY)
        for options, expected in TREE_CASES:
            with self.subTest(options=options):
                self.assertEqual(harness.with_rows(self.archive(database, *options)), expected)
        archive = self.archive(database, "--exclude-table-data-and-children", "part")
        self.assertIn("s.part_1_1", harness.tables(archive))
        self.assertIn("--exclude-table-data-and-children part", harness.manifest(archive)["options"])
        self.assertIn("--exclude-table-data-and-children part", self.ok("inspect", archive).out)

    def test_a_tree_restored_by_itself(self):
        database = self.database(TREE)
        copy = self.database("CREATE SCHEMA s")
        self.ok("restore", self.archive(database, "--table-and-children", "pa*"), "-d", self.url(copy))
        self.server.query("DROP TABLE lone", database)
        self.assert_same(database, copy)

    def test_patterns_that_match_nothing(self):
        database = self.database(TREE)
        for option, what in (("-t", "table"), ("--table-and-children", "table"), ("-e", "extension")):
            for strict in ([], ["--strict-names"]):
                with self.subTest(option=option, strict=strict):
                    self.refused(2, f'pattern "nothing*" matches no {what}', args=[
                        "dump", "-d", self.url(database), "-f", self.folder / "none", option, "nothing*", *strict])
        self.ok("dump", "-d", self.url(database), "-f", self.folder / "some", "-t", "lone", "--strict-names")
        for option, what in (("--exclude-table-and-children", "table"), ("--exclude-table-data-and-children", "table"), ("--exclude-extension", "extension")):
            with self.subTest(option=option):
                result = self.ok("dump", "-d", self.url(database), "-f", "-", "-s", option, "nothing*", "--strict-names")
                self.assertIn(f'warning: pattern "nothing*" matches no {what}', result.err)

    def made(self, database, *options):
        """Kinds and names of what a dump creates."""
        entries = harness.json.loads(harness.members(self.archive(database, *options))["toc.json"])["entries"]
        return {f"{entry['kind']} {entry['name']}" for entry in entries if entry["kind"] in ("EXTENSION", "TABLE", "CAST", "SCHEMA", "BLOB")}

    def test_extensions(self):
        database = self.database("CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE SCHEMA s; CREATE TABLE s.t (h public.hstore);"
                                 "CREATE TABLE t (c citext); CREATE CAST (t AS text) WITH INOUT; SELECT lo_create(4711)")
        tables, cast = {"SCHEMA public", "SCHEMA s", "TABLE t"}, {"CAST (public.t AS text)"}
        every = {"EXTENSION hstore", "EXTENSION citext", "EXTENSION pg_trgm"}
        self.assertEqual(self.made(database), tables | cast | every | {"BLOB 4711"})
        # As pg_dump has it, schemas are not touched by -e, and what lies outside of them is left out.
        self.assertEqual(self.made(database, "-e", "h*"), tables | {"EXTENSION hstore"})
        self.assertEqual(self.made(database, "-e", "*", "--exclude-extension", "citext"), tables | every - {"EXTENSION citext"})
        self.assertEqual(self.made(database, "--exclude-extension", "*t*"), tables | cast | {"BLOB 4711"})
        self.assertEqual(self.made(database, "-n", "s", "-e", "hstore"), {"SCHEMA s", "TABLE t", "EXTENSION hstore"})
        copy = self.restore(self.archive(database, "-n", "s", "-e", "hstore"))
        self.assertEqual(self.server.query("SELECT '\"a\"=>\"1\"'::public.hstore::text", copy), '"a"=>"1"')

    def test_changed_privileges_come_with_their_extension(self):
        """-e left them out, and --exclude-extension had them without their functions."""
        database = self.database("CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; REVOKE EXECUTE ON FUNCTION each(hstore), similarity(text, text) FROM PUBLIC;"
                                 "GRANT USAGE ON TYPE hstore TO pg_monitor")
        for options, expected in (([], {"each", "similarity", "hstore"}), (["-e", "hstore"], {"each", "hstore"}), (["--exclude-extension", "hstore"], {"similarity"}), (["-n", "public"], set())):
            with self.subTest(options=options):
                entries = harness.json.loads(harness.members(self.archive(database, *options))["toc.json"])["entries"]
                acls = " ".join(entry["name"] for entry in entries if entry["kind"] == "ACL")
                self.assertEqual({name for name in ("each", "similarity", "hstore") if f".{name}" in acls}, expected, acls)

    def test_large_objects(self):
        database = self.database(LARGE_OBJECT)
        for options, expected in (([], True), (["-B"], False), (["--no-blobs"], False), (["-n", "public"], False),
                                  (["-n", "public", "-b"], True), (["-t", "a", "--blobs"], True), (["-B", "-b"], True), (["-s"], False)):
            with self.subTest(options=options):
                archive = self.archive(database, *options)
                self.assertEqual([entry["oid"] for entry in harness.manifest(archive)["large_objects"]], [4711] if expected else [])
                script = self.ok("dump", "-d", self.url(database), "-f", "-", *options).out
                self.assertEqual(script.count("lo_put(4711"), int(expected))
        self.refused(2, "--large-objects", args=["dump", "-d", self.url(database), "-f", self.folder / "x", "-s", "-b"])

    def test_acting_as_a_role(self):
        owner, _ = self.role(attributes="NOLOGIN")
        login, password = self.role()
        self.server.query(f"ALTER ROLE {login} NOINHERIT; GRANT {owner} TO {login}", "postgres")
        database = self.database(f"CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 10); ALTER TABLE a OWNER TO {owner}")
        self.addCleanup(self.server.query, f"DROP OWNED BY {owner}", database)
        url = self.url(database, user=login, password=password)
        archive = self.folder / "archive"
        options = ["-d", url, "-f", archive]
        self.refused(3, f'role "{login}" lacks', args=["dump", *options])
        self.ok("doctor", "-d", url, "--role", owner)
        self.assertEqual(harness.run("doctor", "-d", url).code, 1)
        self.ok("dump", *options, "--role", owner, "-j", "4")
        target = self.database()
        self.server.query(f'GRANT CREATE ON DATABASE "{target}" TO {owner}; GRANT CREATE ON SCHEMA public TO {owner}', target)
        self.addCleanup(self.server.query, f"DROP OWNED BY {owner}", target)
        self.ok("restore", archive, "-d", self.url(target, user=login, password=password), "--role", owner, "-O", "-x", "-j", "4")
        self.assertEqual(self.server.query("SELECT tableowner, (SELECT count(*) FROM a) FROM pg_tables WHERE tablename = 'a'", target), f"{owner}|10")
        self.refused(3, 'cannot act as role "nobody here"', args=["dump", "-d", url, "-f", self.folder / "x", "--role", "nobody here"])


if __name__ == "__main__":
    harness.main()
