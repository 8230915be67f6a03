"""What tells rows apart when they are merged (--key, no key at all), which rows are meant (--where), and what stands in the way of it."""

import harness

FAILED, USAGE = 1, 2

TABLES = r"""
CREATE TABLE k (id integer PRIMARY KEY, v text, w integer); INSERT INTO k SELECT i, 'v' || i % 3, i FROM generate_series(1, 9) i;
CREATE TABLE n (a integer, b integer, v text); INSERT INTO n VALUES (1, NULL, 'a'), (2, 2, 'b'), (NULL, NULL, 'c');
CREATE TABLE mails (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail text UNIQUE NOT NULL, name text);
INSERT INTO mails (mail, name) SELECT 'm' || i, 'n' || i FROM generate_series(1, 9) i;
CREATE TABLE letters (mail integer REFERENCES mails ON DELETE CASCADE); INSERT INTO letters VALUES (1), (2), (3);
CREATE TABLE bag (a integer, b text); INSERT INTO bag SELECT i % 4, CASE WHEN i % 5 > 0 THEN 'x' END FROM generate_series(1, 40) i;
CREATE TABLE empty (); INSERT INTO empty SELECT FROM generate_series(1, 3);
CREATE TABLE events (id integer, at date, twice integer GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
INSERT INTO events SELECT i, '2024-01-01'::date + i * 3 FROM generate_series(1, 100) i;
CREATE SCHEMA "Odd = Schema"; CREATE TABLE "Odd = Schema"."we.ird:Na""me" (id integer PRIMARY KEY, "from" text);
INSERT INTO "Odd = Schema"."we.ird:Na""me" SELECT i, i FROM generate_series(1, 5) i;
CREATE TABLE "select" (id integer PRIMARY KEY, "from" integer); INSERT INTO "select" SELECT i, i FROM generate_series(1, 5) i;
CREATE TABLE ruled (id integer PRIMARY KEY); INSERT INTO ruled SELECT generate_series(1, 5);
CREATE TABLE told (id integer); CREATE RULE tell AS ON DELETE TO ruled DO ALSO INSERT INTO told VALUES (old.id);
CREATE TABLE altered (id integer PRIMARY KEY, v text); INSERT INTO altered SELECT i, i FROM generate_series(1, 5) i;
CREATE FUNCTION alter_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := 'by trigger'; RETURN NEW; END $$;
CREATE TRIGGER alter_it BEFORE INSERT OR UPDATE ON altered FOR EACH ROW EXECUTE FUNCTION alter_it();
"""


