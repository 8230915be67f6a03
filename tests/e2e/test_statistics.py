"""Optimizer statistics: read from every server, restored where the server can, as pg_dump 18 --statistics does."""

import re

import by_hand
import harness
import servers

SOURCE = """
CREATE TABLE t (a integer, b integer, c text, d integer[] PRIMARY KEY, e int4range, "it's ""odd"" \\" text);
INSERT INTO t SELECT i % 10, i % 5, CASE WHEN i % 7 = 0 THEN NULL ELSE E'it''s \\\\v' || i % 20 END, ARRAY[i, i + 1], int4range(i, i + 5), 'x'
  FROM generate_series(1, 2000) i;
CREATE INDEX by_expression ON t ((a + b), c);
CREATE STATISTICS three (ndistinct, dependencies, mcv) ON a, b, c FROM t;
CREATE TABLE parts (a integer) PARTITION BY RANGE (a);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
INSERT INTO parts SELECT i % 9 FROM generate_series(1, 100) i;
CREATE MATERIALIZED VIEW counted AS SELECT a, count(*) AS n FROM t GROUP BY a;
CREATE TABLE never_analyzed (a integer);
CREATE TABLE users (id integer, secret text);
INSERT INTO users SELECT i, 'very secret ' || i FROM generate_series(1, 20) i;
CREATE MATERIALIZED VIEW shown AS SELECT secret FROM users;
CREATE TABLE all_users (id integer, secret text);
ALTER TABLE users INHERIT all_users;
"""
ANALYZE = "ANALYZE t, parts, part_1, counted, users, shown, all_users;"
EXPRESSIONS = "CREATE STATISTICS expressions ON (a + b), (lower(c)), e FROM t;"
POLICY = """{"version": 1, "tables": [{"table": "public.users", "columns":
  [{"column": "secret", "action": "constant", "value": "-", "reason": "secret"}]}]}"""


def plain(dump):
    return "\n".join(line for line in dump.split("\n") if not line.startswith(("\\restrict", "\\unrestrict", "--")) and line)


