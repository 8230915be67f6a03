"""Single objects, and what they need: --object and --with-dependencies."""

import harness

SOURCE = """
CREATE SCHEMA kit; CREATE SCHEMA "Shop A";
CREATE TYPE kit.mood AS ENUM ('sad', 'ok'); CREATE DOMAIN kit.word AS text CHECK (VALUE <> '');
CREATE FUNCTION kit.next_word(kit.word) RETURNS kit.word LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION kit.twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION kit.twice(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE COLLATION kit.plain (provider = libc, locale = 'C');
CREATE OPERATOR kit.<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE SEQUENCE kit.counter; SELECT setval('kit.counter', 41);
CREATE TABLE kit.country (code text COLLATE kit.plain PRIMARY KEY, name kit.word NOT NULL);
CREATE TABLE "Shop A".customer (id integer PRIMARY KEY DEFAULT nextval('kit.counter'), feels kit.mood, country text REFERENCES kit.country, best integer);
ALTER TABLE "Shop A".customer ADD FOREIGN KEY (best) REFERENCES "Shop A".customer;
CREATE TABLE "Shop A".orders (id integer PRIMARY KEY, customer integer REFERENCES "Shop A".customer, doubled integer GENERATED ALWAYS AS (kit.twice(id)) STORED);
CREATE TABLE "Shop A".apart (id integer);
CREATE FUNCTION "Shop A".touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE INSERT ON "Shop A".orders FOR EACH ROW EXECUTE FUNCTION "Shop A".touch();
CREATE VIEW kit.moods AS SELECT feels, count(*) FROM "Shop A".customer GROUP BY feels;
COMMENT ON VIEW kit.moods IS 'how they are'; COMMENT ON FUNCTION kit.twice(integer) IS 'doubles';
GRANT SELECT ON kit.moods TO PUBLIC; REVOKE EXECUTE ON FUNCTION kit.twice(integer) FROM PUBLIC;
CREATE INDEX orders_by_customer ON "Shop A".orders (customer);
INSERT INTO kit.country VALUES ('ch', 'Switzerland'), ('fr', 'France');
INSERT INTO "Shop A".customer VALUES (1, 'ok', 'ch', NULL), (2, 'sad', 'fr', 1);
INSERT INTO "Shop A".orders VALUES (10, 1), (11, 2);
"""


