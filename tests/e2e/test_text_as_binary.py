"""Rows that are text reach the server in binary where that costs it less; it must not be told from text by anything else."""

import harness
from test_binary_rows import VALUES, literal

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

    def test_in_one_transaction_rows_stay_text(self):
        source = self.database("CREATE TABLE often AS SELECT i, i * 1.5 AS n, repeat('x', 300) AS t FROM generate_series(1, 3000) i")
        target = self.filled(self.dump(source, "a"), f"CREATE TABLE often (i integer, n numeric, t text{HOW})", "-1")
        self.assertEqual(self.how(target), "text")


if __name__ == "__main__":
    harness.main()
