"""Errors that said too little, said it raw, or had the wrong exit code; and dumps that a change of the schema made incomplete."""

import subprocess

import harness

# What somebody drops (or renames) after the dump has taken its snapshot and before it reads the object.
DROPPED = {
    "function": ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION f()"),
    "renamed function": ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "ALTER FUNCTION f() RENAME TO g"),
    "view": ("CREATE VIEW v AS SELECT 1 AS a", "DROP VIEW v"),
    "table": ("CREATE TABLE t (a int)", "DROP TABLE t"),
    "range type": ("CREATE TYPE r AS RANGE (subtype = int)", "DROP TYPE r"),
    "operator": ("CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'; "
                 "CREATE OPERATOR &&& (LEFTARG = int, RIGHTARG = int, FUNCTION = f)", "DROP OPERATOR &&&(int, int)"),
    "statistics": ("CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b FROM t", "DROP STATISTICS s"),
    "sequence": ("CREATE SEQUENCE s", "DROP SEQUENCE s"),
    "index": ("CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX i ON m (a)", "DROP INDEX i"),
    "trigger": ("CREATE VIEW v AS SELECT 1 AS a; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
                "CREATE TRIGGER t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()", "DROP TRIGGER t ON v"),
    "schema": ("CREATE SCHEMA s; CREATE DOMAIN s.d AS int", "ALTER SCHEMA s RENAME TO other"),
}


