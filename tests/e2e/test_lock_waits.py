"""A restore that waits for locks in a living database says for whose, and gives up when it is told to."""

import subprocess
import time

import harness
import proxy

SOURCE = "CREATE TABLE a (id integer PRIMARY KEY, n integer); INSERT INTO a SELECT i, i FROM generate_series(1, 9) i; CREATE TABLE b (id integer PRIMARY KEY REFERENCES a)"


class LockWaits(harness.Case):
    def setUp(self):
        super().setUp()
        self.db = self.database(SOURCE)
        self.archive = self.dump(self.db, "a")
        self.server.psql(self.db, script="UPDATE a SET n = 0")

    def hold(self, sql):
        """A session that does this in a transaction, which stays open."""
        holder = subprocess.Popen(["psql", "-XAtq", "-d", self.db], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env={**self.server.environment(), "PGAPPNAME": "the holder"})
        self.addCleanup(holder.communicate)
        self.addCleanup(holder.kill)
        holder.stdin.write(f"BEGIN; {sql}; SELECT pg_backend_pid();\n")
        holder.stdin.flush()
        return holder, holder.stdout.readline().strip()

    def wait_for(self, query, expected, restore):
        until = time.monotonic() + harness.PATIENCE
        while (found := self.server.query(query, self.db)) != expected:
            self.assertIsNone(restore.poll())
            self.assertLess(time.monotonic(), until, found)
            time.sleep(0.02)
        self.assertIsNone(restore.poll())

    def restore(self, *options):
        return ["restore", self.archive, "-d", self.url(self.db), "-y", "--no-analyze", *options]

    def test_gives_up_and_says_who_has_it(self):
        holder, pid = self.hold("LOCK TABLE a")
        for options in (["--tables", "a", "--mode", "sync"], ["--tables", "a", "--mode", "append"], ["--tables", "a", "--mode", "truncate"],
                        ["--where", "a: id = 1"], ["-a", "--tables", "a"], ["--clean"], ["--tables", "a", "--mode", "replace", "--restore-point", self.folder / "point"]):
            with self.subTest(options=options):
                self.refused(1, "lock timeout", "waited 400 ms for a lock on table public.a", f"server process {pid} (", 'application "the holder"',
                                       "--lock-wait-timeout", args=self.restore(*options, "--lock-wait-timeout", "400ms"))
        holder.stdin.write("ROLLBACK; SELECT 'done';\n")
        holder.stdin.flush()
        self.assertEqual(holder.stdout.readline(), "done\n")
        self.assertEqual(self.server.query("SELECT count(*), sum(n) FROM a", self.db), "9|0")

    def test_making_what_needs_a_lock(self):
        self.server.psql(self.db, script="DROP TABLE b")
        _, pid = self.hold("LOCK TABLE a IN SHARE MODE")
        self.refused(1, "cannot create FK CONSTRAINT", "waited 300 ms for a lock on table public.a", pid, args=self.restore("--tables", "b", "--lock-wait-timeout", "300"))
        self.server.psql(self.db, script="DROP TABLE b")
        dry = self.refused(1, "cannot create FK CONSTRAINT", "waited 300 ms", pid, "without --dry-run", args=self.restore("--tables", "b", "--dry-run", "--lock-wait-timeout", "300ms"))
        self.assertNotIn("2000", dry.err)
        self.refused(1, "waited 2000 ms", pid, args=self.restore("--tables", "b", "--dry-run"))

    def test_a_row_that_somebody_else_has(self):
        """Rows that are only added take no table's lock."""
        holder, pid = self.hold("DELETE FROM a")
        self.refused(1, "for a row that is held by server process", pid, args=self.restore("--tables", "a", "--mode", "append", "--lock-wait-timeout", "400ms"))
        holder.stdin.write("COMMIT; SELECT 'done';\n")
        holder.stdin.flush()
        self.assertEqual(holder.stdout.readline(), "done\n")
        self.ok(*self.restore("--tables", "a", "--mode", "append", "--lock-wait-timeout", "10s"))

    def test_other_things_are_done_while_somebody_has_a_lock(self):
        tables = "".join(f"CREATE TABLE {name} (id integer PRIMARY KEY, n integer); INSERT INTO {name} SELECT i, i FROM generate_series(1, 99) i; CREATE INDEX ON {name} (n);" for name in "abcd")
        archive = self.dump(self.database(tables), "four")
        count = "SELECT string_agg(DISTINCT tablename::text, '' ORDER BY tablename::text), count(*) FROM pg_indexes WHERE schemaname = 'public'"
        for jobs in (1, 3):
            with self.subTest(jobs=jobs):
                self.db = self.database()
                self.ok("restore", archive, "-d", self.url(self.db), "--section", "pre-data", "--section", "data", "--no-analyze")
                holder, _ = self.hold("LOCK TABLE b IN ACCESS SHARE MODE; LOCK TABLE c IN ROW EXCLUSIVE MODE")
                restore = harness.start("restore", archive, "-d", self.url(self.db), "--section", "post-data", "-j", jobs, "-y", text=True)
                self.addCleanup(restore.kill)
                # An index needs less of a lock on b than its primary key does.
                self.wait_for(count, "abd|5", restore)
                holder.stdin.write("ROLLBACK;\n")
                holder.stdin.flush()
                rest = restore.communicate(timeout=harness.PATIENCE)[1]
                self.assertEqual(restore.returncode, 0, rest)
                self.assertEqual(self.server.query(count, self.db), "abcd|8")

    def test_a_foreign_key_of_chosen_tables_waits_too(self):
        self.db = self.database("CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 9)")
        more = "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY REFERENCES a); CREATE TABLE c (id integer PRIMARY KEY, n integer); CREATE INDEX ON c (n);"
        archive = self.dump(self.database(more + "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1, 1)"), "more")
        holder, _ = self.hold("LOCK TABLE a IN ROW EXCLUSIVE MODE")
        restore = harness.start("restore", archive, "-d", self.url(self.db), "--tables", "b,c", "-y", "-j", 1, "--no-analyze", text=True)
        self.addCleanup(restore.kill)
        count = "SELECT (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'), (SELECT count(*) FROM pg_constraint WHERE contype = 'f')"
        self.wait_for(count, "4|0", restore)
        holder.stdin.write("ROLLBACK;\n")
        holder.stdin.flush()
        self.assertEqual((restore.communicate(timeout=harness.PATIENCE), restore.returncode)[1], 0)
        self.assertEqual(self.server.query(count, self.db), "4|1")

    def test_many_short_waits_for_one_session_are_told(self):
        tables = "abcdef"
        archive = self.dump(self.database("".join(f"CREATE TABLE {name} (id integer PRIMARY KEY);" for name in tables)), "six")
        self.db = self.database()
        self.ok("restore", archive, "-d", self.url(self.db), "--section", "pre-data", "--no-analyze")
        holder, pid = self.hold("; ".join(f"LOCK TABLE {name} IN ACCESS SHARE MODE" for name in tables))
        restore = harness.start("restore", archive, "-d", self.url(self.db), "--section", "post-data", "-j", 1, "-y", text=True)
        self.addCleanup(restore.kill)
        lines = []
        while not any("waiting for" in line for line in lines):
            lines.append(restore.stderr.readline())
            self.assertNotEqual(lines[-1], "", lines)
        self.assertIn(f"server process {pid} (application", lines[-1])
        holder.stdin.write("ROLLBACK;\n")
        holder.stdin.flush()
        rest = restore.communicate(timeout=harness.PATIENCE)[1]
        self.assertEqual(restore.returncode, 0, rest)
        self.assertNotIn("waiting for", rest)

    def test_what_fails_is_not_tried_again(self):
        """Both indexes are large enough to be steps of their own: while there is other work, locks are not waited for."""
        function = "CREATE OR REPLACE FUNCTION same(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN {} RETURN $1; END $$;"
        tables = "".join(f"CREATE TABLE {name} (id integer, filler text); INSERT INTO {name} SELECT i, repeat('x', 150) FROM generate_series(1, 10000) i; CREATE INDEX ON {name} (same(id));" for name in "tu")
        archive = self.dump(self.database("CREATE SEQUENCE calls;" + function.format("") + tables), "fails")
        self.db = self.database()
        self.ok("restore", archive, "-d", self.url(self.db), "--section", "pre-data", "--section", "data", "--no-analyze")
        self.server.psql(self.db, script=function.format("PERFORM nextval('public.calls'); RAISE 'never';"))
        self.refused(1, "cannot create INDEX", "never", args=("restore", archive, "-d", self.url(self.db), "--section", "post-data", "-y", "-j", 1))
        self.assertEqual(self.server.query("SELECT last_value, is_called FROM calls", self.db), "1|t")

    def test_a_long_wait_is_told(self):
        for mode, event in (("plain", f"pgcoffer: waiting for a lock on table public.a (ShareRowExclusiveLock) that is held by server process"),
                            ("json", '{"event":"note","text":"waiting for a lock on table public.a')):
            with self.subTest(mode=mode):
                holder, pid = self.hold("UPDATE a SET n = 1 WHERE id = 1")
                restore = harness.start(*self.restore("--tables", "a", "--mode", "sync", "--progress", mode), text=True)
                self.addCleanup(restore.kill)
                lines = []
                while not any("waiting for" in line for line in lines):
                    lines.append(restore.stderr.readline())
                    self.assertNotEqual(lines[-1], "", lines)
                self.assertTrue(lines[-1].startswith(event), lines)
                self.assertIn(f"server process {pid} (application", lines[-1])
                self.assertIn("idle in transaction", lines[-1])
                holder.stdin.write("ROLLBACK;\n")
                holder.stdin.flush()
                rest = restore.communicate(timeout=harness.PATIENCE)[1]
                self.assertEqual(restore.returncode, 0, rest)
                self.assertNotIn("waiting for", rest)
                self.assertEqual(self.server.query("SELECT sum(n) FROM a", self.db), "45")
                self.server.psql(self.db, script="UPDATE a SET n = 0")

    def test_nobody_answers_who_has_it(self):
        """The connection that looks for it was left behind in the middle, while the program ended around it."""
        self.hold("LOCK TABLE a")
        with proxy.Proxy(self.server.host, self.server.port, deaf_from=1) as line:
            options = ["--tables", "a", "--mode", "append", "--lock-wait-timeout", "400ms"]
            self.refused(1, "waited 400 ms for a lock of somebody else", args=["restore", self.archive, *options, "-d", self.url(self.db, port=line.port, sslmode="disable")])
            self.assertEqual(len(line.connections), 2)

    def test_no_duration(self):
        for odd in ("soon", "5 s", "1.5s", "600h", "99999999999999999h"):
            self.refused(2, f'--lock-wait-timeout: "{odd}" is not a duration', args=self.restore("--lock-wait-timeout", odd))


if __name__ == "__main__":
    harness.main()
