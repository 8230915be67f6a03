"""--no-comments and its like: a copy lacks what the option names, on dump and on restore, and nothing else."""

import harness

SOURCE = """
CREATE TABLE a (id integer PRIMARY KEY, t text); COMMENT ON TABLE a IS 'about a'; COMMENT ON COLUMN a.t IS 'about t';
COMMENT ON SCHEMA public IS 'about public'; INSERT INTO a VALUES (1, 'x');
CREATE PUBLICATION p FOR TABLE a; COMMENT ON PUBLICATION p IS 'about p';
ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON a USING (id > 0); COMMENT ON POLICY own ON a IS 'about own';
CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION s IS 'about a subscription';
"""
# What each option takes away: what a statement begins with.
KINDS = {
    "--no-comments": ["COMMENT ON"],
    "--no-publications": ["CREATE PUBLICATION", "ALTER PUBLICATION", "COMMENT ON PUBLICATION"],
    "--no-subscriptions": ["CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION", "COMMENT ON SUBSCRIPTION"],
    "--no-policies": ["CREATE POLICY", "ALTER TABLE public.a ENABLE ROW", "COMMENT ON POLICY"],
}


class LeavingOut(harness.Case):
    def script(self, database, *options):
        return self.ok("dump", "-d", self.url(database), "-f", "-", *options).out

    def drop_subscription(self, database):
        """A database that has one cannot be dropped."""
        self.server.query("DROP SUBSCRIPTION IF EXISTS s", database)

    def source(self):
        database = self.database(SOURCE)
        self.addCleanup(self.drop_subscription, database)
        return database

    def entries(self, database):
        return sorted(entry for entry in harness.compare.schema_entries(self.server, database).elements())

    def test_on_dump_and_on_restore(self):
        database = self.source()
        whole = self.dump(database, "whole")
        everything = self.entries(database)
        for option, beginnings in KINDS.items():
            expected = [entry for entry in everything if not entry.startswith(tuple(beginnings))]
            self.assertLess(len(expected), len(everything), option)
            for where in ("dump", "restore"):
                with self.subTest(option=option, where=where):
                    archive = self.dump(database, f"{where}{option}", option) if where == "dump" else whole
                    copy = self.database()
                    self.addCleanup(self.drop_subscription, copy)
                    self.ok("restore", archive, "-d", self.url(copy), *([option] if where == "restore" else []))
                    self.assertEqual(self.entries(copy), expected)
                    self.assertEqual(self.server.query("SELECT * FROM a", copy), "1|x")
                    self.assertEqual(option in harness.manifest(archive)["options"], where == "dump")

    def test_a_role_that_may_not_read_subscriptions(self):
        database = self.source()
        role, password = self.role(database)
        self.server.query(f"ALTER TABLE a OWNER TO {role}; REVOKE ALL ON pg_subscription FROM PUBLIC", database)
        url = self.url(database, user=role, password=password)
        self.refused(3, "subscription", args=["dump", "-d", url, "-f", self.folder / "refused"])
        self.ok("dump", "-d", url, "-f", self.folder / "taken", "--no-subscriptions")

    def test_security_labels(self):
        database = self.database("CREATE TABLE a (id integer); SET allow_system_table_mods = on;"
                                 "INSERT INTO pg_seclabel VALUES ('a'::regclass, 'pg_class'::regclass, 0, 'nobody', 'secret')")
        archive = self.dump(database, "whole")
        # No provider of this name is loaded anywhere.
        self.refused(1, "nobody", args=["restore", archive, "-d", self.url(self.database())])
        self.assert_same_rows(database, self.restore(archive, "--no-security-labels"))
        self.assertIn("SECURITY LABEL FOR nobody", self.script(database))
        self.assertNotIn("SECURITY LABEL", self.script(database, "--no-security-labels"))

    def assert_same_rows(self, source, copy):
        self.assertEqual(harness.compare.compare_rows(self.server, source, copy), [])

    def test_tablespaces(self):
        if self.server.major < 15:
            self.skipTest("tablespaces in the data folder came with 15")
        space = self.database().replace("e2e", "space")
        self.server.psql("postgres", script=f"SET allow_in_place_tablespaces = on; CREATE TABLESPACE {space} LOCATION ''")
        self.addCleanup(self.server.psql, "postgres", "-c", f"DROP TABLESPACE {space}", check=False)
        database = self.database(f"CREATE TABLE a (id integer) TABLESPACE {space}; CREATE INDEX i ON a (id) TABLESPACE {space}")
        self.assertEqual(self.script(database).count(f"SET default_tablespace = {space}"), 2)
        without = self.script(database, "--no-tablespaces")
        self.assertNotIn(space, without)
        for archive, options in ((self.dump(database, "whole"), ["--no-tablespaces"]),
                                 (self.dump(database, "without", "--no-tablespaces"), [])):
            copy = self.restore(archive, *options)
            self.assertEqual(self.server.query("SELECT DISTINCT reltablespace FROM pg_class WHERE relname IN ('a', 'i')", copy), "0")

    def test_access_methods(self):
        other = "CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE a (id integer) USING other;"
        if self.server.major >= 17:
            other += "CREATE TABLE p (id integer) PARTITION BY RANGE (id) USING other"
        database = self.database(other)
        methods = "SELECT relname, amname FROM pg_class c JOIN pg_am m ON m.oid = relam WHERE relname IN ('a', 'p') ORDER BY 1"
        whole = self.dump(database, "whole")
        self.assertEqual(self.server.query(methods, self.restore(whole)), self.server.query(methods, database))
        self.assertEqual(self.server.query(methods, self.restore(whole, "--no-table-access-method")), "a|heap")
        self.assertEqual(self.server.query(methods, self.restore(self.dump(database, "without", "--no-table-access-method"))), "a|heap")

    def test_compression_of_columns(self):
        if self.server.major < 14:
            self.skipTest("compression of columns came with 14")
        database = self.database("CREATE TABLE a (t text COMPRESSION pglz); CREATE MATERIALIZED VIEW m AS SELECT t FROM a;"
                                 "ALTER MATERIALIZED VIEW m ALTER t SET COMPRESSION pglz")
        self.assertEqual(self.script(database).count("SET COMPRESSION pglz"), 2)
        self.assertNotIn("COMPRESSION", self.script(database, "--no-toast-compression"))

    def test_unlogged_rows(self):
        database = self.database("CREATE UNLOGGED TABLE u (id serial, t text); INSERT INTO u (t) VALUES ('x'); CREATE TABLE l AS TABLE u;"
                                 "ALTER SEQUENCE u_id_seq RESTART 5" + ("; ALTER SEQUENCE u_id_seq SET UNLOGGED" if self.server.major >= 15 else ""))
        archive = self.dump(database, "archive", "--no-unlogged-table-data")
        self.assertEqual(harness.with_rows(archive), {"public.l"})
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM u), (SELECT count(*) FROM l)", copy), "0|1")
        if self.server.major >= 15:
            self.assertEqual(self.server.query("SELECT last_value FROM u_id_seq", copy), "1")


if __name__ == "__main__":
    harness.main()
