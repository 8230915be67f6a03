"""What a policy leaves out never leaves the server: every byte between pgcoffer and server is looked at."""

import json
import pathlib
import re

import harness
import proxy


class Wire(harness.Case):
    def dump_through_proxy(self, *options):
        with proxy.Proxy(self.server.host, self.server.port) as line:
            url = self.url(self.app(), port=line.port, sslmode="disable", gssencmode="disable")
            self.ok("dump", "-d", url, "-f", self.folder / f"archive{len(options)}", *options)
            return bytes(line.from_server), bytes(line.from_client)

    def test_no_secret_crosses_the_wire(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        for options in (["--rows", "sql"], ["--rows", "json", "-Z", "none"]):
            with self.subTest(options=options):
                answers, questions = self.dump_through_proxy("--policy", harness.APP_POLICY, "-j", "4", *options)
                self.assertIn(b"user7@example.org", answers)
                self.assertEqual(harness.secrets_in(answers, patterns), [])
                self.assertEqual(harness.secrets_in(questions, patterns), [])

    def test_statistics_of_what_stays_behind_are_not_asked_for(self):
        self.server.query("ANALYZE", self.app())
        patterns = harness.secrets(self.server, self.app(), self.folder)
        answers, _ = self.dump_through_proxy("--policy", harness.APP_POLICY, "--statistics", "--no-data")
        self.assertIn(b"most_common_vals", answers)
        self.assertEqual(harness.secrets_in(answers, patterns), [])

    def test_a_subset_does_not_either(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        policy = self.folder / "subset.json"
        policy.write_text(json.dumps({"version": 1, "extends": [str(harness.APP_POLICY)], "tables": [
            {"table": "shop.orders", "where": "id % 10 = 0", "follow": "both", "reason": "r"}]}))
        answers, questions = self.dump_through_proxy("--policy", policy, "-j", "2")
        self.assertIn(b"user7@example.org", answers)
        self.assertEqual(harness.secrets_in(answers, patterns), [])
        self.assertEqual(harness.secrets_in(questions, patterns), [])

    def statements(self, *options):
        """What the server logs of a dump."""
        log, size = "pg_current_logfile()", "(pg_stat_file(pg_current_logfile())).size"
        before = self.server.query(f"SELECT {size}", "postgres")
        self.ok("dump", "-d", self.url(self.app(), options="-clog_statement=all"), "-f", self.folder / "logged", *options)
        text = self.server.query(f"SELECT pg_read_file({log}, {before}, {size} - {before})", "postgres")
        self.assertIn("LOG:  statement: ", text)
        return text

    def test_the_servers_log_names_what_was_read(self):
        log = self.statements("--policy", harness.APP_POLICY, "-j", "2")
        copies = re.findall(r"COPY .+? TO STDOUT", log, re.S)
        self.assertGreater(len(copies), 50)
        for table in harness.KEPT.empty:
            schema, name = table.split(".")
            self.assertFalse([copy for copy in copies if f'FROM ONLY "{schema}"."{name}"' in copy or f'COPY "{schema}"."{name}"' in copy])
        for table, column in harness.KEPT.columns:
            schema, name = table.split(".")
            (read,) = [copy for copy in copies if f'FROM ONLY "{schema}"."{name}"' in copy]
            # Its name stands there once, as that of the replacement.
            self.assertEqual(re.findall(rf'(\S+) "{column}"', read), ["AS"], read)
        patterns = harness.secrets(self.server, self.app(), self.folder)
        self.assertEqual(harness.secrets_in(log.encode(), patterns), [])

    def test_the_search_would_find_them(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        answers, _ = self.dump_through_proxy()
        self.assertNotEqual(harness.secrets_in(answers, patterns), [])

    def test_the_password_is_not_in_what_can_be_seen(self):
        archive = self.folder / "seen"
        process = harness.start("dump", "-d", self.url(self.app()), "-f", archive)
        seen = harness.wait_until(pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes, "start")
        out, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)
        # The test itself put it on the command line, as users do; it must go no further.
        self.assertIn(self.server.password.encode(), seen)
        self.assertNotIn(self.server.password.encode(), out + err + harness.stored_bytes(archive))


if __name__ == "__main__":
    harness.main()
