"""Symptoms that testers found in restore and compare, one test each; all failed before they were mended."""

import subprocess

import harness
import servers

DIFFERENT = 6


class FoundByTesters(harness.Case):
    def compare(self, code, *args):
        result = harness.run("compare", *args, "--json")
        self.assertEqual(result.code, code, result)
        return result.json

    def pg_dump(self, database, name, *options):
        path = self.folder / name
        subprocess.run([*servers.pg_dump_command(self.server.major), *options, "-d", database, "-f", path], check=True,
                       env=self.server.environment())
        return path

    def test_archives_of_pg_dump_do_not_differ_from_their_database(self):
        """Foreign keys, functions, row security and comments were "changed", or missing and added."""
        source = self.database("""
            CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.c (id int PRIMARY KEY, p int REFERENCES s.p);
            ALTER TABLE s.c ENABLE ROW LEVEL SECURITY; COMMENT ON COLUMN s.c.p IS 'the parent'; COMMENT ON TABLE s.p IS 'it';
            CREATE FUNCTION s.f(a int DEFAULT 1, b text DEFAULT 'x') RETURNS int LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
              PARALLEL SAFE COST 7 SET search_path TO s, pg_temp AS $$ BEGIN RETURN a; END $$;
            COMMENT ON FUNCTION s.f(int, text) IS 'of two';
            CREATE TABLE s.parts (i int) PARTITION BY LIST (i); CREATE TABLE s.part_1 PARTITION OF s.parts FOR VALUES IN (1);
            CREATE MATERIALIZED VIEW s.kept AS SELECT id FROM s.p; GRANT SELECT ON s.p TO PUBLIC; GRANT SELECT (p) ON s.c TO PUBLIC;
            GRANT EXECUTE ON FUNCTION s.f(int, text) TO PUBLIC;
            ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;""")
        ours = self.dump(source, "ours")
        for options in (["-Fc"], ["-Fp"]):
            with self.subTest(options=options):
                archive = self.pg_dump(source, f"theirs{options[0]}", *options)
                self.assertEqual(self.compare(0, archive, "-d", self.url(source))["objects"], [])
                self.assertEqual(self.compare(0, archive, "-d", self.url(source), "-s")["objects"], [])
                self.assertEqual(self.compare(0, ours, archive)["objects"], [])
        self.assertEqual(self.compare(0, self.folder / "theirs-Fp", self.folder / "theirs-Fc")["objects"], [])
        self.server.psql(source, script="COMMENT ON FUNCTION s.f(int, text) IS 'another'; ALTER FUNCTION s.f(int, text) PARALLEL UNSAFE;"
                                        "GRANT INSERT ON s.p TO PUBLIC")
        for archive in (ours, self.folder / "theirs-Fp", self.folder / "theirs-Fc"):
            report = self.compare(DIFFERENT, archive, "-d", self.url(source))
            self.assertEqual({(one["change"], one["kind"]) for one in report["objects"]},
                             {("changed", "COMMENT"), ("changed", "FUNCTION"), ("changed", "ACL")})

    def test_definitions_that_another_version_writes_differently(self):
        """A view was "changed" right after a restore into a newer server, without a word."""
        source = self.database("CREATE TABLE t (i int); CREATE VIEW v AS SELECT i FROM t; CREATE TABLE u (i int);")
        archive = self.dump(source, "a")
        newer = max(servers.every(), key=lambda server: server.major)
        if newer.major == self.server.major:
            self.skipTest("wants a newer server")
        copy = newer.new_database()
        self.addCleanup(newer.drop_database, copy)
        self.ok("restore", archive, "-d", newer.url(copy))
        newer.psql(copy, script="CREATE OR REPLACE VIEW v AS SELECT i + 0 AS i FROM t; COMMENT ON VIEW v IS 'x'; ALTER TABLE u ADD j int;")
        report = self.compare(DIFFERENT, archive, "-d", newer.url(copy))
        marked = {one["name"]: one["perhaps_only_writing"] for one in report["objects"] if one["change"] == "changed"}
        self.assertEqual(marked, {"v": True, "u": True})
        self.assertTrue(any("write views" in note for note in report["notes"]), report["notes"])
        self.assertIn("changed  VIEW public.v (perhaps in writing only)", harness.run("compare", archive, "-d", newer.url(copy)).out)

    def test_compare_says_what_is_changed(self):
        """It said that a function was changed, but not how."""
        source = self.database("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1\n$$; CREATE TABLE gone (i int);")
        archive = self.dump(source, "a")
        self.server.psql(source, script="CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 2\n$$; DROP TABLE gone")
        result = harness.run("compare", archive, "-d", self.url(source))
        self.assertEqual(result.code, DIFFERENT, result)
        self.assertIn("changed  FUNCTION public.f()\n    - SELECT 1\n    + SELECT 2\n", result.out)
        self.assertEqual(result.out.count("gone"), 1, "a table that is not there is said once")
        self.assertIn("only the archive has it", harness.run("compare", archive, "-d", self.url(source), "-a").out)


if __name__ == "__main__":
    harness.main()
