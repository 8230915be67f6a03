"""-c and --if-exists, of dump and restore: statements as pg_dump writes them, and a database equal to the source afterwards."""

import contextlib
import os
import pty
import re
import subprocess

import harness
import kinds
import round_trip

DROP = re.compile(r"^(DROP|ALTER .* DROP |SELECT pg_catalog\.lo_unlink|CREATE OR REPLACE VIEW).*$", re.M)
# Subscriptions hold their database, tablespaces are the cluster's.
APART = ("subscriptions", "tablespaces")
SMALL = "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES s.a); INSERT INTO s.a VALUES (1); INSERT INTO b VALUES (1)"


class Clean(harness.Case):
    @classmethod
    def everything(cls):
        """One of every kind of object, for tests that leave it as it is or make it anew."""
        if "kinds" not in cls._source:
            name = cls.server.new_database()
            cls._databases.append(name)
            for file in kinds.files(cls.server):
                if file.stem.split(".")[0] not in APART:
                    kinds.load(cls.server, name, file)
            cls._source["kinds"] = name
        return cls._source["kinds"]

    def state(self, database):
        return harness.compare.fingerprints(self.server, database), harness.compare.schema_entries(self.server, database)

    def test_statements_are_those_of_pg_dump(self):
        database = self.everything()
        for options in ([], ["--if-exists"]):
            with self.subTest(options=options):
                ours = self.drops(self.ok("dump", "-d", self.url(database), "-f", "-", "-c", *options).out)
                theirs = self.drops(self.server.pg_dump(database, "-c", *options))
                self.assertGreater(len(theirs & ours), 300)
                self.assertEqual([line for line in sorted(theirs - ours) if not self.better(line, ours, database)], [])

    def drops(self, script):
        return {match.group(0) for match in DROP.finditer(script)}

    def better(self, line, ours, database):
        """Statements of pg_dump that fail on the database they come from, or with --if-exists on an empty one."""
        without_guard = line.replace(" IF EXISTS", "")
        inherited = re.match(r"ALTER TABLE ONLY (.+) DROP CONSTRAINT", without_guard)
        if inherited:  # goes with the partitioned table's
            return self.server.query(f"SELECT relispartition FROM pg_class WHERE oid = '{inherited.group(1)}'::regclass", database) == "t"
        return (without_guard.startswith(("ALTER DOMAIN", "CREATE OR REPLACE VIEW")) or "USING my_btree" in line
                or line.replace("DROP FUNCTION", "DROP FUNCTION IF EXISTS") in ours or line.replace("FOREIGN TABLE", "FOREIGN TABLE IF EXISTS") in ours or line.replace(";", " CASCADE;") in ours)

    def test_a_script_over_its_own_source(self):
        database = self.everything()
        before = self.state(database)
        for options in ([], ["--if-exists"]):
            with self.subTest(options=options):
                script = self.ok("dump", "-d", self.url(database), "-f", "-", "-c", *options).raw
                round_trip.psql_restore(self, script, database)
                self.assertEqual(self.state(database), before)

    def test_a_script_into_an_empty_database(self):
        database, copy = self.everything(), self.database()
        script = self.ok("dump", "-d", self.url(database), "-f", "-", "-c", "--if-exists").raw
        round_trip.psql_restore(self, script, copy)
        self.assert_same(database, copy)
        without = self.ok("dump", "-d", self.url(database), "-f", "-", "-c").raw
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.database()], input=without, capture_output=True,
                              env=self.server.environment())
        self.assertEqual(done.returncode, 3)

    def test_an_archive_over_its_own_source(self):
        database = self.everything()
        archive, before = self.dump(database, "archive"), self.state(database)
        for options in ([], ["--if-exists"], ["-1"], ["-1", "--if-exists", "-O"], ["-s", "-x"], []):
            with self.subTest(options=options):
                shown = self.ok("restore", archive, "-d", self.url(database), "-c", *options, "--dry-run").out
                self.assertIn("drop, last made first: ", shown)
                self.ok("restore", archive, "-d", self.url(database), "-c", "-y", *options)
        self.assertEqual(self.state(database), before)

    def test_an_archive_into_an_empty_database(self):
        archive, copy = self.dump(self.everything(), "archive"), self.database()
        self.refused(1, "objects to be dropped do not exist: ", "--if-exists", "Nothing was changed",
                     args=["restore", archive, "-d", self.url(copy), "-c"])
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_class WHERE oid >= 16384", copy), "0")
        self.ok("restore", archive, "-d", self.url(copy), "-c", "--if-exists")
        self.assert_same(self.everything(), copy)

    def test_over_an_older_state(self):
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        target = self.database("CREATE SCHEMA s; CREATE TABLE s.a (other text); CREATE TABLE mine (id int); INSERT INTO mine VALUES (7)")
        self.refused(1, "do not exist: CONSTRAINT a_pkey of s.a, TABLE public.b", args=["restore", archive, "-d", self.url(target), "-c", "-y"])
        self.refused(1, "exists already", args=["restore", archive, "-d", self.url(target), "-y"])
        self.refused(2, "would be dropped", "--restore-point", args=["restore", archive, "-d", self.url(target), "-c", "--if-exists"])
        self.ok("restore", archive, "-d", self.url(target), "-c", "--if-exists", "-y")
        self.assertEqual(self.server.query("SELECT (SELECT id FROM s.a), (SELECT id FROM b), (SELECT id FROM mine)", target), "1|1|7")

    def test_what_is_lost_is_shown(self):
        """A yes or no was all that was asked, without the tables, their rows and the archive's age."""
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        self.server.psql(source, script="INSERT INTO s.a VALUES (2), (3); TRUNCATE b")
        command = ["restore", archive, "-d", self.url(source), "-c"]
        lost = ["table public.b with 0 rows now: is dropped and made anew, the archive has 1 row",
                "table s.a with 3 rows now: is dropped and made anew, the archive has 1 row"]
        shown = self.ok(*command, "--dry-run").out
        refused = self.refused(2, "would be dropped", "Nothing was changed", args=command)
        for line in lost:
            self.assertIn(line, shown)
            self.assertIn(line, refused.err)
        self.assertRegex(refused.err, r"The archive is from .* UTC \(")
        self.assertEqual(self.ok(*command, "--dry-run", "--json").json["lost"][:2], lost)
        self.assertEqual(self.server.query("SELECT count(*) FROM s.a", source), "3")

    def test_the_database_is_to_be_typed(self):
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        self.server.psql(source, script="INSERT INTO s.a VALUES (2)")
        for answer, left in (("y", "2"), (source, "1")):
            with self.subTest(answer=answer):
                self.at_terminal(answer, "restore", archive, "-d", self.url(source), "-c")
                self.assertEqual(self.server.query("SELECT count(*) FROM s.a", source), left)

    def at_terminal(self, answer, *args):
        """Runs it at a terminal, where somebody types the answer."""
        ours, theirs = pty.openpty()
        process = harness.start(*args, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b""
        while not said.endswith(b") to go on: ") and (more := os.read(ours, 4096)):
            said += more
        os.write(ours, answer.encode() + b"\n")
        with contextlib.suppress(OSError):  # the terminal ends with the process
            while os.read(ours, 4096):
                pass
        process.wait(harness.PATIENCE)
        os.close(ours)

    def test_a_restore_point_first(self):
        source = self.database(SMALL)
        archive, point = self.dump(source, "archive"), self.folder / "point"
        self.server.psql(source, script="INSERT INTO s.a VALUES (2); INSERT INTO b VALUES (2); CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        before = self.state(source)
        command = ["restore", archive, "-d", self.url(source), "-c", "-y"]
        self.refused(2, "--restore-point goes with --clean", args=["restore", archive, "-d", self.url(source), "-a", "-y", "--restore-point", point])
        self.ok(*command, "--restore-point", point)
        self.assertEqual(self.server.query("SELECT count(*) FROM s.a", source), "1")
        self.refused(1, "Choose another name", args=[*command, "--restore-point", point])
        self.ok("restore", point, "-d", self.url(source), "-c", "-y")
        self.assertEqual(self.state(source), before)
        one = self.folder / "one"
        self.ok(*command, "-t", "b", "--restore-point", one)
        self.assertEqual([table["name"] for table in self.ok("inspect", one, "--json").json["tables"]], ["b"])

    def test_what_others_need_is_not_dropped(self):
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        self.server.query("CREATE VIEW later AS SELECT * FROM b", source)
        before = self.state(source)
        self.refused(1, "cannot drop TABLE public.b", "view public.later depends", args=["restore", archive, "-d", self.url(source), "-c", "-y"])
        self.assertEqual(self.state(source), before)
        self.server.query("DROP VIEW later; ALTER TABLE b DROP CONSTRAINT b_id_fkey", source)
        # A missing constraint is found out only in dropping.
        self.refused(1, "cannot drop FK CONSTRAINT public.b b_id_fkey", "does not exist", args=["restore", archive, "-d", self.url(source), "-c", "-y"])
        self.ok("restore", archive, "-d", self.url(source), "-c", "-y", "--if-exists")
        self.assertEqual(self.server.query("SELECT conname FROM pg_constraint WHERE contype = 'f'", source), "b_id_fkey")

    def test_one_table(self):
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        self.server.query("TRUNCATE b", source)
        self.ok("restore", archive, "-d", self.url(source), "-c", "-y", "-t", "b")
        self.assertEqual(self.server.query("SELECT * FROM b", source), "1")
        # Its key is what b references.
        self.refused(1, "cannot drop CONSTRAINT", "b_id_fkey", args=["restore", archive, "-d", self.url(source), "-c", "-y", "-t", "s.a"])

    def test_a_partition_by_itself(self):
        source = self.database("CREATE TABLE p (a int PRIMARY KEY, b int) PARTITION BY RANGE (a); CREATE INDEX ON p (b);"
                               "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); INSERT INTO p VALUES (1, 2)")
        archive, copy = self.dump(source, "archive", "-t", "p1"), self.database()
        for options in ([], ["-c"], ["-c", "-1"], ["-c", "--section", "post-data"]):
            self.ok("restore", archive, "-d", self.url(copy), "-y", *options)
            self.assertEqual(self.server.query("SELECT a, b, (SELECT count(*) FROM pg_index WHERE indrelid = 'p1'::regclass) FROM p1", copy), "1|2|2")

    def test_partitions_that_the_archive_does_not_have_are_not_dropped(self):
        """DROP TABLE takes them along without a word."""
        source = self.database("CREATE TABLE ev (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
                               "CREATE TABLE ev_23 PARTITION OF ev FOR VALUES FROM ('2023-01-01') TO ('2024-01-01'); INSERT INTO ev VALUES (1, '2023-05-05')")
        archive = self.dump(source, "archive")
        self.ok("restore", archive, "-d", self.url(source), "-c", "-y")
        self.server.psql(source, script="CREATE TABLE ev_24 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY RANGE (at);"
                                        "CREATE TABLE ev_24a PARTITION OF ev_24 DEFAULT; INSERT INTO ev VALUES (2, '2024-05-05'), (3, '2024-05-05')")
        for options in (["-c", "-y"], ["-c", "-y", "-1"], ["-c", "--if-exists", "-y"], ["-c", "--tables", "ev", "-y"], ["-c", "--dry-run"]):
            with self.subTest(options=options):
                self.refused(1, "public.ev_24 with 0 rows, public.ev_24a with 2 rows", "Nothing was changed", args=["restore", archive, "-d", self.url(source), *options])
                self.assertEqual(self.server.query("SELECT count(*) FROM ev", source), "3")
        self.server.psql(source, script="ALTER TABLE ev DETACH PARTITION ev_24")
        self.ok("restore", archive, "-d", self.url(source), "-c", "-y")
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM ev), (SELECT count(*) FROM ev_24)", source), "1|2")

    def test_contradictions(self):
        source = self.database(SMALL)
        archive = self.dump(source, "archive")
        dump, restore = ["dump", "-d", self.url(source), "-f", "-"], ["restore", archive, "-d", self.url(source)]
        for command in (dump, restore):
            self.refused(2, "--if-exists means nothing without --clean", args=[*command, "--if-exists"])
            self.refused(2, "--clean and rows alone", args=[*command, "-c", "-a"])
            self.refused(2, "--clean and rows alone", args=[*command, "-c", "--section", "data"])
        self.refused(2, "--clean is for plain scripts", "pgcoffer restore", args=["dump", "-d", self.url(source), "-f", self.folder / "x.zip", "-c"])
        for option in (["--create-db", "x"], ["-C"]):
            self.refused(2, "--clean excludes --create and --create-db", args=["restore", archive, "-d", self.url("postgres"), *option, "-c"])

    def test_a_script_with_its_database(self):
        source = self.database(SMALL)
        for options in (["-C", "-c"], ["-C", "-c", "--if-exists"]):
            ours = self.ok("dump", "-d", self.url(source), "-f", "-", *options).out
            theirs = self.server.pg_dump(source, *options)
            drops = [[line for line in script.splitlines() if line.startswith(("DROP", "ALTER TABLE IF"))] for script in (ours, theirs)]
            self.assertEqual(drops[0], drops[1])
        before = self.state(source)
        round_trip.psql_restore(self, ours.encode(), "postgres")
        self.assertEqual(self.state(source), before)


if __name__ == "__main__":
    harness.main()
