"""Symptoms that two more testers found in restore and compare, one test each; all failed before they were mended."""

import json
import shutil
import subprocess

import harness
import servers

FAILED, DAMAGED, DIFFERENT = 1, 4, 6
ARCHIVES = servers.ROOT / "fixtures" / "archives-pg_dump"
HASH_OF_ENUM = """CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE pe (k e, id int, v text, PRIMARY KEY (k, id)) PARTITION BY HASH (k);
CREATE TABLE pe0 PARTITION OF pe FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE pe1 PARTITION OF pe FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE pl (k e, n int, id int, PRIMARY KEY (n, k, id)) PARTITION BY LIST (n); CREATE TABLE pl1 PARTITION OF pl FOR VALUES IN (1) PARTITION BY HASH (k); CREATE TABLE pl2 PARTITION OF pl FOR VALUES IN (2);
CREATE TABLE pl1_0 PARTITION OF pl1 FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE pl1_1 PARTITION OF pl1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
"""
HASHED_ROWS = """INSERT INTO pe SELECT (ARRAY['a', 'b', 'c'])[1 + i % 3]::e, i, 'v' FROM generate_series(1, 300) i;
INSERT INTO pl SELECT (ARRAY['a', 'b', 'c'])[1 + i % 3]::e, 1 + i % 2, i FROM generate_series(1, 300) i;"""
PLACES = "SELECT array_agg(DISTINCT tableoid::regclass || ' ' || k::text) FROM pe"


