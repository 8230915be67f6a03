"""Symptoms that testers found in how policies are resolved, one test each; all failed before they were mended."""

import json
import unittest

import harness

NESTED = """
CREATE TABLE ev (id int, person int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM (0) TO (100);
CREATE TABLE ev2 PARTITION OF ev FOR VALUES FROM (100) TO (300) PARTITION BY RANGE (id);
CREATE TABLE ev2a PARTITION OF ev2 FOR VALUES FROM (100) TO (200);
CREATE TABLE ev2b PARTITION OF ev2 DEFAULT;
INSERT INTO ev SELECT i, 7777000 + i FROM generate_series(0, 299) AS i;
"""


class FoundInResolution(harness.Case):
    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables), **more}))
        return path

    def restored(self, source, query, *tables, options=(), **more):
        """What the query says of the restored dump with this policy."""
        archive = self.dump(source, f"archive{len(list(self.folder.iterdir()))}", "--policy", self.policy(*tables, **more), *options)
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "-y")
        return self.server.query(query, target)

    def test_rules_for_a_partition_hold_for_its_partitions(self):
        """A rule for a partition that is itself partitioned was ignored: everything left."""
        source = self.database(NESTED)
        omit = {"table": "public.ev2", "columns": [{"column": "person", "action": "constant", "value": 1, "reason": "r"}]}
        self.assertEqual(self.restored(source, "SELECT sum(person) FROM ev2", omit), "200")
        excluded = {"table": "public.ev2", "action": "exclude-rows", "reason": "r"}
        self.assertEqual(self.restored(source, "SELECT count(*), max(id) FROM ev", excluded), "100|99")
        some = {"table": "public.ev2", "where": "id % 2 = 0"}
        self.assertEqual(self.restored(source, "SELECT count(*) FROM ev", some), "200")
        everything = self.dump(source, "everything")
        for rule in (omit, excluded, some):
            audit = harness.run("audit", everything, "--policy", self.policy(rule))
            self.assertEqual(audit.code, 5, audit)
            self.assertIn("public.ev2a", audit.out)
        explained = self.ok("policy", "explain", self.policy(omit), "public.ev2b.person", "-d", self.url(source))
        self.assertIn("public.ev2b.person: constant", explained.out)

    def test_tags_of_a_partitioned_table_hold_for_its_partitions(self):
        """Partitions do not inherit comments: what was tagged on the partitioned table left with them."""
        source = self.database(NESTED + "COMMENT ON COLUMN ev.person IS 'privacy: secret'")
        rule = {"columns": [{"tag": "privacy: secret", "action": "constant", "value": 1, "reason": "r"}]}
        self.assertEqual(self.restored(source, "SELECT sum(person) FROM ev", **rule), "300")

    def test_selecting_tables_does_not_undo_a_subset(self):
        """With some of the tables only, all their rows left."""
        source = self.database("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int, a int REFERENCES a); CREATE TABLE c (id int); INSERT INTO a SELECT generate_series(1, 9);"
                               "INSERT INTO b SELECT i, i FROM generate_series(1, 9) AS i; INSERT INTO c VALUES (1)")
        followed = self.policy({"table": "public.a", "where": "id = 3", "follow": "children"})
        command = ["dump", "-d", self.url(source), "-f", self.folder / "some", "--policy", followed]
        for options in (["-t", "b"], ["-T", "a"], ["--exclude-table-data", "a"], ["-t", "a"]):
            with self.subTest(options=options):
                self.refused(5, "depends on", "which is not selected", args=[*command, *options])
        self.assert_nothing_left(self.folder / "some")
        self.ok(*command, "-t", "a", "-t", "b")
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "c", "--policy", followed, "-t", "c")
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "s", "--policy", followed, "-t", "b", "-s")
        filtered = self.policy({"table": "public.a", "where": "id = 3"}, {"table": "public.b", "on-missing-parent": "filter"})
        self.refused(5, "depends on", args=["dump", "-d", self.url(source), "-f", self.folder / "f", "--policy", filtered, "-t", "b"])
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "f", "--policy", filtered, "-t", "a")

    def test_a_sample_of_a_partition_is_of_that_partition(self):
        """Its share of the sample of the whole table was taken."""
        source = self.database(NESTED)
        counts = "SELECT (SELECT count(*) FROM ev1), (SELECT count(*) FROM ev2), (SELECT count(*) FROM ev)"
        for table, expected in (("ev1", "30|200|230"), ("ev2", "100|30|130"), ("ev", "|30")):
            with self.subTest(table=table):
                found = self.restored(source, counts, {"table": f"public.{table}", "sample": {"rows": 30}})
                self.assertTrue(found.endswith(expected), found)

    def test_json_is_redacted_within_arrays_of_arrays(self):
        """Arrays in arrays became null, even where the path led elsewhere."""
        source = self.database("""
            CREATE TABLE t (i int PRIMARY KEY, js jsonb);
            INSERT INTO t VALUES (1, '{"list": [[{"v": "S", "id": 1}], [[[{"v": {"x": 2}}], 5, null], "s"]], "user": {"name": "N"}}'),
              (2, '[[[[{"list": {"v": "S"}}]]]]'), (3, '{"list": [[1, {"deep": [[{"v": "kept", "name": "N"}]]}]]}'), (4, NULL), (5, '"list"')""")
        before = self.server.query("SELECT js FROM t ORDER BY i", source).splitlines()
        for paths, more, expected in (
            (["list.v"], {}, ['{"list": [[{"id": 1}], [[[{}], 5, null], "s"]], "user": {"name": "N"}}', '[[[[{"list": {}}]]]]', *before[2:]]),
            (["list.v"], {"value": "gone"},
             ['{"list": [[{"v": "gone", "id": 1}], [[[{"v": "gone"}], 5, null], "s"]], "user": {"name": "N"}}', '[[[[{"list": {"v": "gone"}}]]]]', *before[2:]]),
            (["*.name"], {}, [before[0].replace('"name": "N"', ""), *before[1:]]),
            (["*.deep.name"], {}, [*before[:2], before[2].replace(', "name": "N"', "").replace('"name": "N", ', ""), *before[3:]]),
        ):
            with self.subTest(paths=paths, **more):
                rule = {"column": "js", "action": "redact-json", "paths": paths, "reason": "r", **more}
                found = self.restored(source, "SELECT js FROM t ORDER BY i", {"table": "t", "columns": [rule]}).splitlines()
                self.assertEqual(found, expected[: len(found)])

    def test_paths_that_lead_nowhere_are_told(self):
        """A misspelt path left the secret without a word."""
        source = self.database("""CREATE TABLE t (js jsonb) ; INSERT INTO t VALUES ('{"tok": 1}'), ('{"tok": [[{"a": 1}]]}'), (NULL)""")
        rule = {"column": "js", "action": "redact-json", "paths": ["Tok", "tok.a"], "reason": "r"}
        policy = self.policy({"table": "t", "columns": [rule]})
        check = self.ok("policy", "check", policy, "-d", self.url(source), "--counts", "--json").json
        self.assertEqual([text.split(": ")[0] for text in check["warnings"]],
                         ['path "Tok" leads to nothing in column "public.t.js", in any of 3 rows'])

    def test_statistics_of_rows_left_out_by_reference_stay(self):
        """They were in the archive, with the values of rows that were not."""
        source = self.database("""
            CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 500);
            CREATE TABLE ch (id int PRIMARY KEY, t int REFERENCES t, own text); INSERT INTO ch SELECT i, i, 'NETOWN' || i FROM generate_series(1, 500) AS i;
            CREATE TABLE other (own text); INSERT INTO other SELECT 'OTHER' || i FROM generate_series(1, 500) AS i; ANALYZE""")
        policy = self.policy({"table": "public.t", "sample": {"rows": 5}}, {"table": "public.ch", "on-missing-parent": "filter"})
        archive = self.dump(source, "a", "--statistics", "--policy", policy, "-Z", "none")
        content = b"".join(path.read_bytes() for path in archive.rglob("*") if path.is_file())
        self.assertLessEqual(content.count(b"NETOWN"), 5)
        self.assertGreater(content.count(b"OTHER"), 500)

    def test_pseudonyms_go_along_declared_references(self):
        """Only enforced foreign keys were followed: the originals left by the others."""
        source = self.database("""
            CREATE TABLE person (id int PRIMARY KEY); INSERT INTO person SELECT generate_series(1, 100);
            CREATE TABLE visit (who int, at int) PARTITION BY RANGE (at); CREATE TABLE visit1 PARTITION OF visit DEFAULT; INSERT INTO visit SELECT id, 1 FROM person""")
        rule = {"column": "id", "action": "pseudonym", "min": 1, "max": 100000, "reason": "r"}
        more = {"references": [{"from": "public.visit(who)", "to": "public.person(id)"}]}
        key = self.folder / "key"
        key.write_text("ab" * 32)
        found = self.restored(source, "SELECT count(*), max(who) > 100 FROM visit JOIN person ON id = who",
                              {"table": "person", "columns": [rule]}, options=("--pseudonym-key-file", key), **more)
        self.assertEqual(found, "100|t")

    def test_one_conflict_is_told_alone(self):
        """Every other pseudonym of the policy was refused with it."""
        source = self.database("""
            CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE a2 (id int REFERENCES a);
            CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE b2 (id int REFERENCES b);
            CREATE TABLE n (id numeric PRIMARY KEY); CREATE TABLE m (id int REFERENCES n)""")
        pseudonym = {"column": "id", "action": "pseudonym", "reason": "r"}
        rules = [{"table": name, "columns": [pseudonym]} for name in ("a", "b")]
        check = harness.run("policy", "check", self.policy({"table": "a2", "columns": [{"column": "id", "action": "keep"}]}, *rules),
                            "-d", self.url(source), "--json").json
        self.assertEqual([refusal for refusal in check["refusals"] if "public.b" in json.dumps(refusal)], [])
        self.assertEqual(len(check["refusals"]), 2, check["refusals"])
        self.refused(5, 'column "public.n.id" is of type numeric', args=(
            "dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", self.policy({"table": "n", "columns": [pseudonym]})))

    def test_keys_of_collations_that_know_no_case(self):
        """They became pseudonyms that did not match any more."""
        source = self.database("""
            CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE p (k text COLLATE ci PRIMARY KEY); CREATE TABLE c (k text COLLATE ci REFERENCES p);
            INSERT INTO p VALUES ('ABC'); INSERT INTO c VALUES ('abc')""")
        for action in ("pseudonym", "sha256"):
            policy = self.policy({"table": "p", "columns": [{"column": "k", "action": action, "reason": "r"}]})
            self.refused(5, '"public.c.k" references it', "takes different texts for the same",
                         args=("dump", "-d", self.url(source), "-f", self.folder / "a", "--policy", policy))

    def test_constant_defaults_of_unique_columns(self):
        """Omitting such a column was a warning only, and the restore failed."""
        source = self.database("""
            CREATE TABLE u (a text UNIQUE DEFAULT 'x', b uuid UNIQUE DEFAULT gen_random_uuid(), c int DEFAULT 0, UNIQUE (c)); INSERT INTO u VALUES ('1', DEFAULT, 1), ('2', DEFAULT, 2)""")
        for column, code in (("a", 5), ("b", 0), ("c", 5)):
            policy = self.policy({"table": "u", "columns": [{"column": column, "action": "omit", "reason": "r"}]})
            result = harness.run("policy", "check", policy, "-d", self.url(source))
            self.assertEqual(result.code, code, result)
            self.assertEqual("its default is the same for all rows, and unique key" in result.out + result.err, code == 5, result)

    def test_types_are_found_through_domains(self):
        """A domain made of the domain that the rule names left, and arrays of it without a word."""
        source = self.database("""
            CREATE DOMAIN email AS text; CREATE DOMAIN email2 AS email; CREATE TABLE u (mail email, mail2 email2, mails email2[]);
            INSERT INTO u VALUES ('a', 'b', '{c}')""")
        policy = self.policy(columns=[{"type": "domain:email", "action": "null", "reason": "r"}])
        check = self.ok("policy", "check", policy, "-d", self.url(source), "--json").json
        self.assertEqual([column["verdict"] for column in check["tables"][0]["columns"]], ["null", "null", "keep"])
        self.assertIn('column "public.u.mails" is of type public.email2[], of whose elements a rule speaks', "".join(check["warnings"]))

    def test_a_partition_is_excluded_from_what_is_referenced(self):
        """The foreign key was said to need the index of the partition."""
        source = self.database("""
            CREATE TABLE pt (id int, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
            CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1); CREATE TABLE pt2 PARTITION OF pt FOR VALUES IN (2);
            CREATE TABLE rp (id int, k int, FOREIGN KEY (id, k) REFERENCES pt);
            INSERT INTO pt VALUES (1, 1), (2, 2); INSERT INTO rp VALUES (1, 1), (2, 2), (NULL, NULL)""")
        found = self.restored(source, "SELECT string_agg(id::text, ',' ORDER BY id), count(*), (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'rp'::regclass AND convalidated AND conparentid = 0) > 0 FROM rp",
                              {"table": "public.pt2", "action": "exclude", "reason": "r"}, {"table": "public.rp", "on-missing-parent": "filter"})
        self.assertEqual(found, "1|2|t")

    def test_values_at_the_ends_of_their_types(self):
        """Infinity became NaN, and a shifted date ended the dump."""
        source = self.database("""
            CREATE TABLE v (i int, f float8, r real, d date, t timestamp, z timestamptz);
            INSERT INTO v VALUES (1, 'Infinity', '-Infinity', 'infinity', '-infinity', 'infinity'),
              (2, 1.7e308, -3.4e38, '5874897-12-31', '4713-01-01 BC', '294276-12-31 23:59:59+00'),
              (3, 'NaN', 5, '4713-01-01 BC', '294276-12-31', '4713-01-01 00:00:00+00 BC'), (4, -1, 1, '2000-01-01', '2000-01-01', '2000-01-01 00:00:00+00')""")
        noise = {"action": "noise", "percent": 50, "reason": "r"}
        shift = {"action": "date-shift", "days": 1000, "reason": "r"}
        columns = [{"column": name, **noise} for name in "fr"] + [{"column": name, **shift} for name in "dtz"]
        found = self.restored(source, """
            SELECT string_agg(concat_ws(' ', f BETWEEN '0.8e308' AND '1.7e308' OR f IN ('Infinity', 'NaN') OR f BETWEEN -1.5 AND -0.5,
              r = '-Infinity' OR r BETWEEN -3.5e38 AND -1.6e38 OR r BETWEEN 0.5 AND 7.5, isfinite(d), isfinite(t), isfinite(z)), ', ' ORDER BY i) FROM v""",
                              {"table": "v", "columns": columns})
        self.assertEqual(found, "t t f f f, t t t t t, t t t t t, t t t t t")


if __name__ == "__main__":
    unittest.main()
