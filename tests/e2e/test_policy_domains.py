"""A domain has the length and the scale of what it is made of, and actions keep to them as they do with the plain type."""

import json
import unittest

import harness

DOMAINS = """
CREATE DOMAIN d5 AS varchar(5); CREATE DOMAIN of_d5 AS d5; CREATE DOMAIN d8 AS varchar(8); CREATE DOMAIN digest AS varchar(64);
CREATE DOMAIN cash AS numeric(8,2);
"""


class Domains(harness.Case):
    def policy(self, column, **rule):
        path = self.folder / "policy.json"
        rule = {"table": "t", "columns": [{"column": column, "reason": "r", **rule}]}
        path.write_text(json.dumps({"version": 1, "tables": [rule]}, indent=1))
        return path

    def setUp(self):
        super().setUp()
        self.key = self.folder / "key"
        self.key.write_text("7" * 64 + "\n")
        self.key.chmod(0o600)

    def check(self, code, source, column, **rule):
        result = harness.run("policy", "check", self.policy(column, **rule), "-d", self.url(source))
        self.assertEqual(result.code, code, result)
        return result.out + result.err

    def replaced(self, source, query, column, **rule):
        policy = self.policy(column, **rule)
        archive = self.dump(source, f"archive{len(list(self.folder.iterdir()))}", "--policy", policy, "--pseudonym-key-file", self.key)
        return self.server.query(query, self.restore(archive))

    def test_pseudonyms_fit_or_are_refused(self):
        source = self.database(DOMAINS + "CREATE TABLE t (a d5, b of_d5); INSERT INTO t VALUES ('abc', 'def')")
        for column in ("a", "b"):
            for form in ("text", "email"):
                with self.subTest(column=column, form=form):
                    self.assertIn("characters or more", self.check(5, source, column, action="pseudonym", format=form))
            with self.subTest(column=column, form="last-name"):
                length = self.replaced(source, f"SELECT length({column}) BETWEEN 1 AND 5 FROM t", column, action="pseudonym", format="last-name")
                self.assertEqual(length, "t")

    def test_digests_fit_or_are_refused(self):
        source = self.database(DOMAINS + "CREATE TABLE t (k d8 UNIQUE, n digest UNIQUE); CREATE TABLE u (k text REFERENCES t (k), n text REFERENCES t (n));"
                               "INSERT INTO t VALUES ('a', 'b'); INSERT INTO u VALUES ('a', 'b')")
        self.assertIn("64 characters or more", self.check(5, source, "k", action="sha256"))
        self.assertEqual(self.replaced(source, "SELECT length(t.n) FROM t JOIN u ON u.n = t.n", "n", action="sha256"), "64")

    def test_noise_has_the_scale_and_the_range(self):
        source = self.database(DOMAINS + "CREATE TABLE t (n cash); INSERT INTO t SELECT 999999.99 FROM generate_series(1, 100)")
        self.assertIn("noise of 0.001 changes none of them", self.check(5, source, "n", action="noise", amount=0.001))
        self.assertEqual(self.replaced(source, "SELECT min(n) >= 999499 AND max(n) <= 999999.99 AND count(DISTINCT n) > 50 FROM t", "n",
                                       action="noise", amount=500), "t")

    def test_a_constant_that_is_cut_is_a_warning(self):
        source = self.database(DOMAINS + "CREATE TABLE t (a d5)")
        said = "is of type public.d5, to which the constant is cut"
        self.assertIn(said, self.check(0, source, "a", action="constant", value="REMOVED"))
        self.assertNotIn(said, self.check(0, source, "a", action="constant", value="GONE"))


if __name__ == "__main__":
    unittest.main()