class FoundLater(harness.Case):
    def pg_dump(self, database, name, *options):
        path = self.folder / name
        subprocess.run([*servers.pg_dump_command(self.server.major), *options, "-d", database, "-f", path], check=True,
                       env=self.server.environment())
        return path

    def rows(self, table, database, key="id"):
        return self.server.query(f"SELECT string_agg(t::text, ' ' ORDER BY {key}) FROM {table} t", database)

    def test_rows_that_the_server_drops_are_not_recorded_as_loaded(self):
        """The part was committed without them, --resume went on behind it, and the error said that nothing was changed."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5)")
        archive = self.dump(source, "a")
        self.server.psql(source, script="DELETE FROM t; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.id = 3 THEN RETURN NULL; END IF; RETURN new; END $$;"
                                        "CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()")
        command = ["restore", archive, "-d", self.url(source), "-a", "-y"]
        for options in ([], ["--resumable"]):
            self.refused(FAILED, "took 4 of 5 rows", "Nothing was changed", args=[*command, *options])
            self.assertEqual(self.server.query("SELECT count(*) FROM t", source), "0")
        self.server.query("DROP TRIGGER f ON t", source)
        self.ok(*command, "--resume")
        self.assertEqual(self.server.query("SELECT count(*) FROM t", source), "5")

    def test_sequences_move_by_rows_that_are_new(self):
        """Numbers that were there already moved them, to their end; those of partitioned identities never moved."""
        source = self.database("""
            CREATE TABLE s (id serial PRIMARY KEY, v text); INSERT INTO s (v) SELECT 'x' FROM generate_series(1, 50); INSERT INTO s VALUES (2147483647, 'last');
            CREATE TABLE g (k int, id int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (k); CREATE TABLE g1 PARTITION OF g FOR VALUES IN (1); CREATE TABLE g2 PARTITION OF g FOR VALUES IN (2);
            INSERT INTO g (k) SELECT 1 + i % 2 FROM generate_series(1, 50) i""")
        archive = self.dump(source, "a")
        last = "SELECT (SELECT last_value FROM s_id_seq), (SELECT last_value FROM g_id_seq)"
        for mode in ("sync", "upsert", "insert-missing"):
            self.ok("restore", archive, "-d", self.url(source), "--mode", mode, "--tables", "s", "-y")
            self.assertEqual(self.server.query(last, source), "50|50", mode)
        self.server.query("TRUNCATE g RESTART IDENTITY", source)
        self.ok("restore", archive, "-d", self.url(source), "--mode", "append", "--tables", "g", "-y")
        self.assertEqual(self.server.query(last, source), "50|50")
        self.server.query("TRUNCATE s RESTART IDENTITY", source)
        self.assertIn("sequences are at their end", self.ok("restore", archive, "-d", self.url(source), "--mode", "append", "--tables", "s", "-y").err)

    def test_a_part_that_is_missing_is_told_before_anything_is_dropped(self):
        source = self.database("CREATE TABLE a (i int); INSERT INTO a VALUES (1); CREATE TABLE b (i int); INSERT INTO b VALUES (1), (2)")
        for name, broken, told in (("lost", lambda part: part.unlink(), "it lacks data/public.b/0001"), ("cut", lambda part: part.write_bytes(part.read_bytes()[:-1]), "other sizes")):
            archive = self.dump(source, name)
            broken(next((archive / "data" / "public.b").iterdir()))
            for options in (["--clean"], ["--clean", "--dry-run"], ["--clean", "--tables", "b"]):
                self.refused(DAMAGED, told, "Nothing was changed", args=["restore", archive, "-d", self.url(source), "-y", *options])
            self.assertEqual(self.server.query("SELECT count(*) FROM b", source), "2")
            self.ok("restore", archive, "-d", self.url(source), "-y", "--clean", "--tables", "a")
            self.refused(DAMAGED, told, args=["restore", archive, "--create-db", f"{source}_new"])

    def other_hashes(self):
        """An archive, and a database in which an enum's values belong into other partitions."""
        source = self.database(HASH_OF_ENUM + HASHED_ROWS)
        archive = self.dump(source, "hashed")
        for _ in range(40):
            target = self.restore(archive)
            if self.server.query(PLACES, source) != self.server.query(PLACES, target):
                return source, archive, target
        self.fail("the hashes are the same in 40 databases")

    def test_modes_find_places_of_hashed_rows(self):
        """They failed, even in a database that the archive had been restored to."""
        source, archive, target = self.other_hashes()
        command = ["restore", archive, "-d", self.url(target), "-y", "--tables", "pe,pl"]
        for mode in ("sync", "upsert", "insert-missing", "replace", "truncate"):
            with self.subTest(mode=mode):
                self.server.psql(target, script="DELETE FROM pe WHERE id % 5 = 0; DELETE FROM pl WHERE id % 7 = 0")
                self.ok(*command, "--mode", mode, "--verify-after")
                for table in ("pe", "pl"):
                    self.assertEqual(self.rows(table, target), self.rows(table, source))
        self.server.query("TRUNCATE pe, pl", target)
        self.ok(*command, "--mode", "append", "--verify-after")
        self.server.query("DELETE FROM pe WHERE id = 2", target)
        self.ok("restore", archive, "-d", self.url(target), "--where", "pe: id = 2")
        self.ok("compare", archive, "-d", self.url(target))
        self.server.query("DROP TABLE pe0, pe1", target)
        self.ok("restore", archive, "-d", self.url(target), "-s", "--tables", "pe0,pe1", "-y")
        self.ok("restore", archive, "-d", self.url(target), "--tables", "pe", "--mode", "insert-missing", "-y")
        self.assertEqual(self.rows("pe", target), self.rows("pe", source))

    def test_a_finished_restore_of_hashed_rows_is_finished(self):
        """Rows of other partitions of the table above were counted with them."""
        _, archive, target = self.other_hashes()
        self.ok("restore", archive, "-d", self.url(target), "--resume")

    def test_hashes_of_texts_in_another_encoding(self):
        latin1 = self.server.new_database()
        self.addCleanup(self.server.drop_database, latin1)
        self.server.drop_database(latin1)
        self.server.query(f"CREATE DATABASE \"{latin1}\" ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", "postgres")
        self.server.psql(latin1, script="SET client_encoding = 'UTF8'; CREATE TABLE hp (k text PRIMARY KEY) PARTITION BY HASH (k); CREATE TABLE hp0 PARTITION OF hp FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                                        "CREATE TABLE hp1 PARTITION OF hp FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO hp SELECT 'ü' || i FROM generate_series(1, 20) i")
        archive = self.dump(latin1, "latin1")
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT count(*) FROM hp WHERE k LIKE 'ü%'", copy), "20")
        self.server.query("DELETE FROM hp WHERE k < 'ü15'", copy)
        self.ok("restore", archive, "-d", self.url(copy), "--mode", "sync", "-y", "--verify-after")
        self.assertEqual(self.server.query("SELECT count(*) FROM hp", copy), "20")

    def test_a_partition_beside_its_table(self):
        """It was made, attached to the table that was there, and refused; or took its place."""
        source = self.database("CREATE TABLE ev (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM (1) TO (10); CREATE TABLE ev2 PARTITION OF ev FOR VALUES FROM (10) TO (20); INSERT INTO ev VALUES (1, 'a'), (11, 'b')")
        for options in ([], ["--load-via-partition-root"]):
            archive = self.dump(source, f"ev{len(options)}", *options)
            self.assertIn("a table of its own", self.ok("restore", archive, "-d", self.url(source), "--tables", "ev2", "--map-table", "ev2=old", "-y").err)
            self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM ev), (SELECT string_agg(v, '') FROM old), (SELECT relispartition FROM pg_class WHERE relname = 'old')", source), "2|b|f")
            self.server.query("DROP TABLE old", source)

    def test_the_schema_of_an_extension_under_another_name(self):
        source = self.database("CREATE SCHEMA app; CREATE EXTENSION hstore SCHEMA app; CREATE TABLE app.t AS SELECT 'a=>1'::app.hstore AS h")
        for archive in (self.dump(source, "a"), self.pg_dump(source, "theirs", "-Fc")):
            copy = self.restore(archive, "--map-schema", "app=prod")
            self.assertEqual(self.server.query("SELECT h OPERATOR(app.->) 'a' FROM prod.t", copy), "1")

    def test_archives_of_which_one_has_no_rows(self):
        """They were the same."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 9); CREATE TABLE o (i int); INSERT INTO o VALUES (1)")
        whole, theirs = self.dump(source, "whole"), self.pg_dump(source, "theirs", "-Fc")
        for without in (self.pg_dump(source, "lacks", "-Fc", "--exclude-table-data=t"), self.dump(source, "definitions", "-s"), self.pg_dump(source, "schema", "-Fc", "-s"), self.dump(source, "ours", "--exclude-table-data", "t")):
            for whole_one in (whole, theirs):
                for one, other, key in ((whole_one, without, "missing"), (without, whole_one, "added")):
                    with self.subTest(one=one.name, other=other.name):
                        report = harness.run("compare", one, other, "--json")
                        self.assertEqual(report.code, DIFFERENT, report)
                        self.assertEqual({table["name"]: table[key] for table in report.json["tables"]}["t"], 9)
        lacks = self.ok("compare", self.folder / "lacks", "-d", self.url(source))
        self.assertIn("table public.t: its rows are not in the archive", lacks.out + lacks.err)

    def test_archives_from_other_time_zones(self):
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, z timestamptz, r tstzrange, a timestamptz[], plain text); CREATE TABLE k (z timestamptz PRIMARY KEY);"
                               "INSERT INTO t VALUES (1, '2026-07-01 12:00:00.5+00', '[2026-01-01 00:00+00,)', '{2026-01-01 00:00+00,NULL}', '2026-01-01 00:00:00+01'), (2, '0044-03-15 00:00+00 BC', NULL, NULL, NULL), (3, 'infinity', 'empty', '{}', '');"
                               "INSERT INTO k SELECT timestamptz '2026-01-01 00:00+00' + i * interval '1 day' FROM generate_series(1, 200) i")
        utc = self.dump(source, "utc")
        self.server.query(f"ALTER DATABASE \"{source}\" SET timezone = 'Asia/Kathmandu'", "postgres")
        abroad, binary = self.dump(source, "abroad"), self.dump(source, "binary", "--rows", "binary")
        self.ok("compare", utc, abroad)
        self.ok("compare", abroad, binary)
        self.server.query("UPDATE t SET z = z + interval '1 second' WHERE id = 1", source)
        self.assertEqual(harness.run("compare", utc, self.dump(source, "changed")).code, DIFFERENT)
        self.server.query("UPDATE t SET z = z - interval '1 second', plain = '2026-01-01 01:00:00+02' WHERE id = 1", source)
        self.assertEqual(harness.run("compare", utc, self.dump(source, "changed text")).code, DIFFERENT)

    def test_zones_of_archives_of_pg_dump_in_more_than_plain_columns(self):
        source = self.database("CREATE TYPE c AS (z timestamptz); CREATE DOMAIN d AS timestamptz; CREATE TABLE a (id int PRIMARY KEY, z timestamptz[]); CREATE TABLE r (id int PRIMARY KEY, z tstzrange); CREATE TABLE o (id int PRIMARY KEY, z d, c c[]);"
                               "CREATE TABLE bc (id int PRIMARY KEY, z timestamptz); CREATE TABLE p (id int, z timestamptz); CREATE TABLE i () INHERITS (p);"
                               "INSERT INTO a VALUES (1, '{2026-01-01 00:00+00}'); INSERT INTO r VALUES (1, '[2026-07-01 00:00+00,)'); INSERT INTO o VALUES (1, '2026-01-01 00:00+00', ARRAY[ROW('2026-01-01 00:00+00')::c]); INSERT INTO i VALUES (1, '2026-01-01 00:00+00');"
                               "INSERT INTO bc VALUES (1, '0044-03-15 00:00+00 BC'); CREATE TABLE m (id int PRIMARY KEY, summer timestamptz, winter d); INSERT INTO m VALUES (1, '2026-07-01 00:00+00', '2026-01-01 00:00+00')")
        self.server.query(f"ALTER DATABASE \"{source}\" SET timezone = 'Europe/Berlin'", "postgres")
        for table in ("a", "r", "o", "bc", "i", "m"):
            with self.subTest(table=table):
                archive = self.pg_dump(source, f"only_{table}", "-Fc", *(["-t", "p", "-t", "i"] if table == "i" else []), *([] if table == "i" else ["-T", "nothing"]), *[f"--exclude-table-data={other}" for other in ("a", "r", "o", "bc", "i", "m") if other != table])
                self.restore(archive, "--verify-after")

    def test_columns_from_parents_and_types_have_their_types(self):
        source = self.database("CREATE TABLE p (id int, n numeric, j jsonb); CREATE TABLE c (e text) INHERITS (p); CREATE TYPE y AS (a int, b text); CREATE TABLE t OF y (a NOT NULL); INSERT INTO c VALUES (1, 2.5, '{\"a\": 1}', 'e'); INSERT INTO t VALUES (7, 'x')")
        for archive in (self.pg_dump(source, "custom", "-Fc"), self.pg_dump(source, "script", "-Fp")):
            self.assertEqual(json.loads(self.ok("cat", archive, "c", "--rows", "json").out), {"id": 1, "n": 2.5, "j": {"a": 1}, "e": "e"})
            self.assertEqual(json.loads(self.ok("cat", archive, "t", "--rows", "json").out), {"a": 7, "b": "x"})
            told = self.ok("restore", archive, "-d", self.url(source), "--mode", "append", "--tables", "c,t", "-y").err
            self.assertNotIn("may round or cut", told)

    def test_a_zero_byte_is_damage(self):
        """What stood before it was taken for the whole statement: indexes, privileges and the COMMIT behind it were lost."""
        source = self.database("CREATE TABLE t2 (a int); CREATE UNIQUE INDEX i ON t2 (a); ALTER TABLE t2 CLUSTER ON i; GRANT SELECT ON t2 TO PUBLIC; INSERT INTO t2 VALUES (1)")
        for options in (["-Fc"], ["-Fp"]):
            archive = self.pg_dump(source, f"whole{options[0]}", *options)
            data = archive.read_bytes()
            for text in (b"CLUSTER ON", b"GRANT SELECT", b"CREATE TABLE"):
                at = data.rindex(text) + 3
                archive.write_bytes(data[:at] + b"\0" + data[at + 1:])
                for command in (["verify", archive], ["restore", archive, "-d", self.url(self.database())]):
                    self.refused(DAMAGED, "zero byte", args=command)

    def test_scripts_that_lack_a_header(self):
        """Rows of the table before were replaced by what followed them, or statements were lost, and all was called whole."""
        source = self.database("CREATE TABLE a (i int PRIMARY KEY, t text); CREATE TABLE b (i int); INSERT INTO a SELECT i, 'x' FROM generate_series(1, 9) i; INSERT INTO b SELECT generate_series(1, 5)")
        script = self.pg_dump(source, "script.sql", "-Fp")
        whole = script.read_text()
        header = next(line for line in whole.splitlines() if line.startswith("-- Data for Name: b;"))
        constraint = next(line for line in whole.splitlines() if line.startswith("-- Name: a a_pkey; Type: CONSTRAINT"))
        for broken in (whole.replace(header + "\n", ""), whole.replace(header, header.replace("Type:", "Type")), whole.replace(constraint + "\n", ""),
                       whole.replace("--\n" + header, "INSERT INTO public.a VALUES (100, 'x');\n\n--\n" + header)):
            self.assertNotEqual(broken, whole)
            script.write_text(broken)
            for command in (["verify", script], ["restore", script, "-d", self.url(self.database())]):
                self.refused(DAMAGED, "what belongs to no table's rows", args=command)
        at = whole.index("COPY public.b ")
        script.write_text(whole[:at] + whole[whole.index("\\.\n", at) + 3:])
        self.refused(DAMAGED, 'the rows of "b" are missing', args=["verify", script])
        inserts = self.pg_dump(source, "inserts.sql", "-Fp", "--column-inserts", "--rows-per-insert=4")
        whole = inserts.read_text()
        for broken in (whole.replace("INSERT INTO public.b (i) VALUES\n", "", 1), whole[::-1].replace("INSERT INTO public.b (i) VALUES\n"[::-1], "", 1)[::-1], whole.replace("INSERT INTO public.b (i)", "INSERT INTO public.a (i)", 1)):
            inserts.write_text(broken)
            self.refused(DAMAGED, "damaged", args=["verify", inserts])

    def test_sizes_in_an_archive_that_went_through_a_pipe(self):
        """It showed 0 B for every table."""
        source = self.database("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 5000) i; CREATE TABLE empty ()")
        piped = subprocess.run([*servers.pg_dump_command(self.server.major), "-Fc", "-d", source], check=True, capture_output=True, env=self.server.environment()).stdout
        archive = self.folder / "piped"
        archive.write_bytes(piped)
        written = self.pg_dump(source, "written", "-Fc")
        sizes = [{table["name"]: table["stored_bytes"] for table in self.ok("inspect", path, "--json").json["tables"]} for path in (archive, written)]
        self.assertGreater(sizes[0]["t"], 50000)
        self.assertAlmostEqual(sizes[0]["t"], sizes[1]["t"], delta=100)

    def test_inserts_that_name_other_columns(self):
        source = self.database("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 10), (2, 20); CREATE TABLE g (a int GENERATED ALWAYS AS (1) STORED); INSERT INTO g DEFAULT VALUES; INSERT INTO g DEFAULT VALUES")
        script = self.pg_dump(source, "script.sql", "-Fp", "--column-inserts")
        self.assert_same(source, self.restore(script))
        self.assert_same(source, self.restore(self.pg_dump(source, "custom", "-Fc", "--column-inserts")))
        script.write_text(script.read_text().replace("(a, b) VALUES (2, 20)", "(b, a) VALUES (20, 2)"))
        self.refused(DAMAGED, "the same columns", args=["verify", script])

    def test_a_single_partition_by_the_hash_of_an_enum_is_not_emptied(self):
        """Rows that the archive has in another partition were deleted."""
        source, archive, target = self.other_hashes()
        before = self.rows("pe", target)
        for mode in ("sync", "replace", "truncate"):
            self.refused(FAILED, "Name the partitioned table", "Nothing was changed", args=["restore", archive, "-d", self.url(target), "--tables", "pe0", "--mode", mode, "-y"])
        self.assertEqual(self.rows("pe", target), before)

    def test_sequences_behind_rows_that_are_all_inserted_anew(self):
        source = self.database("CREATE TABLE s (id serial PRIMARY KEY, v text); INSERT INTO s (v) SELECT 'x' FROM generate_series(1, 50); INSERT INTO s VALUES (2147483647, 'last')")
        archive = self.dump(source, "a")
        for mode, change in (("truncate", ""), ("replace", ""), ("sync", "DELETE FROM s WHERE id BETWEEN 20 AND 30"), ("insert-missing", "DELETE FROM s WHERE id = 7")):
            self.server.psql(source, script="SELECT setval('s_id_seq', 1, false); " + change)
            self.ok("restore", archive, "-d", self.url(source), "--mode", mode, "--tables", "s", "-y")
            self.assertEqual(self.server.query("SELECT last_value FROM s_id_seq", source), "50", mode)

    def test_large_objects_of_newer_archives_are_dropped_first(self):
        """--clean dropped the tables, and failed on the first large object; --skip-refused left out what is said of them."""
        for archive in sorted(ARCHIVES.glob("1[78]-*")):
            with self.subTest(archive=archive.name):
                target = self.restore(archive)
                before = self.server.query("SELECT count(*), sum(length(lo_get(oid))) FROM pg_largeobject_metadata", target)
                self.ok("restore", archive, "-d", self.url(target), "--clean", "-y")
                self.assertEqual(self.server.query("SELECT count(*), sum(length(lo_get(oid))) FROM pg_largeobject_metadata", target), before)
                self.ok("restore", archive, "-d", self.url(self.database()), "--skip-refused")

    def test_an_empty_large_object_of_zstd(self):
        """pg_dump writes no byte for it; the whole archive was damaged."""
        copy = shutil.copytree(ARCHIVES / "17-directory-lz4", self.folder / "zstd")
        (blob,) = copy.glob("blob_4712.dat*")
        blob.unlink()
        (copy / "blob_4712.dat.zst").write_bytes(b"")
        self.assertTrue(self.ok("verify", copy, "--json").json["whole"])

    def test_the_state_of_a_trigger_from_above(self):
        """It was set before there was one."""
        source = self.database("CREATE TABLE p (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1) TO (99) PARTITION BY RANGE (a); CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (1) TO (99);"
                               "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER tp AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE p21 DISABLE TRIGGER tp; CREATE INDEX ON p (b);"
                               "INSERT INTO p SELECT 1 + i % 90, i FROM generate_series(1, 50000) i")
        for archive in (self.dump(source, "a"), self.pg_dump(source, "theirs", "-Fc")):
            for jobs in (1, 2, 4):
                copy = self.restore(archive, "-j", jobs)
                self.assertEqual(self.server.query("SELECT string_agg(tgrelid::regclass || ' ' || tgenabled::text, ',' ORDER BY tgrelid::regclass::text) FROM pg_trigger WHERE tgname = 'tp'", copy), "p O,p2 O,p21 D")

    def test_rows_of_another_table_or_behind_the_end(self):
        source = self.database("CREATE TABLE one (a int); CREATE TABLE two (a int, b int); INSERT INTO one VALUES (1); INSERT INTO two VALUES (2, 3)")
        archive = self.pg_dump(source, "directory", "-Fd", "-Z0")
        one, two = (next(file for file in archive.glob("[0-9]*.dat") if text in file.read_bytes()) for text in (b"1\n\\.", b"2\t3\n"))
        bytes_of_one, bytes_of_two = one.read_bytes(), two.read_bytes()
        one.write_bytes(bytes_of_two), two.write_bytes(bytes_of_one)
        self.refused(DAMAGED, "rows that have not", args=["verify", archive])
        one.write_bytes(bytes_of_one), two.write_bytes(bytes_of_two.rstrip(b"\n") + b"\n4\t5\n\n\n")
        self.refused(DAMAGED, "behind the end marker", args=["verify", archive])

    def test_roles_with_names_that_the_database_cannot_read(self):
        """Nothing of such a database could be dumped."""
        name, _ = self.role()
        odd = name + "_Ü"
        self.server.query(f'CREATE ROLE "{odd}"', "postgres")
        self.addCleanup(self.server.query, f'DROP ROLE "{odd}"', "postgres")
        japanese = self.database()
        self.server.drop_database(japanese)
        self.server.query(f"CREATE DATABASE \"{japanese}\" ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", "postgres")
        self.server.psql(japanese, script="SET client_encoding = 'UTF8'; CREATE TABLE 表 (名 text); INSERT INTO 表 VALUES ('日本')")
        copy = self.restore(self.dump(japanese, "japanese"))
        self.assertEqual(self.server.query("SELECT 名 FROM 表", copy), "日本")

    def test_idle_sessions_are_not_ended(self):
        if self.server.major < 14:
            self.skipTest("wants idle_session_timeout")
        source = self.database("CREATE TABLE t AS SELECT i, repeat('x', 200) AS x FROM generate_series(1, 60000) i; CREATE INDEX ON t (x)")
        archive = self.dump(source, "a")
        target = self.database()
        self.server.query(f"ALTER DATABASE \"{target}\" SET idle_session_timeout = '20ms'", "postgres")
        self.ok("restore", archive, "-d", self.url(target))


if __name__ == "__main__":
    harness.main()
