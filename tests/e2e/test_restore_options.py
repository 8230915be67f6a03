"""Restoring a part, all or nothing, into a new database, or only looking."""

import json
import subprocess

import harness
import servers


class RestoreOptions(harness.Case):
    def state(self, database):
        """Everything that a restore could have changed."""
        return (harness.compare.schema_entries(self.server, database), harness.compare.fingerprints(self.server, database))

    def test_some_tables_into_an_existing_schema(self):
        archive = self.dump(self.app(), "archive.zip")
        target = self.restore(archive, "--schema-only")
        for options in (["--tables", "shop.categories,qa.labels"], ["-t", "ops.schema_mig*", "-t", "audit.log_2024_0?"]):
            with self.subTest(options=options):
                self.ok("restore", archive, "-d", self.url(target), "--data-only", "-y", *options)
        loaded = {name for name, state in harness.compare.fingerprints(self.server, target).items()
                  if not name.split(".")[1].endswith("_seq") and state.split("|")[0] not in ("0", "not populated") and "|t" not in state and "|f" not in state}
        self.assertEqual(loaded & {"shop.categories", "qa.labels", "audit.log_2024_03", "auth.users", "shop.orders"},
                         {"shop.categories", "qa.labels", "audit.log_2024_03"})
        only = ["shop.categories", "qa.labels", "audit.log_2024_03"]
        self.assertEqual(harness.compare.compare_rows(self.server, self.app(), target, only=only), [])

    def test_only_looking_tries_all_definitions(self):
        role, _ = self.role()
        source = self.database(f"CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1), (1 + 1); GRANT SELECT ON a TO {role}; CREATE VIEW v AS SELECT id FROM a")
        archive = self.dump(source, "archive")
        self.server.psql(source, script=f"DROP OWNED BY {role}")
        target = self.database()
        before = self.state(target)
        shown = self.ok("restore", archive, "-d", self.url(target), "--dry-run", "--json")
        self.assertIn("tried: all 4 definitions", shown.json["plan"][-1])
        self.server.psql("postgres", script=f"DROP ROLE {role}")
        self.refused(1, role, "restore without privileges: -x", args=["restore", archive, "-d", self.url(target), "--dry-run"])
        self.assertEqual(self.state(target), before)
        self.assertIn("not tried", self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", "rt_never_made", "--dry-run", "-x").out)

    def test_roles_that_are_missing_are_told_before_anything_is_made(self):
        roles = {name: self.role()[0] for name in ("owner", "grantee", "reader", "maker", "mapped")}
        source = self.database("""
            CREATE TABLE a (id integer); ALTER TABLE a OWNER TO {owner}; GRANT SELECT ON a TO {grantee};
            CREATE POLICY p ON a TO {reader} USING (id > 0); ALTER DEFAULT PRIVILEGES FOR ROLE {maker} GRANT SELECT ON TABLES TO {grantee};
            CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; CREATE USER MAPPING FOR {mapped} SERVER s""".format(**roles))
        archive = self.dump(source, "archive")
        self.server.psql(source, script="DROP POLICY p ON a; DROP USER MAPPING FOR {mapped} SERVER s; DROP OWNED BY {owner}, {grantee}, {maker} CASCADE".format(**roles))
        for role in roles.values():
            self.server.psql("postgres", script=f"DROP ROLE {role}")
        target = self.database()
        before = self.state(target)
        for options in ([], ["--dry-run"], ["-1"], ["--resumable"]):
            result = self.refused(1, *roles.values(), "owner of TABLE public.a", "Nothing was changed", "-O -x --no-policies", "--map-role", "--globals",
                                  args=["restore", archive, "-d", self.url(target), *options])
            self.assertNotIn("Done", result.err)
        self.assertEqual(self.state(target), before)
        missing = self.refused(1, roles["mapped"], args=["restore", archive, "-d", self.url(target), "-O", "-x", "--no-policies"])
        for gone in ("owner", "grantee", "reader", "maker"):
            self.assertNotIn(roles[gone], missing.err)
        never = f"{target}_never"
        self.refused(1, roles["owner"], args=["restore", archive, "--create-db", never, "-d", self.url("postgres")])
        self.assertEqual(self.server.query(f"SELECT count(*) FROM pg_database WHERE datname = '{never}'", "postgres"), "0")
        options = [word for role in roles.values() for word in ("--map-role", f"{role}={self.server.user}")]
        self.ok("restore", archive, "-d", self.url(target), *options)

    def test_a_reference_to_what_is_not_there_is_an_error_or_left_out(self):
        archive = self.dump(self.database("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer REFERENCES a); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);"
                                          "COMMENT ON CONSTRAINT b_id_fkey ON b IS 'x'"), "archive")
        target = self.database()
        before = self.state(target)
        self.refused(1, "TABLE public.a (for FK CONSTRAINT b_id_fkey of public.b)", "Nothing was changed", "--with-dependencies", "--skip-missing-references",
                     args=["restore", archive, "-d", self.url(target), "-t", "b"])
        self.assertEqual(self.state(target), before)
        result = self.ok("restore", archive, "-d", self.url(target), "-t", "b", "--skip-missing-references")
        self.assertIn("FK CONSTRAINT b_id_fkey of public.b is left out", result.err)
        self.assertEqual(self.server.query("SELECT count(*), (SELECT count(*) FROM pg_constraint WHERE contype = 'f') FROM b", target), "1|0")

    def test_only_looking_does_not_wait_for_locks(self):
        archive = self.dump(self.database("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer REFERENCES a)"), "archive")
        target = self.database("CREATE TABLE a (id integer PRIMARY KEY)")
        holder = subprocess.Popen(["psql", "-XAtq", "-d", target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.server.environment())
        try:
            holder.stdin.write("BEGIN; LOCK TABLE a; SELECT 'held';\n")
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline(), "held\n")
            self.refused(1, "cannot create FK CONSTRAINT", "lock timeout", "a table that it needs", args=["restore", archive, "-d", self.url(target), "-t", "b", "--dry-run"])
        finally:
            holder.kill()
            holder.communicate()

    def test_rows_alone_ask_only_where_there_are_some(self):
        source = self.database("CREATE TABLE a (id integer); CREATE TABLE b (id integer); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)")
        archive = self.dump(source, "archive")
        target = self.restore(archive, "-s")
        self.ok("restore", archive, "-d", self.url(target), "-a", "-t", "a")
        self.refused(2, "not restored", "--yes", args=["restore", archive, "-d", self.url(target), "-a"])
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)", target), "1|0")
        self.ok("restore", archive, "-d", self.url(target), "-a", "--yes")
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)", target), "2|1")

    def test_one_table_with_its_definition(self):
        source = self.database("CREATE TABLE a (id integer PRIMARY KEY, t text); CREATE TABLE b (id integer); INSERT INTO a VALUES (1, 'x')")
        archive = self.dump(source, "two")
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "--tables", "public.a")
        self.assertEqual(self.server.query("SELECT t, to_regclass('b') IS NULL FROM a", target), "x|t")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'p'", target), "1")

    def test_what_was_made_before_an_error_is_told(self):
        archive = self.dump(self.database("CREATE TYPE t1 AS ENUM ('a'); CREATE TEXT SEARCH CONFIGURATION t2 (PARSER = \"default\"); CREATE TABLE t (a t1)"), "types")
        target = self.database("CREATE TEXT SEARCH CONFIGURATION t2 (PARSER = \"default\")")
        types = "SELECT count(*) FROM pg_type WHERE typname IN ('t1', '_t1')"
        self.refused(1, "t2", "The transaction was rolled back.", args=["restore", archive, "-d", self.url(target), "-1"])
        self.assertEqual(self.server.query(types, target), "0")
        self.refused(1, "t2", "The database is restored in part.", "Done: 1 of 3 objects before the rows.", args=["restore", archive, "-d", self.url(target)])
        self.assertEqual(self.server.query(types, target), "2")

    def test_a_table_that_is_not_there(self):
        archive = self.dump(self.app(), "archive")
        self.refused(2, "no_such", args=["restore", archive, "-d", self.url(self.database()), "--tables", "auth.no_such"])
        self.refused(2, "no_such", args=["restore", archive, "-d", self.url(self.database()), "-t", "auth.no_such*"])

    def test_a_single_transaction_restores_everything(self):
        archive = self.dump(self.app(), "archive")
        self.assert_same(self.app(), self.restore(archive, "-1"))

    def test_rows_of_a_single_transaction_are_frozen(self):
        if self.server.major < 14:
            self.skipTest("before version 14 a frozen COPY left the visibility map as it was")
        source = self.database("CREATE TABLE a (id integer PRIMARY KEY, t text); INSERT INTO a SELECT i, md5(i::text) FROM generate_series(1, 20000) i;"
                               "CREATE TABLE p (id integer) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9000);"
                               "INSERT INTO p SELECT i FROM generate_series(1, 8000) i")
        archive = self.dump(source, "archive", "--part-size", "256kB")
        self.assertGreater(sum(len(table["parts"]) for table in harness.manifest(archive)["tables"]), 2)

        def frozen(database):
            self.server.query("CREATE EXTENSION pg_visibility", database)
            return self.server.query("SELECT bool_and(all_frozen), count(*) > 100 FROM unnest('{a,p1}'::regclass[]) t, pg_visibility_map(t)", database)

        target = self.restore(archive, "-1", "--no-analyze")
        self.assert_same(source, target)
        self.assertEqual(frozen(target), "t|t")
        # Into tables that were there, which others may look at.
        target = self.restore(archive, "-s")
        self.ok("restore", archive, "-d", self.url(target), "-a", "-1", "-y", "--no-analyze")
        self.assertEqual(frozen(target), "f|t")

    def test_a_single_transaction_that_fails_changes_nothing(self):
        archive = self.dump(self.app(), "archive")
        # The role is missing only when the last privileges are granted: far into the restore.
        target = self.database("CREATE FUNCTION public.stop() RETURNS event_trigger LANGUAGE plpgsql AS "
                               "$$ BEGIN IF tg_tag = 'CREATE TRIGGER' THEN RAISE 'no triggers today'; END IF; END $$;"
                               "CREATE EVENT TRIGGER stop ON ddl_command_start EXECUTE FUNCTION public.stop();")
        before = self.state(target)
        result = self.refused(1, "no triggers today", args=["restore", archive, "-d", self.url(target), "-1", "-y"])
        self.assertIn("rolled back", result.err)
        self.assertEqual(self.state(target), before)

    def test_a_restore_that_fails_says_what_is_done(self):
        archive = self.dump(self.app(), "archive")
        target = self.database("CREATE FUNCTION public.stop() RETURNS event_trigger LANGUAGE plpgsql AS "
                               "$$ BEGIN IF tg_tag = 'CREATE TRIGGER' THEN RAISE 'no triggers today'; END IF; END $$;"
                               "CREATE EVENT TRIGGER stop ON ddl_command_start EXECUTE FUNCTION public.stop();")
        result = self.refused(1, "no triggers today", "TRIGGER", args=["restore", archive, "-d", self.url(target), "-y"])
        self.assertRegex(result.err, r"(?i)done: .*rows")

    def test_a_report_that_nobody_gets(self):
        """The error did not tell that all had been done before."""
        source = self.database("CREATE TABLE \"Big\" (id int PRIMARY KEY); INSERT INTO \"Big\" VALUES (1)")
        with open("/dev/full", "w") as full:
            def run(*args):
                return subprocess.run([harness.PGCOFFER, *map(str, args), "--json"], stdout=full, stderr=subprocess.PIPE, text=True)

            archive = self.folder / "a"
            dumped = run("dump", "-d", self.url(source), "-f", archive)
            target = self.database()
            restored = run("restore", archive, "-d", self.url(target))
            merged = run("restore", archive, "-d", self.url(target), "--mode", "sync", "--yes")
        for result, done in ((dumped, "the archive is whole"), (restored, "restored and committed"), (merged, "restored and committed")):
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("cannot write to standard output", result.stderr)
            self.assertIn(done, result.stderr)
        self.ok("compare", archive, "-d", self.url(target))
        # A name that SQL quotes is not quoted twice.
        self.server.query("DROP TABLE \"Big\"", target)
        self.refused(1, 'table public."Big" is not in the database', args=("restore", archive, "-d", self.url(target), "--mode", "sync"))

    def test_a_new_database(self):
        archive = self.dump(self.app(), "archive.zip")
        for name in (f"{self.app()}_New 'Name'", f"{self.app()}_plain"):
            with self.subTest(name=name):
                self.addCleanup(self.server.drop_database, name)
                self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", name)
                self.assert_same(self.app(), name)
                self.assertEqual(self.server.query("SELECT encoding, datcollate, datctype FROM pg_database WHERE datname = current_database()", name),
                                 self.server.query("SELECT encoding, datcollate, datctype FROM pg_database WHERE datname = current_database()", self.app()))
                result = harness.run("restore", archive, "-d", self.url("postgres"), "--create-db", name)
                self.assertNotEqual(result.code, 0, result)
                self.assertIn("exists", result.err)

    def test_looking_changes_nothing(self):
        archive = self.dump(self.app(), "archive")
        target = self.database("CREATE TABLE mine (id integer)")
        before = self.state(target)
        shown = self.ok("restore", archive, "-d", self.url(target), "--dry-run")
        self.assertIn("auth.users", shown.out + shown.err)
        self.assertEqual(self.state(target), before)
        name = self.app() + "_never"
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", name, "--dry-run")
        self.assertEqual(self.server.query(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'", "postgres"), "0")

    def test_a_database_that_holds_something_is_a_question(self):
        source = self.database("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)")
        archive = self.dump(source, "archive")
        target = self.database("CREATE TABLE mine (id integer)")
        before = self.state(target)
        self.refused(2, "not empty", args=["restore", archive, "-d", self.url(target)])
        self.assertEqual(self.state(target), before)
        self.ok("restore", archive, "-d", self.url(target), "--yes")
        self.assertEqual(self.server.query("SELECT count(*) FROM a", target), "1")

    def test_a_table_that_exists_already(self):
        source = self.database("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)")
        archive = self.dump(source, "archive")
        target = self.database("CREATE TABLE a (other text); INSERT INTO a VALUES ('mine')")
        before = self.state(target)
        self.assertNotEqual(harness.run("restore", archive, "-d", self.url(target), "-y").code, 0)
        self.assertEqual(self.state(target), before)

    def test_a_missing_role(self):
        name, _ = self.role()
        source = self.database(f"CREATE TABLE a (id integer); ALTER TABLE a OWNER TO {name}; CREATE TABLE b (id integer); GRANT SELECT ON b TO {name}")
        archive = self.dump(source, "archive")
        self.server.query(f"DROP OWNED BY {name}", source)
        self.server.query(f"DROP ROLE {name}", "postgres")
        result = self.refused(1, name, args=["restore", archive, "-d", self.url(self.database())])
        self.assertIn("-O", result.err)
        self.ok("restore", archive, "-d", self.url(self.database()), "-O", "-x")

    def test_as_a_plain_role(self):
        role, password = self.role()
        source = self.database("CREATE SCHEMA s; CREATE TABLE s.a (id integer PRIMARY KEY, t text); INSERT INTO s.a VALUES (1, 'x');"
                               "CREATE VIEW s.v AS SELECT * FROM s.a; COMMENT ON TABLE s.a IS 'c'")
        archive = self.dump(source, "archive")
        target = self.database()
        self.server.query(f'ALTER DATABASE "{target}" OWNER TO {role}', "postgres")
        self.addCleanup(self.server.query, f'ALTER DATABASE "{target}" OWNER TO {self.server.user}', "postgres")
        self.ok("restore", archive, "-d", self.url(target, user=role, password=password), "-O", "-x")
        self.assertEqual(harness.compare.compare_rows(self.server, source, target), [])

    def test_what_the_server_refuses_is_left_out_when_asked_for(self):
        role, password = self.role()
        source = self.database("CREATE FUNCTION low(text) RETURNS text LANGUAGE internal IMMUTABLE STRICT AS 'lower';"
                               "CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i';"
                               "CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a VALUES (1, 'x'); CREATE INDEX a_low ON a (low(t));"
                               "CREATE TABLE b (id int PRIMARY KEY, t text, l text GENERATED ALWAYS AS (low(t)) STORED); INSERT INTO b VALUES (1, 'X');"
                               "ALTER TABLE a ADD FOREIGN KEY (id) REFERENCES b; COMMENT ON TABLE b IS 'lost';"
                               "CREATE VIEW v AS SELECT low(t) FROM a; CREATE VIEW w AS SELECT * FROM a")
        archive = self.dump(source, "archive")
        command = ["restore", archive, "-O", "-x"]
        lost = {"FUNCTION public.low(text)", "TABLE public.b", "rows of public.b", "VIEW public.v", "INDEX public.a_low", "COMMENT on TABLE public.b",
                "CONSTRAINT b_pkey of public.b", "FK CONSTRAINT a_id_fkey of public.a"}
        for options in (["--dry-run"], ["-j", "2"], ["-1"]):
            with self.subTest(options=options):
                target = self.database()
                self.server.query(f'ALTER DATABASE "{target}" OWNER TO {role}', "postgres")
                self.addCleanup(self.server.query, f'ALTER DATABASE "{target}" OWNER TO {self.server.user}', "postgres")
                into = ["-d", self.url(target, user=role, password=password)]
                self.refused(3, "cannot create FUNCTION public.low(text)", "--skip-refused restores what", args=[*command, *into])
                self.server.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO public", target)
                result = harness.run(*command, *into, "--skip-refused", "--json", *options)
                self.assertEqual(result.code, 1, result)
                told = {one["object"]: one["why"] for one in json.loads(result.out)["refused"]}
                self.assertEqual(set(told), lost)
                self.assertIn("permission denied for language internal", told["FUNCTION public.low(text)"])
                self.assertEqual(told["rows of public.b"], "need TABLE public.b")
                self.assertIn("left out: VIEW public.v: needs FUNCTION public.low(text)", result.err)
                self.assertIn("8 objects " + ("would not be" if "--dry-run" in options else "are not") + " restored", result.err)
                there = self.server.query("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace", target)
                self.assertEqual(there, "" if "--dry-run" in options else "a,a_pkey,w")
                if there:
                    self.assertEqual(self.server.query("SELECT t || twice(id) FROM w", target), "x2")
        self.ok("restore", archive, "-d", self.url(self.database()), "--skip-refused")
        # Who does not get the report is not told that all was restored.
        target = self.database()
        self.server.query(f'ALTER DATABASE "{target}" OWNER TO {role}', "postgres")
        self.addCleanup(self.server.query, f'ALTER DATABASE "{target}" OWNER TO {self.server.user}', "postgres")
        with open("/dev/full", "w") as full:
            result = subprocess.run([harness.PGCOFFER, *map(str, command), "-d", self.url(target, user=role, password=password), "--skip-refused", "--json"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("8 objects are left out", result.stderr)
        self.assertNotIn("missing, all is restored", result.stderr)
        # A partition that has no place keeps its rows beside.
        parted = self.dump(self.database("CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); INSERT INTO p VALUES (1)"), "parted")
        target = self.database("CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE other PARTITION OF p FOR VALUES FROM (5) TO (9)")
        result = harness.run("restore", parted, "-d", self.url(target), "-t", "p1", "--skip-refused", "--yes", "--json")
        self.assertEqual([one["object"] for one in json.loads(result.out)["refused"]], ["TABLE ATTACH public.p1"])
        self.assertEqual(self.server.query("SELECT i FROM p1", target), "1")
        for others in (["--clean"], ["--resumable"], ["--mode", "append"], ["--verify-after"], ["--data-only"]):
            self.refused(2, "--skip-refused", args=[*command, "-d", self.url(self.database()), "--skip-refused", *others])

    def test_a_partition_is_brought_back_into_its_table(self):
        """The table's indexes would be made for it when it is attached, beside those of the archive."""
        source = self.database("CREATE TABLE ev (id int, at date, c text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE INDEX ON ev (c);"
                               "CREATE TABLE ev_23 PARTITION OF ev FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
                               "CREATE TABLE ev_24 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (id);"
                               "CREATE TABLE ev_24a PARTITION OF ev_24 FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE INDEX own ON ev_23 (id, c);"
                               "INSERT INTO ev SELECT g, date '2023-06-01' + g, g FROM generate_series(1, 400) g")
        archive, copy = self.dump(source, "archive"), self.database()
        self.ok("restore", archive, "-d", self.url(copy))
        script = self.folder / "script.sql"
        done = subprocess.run([*servers.pg_dump_command(self.server.major), "-d", source, "-f", script], capture_output=True, text=True, env=self.server.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        for path in (archive, script):
            for options in ([], ["-1"], ["-j", "1"]):
                with self.subTest(path=path.name, options=options):
                    self.server.psql(copy, script="DROP TABLE ev_23, ev_24")
                    self.ok("restore", path, "-d", self.url(copy), "--tables", "ev_23,ev_24", "-y", *options)
                    self.assert_same(source, copy)
        self.server.psql(copy, script="DELETE FROM ev_23")
        self.ok("restore", archive, "-d", self.url(copy), "--tables", "ev_23", "-c", "-y")
        self.assert_same(source, copy)

    def test_a_partition_by_the_hash_of_an_enum_is_brought_back_without_rows_of_others(self):
        """Its rows went in by the partitioned table, where an enum made anew has other hashes: into other partitions, twice."""
        setup = ("CREATE TYPE en AS ENUM ('a', 'b', 'c', 'd', 'e', 'f'); CREATE TABLE l (id int, k en) PARTITION BY HASH (k); CREATE TABLE la PARTITION OF l FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                 "CREATE TABLE lb PARTITION OF l FOR VALUES WITH (MODULUS 2, REMAINDER 1);")
        source = self.database(setup + "INSERT INTO l SELECT g, (enum_range(NULL::en))[1 + g % 6] FROM generate_series(1, 300) g")
        archive = self.dump(source, "archive")
        for _ in range(8):
            copy = self.restore(archive)
            lost = self.server.query("SELECT count(*) FROM la", copy)
            self.server.psql(copy, script="DROP TABLE la")
            done = harness.run("restore", archive, "-d", self.url(copy), "--tables", "la", "-1", "-y", "--verify-after")
            self.assertIn("rows of public.la are loaded into it alone", done.err)
            ids, rows = self.server.query("SELECT count(DISTINCT id), count(*) FROM l", copy).split("|")
            self.assertEqual(ids, rows)
            if done.code == 0:
                self.assertEqual(harness.run("compare", archive, "-d", self.url(copy), "-a", "--tables", "l").code, 0 if ids == "300" else 6)
            else:
                self.assertEqual((done.code, int(ids)), (1, 300 - int(lost)))
        self.server.psql(source, script="DROP TABLE la")
        self.ok("restore", archive, "-d", self.url(source), "--tables", "la", "-y", "--verify-after")
        self.assertEqual(self.server.query("SELECT count(DISTINCT id), count(*) FROM l", source), "300|300")
        # Empty in the archive, the other partition may have rows here.
        self.server.psql(source, script="DELETE FROM lb")
        alone, copy = self.dump(source, "alone"), self.database(setup + "INSERT INTO l SELECT g, 'a' FROM generate_series(1, 9) g")
        self.server.psql(copy, script="DROP TABLE la")
        self.assertIn("rows of public.la are loaded into it alone", harness.run("restore", alone, "-d", self.url(copy), "--tables", "la", "-1", "-y").err)


if __name__ == "__main__":
    harness.main()
