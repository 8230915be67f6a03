"""Archives of pg_dump: custom, directory and tar, of several versions and compressions, are restored, converted and read."""

import fcntl
import os
import pathlib
import random
import shutil
import subprocess
import time
import uuid

import harness
import servers

FIXTURES = servers.ROOT / "fixtures" / "archives-pg_dump"
ARCHIVES = sorted(path for path in FIXTURES.iterdir() if path.name[0].isdigit())

PARTS = """
CREATE TABLE zz (id int PRIMARY KEY, a int); CREATE TABLE aa (id int PRIMARY KEY); ALTER TABLE zz ADD FOREIGN KEY (a) REFERENCES aa;
CREATE TABLE "a b" (id int PRIMARY KEY); CREATE TABLE a (id int PRIMARY KEY, "b c" int, CONSTRAINT "b c" FOREIGN KEY ("b c") REFERENCES "a b");
CREATE TABLE "Note.s" ("The Id" serial PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY); INSERT INTO "Note.s" DEFAULT VALUES;
CREATE TABLE "(x)" (id int PRIMARY KEY); CREATE TABLE "(y)" (x int CONSTRAINT fx REFERENCES "(x)");
CREATE TABLE secured (id int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY; CREATE POLICY p1 ON secured USING (true);
CREATE POLICY p2 ON secured AS RESTRICTIVE USING (EXISTS (SELECT FROM aa WHERE aa.id = secured.id));
CREATE TABLE pt (i int PRIMARY KEY, n int) PARTITION BY RANGE (i); CREATE INDEX ON pt (n); CREATE TABLE pt0 PARTITION OF pt FOR VALUES FROM (0) TO (9);
CREATE MATERIALIZED VIEW am AS SELECT * FROM zz; CREATE MATERIALIZED VIEW zm AS SELECT * FROM am;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER t BEFORE INSERT ON zz FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON UPDATE TO zz DO ALSO DELETE FROM aa;
CREATE PUBLICATION pub FOR TABLE zz, aa;
"""