class Statistics(by_hand.Case):
    def source(self, server):
        name = server.new_database()
        self.addCleanup(server.drop_database, name)
        server.psql(name, script=SOURCE + (EXPRESSIONS if server.major >= 14 else "") + ANALYZE)
        return name

    def of(self, server, database):
        text = plain(server.pg_dump(database, "--statistics-only"))
        # Those of CREATE STATISTICS can be dumped from 18, but not restored there.
        return text if server.major >= 19 else re.sub(r"SELECT \* FROM pg_catalog.pg_restore_extended_stats\(.*?\n\);\n", "", text, flags=re.S)

    def copy_of(self, archive, server, *options):
        name = server.new_database()
        self.addCleanup(server.drop_database, name)
        return name, self.ok("restore", archive, "-d", server.url(name), *options)

    def test_restored_they_are_the_same(self):
        for server in servers.every():
            with self.subTest(server=str(server)):
                source = self.source(server)
                archive = self.folder / str(server.major)
                self.ok("dump", "-d", server.url(source), "-f", archive, "--statistics")
                copy, result = self.copy_of(archive, server)
                if server.major < 18:
                    self.assertIn(f"optimizer statistics are left out, which server version {server.major} cannot restore: run ANALYZE", result.err)
                else:
                    self.assertEqual(self.of(server, copy), self.of(server, source))
                    without, _ = self.copy_of(archive, server, "--no-statistics", "--no-analyze")
                    self.assertNotIn("most_common_vals", self.of(server, without))

    def test_upwards_they_are_what_the_older_server_had(self):
        """MCVs of a column, of an expression and of extended statistics, whose text changed with 19."""
        newest = max(servers.every(), key=lambda server: server.number)
        if newest.major < 18:
            self.skipTest("no server that can restore statistics")
        for older in servers.every():
            with self.subTest(older=str(older)):
                source, archive = self.source(older), self.folder / f"up{older.major}"
                self.ok("dump", "-d", older.url(source), "-f", archive, "--statistics")
                copy, _ = self.copy_of(archive, newest)
                queries = ["SELECT attname, n_distinct, most_common_vals::text FROM pg_stats WHERE tablename IN ('t', 'by_expression', 'parts', 'counted') ORDER BY 1, 2, 3"]
                if newest.major >= 19:
                    queries.append("SELECT statistics_name, most_common_vals, most_common_freqs FROM pg_stats_ext ORDER BY 1")
                if newest.major >= 19 and older.major >= 14:
                    queries.append("SELECT n_distinct, most_common_vals::text FROM pg_stats_ext_exprs ORDER BY 1, 2")
                for query in queries:
                    self.assertEqual(newest.query(query, copy), older.query(query, source))
                    self.assertNotEqual(older.query(query, source), "")
                if newest.major >= 19:
                    self.assertIn('{"attributes": [1, 2], "ndistinct": 10}', newest.query("SELECT n_distinct FROM pg_stats_ext WHERE statistics_name = 'three'", copy))

    def test_statistics_alone(self):
        source = self.source(self.server)
        script = self.ok("dump", "-d", self.url(source), "-f", "-", "--statistics-only").out
        self.assertIn("pg_restore_attribute_stats", script)
        for other in ("CREATE", "COPY", "ALTER", "setval", "REFRESH"):
            self.assertNotIn(other, script)
        archive = self.dump(source, "alone", "--statistics-only")
        self.assertEqual(harness.tables(archive, lambda table: table["has_rows"]), set())
        server = max(servers.every(), key=lambda server: server.number)
        if server.major >= 18:
            copy, _ = self.copy_of(self.dump(source, "schema", "-s"), server)
            self.ok("restore", archive, "-d", server.url(copy), "--yes")
            self.assertIn("most_common_vals", self.of(server, copy))

    def test_none_without_the_option(self):
        source = self.source(self.server)
        self.assertNotIn("_stats(", self.ok("dump", "-d", self.url(source), "-f", "-").out)
        self.assertNotIn("_stats(", self.ok("dump", "-d", self.url(source), "-f", "-", "--statistics", "--no-statistics").out)
        archive = self.dump(source, "without")
        self.refused(2, "the archive holds no optimizer statistics", args=["restore", archive, "-d", self.url(source), "--statistics-only"])

    def test_values_that_a_policy_takes_away_are_in_no_statistics(self):
        source, policy = self.source(self.server), self.folder / "policy.json"
        policy.write_text(POLICY)
        with_all = self.ok("dump", "-d", self.url(source), "-f", "-", "--statistics-only").out
        self.assertIn("very secret", with_all)
        result = self.ok("dump", "-d", self.url(source), "-f", "-", "--statistics", "--policy", policy)
        self.assertNotIn("very secret", result.out)
        self.assertIn("'by_expression'", result.out)
        self.assertIn("optimizer statistics hold values of rows", result.err)
        for name in ("users", "all_users", "shown", "counted"):
            self.assertNotRegex(result.out, rf"'relname', '{name}'")

    def test_by_hand_they_are_loaded_where_the_server_can(self):
        """They stand apart: before version 18 nothing else may fail because of them."""
        for server in servers.every():
            with self.subTest(server=str(server)):
                source, folder = self.source(server), self.folder / f"hand{server.major}"
                self.ok("dump", "-d", server.url(source), "-f", folder, "--statistics")
                self.assertNotIn("_stats(", "".join((folder / "schema" / name).read_text() for name in ("data.sql", "post-data.sql")
                                                    if (folder / "schema" / name).exists()))
                copy = server.new_database()
                self.addCleanup(server.drop_database, copy)
                self.follow(folder, copy, None, server=server)
                self.assertEqual(server.query("SELECT count(*) FROM t", copy), "2000")
                if server.major >= 18:
                    self.assertEqual(self.of(server, copy), self.of(server, source))

    def test_of_the_chosen_sections(self):
        source = self.source(self.server)
        def relations(*options):
            script = self.ok("dump", "-d", self.url(source), "-f", "-", "--statistics", *options).out
            return set(re.findall(r"pg_restore_relation_stats\(.*?'relname', '(\w+)'", script, flags=re.S))
        self.assertEqual(relations("--section", "data") & {"t", "t_pkey", "by_expression", "counted"}, {"t"})
        self.assertEqual(relations("--section", "post-data") & {"t", "t_pkey", "by_expression"}, {"t_pkey", "by_expression"})
        self.assertLessEqual({"t", "t_pkey", "by_expression"}, relations("--no-data", "--no-schema"))
        self.refused(2, "pre-data", args=["dump", "-d", self.url(source), "-f", "-", "--statistics", "--section", "pre-data"])

    def test_options_that_exclude_each_other(self):
        url = self.url("postgres")
        for options in (["-s", "--statistics"], ["-a", "--statistics"], ["-s", "--statistics-only"], ["-a", "--statistics-only"]):
            self.refused(2, "exclude each other", args=["dump", "-d", url, "-f", "-", *options])


if __name__ == "__main__":
    harness.main()
