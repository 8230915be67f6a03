"""Rows that are text reach the server in binary where that costs it less; it must not be told from text by anything else."""

import harness
from every_type import VALUES, literal

# Of these types BinaryLines makes all that the server writes; ROWS of them are more than a part that is left as it is.
TYPES = ["boolean", "smallint", "integer", "bigint", "oid", "real", "double precision", "numeric", "numeric(20,4)", "text",
         "character varying(40)", "character(5)", "name", "json", "jsonb", "bytea", "uuid", "date", "timestamp", "timestamptz",
         "text[]", "bytea[]", "timestamp[]", "numeric[]", "jsonb[]", "boolean[]", "character(3)[]", "double precision[]",
         "short_text", "few", "mood"]
ROWS = 700
MADE = ("CREATE TYPE mood AS ENUM ('sad', 'so so \\ happy'); CREATE DOMAIN short_text AS varchar(40); "
        "CREATE DOMAIN few AS integer[] CHECK (cardinality(VALUE) < 5);")
# The column that the archive lacks tells how its row came.
HOW = ", how text DEFAULT CASE WHEN current_query() LIKE '%FORMAT binary%' THEN 'binary' ELSE 'text' END"


def table_of(values):
    """A row for the first, second… value of each type, one more with some NULLs, and all of that many times."""
    columns = ", ".join(f"c{i} {type}" for i, type in enumerate(values))
    most = max(map(len, values.values()))
    rows = []
    for row in range(most):
        for null in (False, True):
            texts = ["NULL" if null and i % 3 == row % 3 else literal(some[row % len(some)]) for i, some in enumerate(values.values())]
            rows.append("SELECT " + ", ".join(f"CAST({text} AS {type})" for text, type in zip(texts, values)))
    return (f"CREATE TABLE once ({columns}); INSERT INTO once {' UNION ALL '.join(rows)};"
            f"CREATE TABLE often AS SELECT i, o.* FROM once o, generate_series(1, {ROWS // most}) i; DROP TABLE once")


def known(value):
    """Dates before Christ, bounds of arrays and numbers of thousands of digits are tried apart."""
    return "BC" not in value and not value.startswith("[") and len(value) < 10000 and "e1000" not in value


