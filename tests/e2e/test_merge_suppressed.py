"""Triggers that leave rows out: the server says nothing of it, a merge does."""

import harness

SCHEMA = """
CREATE TABLE r (id int PRIMARY KEY, v text); INSERT INTO r VALUES (1, 'a'), (2, 'b'), (3, 'c');
CREATE TABLE q (id int, v text) PARTITION BY RANGE (id); CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (10); INSERT INTO q VALUES (1, 'a'), (3, 'c');
CREATE TABLE w (id int, v text); INSERT INTO w VALUES (1, 'a'), (3, 'c'), (3, 'c');
"""
TRIGGERS = """CREATE FUNCTION no_three() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF new.id = 3 THEN RETURN NULL; END IF; RETURN new; END';
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON r FOR EACH ROW EXECUTE FUNCTION no_three();
CREATE TRIGGER t BEFORE INSERT ON q FOR EACH ROW EXECUTE FUNCTION no_three();
CREATE TRIGGER t BEFORE INSERT ON w FOR EACH ROW EXECUTE FUNCTION no_three();"""


class Suppressed(harness.Case):
    def setUp(self):
        super().setUp()
        self.source = self.database(SCHEMA)
        self.archive = self.dump(self.source, "a")

    def emptied(self, table):
        database = self.database(SCHEMA)
        self.server.psql(database, script=TRIGGERS + f"DELETE FROM {table};")
        return database

    def test_rows_that_a_trigger_leaves_out_are_an_error(self):
        for table, taken, modes in (("r", "2 of 3", ("append", "truncate", "replace", "upsert", "insert-missing", "sync")), ("q", "1 of 2", ("append", "replace")),
                                    ("w", "1 of 3", ("append", "insert-missing", "sync"))):
            database = self.emptied(table)
            for mode in modes:
                with self.subTest(table=table, mode=mode):
                    self.refused(1, f'" took {taken} rows', "A trigger of the table leaves rows out.",
                                 args=["restore", self.archive, "-d", self.url(database), "--tables", table, "--mode", mode, "-y"])
                    self.assertEqual(self.server.query(f"SELECT count(*) FROM {table}", database), "0", "nothing was changed")

    def test_rows_that_a_trigger_does_not_let_be_changed_or_deleted_are_an_error(self):
        """Only rows that were not inserted were noticed."""
        database = self.database(SCHEMA)
        self.server.psql(database, script="UPDATE r SET v = 'other'; INSERT INTO r VALUES (4, 'd'); INSERT INTO w VALUES (4, 'd'), (4, 'd'), (5, 'e');"
                         "CREATE FUNCTION no_three() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF old.id >= 3 AND pg_trigger_depth() = 1 THEN RETURN NULL; END IF;"
                         "IF tg_op = 'DELETE' THEN RETURN old; END IF; RETURN new; END $$")
        for table, event, modes in (("r", "UPDATE", {"sync": "let itself be changed in 2 of 3 rows", "upsert": "let itself be changed in 2 of 3 rows"}),
                                    ("r", "DELETE", {"sync": "let go of 0 of 1 rows", }), ("w", "DELETE", {"sync": "let go of 0 of 3 rows", "replace": "let go of 1 of 6 rows"})):
            self.server.psql(database, script=f"CREATE TRIGGER t BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION no_three()")
            before = self.server.query("SELECT array_agg(r ORDER BY id) FROM r", database)
            for mode, words in modes.items():
                with self.subTest(table=table, event=event, mode=mode):
                    command = ["restore", self.archive, "-d", self.url(database), "--tables", table, "--mode", mode, "-y"]
                    self.refused(1, f'"public.{table}" {words}', "A trigger of the table leaves rows out.", args=command)
                    self.assertEqual(self.server.query("SELECT array_agg(r ORDER BY id) FROM r", database), before, "nothing was changed")
                    self.ok(*command, "--disable-triggers", "--dry-run")
            if (table, event) == ("r", "DELETE"):
                self.refused(1, "duplicate key", "A trigger may keep rows from being deleted", args=["restore", self.archive, "-d", self.url(database), "--tables", "r", "--mode", "replace", "-y"])
            self.server.psql(database, script=f"DROP TRIGGER t ON {table}")

    def test_values_moved_aside_are_counted_with_a_trigger(self):
        """The rows that have to be changed are those of the statement that succeeds, after others were moved aside."""
        schema = "CREATE TABLE u (id int PRIMARY KEY, v int UNIQUE); INSERT INTO u VALUES (1, 1), (2, 2), (3, 3);"
        archive, database = self.dump(self.database(schema), "u"), self.database(schema)
        self.server.psql(database, script="UPDATE u SET v = v + 3; UPDATE u SET v = 4 - id; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
                                          "CREATE TRIGGER t BEFORE UPDATE OR INSERT ON u FOR EACH ROW EXECUTE FUNCTION f();")
        self.ok("restore", archive, "-d", self.url(database), "--mode", "sync", "-y")
        self.assertEqual(self.server.query("SELECT count(*) FROM u WHERE id = v", database), "3")

    def test_without_its_triggers_the_table_takes_all(self):
        database = self.emptied("r")
        self.ok("restore", self.archive, "-d", self.url(database), "--tables", "r", "--mode", "append", "--disable-triggers", "-y")
        self.assertEqual(self.server.query("SELECT count(*) FROM r", database), "3")

    def test_rows_that_need_not_be_inserted_are_none_that_are_left_out(self):
        database = self.database(SCHEMA)
        self.server.psql(database, script=TRIGGERS + "DELETE FROM r WHERE id = 2;")
        for mode in ("insert-missing", "upsert", "sync"):
            with self.subTest(mode=mode):
                self.ok("restore", self.archive, "-d", self.url(database), "--tables", "r", "--mode", mode, "-y")
                self.assertEqual(self.server.query("SELECT count(*) FROM r", database), "3")


if __name__ == "__main__":
    harness.main()
