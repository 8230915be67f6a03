"""Options of pg_dump: how rows are read and written, and which. pg_dump itself says what they mean."""

import subprocess

import harness
import proxy

SCHEMA = """
CREATE TYPE mood AS ENUM ('fine', 'sad');
CREATE TABLE "Values" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, yes bool, bits bit(3), big numeric, real real, double float8,
  text text, bytes bytea, doc jsonb, list text[], mood mood, "select" date, gone int, twice int GENERATED ALWAYS AS (1 + 1) STORED);
ALTER TABLE "Values" DROP gone;
INSERT INTO "Values" (yes, bits, big, real, double, text, bytes, doc, list, mood, "select") VALUES
  (true, '101', 12345678901234567890.5, 1.1, 0.1, E'it''s \\\\ "x"\\n\\t\\\\N \\u00e9', '\\x00ff27', '{"a": [1, null, "\\""]}', '{a,NULL,"b,c"}', 'sad', '0044-03-15 BC'),
  (false, '000', 'NaN', 'Infinity', '-Infinity', '', '', 'null', '{}', NULL, 'infinity'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE measure (at date, value int) PARTITION BY RANGE (at);
CREATE TABLE measure_1 PARTITION OF measure FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE measure_2 (value int, at date); ALTER TABLE measure ATTACH PARTITION measure_2 FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
INSERT INTO measure SELECT date '2024-01-01' + n, n FROM generate_series(0, 50) n;
CREATE SCHEMA other; CREATE TABLE other.log (i int); INSERT INTO other.log VALUES (1); CREATE TABLE other."a #b" (i int);
"""