class Objects(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=SOURCE)

    def setUp(self):
        super().setUp()
        self.archive = self.dump(self.source, "archive")
        self.target = self.database()

    def query(self, sql):
        return self.server.query(sql, self.target)

    def into_target(self, *options):
        return self.ok("restore", self.archive, "-d", self.url(self.target), *options)

    def relations(self):
        return self.query("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'v', 'S') AND relnamespace::regnamespace::text !~ '^(pg_|information)'")

    def test_a_table_with_all_that_it_needs(self):
        planned = self.into_target("--tables", "orders", "--with-dependencies", "--dry-run")
        for needed in ('TABLE "Shop A".customer', "TABLE kit.country", "TYPE kit.mood", "DOMAIN kit.word", "SEQUENCE kit.counter", "COLLATION kit.plain", "FUNCTION", "SCHEMA kit"):
            self.assertRegex(planned.out, f"needed, and not there: {needed}")
        self.assertEqual(self.relations(), "")
        self.into_target("--tables", "orders", "--with-dependencies")
        self.assertEqual(self.relations(), "counter country customer orders")
        self.assertEqual(self.query("SELECT string_agg(conname || convalidated, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'"),
                         "customer_best_fkeytrue customer_country_fkeytrue orders_customer_fkeytrue")
        self.assertEqual(self.query('SELECT count(*), sum(doubled) FROM "Shop A".orders'), "2|42")
        self.assertEqual(self.query('SELECT count(*) FROM "Shop A".customer'), "2")
        self.assertEqual(self.query("SELECT last_value FROM kit.counter"), "41")
        self.assertEqual(self.query("SELECT count(*) FROM pg_proc WHERE pronamespace = 'kit'::regnamespace"), "1")  # twice(integer), nothing else
        self.assertEqual(self.query("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"), "touch")

    def test_what_is_there_is_left_alone(self):
        self.into_target("--tables", "country", "--with-dependencies")
        self.server.psql(self.target, script="UPDATE kit.country SET name = 'Suisse' WHERE code = 'ch'")
        done = self.into_target("--tables", "orders", "--with-dependencies", "--yes", "--json")
        self.assertIn('TABLE "Shop A".customer', done.json["dependencies"])
        self.assertNotIn("TABLE kit.country", done.json["dependencies"])
        self.assertEqual(self.query("SELECT name FROM kit.country WHERE code = 'ch'"), "Suisse")

    def test_what_is_needed_is_told_before_anything_is_changed(self):
        """What came along was told at the end, and what was there not at all."""
        self.into_target("--tables", "country", "--with-dependencies")
        planned = self.into_target("--tables", "orders", "--with-dependencies", "--dry-run")
        self.assertIn('needed, and not there: TABLE "Shop A".customer', planned.out)
        self.assertIn("needed, and there already: TABLE kit.country", planned.out)
        report = self.into_target("--tables", "orders", "--with-dependencies", "--dry-run", "--json").json
        self.assertIn('TABLE "Shop A".customer', report["dependencies"])
        self.assertIn("TABLE kit.country", report["dependencies_there"])
        self.assertEqual(set(report["dependencies"]) & set(report["dependencies_there"]), set())
        # Told, and then refused: nobody says yes.
        for mode, added, there in (("plain", 'pgcoffer: needed, and restored, too: TABLE "Shop A".customer', "pgcoffer: needed, and there already: TABLE kit.country"),
                                   ("json", '{"event":"note","text":"needed, and restored, too: TABLE \\"Shop A\\".customer"}', '"needed, and there already: TABLE kit.country"')):
            self.refused(2, added, there, "not restored", args=["restore", self.archive, "-d", self.url(self.target), "--tables", "orders", "--with-dependencies", "--progress", mode])
        self.assertEqual(self.relations(), "country")
        done = self.into_target("--tables", "orders", "--with-dependencies", "--yes")
        self.assertLess(done.err.index("needed, and restored, too"), done.err.index("pgcoffer: pre-data"), done.err)

    def test_what_a_new_database_needs_is_told_before_it_is_made(self):
        name = f"{self.target}_new"
        command = ["restore", self.archive, "-d", self.url("postgres"), "--create-db", name, "--tables", "orders", "--with-dependencies", "-O", "-x"]
        self.addCleanup(self.server.drop_database, name)
        told = self.ok(*command, "--progress", "plain").err
        self.assertIn('needed, and restored, too: TABLE "Shop A".customer', told)
        self.assertEqual(self.server.query('SELECT count(*) FROM "Shop A".orders', name), "2")

    def test_without_it_what_is_missing_is_listed(self):
        self.refused(1, "kit.mood", "--with-dependencies", "Nothing was changed", args=["restore", self.archive, "-d", self.url(self.target), "--tables", "customer"])
        self.assertEqual(self.relations(), "")

    def test_a_function_by_its_arguments(self):
        self.into_target("--object", "function:kit.twice(integer)", "--with-dependencies")
        self.assertEqual(self.query("SELECT string_agg(oid::regprocedure::text || obj_description(oid) || has_function_privilege('pg_monitor', oid, 'EXECUTE'), ' ') FROM pg_proc WHERE pronamespace = 'kit'::regnamespace"),
                         "kit.twice(integer)doublesfalse")

    def test_all_functions_of_a_name_and_a_pattern(self):
        self.into_target("--object", "routine:twice", "--object", "FUNCTION:kit.next*", "--with-dependencies")
        self.assertEqual(self.query("SELECT count(*) FROM pg_proc WHERE pronamespace = 'kit'::regnamespace"), "3")
        self.assertEqual(self.query("SELECT count(*) FROM pg_type WHERE typname = 'word'"), "1")

    def test_a_view_brings_its_tables(self):
        self.into_target("--object", "view:moods", "--with-dependencies")
        self.assertEqual(self.query("SELECT string_agg(feels::text || count::text, ' ' ORDER BY feels) FROM kit.moods"), "sad1 ok1")
        self.assertEqual(self.query("SELECT obj_description('kit.moods'::regclass)"), "how they are")

    def test_what_needs_a_partitioned_table_gets_its_rows(self):
        """It came without its partitions, so that a view, or a materialized one, showed nothing; no word was said."""
        source = self.database("CREATE TABLE pt (a int, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a); CREATE TABLE pt0 PARTITION OF pt FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (a);"
                               "CREATE TABLE pt00 PARTITION OF pt0 DEFAULT; CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (100) TO (200); INSERT INTO pt VALUES (1, 1), (101, 2);"
                               "CREATE VIEW v AS SELECT * FROM pt; CREATE MATERIALIZED VIEW m AS SELECT * FROM v; CREATE INDEX pb ON pt (b);"
                               "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM pt'")
        archive = self.dump(source, "partitioned")
        for number, (wanted, query) in enumerate((("--object view:v", "SELECT count(*) FROM v"), ("--object matview:m", "SELECT count(*) FROM m"),
                                                  ("--object index:pb", "SELECT count(*) FROM pt"), ("--tables pt", "SELECT count(*) FROM pt"))):
            with self.subTest(wanted=wanted):
                target = self.database()
                self.ok("restore", archive, "-d", self.url(target), *wanted.split(), "--with-dependencies")
                self.assertEqual(self.server.query(query, target), "2")
        # Somebody wants a part of a large table.
        target = self.database()
        report = self.ok("restore", archive, "-d", self.url(target), "-t", "pt1", "--with-dependencies", "--json").json
        self.assertEqual(report["dependencies"], ["TABLE public.pt"])
        self.assertEqual(self.server.query("SELECT array_agg(a) FROM pt", target), "{101}")
        # What is there stays as it is.
        report = self.ok("restore", archive, "-d", self.url(target), "--object", "view:v", "--with-dependencies", "--yes", "--json").json
        self.assertEqual((report["dependencies"], report["dependencies_there"]), ([], ["TABLE public.pt"]))
        # Where rows look for their partition anew, all of these must be there.
        hashed = self.database("CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f'); CREATE TABLE h (m mood) PARTITION BY HASH (m);"
                               "CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
                               "INSERT INTO h SELECT unnest(enum_range(NULL::mood))")
        archive = self.dump(hashed, "hashed")
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "-t", "h0", "-t", "h1", "--with-dependencies")
        self.assertEqual(self.server.query("SELECT count(*) FROM h", target), "6")
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "-t", "h0", "--with-dependencies")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_class WHERE relname IN ('h', 'h0', 'h1')", target), "3")
        self.assertEqual(self.server.query("SELECT count(*) FROM h", target), "6")

    def test_parts_of_a_table(self):
        self.into_target("--tables", "orders", "--with-dependencies")
        self.server.psql(self.target, script='DROP INDEX "Shop A".orders_by_customer; DROP TRIGGER touch ON "Shop A".orders')
        self.into_target("--object", "index:orders_by_customer", "--object", "trigger:touch", "--yes")
        self.server.psql(self.target, script='DROP TRIGGER touch ON "Shop A".orders')
        self.into_target("--object", "trigger:Shop A.orders.touch", "--yes")
        self.server.psql(self.target, script='DROP TRIGGER touch ON "Shop A".orders')
        self.into_target("--object", "trigger:orders.touch", "--yes")
        self.assertEqual(self.query("SELECT to_regclass('\"Shop A\".orders_by_customer') IS NOT NULL, count(*) FROM pg_trigger WHERE tgname = 'touch'"), "t|1")
        self.assertEqual(self.query('SELECT count(*) FROM "Shop A".orders'), "2")

    def test_other_kinds(self):
        self.into_target("--object", "operator:kit.<~> (integer, integer)", "--object", "type:mood", "--object", "sequence:counter", "--object", "schema:Shop A", "--with-dependencies")
        self.assertEqual(self.query("SELECT 1 OPERATOR(kit.<~>) 1, last_value FROM kit.counter"), "t|41")
        self.assertEqual(self.relations(), "counter")
        self.server.psql(self.target, script="DROP OPERATOR kit.<~> (integer, integer)")
        again = self.into_target("--object", "operator:<~> (integer, integer)", "--with-dependencies", "--dry-run", "--json")
        self.assertEqual(again.json["dependencies"], [])

    def test_a_sequence_that_belongs_to_no_table_is_chosen_like_a_table(self):
        self.into_target("-t", "kit.c*nter", "--with-dependencies")
        self.assertEqual(self.query("SELECT last_value, is_called FROM kit.counter"), "41|t")
        self.assertEqual(self.relations(), "counter")
        self.server.psql(self.target, script="SELECT setval('kit.counter', 1)")
        self.into_target("--tables", "counter", "--data-only", "--yes")
        self.assertEqual(self.query("SELECT last_value FROM kit.counter"), "41")
        self.server.psql(self.target, script="SELECT setval('kit.counter', 50); CREATE TABLE kit.country (code text PRIMARY KEY, name text NOT NULL)")
        self.into_target("-t", "kit.co*", "--mode", "upsert", "--yes")
        self.assertEqual(self.query("SELECT last_value, (SELECT count(*) FROM kit.country) FROM kit.counter"), "50|2")
        self.refused(2, "--mode", args=["restore", self.archive, "-d", self.url(self.target), "-t", "counter", "--mode", "append"])

    def test_schemas(self):
        self.into_target("-n", "kit", "--with-dependencies")
        self.assertEqual(self.relations(), "counter country customer moods")  # the view's table came along
        other = self.restore(self.archive, "-n", '"Shop A"', "--with-dependencies")
        self.assertEqual(self.server.query("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'v', 'S') AND relnamespace::regnamespace::text !~ '^(pg_|information)'", other),
                         "apart counter country customer orders")
        self.refused(2, "no schema", args=["restore", self.archive, "-d", self.url(other), "-n", "Shop A"])

    def test_mistakes(self):
        for arguments, word in ((["--object", "twice"], "colon"), (["--object", "function:thrice"], "no object"), (["--object", "cow:x"], "none of that kind"), (["--with-dependencies"], "selection"),
                                (["--object", "view:moods", "--mode", "append"], "--mode"), (["-t", "orders", "--with-dependencies", "-a"], "--data-only")):
            self.refused(2, word, args=["restore", self.archive, "-d", self.url(self.target), *arguments])
        self.assertEqual(self.relations(), "")


if __name__ == "__main__":
    harness.main()
