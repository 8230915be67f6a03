"""`pgcoffer policy`: what a policy does to a database, told without a dump."""

import json
import unittest

import harness

SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, password_hash text, deleted_at timestamptz);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note text);
INSERT INTO users SELECT i, 'u' || i || '@example.com', 'h', CASE WHEN i % 2 = 0 THEN now() END FROM generate_series(1, 10) i;
INSERT INTO orders SELECT i, i, 'n' FROM generate_series(1, 10) i;
"""
KEEP_ALL = [{"column": "*", "action": "keep"}]
EMAIL = {"column": "email", "action": "constant", "value": "x", "reason": "personal"}


class PolicyCommands(harness.Case):
    def setUp(self):
        super().setUp()
        self.source = self.url(self.database(SCHEMA))

    def policy(self, name="policy.json", **fields):
        path = self.folder / name
        path.write_text(json.dumps({"version": 1, **fields}))
        return path

    def test_check_shows_verdicts_and_rows_without_their_parent(self):
        policy = self.policy(
            extends=["no-credentials"],
            tables=[{"table": "users", "where": "deleted_at IS NULL"}, {"table": "orders", "where": "id > 2"}],
        )
        result = self.ok("policy", "check", policy, "-d", self.source, "--counts", "--json").json
        self.assertTrue(result["works"])
        tables = {table["table"]: table for table in result["tables"]}
        self.assertEqual((tables["users"]["rows"], tables["users"]["kept_rows"]), (10, 5))
        self.assertEqual((tables["orders"]["rows"], tables["orders"]["kept_rows"]), (10, 8))
        verdicts = {column["column"]: column["verdict"] for column in tables["users"]["columns"]}
        self.assertEqual(verdicts["password_hash"], "null")
        (key,) = result["foreign_keys"]
        self.assertEqual((key["name"], key["rows_without_parent"]), ("orders_user_id_fkey", 4))
        self.assertIn("column \"public.orders.note\"", result["uncovered"])

    def test_check_finds_all_that_is_refused(self):
        policy = self.policy(
            strict=True,
            tables=[
                {"table": "users", "action": "exclude-rows", "reason": "r"},
                {"table": "gone", "action": "keep"},
                {"table": "orders", "columns": [{"column": "id", "action": "null", "reason": "r"}]},
            ],
        )
        result = harness.run("policy", "check", policy, "-d", self.source, "--json")
        self.assertEqual(result.code, 5, result)
        found = sorted((one["kind"], one["what"].split(" ")[0]) for one in result.json["refusals"])
        self.assertEqual(
            found, [("conflict", "column"), ("conflict", "rows"), ("idle-rule", "rule"), ("uncovered", "column"),
                    ("uncovered", "column")], result
        )

    def test_a_schema_that_outgrew_its_policy_is_refused(self):
        policy = self.policy(strict=True, tables=[{"table": "users", "columns": KEEP_ALL}])
        text = harness.run("policy", "check", policy, "-d", self.source)
        self.assertEqual(text.code, 5, text)
        self.assertIn('table "public.orders" has no rule', text.out)
        whole = self.policy(strict=True, tables=[{"table": "*", "action": "keep", "columns": KEEP_ALL}])
        self.ok("policy", "check", whole, "-d", self.source)

    def test_explain_names_the_winner_and_why_others_lose(self):
        policy = self.policy(tables=[{"table": "users", "columns": [EMAIL, *KEEP_ALL]}])
        result = self.ok("policy", "explain", policy, "public.users.email", "-d", self.source, "--json").json
        self.assertEqual(result["verdict"], "constant")
        self.assertEqual(result["detectors"], ["personal-data:email"])
        self.assertEqual([rule["action"] for rule in result["rules"]], ["constant", "keep"])
        self.assertEqual(result["rules"][0]["outcome"], "decides")
        self.assertIn("more exactly which column", result["rules"][1]["outcome"])
        built_in = self.ok("policy", "explain", "no-credentials", "users.password_hash", "-d", self.source, "--json").json
        self.assertEqual((built_in["rule"], built_in["rules"]), ("built-in no-credentials", []))

    def test_explain_refuses_names_of_nothing(self):
        self.refused(1, "no table or column", args=("policy", "explain", "full", "nothing", "-d", self.source))

    def test_diff_of_an_archive_and_a_policy(self):
        archive = self.folder / "a.zip"
        self.ok("dump", "-d", self.source, "-f", archive)
        changes = self.ok("policy", "diff", archive, "no-credentials", "-d", self.source, "--json").json["changes"]
        self.assertEqual(
            [(one["object"], one["what"], one["before"], one["after"]) for one in changes],
            [("public.users.password_hash", "changed", "keep", "null")],
        )
        same = self.ok("policy", "diff", archive, "full", "-d", self.source)
        self.assertIn("The verdicts are the same.", same.out)


if __name__ == "__main__":
    unittest.main()
