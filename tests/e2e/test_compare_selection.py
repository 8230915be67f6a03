"""`pgcoffer compare` of some tables and schemas: what is not selected does not count."""

import json
import shutil
import zipfile

import harness

DIFFERENT, USAGE = 6, 2
SOURCE = """
CREATE SCHEMA sales; CREATE SCHEMA other;
CREATE TABLE sales.orders (id serial PRIMARY KEY, n integer); INSERT INTO sales.orders (n) SELECT generate_series(1, 100);
CREATE TABLE sales.items (id integer PRIMARY KEY, "order" integer REFERENCES sales.orders); INSERT INTO sales.items SELECT i, i FROM generate_series(1, 50) i;
CREATE TABLE "Orders" (id integer PRIMARY KEY); INSERT INTO "Orders" VALUES (1);
CREATE TABLE events (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); INSERT INTO events VALUES (1, '2024-02-02');
CREATE TABLE other.t (id integer); INSERT INTO other.t VALUES (1);
CREATE FUNCTION other.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION other.f() IS 'one';
SELECT lo_from_bytea(4711, 'x');
"""
# Something in each table, an index, a function with its comment, a large object; a table that is new, one that is gone.
CHANGES = """
UPDATE sales.orders SET n = -n WHERE id <= 3; DELETE FROM sales.items WHERE id = 7; INSERT INTO "Orders" VALUES (2); INSERT INTO events VALUES (2, '2024-03-03');
CREATE INDEX orders_n ON sales.orders (n); CREATE TABLE sales.added (id integer); DROP TABLE other.t;
CREATE OR REPLACE FUNCTION other.f() RETURNS integer LANGUAGE sql AS 'SELECT 2'; COMMENT ON FUNCTION other.f() IS 'two'; SELECT lo_put(4711, 0, 'y');
"""