class MergeKeys(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=TABLES)

    def setUp(self):
        super().setUp()
        self.archive = self.dump(self.source, "all")
        self.db = self.server.new_database(self.source)
        self.addCleanup(self.server.drop_database, self.db)

    def sql(self, sql):
        return self.server.query(sql, self.db)

    def to_this(self, *args):
        return ["restore", self.archive, "-d", self.url(self.db), "-y", *args]

    def merge(self, *args):
        return {table["name"]: table for table in self.ok(*self.to_this(*args), "--json").json["tables"]}

    def changes(self, *args):
        return {name: (table["inserted"], table["updated"], table["deleted"]) for name, table in self.merge(*args).items()}

    def assert_as_archived(self, *tables):
        for table in tables:
            rows = f"SELECT {table}::text FROM {table} ORDER BY 1"
            self.assertEqual(self.sql(rows), self.server.query(rows, self.source), table)

    def test_a_key_that_does_not_tell_rows_apart_is_refused(self):
        before = self.sql("SELECT * FROM k ORDER BY id")
        for mode in ("sync", "upsert", "insert-missing"):
            with self.subTest(mode=mode):
                self.refused(USAGE, 'the rows of table "public.k": in the archive, 3 values stand in several rows', "Nothing was changed",
                             args=self.to_this("--tables", "k", "--mode", mode, "--key", "k: v"))
                self.refused(USAGE, 'table "public.n": 2 rows of the archive have NULL there', args=self.to_this("--tables", "n", "--mode", mode, "--key", "n: a,b"))
        self.assertEqual(self.sql("SELECT * FROM k ORDER BY id"), before)
        self.sql("ALTER TABLE mails DROP CONSTRAINT mails_mail_key; INSERT INTO mails (mail) VALUES ('m1')")
        self.refused(USAGE, "in the database, 1 value stands in several rows", args=self.to_this("--tables", "mails", "--mode", "upsert", "--key", "mails: mail"))

    def test_by_a_unique_column_beside_an_identity(self):
        self.sql("UPDATE mails SET name = 'changed' WHERE id < 4; DELETE FROM mails WHERE id > 7; INSERT INTO mails (mail) VALUES ('new')")
        self.assertEqual(self.changes("--tables", "mails", "--mode", "upsert", "--key", "mails: mail")["mails"], (2, 3, 0))
        self.assertEqual(self.sql("SELECT count(*) FROM letters"), "3")
        self.assertEqual(self.changes("--tables", "mails", "--mode", "sync", "--key", "mails: mail")["mails"], (0, 0, 1))
        self.assert_as_archived("mails", "letters")

    def test_identities_that_differ(self):
        self.sql("DELETE FROM mails WHERE id > 6; INSERT INTO mails (mail) VALUES ('m8')")
        self.refused(FAILED, "another value of id than in the archive", "Nothing was changed",
                     args=self.to_this("--tables", "mails", "--mode", "sync", "--key", "mails: mail"))
        self.sql("DROP TABLE letters")
        self.assertEqual(self.changes("--tables", "mails", "--mode", "sync", "--key", "mails: mail")["mails"], (3, 0, 1))
        self.assert_as_archived("mails")

    def test_a_key_without_the_columns_of_partitioning_is_refused(self):
        """The row of the archive was inserted once more: that with its key stood in a partition beside."""
        self.sql("UPDATE events SET at = '2024-12-31' WHERE id = 1")
        for mode in ("upsert", "insert-missing", "sync"):
            with self.subTest(mode=mode):
                self.refused(USAGE, '"id" of table "public.events_1" may stand in several partitions', "by which the table is partitioned",
                             args=self.to_this("--tables", "events", "--mode", mode, "--key", "events: id"))
        self.assertEqual(self.sql("SELECT count(*) FROM events WHERE id = 1"), "1")

    def test_keys_that_are_equal_and_written_otherwise_get_the_archives_writing(self):
        """They stayed as they were, and the row was updated again each time."""
        source = self.database("CREATE TABLE e (e numeric PRIMARY KEY, v int); INSERT INTO e VALUES (1.0, 1), (2, 2); CREATE TABLE f (e numeric REFERENCES e); INSERT INTO f VALUES (1.0)")
        archive = self.dump(source, "equal")
        for mode in ("sync", "upsert", "replace"):
            with self.subTest(mode=mode):
                self.server.psql(source, script="UPDATE e SET e = 1.00 WHERE v = 1")
                merge = ["restore", archive, "-d", self.url(source), "-y", "--tables", "e", "--mode", mode, "--json"]
                self.ok(*merge, "--verify-after")
                self.assertEqual(self.server.query("SELECT e FROM e ORDER BY v", source), "1.0\n2")
                again = self.ok(*merge).json["tables"][0]
                if mode != "replace":
                    self.assertEqual((again["inserted"], again["updated"], again["deleted"]), (0, 0, 0))
                self.ok("compare", archive, "-d", self.url(source))

    def test_a_condition_for_nothing_and_a_selection_without_rows_are_told(self):
        done = self.ok(*self.to_this("--where", "events: id = 4711", "--where", "k: id = 1"))
        self.assertIn("no row of the archive fulfils --where 'events: id = 4711'", done.err)
        self.assertNotIn("--where 'k:", done.err)
        source = self.database("CREATE TABLE t (i int); CREATE VIEW v AS SELECT 1")
        self.refused(USAGE, "the archive has no rows of what is selected", args=["restore", self.dump(source, "view"), "-d", self.url(source), "-y", "--tables", "v", "--mode", "sync"])

    def test_rows_without_a_key_are_synchronized_as_a_whole(self):
        self.sql("DELETE FROM bag WHERE ctid IN (SELECT ctid FROM bag WHERE b IS NULL LIMIT 2); INSERT INTO bag VALUES (0, 'x'), (77, NULL); DELETE FROM empty")
        before = set(self.sql("SELECT xmin FROM bag").splitlines())
        changes = self.changes("--tables", "bag,empty", "--mode", "sync")
        self.assertEqual(changes, {"bag": (2, 0, 2), "empty": (3, 0, 0)})
        self.assertEqual(len(set(self.sql("SELECT xmin FROM bag").splitlines()) - before), 1)
        self.assert_as_archived("bag", "empty")
        self.assertEqual(set(self.changes("--tables", "bag,empty", "--mode", "sync").values()), {(0, 0, 0)})
        self.sql("DELETE FROM bag WHERE a = 3")
        self.assertEqual(self.changes("--where", "bag: b IS NOT NULL", "--verify-after")["bag"], (8, 0, 0))
        self.assertEqual(self.changes("--tables", "bag", "--mode", "insert-missing")["bag"], (2, 0, 0))
        self.assert_as_archived("bag")
        self.refused(USAGE, "no primary key", args=self.to_this("--tables", "bag", "--mode", "upsert"))

    def test_names_before_a_condition(self):
        self.sql("""DELETE FROM events; DELETE FROM "Odd = Schema"."we.ird:Na""me"; DELETE FROM "select" """)
        changes = self.changes("--where", "events: events.id % 10 = 0", "--where", '"Odd = Schema"."we.ird:Na""me": id < 3', "--where", '"select": "from" = 1')
        self.assertEqual(changes["events_1"][0] + changes["events_2"][0], 10)
        self.assertEqual((changes['we.ird:Na"me'][0], changes["select"][0]), (2, 1))
        self.sql("TRUNCATE events")
        self.assertEqual(sum(change[0] for change in self.changes("--where", "public.events: true", "--key", "events: id, at").values()), 100)
        self.refused(USAGE, "Columns are the archive's, which are not the generated ones", args=self.to_this("--where", "events: twice > 4"))
        self.refused(USAGE, 'the archive has no table "nothing"', args=self.to_this("--where", "nothing: true"))

    def test_conditions_beside_selected_tables(self):
        self.refused(USAGE, 'table "public.bag" is selected, but no --where', args=self.to_this("--tables", "bag", "--where", "k: id = 1"))
        self.sql("DELETE FROM k")
        self.assertEqual(self.changes("--tables", "k", "--where", "k: id = 1"), {"k": (1, 0, 0)})
        self.refused(USAGE, "--where picks rows for tables that exist", args=self.to_this("--mode", "create", "--where", "k: id = 1"))

    def test_picked_rows_for_tables_that_do_not_exist(self):
        empty = self.server.new_database()
        self.addCleanup(self.server.drop_database, empty)
        to_empty = ["restore", self.archive, "-d", self.url(empty)]
        self.refused(USAGE, "is not in the database", "restore -s", args=[*to_empty, "--where", "letters: mail = 2", "--follow", "both"])
        self.ok(*to_empty, "-s")
        self.ok(*to_empty, "--where", "k: id < 4", "--where", "mails: id = 2", "--follow", "children", "--verify-after")
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM k), (SELECT count(*) FROM letters)", empty), "3|1")

    def test_what_the_archive_does_not_have_is_told(self):
        """Columns that a policy omitted were emptied without a word, tables without rows in the archive passed over."""
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "public.bag", "action": "exclude-rows", "reason": "r"}, {"table": "public.altered", "where": "id < 4", "reason": "r"}, '
                          '{"table": "public.k", "columns": [{"column": "w", "action": "omit", "reason": "r"}]}]}')
        archive = self.dump(self.source, "less", "--policy", policy)
        command = ["restore", archive, "-d", self.url(self.db), "-y", "--tables", "k,bag,altered", "--mode"]
        lost = "warning: table public.k: the archive has no values of these columns, which take their defaults: w"
        kept = "warning: the archive has no rows of these tables, which stay as they are: public.bag"
        deleted = "warning: table public.altered: the archive's policy left out rows, which are deleted from the database"
        for mode in ("upsert", "sync"):
            result = self.ok(*command, mode)
            self.assertEqual(deleted in result.err, mode == "sync", result)
            self.assertNotIn(lost, result.err)
            self.assertIn(kept, result.err)
        self.assertEqual(self.sql("SELECT count(w) FROM k"), "9")
        self.assertIn(lost, self.ok("restore", archive, "-d", self.url(self.db), "-y", "--tables", "k", "--mode", "replace").err)
        self.assertEqual(self.sql("SELECT count(*), count(w) FROM k"), "9|0")

    def test_rules_are_told_before_anything_is_done(self):
        self.sql("DELETE FROM told")
        for mode in ("replace", "sync"):
            self.refused(FAILED, "tell of table public.ruled", "--disable-triggers", args=self.to_this("--tables", "ruled", "--mode", mode))
        self.ok(*self.to_this("--tables", "ruled", "--mode", "replace", "--disable-triggers"))
        self.assertEqual(self.sql("SELECT count(*) FROM told"), "0")
        self.ok(*self.to_this("--tables", "ruled", "--mode", "upsert"))

    def test_rows_are_verified_in_every_mode(self):
        self.sql("DELETE FROM altered WHERE id > 2; UPDATE altered SET v = 'changed'")
        for mode in ("append", "upsert", "insert-missing", "sync", "replace", "truncate"):
            with self.subTest(mode=mode):
                if mode == "append":
                    self.sql("ALTER TABLE altered DROP CONSTRAINT altered_pkey")
                self.refused(FAILED, 'table "public.altered": its rows are not those of the archive', "Nothing was changed",
                             args=self.to_this("--tables", "altered", "--mode", mode, "--verify-after"))
                if mode == "append":
                    self.sql("ALTER TABLE altered ADD PRIMARY KEY (id)")
        for mode in ("insert-missing", "upsert", "sync"):
            self.ok(*self.to_this("--tables", "altered,events,k", "--mode", mode, "--verify-after", "--disable-triggers"))
        self.ok(*self.to_this("--tables", "bag,empty", "--mode", "append", "--verify-after"))
        self.assert_as_archived("altered", "k")
        self.assertEqual(self.sql("SELECT count(*) FROM bag"), "80")


harness.main()
