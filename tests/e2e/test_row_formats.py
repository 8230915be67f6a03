"""Rows as sql, json and csv: any archive's rows are printed in any format, byte for byte what a dump in it holds."""

import csv
import io

import harness
import round_trip

csv.field_size_limit(1 << 30)


def one_line_end(text):
    """psql's output comes through Python's universal newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class RowFormats(harness.Case):
    @classmethod
    def archives(cls):
        """One dump of the application database in each format; made once."""
        if not hasattr(cls, "_archives"):
            cls._folder = harness.tempfile.mkdtemp(prefix="pgcoffer-e2e-")
            cls.addClassCleanup(harness.shutil.rmtree, cls._folder, ignore_errors=True)
            cls._archives = {}
            for rows in round_trip.ROWS:
                path = harness.pathlib.Path(cls._folder) / rows
                done = harness.run("dump", "-d", cls.server.url(cls.app()), "-f", path, "--rows", rows, "-j", 1)
                assert done.code == 0, done
                cls._archives[rows] = path
        return cls._archives

    def cat(self, archive, table, rows):
        return self.ok("cat", archive, table, "--rows", rows).raw

    def test_every_format_is_read_as_every_other(self):
        archives = self.archives()
        for table in sorted(harness.with_rows(archives["sql"])):
            for rows in round_trip.ROWS:
                expected = self.cat(archives[rows], table, rows)
                for source in round_trip.ROWS:
                    with self.subTest(table=table, source=source, rows=rows):
                        self.assertEqual(self.cat(archives[source], table, rows), expected)

    def test_csv_is_what_the_server_would_write(self):
        for table, quoted in (("public.odd_values", "public.odd_values"), ('We"ird Schéma.select', '"We""ird Schéma"."select"')):
            with self.subTest(table=table):
                ours = self.cat(self.archives()["sql"], table, "csv").decode()
                settings = "SET intervalstyle = postgres; SET extra_float_digits = 3; SET datestyle = ISO; SET search_path = '';"
                theirs = self.server.psql(self.app(), "-c", settings, "-c",
                                          f"COPY (SELECT * FROM {quoted}) TO STDOUT (FORMAT csv, HEADER)").stdout
                read = [sorted(csv.reader(io.StringIO(text, newline=""))) for text in map(one_line_end, (ours, theirs))]
                self.assertGreater(len(read[0]), 2)
                self.assertEqual(read[0], read[1])

    def test_psql_loads_a_part_as_it_is(self):
        values = "(1, NULL, ''), (2, '', 'a,\"b\"'), (3, E'two\\r\\nlines', ' '), (4, E'\\\\N', E'\\\\.')"
        source = self.database(f"CREATE TABLE t (id integer, a text, b text); INSERT INTO t VALUES {values}")
        archive = self.dump(source, "psql", "--rows", "csv", "-Z", "none")
        copy = self.database("CREATE TABLE t (id integer, a text, b text)")
        self.server.psql(copy, "-c", f"\\copy t from '{archive}/data/public.t/0001.csv' (format csv, header)")
        self.assertEqual(harness.compare.compare_rows(self.server, source, copy), [])

    def test_a_table_of_many_parts_has_one_header(self):
        archive = self.dump(self.app(), "many.zip", "--rows", "csv", "--part-size", "64kB")
        table = max(harness.manifest(archive)["tables"], key=lambda table: len(table["parts"]))
        self.assertGreater(len(table["parts"]), 1)
        records = list(csv.reader(io.StringIO(self.cat(archive, f"{table['schema']}.{table['name']}", "csv").decode(), newline="")))
        self.assertEqual(len(records), table["rows"] + 1)
        self.assertEqual([record == records[0] for record in records].count(True), 1)

    def test_a_partitioned_table_is_that_of_its_partitions(self):
        source = self.database("""
            CREATE TABLE p (id integer, at integer) PARTITION BY RANGE (at);
            CREATE TABLE p_b PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p_c PARTITION OF p FOR VALUES FROM (20) TO (30) PARTITION BY LIST (id);
            CREATE TABLE p_a PARTITION OF p_c DEFAULT; INSERT INTO p SELECT i, i * 10 FROM generate_series(0, 2) i WHERE i <> 1;
            CREATE TABLE q (id integer, at integer) PARTITION BY RANGE (at); CREATE TABLE q_2 (at integer, id integer); CREATE TABLE q_1 PARTITION OF q DEFAULT;
            ALTER TABLE q ATTACH PARTITION q_2 FOR VALUES FROM (0) TO (10); INSERT INTO q VALUES (1, 1), (2, 20);
            CREATE TABLE nothing (id integer) PARTITION BY LIST (id)""")
        archive = self.dump(source, "partitioned")
        self.assertEqual(self.cat(archive, "p", "csv"), b"id,at\r\n2,20\r\n0,0\r\n")
        self.assertEqual(self.cat(archive, "p_c", "csv"), b"id,at\r\n2,20\r\n")
        self.assertEqual(sorted(self.cat(archive, "q", "json").splitlines()), [b'{"at":1,"id":1}', b'{"id":2,"at":20}'])
        self.assertIn('COPY "public"."q_2" ("at", "id") FROM stdin;\n1\t1\n', self.cat(archive, "q", "sql").decode())
        self.refused(1, "in another order", "--rows json", args=["cat", archive, "q", "--rows", "csv"])
        self.refused(2, "no rows", args=["cat", archive, "nothing"])
        some = self.dump(source, "some", "--exclude-table-data", "p_b")
        self.refused(2, "public.p_b", args=["cat", some, "p"])

    def test_an_unknown_format_is_refused(self):
        self.refused(2, 'unknown row format "xml"', "sql, json and csv",
                     args=["dump", "-d", self.url(self.app()), "-f", self.folder / "x", "--rows", "xml"])


if __name__ == "__main__":
    harness.main()
