"""--mode into tables that the database has partitioned otherwise than the archive: refused before anything is changed, and nothing is left out silently."""

import harness

FAILED, USAGE = 1, 2
MODES = ("append", "truncate", "replace", "upsert", "insert-missing", "sync")
ROWS = "INSERT INTO t SELECT i, i FROM generate_series(1, 100) i"
PLAIN = "CREATE TABLE t (id integer PRIMARY KEY, n integer);"
TWO = """CREATE TABLE t (id integer PRIMARY KEY, n integer) PARTITION BY RANGE (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (51); CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (51) TO (101);"""
OTHERS = """CREATE TABLE t (id integer PRIMARY KEY, n integer) PARTITION BY RANGE (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (51); CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (51) TO (201);"""
BOUNDS = """CREATE TABLE t (id integer PRIMARY KEY, n integer) PARTITION BY RANGE (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (31); CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (31) TO (101);"""
DEEPER = """CREATE TABLE t (id integer PRIMARY KEY, n integer) PARTITION BY RANGE (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (51); CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (51) TO (101) PARTITION BY RANGE (id);
CREATE TABLE t_2_1 PARTITION OF t_2 DEFAULT;"""
DETACHED = TWO + "ALTER TABLE t DETACH PARTITION t_2;"
LIVING = "INSERT INTO t SELECT i, -i FROM generate_series(1, 20) i"
EVERYTHING = "SELECT string_agg(t.tableoid::regclass || ' ' || t::text, ',' ORDER BY id) FROM t"


class MergePartitions(harness.Case):
    def refuses(self, archived, there, *parts, modes=MODES):
        archive = self.dump(self.database(archived + ROWS), self.id().split(".")[-1])
        target = self.database(there + LIVING)
        before = self.server.query(EVERYTHING, target)
        for mode in modes:
            with self.subTest(mode=mode):
                self.refused(FAILED, *parts, "Nothing was changed", args=["restore", archive, "-d", self.url(target), "--tables", "t", "--mode", mode, "-y"])
                self.assertEqual(self.server.query(EVERYTHING, target), before)
        return archive, target

    def test_plain_in_the_archive(self):
        archive, target = self.refuses(PLAIN, TWO, 'table "public.t" is partitioned in the database, and not in the archive', "--map-table")
        # The way that the error names.
        self.ok("restore", archive, "-d", self.url(target), "--tables", "t", "--map-table", "t=t_archived", "-y")
        self.server.query("INSERT INTO t SELECT * FROM t_archived ON CONFLICT (id) DO UPDATE SET n = excluded.n", target)
        self.assertEqual(self.server.query("SELECT count(*), sum(n) FROM t", target), "100|5050")

    def test_plain_in_the_database(self):
        self.refuses(TWO, PLAIN, 'table "public.t" is partitioned in the archive, and not in the database', "--map-table")

    def test_other_partitions(self):
        self.refuses(TWO, OTHERS, 'table "public.t" has other partitions in the database than in the archive: "public.t_2" is none there')

    def test_a_partition_that_is_partitioned_itself(self):
        self.refuses(TWO, DEEPER, 'table "public.t_2" is partitioned in the database, and not in the archive')

    def test_a_partition_that_was_detached(self):
        archive, target = self.refuses(TWO, DETACHED, 'table "public.t" has other partitions in the database than in the archive: "public.t_2" is none there')
        self.ok("restore", archive, "-d", self.url(target), "--tables", "t_1", "--mode", "sync", "-y")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", target), "50")

    def test_other_bounds(self):
        self.refuses(TWO, BOUNDS, "violates partition constraint", "the partition has other bounds than in the archive", modes=MODES[1:])

    def test_partitions_that_are_new(self):
        """Their rows stayed when the table was to equal the archive, without a word."""
        archive = self.dump(self.database(TWO + ROWS), "a")
        target = self.database(TWO + "CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (101) TO (201);" + LIVING)
        command = ["restore", archive, "-d", self.url(target), "-y", "--mode"]
        self.ok(*command, "sync", "--tables", "t")
        self.assertEqual(self.server.query("SELECT count(*), sum(n) FROM t", target), "100|5050")
        self.server.query("INSERT INTO t VALUES (150, 0)", target)
        for mode in ("truncate", "replace", "sync"):
            for selection in (["--tables", "t"], []):
                with self.subTest(mode=mode, selection=selection):
                    self.refused(FAILED, 'table "public.t" has partitions with rows which the archive does not know', "public.t_3", "Nothing was changed", args=[*command, mode, *selection])
        for mode in ("upsert", "insert-missing"):
            self.ok(*command, mode, "--tables", "t")
        self.ok(*command, "sync", "--tables", "t_1,t_2")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", target), "101")

    def test_picked_rows_of_a_partition_that_is_gone(self):
        """They were left out without a word."""
        archive = self.dump(self.database(TWO + ROWS), "a")
        target = self.database(TWO + "DROP TABLE t_2;" + LIVING)
        self.refused(FAILED, '"public.t_2" is none there', "Nothing was changed", args=["restore", archive, "-d", self.url(target), "--where", "t: id > 0"])
        self.ok("restore", archive, "-d", self.url(target), "--where", "t_1: id = 50")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", target), "21")
        self.ok("restore", archive, "-d", self.url(target), "--tables", "t_1", "--mode", "upsert", "-y")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", target), "50")

    def test_followed_rows_of_a_partition_that_is_gone(self):
        schema = "CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT generate_series(1, 100); " + TWO + "ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES p;"
        archive = self.dump(self.database(schema + ROWS), "a")
        target = self.database(schema + "DROP TABLE t_2; DELETE FROM p")
        self.refused(FAILED, '"public.t_2" is none there', "Nothing was changed", args=["restore", archive, "-d", self.url(target), "--where", "p: id > 90", "--follow", "children"])
        self.assertEqual(self.server.query("SELECT count(*) FROM p", target), "0")


if __name__ == "__main__":
    harness.main()
