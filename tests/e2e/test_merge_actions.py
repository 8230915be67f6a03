"""Foreign keys that act (ON UPDATE, ON DELETE) while tables get the archive's rows."""

import harness

CODES = """
CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE);
CREATE TABLE c (id integer PRIMARY KEY, p text {});
INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 'a');
"""


class Actions(harness.Case):
    def codes(self, action):
        db = self.database(CODES.format(f"REFERENCES p (code) {action}"))
        return db, self.dump(db, db)

    def rows(self, db, table="c"):
        return self.server.query(f"SELECT * FROM {table} ORDER BY 1", db)

    def merge(self, archive, db, mode, *options):
        return self.ok("restore", archive, "-d", self.url(db), "--mode", mode, "-y", "--no-analyze", *options)

    def test_tables_beside_that_change_are_named_and_kept(self):
        for number, (action, told) in enumerate((("SET NULL", "lose the reference (ON UPDATE SET NULL)"), ("SET DEFAULT", "get the default (ON UPDATE SET DEFAULT)"),
                                                 ("CASCADE", "get the new ones (ON UPDATE CASCADE)"))):
            for mode in ("sync", "upsert"):
                with self.subTest(action=action, mode=mode):
                    db, archive = self.codes(f"ON UPDATE {action}")
                    self.server.psql(db, script="UPDATE p SET code = 'z' WHERE id = 1; UPDATE c SET p = 'z'")
                    before = self.rows(db), self.rows(db, "p")
                    point = self.folder / f"{number}-{mode}"
                    result = self.merge(archive, db, mode, "--tables", "p", "--restore-point", point)
                    self.assertIn(f"table public.c with 1 row now: rows that reference values which change {told}", result.err)
                    self.assertEqual(self.rows(db, "p"), "1|a\n2|b")
                    self.assertNotEqual(self.rows(db), before[0])
                    self.merge(point, db, "sync")
                    self.assertEqual((self.rows(db), self.rows(db, "p")), before)

    def test_nothing_is_told_where_no_referenced_value_changes(self):
        db, archive = self.codes("ON UPDATE CASCADE")
        self.server.psql(db, script="ALTER TABLE p ADD note text; UPDATE p SET note = 'new'")
        self.assertNotIn("public.c", self.merge(archive, db, "sync", "--tables", "p").err)
        db = self.database("CREATE TABLE n (id numeric PRIMARY KEY); CREATE TABLE c (n numeric REFERENCES n ON UPDATE CASCADE); INSERT INTO n VALUES (1.00); INSERT INTO c VALUES (1)")
        archive = self.dump(db, db)
        self.server.psql(db, script="UPDATE n SET id = 1.0")
        self.assertNotIn("public.c", self.merge(archive, db, "sync", "--tables", "n").err)
        self.assertEqual((self.rows(db, "n"), self.rows(db)), ("1.00", "1.00"))

    def test_further_steps(self):
        db = self.database(CODES.format("UNIQUE REFERENCES p (code) ON UPDATE CASCADE") + "CREATE TABLE g (p text REFERENCES c (p) ON UPDATE CASCADE); INSERT INTO g VALUES ('a')")
        archive = self.dump(db, db)
        self.server.psql(db, script="UPDATE p SET code = 'z' WHERE id = 1")
        result = self.merge(archive, db, "sync", "--tables", "p")
        self.assertIn("table public.c with 1 row now", result.err)
        self.assertIn("table public.g with 1 row now", result.err)
        self.assertEqual(self.rows(db, "g"), "a")

    def test_a_value_that_comes_with_another_row(self):
        """The key acts on the row that the value leaves, and takes along what references the one it comes with."""
        for action in ("ON DELETE CASCADE", "ON DELETE SET NULL", "ON UPDATE CASCADE ON DELETE SET DEFAULT"):
            for mode in ("sync", "replace"):
                with self.subTest(action=action, mode=mode):
                    db, archive = self.codes(action)
                    self.server.psql(db, script="BEGIN; DELETE FROM c; DELETE FROM p WHERE id = 1; INSERT INTO p VALUES (3, 'a'); INSERT INTO c VALUES (1, 'a'); COMMIT")
                    self.merge(archive, db, mode)
                    self.assertEqual(self.rows(db, "p"), "1|a\n2|b")
                    self.assertEqual(self.rows(db), "1|a")

    def test_a_trigger_may_change_what_no_key_holds(self):
        db, archive = self.codes("ON DELETE CASCADE")
        self.server.psql(db, script="ALTER TABLE c ADD at integer DEFAULT 0; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.at := new.at + 1; RETURN new; END $$; "
                                    "CREATE TRIGGER t BEFORE INSERT OR UPDATE ON c FOR EACH ROW EXECUTE FUNCTION f()")
        archive = self.dump(db, db + "-2")
        self.server.psql(db, script="DELETE FROM c; INSERT INTO c VALUES (1, 'a', 7)")
        self.merge(archive, db, "sync")
        self.assertEqual(self.rows(db), "1|a|1")



if __name__ == "__main__":
    harness.main()
