"""A hot standby, which is read-only: what can be dumped of it is, what it does not have is said."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import harness
import servers

SCRIPT = """
CREATE TABLE person (id int PRIMARY KEY, boss int REFERENCES person, name text, best int);
CREATE TABLE visit (person int REFERENCES person, at date, PRIMARY KEY (person, at));
INSERT INTO person SELECT n, nullif(n / 2, 0), 'RAW-' || n FROM generate_series(1, 1000) n;
INSERT INTO visit SELECT n, date '2024-01-01' + n FROM generate_series(1, 1000) n;
ALTER TABLE person ADD FOREIGN KEY (best) REFERENCES person;
UPDATE person SET best = 1001 - id;
CREATE SEQUENCE counter START 7;
SELECT nextval('counter'), lo_from_bytea(4711, 'large');
CREATE UNLOGGED TABLE cache (i int);
INSERT INTO cache VALUES (1);
"""


class Standby(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = pathlib.Path(tempfile.mkdtemp(prefix="pgcoffer-standby-"))
        cls.addClassCleanup(shutil.rmtree, cls.parent, ignore_errors=True)
        cls.parent.chmod(0o755)
        conf = cls.parent / "conf"
        conf.write_text("wal_level = replica\nmax_wal_senders = 4\n")
        primary = cls.throwaway("start", cls.parent / "primary", PGCOFFER_PG_CONF=str(conf))
        cls.primary = servers.Server(primary)
        cls.source = cls.primary.new_database()
        cls.primary.psql(cls.source, script=SCRIPT)
        # Made from the primary as it is now: nothing has to be waited for.
        cls.standby = servers.Server(cls.throwaway("standby", cls.parent / "standby", cls.parent / "primary", PGCOFFER_PG_CONF=str(conf)))

    @classmethod
    def throwaway(cls, action, folder, *of, **environment):
        program = str(servers.ROOT / ".ci" / "throwaway-postgres")
        settings = subprocess.run([program, action, str(folder), *map(str, of)], env={**os.environ, **environment},
                                  check=True, capture_output=True, text=True).stdout
        cls.addClassCleanup(subprocess.run, [program, "stop", str(folder)], check=True)
        return dict(line.split("=", 1) for line in settings.splitlines())["PGCOFFER_TEST_URL"]

    def standby_url(self):
        return self.standby.url(self.source)

    def test_it_is_one(self):
        self.assertEqual(self.standby.query("SELECT pg_is_in_recovery()", self.source), "t")

    def test_rows_of_unlogged_tables_are_refused_before_others_are_read(self):
        path = self.folder / "never"
        result = self.refused(1, "cache", "--no-unlogged-table-data", args=["dump", "-d", self.standby_url(), "-f", path])
        self.assertNotIn("rows\n", result.err.split("error:")[0])
        self.assertFalse(path.exists())
        doctor = harness.run("doctor", "-d", self.standby_url())
        self.assertEqual(doctor.code, 1, doctor)
        self.assertIn("cache", doctor.out)

    def test_all_else_comes_back(self):
        path = self.folder / "archive"
        self.ok("dump", "-d", self.standby_url(), "-f", path, "-j", "3", "--no-unlogged-table-data")
        restored = self.restore(path)
        sql = ("SELECT (SELECT count(*) FROM person), (SELECT sum(best) FROM person), (SELECT count(*) FROM visit), "
               "nextval('counter'), convert_from(lo_get(4711), 'UTF8'), (SELECT count(*) FROM cache)")
        self.assertEqual(self.server.query(sql, restored), "1000|500500|1000|8|large|0")

    def test_a_subset_without_temporary_tables(self):
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "person", "where": "id = 100", "follow": "parents", "reason": "r"}, '
                          '{"table": "visit", "where": "person = 3", "follow": "both", "reason": "r"}]}')
        archives = {}
        for name, url in (("standby", self.standby_url()), ("primary", self.primary.url(self.source))):
            archives[name] = self.folder / name
            self.ok("dump", "-d", url, "-f", archives[name], "--no-unlogged-table-data", "--policy", policy)
        rows = {name: (self.ok("cat", path, "person", "--rows", "json").out, self.ok("cat", path, "visit", "--rows", "json").out) for name, path in archives.items()}
        self.assertEqual(sorted(rows["standby"][0].splitlines()), sorted(rows["primary"][0].splitlines()))
        self.assertEqual(rows["standby"][1], rows["primary"][1])
        # Every row needs its boss and its best, and so all that these need.
        reached = ("WITH RECURSIVE r(id) AS (VALUES (100), (3) UNION SELECT needed FROM r JOIN person p USING (id), "
                   "LATERAL (VALUES (p.boss), (p.best)) AS n(needed) WHERE needed IS NOT NULL) SELECT count(*) FROM r")
        self.assertEqual(len(rows["standby"][0].splitlines()), int(self.primary.query(reached, self.source)))


if __name__ == "__main__":
    harness.main()