class CompareSelection(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls.changed = cls.server.new_database()
        cls._databases += [cls.source, cls.changed]
        for name in (cls.source, cls.changed):
            cls.server.psql(name, script=SOURCE)
        cls.server.psql(cls.changed, script=CHANGES)

    def setUp(self):
        super().setUp()
        self.archive = self.dump(self.source, "a")

    def compared(self, *options, other=None):
        """Objects and tables that differ."""
        result = harness.run("compare", self.archive, *(other or ["-d", self.url(self.changed)]), "--json", *options)
        report = result.json
        self.assertEqual(result.code, 0 if report["same"] else DIFFERENT, result)
        self.assertEqual(report["same"], not (report["objects"] or report["tables"] or report["large_objects"]))
        found = {f"{one['change']} {one['kind']} {one['name']}" for one in report["objects"]}
        return found | {f"rows {one['name']}" for one in report["tables"]} | {f"large object {oid}" for oid in report["large_objects"]}

    ORDERS = {"added INDEX orders_n", "rows orders"}
    SALES = ORDERS | {"rows items", "added TABLE added"}
    OTHER = {"missing TABLE t", "changed FUNCTION f()", "changed COMMENT FUNCTION other.f()"}
    REST = {"rows Orders", "rows events_1", "large object 4711"}

    def test_a_comma_in_double_quotes_belongs_to_the_name(self):
        database = self.database('CREATE TABLE "a,b" (i int); CREATE TABLE a (i int); CREATE TABLE b (i int)')
        archive = self.dump(database, "commas")
        self.server.psql(database, script='INSERT INTO "a,b" VALUES (1); INSERT INTO a VALUES (1)')
        found = harness.run("compare", archive, "-d", self.url(database), "--json", "--tables", '"a,b",b').json
        self.assertEqual([table["name"] for table in found["tables"]], ["a,b"])
        self.ok("restore", archive, "-d", self.url(database), "-y", "--mode", "sync", "--tables", '"a,b",b')
        self.assertEqual(self.server.query('SELECT (SELECT count(*) FROM "a,b"), (SELECT count(*) FROM a)', database), "0|1")
        self.refused(2, "--tables wants names of tables", args=["compare", archive, "-d", self.url(database), "--tables=--json"])

    def test_an_archive_that_lacks_files_is_damaged(self):
        """The digests were equal, and the rows gone."""
        lost = next(path for folder in ("packs", "data") for path in sorted((self.archive / folder).glob("**/*")) if path.is_file())
        lost.unlink()
        for other in (["-d", self.url(self.source)], [self.dump(self.source, "whole")]):
            self.refused(4, "is damaged: it lacks", lost.name, args=["compare", self.archive, *other])

    def test_an_archive_with_parts_cut_off_is_damaged(self):
        """The digests of its manifest were equal, and the rows gone."""
        whole = self.dump(self.source, "whole")
        for kind in ("plain", "zip unpacked"):
            with self.subTest(kind=kind):
                archive = self.dump(self.source, "cut")
                if kind != "plain":
                    zipped = self.dump(self.source, "cut.zip")
                    shutil.rmtree(archive)
                    with zipfile.ZipFile(zipped) as packed:
                        packed.extractall(archive)
                    self.assertEqual(harness.run("compare", archive, whole).code, 0)
                cut = next(path for folder in ("packs", "data") for path in sorted((archive / folder).glob("**/*")) if path.is_file())
                cut.write_bytes(cut.read_bytes()[:-1])
                for args in ([archive, "-d", self.url(self.source)], [whole, archive]):
                    self.refused(4, "is damaged", "other sizes than its manifest says", cut.name, args=["compare", *args])
                shutil.rmtree(archive)

    def test_only_what_is_selected_counts(self):
        later = self.dump(self.changed, "later")
        for other in (None, [later]):
            for options, expected in [
                    ([], self.SALES | self.OTHER | self.REST),
                    (["--tables", "sales.orders"], self.ORDERS),
                    (["--tables", "Orders"], {"rows Orders"}),
                    (["-t", "orders"], self.ORDERS),
                    (["-t", "sales.*"], self.SALES),
                    (["-t", "events"], {"rows events_1"}),
                    (["-t", "added"], {"added TABLE added"}),
                    (["-t", "other.t"], {"missing TABLE t"}),
                    (["-n", "sales"], self.SALES),
                    (["-n", "other", "-t", '"Orders"'], self.OTHER | {"rows Orders"}),
                    (["-n", "sales", "-T", "orders"], self.SALES - self.ORDERS),
                    (["-N", "sales", "-T", "events"], (self.OTHER | self.REST) - {"rows events_1"}),
                    (["-n", "sales", "-s"], {"added INDEX orders_n", "added TABLE added"}),
                    (["-n", "sales", "-a"], {"rows orders", "rows items"})]:
                with self.subTest(options=options, other=other):
                    self.assertEqual(self.compared(*options, other=other), expected)

    def test_the_same_where_nothing_selected_differs(self):
        result = self.ok("compare", self.archive, "-d", self.url(self.changed), "-N", "sales", "-N", "other", "-s", "--json")
        self.assertTrue(result.json["same"])
        self.assertEqual(result.json["tables_compared"], 0)
        whole = self.ok("compare", self.archive, "-d", self.url(self.source), "--json").json
        some = self.ok("compare", self.archive, "-d", self.url(self.source), "--tables", "sales.orders", "--json").json
        self.assertLess(some["objects_compared"], whole["objects_compared"])
        self.assertEqual((some["tables_compared"], some["rows_compared"]), (1, 100))

    def test_what_matches_nothing_is_an_error(self):
        for options in (["-t", "nothing"], ["--tables", "sales.orders,nothing"], ["-T", "nothing"], ["-n", "nothing"], ["-N", "nothing"]):
            with self.subTest(options=options):
                self.refused(USAGE, 'matches "nothing"', "neither in archive", args=["compare", self.archive, "-d", self.url(self.source), *options])

    def test_what_is_not_selected_need_not_be_readable(self):
        role, password = self.role(self.source)
        self.server.psql(self.source, script=f"GRANT USAGE ON SCHEMA sales, other TO {role}; GRANT SELECT ON sales.items TO {role}")
        other = ["-d", self.url(self.source, user=role, password=password), "-x"]
        self.assertEqual(self.compared("--tables", "sales.items", other=other), set())
        self.refused(3, "cannot read", args=["compare", self.archive, *other])
        self.refused(3, "permission denied", args=["compare", self.archive, *other, "--tables", "sales.orders"])

    def test_a_table_of_one_side_only(self):
        """With --data-only all was "the same" where a whole table was gone."""
        source = self.database("CREATE TABLE lone AS SELECT i FROM generate_series(1, 50) i; CREATE TABLE keep AS SELECT 1 AS i; CREATE TABLE nothing (i int)")
        archive = self.dump(source, source)
        self.server.psql(source, script="DROP TABLE lone, nothing; CREATE TABLE extra AS SELECT generate_series(1, 3) AS a")
        for options, expected in (([], {("lone", 50, 0), ("extra", 0, 3)}), (["--tables", "lone"], {("lone", 50, 0)}), (["-t", "extra"], {("extra", 0, 3)}),
                                  (["-t", "keep"], set()), (["-t", "nothing"], set())):
            with self.subTest(options=options):
                result = harness.run("compare", archive, "-d", self.url(source), "-a", "--json", *options)
                report = json.loads(result.out)
                self.assertEqual({(table["name"], table["missing"], table["added"]) for table in report["tables"]}, expected)
                self.assertEqual((result.code, report["same"]), (DIFFERENT, False) if expected else (0, True))
        listed = harness.run("compare", archive, "-d", self.url(source), "-a", "--rows", "-t", "extra", "--json").json["tables"][0]["rows"]
        self.assertEqual(sorted(row["key"]["a"] for row in listed), ["1", "2", "3"])

    def test_what_the_dump_was_told_not_to_take_is_not_missed(self):
        source = self.database("CREATE TABLE keep AS SELECT 1 AS i; CREATE TABLE other AS SELECT 2 AS i; CREATE SCHEMA s; CREATE TABLE s.x AS SELECT 3 AS i")
        for number, option in enumerate((["-t", "keep"], ["-T", "other"], ["-n", "s"], ["-N", "s"], ["--exclude-table-data", "other"])):
            with self.subTest(option=option):
                archive = self.dump(source, f"{source}-{number}", *option)
                for options in (["-a"], []):
                    result = harness.run("compare", archive, "-d", self.url(source), *options)
                    self.assertEqual(result.code, 0, result)


if __name__ == "__main__":
    harness.main()
