"""A dump needs SELECT and nothing else; what a role may not see is said, never skipped."""

import harness

TABLES = """
CREATE TABLE plain (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text); INSERT INTO plain (t) VALUES ('a'), ('b');
CREATE TABLE parted (id integer) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
INSERT INTO parted VALUES (1); CREATE VIEW v AS SELECT * FROM plain; CREATE SEQUENCE s; SELECT setval('s', 5);
"""


class LeastPrivilege(harness.Case):
    def setUp(self):
        super().setUp()
        self.source = self.database(TABLES)
        self.name, self.password = self.role(self.source)
        self.as_role = self.url(self.source, user=self.name, password=self.password)

    def test_select_is_enough(self):
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name}", self.source)
        archive = self.folder / "archive"
        self.ok("dump", "-d", self.as_role, "-f", archive, "-j", "2")
        self.assert_same(self.source, self.restore(archive))

    def test_every_table_that_may_not_be_read_is_named(self):
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON v, parted, parted_1 TO {self.name}", self.source)
        result = self.refused(3, "plain", self.name, args=["dump", "-d", self.as_role, "-f", self.folder / "never"])
        self.assertNotIn("parted", result.err)
        self.assert_nothing_left(self.folder / "never")

    def test_the_role_that_is_in_force_is_named(self):
        acts, _ = self.role(self.source)
        self.server.query(f'GRANT USAGE ON SCHEMA public TO {acts}; GRANT {acts} TO {self.name}; ALTER ROLE {self.name} SET role = {acts}', self.source)
        self.refused(3, f'role "{acts}" lacks the privilege SELECT', args=["dump", "-d", self.as_role, "-f", self.folder / "never"])

    def test_user_mappings_that_it_may_not_see(self):
        """Not what this version cannot dump, but what this role may not."""
        self.server.query("CREATE EXTENSION postgres_fdw; CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw;"
                          f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name};"
                          "CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret')", self.source)
        self.refused(3, "user mapping FOR public SERVER away", "options", "superuser", args=["dump", "-d", self.as_role, "-f", self.folder / "never"])
        self.assertIn("may not see its options", harness.run("doctor", "-d", self.as_role).out)
        self.ok("dump", "-d", self.as_role, "-f", self.folder / "some", "--ignore-unsupported")
        self.assertEqual(harness.manifest(self.folder / "some")["unsupported"], ["user mapping FOR public SERVER away (this role may not see its options)"])

    def test_large_objects_that_it_may_not_read(self):
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name}; SELECT lo_create(0)", self.source)
        self.refused(3, "large objects", "-B", args=["dump", "-d", self.as_role, "-f", self.folder / "never"])
        self.ok("dump", "-d", self.as_role, "-f", self.folder / "without", "-B")

    def test_all_that_it_lacks_is_told_at_once(self):
        """User mappings, connections of subscriptions and large objects came in a second and a third error."""
        self.server.query("CREATE EXTENSION postgres_fdw; CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw;"
                          f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON plain TO {self.name};"
                          "CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret'); SELECT lo_create(0);"
                          "CREATE SUBSCRIPTION feed CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)", self.source)
        self.addCleanup(self.server.query, "DROP SUBSCRIPTION feed", self.source)
        hidden = ("user mapping FOR public SERVER away (this role may not see its options)", "subscription feed (this role may not see its connection)")
        args = ["dump", "-d", self.as_role, "-f", self.folder / "never"]
        self.refused(3, "cannot read 2 tables", "cannot read 2 sequences", *hidden, "cannot read the large objects", "-T", "--ignore-unsupported", "-B", args=args)
        result = self.refused(3, "cannot read 2 tables", "cannot read 2 sequences", "cannot read the large objects", args=[*args, "--ignore-unsupported"])
        self.assertNotIn("user mapping", result.err)
        self.server.query(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name}", self.source)
        self.refused(3, *hidden, "cannot read the large objects", "--ignore-unsupported", "-B", args=args)
        self.refused(3, "cannot read the large objects", args=[*args, "--ignore-unsupported"])
        self.ok(*args, "--ignore-unsupported", "-B")
        (self.folder / "policy.json").write_text('{"version": 1, "large-objects": "exclude"}')
        self.ok("dump", "-d", self.as_role, "-f", self.folder / "without", "--ignore-unsupported", "--policy", self.folder / "policy.json")

    def test_rows_hidden_by_a_policy_of_the_server_are_an_error(self):
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name};"
                          "ALTER TABLE plain ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON plain FOR SELECT USING (id = 1)", self.source)
        result = harness.run("dump", "-d", self.as_role, "-f", self.folder / "never")
        self.assertIn(result.code, (1, 3), result)
        self.assertIn("plain", result.err)
        self.assertIn("row", result.err)
        self.assert_nothing_left(self.folder / "never")

    def test_the_dump_is_read_only(self):
        before = harness.compare.fingerprints(self.server, self.source)
        self.server.query(f'ALTER DATABASE "{self.source}" SET default_transaction_read_only = on', "postgres")
        self.dump(self.source, "archive")
        self.assertEqual(harness.compare.fingerprints(self.server, self.source), before)

    def test_doctor_sees_it_beforehand(self):
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON v, parted, parted_1 TO {self.name}", self.source)
        result = harness.run("doctor", "-d", self.as_role)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("plain", result.out + result.err)
        self.server.query(f"GRANT USAGE ON SCHEMA public TO {self.name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.name}", self.source)
        self.ok("doctor", "-d", self.as_role)

    def test_doctor_looks_at_the_place(self):
        archive = self.dump(self.app(), "archive", "-s")
        (self.folder / "folder").mkdir()
        for path, options, code in ((archive, [], 1), (archive, ["--force"], 0), (self.folder / "folder", [], 0), (self.folder / "new.zip", [], 0)):
            self.assertEqual(harness.run("doctor", "-d", self.url(self.app()), "-f", path, *options).code, code, path)

    def test_doctor_checks_a_policy(self):
        self.ok("doctor", "-d", self.url(self.app()), "--policy", harness.APP_POLICY)
        path = self.folder / "bad.json"
        path.write_text('{"version": 1, "tables": [{"table": "no_such", "action": "exclude", "reason": "r"}]}')
        result = harness.run("doctor", "-d", self.url(self.app()), "--policy", path)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("no_such", result.out + result.err)


if __name__ == "__main__":
    harness.main()
