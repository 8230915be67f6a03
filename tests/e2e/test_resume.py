"""A restore with a journal, killed at any moment, goes on where it stopped: nothing twice, nothing missing."""

import random
import subprocess
import time

import harness
import servers

SOURCE = """
CREATE TABLE big (id integer, t text);
INSERT INTO big SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, 40000) i;
CREATE INDEX ON big (t); CREATE INDEX ON big (id);
CREATE TABLE serials (id serial PRIMARY KEY, t text);
INSERT INTO serials (t) SELECT 'x' FROM generate_series(1, 500);
SELECT lo_from_bytea(0, convert_to(repeat('large object ', 1000 + i), 'UTF8')) FROM generate_series(1, 5) i;
DO $$ BEGIN FOR i IN 1..90 LOOP
  EXECUTE format('CREATE TABLE t%s (id integer, k integer REFERENCES serials); INSERT INTO t%s SELECT i, i FROM generate_series(1, 50) i', i, i);
END LOOP; END $$;
CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM big;
CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'nothing more is dropped'; END $$;
CREATE EVENT TRIGGER stop ON sql_drop EXECUTE FUNCTION stop();
"""
NO_JOURNAL = "holds no journal"
JOURNAL = "SELECT to_regclass('pgcoffer_restore.done') IS NOT NULL"