class TextAsBinary(harness.Case):
    def filled(self, archive, sql, *options):
        """The database where the archive's rows were put into tables that are there."""
        target = self.database(sql)
        self.ok("restore", archive, "-d", self.url(target), "-a", "-y", *options)
        return target

    def how(self, database, table="often"):
        return self.server.query(f"SELECT string_agg(DISTINCT how, ',') FROM {table}", database)

    def columns(self, database):
        return self.server.query("SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute "
                                 "WHERE attrelid = 'often'::regclass AND attnum > 0", database)

    def test_every_value_arrives_in_binary_as_it_was(self):
        values = {type: list(filter(known, VALUES[type])) for type in TYPES}
        source = self.database("SET timezone = 'Europe/Berlin';" + MADE + table_of(values))
        for name, options in {"sql": [], "json": ["--rows", "json"], "csv": ["--rows", "csv"], "encrypted.zip": ["--encrypt"]}.items():
            with self.subTest(rows=name):
                key = "1" * 64 if "--encrypt" in options else None
                self.assert_same(source, self.restore(self.dump(source, name, *options, key=key), key=key))
        target = self.filled(self.folder / "sql", MADE + f"CREATE TABLE often ({self.columns(source)}{HOW})")
        self.assertEqual(self.how(target), "binary")
        rows = "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM (SELECT {} FROM often) t"
        columns = "i, " + ", ".join(f"c{i}" for i in range(len(TYPES)))
        self.assertEqual(self.server.query(rows.format(columns), target), self.server.query(rows.format(columns), source))

    def test_what_cannot_be_made_binary_is_loaded_as_text(self):
        some = "SELECT i, {} AS v, repeat('x', 400) AS filler FROM generate_series(1, 2000) i"
        for type, value in {"date": "date '0044-03-15 BC'", "inet": "inet '10.0.0.1'", "integer[]": "'[0:1]={5,6}'::integer[]",
                            "interval": "interval '1 day'", "integer": "i"}.items():
            with self.subTest(type=type):
                source = self.database("CREATE TABLE often AS " + some.format(value))
                archive = self.dump(source, type.replace("[]", "s"))
                target = self.filled(archive, f"CREATE TABLE often ({self.columns(source)}{HOW})")
                self.assertEqual(self.how(target), "text")
                self.assertEqual(*(self.server.query("SELECT count(*), min(v::text), max(v::text), sum(i) FROM often", one) for one in (source, target)))

    def test_tables_of_a_few_rows_are_not_asked_for_their_types(self):
        source = self.database("CREATE TABLE often AS SELECT i, now() AS at FROM generate_series(1, 100) i")
        target = self.filled(self.dump(source, "a"), f"CREATE TABLE often (i integer, at timestamptz{HOW})")
        self.assertEqual(self.how(target), "text")

    def test_columns_that_have_changed_take_the_same_values_as_from_text(self):
        source = self.database("CREATE TABLE often AS SELECT i, i / 8.0 AS n, timestamptz '2024-03-31 00:30Z' + i * interval '7 minutes' AS at, "
                               "i::text AS t, repeat('x', 300) AS filler FROM generate_series(1, 3000) i")
        archive = self.dump(source, "a")
        target = self.filled(archive, f"SET timezone = 'Europe/Berlin'; CREATE TABLE often (filler varchar(300), t numeric, at timestamptz(0), n numeric(8,1), i bigint{HOW})")
        self.assertEqual(self.how(target), "binary")
        same = "SELECT sum(i), sum(n::numeric(8,1)), max(at::timestamptz(0)), sum(extract(epoch FROM at::timestamptz(0))), sum(t::numeric), max(filler) FROM often"
        self.assertEqual(self.server.query(same, target), self.server.query(same, source))

    def test_what_the_server_refuses_it_is_asked_as_text(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5 AS n, repeat('x', 300) AS t FROM generate_series(1, 3000) i")
        archive = self.dump(source, "a")
        for column, said in {"n numeric(4,1)": ["numeric field overflow", "COPY often, line 667, column n"], "n numeric CHECK (n <> 30.0)": ["often_n_check"],
                             "n numeric CHECK (n < 0)": ["often_n_check"], "n date": ['invalid input syntax for type date: "1.5"']}.items():
            with self.subTest(column=column):
                target = self.database(f"CREATE TABLE often (i integer, {column}, t text)")
                self.refused(1, 'cannot load table "public.often", part', *said, args=["restore", archive, "-d", self.url(target), "-a", "-y"])
                self.assertEqual(self.server.query("SELECT count(*) FROM often", target), "0")

    SLOW = ("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END$$;"
            "CREATE TRIGGER slow AFTER INSERT ON often EXECUTE FUNCTION slow();")

    def slow_restore(self, source_rows, columns, jobs="1"):
        """A restore into `often` whose parts take a while, and the database."""
        archive = self.dump(self.database(f"CREATE TABLE often AS {source_rows}"), f"a{jobs}", "--part-size", "300kB", "-j", "1")
        target = self.database(f"CREATE TABLE often ({columns});{self.SLOW}")
        self.server.query(f"ALTER DATABASE {target} SET timezone = 'America/New_York'", "postgres")
        running = harness.start("restore", archive, "-d", self.url(target), "-a", "-y", "-j", jobs)
        asleep = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{target}' AND wait_event = 'PgSleep'"
        harness.wait_until(lambda: self.server.query(asleep, "postgres") != "0" or running.poll() is not None, "the first part")
        return target, running

    def test_columns_that_change_meanwhile_get_the_values_of_the_text(self):
        rows = "SELECT i, timestamp '2024-07-01 12:00' AS n, repeat('x', 300) AS t FROM generate_series(1, 12000) i"
        for jobs in ("1", "2"):
            with self.subTest(jobs=jobs):
                target, running = self.slow_restore(rows, f"i integer, n timestamp, t text{HOW}", jobs)
                # The lock that it waits for is free between two parts.
                self.server.psql(target, script="ALTER TABLE often ALTER n TYPE timestamptz")
                out, err = running.communicate(timeout=harness.PATIENCE)
                self.assertEqual(running.returncode, 0, err)
                self.assertEqual(self.how(target), "binary,text")
                self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT i), min(n), max(n) FROM often", target),
                                 "12000|12000|2024-07-01 12:00:00-04|2024-07-01 12:00:00-04")

    def test_binary_rows_are_not_put_into_columns_that_change_meanwhile(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5::float8 AS n, repeat('x', 300) AS t FROM generate_series(1, 6000) i")
        archive = self.dump(source, "a", "--part-size", "300kB", "-j", "1", "--rows", "binary")
        target = self.database(f"CREATE TABLE often (i integer, n float8, t text);{self.SLOW}")
        running = harness.start("restore", archive, "-d", self.url(target), "-a", "-y", "-j", "1")
        harness.wait_until(lambda: self.server.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'", target) == "1", "the first part")
        self.server.psql(target, script="ALTER TABLE often ALTER n TYPE bigint")
        out, err = running.communicate(timeout=harness.PATIENCE)
        self.assertEqual(running.returncode, 1, err)
        self.assertIn(b"the types of its columns were changed meanwhile", err)
        self.assertEqual(self.server.query("SELECT count(*) FROM often WHERE n > 9000", target), "0")

    def test_a_cancelled_statement_is_not_tried_again(self):
        target, running = self.slow_restore("SELECT i, i * 1.5 AS n, repeat('x', 300) AS t FROM generate_series(1, 3000) i", "i integer, n numeric, t text")
        self.server.query(f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '{target}' AND wait_event = 'PgSleep'", "postgres")
        out, err = running.communicate(timeout=harness.PATIENCE)
        self.assertEqual(running.returncode, 1, err)
        self.assertIn(b"57014", err)

    def test_errors_of_triggers_are_not_tried_again(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5 AS n, repeat('x', 300) AS t FROM generate_series(1, 3000) i")
        target = self.database("CREATE SEQUENCE seen; CREATE TABLE often (i integer, n numeric, t text);"
                               "CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF nextval('public.seen') = 2000 THEN RAISE 'only once'; END IF; RETURN NEW; END$$;"
                               "CREATE TRIGGER once BEFORE INSERT ON often FOR EACH ROW EXECUTE FUNCTION once()")
        self.refused(1, "only once", args=["restore", self.dump(source, "a"), "-d", self.url(target), "-a", "-y"])
        self.assertEqual(self.server.query("SELECT last_value FROM seen", target), "2000")

    def test_escapes_of_bytes_are_the_servers_to_read(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5 AS n, 'ESC' || repeat('x', 300) AS t FROM generate_series(1, 3000) i")
        archive = self.dump(source, "a", "-Z", "none")
        for part in (archive / "data").glob("*/*.sql"):
            part.write_text(part.read_text().replace("ESC", "\\xc3\\xa9"))
        latin = self.database() + "_latin"
        self.server.query(f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "postgres")
        self.addCleanup(self.server.drop_database, latin)
        self.ok("restore", archive, "-d", self.url(latin), "-y", "--accept-edited")
        self.assertEqual(self.server.query("SELECT DISTINCT encode(convert_to(left(t, 2), 'LATIN1'), 'hex') FROM often", latin), "c3a9")

    def test_in_one_transaction_rows_stay_text(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5 AS n, repeat('x', 300) AS t FROM generate_series(1, 3000) i")
        target = self.filled(self.dump(source, "a"), f"CREATE TABLE often (i integer, n numeric, t text{HOW})", "-1")
        self.assertEqual(self.how(target), "text")


if __name__ == "__main__":
    harness.main()
