"""Symptoms that testers found before the first release, one test each; all failed before they were mended."""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

import harness
import proxy
import servers


class FoundByTesters(harness.Case):
    def test_an_empty_value_is_not_taken_for_none(self):
        """--key-file "" dumped without encryption, --policy "" without policy, --tables "" restored everything."""
        url = self.url(self.app())
        for option in ("--key-file", "--passphrase-file", "--policy", "-Z"):
            with self.subTest(option=option):
                result = harness.run("dump", "-d", url, "-f", self.folder / "a", option, "")
                self.assertEqual(result.code, 2, result)
                self.assertFalse((self.folder / "a").exists())
        for option in ("--tables", "--create-db"):
            with self.subTest(option=option):
                self.assertEqual(harness.run("restore", self.folder / "a", "-d", url, option, "").code, 2)

    def test_a_folder_of_somebody_else_is_not_replaced(self):
        """--force deleted any folder that held a file manifest.json."""
        web = self.folder / "web"
        web.mkdir()
        (web / "manifest.json").write_text('{"name": "app"}')
        (web / "index.js").write_text("code")
        self.refused(1, "is not an archive of pgcoffer", args=("dump", "-d", self.url(self.app()), "-f", web, "--force", "-s"))
        self.assertEqual((web / "index.js").read_text(), "code")

    def test_closed_descriptors_are_not_sockets(self):
        """With standard output closed, the script was written into the connection to the server."""
        url = self.url(self.app(), sslmode="disable")
        done = subprocess.run(["bash", "-c", f'exec "$0" dump -d "$1" -s -f - >&-', harness.PGCOFFER, url], capture_output=True,
                              env=servers.plain_environment())
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(b"standard output", done.stderr)

    def test_a_question_can_be_interrupted(self):
        """Ctrl-C did nothing at a passphrase prompt."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(harness.PGCOFFER, ["pgcoffer", "dump", "-d", self.url(self.app()), "-f", str(self.folder / "a"), "--encrypt"],
                      servers.plain_environment())
        shown = b""
        while b"Passphrase" not in shown and select.select([terminal], [], [], 60)[0]:
            shown += os.read(terminal, 1000)
        os.kill(pid, signal.SIGINT)
        end = time.monotonic() + 60
        status = 0
        while time.monotonic() < end and (ended := os.waitpid(pid, os.WNOHANG))[0] == 0:
            time.sleep(0.05)
        else:
            status = ended[1]
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 130)

    def test_a_question_stays_on_the_terminal(self):
        """The progress line was drawn over it."""
        archive, target = self.dump(self.database("CREATE TABLE t (i int)"), "a"), self.database("CREATE TABLE mine (i int)")
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(harness.PGCOFFER, ["pgcoffer", "restore", str(archive), "-d", self.url(target)], servers.plain_environment())
        shown = b""
        while b"[y/N]" not in shown and select.select([terminal], [], [], 60)[0]:
            shown += os.read(terminal, 1000)
        self.assertEqual(select.select([terminal], [], [], 1)[0], [], "something was written over the question")
        os.write(terminal, b"n\n")
        while True:
            try:
                shown += os.read(terminal, 1000)
            except OSError:
                break
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 2)
        os.close(terminal)

    def test_several_certificates_in_one_file_are_refused(self):
        """--encrypt-to sealed to the first of them only, silently."""
        both = b""
        for name in "ab":
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                            "-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.pem"], check=True, capture_output=True)
            both += (self.folder / f"{name}.pem").read_bytes()
        (self.folder / "both.pem").write_bytes(both)
        self.refused(2, "several certificates",
                     args=("dump", "-d", self.url(self.app()), "-f", self.folder / "a", "--encrypt-to", self.folder / "both.pem"))

    def test_a_table_comes_with_its_schema(self):
        """A selected table could not be restored into an empty database, since its schema was not there."""
        source = self.database("CREATE SCHEMA shop; CREATE TABLE shop.t AS SELECT 7 AS i;")
        copy = self.database()
        self.ok("restore", self.dump(source, "a"), "-d", self.url(copy), "--tables", "t")
        self.assertEqual(self.server.query("TABLE shop.t", copy), "7")

    def test_passwords_in_the_schema_are_credentials(self):
        """--policy no-credentials kept the password of a user mapping."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; "
                               "CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'u', password 'it''s SECRET');")
        script = self.ok("dump", "-d", self.url(source), "-f", "-", "-s", "--policy", "no-credentials")
        self.assertNotIn("SECRET", script.out)
        self.assertIn("is replaced", script.err)
        self.assertIn("CREATE USER MAPPING", script.out)

    def test_row_security_is_said_before_rows_are_read(self):
        """doctor said yes, and the dump failed after it had read other tables."""
        source = self.database("CREATE TABLE hidden (i int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;")
        role, password = self.role(source)
        self.server.psql(source, script=f'GRANT SELECT ON hidden TO "{role}"')
        url = self.server.url(source, role, password)
        self.refused(3, "row-level security", args=("dump", "-d", url, "-f", self.folder / "a"))
        self.assertEqual(harness.run("doctor", "-d", url).code, 1)

    def test_warnings_are_shown_without_progress(self):
        """--progress none swallowed warnings."""
        source = self.database("CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); "
                               "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;")
        result = self.ok("dump", "-d", self.url(source), "-f", self.folder / "a", "--progress", "none")
        self.assertIn("circle", result.err)

    def test_rows_into_a_circle_of_foreign_keys(self):
        """A data-only restore stopped part of the way, and did not say what to do."""
        schema = ("CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); "
                  "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;")
        source, target = self.database(schema), self.database(schema)
        self.server.psql(source, script="INSERT INTO a VALUES (1); INSERT INTO b VALUES (2, 1); UPDATE a SET b = 2;")
        archive = self.dump(source, "a")
        self.refused(1, "foreign key", "--mode append", args=("restore", archive, "-d", self.url(target), "--data-only", "--yes"))
        self.ok("restore", archive, "-d", self.url(target), "--mode", "append")
        self.assertEqual(self.server.query("SELECT a.id, b FROM a JOIN b ON a.b = b.id AND b.a = a.id", target), "1|2")

    def test_foreign_keys_between_selected_tables_of_a_schema_that_is_not_there(self):
        """They were left out, since the schema was missing, which comes along."""
        source = self.database("CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.c (id int PRIMARY KEY, p int REFERENCES s.p);")
        archive = self.dump(source, "a")
        for selection in (["--tables", "s.p,s.c"], ["-t", "s.*"]):
            target = self.database()
            result = self.ok("restore", archive, "-d", self.url(target), *selection)
            self.assertNotIn("left out", result.err)
            self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", target), "1")

    def test_the_comment_of_a_foreign_key_that_is_left_out(self):
        """It was restored, and failed."""
        source = self.database("CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (b int CONSTRAINT ab REFERENCES b); COMMENT ON CONSTRAINT ab ON a IS 'c';")
        target = self.database()
        self.assertIn("left out", self.ok("restore", self.dump(source, "a"), "-d", self.url(target), "--tables", "a", "--skip-missing-references").err)

    def test_a_partitioned_table_comes_with_its_partitions(self):
        """It came back empty."""
        source = self.database("CREATE TABLE ev (i int) PARTITION BY RANGE (i); CREATE TABLE e1 PARTITION OF ev FOR VALUES FROM (0) TO (10) "
                               "PARTITION BY RANGE (i); CREATE TABLE e2 PARTITION OF e1 FOR VALUES FROM (0) TO (5); INSERT INTO ev VALUES (1), (2);")
        archive, target = self.dump(source, "a"), self.database()
        self.ok("restore", archive, "-d", self.url(target), "--tables", "ev")
        self.assertEqual(self.server.query("SELECT count(*) FROM ev", target), "2")
        self.server.psql(target, script="INSERT INTO ev VALUES (3)")
        self.ok("restore", archive, "-d", self.url(target), "-t", "ev", "--mode", "replace", "--yes")
        self.assertEqual(self.server.query("SELECT count(*) FROM ev", target), "2")

    def test_a_partitioned_table_is_dumped_without_its_partitions(self):
        """As pg_dump does it; but nobody said so."""
        source = self.database("CREATE TABLE ev (i int) PARTITION BY RANGE (i); CREATE TABLE e1 PARTITION OF ev FOR VALUES FROM (0) TO (10)")
        args = ["dump", "-d", self.url(source), "-f", self.folder / "a", "--force"]
        self.assertIn("partitioned table public.ev comes without rows", self.ok(*args, "-t", "ev").err)
        for options in ([], ["--table-and-children", "ev"], ["-t", "e*"], ["-s", "-t", "ev"]):
            self.assertNotIn("without rows", self.ok(*args, *options).err)

    def test_a_table_without_pages(self):
        """Rows deleted, values still in the TOAST table: the table was left out of the plan, and a division by zero."""
        source = self.database("CREATE TABLE t (a text); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;"
                               "INSERT INTO t SELECT repeat(md5(i::text), 400) FROM generate_series(1, 100) i; DELETE FROM t;")
        if self.server.major < 14:
            self.skipTest("VACUUM always takes the TOAST table along")
        self.server.psql(source, script="VACUUM (PROCESS_TOAST false, TRUNCATE true) t")
        self.assertEqual(self.server.query("SELECT pg_relation_size('t'), pg_table_size('t') > 800000", source), "0|t")
        archive = self.dump(source, "a", "-j", "2", "--part-size", "64kB")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", self.restore(archive)), "0")

    def test_nulls_in_arrays_whatever_the_database_is_set_to(self):
        """With array_nulls off they became the text NULL."""
        source = self.database("CREATE TABLE t (a text[]); INSERT INTO t VALUES ('{NULL,x}');")
        self.server.psql(source, script=f"ALTER DATABASE {source} SET array_nulls = off")
        for options in (["--rows", "sql"], ["--rows", "json"]):
            target = self.database()
            self.server.psql(target, script=f"ALTER DATABASE {target} SET array_nulls = off")
            self.ok("restore", self.dump(source, options[-1], *options), "-d", self.url(target), "--verify-after")
            self.assertEqual(self.server.query("SELECT a[1] IS NULL FROM t", target), "t")
        target = self.database()
        self.server.psql(target, script=f"ALTER DATABASE {target} SET array_nulls = off")
        self.server.psql(target, script=self.ok("dump", "-d", self.url(source), "-f", "-").out)
        self.assertEqual(self.server.query("SELECT a[1] IS NULL FROM t", target), "t")

    def test_rows_without_values_are_no_difference(self):
        """--verify-after said that a table without columns was not the same."""
        source = self.database("CREATE TABLE n (); INSERT INTO n DEFAULT VALUES; CREATE TABLE g (i int GENERATED ALWAYS AS (1) STORED); INSERT INTO g DEFAULT VALUES;")
        archive, target = self.dump(source, "a"), self.database()
        self.ok("restore", archive, "-d", self.url(target), "--verify-after")
        self.server.psql(target, script="INSERT INTO n DEFAULT VALUES")
        self.assertEqual(harness.run("compare", archive, "-d", self.url(target)).code, 6)

    def test_errors_do_not_show_rows(self):
        """What the server says of a row went to the log with its values."""
        source = self.database("CREATE TABLE t (i int, secret text); INSERT INTO t VALUES (1, E'TOP\nSECRET'), (2, 'TOPSECRET');")
        archive = self.dump(source, "a", "--data-only")
        for target in ("CREATE TABLE t (i int CHECK (i > 1), secret text)", "CREATE TABLE t (i int, secret varchar(5))"):
            result = self.refused(1, '"public.t"', args=("restore", archive, "-d", self.url(self.database(target)), "-a", "--yes"))
            self.assertNotIn("SECRET", result.err)

    def test_doctor_reads_the_catalog_as_a_dump_does(self):
        """It failed where the database is set to an encoding that lacks the letters of its names."""
        source = self.database('CREATE TABLE "ключ" (i int);')
        self.server.psql(source, script=f"ALTER DATABASE {source} SET client_encoding = 'LATIN1'")
        self.ok("doctor", "-d", self.url(source))

    def test_an_archive_on_standard_output(self):
        """A file called - was written."""
        self.refused(2, "standard output", args=("dump", "-d", self.url(self.database()), "-f", "-", "--format", "zip"), cwd=self.folder)
        self.assertFalse((self.folder / "-").exists())

    def test_a_condition_that_closes_its_parenthesis(self):
        """`id < 5) or (true` let every row out."""
        source = self.database("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (9)")
        policy = self.folder / "policy.json"
        for where in ("id < 5) or (true", "(id < 5", "id < 5)) or ((true"):
            policy.write_text(json.dumps({"version": 1, "tables": [{"table": "t", "where": where, "reason": "r"}]}))
            result = self.refused(2, "one whole expression", args=("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", policy))
            self.assertIn("policy.json, line 1, column", result.err)
        policy.write_text(json.dumps({"version": 1, "tables": [{"table": "t", "where": "(id < 5) OR '--)' = '/*'", "reason": "r"}]}))
        self.assertEqual(len(self.ok("cat", self.dump(source, "a", "--policy", policy), "t").out.splitlines()), 3)

    def test_sessions_by_their_names(self):
        """Tables of sessions and tokens whose columns say nothing were kept."""
        names = ["sessions", "user_sessions", "web_sessions", "http_sessions", "spring_session_attributes", "login_tokens", "remember_tokens"]
        source = self.database("".join(f"CREATE TABLE {name} (id text PRIMARY KEY, data text, user_id int); INSERT INTO {name} VALUES ('PLANTED', 'PLANTED', 1);" for name in names)
                               + "CREATE TABLE training_sessions (id int, room text); INSERT INTO training_sessions VALUES (1, 'kept')")
        archive = self.dump(source, "a", "--policy", "no-credentials", "-Z", "none")
        self.assertNotIn(b"PLANTED", harness.stored_bytes(archive))
        self.assertIn(b"kept", harness.stored_bytes(archive))

    def test_credentials_within_composite_values(self):
        """They were kept, and nobody said so."""
        source = self.database("CREATE TYPE cred AS (login text, password text); CREATE TYPE plain AS (a int, b text); CREATE TABLE sec (id int, token text); "
                               "CREATE TABLE users (id int, c cred, cc cred[], p plain); CREATE TABLE hist (id int, st sec)")
        result = self.ok("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", "no-credentials")
        for name in ("public.users.c", "public.users.cc", "public.hist.st"):
            self.assertIn(f'column "{name}" is kept', result.err)
        self.assertNotIn("users.p", result.err)

    def test_inserts_into_a_child_whose_parent_grew(self):
        """Values went into other columns."""
        source = self.database("CREATE TABLE par (a int, b text); CREATE TABLE chi (c int) INHERITS (par); INSERT INTO chi VALUES (2, 'x', 3); ALTER TABLE par ADD COLUMN z int")
        script, target = self.dump(source, "p.sql", "--inserts"), self.database()
        self.server.psql(target, script=script.read_text())
        self.assertEqual(self.server.query("SELECT a, b, c, z FROM chi", target), "2|x|3|")

    def test_a_file_beside_the_script(self):
        """NAME.partial of somebody else was written over, and removed."""
        source, path = self.database("CREATE TABLE t (i int)"), self.folder / "a.sql"
        other = self.folder / "a.sql.partial"
        other.write_text("precious\n")
        self.refused(1, "a.sql.partial", args=("dump", "-d", self.url(source), "-f", path))
        self.assertEqual((other.read_text(), path.exists()), ("precious\n", False))
        whole = self.dump(source, "whole.sql").read_bytes()
        for left in (b"", whole[:100]):
            other.write_bytes(left)
            self.assertEqual(len(self.dump(source, "a.sql", "--force").read_bytes()), len(whole))
            self.assertFalse(other.exists())

    def test_a_selection_of_nothing(self):
        """The archive was empty, and nobody said so."""
        source = self.database("CREATE TABLE t (i int)")
        self.assertIn("nothing is selected", self.ok("dump", "-d", self.url(source), "-f", self.folder / "a", "-t", "t", "-T", "t").err)

    def test_large_objects_that_exist(self):
        """They were found out when the schema was made already."""
        archive = self.dump(self.database("SELECT lo_create(4711); CREATE TABLE t (i int)"), "a")
        target = self.database("SELECT lo_create(4711)")
        self.refused(1, "4711", "Nothing was changed", args=("restore", archive, "-d", self.url(target)))
        self.assertEqual(self.server.query("SELECT to_regclass('t') IS NULL", target), "t")

    def test_words_that_are_almost_right(self):
        """.ZIP made a folder, and 1TB ended for want of memory."""
        source = self.database("CREATE TABLE t (i int)")
        self.assertTrue(self.dump(source, "A.ZIP").is_file())
        self.refused(2, "1 GB", args=("dump", "-d", self.url(source), "-f", self.folder / "b", "--part-size", "1TB"))

    def test_a_server_that_does_not_answer(self):
        """Ctrl-C waited for it, and so did every further one."""
        source = self.database("CREATE TABLE t AS SELECT md5(i::text) FROM generate_series(1, 100000) i")
        for signals in (1, 2):
            with self.subTest(signals=signals), proxy.Proxy(self.server.host, self.server.port, stall_after=1_000_000) as line:
                running = harness.start("dump", "-d", self.url(source, port=line.port, sslmode="disable"), "-f", self.folder / f"{signals}",
                                        "--progress", "none")
                self.assertTrue(line.stalled.wait(30))
                for _ in range(signals):
                    running.send_signal(signal.SIGINT)
                    time.sleep(0.5)
                self.assertEqual(running.wait(timeout=20), 130)
                running.communicate()
                # The second signal leaves no time for tidying.
                left = [entry.name for entry in self.folder.iterdir() if entry.name.startswith(f"{signals}")]
                self.assertEqual(left, [] if signals == 1 else ["2.partial"])

    def test_a_passphrase_is_the_first_line(self):
        """It was the whole file, so that `openssl cms` with the documented passphrase opened nothing."""
        several, first, empty = (self.folder / name for name in ("several", "first", "empty"))
        several.write_text("open sesame\r\nsecond\n")
        first.write_text("open sesame")
        empty.write_text("\nsecond\n")
        source = self.database("CREATE TABLE t AS SELECT 1 AS i")
        archive = self.dump(source, "a", "--passphrase-file", several)
        self.ok("verify", archive, "--passphrase-file", first)
        self.refused(2, "empty first line", args=("dump", "-d", self.url(source), "-f", self.folder / "b", "--passphrase-file", empty))

    def test_reading_can_be_stopped(self):
        """verify and cat read on to the end, and said that all was well."""
        source = self.database("CREATE TABLE t AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 150000) i")
        archive = self.dump(source, "a", "-Z", "none", "--part-size", "1MB")
        for command in (("verify", archive, "-j", "1"), ("cat", archive, "t", "--rows", "json")):
            with self.subTest(command=command[0]):
                running = harness.start(*command)
                if command[0] == "cat":
                    running.stdout.read(1)
                else:
                    status = pathlib.Path(f"/proc/{running.pid}/status")
                    waits = 1 << (signal.SIGTERM - 1)
                    harness.wait_until(lambda: int(re.search(r"SigBlk:\s(\w+)", status.read_text())[1], 16) & waits, "the program")
                running.send_signal(signal.SIGTERM)
                running.communicate()
                self.assertEqual(running.returncode, 130)

    def test_the_doctor_sees_a_place_where_nothing_can_be_written(self):
        source = self.database("CREATE TABLE t (i int)")
        shut = self.folder / "shut"
        shut.mkdir(mode=0o555)
        if os.access(shut, os.W_OK):  # root may write everywhere but on what is mounted for reading
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", shut], capture_output=True).returncode:
                return
            self.addCleanup(subprocess.run, ["umount", shut], check=True)
            self.assertIn("is the root of a file system", harness.run("doctor", "-d", self.url(source), "-f", shut).out)
        for name in ("a", "a.zip", "a.sql"):
            with self.subTest(name=name):
                result = harness.run("doctor", "-d", self.url(source), "-f", shut / name)
                self.assertEqual(result.code, 1, result)
                self.assertRegex(result.out, r'(?m)^failed +place +folder ".*/shut": ')
                self.refused(3, "Read-only file system" if os.geteuid() == 0 else "Permission denied", args=("dump", "-d", self.url(source), "-f", shut / name))

    def test_a_strange_uri_shows_no_password(self):
        """It was taken for a database's name, and shown with what is in it."""
        for text in ("postgresql:/u:hunter2@127.0.0.1/x", "postgres//u:hunter2@h/x", "u:hunter2@127.0.0.1/x", " postgresql://u:hunter2@h/x",
                     "mysql://u:hunter2@h/x", "postgresql+psycopg2://u:hunter2@h/x"):
            with self.subTest(text=text):
                result = self.refused(2, "is not a URI of PostgreSQL", args=("dump", "-d", text, "-f", self.folder / "a"))
                self.assertNotIn("hunter2", result.err)

    def test_a_name_that_is_too_long_for_a_database(self):
        """The server cut it, and the report named what does not exist."""
        archive = self.dump(self.database("CREATE TABLE t (i int)"), "a")
        self.refused(2, "63 bytes", args=("restore", archive, "-d", self.url("postgres"), "--create-db", "x" * 64))

    def test_a_number_beyond_all_numbers(self):
        """It was called a defect of pgcoffer."""
        archive = self.dump(self.database("CREATE TABLE t (i int)"), "a")
        manifest = archive / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"format_version": 1', '"format_version": 1e400'))
        (archive / "manifest.sha256").unlink()
        self.refused(4, "manifest.json", args=("inspect", archive))

    def test_help_that_nobody_gets(self):
        with open("/dev/full", "w") as full:
            self.assertEqual(subprocess.run([harness.PGCOFFER, "dump", "--help"], stdout=full, stderr=subprocess.PIPE).returncode, 1)

    def test_the_first_rows_of_a_table(self):
        """`pgcoffer cat … | head -n 1` ended with an error."""
        archive = self.dump(self.database("CREATE TABLE t AS SELECT repeat('x', 100) FROM generate_series(1, 100000)"), "a")
        running = harness.start("cat", archive, "t")
        running.stdout.readline()
        running.stdout.close()
        self.assertEqual(running.stderr.read(), b"")
        running.stderr.close()
        running.wait()

    def test_eighty_columns(self):
        """The time left was cut, and the table's name never seen."""
        source = self.database("CREATE TABLE the_table AS SELECT i, md5(i::text) FROM generate_series(1, 300000) i")
        policy = self.folder / "slow.json"
        policy.write_text('{"version": 1, "tables": [{"table": "the_table", "where": "i % 3000 <> 0 OR pg_sleep(0.02) IS NOT NULL", "reason": "slow"}]}')
        main, terminal = pty.openpty()
        self.addCleanup(os.close, main)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        running = harness.start("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", policy, "-j", "1", "--part-size", "256kB",
                                stderr=terminal)
        os.close(terminal)
        shown = b""
        try:
            while block := os.read(main, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        running.communicate()
        lines = [line.decode() for line in shown.replace(b"\x1b[K", b"").split(b"\r")]
        bars = [line for line in lines if line.startswith("[") and "the_table" in line]
        self.assertTrue(bars, lines)
        for line in bars:
            self.assertRegex(line, r"^\[[#.]{10}\] +\d+%  \d+ k rows/s  [\d.]+ .?i?B/s  [\d:?]+ left  public.the_table$")
            self.assertLess(len(line), 80)

    def test_a_limit_for_files(self):
        """The signal ended the program, and its unfinished file stayed."""
        source = self.database("CREATE TABLE t AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 20000) i")
        path = self.folder / "a.zip"
        command = ["bash", "-c", 'ulimit -f 1000; exec "$@"', "bash", harness.PGCOFFER, "dump", "-d", self.url(source), "-f", str(path), "-Z", "none"]
        done = subprocess.run(command, capture_output=True, text=True, env=servers.plain_environment())
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("too large", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