class Resume(harness.Case):
    def setUp(self):
        super().setUp()
        self.source = self.database(SOURCE)
        self.archive = self.dump(self.source, "archive", "--part-size", "256kB")

    def command(self, target, *options):
        return ["restore", self.archive, "-d", self.url(target), "-y", "-j", "2", "--no-analyze", *options]

    def wait_for_its_sessions(self, database):
        """The server may yet commit what the killed program has sent."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        while self.server.query(others, database) != "0":
            time.sleep(0.02)

    def test_killed_at_random_moments(self):
        started = time.monotonic()
        self.ok(*self.command(self.database(), "--resumable"))
        whole = time.monotonic() - started
        seed = random.randrange(1 << 30)
        moments = random.Random(seed)
        stopped = 0
        for number in range(20):
            with self.subTest(seed=seed, number=number):
                target = self.database()
                option = "--resumable"
                for _ in range(2):
                    process = harness.start(*self.command(target, option))
                    time.sleep(moments.uniform(0.02, whole))
                    process.kill()
                    process.communicate()
                    self.wait_for_its_sessions(target)
                    option = "--resume"
                    stopped += self.server.query(JOURNAL, target) == "t"
                self.ok(*self.command(target, option))  # also where it was killed before it had begun, or after it was done
                self.assertEqual(self.server.query(JOURNAL, target), "f")
                self.assert_same(self.source, target)
        self.assertGreater(stopped, 5, "hardly any restore was killed in its midst")

    def test_after_a_failure(self):
        target = self.database("CREATE TYPE t77 AS ENUM ('a')")
        self.refused(1, "t77", "--resume goes on", args=self.command(target, "--resumable"))
        self.refused(1, "t77", args=self.command(target, "--resume"))
        for repeated in (["--resumable"], [], ["--resumable", "-a"]):
            self.refused(1, "was not finished", "Go on with --resume", args=self.command(target, *repeated))
        self.server.query("DROP TYPE t77", target)
        self.refused(2, "other options", args=self.command(target, "--resume", "-x", "-O"))
        self.ok(*self.command(target, "--resume"))
        self.assert_same(self.source, target)

    def test_with_dependencies(self):
        """What came along is remembered: when going on some of it is there, perhaps without its rows."""
        source = self.database("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY REFERENCES a); CREATE TABLE c (id integer REFERENCES b);"
                               "CREATE TABLE other (); INSERT INTO a SELECT generate_series(1, 100); INSERT INTO b SELECT id FROM a; INSERT INTO c SELECT id FROM b;"
                               "CREATE VIEW v AS SELECT id FROM c")
        archive = self.dump(source, "needing")
        target = self.database("CREATE TYPE v AS ENUM ('in the way')")
        command = ["restore", archive, "-d", self.url(target), "-y", "--object", "view:v", "--with-dependencies"]
        self.refused(1, "cannot create VIEW public.v", "--resume goes on", args=[*command, "--resumable"])
        self.server.query("DROP TYPE v", target)
        self.refused(2, "other options", args=[*command[:-1], "--resume"])
        self.ok(*command, "--resume")
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM v), to_regclass('other') IS NULL", target), "100|100|100|t")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", target), "2")

    def test_a_shell_type_is_not_the_type(self):
        """The shell was taken for the type that was still to be made, and no restore went on from there."""
        source = self.database("CREATE TYPE z;" + "".join(f"CREATE TYPE a{i} AS (x int);" for i in range(300)) +
                               "CREATE FUNCTION zin(cstring) RETURNS z AS 'int4in' LANGUAGE internal STRICT IMMUTABLE;"
                               "CREATE FUNCTION zout(z) RETURNS cstring AS 'int4out' LANGUAGE internal STRICT IMMUTABLE;"
                               "CREATE TYPE z (INPUT = zin, OUTPUT = zout, LIKE = int4); CREATE TABLE t (v z); INSERT INTO t VALUES ('1')")
        target = self.database()
        command = ["restore", self.dump(source, "shell"), "-d", self.url(target)]
        self.server.query("CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''stopped''; END'", target)
        self.server.query("CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('CREATE FUNCTION') EXECUTE FUNCTION stop()", target)
        self.refused(1, "stopped", args=[*command, "--resumable"])
        self.assertEqual(self.server.query("SELECT typisdefined FROM pg_type WHERE typname = 'z'", target), "f")
        self.server.query("DROP EVENT TRIGGER stop", target)
        self.server.query("DROP FUNCTION stop()", target)
        self.ok(*command, "--resume")
        self.assert_same(source, target)

    def test_an_archive_of_pg_dump(self):
        """It never went on: the archive was "another" each time that it was opened."""
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY REFERENCES p); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (2)")
        archives = {}
        for name in ("first", "second"):
            archives[name] = self.folder / name
            subprocess.run([*servers.pg_dump_command(self.server.major), "-Fc", "-t", "c", "-d", source, "-f", archives[name]], check=True, env=self.server.environment())
            self.server.query("DELETE FROM c WHERE id = 2", source)
        target = self.database()
        command = ["restore", archives["first"], "-d", self.url(target)]
        self.refused(1, "--skip-missing-references", args=[*command, "--resumable"])
        self.server.query("CREATE TABLE p AS SELECT generate_series(1, 2) AS id", target)
        self.server.query("ALTER TABLE p ADD PRIMARY KEY (id)", target)
        self.refused(2, "another archive", args=["restore", archives["second"], "-d", self.url(target), "--resume"])
        self.ok(*command, "--resume")
        self.assertEqual(self.server.query("SELECT count(*) FROM c JOIN pg_constraint ON conrelid = 'c'::regclass AND contype = 'f'", target), "2")

    def test_there_is_nothing_to_go_on_with(self):
        self.refused(1, NO_JOURNAL, args=self.command(self.database("CREATE TABLE t77 ()"), "--resume"))
        self.refused(1, NO_JOURNAL, args=self.command(self.database("SELECT lo_create(oid) FROM unnest(ARRAY[" + self.large_objects() + "]::oid[]) oid"), "--resume"))
        self.refused(2, "--single-transaction", args=["restore", self.archive, "-d", self.url(self.database()), "-1", "--resumable"])

    def large_objects(self):
        return self.server.query("SELECT string_agg(oid::text, ',') FROM pg_largeobject_metadata", self.source)

    def test_killed_before_it_began(self):
        """There was no journal yet: an error, and the user had to know that the same command without --resume was right."""
        target = self.database()
        begun = self.ok(*self.command(target, "--resume"))
        self.assertIn("begins anew", begun.err)
        self.assert_same(self.source, target)
        self.server.query("DROP EVENT TRIGGER stop", target)
        self.server.query("TRUNCATE big", target)
        rows = [*self.command(target, "--resume", "-a"), "-t", "big"]
        self.ok(*rows)
        self.assertEqual(self.server.query("SELECT count(*) FROM big", target), "40000")
        self.server.query("DELETE FROM big WHERE id > 100", target)
        self.refused(1, NO_JOURNAL, "has 100 rows in the database", args=rows)


if __name__ == "__main__":
    harness.main()
