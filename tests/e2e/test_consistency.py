"""One snapshot over all connections: money moves between tables while the dump runs, and no penny is lost in the copy."""

import subprocess

import harness

BANK = """
CREATE TABLE checking (id integer PRIMARY KEY, balance bigint NOT NULL, padding text NOT NULL);
CREATE TABLE saving (id integer PRIMARY KEY, balance bigint NOT NULL, padding text NOT NULL);
CREATE TABLE transfer (id bigserial PRIMARY KEY, account integer NOT NULL, amount bigint NOT NULL, at timestamptz DEFAULT clock_timestamp());
INSERT INTO checking SELECT i, 1000, repeat(md5(i::text), 20) FROM generate_series(1, 4000) i;
INSERT INTO saving SELECT i, 0, repeat(md5(i::text), 20) FROM generate_series(1, 4000) i;
CREATE PROCEDURE busy_day(seed integer) LANGUAGE plpgsql AS $$
DECLARE n bigint := 0; account integer; amount bigint;
BEGIN
  LOOP
    n := n + 1;
    account := 1 + abs(hashint8(n * 7 + seed) % 4000);
    amount := hashint8(n) % 500;
    UPDATE checking SET balance = balance - amount WHERE id = account;
    UPDATE saving SET balance = balance + amount WHERE id = account;
    INSERT INTO transfer (account, amount) VALUES (account, amount);
    COMMIT;
  END LOOP;
END $$;
"""
# Total of all money; accounts whose two halves do not fit together; transfers that did not arrive.
INVARIANTS = """
SELECT (SELECT sum(balance) FROM checking) + (SELECT sum(balance) FROM saving),
       (SELECT count(*) FROM checking c JOIN saving s USING (id) WHERE c.balance + s.balance <> 1000),
       (SELECT count(*) FROM saving s WHERE s.balance <> (SELECT coalesce(sum(amount), 0) FROM transfer t WHERE t.account = s.id))
"""


class Consistency(harness.Case):
    def test_writers_at_work(self):
        source = self.database(BANK)
        writers = [subprocess.Popen(["psql", "-XAtq", "-d", source, "-c", f"CALL busy_day({seed})"], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, env=self.server.environment()) for seed in (1, 2)]
        self.addCleanup(lambda: [writer.kill() or writer.wait() for writer in writers])
        self.server.query("CREATE INDEX ON transfer (account)", source)
        for name, options in (("folder", []), ("json.zip", ["--rows", "json"]), ("plain.sql", [])):
            with self.subTest(name=name):
                before = int(self.server.query("SELECT count(*) FROM transfer", source))
                harness.wait_until(lambda: int(self.server.query("SELECT count(*) FROM transfer", source)) > before + 100, "transfers")
                part_size = [] if name == "plain.sql" else ["--part-size", "64kB"]
                start = int(self.server.query("SELECT count(*) FROM transfer", source))
                archive = self.dump(source, name, "-j", "4", *part_size, *options)
                self.assertGreater(int(self.server.query("SELECT count(*) FROM transfer", source)), start, "nobody wrote meanwhile")
                if name == "plain.sql":
                    copy = self.database()
                    self.server.psql(copy, "-f", str(archive))
                else:
                    copy = self.restore(archive)
                self.assertEqual(self.server.query(INVARIANTS, copy), "4000000|0|0")
                self.assertGreater(int(self.server.query("SELECT count(*) FROM transfer", copy)), 0)

    def test_a_table_that_is_written_anew_while_the_dump_waits_for_its_lock(self):
        """TRUNCATE leaves nothing that an older snapshot could see."""
        source = self.database("CREATE TABLE t (id integer PRIMARY KEY, n integer); INSERT INTO t SELECT i, i FROM generate_series(1, 9) i; CREATE TABLE other AS SELECT 1 AS one")
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        for name, anew in (("truncate", "TRUNCATE t; INSERT INTO t VALUES (1, 1), (2, 2)"), ("alter", "ALTER TABLE t ALTER n TYPE bigint"),
                           ("create", "DROP TABLE t; CREATE TABLE t AS SELECT 1 AS id, 1 AS n UNION SELECT 2, 2")):
            with self.subTest(name=name):
                holder = subprocess.Popen(["psql", "-XAtq", "-d", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.server.environment())
                self.addCleanup(holder.communicate)
                self.addCleanup(holder.kill)
                holder.stdin.write(f"BEGIN; {anew}; SELECT 'done';\n")
                holder.stdin.flush()
                self.assertEqual(holder.stdout.readline(), "done\n")
                dump = harness.start("dump", "-d", self.url(source), "-f", self.folder / name, text=True)
                self.addCleanup(dump.kill)
                harness.wait_until(lambda: self.server.query(waits, source) != "0", "a lock that is waited for")
                holder.stdin.write("COMMIT;\n")
                holder.stdin.flush()
                told = dump.communicate(timeout=harness.PATIENCE)[1]
                self.assertEqual((dump.returncode, "written anew: once more" in told), (0, True), told)
                self.assertEqual(self.server.query("TABLE t ORDER BY id", self.restore(self.folder / name)), self.server.query("TABLE t ORDER BY id", source))

    def test_a_snapshot_that_cannot_see_rows_any_more_is_an_error(self):
        source = self.database("CREATE TABLE t (id integer); INSERT INTO t VALUES (1); CREATE TABLE u (id integer); INSERT INTO u VALUES (1)")
        keeper = subprocess.Popen(["psql", "-XAtq", "-d", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.server.environment())
        self.addCleanup(keeper.communicate)
        self.addCleanup(keeper.kill)
        keeper.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot();\n")
        keeper.stdin.flush()
        snapshot = keeper.stdout.readline().strip()
        self.server.psql(source, "-c", "TRUNCATE t", "-c", "INSERT INTO t VALUES (2)")
        dump = ["dump", "-d", self.url(source), "--snapshot", snapshot]
        self.refused(1, "table public.t was written anew", "Dump again", args=[*dump, "-f", self.folder / "all"])
        self.assertFalse((self.folder / "all").exists())
        self.ok(*dump, "-f", self.folder / "u", "-T", "t")
        self.ok(*dump, "-f", self.folder / "schema", "-s")
        self.assertNotIn("written anew", harness.run("dump", "-d", self.url(source), "-f", self.folder / "system", "-n", "pg_catalog").err)

    def test_the_dump_does_not_block_writers(self):
        source = self.own_app()
        policy = self.folder / "slow.json"
        policy.write_text('{"version": 1, "tables": [{"table": "ops.settings", "where": "pg_sleep(0.02) IS NOT NULL", "reason": "slow"}]}')
        process = harness.start("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", policy)
        harness.wait_until(lambda: process.poll() is not None or self.server.query(
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{source}' AND query LIKE '%pg_sleep(%' AND pid <> pg_backend_pid()",
            "postgres") != "0", "the slow query")
        self.server.query("SET lock_timeout = '2s'; UPDATE ops.settings SET value = 'after'; INSERT INTO ops.settings VALUES ('new', 'after')", source)
        _, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        rows = self.ok("cat", self.folder / "a", "ops.settings", "--rows", "csv").out
        self.assertNotIn("after", rows)
        self.assertIn("value 1", rows)


if __name__ == "__main__":
    harness.main()
