"""Unique values that change hands: rows that exchange them are updated where they are, and lose nothing."""

import harness

REFERENCED = """
CREATE TABLE p (id int PRIMARY KEY, a {type} {null}, UNIQUE (a));
INSERT INTO p SELECT i, ({value})::{type} FROM generate_series(1, 3) i;
CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE); INSERT INTO c VALUES (1, 1), (2, 2), (3, 3);
CREATE TABLE n (id int PRIMARY KEY, p int REFERENCES p ON DELETE SET NULL); INSERT INTO n VALUES (1, 1), (2, 2), (3, 3);
"""
ROTATE = """ALTER TABLE p DROP CONSTRAINT p_a_key;
UPDATE p SET a = o.a FROM p o WHERE o.id = p.id % 3 + 1; ALTER TABLE p ADD UNIQUE (a);"""
TYPES = {
    "int": "i", "smallint": "i", "numeric(3,1)": "i", "text": "'k' || i", "varchar(4)": "'k' || i", "date": "'2026-01-01'::date + i",
    "timestamptz": "'2026-01-01'::timestamptz + i * '1 day'::interval", "uuid": "lpad(i::text, 32, '0')", "bytea": "'k' || i",
}


class UniqueValues(harness.Case):
    def rows(self, database, *tables):
        return [self.server.query(f"SELECT * FROM {table} ORDER BY 1", database) for table in tables or ("p", "c", "n")]

    def exchanged(self, schema, change):
        """A database whose rows changed since it was dumped, the archive, and what it held then."""
        database = self.database(schema)
        archive, before = self.dump(database, database), self.rows(database)
        self.server.psql(database, script=change)
        self.assertNotEqual(self.rows(database), before)
        return database, archive, before

    def merge(self, archive, database, mode, *options):
        return self.ok("restore", archive, "-d", self.url(database), "--tables", "p", "--mode", mode, "-y", *options)

    def test_referenced_rows_in_every_mode(self):
        """A duplicate key, though the result is valid."""
        for null in ("", "NOT NULL"):
            for mode in ("sync", "upsert", "replace"):
                with self.subTest(mode=mode, null=null):
                    database, archive, before = self.exchanged(REFERENCED.format(type="int", null=null, value="i"), ROTATE)
                    self.merge(archive, database, mode, "--verify-after")
                    self.assertEqual(self.rows(database), before, "children stay, and keep their references")

    def test_types_that_take_no_null(self):
        schemas = [f"s{number}" for number in range(len(TYPES))]
        each = dict(zip(schemas, TYPES.items()))
        schema = "".join(f"CREATE SCHEMA {name}; SET search_path TO {name};" + REFERENCED.format(type=type, null="NOT NULL", value=value)
                         for name, (type, value) in each.items())
        database = self.database(schema)
        archive, tables = self.dump(database, "a"), [f"{name}.{table}" for name in schemas for table in "pcn"]
        before = self.rows(database, *tables)
        self.server.psql(database, script="".join(f"SET search_path TO {name}; {ROTATE}" for name in schemas))
        self.ok("restore", archive, "-d", self.url(database), "--tables", ",".join(f"{name}.p" for name in schemas), "--mode", "sync", "-y")
        for table, now, then in zip(tables, self.rows(database, *tables), before):
            with self.subTest(table=table, type=each[table.split(".")[0]]):
                self.assertEqual(now, then)

    def test_no_way_changes_nothing_and_says_so(self):
        schema = "CREATE TYPE e AS ENUM ('1', '2', '3');" + REFERENCED.format(type="e", null="NOT NULL", value="i::text")
        database, archive, _ = self.exchanged(schema, ROTATE)
        now = self.rows(database)
        self.refused(1, "duplicate key", "p_a_key", "DEFERRABLE", "Nothing was changed",
                     args=("restore", archive, "-d", self.url(database), "--tables", "p", "--mode", "sync", "-y"))
        self.assertEqual(self.rows(database), now)
        self.server.psql(database, script="ALTER TABLE p DROP CONSTRAINT p_a_key, ADD UNIQUE (a) DEFERRABLE")
        self.merge(archive, database, "sync")

    def test_indexes_without_a_constraint(self):
        """Partial ones, of expressions, of several columns, and exclusion constraints."""
        schema = """CREATE TABLE p (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL, active bool NOT NULL, r int4range);
            CREATE UNIQUE INDEX ON p (a) WHERE active; CREATE UNIQUE INDEX ON p (lower(a), b); ALTER TABLE p ADD EXCLUDE USING gist (r WITH &&);
            CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE);
            CREATE TABLE n (id int PRIMARY KEY, p int REFERENCES p ON DELETE SET NULL);
            INSERT INTO p SELECT i, chr(64 + i), 1, true, int4range(i, i + 1) FROM generate_series(1, 3) i;
            INSERT INTO c VALUES (1, 1), (2, 2), (3, 3); INSERT INTO n TABLE c;"""
        rotate = """UPDATE p SET a = 'x' || id, r = NULL; UPDATE p SET a = chr(65 + id % 3), r = int4range(id % 3 + 1, id % 3 + 2);"""
        database, archive, before = self.exchanged(schema, rotate)
        self.merge(archive, database, "sync")
        self.assertEqual(self.rows(database), before)

    def test_columns_that_the_archive_lacks_stay(self):
        """Rows were made anew, and a column that was added since the dump was NULL afterwards, without a word."""
        database = self.database("CREATE TABLE p (id int PRIMARY KEY, a int NOT NULL UNIQUE); INSERT INTO p VALUES (1, 10), (2, 20)")
        archive = self.dump(database, "a")
        self.server.psql(database, script="ALTER TABLE p ADD note text; UPDATE p SET a = -a, note = 'keep ' || id; "
                                          "UPDATE p SET a = 30 + a WHERE true")
        for mode in ("sync", "upsert"):
            with self.subTest(mode=mode):
                self.server.psql(database, script="UPDATE p SET a = -a; UPDATE p SET a = 30 - 10 * id")
                self.merge(archive, database, mode)
                self.assertEqual(self.rows(database, "p"), ["1|10|keep 1\n2|20|keep 2"])

    def test_identity_columns_do_not_cost_what_the_archive_lacks(self):
        database = self.database("CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int UNIQUE); INSERT INTO p (a) VALUES (7)")
        archive = self.dump(database, "a")
        self.server.psql(database, script="ALTER TABLE p ADD note text; UPDATE p SET id = DEFAULT, note = 'mine'")
        self.refused(1, "loses what the archive does not have: note", "primary key",
                     args=("restore", archive, "-d", self.url(database), "--mode", "sync", "--key", "p: a", "-y"))
        self.assertEqual(self.rows(database, "p"), ["2|7|mine"])

    def test_triggers_do_not_see_the_way(self):
        """One that writes a log writes each row once; for a role that may not silence them they see it, and the result is the same."""
        schema = REFERENCED.format(type="int", null="", value="i") + """CREATE TABLE log (a int);
            CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (NEW.a); RETURN NEW; END $$;"""
        database, archive, before = self.exchanged(schema, ROTATE)
        self.server.psql(database, script="CREATE TRIGGER g AFTER UPDATE ON p FOR EACH ROW EXECUTE FUNCTION log()")
        self.merge(archive, database, "sync")
        self.assertEqual(self.server.query("SELECT a FROM log ORDER BY 1", database), "1\n2\n3")
        role, password = self.role(database)
        self.server.psql(database, script=f"{ROTATE} GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        self.ok("restore", archive, "-d", self.server.url(database, role, password), "--tables", "p", "--mode", "sync", "-y")
        self.assertEqual(self.rows(database), before)

    def test_a_value_that_becomes_null_is_an_update(self):
        """It was made NULL on the way, and was then the archive's already: not counted, and no trigger fired."""
        schema = """CREATE TABLE p (id int PRIMARY KEY, a {type} UNIQUE); INSERT INTO p VALUES (1, NULL), (2, {0}), (3, {1}), (4, {2}), (5, {3}), (6, NULL);
            CREATE TABLE log (id int, changed bool);
            CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (NEW.id, OLD IS DISTINCT FROM NEW); RETURN NEW; END $$;"""
        # In either order of the rows one meets a value that another still has.
        for type, values in (("int", "10 20 30 40"), ("text", "'w' 'x' 'y' 'z'"), ("jsonb", "'10' '20' '30' '40'")):
            for mode in ("sync", "upsert", "replace"):
                with self.subTest(type=type, mode=mode):
                    database = self.database(schema.format(*values.split(), type=type))
                    archive, before = self.dump(database, f"{type}-{mode}"), self.rows(database, "p")
                    self.server.psql(database, script="""UPDATE p SET a = NULL; UPDATE p SET a = {0} WHERE id = 1; UPDATE p SET a = {1} WHERE id = 2;
                        UPDATE p SET a = {2} WHERE id = 5; UPDATE p SET a = {3} WHERE id = 6; CLUSTER p USING p_pkey; CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE); CREATE TRIGGER g AFTER UPDATE ON p FOR EACH ROW EXECUTE FUNCTION log()""".format(*values.split()))
                    (table,) = self.merge(archive, database, mode, "--json").json["tables"]
                    self.assertEqual((table["inserted"], table["updated"], table["deleted"]), (0, 6, 0))
                    self.assertEqual(self.rows(database, "p"), before)
                    self.assertEqual(self.server.query("SELECT id FROM log ORDER BY 1", database), "1\n2\n3\n4\n5\n6")
                    if type != "jsonb":  # of which there is no value that no row has
                        self.assertEqual(self.server.query("SELECT bool_and(changed) FROM log", database), "t")

    def test_a_foreign_key_that_is_not_valid_acts_all_the_same(self):
        """It was overlooked: replace deleted rows that reference those which come back."""
        database = self.database("CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1), (2); CREATE TABLE c (p int); "
                                 "INSERT INTO c VALUES (1), (2), (9); ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p ON DELETE CASCADE NOT VALID")
        archive = self.dump(database, "a")
        self.merge(archive, database, "replace", "--disable-triggers")
        self.merge(archive, database, "replace")
        self.assertEqual(self.rows(database, "c"), ["1\n2\n9"])


if __name__ == "__main__":
    harness.main()
