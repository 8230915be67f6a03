"""Symptoms of policies and audits that testers found before the first release; all failed before they were mended."""

import json
import os
import subprocess
import time
import unittest

import harness
import servers

BCRYPT = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"


class FoundByTesters(harness.Case):
    def policy(self, name="policy.json", **fields):
        path = self.folder / name
        path.write_text(json.dumps({"version": 1, **fields}, indent=1))
        return path

    def tables(self, *rules, **fields):
        return self.policy(tables=[{"reason": "r", **rule} for rule in rules], **fields)

    def found(self, archive):
        """Objects with findings of an audit, and their kinds."""
        return {(one["object"], one["kind"]) for one in json.loads(harness.run("audit", archive, "--json").out)["findings"]}

    def test_credentials_in_the_environment_are_masked(self):
        """Tokens, connection strings and JSON with passwords went into the archive, twice."""
        values = ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "'host=db password=hidden-one user=x'", '{"password":"hidden-two"}',
                  "jdbc:postgresql://db/app?user=a&password=hidden-three", "https://0123456789abcdef0123@sentry.example/7", BCRYPT]
        (self.folder / "app.env").write_text("".join(f"APP_{i}={value}\n" for i, value in enumerate(values)) + "APP_SHOWN=sk_live_4eC39HqLyjWDarjtT1zdp7dcX\n")
        archive = self.dump(self.app(), "a", "-s", "--policy", self.policy(environment={"file": "app.env", "include": ["APP_*"], "show": ["APP_SHOWN"]}))
        for file in archive.rglob("*"):
            if file.is_file():
                for value in ("hidden", "0123456789abcdef0123", "7dc\"", BCRYPT):
                    self.assertNotIn(value.encode(), file.read_bytes(), file)
        self.assertIn("sk_live_4eC39HqLyjWDarjtT1zdp7dcX", (archive / "environment-config.json").read_text())

    def test_secrets_across_the_pieces_of_large_objects(self):
        """Each piece was looked at alone."""
        source = self.database("")
        for at in (16777180, 16777195, 16777196):
            self.server.psql(source, script=f"SELECT lo_from_bytea(0, convert_to(repeat('a', {at}) || ' {BCRYPT} ', 'utf8'));")
        self.server.psql(source, script="""SELECT lo_from_bytea(7, '{"password":"hunter2xyz"}');""")
        objects = {name for name, _ in self.found(self.dump(source, "a", "-b"))}
        self.assertEqual(len(objects), 4, objects)
        self.assertIn("large object 7", objects)
        self.assertEqual(harness.run("dump", "-d", self.url(source), "-f", self.folder / "b", "-b", "--audit").code, 5)

    def test_settings_and_user_mappings_are_audited(self):
        """Their passwords were in the archive, and no finding told of them."""
        source = self.database("""CREATE EXTENSION postgres_fdw; CREATE SERVER fs FOREIGN DATA WRAPPER postgres_fdw;
            CREATE USER MAPPING FOR public SERVER fs OPTIONS (user 'u', password 'fdwpw123');""")
        self.server.query(f"ALTER DATABASE {source} SET app.jwt_secret = 'hunter2xyz'", source)
        found = self.found(self.dump(source, "a"))
        self.assertIn(("setting app.jwt_secret of the database", "named-secret"), found)
        self.assertTrue(any(name.startswith("USER MAPPING") and kind == "named-secret" for name, kind in found), found)
        self.assertEqual(self.found(self.dump(source, "b", "--policy", "no-credentials")), set())

    def test_long_policies_of_one_line(self):
        """They were read in quadratic time, and no signal ended it."""
        rules = [{"table": f"public.t{i}", "optional": True, "columns": [{"column": "x", "optional": True, "action": "null", "reason": "r" * 50}]}
                 for i in range(20000)]
        path = self.folder / "long.json"
        path.write_text(json.dumps({"version": 1, "tables": rules}))
        began = time.monotonic()
        self.ok("policy", "check", path, "-d", self.url(self.database("CREATE TABLE t (i int)")))
        self.assertLess(time.monotonic() - began, 15)

    def test_policies_that_are_no_ordinary_files(self):
        """/dev/zero was read until memory ended, a pipe was waited for for ever."""
        pipe, large = self.folder / "pipe", self.folder / "large.json"
        os.mkfifo(pipe)
        large.write_bytes(b" " * (16 << 20) + b"{}")
        (self.folder / "extends.json").write_text('{"version": 1, "extends": ["pipe"]}')
        url = self.url(self.app())
        for path in ("/dev/zero", pipe, large, self.folder / "extends.json"):
            for arguments in (("dump", "-d", url, "-f", self.folder / "a", "--policy", path), ("policy", "check", path, "-d", url)):
                with self.subTest(arguments=arguments):
                    done = subprocess.run([harness.PGCOFFER, *map(str, arguments)], capture_output=True, text=True, timeout=30, env=servers.plain_environment())
                    self.assertEqual(done.returncode, 2, done)
                    self.assertRegex(done.stderr, "is not an ordinary file|has 16 MiB")

    def test_several_mistakes_stand_on_lines_of_their_own(self):
        r"""Line ends between them were printed as \x0a."""
        policy = self.folder / "p.json"
        policy.write_text('{ "version": 1, "strict": "yes", "tables": {} }')
        result = self.refused(2, "also malformed", args=("dump", "-d", self.url(self.app()), "-f", self.folder / "a", "--policy", policy))
        self.assertNotIn("x0a", result.err)
        self.assertRegex(result.err, r"(?m)^  also malformed: field \"tables\"")

    def test_values_are_not_in_errors_of_the_policys_sql(self):
        """The server's message on a row held the value that the policy kept back."""
        source = self.database("""CREATE DOMAIN mail AS text CHECK (value LIKE '%@%'); CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE t (code text, pin int, m mail, parent int REFERENCES parent); INSERT INTO t VALUES ('PLANTED1', 1, 'PLANTED2@x');""")
        omit = {"column": "code", "action": "omit", "reason": "r"}
        for rule in ({"columns": [omit, {"column": "pin", "action": "template", "sql": "code::int", "reason": "r"}]},
                     {"where": "code::int > 5", "columns": [omit]}, {"where": "code::int > 5", "follow": "both", "columns": [omit]},
                     {"columns": [{"column": "m", "action": "mask", "reason": "r"}]}):
            for arguments in (("dump", "-f", self.folder / "a"), ("dump", "-f", "-"), ("policy", "check", "--counts")):
                with self.subTest(rule=rule, arguments=arguments):
                    policy = self.tables({"table": "t", **rule})
                    options = [policy] if arguments[0] == "policy" else ["--policy", policy]
                    result = harness.run(*arguments, *options, "-d", self.url(source))
                    self.assertNotIn("PLANTED", result.out + result.err)
                    if arguments[0] == "dump":
                        self.assertEqual(result.code, 1, result)
                        self.assertRegex(result.err, "SQLSTATE 2")
        self.assertIn('(column "m")', result.err + harness.run("dump", "-d", self.url(source), "-f", "-", "--policy", policy).err)

    def test_checks_of_domains_are_warned_of(self):
        """policy check said that it works, and the dump failed at a row."""
        source = self.database("""CREATE DOMAIN mail AS text CHECK (value LIKE '%@%'); CREATE DOMAIN own AS mail; CREATE TABLE t (m own, n text);
            INSERT INTO t VALUES ('a@b', 'x')""")
        rules = [{"column": name, "action": "mask", "reason": "r"} for name in ("m", "n")]
        policy = self.tables({"table": "t", "columns": rules})
        result = self.ok("policy", "check", policy, "-d", self.url(source))
        self.assertEqual((result.out + result.err).count("has a CHECK constraint"), 1, result)
        self.assertIn('"public.t.m"', result.out + result.err)

    def test_children_by_inheritance(self):
        """They kept what their parent does not, without a word."""
        source = self.database("CREATE TABLE users (id int, code text); CREATE TABLE staff () INHERITS (users); INSERT INTO staff VALUES (1, 'c');")
        omit = {"table": "users", "columns": [{"column": "code", "action": "omit", "reason": "r"}]}
        arguments = ("dump", "-d", self.url(source), "-f", "-", "--policy")
        self.assertIn('"public.staff.code" is kept', self.ok(*arguments, self.tables(omit)).err)
        self.assertIn('"public.staff.code" is kept', self.ok("policy", "check", self.tables(omit), "-d", self.url(source)).out)
        every = {"table": "*", "columns": [{"column": "*", "action": "keep"}]}
        self.refused(5, '"public.staff.code" is kept', args=(*arguments, self.tables(omit, every, strict=True)))
        named = {"table": "staff", "columns": [{"column": "code", "action": "keep"}]}
        self.assertNotIn("is kept", self.ok(*arguments, self.tables(omit, every, named, strict=True)).err)

    def test_only_restored_tables_ask_for_something(self):
        """A restore of one table told what is to be done about the others."""
        source = self.database("CREATE TABLE a (i int); CREATE TABLE b (i int);")
        archive = self.dump(source, "x", "--policy", self.tables(*({"table": name, "action": "exclude-rows", "after-restore": f"fill {name} anew"} for name in "ab")))
        result = self.ok("restore", archive, "-d", self.url(self.database("")), "--tables", "a")
        self.assertIn("fill a anew", result.err)
        for arguments in (("dump", "-d", self.url(source), "-f", self.folder / "y", "--policy", self.folder / "policy.json"),
                          ("restore", archive, "-d", self.url(self.database("")))):
            self.assertIn("fill b anew", self.ok(*arguments, "--progress", "none").err)
        self.assertNotIn("fill b anew", result.err)


if __name__ == "__main__":
    unittest.main()