class DumpOptions(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=SCHEMA)

    def script(self, *options, source=None, **run):
        return self.ok("dump", "-d", self.url(source or self.source), "-f", "-", *options, **run).out

    def loaded(self, script):
        target = self.database()
        self.server.psql(target, script=script)
        return target

    def assert_same_as_source(self, target):
        self.assertEqual(self.server.pg_dump(target), self.server.pg_dump(self.source))

    def test_inserts(self):
        for options in (["--inserts"], ["--column-inserts"], ["--rows-per-insert", "2"], ["--inserts", "--load-via-partition-root"]):
            with self.subTest(options=options):
                script = self.script(*options)
                self.assertNotIn("COPY ", script)
                self.assert_same_as_source(self.loaded(script))
        self.assertIn("INSERT INTO other.log VALUES (1);", self.script("--inserts"))
        self.assertIn("INSERT INTO other.log (i) VALUES (1);", self.script("--column-inserts"))

    def test_inserts_beside_rows_that_are_there(self):
        script = self.script("--data-only", "-t", '"Values"', "--on-conflict-do-nothing", "--inserts")
        self.server.psql(target := self.loaded(self.script()), script='DELETE FROM "Values" WHERE id = 2')
        self.server.psql(target, script=script)
        self.assertEqual(self.server.query('SELECT count(*), count(DISTINCT id) FROM "Values"', target), "3|3")
        self.refused(2, "--inserts", args=["dump", "-d", self.url(self.source), "-f", "-", "--on-conflict-do-nothing"])
        self.refused(2, "plain scripts", args=["dump", "-d", self.url(self.source), "-f", self.folder / "x", "--inserts"])

    def test_rows_that_no_trigger_sees(self):
        tables = ("CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
                  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''fired''; END'; CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();")
        source = self.database(tables + "ALTER TABLE a DISABLE TRIGGER ALL; INSERT INTO a VALUES (1, 1); ALTER TABLE a ENABLE TRIGGER ALL; INSERT INTO b VALUES (1, 1)")
        for options in (["--disable-triggers"], ["--disable-triggers", "-S", self.server.user], ["--disable-triggers", "--inserts"]):
            with self.subTest(options=options):
                script = self.ok("dump", "-d", self.url(source), "-f", "-", "-a", *options).out
                self.assertEqual("SET SESSION AUTHORIZATION" in script, "-S" in options)
                target = self.database(tables)
                self.server.psql(target, script=script)
                self.assert_same(source, target)
        self.refused(2, "rows alone", args=["dump", "-d", self.url(source), "-f", "-", "--disable-triggers"])
        self.refused(2, "who disables triggers", args=["dump", "-d", self.url(source), "-f", "-", "-a", "-S", "x"])
        self.refused(2, "plain scripts", args=["dump", "-d", self.url(source), "-f", self.folder / "x.zip", "-a", "--disable-triggers"])

    def test_an_older_snapshot(self):
        source = self.database("CREATE TABLE t (i int); INSERT INTO t VALUES (1)")
        session = subprocess.Popen(["psql", "-XqAt", "-d", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=self.server.environment())
        session.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot();\n")
        session.stdin.flush()
        name = session.stdout.readline().strip()
        self.server.psql(source, script="INSERT INTO t VALUES (2)")
        then = self.dump(source, "then", "--snapshot", name, "-j", "2")
        now = self.dump(source, "now")
        session.communicate("COMMIT;\n")
        self.assertEqual(self.ok("cat", then, "t", "--rows", "json").out, '{"i":1}\n')
        self.assertEqual(self.ok("cat", now, "t", "--rows", "json").out, '{"i":1}\n{"i":2}\n')
        self.refused(2, name, "pg_export_snapshot", args=["dump", "-d", self.url(source), "-f", self.folder / "late", "--snapshot", name])

    def test_a_serializable_moment(self):
        for options, word in ((["--serializable-deferrable"], self.assertIn), ([], self.assertNotIn)):
            with proxy.Proxy(self.server.host, self.server.port) as line:
                url = self.url(self.source, port=line.port, sslmode="disable", gssencmode="disable")
                archive = self.folder / f"archive{len(options)}"
                self.ok("dump", "-d", url, "-f", archive, "-j", "2", *options)
                word(b"SERIALIZABLE READ ONLY DEFERRABLE", bytes(line.from_client))
            self.assert_same_as_source(self.restore(archive))

    def test_rows_that_policies_hide(self):
        source = self.database("CREATE TABLE seen (i int); ALTER TABLE seen ENABLE ROW LEVEL SECURITY; INSERT INTO seen VALUES (1), (2); "
                               "CREATE POLICY odd ON seen USING (i % 2 = 1);")
        role, password = self.role(source)
        self.server.psql(source, script=f'GRANT SELECT ON seen TO "{role}"')
        args = ["dump", "-d", self.url(source, user=role, password=password), "-f", self.folder / "seen"]
        self.refused(3, "row-level security", args=args)
        result = self.ok(*args, "--enable-row-security", "-j", "2")
        self.assertIn("row-level security hides", result.err)
        self.assertEqual(self.ok("cat", self.folder / "seen", "seen", "--rows", "json").out, '{"i":1}\n')

    def test_every_name_in_quotes(self):
        script = self.script("--quote-all-identifiers")
        for name in ('"other"."log"', '"public"."measure"', '"measure_1"', '"mood"'):
            self.assertIn(name, script)
        self.assertNotRegex(script, r"(?m)^(CREATE|ALTER) TABLE (ONLY )?[a-z]")
        self.assert_same_as_source(self.loaded(script))
        quoted = self.dump(self.source, "quoted", "--quote-all-identifiers")
        self.assertIn(f'CREATE DATABASE "{self.source}"', (quoted / "schema" / "database.sql").read_text())
        self.assert_same_as_source(self.restore(quoted))

    def test_fewer_digits(self):
        source = self.database("CREATE TABLE third AS SELECT 1 / 3.0::float8 AS x")
        for options, digits in (([], "0.3333333333333333"), (["--extra-float-digits", "-5"], "0.3333333333")):
            archive = self.dump(source, f"digits{len(options)}", *options)
            self.assertEqual(self.ok("cat", archive, "third", "--rows", "json").out, f'{{"x":{digits}}}\n')
        self.assertEqual(harness.run("dump", "-d", self.url(self.source), "-f", self.folder / "x", "--extra-float-digits", "4").code, 2)

    def test_rows_by_the_partitioned_table(self):
        archive = self.dump(self.source, "root", "--load-via-partition-root", "-j", "2")
        target = self.restore(archive)
        self.assert_same_as_source(target)
        self.assert_same_as_source(self.restore(archive, "-1"))
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT tableoid) FROM measure", target), "51|2")
        # Where partitions are cut otherwise the rows find theirs.
        other = self.database("CREATE TABLE measure (at date, value int) PARTITION BY HASH (value);"
                              "CREATE TABLE measure_1 PARTITION OF measure FOR VALUES WITH (modulus 2, remainder 0);"
                              "CREATE TABLE measure_2 PARTITION OF measure FOR VALUES WITH (modulus 2, remainder 1);")
        self.ok("restore", archive, "-d", self.url(other), "--data-only", "--yes", "-t", "public.measure*")
        self.assertEqual(self.server.query("SELECT count(*) FROM measure", other), "51")
        self.server.psql(other, script="TRUNCATE measure")
        self.server.psql(other, script=self.script("--data-only", "-t", "measure*", "--load-via-partition-root"))
        self.assertEqual(self.server.query("SELECT count(*) FROM measure", other), "51")

    def test_rows_of_partitions_by_the_hash_of_an_enum(self):
        """An enum's hash is another in another database: rows were refused by the partitions that they came from."""
        labels = [f"l{i}" for i in range(12)]
        enum = "CREATE TYPE mood AS ENUM ({});".format(", ".join(f"'{label}'" for label in labels))
        parts = "".join(f"CREATE TABLE {{0}}_{i} PARTITION OF {{0}} FOR VALUES WITH (modulus 3, remainder {i});" for i in range(3))
        tables = "CREATE TABLE one (m mood, n int) PARTITION BY HASH (m);" + parts.format("one") + \
            "CREATE TABLE many (m mood[], n int) PARTITION BY HASH (m);" + parts.format("many") + \
            "CREATE TABLE two (m mood, n int) PARTITION BY LIST (n); CREATE TABLE two_1 PARTITION OF two FOR VALUES IN (1) PARTITION BY HASH (m);" + \
            parts.format("two_1") + "CREATE TABLE plain (m int, n int) PARTITION BY HASH (m);" + parts.format("plain")
        rows = "".join(f"INSERT INTO {table} SELECT {value}, 1 FROM unnest(enum_range(NULL::mood)) WITH ORDINALITY u(m, i);"
                       for table, value in (("one", "m"), ("many", "ARRAY[m]"), ("two", "m"), ("plain", "i")))
        source = self.database(enum + tables + rows)
        archive = self.dump(source, "hashed")
        into = {table["name"]: table.get("load_into", {}).get("name") for table in harness.manifest(archive)["tables"] if table["has_rows"]}
        self.assertEqual({name: into[name] for name in ("one_0", "many_1", "two_1_2", "plain_0")}, {"one_0": "one", "many_1": "many", "two_1_2": "two", "plain_0": None})
        target = self.database()
        for options in ([], ["--rows", "json"]):
            copy = self.restore(self.dump(source, f"again{len(options)}", *options))
            for table in ("one", "many", "two", "plain"):
                query = f"SELECT string_agg(m::text, ',' ORDER BY m) FROM {table}"
                self.assertEqual(self.server.query(query, copy), self.server.query(query, source))
        self.ok("restore", archive, "-d", self.url(target), "--verify-after")
        alone = self.database()
        self.refused(1, "neither selected nor in the database: TABLE public.one", "--with-dependencies", args=["restore", archive, "-d", self.url(alone), "-t", "one_0"])
        self.refused(1, "neither selected nor in the database: public.one", "Select these tables", args=["restore", archive, "-d", self.url(alone), "-t", "one_?"])
        self.ok("restore", archive, "-d", self.url(alone), "-t", "one", "--with-dependencies", "--verify-after")
        # Whichever partitions they are in there.
        again = self.dump(target, "of_the_copy")
        for other in (["-d", self.url(target)], ["-d", self.url(source)], [again]):
            self.assertEqual(harness.run("compare", archive, *other).code, 0, other)
        self.server.query("UPDATE two SET m = 'l3' WHERE m = 'l4'", target)
        report = harness.run("compare", archive, "-d", self.url(target), "--json", "--rows").json
        self.assertEqual([(table["name"], table["missing"], table["added"]) for table in report["tables"]], [("two", 1, 1)])

    def test_partitions_of_a_hash_of_which_a_policy_takes_different_columns(self):
        """Compared as one table they would lack columns: each is compared by itself."""
        source = self.database("CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd'); CREATE TABLE h (m mood, s text, n int) PARTITION BY HASH (m);"
                               "CREATE TABLE h_0 PARTITION OF h FOR VALUES WITH (modulus 2, remainder 0); CREATE TABLE h_1 PARTITION OF h FOR VALUES WITH (modulus 2, remainder 1);"
                               "INSERT INTO h SELECT m, 's', 1 FROM unnest(enum_range(NULL::mood)) m")
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "public.h_1", "columns": [{"column": "s", "action": "omit", "reason": "r"}]}]}')
        archive, plain = self.dump(source, "some", "--policy", policy), self.dump(source, "plain")
        for sides in ([archive, "-d", self.url(source)], [archive, plain], [plain, archive]):
            report = harness.run("compare", *sides, "--json")
            self.assertEqual((report.code, report.json["tables"]), (0, []), report)
            self.assertTrue(sides[0] == plain or any("the policy replaced or left out: s" in note for note in report.json["notes"]), report)

    def test_rows_of_foreign_tables(self):
        far = self.database("CREATE TABLE item (id int, name text); INSERT INTO item VALUES (1, 'RAW-one'), (2, 'two')")
        near = self.database(f"""
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{self.server.host}', port '{self.server.port}', dbname '{far}');
            CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw;
            CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user '{self.server.user}', password '{self.server.password}');
            CREATE FOREIGN TABLE item (id int, name text) SERVER far; CREATE FOREIGN TABLE broken (id int) SERVER other;""")
        self.assertNotIn("RAW-one", self.script(source=near))
        for include in (["--include-foreign-data", "f*r"], ["--filter", "-"]):
            self.assertIn("1\tRAW-one\n", self.script(*include, source=near, input=b"include foreign_data far"))
        self.refused(2, "nowhere", args=["dump", "-d", self.url(near), "-f", "-", "--include-foreign-data", "nowhere"])
        # A policy decides them as it does all others.
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "strict": true, "tables": [{"table": "gone", "action": "keep", "optional": true}]}')
        self.refused(5, "item", args=["dump", "-d", self.url(near), "-f", self.folder / "x", "--include-foreign-data", "far", "--policy", policy])
        policy.write_text('{"version": 1, "tables": [{"table": "item", "columns": [{"column": "name", "action": "mask", "reason": "r"}]}]}')
        archive = self.dump(near, "masked", "--include-foreign-data", "far", "--policy", policy, "-j", "2")
        for options in (["--verify-after"], ["-1"]):
            self.server.psql(far, script="DELETE FROM item")
            self.restore(archive, *options)
            self.assertEqual(self.server.query("SELECT * FROM item ORDER BY id", far), "1|*******\n2|***")

    def test_without_rows_or_schema(self):
        self.assertEqual(self.script("--no-data"), self.script("-s"))
        self.assertEqual(self.script("--no-schema"), self.script("-a"))
        for options, part in ((["--no-data", "--no-schema"], "nothing is left"), (["-s", "--no-schema"], "exclude each other"),
                              (["-a", "--no-data"], "exclude each other")):
            self.refused(2, part, args=["dump", "-d", self.url(self.source), "-f", "-", *options])

    def test_sequences_without_rows(self):
        values = "SELECT last_value, is_called FROM \"Values_id_seq\""
        copy = self.loaded(self.script("-s", "--sequence-data"))
        self.assertEqual(self.server.query(values, copy), self.server.query(values, self.source))
        self.assertEqual(self.server.query('SELECT count(*) FROM "Values"', copy), "0")
        archive = self.dump(self.source, "sequences", "--no-data", "--sequence-data")
        self.assertEqual(self.server.query(values, self.restore(archive)), "3|t")
        self.assertNotIn("setval", self.script("-s"))

    def test_compression_as_a_level(self):
        for level, method, name in (("5", "gzip", ".gz"), ("0", "none", ".sql")):
            archive = self.dump(self.source, "level" + level, "-Z", level)
            self.assertTrue(all(part.endswith(name) for part in harness.members(archive) if part.startswith("data/")), harness.members(archive).keys())
        self.assertEqual(self.script("-Z", "0"), self.script())
        self.refused(2, "levels of gzip", args=["dump", "-d", self.url(self.source), "-f", self.folder / "never", "-Z", "13"])

    def test_what_scripts_for_pg_dump_say(self):
        said = self.ok("dump", "-d", self.url(self.source), "-f", self.folder / "said", "-v", "-w")
        self.assertIn("measure_1", said.err)
        self.ok("restore", self.folder / "said", "-d", self.url(self.database()), "--verbose", "--no-password")
        self.refused(2, "--password", args=["dump", "-d", self.url(self.source), "-f", self.folder / "never", "-w", "-W"])

    def test_a_filter_file(self):
        filters = self.folder / "filter"
        filters.write_text('# what is wanted\n\n  include table_and_children measure # all of it\ninclude schema other\n'
                           'exclude table_data public.measure_2\r\nexclude table other."a #b"')
        script = self.script("--filter", filters)
        for part in ("CREATE TABLE public.measure ", "CREATE TABLE public.measure_2", 'COPY "public"."measure_1"'):
            self.assertIn(part, script)
        for part in ('"Values"', 'COPY "public"."measure_2"', "a #b"):
            self.assertNotIn(part, script)
        self.assertIn("CREATE TABLE other.log", self.script("--filter", "-", input=b"include schema other"))

    def test_names_in_a_filter_file(self):
        """As pg_dump's filter.c reads them."""
        source = self.database('CREATE SCHEMA s1; CREATE TABLE s1.a (i int); CREATE TABLE s1."b c" (i int);'
                               'CREATE TABLE "l\nm" (i int); CREATE TABLE "t\\u" (i int); CREATE TABLE "x""y" (i int); CREATE TABLE z1 (i int)')
        filters = self.folder / "filter"
        for text, made in (("INCLUDE Table s1 . a", "s1.a "), ('include table s1\t."b c" # x', 's1."b c" '), ("include table  s1.b  c", 's1."b c" '),
                           ('include table "l\\nm"', 'public."l\nm" '), ('include table "l\r\nm"', 'public."l\nm" '), ('include table "t\\\\u"', 'public."t\\u" '),
                           ('include table "x""y"', 'public."x""y" '), ("Include TABLE z\\d", "public.z1 "), ("include table ( y|z1 )", "public.z1 ")):
            with self.subTest(text=text):
                filters.write_bytes(text.encode())
                script = self.script("--filter", filters, source=source)
                self.assertEqual([line for line in script.split("CREATE TABLE ")[1:] if not line.startswith(made)], [])
                self.assertIn("CREATE TABLE " + made, script)

    def test_filters_that_are_wrong(self):
        for text, *parts in (("include table", "line 1", "pattern is missing"), ("\nexclude foreign_data x", "line 2", "foreign_data"),
                             ("include table_data x", "line 1", "table_data"), ("drop table x", "include or exclude"),
                             ('# x\ninclude table "a\nb', "line 2", "does not end"), ('include table "a\\tb"', "line 1", "backslash"), ("include table no_such_table", "no_such_table")):
            with self.subTest(text=text):
                filters = self.folder / "filter"
                filters.write_text(text)
                self.refused(2, *parts, args=["dump", "-d", self.url(self.source), "-f", "-", "--filter", filters])
        self.refused(2, "no-such-file", args=["dump", "-d", self.url(self.source), "-f", "-", "--filter", self.folder / "no-such-file"])


if __name__ == "__main__":
    harness.main()