class PgDumpArchives(harness.Case):
    def pg_dump(self, database, path, *options):
        done = subprocess.run([*servers.pg_dump_command(self.server.major), *options, "-d", database, "-f", path],
                              capture_output=True, text=True, env=self.server.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def test_fixtures_are_restored(self):
        source = self.database((FIXTURES / "tiny.sql").read_text())
        self.assertGreaterEqual(len(ARCHIVES), 9)
        for archive in ARCHIVES:
            with self.subTest(archive=archive.name):
                self.assert_same(source, self.restore(archive))

    def test_fixtures_are_converted_and_read(self):
        source = self.database((FIXTURES / "tiny.sql").read_text())
        expected = self.ok("cat", self.dump(source, "ours"), "Shop.Users", "--rows", "json").out
        for archive in ARCHIVES:
            with self.subTest(archive=archive.name):
                target = self.folder / f"{archive.name}.zip"
                self.ok("convert", archive, target, "--rows", "json")
                self.assertTrue(self.ok("verify", target, "--json").json["whole"])
                self.assertTrue(self.ok("verify", archive, "--json").json["whole"])
                for path in (archive, target):
                    self.assertEqual(self.ok("cat", path, "Shop.Users", "--rows", "json").out, expected)
                shown = self.ok("inspect", archive, "--json").json
                self.assertEqual(shown["archive_version"], "1.14" if archive.name.startswith("13") else "1.16")
                self.assertEqual(sorted(table["name"] for table in shown["tables"]), ["Users", "child", "empty", "part_1"])
                self.assertEqual(shown["large_objects"], 2)
                self.assertIn("pg_dump", self.ok("inspect", archive).out)
        self.assert_same(source, self.restore(target))

    def test_the_application_database(self):
        for name, options in (("custom", ["-Fc"]), ("plain", ["-Fc", "-Z0"]), ("directory", ["-Fd", "-j2"]), ("tar", ["-Ft"])):
            with self.subTest(name=name):
                archive = self.pg_dump(self.app(), self.folder / name, *options)
                self.assert_same(self.app(), self.restore(archive))

    def by_version(self, program, options, name):
        """An archive by just this pg_dump, and the folder that it sees as its root; in a chroot archives lie there."""
        root = pathlib.Path(program[1] if program[0] == "chroot" else "/")
        place = pathlib.Path("/tmp") / f"{self.folder.name}-{name}" if program[0] == "chroot" else self.folder / name
        self.addCleanup(shutil.rmtree, root / place.relative_to("/"), ignore_errors=True)
        (root / place.relative_to("/")).mkdir()
        path = place / "archive"
        subprocess.run([*program, *options, "-d", self.app(), "-f", path], check=True, env=self.server.environment())
        return path, root / path.relative_to("/")

    def test_of_several_versions_as_pg_restore_restores_them(self):
        versions = [major for major in range(self.server.major, 30) if servers.pg_dump_of(major)]
        self.assertTrue(versions)
        formats = (("custom", ["-Fc"]), ("directory", ["-Fd", "-j2"]), ("script", ["-Fp"]))
        for number, major in enumerate(versions):
            program = servers.pg_dump_of(major)
            name, options = formats[number % len(formats)]
            with self.subTest(major=major, name=name):
                inside, outside = self.by_version(program, options, f"{major}-{name}")
                theirs = self.database()
                if name == "script":
                    done = self.server.psql(theirs, "-v", "ON_ERROR_STOP=0", "-o", "/dev/null", "-f", outside, check=False)
                else:
                    restore = [part.replace("pg_dump", "pg_restore") if part.endswith("/pg_dump") else part for part in program]
                    done = subprocess.run([*restore, "-d", theirs, inside], capture_output=True, text=True, env=self.server.environment())
                # A newer one sets what an older server does not know.
                errors = [line for line in done.stderr.splitlines() if "ERROR" in line and "transaction_timeout" not in line]
                self.assertEqual(errors, [])
                self.assert_same(theirs, self.restore(outside))

    def test_scripts(self):
        """Plain ones, of databases that make them hard to cut: as psql loads them."""
        like_a_header = """CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $x$ SELECT '
--
-- Name: not_me; Type: TABLE; Schema: public; Owner: nobody
--
' $x$; COMMENT ON FUNCTION f() IS E'\\\\''
--
-- Name: nor_me; Type: TABLE; Schema: public; Owner: nobody
--'; CREATE TABLE t (a text DEFAULT '"$$' /* ' */); INSERT INTO t VALUES (E'--\n-- Name: x; Type: TABLE; Schema: public; Owner: y\n--'), ('\\.');"""
        fixtures = servers.ROOT / "fixtures" / "sql"
        for name in ("hostile_names.sql", "hostile_values.sql", "constraints.sql", "triggers.sql", "functions.sql", "rules.sql", "policies.sql", "text_search.sql", "views.sql", "tables.sql", "publications.sql", "indexes.sql", None):
            with self.subTest(name=name):
                source = self.database((fixtures / name).read_text() if name else like_a_header)
                script = self.pg_dump(source, self.folder / f"{name}.dump", "-Fp")
                loaded = self.database()
                self.assertNotIn("ERROR", self.server.psql(loaded, "-q", "-o", "/dev/null", "-f", script).stderr)
                self.assert_same(loaded, self.restore(script))

    def test_a_script_like_an_archive(self):
        script = self.pg_dump(self.app(), self.folder / "app.sql", "-Fp", "-C")
        self.assert_same(self.app(), self.restore(script, "-j", "4"))
        shown = self.ok("inspect", script, "--json").json
        self.assertEqual((shown["archive_version"], shown["database"]), ("script", self.app()))
        target = self.database("CREATE SCHEMA shop")
        self.ok("restore", script, "-d", self.url(target), "--tables", "shop.orders", "--with-dependencies", "-O", "-x", "--yes")
        self.assertEqual(self.server.query("SELECT count(*) FROM shop.orders", target), self.server.query("SELECT count(*) FROM shop.orders", self.app()))
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_class WHERE relname = 'orders' AND relowner <> 10", target), "0")
        self.assertEqual(len(self.ok("cat", script, "shop.orders", "--rows", "json").out.splitlines()), int(self.server.query("SELECT count(*) FROM shop.orders", self.app())))

    def test_scripts_that_are_none(self):
        script = self.pg_dump(self.app(), self.folder / "app.sql", "-Fp").read_bytes()
        half = self.folder / "half.sql"
        for size in (60, 1000, len(script) // 2, len(script) - 150):
            half.write_bytes(script[:size])
            self.refused(4, "half.sql", args=["inspect", half])
        half.write_bytes(script.replace(b"standard_conforming_strings = on", b"standard_conforming_strings = off"))
        self.refused(1, "old pg_dump", "psql", args=["inspect", half])
        half.write_text(self.server.pg_dumpall("--globals-only"))
        self.refused(1, "pg_dumpall", "psql", args=["inspect", half])

    def test_written_where_nothing_can_be_written_again(self):
        """pg_dump goes back to write where each block begins; into a file that only grows, that lands behind the last block."""
        command = " ".join(map(str, [*servers.pg_dump_command(self.server.major), "-Fc", "-d", self.app()]))
        for name, target in (("piped", "| cat >"), ("grown", ">>")):
            with self.subTest(name=name):
                path = self.folder / name
                done = subprocess.run(f"{command} {target} {path}", shell=True, capture_output=True, env=self.server.environment())
                self.assertEqual(done.stderr, b"")
                self.assert_same(self.app(), self.restore(path))

    def test_one_table_of_an_archive(self):
        archive = self.pg_dump(self.app(), self.folder / "custom", "-Fc")
        copy = self.database("CREATE TABLE odd_values (i int)")
        self.ok("restore", archive, "-d", self.url(copy), "--tables", "public.odd_values", "--data-only", "--dry-run")
        self.assertEqual(self.server.query("SELECT count(*) FROM odd_values", copy), "0")

    def test_what_killed_runs_left_is_removed(self):
        archive = self.pg_dump(self.database("CREATE TABLE t (i int)"), self.folder / "custom", "-Fc")
        place = self.folder / "tmp"
        folders = {}
        for name, age in (("old", 3600), ("locked", 3600), ("new", 0), ("short", 3600), ("earlier", 3600)):
            folders[name] = place / (f"pgcoffer-{uuid.uuid4()}" if name == "earlier" else f"pgcoffer-converted-{uuid.uuid4() if name != 'short' else 'x'}")
            (folders[name] / "archive").mkdir(parents=True)
            os.utime(folders[name], (time.time() - age,) * 2)
        held = os.open(folders["locked"], os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.ok("verify", archive, env={"TMPDIR": str(place)})
        finally:
            os.close(held)
        self.assertEqual(sorted(place.iterdir()), sorted(folder for name, folder in folders.items() if name != "old"))

    def test_what_belongs_to_which_table(self):
        """Foreign keys, policies, defaults and sequences were given to whichever table came first among their dependencies:
        a restore of one table left them out without a word, a restrictive policy among them."""
        source = self.database(PARTS)
        ours = {(entry["kind"], entry["schema"], entry["name"]): (entry.get("table_schema"), entry.get("table_name"))
                for entry in harness.toc(self.dump(source, "ours"))["entries"] if "schema" in entry and entry["kind"] not in ("COMMENT", "ACL")}
        for options in (["-Fc"], ["-Ft"], ["-Fp"]):
            with self.subTest(options=options):
                name = "pg_dump" + options[0]
                archive = self.pg_dump(source, self.folder / name, *options)
                self.ok("convert", archive, self.folder / (name + ".c"))
                theirs = harness.toc(self.folder / (name + ".c"))["entries"]
                found = {}
                for entry in theirs:
                    key = (entry["kind"], entry.get("schema"), entry["name"])
                    if ours.get(key, (None, None))[1]:
                        found[key] = (entry.get("table_schema"), entry.get("table_name"))
                self.assertEqual(found, {key: ours[key] for key in found})
                self.assertLess({"FK CONSTRAINT", "POLICY", "DEFAULT", "SEQUENCE", "CONSTRAINT", "INDEX", "TRIGGER", "RULE", "TABLE ATTACH", "INDEX ATTACH", "SEQUENCE SET", "PUBLICATION TABLE"},
                                {kind for kind, _, _ in found})
                # Names with parentheses were taken for functions, and the key was not waited for.
                (key,) = (entry["id"] for entry in theirs if entry["kind"] == "CONSTRAINT" and entry["name"].startswith("(x) "))
                (reference,) = (entry for entry in theirs if entry["name"] == "(y) fx")
                self.assertIn(key, reference["depends"])
                self.refused(1, "TABLE public.aa", args=["restore", archive, "-d", self.url(self.database()), "-t", "zz"])
                target = self.database()
                self.ok("restore", archive, "-d", self.url(target), "-t", "zz", "-t", "secured", "--tables", "Note.s", "--with-dependencies")
                self.assertEqual(self.server.query("SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'", target), "zz_a_fkey")
                self.assertEqual(self.server.query("SELECT string_agg(polname, ' ' ORDER BY polname) FROM pg_policy", target), "p1 p2")
                self.assertEqual(self.server.query('INSERT INTO "Note.s" DEFAULT VALUES RETURNING "The Id"', target), "2")

    def test_domains_have_the_kind_of_their_base_type(self):
        """Numbers of a domain were strings in JSON, other than in archives of our own."""
        source = self.database('CREATE SCHEMA "S x"; CREATE DOMAIN "S x"."p n" AS numeric(10,2) CHECK (VALUE > 0); CREATE DOMAIN pos AS "S x"."p n" NOT NULL; CREATE DOMAIN ints AS int[];'
                               'CREATE DOMAIN mail AS text DEFAULT 1; CREATE TABLE i (id int, a pos, b "S x"."p n", c ints, d mail, e pos[]); INSERT INTO i VALUES (1, 2.5, 3, ARRAY[1, 2], 4, ARRAY[5]::pos[])')
        expected = self.ok("cat", self.dump(source, "ours"), "i", "--rows", "json").out
        self.assertIn('"a":2.50,"b":3.00,"c":[1,2],"d":"4"', expected)
        for name, option in (("custom", "-Fc"), ("script", "-Fp")):
            archive = self.pg_dump(source, self.folder / name, option)
            self.assertEqual(self.ok("cat", archive, "i", "--rows", "json").out, expected)
            self.ok("convert", archive, self.folder / f"{name}-json", "--rows", "json")
            self.assert_same(source, self.restore(self.folder / f"{name}-json"))

    def test_a_script_that_ends_with_large_objects(self):
        """Its end was not seen: a whole script was "damaged"."""
        source = self.database("CREATE TABLE t (v text); INSERT INTO t VALUES ('a'); SELECT lo_from_bytea(5, 'x')")
        for options in ([], ["-a"]):
            with self.subTest(options=options):
                script = self.pg_dump(source, self.folder / "s.sql", *options)
                target = self.database("CREATE TABLE t (v text)" if options else "")
                self.ok("restore", script, "-d", self.url(target), "-y")
                self.assertEqual(self.server.query("SELECT v, lo_get(5) FROM t", target), "a|\\x78")
                text = script.read_text()
                script.write_text(text[:text.index("-- PostgreSQL database dump complete")])
                self.refused(4, "its end", args=("inspect", script))

    def test_references_to_what_pg_dump_left_out(self):
        """--skip-missing-references did nothing without a selection: the restore ended in the middle."""
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)")
        archive = self.pg_dump(source, self.folder / "c.dump", "-Fc", "-t", "c")
        target = self.database()
        result = self.ok("restore", archive, "-d", self.url(target), "--skip-missing-references")
        self.assertIn('foreign key public.c c_p_fkey is left out: relation "public.p" does not exist', result.err)
        self.assertEqual(self.server.query("SELECT count(*) FROM c JOIN pg_constraint ON conrelid = 'c'::regclass AND contype = 'p'", target), "1")

    def test_a_restore_point_of_what_it_overwrites(self):
        """The archive was "encrypted": what it is converted to is, for as long as it is read."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')")
        archive = self.pg_dump(source, self.folder / "t.dump", "-Fc")
        self.server.query("UPDATE t SET v = 'z'", source)
        self.ok("restore", archive, "-d", self.url(source), "--mode", "sync", "--yes", "--restore-point", self.folder / "point")
        self.assertEqual(self.server.query("SELECT v FROM t", source), "a")
        self.ok("restore", self.folder / "point", "-d", self.url(source), "--mode", "sync", "--yes")
        self.assertEqual(self.server.query("SELECT v FROM t", source), "z")

    def test_what_is_said_of_an_event_trigger_comes_behind_it(self):
        source = self.database("CREATE TABLE t (i int); CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
                               "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f(); COMMENT ON EVENT TRIGGER e IS 'x'; CREATE MATERIALIZED VIEW m AS SELECT 1")
        for options in (["-Fc"], ["-Ft"], ["-Fp"]):
            with self.subTest(options=options):
                archive = self.pg_dump(source, self.folder / f"event{options[0]}", *options)
                for more in ([], ["-1"]):
                    self.assert_same(source, self.restore(archive, *more))

    def test_a_verbose_script(self):
        """Its headers begin with other lines; nothing was restored, and all was said to be whole."""
        source = self.database("CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, '-- TOC entry 1'); CREATE VIEW v AS SELECT a, b FROM t GROUP BY a")
        self.assert_same(source, self.restore(self.pg_dump(source, self.folder / "verbose.sql", "-v", "-c")))
        odd = self.folder / "odd.sql"
        odd.write_text((self.folder / "verbose.sql").read_text().replace("-- Name: ", "-- Called: "))
        self.refused(1, "does not tell where its objects begin", args=["verify", odd])

    def test_large_objects_and_what_is_said_of_them(self):
        source = self.database("CREATE TABLE t (i int); SELECT lo_from_bytea(9001, '\\x01'), lo_from_bytea(9002, '\\x02'), lo_from_bytea(9003, '\\x03'); COMMENT ON LARGE OBJECT 9002 IS 'two';"
                               "GRANT SELECT ON LARGE OBJECT 9001 TO pg_monitor")
        said = "SELECT string_agg(oid || lomacl::text || coalesce(obj_description(oid, 'pg_largeobject'), ''), ' ' ORDER BY oid) FROM pg_largeobject_metadata"
        for options in (["-Fc"], ["-Fd"], ["-Fp"]):
            with self.subTest(options=options):
                archive = self.pg_dump(source, self.folder / f"objects{options[0]}", *options)
                self.ok("compare", archive, "-d", self.url(source))
                target = self.database()
                self.assertIn("9002", harness.run("compare", archive, "-d", self.url(target)).out)
                self.ok("restore", archive, "-d", self.url(target), "-s")
                self.assertEqual(self.server.query(said, target), "")
                self.ok("restore", archive, "-d", self.url(target), "-a")
                self.assertEqual(self.server.query(said, target), self.server.query(said, source))
                self.assert_same(source, self.restore(archive, "--skip-refused"))

    def test_what_scripts_do_not_say_in_so_many_words(self):
        source = self.database("CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO pg_monitor; CREATE TABLE s.t (a int); GRANT SELECT ON s.t TO pg_monitor;"
                               "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER f FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE s.ft (i int) SERVER f;"
                               "CREATE OPERATOR FAMILY s.oc USING btree; CREATE OPERATOR CLASS s.oc FOR TYPE int4 USING btree FAMILY s.oc AS FUNCTION 1 btint4cmp(int4, int4);"
                               "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TABLE p (id int, k text) PARTITION BY RANGE (id);"
                               "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (9) TO (99);"
                               "CREATE TRIGGER z AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE p2 DISABLE TRIGGER z; INSERT INTO p SELECT g, 'x' FROM generate_series(1, 90) g;"
                               "ALTER TABLE p ADD PRIMARY KEY (id)")
        script = self.pg_dump(source, self.folder / "script.sql")
        for jobs in ("1", "2"):
            self.assert_same(source, self.restore(script, "-j", jobs))
        target = self.restore(script, "-t", "s.t", "--with-dependencies")
        self.assertEqual(self.server.query("SELECT has_schema_privilege('pg_monitor', 's', 'USAGE')", target), "t")
        self.restore(script, "--object", "foreign table:s.ft", "--with-dependencies")
        archive = self.pg_dump(source, self.folder / "custom", "-Fc")
        for each in (script, archive, self.dump(source, "ours")):
            self.restore(each, "--object", "operator class:s.oc", "--with-dependencies")
        self.refused(2, "no DROP statements", args=["restore", script, "-d", self.url(source), "--clean", "--yes"])

    def test_kinds_that_are_called_otherwise_are_found_where_they_are(self):
        source = self.database("CREATE SCHEMA s; CREATE OPERATOR s.@@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl); CREATE TYPE s.y AS (i int);"
                               "CREATE FUNCTION s.c(s.y) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (s.y AS int) WITH FUNCTION s.c(s.y);"
                               "CREATE OPERATOR CLASS s.oc FOR TYPE int4 USING btree AS FUNCTION 1 btint4cmp(int4, int4); CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID;"
                               "CREATE TABLE p (id int PRIMARY KEY, v int) PARTITION BY RANGE (id); CREATE INDEX ON p (v); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)")
        for archive in (self.pg_dump(source, self.folder / "custom", "-Fc"), self.pg_dump(source, self.folder / "script.sql"), self.dump(source, "ours")):
            with self.subTest(archive=archive.name):
                target = self.database()
                self.ok("restore", archive, "-d", self.url(target), "--resumable")
                self.ok("restore", archive, "-d", self.url(target), "--resumable", "--resume")
                self.ok("restore", archive, "-d", self.url(self.database()), "--object", "operator:s.@@@", "--with-dependencies")
                if archive.suffix != ".sql":
                    self.ok("restore", archive, "-d", self.url(target), "--clean", "--yes")
                self.assert_same(source, target)

    def test_a_partitioned_table_by_its_name(self):
        source = self.database("CREATE TABLE pt (id int, k int, v text, PRIMARY KEY (id, k)) PARTITION BY LIST (k); CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1);"
                               "CREATE TABLE pt2 PARTITION OF pt FOR VALUES IN (2); INSERT INTO pt VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 1, 'c')")
        for archive in (self.pg_dump(source, self.folder / "custom", "-Fc"), self.pg_dump(source, self.folder / "script.sql")):
            with self.subTest(archive=archive.name):
                some = self.restore(archive, "-s")
                self.ok("restore", archive, "-d", self.url(some), "--where", "pt: id = 2")
                self.assertEqual(self.server.query("SELECT string_agg(v, '') FROM pt", some), "b")
                self.ok("restore", archive, "-d", self.url(some), "--tables", "pt", "--mode", "upsert", "--key", "pt: id, k", "--yes")
                self.assert_same(source, some)
                renamed = self.restore(archive, "--map-table", "pt=px", "--map-table", "pt1=px1", "--map-table", "pt2=px2")
                self.assertEqual(self.server.query("SELECT string_agg(v, '' ORDER BY id) FROM px", renamed), "abc")
                converted = self.folder / f"{archive.name}.zip"
                self.ok("convert", archive, converted, "--rows", "json")
                self.assert_same(source, self.restore(converted))

    def test_partitions_are_known_where_pg_dump_attaches_them_as_it_makes_them(self):
        """As before version 14: the statement stands in the partition's own entry."""
        source = self.database((FIXTURES / "tiny.sql").read_text())
        for archive in ARCHIVES:
            with self.subTest(archive=archive.name):
                some = self.restore(archive, "--tables", "parent", "--verify-after")
                self.assertEqual(self.server.query("SELECT string_agg(k::text, ',' ORDER BY k) FROM parent", some), "1,2")
                self.assertEqual(self.ok("cat", archive, "parent", "--rows", "csv").out.count("\n"), 3)
                self.server.psql(some, script="DELETE FROM parent WHERE k = 1")
                self.ok("restore", archive, "-d", self.url(some), "--tables", "parent", "--mode", "sync", "--yes", "--verify-after")
                self.assertEqual(self.server.query("SELECT count(*) FROM parent", some), "2")
                compared = harness.run("compare", archive, "-d", self.url(source))
                self.assertIn(compared.code, (0, 6), compared)
                self.assertNotIn("TABLE ATTACH", compared.out)

    def test_rows_that_go_in_by_the_partitioned_table(self):
        source = self.database("CREATE TYPE c AS ENUM ('r', 'g', 'b'); CREATE TABLE hp (id int, c c) PARTITION BY HASH (c);"
                               "CREATE TABLE hp0 PARTITION OF hp FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE hp1 PARTITION OF hp FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
                               "INSERT INTO hp SELECT g, (ARRAY['r', 'g', 'b'])[g % 3 + 1]::c FROM generate_series(1, 300) g")
        rows = self.server.query("SELECT md5(string_agg(id || c::text, ',' ORDER BY id)) FROM hp", source)
        for archive in (self.pg_dump(source, self.folder / "custom", "-Fc", "--load-via-partition-root"),
                        self.pg_dump(source, self.folder / "script.sql", "--load-via-partition-root")):
            with self.subTest(archive=archive.name):
                for _ in range(4):  # the type's oid decides which partition takes which
                    copy = self.restore(archive, "--verify-after")
                    self.assertEqual(self.server.query("SELECT md5(string_agg(id || c::text, ',' ORDER BY id)) FROM hp", copy), rows)
                self.restore(archive, "--tables", "hp0", "--with-dependencies", "--verify-after")
                converted = self.folder / f"{archive.name}.zip"
                self.ok("convert", archive, converted, "--rows", "json")
                into = {table["name"]: table.get("load_into") for table in harness.manifest(converted)["tables"] if table["has_rows"]}
                self.assertEqual(into, dict.fromkeys(("hp0", "hp1"), {"schema": "public", "name": "hp"}))

    def test_times_and_bytes_that_pg_dump_wrote_otherwise_are_the_same(self):
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, at timestamptz, b bytea, n int); INSERT INTO t VALUES (1, '2024-01-01 00:00Z', 'x', 1), (2, '2024-07-01 00:00Z', 'y', 2)")
        utc = self.pg_dump(source, self.folder / "utc", "-Fc")
        self.server.query(f'ALTER DATABASE "{source}" SET bytea_output = escape', "postgres")
        escaped = self.pg_dump(source, self.folder / "escaped", "-Fc")
        self.server.query(f'ALTER DATABASE "{source}" SET timezone = \'America/New_York\'', "postgres")
        abroad = self.pg_dump(source, self.folder / "abroad", "-Fc")
        for archive, setting in ((utc, "timezone = 'America/New_York'"), (escaped, "bytea_output = hex"), (abroad, "timezone = 'Asia/Kolkata'")):
            with self.subTest(archive=archive.name):
                target = self.database()
                self.server.query(f'ALTER DATABASE "{target}" SET {setting}', "postgres")
                self.ok("restore", archive, "-d", self.url(target), "--verify-after")
                self.ok("compare", archive, "-d", self.url(target))
                for mode in ("sync", "replace"):
                    self.ok("restore", archive, "-d", self.url(target), "--tables", "t", "--mode", mode, "--yes", "--verify-after")
                self.server.psql(target, script="UPDATE t SET n = 7 WHERE id = 1; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 9; RETURN NEW; END';"
                                                "CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()")
                self.assertIn("1 changed", harness.run("compare", archive, "-d", self.url(target), "-a").out)
                self.refused(1, "its rows are not those of the archive", args=["restore", archive, "-d", self.url(target), "--tables", "t", "--mode", "sync", "--yes", "--verify-after"])

    def test_where_backslashes_quote(self):
        if self.server.major >= 19:
            self.skipTest("there they never do")
        source = self.database()
        self.server.query(f'ALTER DATABASE "{source}" SET standard_conforming_strings = off', "postgres")
        self.server.psql(source, script="CREATE TABLE t (a text DEFAULT E'c:\\\\dir')")
        archive = self.pg_dump(source, self.folder / "custom", "-Fc")
        self.refused(1, "standard_conforming_strings", args=["restore", archive, "-d", self.url(self.database())])

    def test_an_archive_in_another_encoding(self):
        source = self.database()
        latin = source + "_latin"
        self.server.query(f"CREATE DATABASE \"{latin}\" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "postgres")
        self.addCleanup(self.server.query, f'DROP DATABASE "{latin}"', "postgres")
        self.server.psql(latin, script='CREATE TABLE "Größe" (id int PRIMARY KEY, "naïve" text, j jsonb); INSERT INTO "Größe" VALUES (1, \'é\', \'{"ñ": "ß"}\'), (2, \'plain\', NULL)')
        for archive in (self.pg_dump(latin, self.folder / "custom", "-Fc"), self.pg_dump(latin, self.folder / "script.sql")):
            with self.subTest(archive=archive.name):
                self.assertIn('{"id":1,"naïve":"é","j":{"ñ":', self.ok("cat", archive, "Größe", "--rows", "json").out.replace(" ", ""))
                copy = self.restore(archive, "--verify-after")
                self.assertEqual(self.server.query('SELECT "naïve" FROM "Größe" ORDER BY id', copy), "é\nplain")
                self.server.psql(copy, script='TRUNCATE "Größe"')
                self.ok("restore", archive, "-d", self.url(copy), "--where", "Größe: \"naïve\" = 'é'")
                self.assertEqual(self.server.query('SELECT id FROM "Größe"', copy), "1")
                self.ok("convert", archive, self.folder / f"{archive.name}.zip", "--rows", "json")
                self.assertEqual(harness.manifest(self.folder / f"{archive.name}.zip")["encoding"], "UTF8")

    def test_another_owner_of_schema_public_is_a_difference(self):
        """pg_dump tells it since version 15."""
        if self.server.major < 15:
            self.skipTest("there it is told by no archive")
        source = self.database("CREATE TABLE t (id int)")
        archive = self.pg_dump(source, self.folder / "custom", "-Fc")
        self.ok("compare", archive, "-d", self.url(source))
        self.server.psql(source, script="ALTER SCHEMA public OWNER TO CURRENT_USER")
        self.assertIn("SCHEMA public", harness.run("compare", archive, "-d", self.url(source)).out)

    def test_schema_public_by_another_name(self):
        source = self.database("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
        for archive in (self.pg_dump(source, self.folder / "custom", "-Fc"), self.pg_dump(source, self.folder / "script.sql")):
            copy = self.restore(archive, "--map-schema", "public=pub")
            self.assertEqual(self.server.query("SELECT id FROM pub.t", copy), "1")

    def test_a_table_of_a_script_needs_no_extension_that_it_does_not_name(self):
        source = self.database("CREATE EXTENSION hstore; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE h (v hstore)")
        script = self.pg_dump(source, self.folder / "script.sql")
        self.assertEqual(self.server.query("SELECT id FROM t", self.restore(script, "--tables", "t")), "1")
        self.refused(1, "EXTENSION hstore", args=["restore", script, "-d", self.url(self.database()), "--tables", "h"])

    def test_a_foreign_table_of_a_script_needs_the_extension_of_its_wrapper(self):
        """Nothing said so, and the server refused it in the midst of the restore."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE EXTENSION hstore; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE f (id int) SERVER s")
        script = self.pg_dump(source, self.folder / "script.sql")
        result = self.ok("restore", script, "-d", self.url(self.database()), "--object", "foreign table:f", "--with-dependencies", "-y")
        self.assertIn("EXTENSION postgres_fdw", result.err)
        self.assertNotIn("hstore", result.err)

    def test_large_objects_that_no_list_names(self):
        for name in ("13-directory", "18-directory-gzip"):
            copy = shutil.copytree(FIXTURES / name, self.folder / name)
            (lists,) = copy.glob("blobs*.toc")
            lines = lists.read_bytes().splitlines(keepends=True)
            lists.write_bytes(lines[0])
            self.refused(4, "lists of large objects", "4712", args=["verify", copy])
            lists.write_bytes(lines[0])
            for file in copy.glob("blob_4712.dat*"):
                file.unlink()
            self.refused(4, "lack 4712, which its table of contents has", args=["verify", copy])
            lists.unlink()
            self.refused(4, f'file "{lists.name}" is missing', args=["verify", copy])
            self.refused(4, f'file "{lists.name}" is missing', args=["restore", copy, "-d", self.url(self.database())])

    INSERTS = """
        CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, t text, b bytea, n numeric, f float8, yes bool, bits bit(3), more varbit, list int[], j jsonb, at timestamptz, c char(5));
        INSERT INTO kinds (t, b, n, f, yes, bits, more, list, j, at, c) VALUES ('x''y\z' || chr(10) || '; INSERT INTO t' || chr(9) || chr(13) || '--', '\xdeadbeef', -1.50, 'NaN', true, B'101', B'', '{1,NULL}', '{"a;": "\\n''"}', '2026-11-29 10:00:00.5+01', 'ab'),
            (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('', '', 'Infinity', -1e-300, false, B'000', B'1', '{}', '[]', 'infinity', '');
        CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES;
        CREATE TABLE empty (a int, b text);
        CREATE TABLE parent (a int, b text); CREATE TABLE child (c int) INHERITS (parent); INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'q', 3);
        CREATE TYPE pair AS (x int, "Y y" text); CREATE TABLE typed OF pair; INSERT INTO typed VALUES (1, 'yy'), (2, NULL);
        CREATE TABLE "We""ird
name" ("a b" int, "c;'d" text); INSERT INTO "We""ird
name" VALUES (1, E'\n\\.\n'), (2, '--
--
-- Name: t; Type: TABLE; Schema: public; Owner: nobody
--
');
        CREATE TABLE parts (k int, v text) PARTITION BY LIST (k); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE part_2 (v text, k int); ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES IN (2);
        INSERT INTO parts VALUES (1, 'one'), (2, 'two'), (1, 'one more');
        CREATE TABLE dropped (a int, b int, c text); ALTER TABLE dropped DROP COLUMN b; INSERT INTO dropped VALUES (1, 'x');
        CREATE TABLE many AS SELECT i, repeat('text; ''quoted'' ', 20) AS t FROM generate_series(1, 20000) i"""

    def test_rows_as_inserts(self):
        source = self.database(self.INSERTS)
        columns = "SELECT string_agg(t::text, ' ' ORDER BY id) FROM kinds t"
        for number, options in enumerate((["-Fp", "--inserts"], ["-Fp", "--column-inserts", "--disable-triggers"], ["-Fp", "--rows-per-insert=7", "--on-conflict-do-nothing"], ["-Fc", "--inserts"],
                                          ["-Fc", "--column-inserts", "--load-via-partition-root"], ["-Fc", "--rows-per-insert=1000"], ["-Fd", "--inserts", "-Z0"], ["-Ft", "--inserts"])):
            with self.subTest(options=options):
                archive = self.pg_dump(source, self.folder / f"inserts-{number}", *options)
                copy = self.database()
                told = self.ok("restore", archive, "-d", self.url(copy)).err
                # One of the tables inherits, and its columns may have stood in another order when its rows were read.
                self.assertEqual("without names of columns: public.child" in told, "--column-inserts" not in options, told)
                self.assert_same(source, copy)
                self.assertEqual(self.server.query(columns, copy), self.server.query(columns, source))
                self.ok("compare", archive, "-d", self.url(source))
                self.assertEqual(self.ok("verify", archive, "--json").json["rows"], 20000 + 3 + 2 + 2 + 2 + 2 + 3 + 1)
                self.assertEqual(self.ok("cat", archive, "dropped", "--rows", "json").out.strip(), '{"a":1,"c":"x"}')
        rows_alone = self.pg_dump(source, self.folder / "rows", "-Fc", "-a", "--column-inserts", "-t", "kinds")
        self.ok("compare", rows_alone, "-d", self.url(source), "-t", "kinds")
        self.server.query("UPDATE kinds SET t = 'changed' WHERE id = 1", copy)
        self.ok("restore", archive, "-d", self.url(copy), "-y", "--mode", "sync", "-t", "kinds")
        self.assertEqual(self.server.query(columns, copy), self.server.query(columns, source))

    def test_rows_as_inserts_whose_columns_nothing_tells(self):
        source = self.database(self.INSERTS)
        archive = self.pg_dump(source, self.folder / "inserts", "-Fc", "--inserts", "-a", "-t", "kinds")
        self.refused(1, "without names of columns", "--column-inserts", args=["restore", archive, "-d", self.url(source)])

    def test_rows_as_inserts_that_are_cut(self):
        source = self.database("CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, 'text' FROM generate_series(1, 9) i")
        directory = self.pg_dump(source, self.folder / "directory", "-Fd", "-Z0", "--inserts")
        (rows,) = directory.glob("[0-9]*.dat")
        whole = rows.read_bytes()
        self.assertEqual(self.ok("verify", directory, "--json").json["rows"], 9)
        for cut in (whole[:-1], whole[:-2], whole[:whole.rindex(b"INSERT")], whole[:-10], whole[:40], b"", whole.replace(b"(5, 'text')", b"(5)"), whole.replace(b"(5, ", b"(now(), ")):
            with self.subTest(cut=cut[-60:]):
                rows.write_bytes(cut)
                self.refused(4, "damaged", args=["verify", directory])
                self.refused(4, "damaged", args=["restore", directory, "-d", self.url(self.database())])
        script = self.pg_dump(source, self.folder / "script", "-Fp", "--inserts")
        whole = script.read_text()
        for cut in (whole[:whole.index("(5")], whole[:whole.index("INSERT INTO public.t VALUES (6")]):
            script.write_text(cut)
            self.refused(4, "damaged", args=["verify", script])

    def test_damage_is_told(self):
        chance = random.Random(1)
        codes = set()
        for archive in ARCHIVES:
            for round in range(12):
                copy = self.folder / f"{archive.name}-{round}"
                (shutil.copytree if archive.is_dir() else shutil.copy)(archive, copy)
                file = chance.choice(sorted(copy.iterdir())) if copy.is_dir() else copy
                data = bytearray(file.read_bytes())
                if not data:
                    continue
                if round % 3 == 0:
                    del data[chance.randrange(len(data)):]
                else:
                    data[chance.randrange(min(len(data), 3000))] ^= 1 << chance.randrange(8)
                file.write_bytes(data)
                result = harness.run("convert", copy, self.folder / "out", "--force")
                codes.add(result.code)
                with self.subTest(archive=archive.name, round=round):
                    self.assertIn(result.code, (0, 1, 2, 4), result)
                    self.assertNotIn("defect of pgcoffer", result.err)
        self.assertIn(4, codes)

    def test_a_truncated_archive_is_damaged(self):
        for archive in ARCHIVES:
            if archive.is_file():
                with self.subTest(archive=archive.name):
                    copy = self.folder / "cut"
                    copy.write_bytes(archive.read_bytes()[: archive.stat().st_size * 2 // 3])
                    self.refused(4, "damaged", args=["convert", copy, self.folder / "out"])
                    self.assert_nothing_left(self.folder / "out")


if __name__ == "__main__":
    harness.main()
