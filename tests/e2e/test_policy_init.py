"""`pgcoffer policy init`: a first policy, made of what names, comments and rows show."""

import json
import re
import unittest

import harness
from test_audit import PERSONAL, SECRETS, planted, table_of


def parsed(text):
    return json.loads(re.sub(r"(?m)^\s*//.*$", "", text))


class PolicyInit(harness.Case):
    def init(self, database, *options):
        path = self.folder / "policy.json"
        self.ok("policy", "init", "-d", self.url(database), "-o", path, *options)
        return path

    def rules(self, path):
        """The action for each column of each table."""
        tables = parsed(path.read_text())["tables"]
        return {(rule["table"], column["column"]): column["action"] for rule in tables for column in rule.get("columns", [])}

    def test_the_draft_leaves_no_credential_and_no_value(self):
        database = self.database(planted(SECRETS) + planted(PERSONAL))
        path = self.init(database)
        rules = self.rules(path)
        for kind in SECRETS:
            self.assertEqual(rules[f"public.{table_of(kind)}", "c1"], "null", kind)
        for kind in PERSONAL:
            self.assertEqual(rules[f"public.{table_of(kind)}", "c1"], "keep", kind)
        self.assertTrue(all(action == "keep" for (_, column), action in rules.items() if column == "id"))
        self.assertIn("1 of 1 values: a bcrypt hash", path.read_text())
        for value in [*SECRETS.values(), *PERSONAL.values()]:
            self.assertNotIn(value.split("\n")[0][-16:], path.read_text())
        self.ok("policy", "check", path, "-d", self.url(database))
        self.ok("audit", self.dump(database, "archive", "--policy", path), "--policy", path)
        self.refused(1, "policy.json", args=["policy", "init", "-d", self.url(database), "-o", path])

    def test_personal_data_when_it_is_asked_for(self):
        database = self.database(planted(PERSONAL) + "CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, password text NOT NULL);")
        path = self.init(database, "--personal-data")
        rules = self.rules(path)
        self.assertEqual({rules[f"public.{table_of(kind)}", "c1"] for kind in PERSONAL}, {"null"})
        self.assertEqual(rules["public.users", "email"], "null")
        self.assertEqual(rules["public.users", "password"], "constant")
        self.ok("audit", self.dump(database, "archive", "--policy", path), "--policy", path, "--personal-data")

    def test_secrets_within_json_are_taken_out_of_it(self):
        database = self.database(
            """CREATE TABLE a (id int PRIMARY KEY, config jsonb NOT NULL, other jsonb);
            INSERT INTO a VALUES (1, '{"smtp": {"host": "h", "password": "hunter2-hunter2"}, "hooks": [{"url": "u", "a.secret": "hunter3-hunter3"}]}',
                '{"password": "hunter2-hunter2", "x": "sk_live_aB3dE6aB3dE6aB3dE6"}')"""
        )
        path = self.init(database)
        config, other = [rule for rule in parsed(path.read_text())["tables"][0]["columns"] if rule["column"] != "id"]
        self.assertEqual((config["action"], config["paths"]), ("redact-json", ['"hooks"."a.secret"', '"smtp"."password"']))
        self.assertEqual(other["action"], "null")
        self.ok("dump", "-d", self.url(database), "-f", self.folder / "archive", "--policy", path, "--audit")
        row = json.loads(self.ok("cat", self.folder / "archive", "public.a", "--rows", "json").out)
        self.assertEqual(row["config"], {"smtp": {"host": "h"}, "hooks": [{"url": "u"}]})

    def test_personal_data_beside_secrets_within_json_is_left_out(self):
        """Only the credentials went, and e-mail address, telephone number and IBAN stayed beside them."""
        person = """jsonb_build_object('name', 'John Doe', 'contact', jsonb_build_object('email', 'a' || i || '@x.ch', 'phone', '+4179123' || lpad(i::text, 4, '0')),
                    'iban', 'DE89370400440532013000'%s)"""
        secret = ", 'auth', jsonb_build_object('access_token', md5(i::text))"
        database = self.database("CREATE TABLE a (id int PRIMARY KEY, prof jsonb, pure jsonb, must jsonb NOT NULL, config jsonb);"
                                 f"INSERT INTO a SELECT i, {person % secret}, {person % ''}, {person % secret}, jsonb_build_object({secret[2:]}) FROM generate_series(1, 30) i")
        path = self.init(database, "--personal-data")
        rules = self.rules(path)
        self.assertEqual([rules["public.a", column] for column in ("prof", "pure", "must", "config")], ["null", "null", "constant", "redact-json"])
        self.ok("dump", "-d", self.url(database), "-f", self.folder / "archive", "--policy", path, "--audit", "--audit-personal-data")
        path.unlink()
        self.assertEqual(self.rules(self.init(database))["public.a", "prof"], "redact-json")

    def test_an_application(self):
        path = self.init(self.app())
        self.ok("policy", "check", path, "-d", self.url(self.app()))
        archive = self.dump(self.app(), "app.zip", "--policy", path)
        self.ok("audit", archive, "--policy", path)

    def test_of_settings_only_what_their_keys_call_credentials_goes(self):
        settings = "CREATE TABLE {0} (key text PRIMARY KEY, value text); INSERT INTO {0} VALUES ('title', 'Shop'), ('smtp_password', 'tulips'){1};"
        database = self.database(settings.format("settings", ", ('stripe_secret_key', 'sk_live_aB3dE6aB3dE6aB3dE6')") +
                                 settings.format("preferences", ", ('note', 'sk_live_aB3dE6aB3dE6aB3dE6')"))
        path = self.init(database)
        rules = self.rules(path)
        self.assertNotIn(("public.settings", "value"), rules)
        self.assertIn("no-credentials takes them out of value", path.read_text())
        self.assertEqual(rules["public.preferences", "value"], "null")
        archive = self.dump(database, "archive", "--policy", path)
        self.assertEqual([json.loads(line)["value"] for line in self.ok("cat", archive, "settings", "--rows", "json").out.splitlines()],
                         ["Shop", None, None])
        self.ok("audit", archive, "--policy", path)

    def test_fields_of_composite_types_are_named(self):
        database = self.database("CREATE TYPE contact AS (label text, phone text); CREATE TABLE a (id int, c contact)")
        told = self.ok("policy", "init", "-d", self.url(database), "--personal-data")
        self.assertIn("to be decided by hand: column \"public.a.c\"", told.err)
        self.assertIn("has a field \"phone\"", told.err)

    def test_a_partitioned_table_has_one_rule_for_all_its_partitions(self):
        database = self.database(
            """CREATE TABLE log (id int, at date, "Note" text, token text) PARTITION BY RANGE (at);
            CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2027-01-01') PARTITION BY RANGE (at);
            CREATE TABLE log_2a ("Note" text, at date, id int, token text NOT NULL);
            ALTER TABLE log_2 ATTACH PARTITION log_2a FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            INSERT INTO log VALUES (1, '2024-02-01', 'x', 't'), (2, '2025-02-01', 'sk_live_aB3dE6aB3dE6aB3dE6', 't');"""
        )
        path = self.init(database)
        text = path.read_text()
        # The last cannot have what the others have: its token is NOT NULL.
        self.assertEqual([rule["table"] for rule in parsed(text)["tables"]], ["public.log", "public.log_2a"])
        self.assertIn("1 of 2 values: a Stripe", text)
        rules = self.rules(path)
        self.assertEqual((rules["public.log", '"Note"'], rules["public.log", "token"], rules["public.log_2a", "token"]), ("null", "null", "constant"))
        self.ok("policy", "check", path, "-d", self.url(database))
        self.ok("dump", "-d", self.url(database), "-f", self.folder / "archive", "--policy", path, "--audit")
        self.server.query("CREATE TABLE log_3 PARTITION OF log FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')", database)
        self.ok("policy", "check", path, "-d", self.url(database))

    def test_the_draft_is_strict(self):
        database = self.database("CREATE TABLE a (id int PRIMARY KEY)")
        path = self.init(database)
        self.server.query("ALTER TABLE a ADD new text", database)
        self.refused(5, "new", args=["dump", "-d", self.url(database), "-f", self.folder / "never", "--policy", path])

    def test_hostile_names_and_comments(self):
        database = self.database(
            '''CREATE TABLE "A ""*\n// b" (id int, "x\n*/ y" text, tagged text, "Password" text);
            COMMENT ON COLUMN "A ""*\n// b".tagged IS 'privacy: secret';
            INSERT INTO "A ""*\n// b" VALUES (1, 'x', 'y', 'z');'''
        )
        path = self.init(database)
        (rule,) = parsed(path.read_text())["tables"]
        self.assertEqual([column["action"] for column in rule["columns"]], ["keep", "keep", "null", "null"])
        self.ok("policy", "check", path, "-d", self.url(database))


if __name__ == "__main__":
    unittest.main()
