"""`pgcoffer compare`: an archive and a database, or two archives; digests of rows."""

import random

import harness

DIFFERENT = 6
DAMAGED = 4

SHOP = r'''
CREATE TABLE customers (id integer PRIMARY KEY, name text, note text, at timestamptz DEFAULT '2024-05-06 07:08:09+00');
INSERT INTO customers SELECT i, 'name ' || i, CASE WHEN i % 3 > 0 THEN E'tab\t and \\ ' || i END FROM generate_series(1, 2000) i;
CREATE TABLE "Order items" ("order" integer, "Item ""no""" integer, price numeric, total numeric GENERATED ALWAYS AS (price * 2) STORED,
  PRIMARY KEY ("order", "Item ""no"""));
INSERT INTO "Order items" SELECT i / 4, i % 4, i FROM generate_series(1, 3000) i;
CREATE TABLE log (line text, data jsonb);
INSERT INTO log SELECT 'line ' || i % 50, jsonb_build_object('n', i % 50) FROM generate_series(1, 300) i;
CREATE VIEW names AS SELECT name FROM customers;
SELECT lo_from_bytea(4711, decode(repeat('00ff', 5000), 'hex'));
'''


def changes(rng):
    """100 random changes, and what `compare` must say of them."""
    ids = rng.sample(range(1, 2001), 60)
    deleted, updated, added = set(ids[:30]), set(ids[30:]), set(range(3001, 3041))
    sql = "".join(f"DELETE FROM customers WHERE id = {i};\n" for i in deleted)
    sql += "".join(f"UPDATE customers SET note = '{rng.random()}' WHERE id = {i};\n" for i in updated)
    sql += "".join(f"INSERT INTO customers VALUES ({i}, NULL, '');\n" for i in added)
    expected = {("missing", i) for i in deleted} | {("changed", i) for i in updated} | {("added", i) for i in added}
    return sql, expected


class Compare(harness.Case):
    def compare(self, code, *args):
        result = harness.run("compare", *args, "--json")
        self.assertEqual(result.code, code, result)
        self.assertEqual(result.json["same"], code == 0)
        return result.json

    def test_restored_database_and_100_random_changes(self):
        source = self.database(SHOP)
        archive = self.dump(source, "shop.zip", "--part-size", "20kB", "--rows", "json")
        copy = self.restore(archive)
        report = self.compare(0, archive, "-d", self.url(copy))
        self.assertEqual((report["tables_compared"], report["rows_compared"]), (3, 5300))
        sql, expected = changes(random.Random(5))
        self.server.psql(copy, script=sql)
        report = self.compare(DIFFERENT, archive, "-d", self.url(copy), "--rows")
        (table,) = report["tables"]
        self.assertEqual((table["name"], table["key"]), ("customers", ["id"]))
        self.assertEqual((table["missing"], table["added"], table["changed"]), (30, 40, 30))
        self.assertEqual({(row["change"], int(row["key"]["id"])) for row in table["rows"]}, expected)
        for row in table["rows"]:
            if row["change"] == "changed":
                self.assertEqual(list(row["columns"]), ["note"])
        later = self.dump(copy, "later", "--rows", "csv")
        other = self.compare(DIFFERENT, archive, later, "--rows")
        by_key = lambda rows: sorted(rows, key=str)
        self.assertEqual(by_key(other["tables"][0]["rows"]), by_key(table["rows"]))

    def test_tables_without_key_and_odd_names(self):
        source = self.database(SHOP)
        archive = self.dump(source, "shop")
        self.server.psql(source, script='''
            INSERT INTO log VALUES ('line 1', '{"n": 1}'), ('line 1', '{"n": 1}');
            DELETE FROM log WHERE ctid = (SELECT min(ctid) FROM log WHERE line = 'line 7');
            UPDATE "Order items" SET price = 0 WHERE "order" = 5 AND "Item ""no""" = 2;''')
        report = self.compare(DIFFERENT, archive, "-d", self.url(source), "--rows")
        log, items = sorted(report["tables"], key=lambda table: table["name"], reverse=True)
        self.assertEqual((log["missing"], log["added"], log["changed"]), (1, 2, 0))
        self.assertEqual(items["rows"], [{"change": "changed", "key": {"order": "5", 'Item "no"': "2"},
                                          "columns": {"price": {"archive": "22", "other": "0"}}}])

    def test_schema_and_large_objects(self):
        source = self.database(SHOP)
        archive = self.dump(source, "shop")
        self.server.psql(source, script="""
            DROP VIEW names; CREATE INDEX customers_name ON customers (name);
            ALTER TABLE log ALTER line SET DEFAULT 'none';
            SELECT lo_put(4711, 9999, 'x'); SELECT lo_from_bytea(4712, 'y');""")
        report = self.compare(DIFFERENT, archive, "-d", self.url(source))
        self.assertEqual({(one["change"], one["kind"], one["name"]) for one in report["objects"]},
                         {("missing", "VIEW", "names"), ("added", "INDEX", "customers_name"),
                          ("changed", "TABLE", "log"), ("added", "BLOB", "4712")})
        self.assertEqual(report["large_objects"], [4711, 4712])
        text = harness.run("compare", archive, "-d", self.url(source))
        self.assertIn("missing  VIEW public.names", text.out)
        later = self.dump(source, "later")
        self.assertEqual(self.compare(DIFFERENT, archive, later)["large_objects"], [4711, 4712])

    def test_what_the_policy_changed_is_not_compared(self):
        source = self.database(SHOP)
        policy = self.folder / "policy.json"
        policy.write_text("""{"version": 1, "tables": [
            {"table": "public.log", "action": "exclude-rows", "reason": "r"},
            {"table": "public.customers", "where": "id > 1000",
             "columns": [{"column": "name", "action": "constant", "value": "x", "reason": "r"}]}]}""")
        archive = self.dump(source, "shop", "--policy", policy)
        report = self.compare(0, archive, "-d", self.url(source))
        self.assertTrue(any("name" in note for note in report["notes"]), report["notes"])
        self.server.psql(source, script="DELETE FROM customers WHERE id IN (5, 1500)")
        report = self.compare(DIFFERENT, archive, "-d", self.url(source))
        self.assertEqual(report["tables"][0]["missing"], 1)

    def test_digest_is_the_same_in_every_format_and_checked(self):
        source = self.database(SHOP)
        digests = {}
        for rows in ("sql", "json", "csv"):
            archive = self.dump(source, rows, "--rows", rows, "--part-size", "10kB" if rows == "csv" else "16MB",
                                "--compress", "none")
            self.ok("verify", archive)
            digests[rows] = {table["name"]: table["row_digest"] for table in harness.manifest(archive)["tables"]
                             if table["has_rows"]}
        self.assertEqual(digests["sql"], digests["json"])
        self.assertEqual(digests["sql"], digests["csv"])
        converted = self.folder / "converted"
        self.ok("convert", self.folder / "sql", converted, "--rows", "json", "--part-size", "20kB")
        self.assertEqual({table["name"]: table["row_digest"] for table in harness.manifest(converted)["tables"]}, digests["sql"])
        path = self.folder / "sql" / "manifest.json"
        path.write_text(path.read_text().replace(digests["sql"]["log"], "0" * 32))
        (self.folder / "sql" / "manifest.sha256").unlink()
        result = harness.run("verify", self.folder / "sql")
        self.assertEqual(result.code, DAMAGED, result)
        self.assertIn('"log": the digest of its rows', result.out)


if __name__ == "__main__":
    harness.main()
