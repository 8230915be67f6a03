"""Whatever breaks in the middle: a clear error, the right exit code, nothing half-made under the final name, no query left behind."""

import os
import pty
import resource
import signal
import subprocess
import time

import harness
import proxy

SLOW = '{"version": 1, "tables": [{"table": "shop.order_items", "where": "pg_sleep(0.02) IS NOT NULL", "reason": "slow"}]}'


class Interruptions(harness.Case):
    def setUp(self):
        super().setUp()
        self.policy = self.folder / "slow.json"
        self.policy.write_text(SLOW)
        # Queries are looked for by database: this test needs one of its own.
        self.source = self.own_app()

    def busy(self):
        """Pids of the server's processes that read the slow table. What they were asked is cut where it is long."""
        pids = self.server.query(f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.source}' AND wait_event = 'PgSleep'", "postgres")
        return pids.split()

    def start(self, name, *options, url=None, **popen):
        """A dump that takes long, in the midst of its rows."""
        process = harness.start("dump", "-d", url or self.url(self.source), "-f", self.folder / name, "--policy", self.policy,
                                "-j", "2", *options, **popen)
        try:
            harness.wait_until(lambda: self.busy() or process.poll() is not None, "the slow query")
        except AssertionError:
            process.kill()
            raise
        self.assertIsNone(process.poll(), "the dump ended early: " + (process.stderr.read().decode() if process.poll() is not None else ""))
        return process

    def end(self, process, code, *parts, cancelled=True):
        started = time.monotonic()
        out, err = process.communicate(timeout=harness.PATIENCE)
        self.assertLess(time.monotonic() - started, 15, "it takes too long to give up")
        result = harness.Result(["dump"], process.returncode, out, err)
        self.assertEqual(result.code, code, result)
        for part in parts:
            self.assertIn(part, result.err, result)
        if cancelled:
            harness.wait_until(lambda: not self.busy(), "the end of the server's query", 10)
        return result

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            for name in ("folder", "file.zip"):
                with self.subTest(signal=number.name, name=name):
                    process = self.start(name)
                    process.send_signal(number)
                    self.end(process, 130)
                    self.assert_nothing_left(self.folder / name)

    def test_a_person_is_told(self):
        main, terminal = pty.openpty()
        self.addCleanup(os.close, main)
        process = self.start("folder", stderr=terminal)
        os.close(terminal)
        process.send_signal(signal.SIGINT)
        said = b""
        while b"press Ctrl-C again to end at once" not in said:
            said += os.read(main, 4096)
        self.assertEqual(process.wait(timeout=harness.PATIENCE), 130)
        process.stdout.close()
        self.assert_nothing_left(self.folder / "folder")

    def test_a_terminated_server_process(self):
        for name in ("folder", "file.zip"):
            with self.subTest(name=name):
                process = self.start(name)
                self.server.query(f"SELECT pg_terminate_backend({self.busy()[0]})", "postgres")
                self.end(process, 3, "pgcoffer: error: ", "order_items")
                self.assert_nothing_left(self.folder / name)

    def test_a_cancelled_query(self):
        process = self.start("folder")
        self.server.query(f"SELECT pg_cancel_backend({self.busy()[0]})", "postgres")
        self.end(process, 1, "pgcoffer: error: ", "order_items", "canceling statement")
        self.assert_nothing_left(self.folder / "folder")

    def test_a_lost_connection(self):
        with proxy.Proxy(self.server.host, self.server.port) as line:
            process = self.start("folder", url=self.url(self.source, port=line.port))
            line.close()
            # Nobody can tell the server to stop; it finds out when it sends the next rows.
            self.end(process, 3, "pgcoffer: error: ", cancelled=False)
        self.assert_nothing_left(self.folder / "folder")

    def test_a_connection_lost_anywhere(self):
        with proxy.Proxy(self.server.host, self.server.port) as line:
            self.ok("dump", "-d", self.url(self.source, port=line.port), "-f", self.folder / "whole")
            total = len(line.from_server)
        for tenth in range(10):
            with self.subTest(tenth=tenth), proxy.Proxy(self.server.host, self.server.port, cut_after=1 + total * tenth // 10) as line:
                path = self.folder / f"cut{tenth}"
                self.refused(3, args=["dump", "-d", self.url(self.source, port=line.port), "-f", path])
                self.assert_nothing_left(path)

    def test_killed_without_mercy(self):
        process = self.start("folder")
        process.kill()
        process.communicate()
        self.assertFalse((self.folder / "folder").exists())
        self.ok("dump", "-d", self.url(self.source), "-f", self.folder / "folder")
        self.assertEqual(sorted(entry.name for entry in self.folder.iterdir()), ["folder", "slow.json"])

    def test_no_file_may_grow_further(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

        for name in ("folder", "file.zip"):
            with self.subTest(name=name):
                process = harness.start("dump", "-d", self.url(self.source), "-f", self.folder / name, "-Z", "none", preexec_fn=limit,
                                        restore_signals=False)
                out, err = process.communicate(timeout=harness.PATIENCE)
                self.assertEqual(process.returncode, 1, err)
                self.assertIn(b"File too large", err)
                self.assert_nothing_left(self.folder / name)

    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk], capture_output=True)
        if mounted.returncode:
            # The case above covers failing writes where nobody may mount.
            return
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        for name in ("folder", "file.zip"):
            with self.subTest(name=name):
                self.refused(1, "No space left on device", args=["dump", "-d", self.url(self.source), "-f", disk / name, "-Z", "none"])
                self.assert_nothing_left(disk / name)

    def test_a_reader_of_standard_output_that_leaves(self):
        process = harness.start("dump", "-d", self.url(self.source), "-f", "-")
        self.assertTrue(process.stdout.read(100))
        process.stdout.close()
        err = process.stderr.read().decode()
        self.assertEqual(process.wait(timeout=60), 1, err)
        self.assertRegex(err, "pgcoffer: error: .*(standard output|stdout)")
        process.stderr.close()

    def test_a_restore_that_is_interrupted(self):
        archive = self.dump(self.source, "archive")
        slow = ("CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); END $$;"
                "CREATE EVENT TRIGGER slow ON ddl_command_end EXECUTE FUNCTION public.slow();")
        for options in ([], ["-1"]):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(options=options, signal=number.name):
                    target = self.database(slow)
                    process = harness.start("restore", archive, "-d", self.url(target), "-y", *options)
                    harness.wait_until(lambda: process.poll() is not None or self.server.query(
                        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{target}' AND query LIKE '%CREATE SCHEMA %'", "postgres") != "0", "DDL")
                    process.send_signal(number)
                    out, err = process.communicate(timeout=30)
                    self.assertEqual(process.returncode, 130, err)
                    # Both are still in their first transaction.
                    self.assertEqual(self.server.query("SELECT count(*) FROM pg_namespace WHERE nspname IN ('auth', 'qa')", target), "0")


if __name__ == "__main__":
    harness.main()
