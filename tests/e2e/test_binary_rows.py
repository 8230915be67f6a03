"""Rows in COPY's binary format: read as the server would have written them, loaded as they are, text where they must be."""

import json

import by_hand
import every_type
import harness
import servers
from every_type import literal, tables_of

FALLING_BACK = {"point": "(1,2)", "money": "1.00", "xml": "<a/>", "regclass": "pg_class", "tsvector": "'a'", "mood[]": "{sad}", "short_mood": "sad", "pair": "(1,2)",
                '"char"': "x", "pg_lsn": "0/1", "box": "(1,1),(0,0)", "regproc[]": "{now}", "short_text[]": "{a}"}


class BinaryRows(every_type.Case, by_hand.Case):
    def test_values_of_every_type_are_read_as_the_server_prints_them(self):
        types, sql = self.types()
        source = self.database(sql)
        self.server.psql(source, "-c", f"ALTER DATABASE \"{source}\" SET timezone = 'America/New_York'")
        archive = self.dump(source, "types", "--rows", "binary", "-j", 2)
        self.assertEqual(harness.manifest(archive)["format_version"], 5)
        self.server.psql(source, "-c", f"ALTER DATABASE \"{source}\" SET timezone = 'UTC'")
        text = tables_of(self.dump(source, "text"))
        self.ok("convert", archive, self.folder / "converted", "--rows", "sql")
        converted = tables_of(self.folder / "converted")
        self.assertGreater(len(tables_of(archive)), len(every_type.VALUES))
        for name, table in tables_of(archive).items():
            short = name.removeprefix("public.")
            type = types[int(short[5:])] if short.startswith("type_") else short
            with self.subTest(type=type):
                self.assertTrue(table.get("binary"), table)
                self.assertEqual(self.rows(archive, name), self.lines_of_the_server(source, short))
                self.assertEqual(converted[name]["row_digest"], text[name]["row_digest"])
                self.assertEqual(("row_digest" in table, len(table["binary_row_digest"])), (False, 32))
        self.ok("verify", archive)
        copy = self.restore(archive, "-j", 2)
        self.assert_same(source, copy)

    def test_tables_of_other_types_are_text(self):
        sql = "CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE pair AS (a integer, b integer); CREATE DOMAIN short_text AS varchar(40); CREATE DOMAIN short_mood AS mood;"
        types = list(FALLING_BACK.items())
        for number, (type, value) in enumerate(types):
            sql += f"CREATE TABLE t{number} (id integer, v {type}); INSERT INTO t{number} VALUES (1, {literal(value)}::{type});"
        source = self.database(sql + "CREATE TABLE empty (); INSERT INTO empty DEFAULT VALUES;")
        archive = self.dump(source, "fallback", "--rows", "binary")
        self.assertEqual(harness.manifest(archive)["format_version"], 5)
        tables = tables_of(archive)
        for number, (type, value) in enumerate(types):
            with self.subTest(type=type):
                table = tables[f"public.t{number}"]
                self.assertNotIn("binary", table)
                self.assertIn('column "v" is of type ', table["text_because"])
                self.assertIn(".sql", table["parts"][0]["file"])
        self.assertEqual(tables["public.empty"]["text_because"], "no column has values")
        self.assertIn('  rows as sql: column "v" is of type point', self.ok("inspect", archive).out)
        self.assert_same(source, self.restore(archive))

    def test_round_trips_of_a_whole_database(self):
        for name, options, key in (("dir", ["-j", 1], None), ("sealed.zip", ["--encrypt", "-j", 4], harness.KEY)):
            with self.subTest(name=name):
                archive = self.dump(self.app(), name, "--rows", "binary", "--part-size", "64kB", *options, key=key)
                self.ok("verify", archive, key=key)
                self.assert_same(self.app(), self.restore(archive, "-j", 4, key=key))

    def test_psql_loads_a_part_as_it_is(self):
        source = self.database("CREATE TABLE t (id integer, a text); INSERT INTO t VALUES (1, NULL), (2, E'two\\nlines')")
        archive = self.dump(source, "psql", "--rows", "binary", "-Z", "none")
        copy = self.database("CREATE TABLE t (id integer, a text)")
        self.server.psql(copy, "-c", f"\\copy t from '{archive}/data/public.t/0001.bin' (format binary)")
        self.assertEqual(self.lines_of_the_server(copy, "t"), self.lines_of_the_server(source, "t"))

    def test_by_hand(self):
        sql = 'CREATE TABLE p (id integer PRIMARY KEY, at point); CREATE TABLE "c\nd" (id integer GENERATED ALWAYS AS IDENTITY, p integer REFERENCES p, "x y" numeric);'
        source = self.database(sql + "INSERT INTO p VALUES (1, '(1,2)'), (2, NULL); INSERT INTO \"c\nd\" (p, \"x y\") VALUES (1, 1.50), (2, NULL)")
        folder = self.dump(source, "hand", "--rows", "binary")
        copy = self.database()
        self.follow(folder, copy, None)
        self.assert_same(source, copy)
        folder = self.dump(source, "data", "--rows", "binary", "-a", "-Z", "none")
        copy = self.database(sql)
        self.follow(folder, copy, None)
        self.assertEqual(self.lines_of_the_server(copy, '"c\nd"'), self.lines_of_the_server(source, '"c\nd"'))

    def test_other_commands_read_them(self):
        source = self.database("CREATE TABLE t (id integer PRIMARY KEY, n numeric, at timestamptz); INSERT INTO t SELECT i, i / 7.0, now() FROM generate_series(1, 500) i;"
                               "CREATE TABLE u (id bigint PRIMARY KEY, b bytea); INSERT INTO u VALUES (1, '\\x00ff')")
        archive = self.dump(source, "read", "--rows", "binary")
        digests = {name: table["row_digest"] for name, table in tables_of(self.dump(source, "text")).items()}
        for rows in ("sql", "json", "csv"):
            with self.subTest(rows=rows):
                converted = self.folder / f"to-{rows}.zip"
                self.ok("convert", archive, converted, "--rows", rows)
                tables = tables_of(converted)
                self.assertEqual({name: table["row_digest"] for name, table in tables.items()}, digests)
                self.assertFalse([table for table in tables.values() if {"binary", "binary_row_digest"} & (set(table) | set(table["columns"][0]))])
                self.ok("verify", converted)
                self.ok("compare", archive, converted)
                self.assertEqual(self.ok("cat", archive, "t", "--rows", rows).raw, self.ok("cat", converted, "t", "--rows", rows).raw)
        self.assertIn("with rows as binary,", self.ok("inspect", archive).out)
        self.assertTrue(self.ok("inspect", archive, "--json").json["tables"][0]["binary"])
        self.refused(2, "binary in a dump only", args=("convert", archive, self.folder / "again", "--rows", "binary"))
        self.refused(2, "binary in a dump only", args=("cat", archive, "t", "--rows", "binary"))
        self.refused(2, "--extra-float-digits", args=("dump", "-d", self.url(source), "-f", self.folder / "f", "--rows", "binary", "--extra-float-digits", 0))
        self.ok("audit", archive)
        self.ok("compare", archive, "-d", self.url(source))
        self.server.psql(source, "-c", "UPDATE u SET b = '\\x00fe'")
        self.assertEqual(harness.run("compare", archive, "-d", self.url(source)).code, 6)
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "-t", "u")
        self.assertEqual(self.server.query("SELECT b FROM u", target), "\\x00ff")
        self.ok("restore", archive, "-d", self.url(source), "--mode", "sync", "--yes", "-t", "u")
        self.assertEqual(self.server.query("SELECT b FROM u", source), "\\x00ff")

    def test_columns_that_became_others_are_loaded_as_text(self):
        source = self.database("CREATE TABLE t (id integer, at timestamp, m text); INSERT INTO t VALUES (1, '2000-01-01', 'sad'), (2, NULL, NULL)")
        archive = self.dump(source, "types", "--rows", "binary")
        # A bigint has as many bytes as a timestamp: the server would take them.
        for columns, expected in (("id bigint, at timestamp, m text", "1|2000-01-01 00:00:00|sad\n2||"),
                                  ("id integer, at text, m varchar(10)", "1|2000-01-01 00:00:00|sad\n2||")):
            with self.subTest(columns=columns):
                target = self.database(f"CREATE TABLE t ({columns})")
                self.ok("restore", archive, "-d", self.url(target), "-a")
                self.assertEqual(self.server.query("SELECT * FROM t ORDER BY id", target), expected)
        target = self.database("CREATE TABLE t (id integer, at bigint, m text)")
        self.refused(1, "invalid input syntax for type bigint", args=("restore", archive, "-d", self.url(target), "-a"))

    def test_policies(self):
        source = self.database("CREATE TABLE t (id integer PRIMARY KEY, a text, b numeric(6,2), c date, d varchar(8)); INSERT INTO t VALUES (1, 'a', 1.5, '2000-01-01', 'd'), (2, 'b', 2, NULL, NULL);"
                               "CREATE TABLE u (id integer, email text); INSERT INTO u VALUES (1, 'ann@example.com')")
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [
            {"table": "public.t", "where": "id < 2", "columns": [
                {"column": "a", "action": "omit", "reason": "r"}, {"column": "b", "action": "constant", "value": "7", "reason": "r"},
                {"column": "c", "action": "null", "reason": "r"}, {"column": "d", "action": "template", "sql": "'x' || id", "reason": "r"}]},
            {"table": "public.u", "columns": [{"column": "email", "action": "pseudonym", "reason": "r"}]}]}))
        archive = self.dump(source, "policy", "--rows", "binary", "--policy", policy, env={"PGCOFFER_PSEUDONYM_KEY": "ab" * 32})
        tables = tables_of(archive)
        self.assertTrue(tables["public.t"]["binary"])
        self.assertEqual(tables["public.u"]["text_because"], 'column "email" becomes pseudonyms')
        target = self.restore(archive)
        self.assertEqual(self.server.query("SELECT * FROM t", target), "1||7.00||x1")

    def test_rows_are_compared_by_their_bytes_where_those_mean_the_same(self):
        # An array that was cut from one with a NULL keeps the flag that it may have some, which a restore does not.
        source = self.database("CREATE TABLE t (id integer PRIMARY KEY, n numeric, a integer[], m text);"
                               "INSERT INTO t VALUES (1, 1.50, (ARRAY[1, NULL, 3])[1:1], 'x'), (2, 'NaN', NULL, NULL); CREATE TABLE none (a text)")
        archive = self.dump(source, "bytes", "--rows", "binary")
        again = self.dump(self.restore(archive, "--verify-after"), "again", "--rows", "binary")
        digests = [tables_of(path)["public.t"]["binary_row_digest"] for path in (archive, again)]
        self.assertNotEqual(digests[0], digests[1], "the flag is to make a difference")
        text = self.dump(source, "text")
        converted = self.folder / "converted"
        self.ok("convert", archive, converted)
        for other in (again, text, converted):
            self.ok("compare", archive, other)
            self.ok("compare", other, archive)
        self.assertEqual(tables_of(archive)["public.none"]["binary_row_digest"], "0" * 32)
        self.ok("verify", archive)
        # Columns that became others: their bytes are none of the archive's, or mean something else.
        other = self.restore(archive)
        self.server.psql(other, "-c", "ALTER TABLE t ALTER id TYPE bigint; ALTER TABLE t ALTER m TYPE varchar(9)")
        self.ok("compare", archive, "-d", self.url(other), "--data-only")
        self.ok("restore", archive, "-d", self.url(other), "-t", "t", "--mode", "sync", "--yes", "--verify-after")
        self.server.psql(other, "-c", "UPDATE t SET a[1] = 2 WHERE id = 1")
        for target in (("-d", self.url(other)), (self.dump(other, "other", "--rows", "binary"),)):
            report = harness.run("compare", archive, *target, "--data-only", "--json")
            self.assertEqual((report.code, report.json["tables"][0]["changed"]), (6, 1))

    def test_restored_rows_that_a_trigger_changes_are_found(self):
        tables = "CREATE TABLE t (id integer PRIMARY KEY, m text);"
        archive = self.dump(self.database(tables + "INSERT INTO t VALUES (1, 'x')"), "rows", "--rows", "binary", "-a")
        target = self.database(tables + """
            CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.m = upper(NEW.m); RETURN NEW; END $$;
            CREATE TRIGGER louder BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION louder()""")
        for mode in ((), ("--mode", "sync", "--yes")):
            self.refused(1, "archive: public.t" if not mode else '"public.t": its rows are not', args=("restore", archive, "-d", self.url(target), "-a", "--verify-after", *mode))
            self.server.psql(target, "-c", "TRUNCATE t")

    def test_archives_with_the_digest_of_the_text_are_checked_by_it(self):
        archive = servers.ROOT / "fixtures" / "binary" / "4" / "archive"
        self.assertTrue(all("row_digest" in table and "binary_row_digest" not in table for table in tables_of(archive).values()))
        self.ok("verify", archive)
        target = self.restore(archive, "--verify-after")
        self.ok("compare", archive, "-d", self.url(target), "--data-only")
        again = self.dump(target, "again", "--rows", "binary")
        self.ok("compare", archive, again, "--data-only")
        self.ok("compare", again, archive, "--data-only")

    def test_damage_is_told(self):
        source = self.database("CREATE TABLE t (id integer, a text); INSERT INTO t SELECT i, 'text ' || i FROM generate_series(1, 100) i")
        archive = self.dump(source, "damaged", "--rows", "binary", "-Z", "none")
        part = archive / "data/public.t/0001.bin"
        harness.damage(part)
        self.assertEqual(harness.run("verify", archive).code, 4)
        for command in (("cat", archive, "t"), ("restore", archive, "-d", self.url(self.database()))):
            self.refused(4, "0001.bin", args=command)


if __name__ == "__main__":
    harness.main()
