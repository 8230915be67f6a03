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
        refused = harness.run("policy", "check", policy, "-d", self.source, "--counts", "--json")
        self.assertEqual(refused.code, 5, refused)
        result = refused.json
        self.assertFalse(result["works"])
        (refusal,) = result["refusals"]
        self.assertIn("4 rows of \"public.orders\" reference rows", refusal["what"])
        tables = {table["table"]: table for table in result["tables"]}
        self.assertEqual((tables["users"]["rows"], tables["users"]["kept_rows"]), (10, 5))
        self.assertEqual((tables["orders"]["rows"], tables["orders"]["kept_rows"]), (10, 8))
        verdicts = {column["column"]: column["verdict"] for column in tables["users"]["columns"]}
        self.assertEqual(verdicts["password_hash"], "null")
        (key,) = result["foreign_keys"]
        self.assertEqual((key["name"], key["rows_without_parent"]), ("orders_user_id_fkey", 4))
        self.assertIn("column \"public.orders.note\"", result["uncovered"])

    def counted(self, *tables, **orders):
        """What --counts says of the orders beyond 2 and of other tables by their rules; a dump has as many rows."""
        policy = self.policy(tables=[*tables, {"table": "orders", "where": "id > 2", **orders}])
        result = self.ok("policy", "check", policy, "-d", self.source, "--counts", "--json").json
        kept = {table["table"]: table["kept_rows"] for table in result["tables"] if table["table"] in ("users", "orders")}
        archive = self.folder / "counted"
        self.ok("dump", "-d", self.source, "-f", archive, "--policy", policy, "--force")
        dumped = {table["name"]: table["rows"] for table in self.ok("inspect", archive, "--json").json["tables"] if table["name"] in kept}
        self.assertEqual(kept, dumped)
        return kept, [key.get("rows_without_parent") for key in result["foreign_keys"]]

    def test_counts_know_what_foreign_keys_bring_along(self):
        users = {"table": "users", "where": "deleted_at IS NULL"}
        self.assertEqual(self.counted(users, **{"on-missing-parent": "leave"}), ({"users": 5, "orders": 8}, [4]))
        self.assertEqual(self.counted(users, **{"on-missing-parent": "filter"}), ({"users": 5, "orders": 4}, [0]))
        kept, _ = self.counted(follow="parents")
        self.assertEqual(kept, {"users": 8, "orders": 8})

    def test_diff_sees_another_constant(self):
        first, second = (self.policy(f"{value}.json", tables=[{"table": "users", "columns": [
            {"column": "password_hash", "action": "constant", "value": value, "reason": "r"}]}]) for value in ("one", "two"))
        changes = harness.run("policy", "diff", first, second, "-d", self.source)
        self.assertIn("constant one", changes.out)
        self.assertIn("constant two", changes.out)

    def changes(self, first, second):
        return {one["object"]: (one["before"], one["after"])
                for one in self.ok("policy", "diff", first, second, "-d", self.source, "--json").json["changes"]}

    def test_diff_sees_what_actions_and_tables_are_told(self):
        def policy(name, told, **table):
            return self.policy(name, tables=[{"table": "orders", **table, "columns": [
                {"column": "note", "action": "mask", "reason": "r", **told}]}])

        plain = policy("plain.json", {}, where="id > 0")
        self.assertEqual(self.changes(plain, policy("with.json", {"with": "#"}, where="id > 0")),
                         {"public.orders.note": ("mask", "mask the others become #")})
        self.assertEqual(self.changes(plain, policy("order.json", {}, where="id > 0", **{"order-by": "id"})),
                         {"public.orders": ("where (id > 0)", "where (id > 0), ordered by id")})
        self.assertEqual(self.changes(plain, policy("missing.json", {}, where="id > 0", **{"on-missing-parent": "filter"})),
                         {"public.orders": ("where (id > 0)", "where (id > 0), on-missing-parent filter")})

    def test_diff_of_an_archive_with_followed_keys_and_its_policy_is_empty(self):
        def policy(follow):
            return self.policy(f"{follow}.json", tables=[{"table": "users", "where": "id > 2", "follow": follow, "columns": [
                {"column": "password_hash", "action": "null", "reason": "r"}]}])

        archive = self.folder / "followed.zip"
        self.ok("dump", "-d", self.source, "-f", archive, "--policy", policy("children"))
        self.assertEqual(self.changes(archive, policy("children")), {})
        self.assertEqual(self.changes(archive, policy("both")),
                         {"public.users": ("where (id > 2), follow children", "where (id > 2), follow both")})
        self.ok("audit", archive, "--policy", policy("children"))
        audited = harness.run("audit", archive, "--policy", policy("both"))
        self.assertEqual(audited.code, 5, audited)
        self.assertIn("the policy says follow both, and in the archive it is follow children", audited.out)

    def test_diff_of_archives_tells_of_another_pseudonym_key(self):
        policy = self.policy("pseudonyms.json", tables=[{"table": "users", "columns": [
            {"column": "password_hash", "action": "pseudonym", "reason": "r"}]}])
        for name, digit in (("one", "1"), ("two", "2")):
            (self.folder / f"{name}.key").write_text(digit * 64)
            self.ok("dump", "-d", self.source, "-f", self.folder / f"{name}.zip", "--policy", policy,
                    "--pseudonym-key-file", self.folder / f"{name}.key")
        self.assertEqual(list(self.changes(self.folder / "one.zip", self.folder / "two.zip")), ["pseudonym key"])
        self.assertEqual(self.changes(self.folder / "one.zip", policy), {})

    def test_check_shows_the_beginning_of_long_expressions(self):
        sql = "'" + "ü" * 200 + "'"
        policy = self.policy(tables=[{"table": "orders", "columns": [{"column": "note", "action": "template", "sql": sql, "reason": "r"}]}])
        shown = self.ok("policy", "check", policy, "-d", self.source)
        (line,) = [line for line in shown.out.splitlines() if "note: template" in line]
        self.assertRegex(line, "^  note: template 'ü{20,40}…  r ")
        self.assertIn(sql, self.ok("policy", "explain", policy, "public.orders.note", "-d", self.source).out)

    def test_strict_names_all_that_is_new(self):
        columns = ", ".join(f"column_{number} int" for number in range(50))
        source = self.url(self.database(f"CREATE TABLE wide ({columns})"))
        policy = self.policy(strict=True, tables=[{"table": "wide", "columns": [{"column": "column_0", "action": "keep"}]}])
        names = [f"column_{number}" for number in range(1, 50)]
        self.refused(5, *names, args=["dump", "-d", source, "-f", self.folder / "never", "--policy", policy])

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
