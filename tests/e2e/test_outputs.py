"""What programs read: --json of every command, progress as JSON lines, rows from cat; and what people are told."""

import csv
import io
import json

import harness


class Outputs(harness.Case):
    def test_version(self):
        self.assertRegex(self.ok("version").out, r"\Apgcoffer \d+\.\d+\.\d+")
        shown = json.dumps(self.ok("version", "--json").json).lower()
        for library in ("openssl", "libpqxx", "zstd", "deflate", "zip", "simdjson"):
            self.assertIn(library, shown)
        self.assertEqual(self.ok("--version").out.split()[:2], self.ok("version").out.split()[:2])

    def test_help_names_every_option_of_the_contract(self):
        for command, options in (
                ("dump", "-d -f --format --rows -j -Z --policy --encrypt -t -T -n -N --exclude-table-data -a --data-only -s --schema-only -O -x "
                         "--part-size --progress --key-file --passphrase-file --encrypt-to --force --lock-wait-timeout --ignore-unsupported -h -p -U -W"),
                ("restore", "-d -j --tables -t --schema-only --data-only -1 --single-transaction --create-db --dry-run --lock-wait-timeout -O -x -y --yes --identity"),
                ("compare", "-d --tables -t --table -T --exclude-table -n --schema -N --exclude-schema -a -s -O -x --rows --json"),
                ("verify", "--json --progress --key-file --identity"), ("inspect", "--json"), ("cat", "--rows"), ("doctor", "-d --policy"), ("version", "--json")):
            shown = self.ok(command, "--help").out
            for option in options.split():
                with self.subTest(command=command, option=option):
                    self.assertRegex(shown, rf"(?m)(^|[\s,]){option}\b")

    def test_verify(self):
        for key in (None, harness.KEY):
            archive = self.dump(self.app(), f"v{bool(key)}.zip", *(["--encrypt"] if key else []), key=key)
            self.assertIsInstance(self.ok("verify", archive, "--json", key=key).json, dict)
            self.assertNotEqual(self.ok("verify", archive, key=key).out, "")

    def test_inspect(self):
        archive = self.dump(self.app(), "a", "--encrypt", "--policy", harness.APP_POLICY, key=harness.KEY)
        shown = self.ok("inspect", archive, "--json", key=harness.KEY).json
        text = json.dumps(shown)
        for word in ("auth.users", "exclude-rows", "whoever holds a session is signed in") if '"auth.users"' in text else ("auth", "users", "exclude-rows"):
            self.assertIn(word, text)
        people = self.ok("inspect", archive, key=harness.KEY).out
        for word in ("auth.users", "qa.results", str(self.server.major)):
            self.assertIn(word, people)

    def test_inspect_does_not_read_the_parts(self):
        archive = self.dump(self.app(), "a")
        for part in (archive / "data").rglob("*"):
            if part.is_file():
                part.write_bytes(b"")
        self.ok("inspect", archive)
        self.ok("inspect", archive, "--json")

    def test_progress_as_json(self):
        for command in (["dump", "-d", self.url(self.app()), "-f", self.folder / "a"], ["restore", self.folder / "a", "-d", self.url(self.database())]):
            with self.subTest(command=command[0]):
                result = self.ok(*command, "--progress", "json")
                lines = [json.loads(line) for line in (result.err + result.out).split("\n") if line.startswith("{")]
                self.assertGreater(len(lines), 2)
                for line in lines:
                    self.assertIsInstance(line, dict)

    def test_progress_none_is_silent(self):
        result = self.ok("dump", "-d", self.url(self.app()), "-f", self.folder / "a", "--progress", "none")
        self.assertNotIn("\r", result.err)

    def test_without_a_terminal_no_line_is_overwritten(self):
        for setting in ("auto", "plain"):
            result = self.ok("dump", "-d", self.url(self.app()), "-f", self.folder / setting, "--progress", setting)
            self.assertNotIn("\r", result.err + result.out)
            self.assertNotIn("\x1b", result.err + result.out)

    def test_cat(self):
        expected = {row["id"]: row for row in map(json.loads, self.server.query("SELECT to_json(c) FROM shop.categories c", self.app()).split("\n"))}
        for rows in ("sql", "json"):
            archive = self.dump(self.app(), rows, "--rows", rows)
            lines = [json.loads(line) for line in self.ok("cat", archive, "shop.categories", "--rows", "json").out.splitlines()]
            self.assertEqual({row["id"]: row for row in lines}, expected)
            records = list(csv.DictReader(io.StringIO(self.ok("cat", archive, "shop.categories", "--rows", "csv").out, newline="")))
            self.assertEqual({int(record["id"]): record["name"] for record in records}, {number: row["name"] for number, row in expected.items()})
            script = self.ok("cat", archive, "shop.categories", "--rows", "sql").out
            copy = self.database("CREATE SCHEMA shop; CREATE TABLE shop.categories (id smallint, parent_id smallint, name text, path integer[])")
            self.server.psql(copy, script=script)
            self.assertEqual(harness.compare.compare_rows(self.server, self.app(), copy, only=["shop.categories"]), [])

    def test_cat_of_hostile_names(self):
        archive = self.dump(self.app(), "a")
        names = self.server.query("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'We%' "
                                  "AND tablename !~ E'\\n'", self.app()).split("\n")
        self.assertGreater(len(names), 8)
        for name in names:
            with self.subTest(name=name):
                count = int(self.server.query(f"SELECT count(*) FROM {name}", self.app()))
                self.assertEqual(len(self.ok("cat", archive, name, "--rows", "json").out.splitlines()), count)

    def test_cat_of_a_table_that_is_not_there(self):
        archive = self.dump(self.app(), "a")
        self.refused(2, "no_such", args=["cat", archive, "auth.no_such"])

    def test_errors_have_one_form(self):
        result = self.refused(3, args=["dump", "-d", "postgresql://127.0.0.1:1/x", "-f", self.folder / "a", "--progress", "none"])
        for line in result.err.splitlines():
            self.assertRegex(line, r"^pgcoffer: (error|hint|warning): ")


