"""Over several connections: into one table, and what follows the rows, without deadlocks; errors name the statement."""

import harness

ROWS = 60000


class ParallelRestore(harness.Case):
    def test_several_connections_load_one_table(self):
        source = self.database(f"CREATE TABLE a (id integer, t text); INSERT INTO a SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, {ROWS}) i")
        archive = self.dump(source, "archive", "--part-size", "256kB", "-Z", "none")
        # The column that the archive lacks tells who wrote a row.
        target = self.database("CREATE TABLE a (id integer, t text, pid integer DEFAULT pg_backend_pid())")
        self.ok("restore", archive, "-d", self.url(target), "-a", "-y", "-j", "2")
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT id), count(DISTINCT pid) FROM a", target), f"{ROWS}|{ROWS}|2")

    def test_keys_in_a_circle_indexes_and_partitions(self):
        sql = "CREATE TABLE p (id integer PRIMARY KEY, k integer) PARTITION BY RANGE (id);"
        for i in range(4):
            sql += f"CREATE TABLE p{i} PARTITION OF p FOR VALUES FROM ({i * 1000}) TO ({(i + 1) * 1000});"
        sql += "CREATE INDEX ON p (k); INSERT INTO p SELECT i, i FROM generate_series(0, 3999) i;"
        for i in range(8):
            sql += f"CREATE TABLE t{i} (id integer PRIMARY KEY, other integer, k integer REFERENCES p, CHECK (other >= 0));"
            sql += f"INSERT INTO t{i} SELECT i, i, i FROM generate_series(0, 999) i;"
            sql += "".join(f"CREATE INDEX ON t{i} (other, (k + {j}));" for j in range(4))
        for i in range(8):
            sql += f"ALTER TABLE t{i} ADD FOREIGN KEY (other) REFERENCES t{(i + 1) % 8};"
        source = self.database(sql + "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t0 JOIN p USING (id)")
        archive = self.dump(source, "archive")
        self.assert_same(source, self.restore(archive, "-j", "8"))

    def test_statistics_are_gathered_unless_told_otherwise(self):
        source = self.database("CREATE TABLE a (id integer); INSERT INTO a SELECT generate_series(1, 1000);"
                               "CREATE TABLE p (id integer) PARTITION BY LIST (id); CREATE TABLE b PARTITION OF p DEFAULT; INSERT INTO p VALUES (1)")
        archive = self.dump(source, "archive")
        analyzed = "SELECT string_agg(DISTINCT tablename, ',' ORDER BY tablename) FROM pg_stats WHERE schemaname = 'public'"
        self.assertEqual(self.server.query(analyzed, self.restore(archive)), "a,b,p")
        self.assertEqual(self.server.query(analyzed, self.restore(archive, "--no-analyze")), "")

    def test_of_many_statements_in_a_message_the_one_that_failed_is_named(self):
        source = self.database("".join(f"CREATE TABLE t{i:02} (id integer);" for i in range(40)))
        archive = self.dump(source, "archive")
        # A table's row type has a name, too: the tables before this one can be made.
        target = self.database("CREATE TYPE t17 AS ENUM ('a')")
        self.refused(1, "cannot create TABLE public.t17:", args=["restore", archive, "-d", self.url(target)])
        self.assertEqual(self.server.query("SELECT to_regclass('t16') IS NOT NULL, to_regclass('t18') IS NULL", target), "t|t")
        self.refused(1, "cannot create TABLE public.t17:", "rolled back", args=["restore", archive, "-1", "-d", self.url(
            self.database("CREATE TYPE t17 AS ENUM ('a')"))])


if __name__ == "__main__":
    harness.main()
