"""Rows of an archive into tables that exist: modes, picked rows and what follows them, safety."""

import pathlib
import tempfile
import threading

import harness

FAILED, USAGE = 1, 2

SHOP = r'''
CREATE TABLE countries (code text PRIMARY KEY, name text);
CREATE TABLE customers (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, country text REFERENCES countries,
  favourite integer, upper_name text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE orders (id serial PRIMARY KEY, customer integer NOT NULL REFERENCES customers, reference text UNIQUE);
CREATE TABLE items (id serial PRIMARY KEY, "order" integer NOT NULL REFERENCES orders, amount numeric);
ALTER TABLE customers ADD FOREIGN KEY (favourite) REFERENCES items;
CREATE TABLE notes (id integer PRIMARY KEY, customer integer REFERENCES customers, parent integer REFERENCES notes, text text);
CREATE TABLE events (id integer, at date, customer integer REFERENCES customers, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
INSERT INTO countries VALUES ('de', 'Germany'), ('fr', 'France');
INSERT INTO customers (name, country) SELECT 'customer ' || i, CASE WHEN i % 2 = 0 THEN 'de' ELSE 'fr' END FROM generate_series(1, 3000) i;
INSERT INTO orders (customer, reference) SELECT i % 3000 + 1, 'r' || i FROM generate_series(1, 6000) i;
INSERT INTO items ("order", amount) SELECT i % 6000 + 1, i FROM generate_series(1, 9000) i;
UPDATE customers c SET favourite = (SELECT min(i.id) FROM items i JOIN orders o ON o.id = i."order" WHERE o.customer = c.id);
INSERT INTO notes SELECT i, i % 3000 + 1, CASE WHEN i > 3000 THEN i - 3000 END, 'note' FROM generate_series(1, 6000) i;
INSERT INTO events SELECT i, '2024-01-01'::date + i % 366, i % 3000 + 1 FROM generate_series(1, 4000) i;
'''

DELETE_1000 = """
SET session_replication_role = replica;
DELETE FROM items WHERE "order" IN (SELECT id FROM orders WHERE customer <= 1000);
DELETE FROM orders WHERE customer <= 1000;
DELETE FROM notes WHERE customer <= 1000;
DELETE FROM events WHERE customer <= 1000;
DELETE FROM customers WHERE id <= 1000;
"""


