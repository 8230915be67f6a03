"""Symptoms that a tester found in what is dumped and restored, one test each; all failed before they were mended."""

import json
import unittest

import harness


class FoundLater(harness.Case):
    def test_statistics_objects_in_another_schema_than_their_table(self):
        """`-n` of the table's schema said that this version cannot dump them."""
        source = self.database("CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (i int, j int); CREATE STATISTICS b.st ON i, j FROM a.t")
        for number, options in enumerate((["-n", "a"], ["-N", "b"])):
            archive = self.dump(source, f"some{number}", *options)
            target = self.restore(archive)
            self.assertEqual(self.server.query("SELECT count(*) FROM pg_statistic_ext", target), "0")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_statistic_ext", self.restore(self.dump(source, "all"))), "1")

    def test_a_function_whose_body_calls_itself_is_told_before_the_rows(self):
        """Only the restore said so, of the whole database."""
        source = self.database("CREATE FUNCTION r(int) RETURNS int BEGIN ATOMIC SELECT 1; END; CREATE TABLE t (i int); INSERT INTO t VALUES (1);"
                               "CREATE OR REPLACE FUNCTION r(int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN $1 < 1 THEN 0 ELSE r($1 - 1) END; END")
        command = ["dump", "-d", self.url(source), "-f", self.folder / "archive"]
        refused = harness.run(*command)
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("function whose SQL body calls itself public.r(integer)", refused.err)
        self.ok(*command, "--ignore-unsupported")
        self.assertEqual(self.server.query("SELECT i FROM t", self.restore(self.folder / "archive")), "1")

    def test_disabled_triggers_of_foreign_keys_are_told(self):
        """They are enabled again after a restore, of which nothing was said."""
        source = self.database("CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE f (x int REFERENCES r); ALTER TABLE f DISABLE TRIGGER ALL")
        result = self.ok("dump", "-d", self.url(source), "-f", self.folder / "archive")
        self.assertIn("warning: triggers of foreign keys are disabled on table public.f", result.err)

    def test_a_foreign_partition_that_is_not_to_be_had_fails_no_restore(self):
        """ANALYZE reached for it: exit code 3, and no statistics of the partitions beside it."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', dbname 'x');"
                               "CREATE USER MAPPING FOR CURRENT_USER SERVER away OPTIONS (user 'u', password 'p'); CREATE TABLE p (i int) PARTITION BY LIST (i);"
                               "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE FOREIGN TABLE p2 PARTITION OF p FOR VALUES IN (2) SERVER away;"
                               "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3); CREATE TABLE q (i int); INSERT INTO p VALUES (1), (3), (3); INSERT INTO q VALUES (7)")
        target = self.database()
        result = self.ok("restore", self.dump(source, "archive"), "-d", self.url(target))
        self.assertIn("warning: everything is restored, but ANALYZE failed", result.err)
        self.assertEqual(self.server.query("SELECT string_agg(DISTINCT tablename, ' ' ORDER BY tablename) FROM pg_stats WHERE schemaname = 'public'", target), "p1 p3 q")

    TRIGGERS = ("CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TABLE zroot (a int, b int) PARTITION BY RANGE (a);"
                "CREATE TABLE mid PARTITION OF zroot FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b); CREATE TABLE aleaf PARTITION OF mid FOR VALUES IN (1);"
                "CREATE TRIGGER ta AFTER INSERT ON zroot FOR EACH ROW EXECUTE FUNCTION tg(); ALTER TABLE aleaf DISABLE TRIGGER ta; INSERT INTO zroot VALUES (11, 1);")

    def test_states_of_triggers_two_levels_down_come_after_the_triggers(self):
        """The plain script had them before (pg_dump's has, too)."""
        source = self.database(self.TRIGGERS)
        target = self.database()
        self.server.psql(target, "-1", "-v", "ON_ERROR_STOP=1", "-f", self.dump(source, "all.sql"))
        self.assertEqual(self.server.query("SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'aleaf'::regclass", target), "D")

    def test_comments_on_partitions_triggers_come_after_their_states(self):
        """They were made beside the triggers: with more than one job the restore failed."""
        source = self.database(self.TRIGGERS + "DO $$ BEGIN FOR i IN 30..60 LOOP EXECUTE format('CREATE TABLE p%1$s PARTITION OF zroot FOR VALUES FROM (%1$s) TO (%2$s);"
                               "ALTER TABLE p%1$s DISABLE TRIGGER ta; COMMENT ON TRIGGER ta ON p%1$s IS ''x''', i, i + 1); END LOOP; END $$")
        target = self.database()
        self.ok("restore", self.dump(source, "archive"), "-d", self.url(target), "-j", "4")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_description WHERE classoid = 'pg_trigger'::regclass AND description = 'x'", target), "31")

    def test_a_partition_alone_has_no_states_of_triggers_that_it_lost(self):
        """Its archive could be restored nowhere."""
        source = self.database(self.TRIGGERS + "COMMENT ON TRIGGER ta ON aleaf IS 'x'")
        target = self.restore(self.dump(source, "leaf", "-t", "aleaf"))
        self.assertEqual(self.server.query("SELECT count(*) FROM aleaf", target), "1")

    def test_a_default_that_a_child_has_not_is_told_without_its_parent(self):
        """`-t child` gave it the parent's default."""
        tables = "CREATE TABLE p (a int DEFAULT 1, b int DEFAULT 2)"
        source = self.database(tables + "; CREATE TABLE c () INHERITS (p); ALTER TABLE c ALTER a DROP DEFAULT, ALTER b SET DEFAULT 9")
        for number, options in enumerate((["-t", "c"], ["-T", "p"])):
            target = self.database(tables)
            self.ok("restore", self.dump(source, f"child{number}", *options), "-d", self.url(target), "--yes")
            self.server.query("INSERT INTO c DEFAULT VALUES", target)
            self.assertEqual(self.server.query("SELECT a IS NULL, b FROM c", target), "t|9")

    def test_identities_of_unlogged_tables(self):
        """A server before 15 wrote LOGGED, which it does not know itself."""
        source = self.database("CREATE UNLOGGED TABLE u (a int GENERATED ALWAYS AS IDENTITY)")
        target = self.restore(self.dump(source, "archive"))
        persistence = "SELECT relpersistence FROM pg_class WHERE relname = 'u_a_seq'"
        self.assertEqual(self.server.query(persistence, target), self.server.query(persistence, source))

    def test_publications_tell_what_they_lose(self):
        """Tables that options or a policy leave out were gone without a word; a schema that they leave out failed the restore."""
        if self.server.number < 150000:
            self.skipTest("wants a server since 15")
        source = self.database("CREATE SCHEMA s; CREATE TABLE s.x (i int); CREATE TABLE a (i int); CREATE TABLE b (i int);"
                               "CREATE PUBLICATION p FOR TABLE a, b, s.x; CREATE PUBLICATION q FOR TABLES IN SCHEMA public, s")
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [{"table": "public.b", "action": "exclude", "reason": "r"}]}))
        for number, (options, told, left) in enumerate((
                (["-T", "b"], ["publication p is dumped without the tables that are left out: public.b"], "p a|p x|q public|q s"),
                (["-N", "s"], ["publication p is dumped without the tables that are left out: s.x",
                               "publication q is dumped without the schemas that are left out: s"], "p a|p b|q public"),
                (["--policy", policy], ["table \"public.b\" is excluded, and publication \"p\" is dumped without it"], "p a|p x|q public|q s"))):
            with self.subTest(options=options):
                result = self.ok("dump", "-d", self.url(source), "-f", self.folder / f"some{number}", *options)
                for text in told:
                    self.assertIn("warning: " + text, result.err)
                members = ("SELECT string_agg(m, '|' ORDER BY m) FROM (SELECT pubname || ' ' || relname FROM pg_publication_rel r, pg_publication p, pg_class c"
                           " WHERE p.oid = prpubid AND c.oid = prrelid UNION ALL SELECT pubname || ' ' || nspname"
                           " FROM pg_publication_namespace, pg_publication p, pg_namespace n WHERE p.oid = pnpubid AND n.oid = pnnspid) AS x(m)")
                self.assertEqual(self.server.query(members, self.restore(self.folder / f"some{number}")), left)

    def test_a_default_of_a_domain_that_needs_the_domain(self):
        """Nothing of the database could be dumped: "objects need each other in a loop"."""
        source = self.database("CREATE TYPE base AS (i int); CREATE DOMAIN d AS base NOT NULL CHECK ((VALUE).i > 0); CREATE DOMAIN e AS d[] DEFAULT '{}';"
                               "CREATE FUNCTION f(d) RETURNS d LANGUAGE sql AS 'SELECT $1'; CREATE SEQUENCE s; CREATE TABLE t (i int, d d, e e);"
                               "CREATE FUNCTION g(int) RETURNS d LANGUAGE sql AS 'SELECT ROW($1)::base::d'; ALTER DOMAIN d SET DEFAULT g(nextval('s')::int);"
                               "COMMENT ON DOMAIN d IS 'x'; INSERT INTO t (i) VALUES (1);"
                               "CREATE DOMAIN o AS int; ALTER DOMAIN o SET DEFAULT 5::o + 1; CREATE FUNCTION h() RETURNS o LANGUAGE sql AS 'SELECT 5::o';"
                               "CREATE DOMAIN h AS int; CREATE FUNCTION k() RETURNS h LANGUAGE sql AS 'SELECT 5'; ALTER DOMAIN h SET DEFAULT k()::h + 1")
        archive = self.dump(source, "archive")
        self.assertEqual({entry["name"] for entry in harness.toc(archive)["entries"] if entry["kind"] == "DOMAIN DEFAULT"}, {"d", "o", "h"})
        target = self.restore(archive)
        self.assert_same(source, target)
        self.server.query("INSERT INTO t (i) VALUES (2)", target)
        self.assertEqual(self.server.query("SELECT i, d FROM t ORDER BY i", target), "1|(1)\n2|(2)")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_type", self.restore(self.folder / "archive", "--object", "domain:d", "--with-dependencies")),
                         self.server.query("SELECT count(*) + 4 FROM pg_type", self.database()))
        for options in (["--clean"], ["--clean", "--if-exists"]):
            self.ok("restore", self.folder / "archive", "-d", self.url(target), *options, "-y")
            self.assert_same(source, target)

    def test_domains_come_with_what_stands_apart_from_them(self):
        """Of a selection with dependencies they came without their defaults and constraints, and nothing was said."""
        source = self.database("CREATE DOMAIN o AS int; ALTER DOMAIN o SET DEFAULT 5::o + 1; CREATE TABLE t (a o); CREATE DOMAIN n AS int; CREATE TABLE u (x n);"
                               "INSERT INTO u VALUES (-1); ALTER DOMAIN n ADD CONSTRAINT pos CHECK (VALUE > 0) NOT VALID")
        archive = self.dump(source, "archive")
        for options in (["--tables", "t,u"], ["--object", "domain:o", "--object", "domain:n"]):
            with self.subTest(options=options):
                target = self.restore(archive, *options, "--with-dependencies")
                self.assertEqual(self.server.query("SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE typname = 'o'", target), self.server.query("SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE typname = 'o'", source))
                self.assertEqual(self.server.query("SELECT convalidated FROM pg_constraint WHERE conname = 'pos'", target), "f")

    def test_what_may_read_any_table_waits_for_all_rows(self):
        """An index of a function that reads a table was made before that table had its rows, and a constraint of a domain before rows that break it."""
        source = self.database("""CREATE TABLE lookup (k int PRIMARY KEY, v text); INSERT INTO lookup VALUES (1, 'one');
            CREATE FUNCTION f(int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN (SELECT v FROM public.lookup WHERE k = $1); END$$;
            CREATE FUNCTION g(text) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.lookup WHERE v = $1)';
            CREATE TABLE aaa (a int, b text, pad text); INSERT INTO aaa SELECT 1, 'one', repeat('x', 100) FROM generate_series(1, 5000);
            CREATE INDEX fi ON aaa (f(a)); CREATE INDEX part ON aaa (a) WHERE g(b);
            CREATE DOMAIN nv AS int; CREATE TABLE zzz (x nv[]); INSERT INTO zzz VALUES ('{-1}'); ALTER DOMAIN nv ADD CONSTRAINT pos CHECK (VALUE > 0) NOT VALID""")
        archive = self.dump(source, "archive")
        for options in (["-j1"], ["-j2"], ["-j4"], ["-1"]):
            with self.subTest(options=options):
                target = self.restore(archive, *options)
                indexed = "SET enable_seqscan = off; SET enable_bitmapscan = off; SELECT count(*) FROM aaa WHERE "
                self.assertEqual(self.server.query(indexed + "f(a) = 'one'", target), "5000")
                self.assertEqual(self.server.query(indexed + "a > 0 AND g(b)", target), "5000")

    def test_rows_alone_of_a_parent_of_a_foreign_table(self):
        """Looking for rows that are there asked the foreign server, too."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE SERVER sv FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');"
                               "CREATE USER MAPPING FOR PUBLIC SERVER sv; CREATE TABLE par (id int PRIMARY KEY); INSERT INTO par VALUES (1);"
                               "CREATE FOREIGN TABLE kid () INHERITS (par) SERVER sv")
        archive = self.dump(source, "archive")
        target = self.restore(archive, "-s")
        self.ok("restore", archive, "-d", self.url(target), "-a", "-y")
        self.assertEqual(self.server.query("SELECT count(*) FROM ONLY par", target), "1")

    def test_patterns_of_schemas_mean_no_system_schema(self):
        """-n '*' wrote the types and views of pg_catalog, too, and no restore took them."""
        source = self.database("CREATE SCHEMA s; CREATE TABLE s.t (i int); CREATE TYPE public.e AS ENUM ('a')")
        for pattern, expected in (("*", {"s", "public"}), ("p*", {"public"})):
            archive = self.dump(source, "archive" + pattern.replace("*", "x"), "-n", pattern)
            self.assertEqual({entry["schema"] for entry in harness.toc(archive)["entries"] if entry.get("schema")}, expected)
            self.restore(archive)

    def test_a_lost_dependence_on_an_extension_is_told(self):
        """With -t nothing was said of it."""
        source = self.database("CREATE EXTENSION citext; CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER INDEX i DEPENDS ON EXTENSION citext")
        told = "INDEX public.i is dumped without its dependence on an extension"
        self.assertIn(told, self.ok("dump", "-d", self.url(source), "-t", "t", "-f", self.folder / "part").err)
        self.assertNotIn(told, self.ok("dump", "-d", self.url(source), "-f", self.folder / "all").err)

    def test_inserts_alone_of_rows_that_reference_the_same_table_are_told(self):
        """Their script failed, of which nothing was said."""
        source = self.database("CREATE TABLE s (i int PRIMARY KEY, up int REFERENCES s); INSERT INTO s VALUES (1, 2), (2, NULL); CREATE TABLE other (i int);"
                               "CREATE TABLE a (i int PRIMARY KEY, b int); CREATE TABLE b (i int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b")
        told = "warning: rows of public.s reference rows of the same table"
        for options, said in ((["-a", "--inserts"], True), (["-a"], False), (["--inserts"], False), (["-a", "--inserts", "--disable-triggers"], False)):
            with self.subTest(options=options):
                result = self.ok("dump", "-d", self.url(source), "-f", self.folder / f"{len(options)}{said}.sql", "--force", *options)
                (self.assertIn if said else self.assertNotIn)(told, result.err)
                self.assertIn("foreign keys form a circle (public.a, public.b)", result.err)


if __name__ == "__main__":
    unittest.main()
