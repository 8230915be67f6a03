"""Symptoms that testers found in restore and compare, one test each; all failed before they were mended."""

import json
import subprocess
import time

import harness
import servers

DIFFERENT = 6
BREAKS_INDEXES = """
CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no index today'; END $$;
CREATE EVENT TRIGGER no ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.no();
"""
POLICY = """{"version": 1, "tables": [
  {"table": "public.people", "columns": [
    {"column": "mail", "action": "null", "reason": "r", "after-restore": "ask for mail"},
    {"column": "note", "action": "omit", "reason": "r"}]},
  {"table": "public.secret", "action": "exclude-rows", "reason": "r"}]}"""


class FoundByTesters(harness.Case):
    def compare(self, code, *args):
        result = harness.run("compare", *args, "--json")
        self.assertEqual(result.code, code, result)
        return result.json

    def pg_dump(self, database, name, *options):
        path = self.folder / name
        subprocess.run([*servers.pg_dump_command(self.server.major), *options, "-d", database, "-f", path], check=True,
                       env=self.server.environment())
        return path

    def test_archives_of_pg_dump_do_not_differ_from_their_database(self):
        """Foreign keys, functions, row security and comments were "changed", or missing and added."""
        source = self.database("""
            CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.c (id int PRIMARY KEY, p int REFERENCES s.p);
            ALTER TABLE s.c ENABLE ROW LEVEL SECURITY; COMMENT ON COLUMN s.c.p IS 'the parent'; COMMENT ON TABLE s.p IS 'it';
            CREATE FUNCTION s.f(a int DEFAULT 1, b text DEFAULT 'x') RETURNS int LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
              PARALLEL SAFE COST 7 SET search_path TO s, pg_temp AS $$ BEGIN RETURN a; END $$;
            COMMENT ON FUNCTION s.f(int, text) IS 'of two';
            CREATE TABLE s.parts (i int) PARTITION BY LIST (i); CREATE TABLE s.part_1 PARTITION OF s.parts FOR VALUES IN (1);
            CREATE MATERIALIZED VIEW s.kept AS SELECT id FROM s.p; GRANT SELECT ON s.p TO PUBLIC; GRANT SELECT (p) ON s.c TO PUBLIC;
            GRANT EXECUTE ON FUNCTION s.f(int, text) TO PUBLIC; CREATE SEQUENCE s.q; SELECT setval('s.q', 5);
            ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;""")
        ours = self.dump(source, "ours")
        for options in (["-Fc"], ["-Fp"]):
            with self.subTest(options=options):
                archive = self.pg_dump(source, f"theirs{options[0]}", *options)
                self.assertEqual(self.compare(0, archive, "-d", self.url(source))["objects"], [])
                self.assertEqual(self.compare(0, archive, "-d", self.url(source), "-s")["objects"], [])
                self.assertEqual(self.compare(0, ours, archive)["objects"], [])
        self.assertEqual(self.compare(0, self.folder / "theirs-Fp", self.folder / "theirs-Fc")["objects"], [])
        self.server.psql(source, script="COMMENT ON FUNCTION s.f(int, text) IS 'another'; ALTER FUNCTION s.f(int, text) PARALLEL UNSAFE;"
                                        "GRANT INSERT ON s.p TO PUBLIC; SELECT setval('s.q', 900)")
        for archive in (ours, self.folder / "theirs-Fp", self.folder / "theirs-Fc"):
            report = self.compare(DIFFERENT, archive, "-d", self.url(source))
            self.assertEqual({(one["change"], one["kind"]) for one in report["objects"]},
                             {("changed", "COMMENT"), ("changed", "FUNCTION"), ("changed", "ACL"), ("changed", "SEQUENCE SET")})
            self.assertEqual([one["perhaps_only_writing"] for one in report["objects"] if one["kind"] == "SEQUENCE SET"], [False])

    def test_definitions_that_another_version_writes_differently(self):
        """A view was "changed" right after a restore into a newer server, without a word."""
        source = self.database("CREATE TABLE t (i int); CREATE VIEW v AS SELECT i FROM t; CREATE TABLE u (i int);")
        archive = self.dump(source, "a")
        newer = max(servers.every(), key=lambda server: server.major)
        if newer.major == self.server.major:
            self.skipTest("wants a newer server")
        copy = newer.new_database()
        self.addCleanup(newer.drop_database, copy)
        self.ok("restore", archive, "-d", newer.url(copy))
        newer.psql(copy, script="CREATE OR REPLACE VIEW v AS SELECT i + 0 AS i FROM t; COMMENT ON VIEW v IS 'x'; ALTER TABLE u ADD j int;")
        report = self.compare(DIFFERENT, archive, "-d", newer.url(copy))
        marked = {one["name"]: one["perhaps_only_writing"] for one in report["objects"] if one["change"] == "changed"}
        self.assertEqual(marked, {"v": True, "u": True})
        self.assertTrue(any("write views" in note for note in report["notes"]), report["notes"])
        self.assertIn("changed  VIEW public.v (perhaps in writing only)", harness.run("compare", archive, "-d", newer.url(copy)).out)

    def test_compare_says_what_is_changed(self):
        """It said that a function was changed, but not how."""
        source = self.database("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1\n$$; CREATE TABLE gone (i int);")
        archive = self.dump(source, "a")
        self.server.psql(source, script="CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 2\n$$; DROP TABLE gone")
        result = harness.run("compare", archive, "-d", self.url(source))
        self.assertEqual(result.code, DIFFERENT, result)
        self.assertIn("changed  FUNCTION public.f()\n    - SELECT 1\n    + SELECT 2\n", result.out)
        self.assertEqual(result.out.count("gone"), 1, "a table that is not there is said once")
        self.assertIn("only the archive has it", harness.run("compare", archive, "-d", self.url(source), "-a").out)

    def unfinished(self):
        """An archive, and a database in which its restore stopped before the index."""
        archive = self.dump(self.database("CREATE TABLE t AS SELECT i FROM generate_series(1, 9) i; CREATE INDEX x ON t (i);"), "a")
        copy = self.database(BREAKS_INDEXES)
        self.refused(1, "no index today", args=("restore", archive, "-d", self.url(copy), "--resumable"))
        self.server.psql(copy, script="DROP EVENT TRIGGER no")
        return archive, copy

    def test_a_waiting_resume_does_not_stop_a_restore_at_work(self):
        """Two --resume waited for one another for ever: the sessions of the first stood in the queue behind the second."""
        archive, copy = self.unfinished()
        key = 0x7067636f66666572
        working = subprocess.Popen(["psql", "-X", "-q", "-d", copy, "-c", f"SELECT pg_advisory_lock_shared({key}), pg_sleep(60)"],
                                   env=self.server.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = {key >> 32} AND granted"
        harness.wait_until(lambda: self.server.query(held, copy) == "1", "the lock")
        second = harness.start("restore", archive, "-d", self.url(copy), "--resume")
        time.sleep(1)
        self.server.psql(copy, script=f"SET lock_timeout = '1s'; SELECT pg_advisory_lock_shared({key})")
        self.server.psql(copy, script="SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
                                      "AND pid <> pg_backend_pid() AND datname = current_database()")
        working.wait()
        _, err = second.communicate(timeout=60)
        self.assertEqual(second.returncode, 0, err)
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_indexes WHERE indexname = 'x'", copy), "1")

    def test_resume_after_the_end(self):
        """"Nothing to go on with" was all that a script learned, whether the restore was finished or never begun; and it failed."""
        archive, copy = self.unfinished()
        self.ok("restore", archive, "-d", self.url(copy), "--resume")
        state = self.state(copy)
        again = ("restore", archive, "-d", self.url(copy), "--resume")
        self.assertIn("nothing is left to do", self.ok(*again).err)
        self.assertTrue(self.ok(*again, "--json").json["nothing_left"])
        self.assertEqual(self.state(copy), state)
        self.refused(1, "nothing to go on with", "lacks INDEX public.x", args=("restore", archive, "-d", self.url(self.database("CREATE TABLE t (i int)")), "--resume"))
        # What somebody has taken away since, or a restore without a journal has not made, is not taken for done.
        for change, lacks in (("DROP INDEX x", "lacks INDEX public.x"), ("CREATE INDEX x ON t (i); DELETE FROM t WHERE i = 5", "lacks rows of the archive: table public.t has 8 rows in the database and 9 in the archive")):
            self.server.psql(copy, script=change)
            self.refused(1, lacks, args=again)

    def state(self, database):
        return self.server.query("SELECT (SELECT string_agg(i || ' ' || xmin || ' ' || ctid, ',') FROM t), (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_class)", database)

    def test_a_failed_restore_says_how_to_begin_anew(self):
        """It said what was done, and not what to do."""
        archive = self.dump(self.database("CREATE TABLE t AS SELECT 1 AS i; CREATE INDEX x ON t (i);"), "a")
        self.refused(1, "restored in part", "To begin anew", "--resumable",
                     args=("restore", archive, "-d", self.url(self.database(BREAKS_INDEXES))))

    def test_analyze_that_fails_leaves_a_whole_restore(self):
        """"Restored in part", it said, when the connection was lost in ANALYZE."""
        source = self.database("""
            CREATE TABLE t AS SELECT i FROM generate_series(1, 99) i;
            CREATE FUNCTION f(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
              IF current_query() LIKE 'ANALYZE%' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN i; END $$;
            CREATE INDEX x ON t (f(i));""")
        archive, copy = self.dump(source, "a"), self.database()
        result = self.refused(3, "Everything is restored", "run ANALYZE", args=("restore", archive, "-d", self.url(copy)))
        self.assertNotIn("in part", result.err)
        self.assertEqual(self.server.query("SELECT count(*) FROM t", copy), "99")

    def test_a_schema_that_exists_is_taken(self):
        """Found when its turn came, with other objects made already; functions and types, too."""
        source = self.database("CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.t (i int); CREATE FUNCTION a.f(i int) RETURNS int "
                               "LANGUAGE sql AS 'SELECT 1'; CREATE TYPE b.e AS ENUM ('x'); COMMENT ON SCHEMA b IS 'mine';")
        archive, copy = self.dump(source, "a"), self.database("CREATE SCHEMA b")
        self.assertIn("SCHEMA b is there already", self.ok("restore", archive, "-d", self.url(copy)).err)
        self.assert_same(source, copy)
        for sql, name in (("CREATE FUNCTION a.f(int) RETURNS int LANGUAGE sql AS 'SELECT 2'", "FUNCTION a"),
                          ("CREATE TYPE a.e AS ENUM (); CREATE SCHEMA b; CREATE TYPE b.e AS ENUM ()", "TYPE b.e")):
            with self.subTest(name=name):
                occupied = self.database("CREATE SCHEMA a;" + sql)
                self.refused(1, " already: ", name, "Nothing was changed", args=("restore", archive, "-d", self.url(occupied), "-y"))
                self.assertEqual(self.server.query("SELECT to_regclass('b.t') IS NULL", occupied), "t")

    def test_options_that_contradict_or_are_forgotten(self):
        """-C was ignored beside --create-db, and -y taken for a table."""
        archive = self.dump(self.database("CREATE TABLE t (i int)"), "a")
        self.refused(2, "exclude each other", args=("restore", archive, "-d", self.url(self.database()), "-C", "--create-db", "x"))
        self.refused(2, "names of tables", args=("restore", archive, "-d", self.url(self.database()), "--tables", "-y"))

    def test_a_comment_that_only_an_owner_may_make(self):
        """The hint was -O -x, which were given."""
        archive = self.dump(self.database("CREATE EXTENSION btree_gist; COMMENT ON EXTENSION btree_gist IS 'mine'"), "a")
        copy = self.database("CREATE EXTENSION btree_gist")
        role, password = self.role(copy)
        self.server.psql(copy, script=f"GRANT CREATE ON DATABASE {copy} TO {role}; GRANT ALL ON SCHEMA public TO {role}")
        url = self.server.url(copy, role, password)
        result = self.refused(3, "--no-comments", args=("restore", archive, "-d", url, "-O", "-x"))
        self.assertNotIn("-O -x", result.err)
        self.ok("restore", archive, "-d", url, "-O", "-x", "--no-comments")

    def with_policy(self):
        source = self.database("CREATE TABLE people (id serial PRIMARY KEY, mail text, note text); INSERT INTO people (mail, note) "
                               "VALUES ('m', 'n'); CREATE TABLE secret (i int); SELECT lo_create(4711);")
        policy = self.folder / "policy.json"
        policy.write_text(POLICY)
        return source, self.dump(source, "masked", "--policy", policy)

    def test_what_is_to_be_done_after_a_merge_is_said(self):
        """Only a restore without --mode did."""
        source, archive = self.with_policy()
        command = ["restore", archive, "-d", self.url(source), "--mode", "upsert", "-y", "--tables", "people"]
        self.assertIn("ask for mail", self.ok(*command).err)
        self.assertIn("ask for mail", self.ok(*command, "--progress", "none").err)
        self.assertEqual(len(self.ok(*command, "--json").json["after_restore"]), 1)

    def test_large_objects_that_a_merge_leaves_out_are_told(self):
        """Not a word of them."""
        source, archive = self.with_policy()
        command = ["restore", archive, "-d", self.url(source), "--mode", "upsert", "-y"]
        self.server.psql(source, script="ALTER TABLE secret ADD PRIMARY KEY (i)")
        self.assertIn("left out, since --mode is about tables: 1 large object", self.ok(*command).err)
        self.assertNotIn("large object", self.ok(*command, "--tables", "people").err)

    def test_rows_that_truncate_takes_are_counted(self):
        """0 deleted, and no word of tables that were emptied for their references; the archive's age was a time stamp."""
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p); INSERT INTO p VALUES (1), (2);"
                               "INSERT INTO c VALUES (1), (2), (2)")
        archive = self.dump(source, "a")
        command = ["restore", archive, "-d", self.url(source), "--tables", "p", "--mode", "truncate", "-y"]
        result = self.ok(*command, "--json", "--dry-run")
        self.assertEqual([(table["name"], table["inserted"], table["deleted"]) for table in result.json["tables"]], [("p", 2, 2), ("c", 0, 3)])
        result = self.ok(*command)
        self.assertRegex(result.err, r"The archive is from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \((\d+ \w+ ago|just now)\)\.")

    def test_hints_where_a_merge_may_not_or_cannot(self):
        """The table's privileges, which the role had, instead of the sequence's; nothing of the search_path of triggers."""
        source = self.database("CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a')")
        archive = self.dump(source, "a")
        role, password = self.role(source)
        self.server.psql(source, script=f"GRANT ALL ON t TO {role}; DELETE FROM t")
        command = ["--mode", "append", "--tables", "t"]
        self.refused(3, "sequence's owner", args=("restore", archive, "-d", self.server.url(source, role, password), *command))
        self.server.psql(source, script="CREATE TABLE log (i int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
                                        "$$ BEGIN INSERT INTO log VALUES (1); RETURN NEW; END $$; "
                                        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()")
        self.refused(1, "search_path", "--disable-triggers", args=("restore", archive, "-d", self.url(source), *command))

    def test_archives_of_pg_dump_are_named_as_they_are(self):
        """cat knew no partitioned table in them; what gzip had packed was a damaged zip file."""
        source = self.database("CREATE TABLE parts (i int) PARTITION BY LIST (i); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);"
                               "CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2); INSERT INTO parts VALUES (1), (2);")
        archive = self.pg_dump(source, "custom", "-Fc")
        for name in ("parts", "public.parts"):
            self.assertEqual(self.ok("cat", archive, name, "--rows", "csv").out.split(), ["i", "1", "2"])
        script = self.pg_dump(source, "script", "-Fp")
        subprocess.run(["gzip", script], check=True)
        self.refused(2, "compressed with gzip", "gunzip", args=("restore", f"{script}.gz", "-d", self.url(self.database())))

    def test_a_database_that_is_named_without_an_option(self):
        """As other programs take it; the hint was to read the help."""
        archive = self.dump(self.database("CREATE TABLE t AS SELECT 1 AS i"), "a")
        for command in (["dump", "shop", "-f", self.folder / "b"], ["restore", archive, "shop"]):
            self.refused(2, "not expected: shop", "A database is named by -d: -d shop", args=command)

    def test_what_selects_nothing_is_an_error(self):
        """Exit code 0, with nothing restored."""
        archive = self.dump(self.database("CREATE TABLE x AS SELECT 1 AS i; CREATE VIEW v AS SELECT 2 AS i"), "a")
        copy = self.database()
        for options, words in ((["--object", "table data:x"], "makes nothing by itself"), (["--tables", "v", "--data-only"], "nothing would be restored"),
                               (["--object", "view:v", "-a"], "nothing would be restored")):
            with self.subTest(options=options):
                self.refused(2, words, args=("restore", archive, "-d", self.url(copy), *options))
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", copy), "0")
        self.ok("restore", archive, "-d", self.url(copy), "--tables", "x", "--section", "post-data")

    def test_a_key_of_a_table_that_is_not_selected_is_an_error(self):
        """It was ignored."""
        source = self.database("CREATE TABLE a AS SELECT 1 AS i; CREATE TABLE b (i int PRIMARY KEY, j int); INSERT INTO b VALUES (1, 2)")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM b")
        command = ["restore", archive, "-d", self.url(source), "--mode", "insert-missing"]
        for selection in (["--tables", "b"], ["--where", "b: true"]):
            self.refused(2, "--key 'a: i' is for a table of which no rows are restored", args=(*command, *selection, "--key", "a: i"))
        self.assertEqual(self.server.query("SELECT count(*) FROM b", source), "0")
        self.ok(*command, "--tables", "b", "--key", "b: j")

    def test_truncate_leaves_rows_that_a_key_which_is_not_enforced_does_not_bind(self):
        """They were deleted, too; or, where the table has or had triggers, the server's error said what was being done already."""
        newest = max(servers.every(), key=lambda server: server.major)
        if newest.major < 18:
            self.skipTest("wants a server since 18")
        database = newest.new_database()
        self.addCleanup(newest.drop_database, database)
        newest.psql(database, script="CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p NOT ENFORCED); CREATE TABLE g (p int);"
                                     "INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (9)")
        archive = self.folder / "a"
        self.ok("dump", "-d", newest.url(database), "-f", archive)
        command = ["restore", archive, "-d", newest.url(database), "--mode", "truncate", "-y"]
        self.assertNotIn("is emptied", self.ok(*command, "--tables", "p").err)
        self.assertEqual(newest.query("SELECT count(*) FROM c", database), "2")
        newest.psql(database, script="ALTER TABLE g ADD FOREIGN KEY (p) REFERENCES p; INSERT INTO g VALUES (1)")
        for tables in (["--tables", "p"], ["--tables", "p,c"]):
            with self.subTest(tables=tables):
                result = self.refused(1, "NOT ENFORCED: c_p_fkey of public.c, which references public.p", "--mode replace", "Nothing was changed", args=(*command, *tables))
                self.assertNotIn("all rows are deleted", result.err, "said before anything is asked")
        newest.psql(database, script="CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER t AFTER INSERT ON c EXECUTE FUNCTION f()")
        self.ok(*command, "--tables", "p,c")
        newest.psql(database, script="DROP TABLE g")
        self.refused(1, "--mode replace", args=(*command, "--tables", "p"))
        self.ok("restore", archive, "-d", newest.url(database), "--mode", "replace", "-y", "--tables", "p")
        self.assertEqual(newest.query("SELECT count(*) FROM c", database), "2")

    def test_hints_of_append_name_modes_that_help(self):
        """They named upsert and insert-missing, which fail at another unique constraint as well."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, mail text UNIQUE); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        archive = self.dump(source, "a")
        command = ["restore", archive, "-d", self.url(source), "--mode"]
        self.refused(1, "--mode insert-missing leaves them", args=(*command, "append"))
        self.server.psql(source, script="UPDATE t SET id = id + 10")
        for mode in ("append", "insert-missing"):
            result = self.refused(1, "have other primary keys", "--key 'TABLE: column, column'", args=(*command, mode))
            self.assertNotIn("leaves them", result.err)
        self.ok(*command, "insert-missing", "--key", "t: mail")

    def test_materialized_views_that_are_stale_are_told(self):
        """Only the README said that they are not refreshed."""
        source = self.database("""
            CREATE TABLE t (i int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE other (i int); CREATE VIEW v AS SELECT i FROM t;
            CREATE TABLE parts (i int PRIMARY KEY) PARTITION BY LIST (i); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1);
            CREATE MATERIALIZED VIEW z_first AS SELECT i FROM v; CREATE MATERIALIZED VIEW "A Second" AS SELECT i FROM z_first;
            CREATE MATERIALIZED VIEW of_parts AS SELECT i FROM parts; CREATE MATERIALIZED VIEW not_filled AS SELECT i FROM t WITH NO DATA;
            CREATE MATERIALIZED VIEW elsewhere AS SELECT i FROM other;""")
        archive = self.dump(source, "a")
        self.server.psql(source, script="INSERT INTO t VALUES (2); DELETE FROM parts")
        command = ["restore", archive, "-d", self.url(source), "--mode", "sync", "-y", "--tables"]
        expected = ["REFRESH MATERIALIZED VIEW public.z_first", 'REFRESH MATERIALIZED VIEW public."A Second"']
        report = self.ok(*command, "t", "--json", "--dry-run").json
        self.assertEqual(report["refresh"], expected)
        self.assertIn("materialized views show the rows from before: " + "; ".join(expected), self.ok(*command, "t").err)
        self.assertEqual(self.ok(*command, "t", "--json").json["refresh"], [], "nothing was changed")
        self.assertEqual(self.ok(*command, "parts", "--json").json["refresh"], ["REFRESH MATERIALIZED VIEW public.of_parts"])

    def test_triggers_that_could_act_on_merged_rows_are_told(self):
        """One that writes into another of the tables left differences, without a word."""
        source = self.database("""
            CREATE TABLE p (i int PRIMARY KEY, n int); CREATE TABLE c (i int PRIMARY KEY REFERENCES p); INSERT INTO p VALUES (1, 0); INSERT INTO c VALUES (1);""")
        archive = self.dump(source, "a")
        self.server.psql(source, script="""
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE public.p SET n = n + 1; RETURN NULL; END';
            CREATE TRIGGER counts AFTER INSERT OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER off AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION f();
            CREATE TRIGGER idle AFTER UPDATE ON c FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE c DISABLE TRIGGER off; DELETE FROM c; UPDATE p SET n = 0""")
        command = ["restore", archive, "-d", self.url(source), "--mode", "sync", "-y"]
        told = "triggers could act on these rows"
        self.assertNotIn(told, self.ok(*command, "--dry-run", "--disable-triggers").err)
        result = self.ok(*command)
        self.assertIn(f"{told}, and what they change, in other tables too, stays: counts of public.c. --disable-triggers", result.err)
        self.assertNotIn("RI_ConstraintTrigger", result.err)
        self.assertEqual(self.server.query("SELECT n FROM p", source), "1", "what the warning is about")
        self.server.psql(source, script="DELETE FROM c")
        self.refused(1, "its rows are not those of the archive", args=(*command, "--verify-after"))
        self.ok(*command, "--disable-triggers", "--verify-after")
        self.assertNotIn(told, self.ok(*command).err, "nothing was changed")

    def test_resume_after_the_end_without_some_references(self):
        """Exit code 1, since it lacked the foreign keys that it had left out."""
        archive = self.dump(self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p, id int PRIMARY KEY); COMMENT ON CONSTRAINT c_p_fkey ON c IS 'x'"), "a")
        copy = self.database()
        command = ["restore", archive, "-d", self.url(copy), "--tables", "c", "--skip-missing-references"]
        self.ok(*command, "--resumable")
        self.assertIn("nothing is left to do", self.ok(*command, "--resume").err)
        self.refused(1, "lacks FK CONSTRAINT", args=("restore", archive, "-d", self.url(copy), "--tables", "c", "--resume"))
        self.server.psql(copy, script="ALTER TABLE c DROP CONSTRAINT c_pkey")
        self.refused(1, "lacks CONSTRAINT c_pkey", args=(*command, "--resume"))

    def test_a_name_with_a_dot_means_schema_and_table(self):
        """--tables a.t took a table called "a.t" besides."""
        source = self.database('CREATE SCHEMA a; CREATE TABLE a.t (i int); CREATE TABLE "a.t" (i int); CREATE TABLE "b.t" (i int); CREATE TABLE "Big" (i int)')
        archive = self.dump(source, "a")
        tables = "SELECT string_agg(n.nspname || '|' || c.relname, ',' ORDER BY 1) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('a', 'public')"
        for text, expected in (("a.t", "a|t"), ('"a.t"', "public|a.t"), ("b.t", "public|b.t"), ("Big", "public|Big")):
            with self.subTest(text=text):
                self.assertEqual(self.server.query(tables, self.restore(archive, "--tables", text)), expected)
        self.refused(2, "no table", args=("restore", archive, "-d", self.url(source), "-t", "Big"))

    def test_where_with_a_subselect_that_finds_nothing_else(self):
        """Rows of the live table were read, and the error was the server's only."""
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p, id int PRIMARY KEY); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2)")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM c; DELETE FROM p WHERE id = 2")
        command = ["restore", archive, "-d", self.url(source), "--where"]
        self.refused(1, "--follow parents", "those of the database, not of the archive", args=(*command, "c: true"))
        self.ok(*command, "c: p IN (SELECT id FROM public.p)")
        self.assertEqual(self.server.query("SELECT string_agg(id::text, ',') FROM c", source), "1")
        self.ok(*command, "c: true", "--follow", "parents")

    def test_rows_alone_say_which_tables_are_missing(self):
        """The server said it of the first of them, when its turn came."""
        source = self.database("CREATE TABLE here AS SELECT 1 AS i; CREATE TABLE gone AS SELECT 1 AS i; CREATE TABLE lost AS SELECT 1 AS i")
        whole, rows = self.dump(source, "a"), self.dump(source, "b", "--data-only")
        copy = self.database("CREATE TABLE here (i int)")
        for archive, options in ((rows, []), (whole, ["-a"]), (whole, ["--section", "data"])):
            self.refused(1, "are not in the database: public.gone, public.lost", "restore -s", args=("restore", archive, "-d", self.url(copy), "-y", *options))
        self.assertEqual(self.server.query("SELECT count(*) FROM here", copy), "0")
        self.ok("restore", rows, "-d", self.url(copy), "-y", "--tables", "here")

    def test_scripts_of_pg_dump_that_are_not_as_it_wrote_them(self):
        """An end of rows that was lost let the next table's be taken for the first one's; hints were about zip files and pg_restore."""
        source = self.database("CREATE TABLE a (t text); CREATE TABLE b (i int, t text); CREATE TABLE c (t text); INSERT INTO a VALUES ('x'); INSERT INTO b VALUES (1, 'y'); INSERT INTO c VALUES ('z')")
        script = self.pg_dump(source, "script", "-Fp")
        text = script.read_text()
        for number, table in ((1, "a"), (2, "b")):
            pieces = text.split("\\.\n")
            cut = self.folder / "cut"
            cut.write_text("\\.\n".join(pieces[:number]) + "\\.\n".join(pieces[number:]))
            for command in (["inspect", cut], ["restore", cut, "-d", self.url(self.database())]):
                self.refused(4, f'the end of the rows of "{table}" (\\.) is missing', "lines of another script", args=command)
        # Rows that are lines of a script are rows.
        lines = "".join(f"INSERT INTO a VALUES ({chr(36)*2}{line}{chr(36)*2});" for line in text.splitlines() if chr(36) not in line)
        self.server.psql(source, script="DELETE FROM a;" + lines)
        again = self.pg_dump(source, "again", "-Fp")
        self.assert_same(source, self.restore(again))
        windows = self.folder / "windows"
        windows.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
        self.refused(1, "lines end as on Windows", "dos2unix", args=("restore", windows, "-d", self.url(source)))
        inserts = self.pg_dump(source, "inserts", "-Fp", "--inserts")
        self.assert_same(source, self.restore(inserts))

    def test_rows_that_are_not_listed_are_told(self):
        """The list was cut at the limit, without a word."""
        source = self.database("CREATE TABLE t AS SELECT i FROM generate_series(1, 5) i")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM t")
        command = ["compare", archive, "-d", self.url(source), "--rows"]
        result = harness.run(*command, "--rows-limit", "2")
        self.assertIn("… and 3 rows not shown: --rows-limit 0 lists all", result.out)
        self.assertNotIn("not shown", harness.run(*command).out)
        self.assertEqual(self.compare(DIFFERENT, *command[1:], "--rows-limit", "2")["tables"][0]["rows_not_listed"], 3)

    def test_verify_tells_how_far_it_is(self):
        """It had no --progress, which the other commands have."""
        archive = self.dump(self.database("CREATE TABLE t AS SELECT i FROM generate_series(1, 5) i"), "a")
        lines = [json.loads(line) for line in self.ok("verify", archive, "--progress", "json").err.splitlines()]
        self.assertIn("verify", [line.get("phase") for line in lines])
        self.assertEqual(self.ok("verify", archive, "--progress", "none").err, "")
        self.refused(2, "unknown progress", args=("verify", archive, "--progress", "loud"))

    def test_errors_do_not_quote_quotes(self):
        """No table matches ""x""."""
        archive = self.dump(self.database("CREATE TABLE t (i int)"), "a")
        self.refused(2, 'no table in the archive matches "x"\n', args=("restore", archive, "-d", self.url(self.database()), "-t", '"x"'))
        self.refused(2, 'no table in the archive matches "x"\n', args=("restore", archive, "-d", self.url(self.database()), "-t", "x"))

    def test_one_is_not_many(self):
        """1 tables, 1 rows."""
        source = self.database("CREATE TABLE t AS SELECT 1 AS i")
        archive = self.dump(source, "a")
        self.refused(1, "1 of the objects to be created exists already", args=("restore", archive, "-d", self.url(source), "-y"))
        self.assertIn("1 row inserted, 0 updated, 0 deleted", self.ok("restore", archive, "-d", self.url(source), "--mode", "append").err)
        self.assertIn("with 2 rows now", self.ok("restore", archive, "-d", self.url(source), "--mode", "truncate", "--dry-run").out)

    def test_what_the_server_cannot_parse_in_a_transaction(self):
        """Savepoint "pgcoffer" does not exist, said of another object."""
        script = self.pg_dump(self.database("CREATE SCHEMA app; CREATE TABLE app.t (i int)"), "script", "-Fp")
        script.write_text(script.read_text().replace("i integer", "i integer STRANGE"))
        for options in (["-1"], ["--dry-run"]):
            self.refused(1, "cannot create TABLE app.t: syntax error", args=("restore", script, "-d", self.url(self.database()), *options))

    def test_triggers_that_are_always_enabled(self):
        """--disable-triggers was advised where it was given, and the triggers were not named."""
        source = self.database("CREATE TABLE log (op text); CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);"
                               "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (tg_name); RETURN new; END $$;"
                               "CREATE TRIGGER always AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE t ENABLE ALWAYS TRIGGER always")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM t")
        self.refused(1, "ENABLE ALWAYS or REPLICA", "always of public.t", args=("restore", archive, "-d", self.url(source), "--mode", "sync", "--disable-triggers", "--verify-after", "-y"))

    def test_the_owner_is_not_told_to_become_the_owner(self):
        source = self.database("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        archive = self.dump(source, "a")
        name, _ = self.role(source)
        self.server.psql(source, script=f"ALTER TABLE t OWNER TO {name}")
        self.refused(3, "FORCE ROW LEVEL SECURITY", args=("restore", archive, "-d", self.url(source), "--role", name, "--mode", "upsert", "-y"))
        self.refused(3, "FORCE ROW LEVEL SECURITY", args=("dump", "-d", self.url(source), "--role", name, "-f", self.folder / "b"))

    def test_a_schema_under_another_name_comes_along(self):
        """The restore stopped half-way, since nobody made it."""
        source = self.database("CREATE SCHEMA a; CREATE TABLE a.t (id int PRIMARY KEY); CREATE SCHEMA b; CREATE TABLE b.r (id int PRIMARY KEY) PARTITION BY RANGE (id);"
                               "CREATE TABLE a.r1 PARTITION OF b.r FOR VALUES FROM (0) TO (10); INSERT INTO b.r VALUES (1)")
        archive = self.dump(source, "a")
        for options, table in ((["--tables", "a.t"], "z.t"), (["--tables", "b.r"], "z.r1")):
            target = self.database()
            self.ok("restore", archive, "-d", self.url(target), "--map-schema", "a=z", *options)
            self.assertEqual(self.server.query(f"SELECT to_regclass('{table}') IS NOT NULL", target), "t")
        target = self.database()
        self.refused(1, "neither in the database nor in the archive: z", "CREATE SCHEMA z;", "Nothing was changed",
                     args=("restore", archive, "-d", self.url(target), "--tables", "a.t", "--map-table", "a.t=z.t"))
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_namespace WHERE nspname IN ('a', 'z')", target), "0")

    def test_privileges_of_quoted_names_in_archives_of_pg_dump(self):
        """They were missing, and added."""
        source = self.database('CREATE SCHEMA "S x"; CREATE TABLE "S x"."q""t" ("I" int); GRANT SELECT ON "S x"."q""t" TO PUBLIC; GRANT UPDATE ("I") ON "S x"."q""t" TO PUBLIC;'
                               'CREATE FUNCTION "S x"."F g"(a int) RETURNS int LANGUAGE sql AS \'SELECT 1\'; REVOKE ALL ON FUNCTION "S x"."F g"(int) FROM PUBLIC; GRANT USAGE ON SCHEMA "S x" TO PUBLIC')
        archive = self.pg_dump(source, "archive", "-Fc")
        self.assertEqual(self.compare(0, archive, "-d", self.url(source))["objects"], [])
        self.server.psql(source, script='REVOKE UPDATE ("I") ON "S x"."q""t" FROM PUBLIC')
        self.assertEqual([(one["change"], one["kind"]) for one in self.compare(DIFFERENT, archive, "-d", self.url(source))["objects"]], [("missing", "ACL")])

    def test_foreign_keys_are_made_before_row_security_hides_rows(self):
        source = self.database("CREATE TABLE doc (id int PRIMARY KEY); CREATE TABLE line (doc int REFERENCES doc, n int); INSERT INTO doc SELECT generate_series(1, 5); INSERT INTO line VALUES (1, 1), (2, 2);"
                               + "".join(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON {table} USING (false);" for table in ("doc", "line")))
        for archive in (self.dump(source, "ours"), self.pg_dump(source, "theirs", "-Fc")):
            for jobs in ("1", "4"):
                with self.subTest(archive=archive.name, jobs=jobs):
                    target = self.database()
                    name, _ = self.role(target)
                    self.server.psql(target, script=f"ALTER SCHEMA public OWNER TO {name}")
                    self.ok("restore", archive, "-d", self.url(target), "-O", "-x", "--role", name, "-j", jobs)
                    self.assertEqual(self.server.query("SELECT count(*) FROM line WHERE doc IN (SELECT id FROM doc)", target), "2")

    def test_rows_that_were_there_are_verified_to_be_there(self):
        """Only those that insert-missing had inserted were looked for."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE t2 (id int PRIMARY KEY, v text); INSERT INTO t SELECT generate_series(1, 5); INSERT INTO t2 SELECT id, 'v' FROM t")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM t WHERE id < 4; UPDATE t2 SET v = 'other' WHERE id = 4")
        command = ["restore", archive, "-d", self.url(source), "--mode", "insert-missing", "--verify-after"]
        self.ok(*command)
        self.server.psql(source, script="DELETE FROM t WHERE id < 4; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.t2 WHERE id = 5; RETURN null; END $$;"
                                        "CREATE TRIGGER x AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f()")
        self.refused(1, 'table "public.t2": its rows are not those of the archive', "Nothing was changed", args=command)

    def test_a_merge_says_of_a_policy_what_is_so(self):
        """Of a table with rows that reference what was left out: its rows are deleted, and its key is NOT VALID."""
        source = self.database("CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE o (id int PRIMARY KEY, c int REFERENCES c); INSERT INTO c SELECT generate_series(1, 5); INSERT INTO o SELECT id, id FROM c")
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "public.c", "where": "id < 3", "reason": "r"}, {"table": "public.o", "on-missing-parent": "leave", "reason": "r"}]}')
        archive = self.dump(source, "a", "--policy", policy)
        self.assertNotIn("table public.o: the archive's policy left out rows", self.refused(1, "table public.c: the archive's policy left out rows", args=("restore", archive, "-d", self.url(source), "--mode", "sync", "-y")).err)
        self.assertNotIn("NOT VALID", self.ok("restore", archive, "-d", self.url(source), "--mode", "upsert", "-y").err)

    def test_conditions_on_citext(self):
        """With an empty search_path the operator was text's: fewer rows came back, and more were dumped, than the condition means elsewhere."""
        source = self.database("CREATE EXTENSION citext; CREATE DOMAIN mail AS citext; CREATE TABLE visits (id int PRIMARY KEY, mail mail, name citext); INSERT INTO visits VALUES (1, 'Ann@X.org', 'A'), (2, 'ann@x.org', 'a'), (3, 'bob', 'b')")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM visits")
        command = ["restore", archive, "-d", self.url(source), "--where"]
        for column, value in (("mail", "ann@x.org"), ("name", "a")):
            self.refused(2, f"column {column} of table public.visits is citext", f"{column} OPERATOR(public.=)", "Nothing was changed", args=[*command, f"visits: {column} = '{value}'"])
        self.ok(*command, "visits: mail OPERATOR(public.=) 'ann@x.org'")
        self.assertEqual(self.server.query("SELECT id FROM visits ORDER BY id", source), "1\n2")
        policy = self.folder / "policy.json"
        for where, refused in (("mail <> 'ann@x.org'", True), ("mail OPERATOR(public.<>) 'ann@x.org'", False)):
            policy.write_text(json.dumps({"version": 1, "tables": [{"table": "public.visits", "where": where, "reason": "r"}]}))
            dump = ["dump", "-d", self.url(source), "-f", self.folder / "b", "--policy", policy]
            if refused:
                self.refused(5, "column mail of public.visits is citext", "policy.json", args=dump)
            else:
                self.ok(*dump)
                self.assertEqual(harness.manifest(self.folder / "b")["tables"][0]["rows"], 0)

    def test_names_that_the_target_quotes(self):
        """A database with quote_all_identifiers wrote them otherwise than the dump: rows were not the archive's."""
        source = self.database("CREATE TABLE rr (id int PRIMARY KEY, c regclass); INSERT INTO rr VALUES (1, 'rr')")
        archive = self.dump(source, "a")
        target = self.database()
        self.server.psql(target, script=f"ALTER DATABASE {target} SET quote_all_identifiers = on")
        self.ok("restore", archive, "-d", self.url(target), "--verify-after")
        self.ok("restore", archive, "-d", self.url(target), "--mode", "sync", "--verify-after", "-y")

    def test_values_that_another_version_writes_differently(self):
        """Server 19 writes pg_lsn with leading zeros: rows were not the archive's."""
        newer = max(servers.every(), key=lambda server: server.major)
        if newer.major < 19 or self.server.major >= 19:
            self.skipTest("wants servers before 19 and of it")
        source = self.database("CREATE TABLE l (id int PRIMARY KEY, x pg_lsn); INSERT INTO l VALUES (1, '0/16B3740'), (2, 'A1/0'), (3, NULL), (4, 'FFFFFFFF/FFFFFFFF')")
        copy = newer.new_database()
        self.addCleanup(newer.drop_database, copy)
        for archive, url in ((self.dump(source, "a"), newer.url(copy)), (None, self.url(source))):
            if archive is None:
                archive = self.folder / "b"
                self.ok("dump", "-d", newer.url(copy), "-f", archive)
                self.server.psql(source, script="DROP TABLE l")
            self.ok("restore", archive, "-d", url, "--verify-after")
            self.ok("restore", archive, "-d", url, "--mode", "sync", "--verify-after", "-y")
            self.compare(0, archive, "-d", url)

    def test_names_that_are_taken_behind_the_rows(self):
        """They were found when all rows had been loaded."""
        source = self.database("CREATE TABLE tt (id int PRIMARY KEY, a int, EXCLUDE USING btree (a WITH =)); CREATE INDEX tt_a ON tt (a); CREATE STATISTICS st ON id, a FROM tt; CREATE PUBLICATION pb FOR TABLE tt; INSERT INTO tt VALUES (1, 1)")
        archive = self.dump(source, "a")
        for sql, told in (("CREATE TABLE o (x int); CREATE INDEX tt_a ON o (x)", "INDEX public.tt_a"), ("CREATE TABLE tt_pkey (i int)", "CONSTRAINT tt_pkey of public.tt"),
                          ("CREATE SEQUENCE tt_a_excl", "CONSTRAINT tt_a_excl of public.tt"), ("CREATE TABLE o (a int, b int); CREATE STATISTICS st ON a, b FROM o", "STATISTICS public.st"),
                          ("CREATE PUBLICATION pb", "PUBLICATION pb")):
            with self.subTest(sql=sql):
                target = self.database(sql)
                self.refused(1, "1 of the objects to be created exists already: " + told, "Nothing was changed", args=("restore", archive, "-d", self.url(target)))
                self.assertEqual(self.server.query("SELECT to_regclass('tt') IS NULL", target), "t")


if __name__ == "__main__":
    harness.main()