class Connections(harness.Case):
    """Every libpq way to say where the server is, and DATABASE_URL."""

    def users(self, *args, **env):
        path = self.folder / "a"
        result = harness.run("dump", "-f", path, "-t", "shop.categories", "--force", *args, env=env)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(harness.with_rows(path), {"shop.categories"})

    def test_every_way(self):
        server, name = self.server, self.app()
        where = {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user}
        passfile = self.folder / "pass"
        passfile.write_text(f"{server.host}:{server.port}:*:{server.user}:{server.password}\n")
        passfile.chmod(0o600)
        service = self.folder / "service.conf"
        service.write_text(f"[app]\nhost={server.host}\nport={server.port}\nuser={server.user}\npassword={server.password}\ndbname={name}\n")
        for what, args, env in (
                ("URI", ["-d", self.url(name)], {}),
                ("conninfo", ["-d", f"host={server.host} port={server.port} user={server.user} password='{server.password}' dbname={name}"], {}),
                ("options", ["-h", server.host, "-p", server.port, "-U", server.user, "-d", name], {"PGPASSWORD": server.password}),
                ("PG variables", [], {**where, "PGPASSWORD": server.password, "PGDATABASE": name}),
                ("passfile", ["-d", name], {**where, "PGPASSFILE": str(passfile)}),
                ("service", ["-d", "service=app"], {"PGSERVICEFILE": str(service)}),
                ("PGSERVICE", [], {"PGSERVICE": "app", "PGSERVICEFILE": str(service)}),
                ("DATABASE_URL", [], {"DATABASE_URL": self.url(name)}),
                ("-d before DATABASE_URL", ["-d", self.url(name)], {"DATABASE_URL": "postgresql://127.0.0.1:1/x"})):
            with self.subTest(what=what):
                self.users(*args, **env)

    def test_the_password_is_nowhere(self):
        path = self.folder / "a"
        result = self.ok("dump", "-d", self.url(self.app()), "-f", path, "-Z", "none")
        self.assertNotIn(self.server.password, result.err + result.out)
        self.assertNotIn(self.server.password.encode(), harness.stored_bytes(path))

    def test_asking_without_a_terminal_is_a_refusal(self):
        self.refused(2, "terminal", args=["dump", "-W", "-d", self.url(self.app()), "-f", self.folder / "a"])


if __name__ == "__main__":
    harness.main()
