"""A role that is no superuser: it dumps what it owns of a shared database, and restores another's archive with -O -x."""

import harness

OWN = """
CREATE SCHEMA own AUTHORIZATION {role};
SET ROLE {role};
CREATE TYPE own.mood AS ENUM ('sad', 'glad');
CREATE DOMAIN own.positive AS integer CHECK (VALUE > 0);
CREATE TABLE own.parent (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m own.mood, n own.positive, twice integer GENERATED ALWAYS AS (n * 2) STORED);
CREATE TABLE own.child (id integer PRIMARY KEY, parent integer REFERENCES own.parent, t text);
CREATE INDEX ON own.child (lower(t));
CREATE FUNCTION own.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noted BEFORE INSERT ON own.child FOR EACH ROW EXECUTE FUNCTION own.noted();
CREATE VIEW own.seen AS SELECT c.id, p.m FROM own.child c JOIN own.parent p ON p.id = c.parent;
CREATE MATERIALIZED VIEW own.counted AS SELECT count(*) FROM own.child;
CREATE TABLE own.hidden (id integer); ALTER TABLE own.hidden ENABLE ROW LEVEL SECURITY;
CREATE POLICY nothing ON own.hidden USING (false);
INSERT INTO own.parent (m, n) VALUES ('sad', 1), ('glad', 2);
INSERT INTO own.child VALUES (1, 1, 'A'), (2, 2, NULL);
INSERT INTO own.hidden VALUES (7);
REFRESH MATERIALIZED VIEW own.counted;
COMMENT ON TABLE own.child IS 'of a parent';
GRANT SELECT ON own.child TO pg_monitor;
RESET ROLE;
"""

OTHERS = "CREATE SCHEMA other; CREATE TABLE other.secret (id integer); INSERT INTO other.secret VALUES (1);"
TRUSTED = "CREATE EXTENSION hstore; CREATE TABLE other.pairs (h public.hstore); INSERT INTO other.pairs VALUES ('a=>1');"


class PlainRole(harness.Case):
    def setUp(self):
        super().setUp()
        self.source, self.target = self.database(), self.database()
        self.name, self.password = self.role(self.source, self.target)
        self.server.psql(self.source, script=OWN.format(role=self.name) + OTHERS)
        self.server.query(f'ALTER DATABASE "{self.target}" OWNER TO {self.name}', "postgres")

    def as_role(self, database):
        return self.url(database, user=self.name, password=self.password)

    def test_what_it_owns_is_dumped(self):
        archive = self.folder / "own"
        self.ok("dump", "-d", self.as_role(self.source), "-n", "own", "-f", archive)
        whole = self.dump(self.source, "whole", "-n", "own")
        self.assert_same(self.restore(whole), self.restore(archive))

    def test_what_it_cannot_read_is_said_before_the_first_row(self):
        result = self.refused(3, '"other"."secret"', args=["dump", "-d", self.as_role(self.source), "-f", self.folder / "never"])
        self.assertNotIn("own.", result.err)
        self.assert_nothing_left(self.folder / "never")

    def test_it_restores_with_neither_owners_nor_privileges(self):
        self.server.query(TRUSTED, self.source)
        archive = self.dump(self.source, "whole")
        self.ok("restore", archive, "-d", self.as_role(self.target), "-O", "-x")
        oracle = self.restore(archive, "-O", "-x")
        self.assertEqual(harness.compare.compare_schema(self.server, oracle, self.target, "-O", "-x"), [])
        self.assertEqual(harness.compare.compare_rows(self.server, self.source, self.target), [])
        owners = "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace IN ('own'::regnamespace, 'other'::regnamespace)"
        self.assertEqual(self.server.query(owners, self.target), self.name)
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_class WHERE relname = 'child' AND relacl IS NOT NULL", self.target), "0")

    def test_rows_that_it_restored_and_may_not_read(self):
        """--verify-after failed without a word that all had been restored."""
        source = self.database("CREATE SCHEMA own; CREATE TABLE own.s (id int PRIMARY KEY); INSERT INTO own.s VALUES (1), (2); ALTER TABLE own.s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON own.s USING (id % 2 = 0)")
        archive = self.dump(source, "s")
        self.refused(3, "restored and committed, but not compared with the archive", "row-level security policy for table", "nothing was undone",
                     args=["restore", archive, "-d", self.as_role(self.target), "-O", "-x", "-1", "--verify-after"])
        self.assertEqual(self.server.query("SELECT count(*) FROM own.s", self.target), "2")

    def test_it_cannot_give_objects_to_another_owner(self):
        archive = self.dump(self.source, "whole")
        self.refused(3, "other", args=["restore", archive, "-d", self.as_role(self.target)])


if __name__ == "__main__":
    harness.main()