class Errors(harness.Case):
    def test_a_missing_file_of_a_key_is_configuration(self):
        """Missing key, passphrase, certificate and policy files ended with 1 instead of 2."""
        source = self.database("CREATE TABLE t (i int)")
        archive = self.dump(source, "a", "--encrypt", key=harness.KEY)
        nowhere = self.folder / "nowhere.pem"
        for option in ("--key-file", "--passphrase-file", "--identity"):
            self.refused(2, "nowhere.pem", args=("verify", archive, option, nowhere))
        for option in ("--key-file", "--passphrase-file", "--encrypt-to", "--policy"):
            self.refused(2, "nowhere.pem", args=("dump", "-d", self.url(source), "-f", self.folder / "b", option, nowhere))

    def test_a_malformed_key_in_the_environment(self):
        """It kept archives without encryption from being read; and 64 characters were said to be too few."""
        source = self.database("CREATE TABLE t AS SELECT 7 AS i")
        wrong = "0" * 40 + "x" + "0" * 23
        plain = self.dump(source, "plain")
        self.ok("verify", plain, key=wrong)
        self.assertIn("7", self.ok("cat", plain, "t", key=wrong).out)
        self.ok("restore", plain, "-d", self.url(self.database()), key=wrong)
        sealed = self.dump(source, "sealed", "--encrypt", key=harness.KEY)
        said = self.refused(2, "BACKUP_ENCRYPTION_KEY", "its character 41 is none", args=("verify", sealed), key=wrong)
        self.assertNotIn(wrong, said.err)
        self.refused(2, "has 3 characters", args=("verify", sealed), key="abc")

    def test_names_move_no_cursor(self):
        """Control characters of names went to the terminal as they were."""
        name = "a\x1b[31mred\x07\u009b2J\u202egnp"
        source = self.database(f'CREATE TABLE "{name}" (i int); INSERT INTO "{name}" VALUES (1); CREATE VIEW v AS SELECT * FROM "{name}"')
        archive = self.dump(source, "a")
        target = self.restore(archive)
        role, password = self.role(source)
        (self.folder / "p.json").write_text('{"version": 1, "tables": [{"table": "a*", "columns": [{"column": "*", "action": "omit", "reason": "r"}]}]}')
        runs = [
            self.refused(1, "exist already", args=("restore", archive, "-d", self.url(target))),
            self.refused(3, "SELECT", args=("dump", "-d", self.server.url(source, role, password), "-f", self.folder / "b")),
            harness.run("doctor", "-d", self.server.url(source, role, password)),
            harness.run("dump", "-d", self.url(source), "-f", self.folder / "c", "--policy", self.folder / "p.json"),
            self.ok("inspect", archive),
            self.ok("restore", archive, "-d", self.url(self.database()), "--dry-run"),
        ]
        for run in runs:
            for raw in ("\x1b", "\x07", "\u009b", "\u202e"):
                self.assertNotIn(raw, run.out + run.err, run)
        self.assertIn(r"a\x1b[31mred\x07\u009b2J\u202egnp", runs[0].err)

    def test_an_empty_folder_is_named(self):
        (self.folder / "empty").mkdir()
        self.refused(4, f'"{self.folder}/empty" has no manifest.json', args=("verify", self.folder / "empty"))

    def test_a_column_name_that_json_cannot_hold_is_told_with_its_table(self):
        name = self.server.new_database()
        self.server.query(f'DROP DATABASE "{name}"', "postgres")
        self.server.query(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "postgres")
        self.addCleanup(self.server.drop_database, name)
        self.server.query(r"""SET client_encoding = 'SQL_ASCII'; DO $$ BEGIN
            EXECUTE 'CREATE TABLE odd ("' || convert_from('\xff', 'SQL_ASCII') || '" int)'; END $$""", name)
        self.refused(1, '"public.odd"', "column", "not UTF-8",
                     args=("dump", "-d", self.url(name), "-f", self.folder / "a", "--rows", "json"))

    def test_what_an_excluded_table_leaves_without_it(self):
        """Neither the place in the policy was told, nor did doctor see it."""
        source = self.database("CREATE TABLE t (i int); CREATE VIEW v AS SELECT * FROM t")
        policy = self.folder / "p.json"
        policy.write_text('{"version": 1, "tables": [\n  {"table": "public.t", "action": "exclude", "reason": "r"}]}')
        self.refused(5, "policy refuses: VIEW public.v needs TABLE public.t", f"{policy}, line 2, column 3.",
                     args=("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", policy))
        doctor = harness.run("doctor", "-d", self.url(source), "--policy", policy)
        self.assertEqual(doctor.code, 1, doctor)
        self.assertIn("VIEW public.v needs TABLE public.t", doctor.out)

    def test_patterns_may_name_the_database(self):
        """psql and pg_dump take db.schema.table where db is the database at hand."""
        source = self.database("CREATE SCHEMA s; CREATE TABLE s.t (i int); CREATE TABLE u (i int)")
        for options in (("-t", f"{source}.s.t"), ("-n", f"{source}.s"), ("-T", f"{source}.public.*"), ("-t", f'"{source}".s."t"')):
            with self.subTest(options=options):
                script = self.ok("dump", "-d", self.url(source), "-f", "-", *options).out
                self.assertIn("CREATE TABLE s.t", script)
                self.assertNotIn("public.u", script)
        for option in ("-t", "-T", "--exclude-table-data"):
            self.refused(2, f'names another database than "{source}"',
                         args=("dump", "-d", self.url(source), "-f", "-", option, "other.s.t"))
        self.refused(2, "names another database", args=("dump", "-d", self.url(source), "-f", "-", "-n", "other.s"))
        self.refused(2, "wildcards", args=("dump", "-d", self.url(source), "-f", "-", "-t", "*.s.t"))
        self.refused(2, "more than three parts", args=("dump", "-d", self.url(source), "-f", "-", "-t", "a.b.c.d"))

    def test_every_table_that_cannot_be_read_is_named(self):
        """dump and doctor named the first only."""
        source = self.database("".join(f"CREATE TABLE t{i:02} (i int);" for i in range(25)) +
                               "CREATE TABLE hidden (i int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;"
                               "CREATE TABLE granted (i int); CREATE SCHEMA closed; CREATE TABLE closed.t (i int);"
                               "CREATE SEQUENCE s1; CREATE SEQUENCE s2")
        role, password = self.role(source)
        self.server.psql(source, script=f'GRANT SELECT ON granted, hidden TO "{role}"')
        url = self.server.url(source, role, password)
        said = self.refused(3, "cannot read 26 tables", '"closed"."t", "public"."t00", ', '"public"."t18" and 6 more', "cannot read 2 sequences",
                            'cannot read schema "closed"', 'cannot read table "public"."hidden"',
                            args=("dump", "-d", url, "-f", self.folder / "a"))
        self.assertNotIn("granted", said.err)
        doctor = harness.run("doctor", "-d", url)
        self.assertIn('"public"."t18" and 6 more', doctor.out)
        self.server.psql(source, script=f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{role}"; DROP SCHEMA closed CASCADE; '
                                        f'DROP TABLE hidden; REVOKE SELECT ON s1, s2 FROM "{role}"')
        self.refused(3, 'cannot read 2 sequences', '"public"."s1", "public"."s2"', args=("dump", "-d", url, "-f", self.folder / "a"))

    def test_a_schema_that_changes_while_it_is_read(self):
        """A function, statistics or an operator that was dropped meanwhile was missing from a dump that called itself whole;
        for others the server's internal error was all that was said."""
        for what, (create, drop) in DROPPED.items():
            with self.subTest(what=what):
                source = self.database(f"CREATE TABLE gate (i int); {create}")
                archive = self.folder / what
                with subprocess.Popen(["psql", "-X", "-q", "-At", "-d", source], env=self.server.environment(), text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE) as gate:
                    gate.stdin.write("BEGIN; LOCK TABLE gate; SELECT 1;\n")
                    gate.stdin.flush()
                    gate.stdout.readline()
                    dump = harness.start("dump", "-d", self.url(source), "-f", archive, "-j", 1)
                    waiting = (f"SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                               f"WHERE d.datname = '{source}' AND NOT l.granted")
                    harness.wait_until(lambda: self.server.query(waiting, "postgres") == "1", "waiting for the lock")
                    self.server.psql(source, script=drop)
                    gate.stdin.write("COMMIT;\n")
                    gate.stdin.close()
                    _, err = dump.communicate(timeout=harness.PATIENCE)
                self.assertEqual(dump.returncode, 1, err.decode())
                self.assertRegex(err.decode(), "somebody")
                self.assertIn("Run the dump again", err.decode())
                self.assert_nothing_left(archive)
                self.ok("dump", "-d", self.url(source), "-f", archive)


if __name__ == "__main__":
    harness.main()