class Merge(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.server.new_database()
        cls._databases.append(cls.template)
        cls.server.psql(cls.template, script=SHOP)
        cls.archives = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.archives.cleanup)
        cls.archive = pathlib.Path(cls.archives.name) / "shop"
        result = harness.run("dump", "-d", cls.server.url(cls.template), "-f", cls.archive, "--part-size", "50kB")
        assert result.code == 0, result

    def setUp(self):
        super().setUp()
        self.db = self.server.new_database(self.template)
        self.addCleanup(self.server.drop_database, self.db)

    def merge(self, *args):
        return self.ok("restore", self.archive, "-d", self.url(self.db), *args, "--json").json

    def psql(self, sql):
        return self.server.psql(self.db, script=sql)

    def value(self, sql):
        return self.server.psql(self.db, "-AtXc", sql).stdout.strip()

    def assert_as_archived(self):
        result = harness.run("compare", self.archive, "-d", self.url(self.db), "--data-only", "--rows")
        self.assertEqual(result.code, 0, result.out[-2000:])

    def test_undelete_with_all_that_followed(self):
        self.psql(DELETE_1000)
        report = self.merge("--where", "customers: id <= 1000", "--follow", "both")
        inserted = {table["name"]: table["inserted"] for table in report["tables"]}
        self.assertEqual(inserted["customers"], 1000)
        self.assertEqual(inserted["countries"], 0)
        self.assertEqual(inserted["events_1"] + inserted["events_2"], int(self.value("SELECT count(*) FROM events WHERE customer <= 1000")))
        self.assert_as_archived()

    def test_rows_without_what_they_need_change_nothing(self):
        self.psql(DELETE_1000)
        before = self.value("SELECT count(*) FROM items")
        self.refused(FAILED, "foreign key", "Nothing was changed",
                     args=("restore", self.archive, "-d", self.url(self.db), "--where", "items: id = (SELECT 1)"))
        self.assertEqual(self.value("SELECT count(*) FROM items"), before)

    def test_sync_touches_only_what_differs(self):
        self.psql("""
            DELETE FROM notes WHERE id BETWEEN 3500 AND 3599;
            INSERT INTO notes SELECT i, 1, 1, 'new' FROM generate_series(9001, 9050) i;
            UPDATE notes SET text = 'changed' WHERE id BETWEEN 1 AND 20;
            UPDATE orders SET reference = 'other' WHERE id = 10;""")
        transaction = self.value("SELECT pg_current_xact_id()::xid")
        report = self.merge("--tables", "notes,orders", "--mode", "sync", "--yes", "--verify-after")
        self.assert_as_archived()
        changes = {table["name"]: (table["inserted"], table["updated"], table["deleted"]) for table in report["tables"]}
        self.assertEqual(changes, {"notes": (100, 20, 50), "orders": (0, 1, 0)})
        touched = self.value(f"SELECT count(*) FROM notes WHERE age(xmin) < age('{transaction}'::xid)")
        self.assertEqual(touched, "120")

    def test_sync_of_unique_values_that_changed_hands(self):
        self.psql("""UPDATE orders SET reference = 'x' WHERE id = 10; UPDATE orders SET reference = 'r10' WHERE id = 11;
                     UPDATE orders SET reference = 'r11' WHERE id = 10;""")
        self.merge("--tables", "orders", "--mode", "sync", "--yes")
        self.assert_as_archived()

    def test_upsert_append_and_sequences(self):
        self.psql("DELETE FROM items WHERE id > 8000; UPDATE items SET amount = 0 WHERE id < 11;"
                  "INSERT INTO countries VALUES ('it', 'Italy'); SELECT setval('items_id_seq', 1)")
        report = self.merge("--tables", "items,countries", "--mode", "upsert", "--yes")
        self.assertEqual({table["name"]: (table["inserted"], table["updated"]) for table in report["tables"]},
                         {"items": (1000, 10), "countries": (0, 0)})
        self.assertEqual(self.value("SELECT nextval('items_id_seq')"), "9001")
        self.assertEqual(self.value("SELECT count(*) FROM countries"), "3")
        self.refused(FAILED, "duplicate key", "Nothing was changed",
                     args=("restore", self.archive, "-d", self.url(self.db), "--tables", "items", "--mode", "append"))
        self.psql("DELETE FROM items WHERE id = 9000")
        self.merge("--where", "items: id = 9000", "--mode", "append")
        self.assertEqual(self.value("SELECT count(*) FROM items"), "9000")

    def test_replace_is_never_seen_half(self):
        self.psql("UPDATE notes SET text = 'other' WHERE id % 2 = 0; DELETE FROM notes WHERE id > 5990")
        seen, stop = set(), threading.Event()

        def read():
            while not stop.is_set():
                seen.add(self.value("SELECT count(*) || ' ' || count(*) FILTER (WHERE text = 'note') FROM notes"))

        reader = threading.Thread(target=read)
        reader.start()
        try:
            self.merge("--tables", "notes", "--mode", "replace", "--yes", "--verify-after")
        finally:
            stop.set()
            reader.join()
        self.assertLessEqual(seen, {"5990 2995", "6000 6000"})
        self.assert_as_archived()

    def test_rows_without_values(self):
        """Tables without columns, or with generated ones only: rows are but a number."""
        source = self.database("CREATE TABLE z (); INSERT INTO z DEFAULT VALUES; INSERT INTO z DEFAULT VALUES; CREATE TABLE g (x int GENERATED ALWAYS AS (1) STORED); INSERT INTO g DEFAULT VALUES")
        archive = self.dump(source, "archive")
        target = self.restore(archive, "-s")
        for mode, expected in (("append", "2|1|1"), ("append", "4|2|2"), ("replace", "2|1|1")):
            self.ok("restore", archive, "-d", self.url(target), "--mode", mode, "-y")
            self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM z), (SELECT count(*) FROM g), (SELECT sum(x) FROM g)", target), expected)

    def test_replace_takes_no_rows_of_others_along(self):
        """Deleting rows that come back would delete, or change, what references them."""
        source = self.database("""
            CREATE TABLE person (id integer PRIMARY KEY, name text); INSERT INTO person SELECT i, 'p' || i FROM generate_series(1, 5) i;
            CREATE TABLE deed (id integer PRIMARY KEY, person integer REFERENCES person ON DELETE CASCADE); INSERT INTO deed SELECT i, 1 + i % 5 FROM generate_series(1, 20) i;
            CREATE TABLE part (deed integer REFERENCES deed ON DELETE CASCADE); INSERT INTO part SELECT 1 + i % 20 FROM generate_series(1, 40) i;
            CREATE TABLE note (person integer REFERENCES person ON DELETE SET NULL); INSERT INTO note SELECT 1 + i % 5 FROM generate_series(1, 10) i;
            CREATE TABLE keyless (code text UNIQUE, n integer); INSERT INTO keyless VALUES ('a', 1); CREATE TABLE uses (code text REFERENCES keyless (code) ON DELETE CASCADE); INSERT INTO uses VALUES ('a')""")
        archive = self.dump(source, "archive")
        state = lambda: self.server.query("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM deed), (SELECT count(*) FROM part), (SELECT count(person) FROM note), (SELECT count(*) FROM uses)", source)
        change = "UPDATE person SET name = 'other' WHERE id < 3; INSERT INTO person VALUES (6, 'new'); INSERT INTO deed VALUES (21, 6); INSERT INTO part VALUES (21); INSERT INTO note VALUES (6)"
        for tables in ("person", "person,deed,part"):
            with self.subTest(tables=tables):
                self.server.psql(source, script=change)
                args = ["restore", archive, "-d", self.url(source), "--mode", "replace", "--tables", tables]
                shown = self.ok(*args, "--dry-run").out
                self.assertIn("public.note with 11 rows now: rows that reference deleted ones lose the reference", shown)
                self.assertEqual("public.deed with 21 rows now: rows that reference deleted ones are deleted" in shown, tables == "person")
                self.assertEqual("public.part with 41 rows now: rows that reference deleted ones are deleted" in shown, tables == "person")
                self.ok(*args, "--yes", "--verify-after")
                self.assertEqual(state(), "5|20|40|10|1")
                self.server.psql(source, script="DELETE FROM note WHERE person IS NULL")
        self.assertEqual(self.server.query("SELECT string_agg(name, ' ' ORDER BY id) FROM person", source), "p1 p2 p3 p4 p5")
        self.refused(2, "--key", "acts on rows", args=["restore", archive, "-d", self.url(source), "--mode", "replace", "--tables", "keyless", "--yes"])
        self.ok("restore", archive, "-d", self.url(source), "--mode", "replace", "--tables", "keyless", "--key", "keyless: code", "--yes")
        self.assertEqual(state(), "5|20|40|10|1")

    def test_truncate_shows_what_cascades_and_restore_point_brings_it_back(self):
        point = self.folder / "point"
        self.psql("CREATE TABLE marks (note integer REFERENCES notes, at date, PRIMARY KEY (note, at)) PARTITION BY LIST (at);"
                  "CREATE TABLE marks_1 PARTITION OF marks DEFAULT; INSERT INTO marks SELECT i, '2024-01-01' FROM generate_series(1, 70) i;"
                  "UPDATE notes SET text = 'live'")
        truncate = ("restore", self.archive, "-d", self.url(self.db), "--tables", "notes", "--mode", "truncate")
        refused = self.refused(USAGE, "not confirmed", args=truncate)
        for text in ("notes with 6,000 rows", "marks_1 with 70 rows", "is emptied, since it references them", "The archive is from"):
            self.assertIn(text, refused.err)
        self.assertIn("6,000 rows inserted", self.ok(*truncate, "--dry-run").out)
        self.assertEqual(self.value("SELECT count(*) FROM marks"), "70")
        self.ok(*truncate, "--yes", "--restore-point", point, "--verify-after")
        self.assertEqual(self.value("SELECT count(*) FROM marks"), "0")
        self.assert_as_archived()
        self.ok("restore", point, "-d", self.url(self.db), "--mode", "sync", "--yes")
        self.assertEqual(self.value("SELECT count(*) FROM notes WHERE text = 'live'"), "6000")
        self.assertEqual(self.value("SELECT count(*) FROM marks"), "70")

    def test_other_columns_and_triggers(self):
        self.psql("""
            ALTER TABLE notes DROP COLUMN text; ALTER TABLE notes ADD added text DEFAULT 'default';
            CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.added := 'trigger'; RETURN NEW; END $$;
            CREATE TRIGGER shout BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION shout();
            DELETE FROM notes WHERE id > 3000;""")
        self.refused(FAILED, "text", "--ignore-extra-columns",
                     args=("restore", self.archive, "-d", self.url(self.db), "--tables", "notes", "--mode", "insert-missing"))
        self.merge("--where", "notes: id <= 4000", "--ignore-extra-columns", "--disable-triggers")
        self.assertEqual(self.value("SELECT count(*) FILTER (WHERE added = 'default') FROM notes WHERE id > 3000"), "1000")
        self.merge("--tables", "notes", "--mode", "insert-missing", "--ignore-extra-columns")
        self.assertEqual(self.value("SELECT count(*) FILTER (WHERE added = 'trigger') FROM notes"), "2000")

    def test_what_cannot_be_done_is_told(self):
        self.psql("ALTER TABLE notes DROP CONSTRAINT notes_pkey CASCADE; ALTER TABLE items DROP CONSTRAINT items_pkey CASCADE")
        command = ("restore", self.archive, "-d", self.url(self.db), "--mode")
        self.refused(USAGE, '"public.notes"', '"public.items"', "--key", args=(*command, "upsert"))
        self.refused(USAGE, "--resumable", args=(*command, "append", "--resumable"))
        self.refused(USAGE, "more than a condition", args=("restore", self.archive, "-d", self.url(self.db), "--where", "orders: id = 1; DROP TABLE public.notes"))
        self.assertEqual(self.value("SELECT count(*) FROM notes"), "6000")
        (self.folder / "point").write_text("precious")
        self.refused(FAILED, "Choose another name for it", args=(*command, "truncate", "--tables", "orders", "--yes", "--restore-point", self.folder / "point"))
        role, password = self.role(self.db)
        self.psql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        self.refused(3, 'cannot lock table "public"."orders": permission denied', "a role that may SELECT, INSERT, UPDATE and DELETE",
                     args=("restore", self.archive, "-d", self.url(self.db, user=role, password=password), "--tables", "orders", "--mode", "upsert", "--yes"))
        self.refused(FAILED, "duplicate key", "--mode insert-missing leaves them", args=(*command, "append", "--tables", "orders"))

    def test_verified_under_other_names_and_in_other_partitions(self):
        self.ok("restore", self.archive, "-d", self.url(self.database()), "--map-schema", "public=other", "--verify-after")
        target = self.database()
        self.server.psql(target, script="CREATE TABLE orders (LIKE pg_class)")
        self.ok("restore", self.archive, "-d", self.url(target), "--tables", "orders", "--map-table", "orders=others", "--skip-missing-references", "--yes", "--verify-after")
        rooted = self.dump(self.template, "rooted", "--load-via-partition-root", "--rows", "json")
        target = self.database("""CREATE TABLE events (at date, id integer, customer integer) PARTITION BY HASH (id);
            CREATE TABLE events_a PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE events_b PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1)""")
        command = ("restore", rooted, "-d", self.url(target), "--tables", "events", "--data-only", "--yes", "--verify-after")
        self.ok(*command)
        self.refused(FAILED, "not the same as in the archive: public.events", args=command)

    def test_restored_rows_are_verified(self):
        target = self.database()
        self.ok("restore", self.archive, "-d", self.url(target), "--verify-after")
        self.psql("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.text := 'x'; RETURN NEW; END $$;"
                  "CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f();")
        before = self.value("SELECT count(*) FROM notes WHERE text = 'note'")
        self.refused(FAILED, "its rows are not those of the archive", "Nothing was changed",
                     args=("restore", self.archive, "-d", self.url(self.db), "--tables", "notes", "--mode", "replace", "--yes", "--verify-after"))
        self.assertEqual(self.value("SELECT count(*) FROM notes WHERE text = 'note'"), before)

    def test_values_that_a_narrower_column_changes(self):
        """--verify-after looked for what the column had made of them, and was content; no mode said a word."""
        source = self.database("CREATE TABLE m (id bigint PRIMARY KEY, n numeric(6,3), t timestamp, c text, k int); INSERT INTO m VALUES (1, 1.257, '2024-01-01 10:00:00.7', 'abc', 1)")
        archive = self.dump(source, "narrow")
        told = "public.m: columns of other types may round or cut values of the archive: n numeric(6,3) -> numeric(6,1), t timestamp without time zone -> timestamp(0) without time zone, c text -> character varying(3)"
        for mode in ("upsert", "append", "insert-missing", "sync", "replace", "truncate"):
            with self.subTest(mode=mode):
                target = self.database("CREATE TABLE m (id int PRIMARY KEY, n numeric(6,1), t timestamp(0), c varchar(3), k bigint)")
                command = ["restore", archive, "-d", self.url(target), "--mode", mode, "--yes"]
                told_of = told.replace(": n", ": id bigint -> integer, n")
                self.refused(FAILED, "table \"public.m\": its rows are not those of the archive", "Nothing was changed", args=[*command, "--verify-after"])
                self.assertEqual(self.server.query("SELECT count(*) FROM m", target), "0")
                self.assertIn(told_of, self.ok(*command).err)
                self.assertEqual(self.server.query("SELECT n, c FROM m", target), "1.3|abc")
        wider = self.database("CREATE TABLE m (id numeric PRIMARY KEY, n numeric, t timestamp, c varchar, k bigint)")
        self.assertNotIn("other types", self.ok("restore", archive, "-d", self.url(wider), "--mode", "upsert", "--yes").err)
        precise = self.dump(self.database("CREATE TABLE m (id int PRIMARY KEY, t timestamp(3), z timestamptz(0), i int[]); INSERT INTO m VALUES (1, now(), now(), '{1}')"), "precise")
        wider = self.database("CREATE TABLE m (id int PRIMARY KEY, t timestamp, z timestamptz, i bigint[])")
        self.assertNotIn("other types", self.ok("restore", precise, "-d", self.url(wider), "--mode", "upsert", "--yes", "--verify-after").err)

    def test_small_things_that_are_told(self):
        source = self.database('CREATE TABLE m ("The Id" int UNIQUE, secret text, n int); INSERT INTO m SELECT g, g, g FROM generate_series(1, 40) g')
        archive = self.dump(source, "told")
        target = self.database('CREATE TABLE m ("The Id" int UNIQUE, secret text, n int, more int DEFAULT 7); INSERT INTO m VALUES (1, 1, 0), (2, 2, 0)')
        result = self.ok("restore", archive, "-d", self.url(target), "--where", 'm: "The Id" < 3', "--mode", "upsert", "--key", 'm: "The Id"', "--yes")
        self.assertIn("table public.m with 2 rows now: those with the keys of the 2 rows that are picked are overwritten", result.err)
        self.assertIn("take their defaults in rows that are new: more", result.err)
        self.assertEqual(self.server.query("SELECT array_agg(n ORDER BY n) FROM m", target), "{1,2}")
        for more in ([], ["--mode", "upsert"]):
            result = harness.run("restore", archive, "-h", self.server.host, "-p", self.server.port, *more, "--yes")
            self.assertEqual(result.code, 2, result)
            self.assertIn("nothing says which database to restore into", result.err)


if __name__ == "__main__":
    harness.main()
