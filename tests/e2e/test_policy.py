"""Policies: what is kept comes back, what is left out is nowhere in the archive, what cannot work is refused."""

import itertools
import json

import harness

SMALL = """
CREATE TABLE team (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE person (id integer PRIMARY KEY, team integer REFERENCES team, email text NOT NULL UNIQUE, password text,
                     nick text DEFAULT 'none', token text NOT NULL);
INSERT INTO team VALUES (1, 'one'), (2, 'two');
INSERT INTO person VALUES (1, 1, 'a@b', 'PLANTED-SECRET-p1', 'ann', 'PLANTED-SECRET-t1'), (2, 2, 'c@d', NULL, NULL, 'PLANTED-SECRET-t2');
"""


class AppPolicy(harness.Case):
    def test_nothing_secret_is_in_the_archive(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        numbers = itertools.count()
        for rows, options in itertools.product(("sql", "json"), (["-Z", "none"], ["-Z", "gzip"], ["-Z", "zstd"])):
            for suffix in ("", ".zip"):
                with self.subTest(rows=rows, options=options, suffix=suffix):
                    archive = self.dump(self.app(), f"kept{next(numbers)}{suffix}", "--rows", rows, *options, "--policy", harness.APP_POLICY)
                    self.assertEqual(harness.secrets_in(harness.stored_bytes(archive), patterns), [])
                    self.assertEqual(harness.secrets_in(harness.opened(archive), patterns), [])

    def test_the_search_would_find_them(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        archive = self.dump(self.app(), "everything", "-Z", "none")
        found = {name for name, data in harness.members(archive).items() if b"PLANTED-SECRET" in data or b"$2b$12$" in data}
        self.assertEqual(len(harness.secrets_in(harness.opened(archive), patterns)), 8)
        for table in ("auth.users", "auth.sessions", "auth.api_keys", "team.webhooks", "shop.payments", "ops.settings"):
            self.assertTrue(any(name.startswith(f"data/{table}/") for name in found), (table, found))

    def test_nothing_secret_is_in_a_sealed_archive_or_what_cat_shows(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        archive = self.dump(self.app(), "kept.zip", "--encrypt", "--policy", harness.APP_POLICY, key=harness.KEY)
        self.assertEqual(harness.secrets_in(harness.stored_bytes(archive), patterns), [])
        shown = b""
        for table in ("auth.users", "auth.oauth_accounts", "team.webhooks", "team.integrations", "shop.payments",
                      "ops.settings", "ops.notifications"):
            for rows in ("json", "sql", "csv"):
                shown += self.ok("cat", archive, table, "--rows", rows, key=harness.KEY).raw
        self.assertIn(b"user7@example.org", shown)
        self.assertEqual(harness.secrets_in(shown, patterns), [])

    def test_what_is_kept_comes_back(self):
        for rows in ("sql", "json"):
            with self.subTest(rows=rows):
                archive = self.dump(self.app(), rows, "--rows", rows, "--policy", harness.APP_POLICY)
                self.assert_same(self.app(), self.restore(archive), harness.KEPT)

    def test_plain_sql_obeys_too(self):
        patterns = harness.secrets(self.server, self.app(), self.folder)
        script = self.ok("dump", "-d", self.url(self.app()), "-f", "-", "--policy", harness.APP_POLICY).raw
        self.assertEqual(harness.secrets_in(script, patterns), [])

    def test_the_manifest_says_what_was_decided_and_why(self):
        archive = self.dump(self.app(), "why", "--policy", harness.APP_POLICY)
        tables = {f"{table['schema']}.{table['name']}": table for table in harness.manifest(archive)["tables"]}
        self.assertEqual(tables["auth.sessions"]["verdict"], "exclude-rows")
        self.assertEqual(tables["auth.sessions"]["reason"], "whoever holds a session is signed in")
        self.assertFalse(tables["auth.sessions"]["has_rows"])
        password = next(column for column in tables["auth.users"]["columns"] if column["name"] == "password_hash")
        self.assertEqual((password["verdict"], password["reason"]), ("constant", "password hashes stay on the server"))
        self.assertIn("policy.json, line ", password["rule"])
        self.assertIn("set anew", password["after_restore"])
        self.assertIn("NOT is_secret", tables["ops.settings"]["where"])
        shown = self.ok("inspect", archive).out
        for text in ("password_hash", "password hashes stay on the server", "auth.sessions"):
            self.assertIn(text, shown)

    def test_the_user_is_told_what_to_do_after_a_restore(self):
        archive = self.dump(self.app(), "then", "--policy", harness.APP_POLICY)
        target = self.database()
        result = self.ok("restore", archive, "-d", self.url(target))
        self.assertIn("Nobody can sign in with a password until it is set anew", result.out + result.err)


class Policies(harness.Case):
    SOURCE = SMALL

    def setUp(self):
        super().setUp()
        self.source = self.database(self.SOURCE)

    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables), **more}, indent=1))
        return path

    def refuse(self, code, *parts, policy):
        archive = self.folder / "never"
        result = self.refused(code, *parts, args=["dump", "-d", self.url(self.source), "-f", archive, "--policy", policy])
        self.assert_nothing_left(archive)
        self.assertIn("pgcoffer: hint: ", result.err)


class SmallPolicies(Policies):
    def rows(self, *tables, **more):
        copy = self.restore(self.dump(self.source, "small", "--policy", self.policy(*tables, **more)))
        return self.server.query("SELECT * FROM person ORDER BY id", copy)

    def test_a_constant_a_null_and_an_omitted_column(self):
        rows = self.rows({"table": "person", "columns": [
            {"column": "token", "action": "constant", "value": "it's gone\\", "reason": "r"},
            {"column": "password", "action": "null", "reason": "r"},
            {"column": "nick", "action": "omit", "reason": "r"}]})
        self.assertEqual(rows, "1|1|a@b||none|it's gone\\\n2|2|c@d||none|it's gone\\")

    def test_a_filter(self):
        self.assertEqual(self.rows({"table": "person", "where": "id > 1", "reason": "r"}), "2|2|c@d|||PLANTED-SECRET-t2")

    def test_an_excluded_table_does_not_exist_afterwards(self):
        archive = self.dump(self.source, "one", "--policy", self.policy({"table": "person", "action": "exclude", "reason": "r"}))
        self.assertEqual(self.server.query("SELECT to_regclass('person') IS NULL, count(*) FROM team", self.restore(archive)), "t|2")

    def test_the_built_in_policy_leaves_credentials_out(self):
        self.server.query("""
            ALTER TABLE person ALTER token DROP NOT NULL;
            CREATE TABLE sessions (id text PRIMARY KEY, user_id integer, ip_address inet, user_agent text, payload text, last_activity integer);
            INSERT INTO sessions VALUES ('PLANTED-SECRET-s', 1, '10.0.0.1', 'Browser', 'PLANTED-SECRET-d', 1);
            CREATE TABLE api_keys (id integer PRIMARY KEY, name text, key_hash bytea, secret text);
            INSERT INTO api_keys VALUES (1, 'ci', 'PLANTED-SECRET-k', 'PLANTED-SECRET-k2');""", self.source)
        archive = self.dump(self.source, "safe", "--policy", "no-credentials", "-Z", "none")
        stored = harness.stored_bytes(archive)
        self.assertNotIn(b"PLANTED-SECRET", stored)
        self.assertNotIn(b"PLANTED-SECRET".hex().encode(), stored)
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT id, email, password, token FROM person ORDER BY 1", copy), "1|a@b||\n2|c@d||")
        self.assertEqual(self.server.query("SELECT count(*) FROM sessions", copy), "0")

    def test_what_is_called_like_credentials_elsewhere_is_left_out_unless_it_is_a_key(self):
        self.server.query("""
            CREATE TABLE quotes (id integer PRIMARY KEY, url_key text, number text, total numeric, user_id integer, status text);
            INSERT INTO quotes VALUES (1, 'PLANTED-SECRET-u', 'Q-1', 10, 7, 'sent');
            CREATE TABLE offers (id integer PRIMARY KEY, url_key text NOT NULL UNIQUE, number text, total numeric, user_id integer, status text);
            INSERT INTO offers VALUES (1, 'shown-in-links', 'O-1', 10, 7, 'sent');""", self.source)
        archive = self.dump(self.source, "guessed", "--policy", "no-credentials", "-Z", "none", "-t", "quotes", "-t", "offers")
        self.assertNotIn(b"PLANTED-SECRET", harness.stored_bytes(archive))
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT number, url_key FROM quotes", copy), "Q-1|")
        self.assertEqual(self.server.query("SELECT number, url_key FROM offers", copy), "O-1|shown-in-links")
        columns = {c["name"]: c for t in harness.manifest(archive)["tables"] if t["name"] == "quotes" for c in t["columns"]}
        self.assertEqual(columns["url_key"]["reason"], "credential: called like those of other applications")

    def test_what_is_called_like_personal_data_elsewhere_is_left_out_unless_it_is_a_key(self):
        self.server.query("""
            CREATE TABLE checks (id integer PRIMARY KEY, physician_contact text, status text);
            INSERT INTO checks VALUES (1, 'PLANTED-PERSON', 'done');
            CREATE TABLE inspections (id integer PRIMARY KEY, physician_contact text NOT NULL UNIQUE, status text);
            INSERT INTO inspections VALUES (1, 'is a key', 'done');
            CREATE TABLE visits (id integer PRIMARY KEY, physician_contact text NOT NULL, status text);
            INSERT INTO visits VALUES (1, 'PLANTED-PERSON', 'done');""", self.source)
        archive = self.dump(self.source, "guessed_person", "--policy", "no-personal-data", "-Z", "none", "-t", "checks", "-t", "inspections", "-t", "visits")
        self.assertNotIn(b"PLANTED-PERSON", harness.stored_bytes(archive))
        copy = self.restore(archive)
        rows = "SELECT c.physician_contact, i.physician_contact, v.physician_contact, c.status || i.status || v.status FROM checks c, inspections i, visits v"
        self.assertEqual(self.server.query(rows, copy), "|is a key|removed|donedonedone")
        columns = {c["name"]: c for t in harness.manifest(archive)["tables"] if t["name"] == "checks" for c in t["columns"]}
        self.assertEqual(columns["physician_contact"]["reason"], "personal data: called like that of other applications")

    def test_an_unknown_field(self):
        self.refuse(2, 'field "tabel" is unknown', "policy.json, line ", policy=self.policy({"tabel": "x", "action": "keep"}))

    def test_no_json(self):
        path = self.folder / "broken.json"
        path.write_text('{"version": 1,\n "tables": [}')
        self.refuse(2, "broken.json", "line 2", policy=path)

    def test_a_policy_that_does_not_exist(self):
        self.refuse(2, "no-such-policy", policy="no-such-policy")

    def test_an_omitted_column_without_a_default(self):
        self.refuse(5, 'NOT NULL without a default, and is omitted', "token", "policy.json, line ",
                    policy=self.policy({"table": "person", "columns": [{"column": "token", "action": "omit", "reason": "r"}]}))

    def test_null_for_a_column_that_must_not_be(self):
        self.refuse(5, "NOT NULL, and is set to null", "token",
                    policy=self.policy({"table": "person", "columns": [{"column": "token", "action": "null", "reason": "r"}]}))

    def test_a_constant_in_a_unique_column(self):
        self.refuse(5, "unique key", "email",
                    policy=self.policy({"table": "person", "columns": [{"column": "email", "action": "constant", "value": "x", "reason": "r"}]}))

    def test_rows_that_others_reference(self):
        for rule in ({"action": "exclude-rows"}, {"where": "id = 1"}):
            with self.subTest(rule=rule):
                self.refuse(5, "rows of", "team", "person", policy=self.policy({"table": "team", "reason": "r", **rule}))

    def test_a_rule_that_matches_nothing(self):
        self.refuse(5, "no_such_table", policy=self.policy({"table": "no_such_table", "action": "exclude", "reason": "r"}))
        self.refuse(5, "no_such_column", policy=self.policy(
            {"table": "person", "columns": [{"column": "no_such_column", "action": "null", "reason": "r"}]}))

    def test_strict_wants_a_verdict_for_every_column(self):
        rules = [{"table": "person", "action": "exclude-rows", "reason": "r"}]
        self.refuse(5, "team", policy=self.policy(*rules, strict=True))

    def test_a_filter_that_is_no_sql(self):
        self.refuse(5, "person", policy=self.policy({"table": "person", "where": "id >", "reason": "r"}))


GENERATED = """
CREATE TABLE cg (id integer PRIMARY KEY, y integer, x integer GENERATED ALWAYS AS (y * 1) STORED UNIQUE, free integer);
CREATE TABLE rg (id integer PRIMARY KEY, x integer REFERENCES cg (x), z integer, w integer GENERATED ALWAYS AS (z) STORED REFERENCES cg (x));
CREATE TABLE lm (id integer PRIMARY KEY, mail text, l text GENERATED ALWAYS AS (lower(mail)) STORED UNIQUE,
                 c text GENERATED ALWAYS AS (coalesce(mail, 'none')) STORED NOT NULL);
CREATE TABLE nn (id integer PRIMARY KEY, s text, l text GENERATED ALWAYS AS (s || 'x') STORED NOT NULL);
INSERT INTO cg SELECT i, 7 * i FROM generate_series(1, 10) i;
INSERT INTO rg SELECT i, 7 * i, 7 * i FROM generate_series(1, 10) i;
INSERT INTO lm SELECT i, 'Who' || i FROM generate_series(1, 10) i;
INSERT INTO nn SELECT i, 's' || i FROM generate_series(1, 10) i;
"""


class GeneratedKeys(Policies):
    """What generated columns are computed from: a restore computes them anew, and they may be in a constraint."""

    SOURCE = GENERATED

    def changed(self, table, column, action, **more):
        return {"table": table, "columns": [{"column": column, "action": action, "reason": "r", **more}]}

    def test_what_breaks_a_constraint_is_refused(self):
        for parts, rule in (
                (("cg.y", "cg.x", "\"public.rg\" references it"), self.changed("cg", "y", "pseudonym")),
                (("cg.y", "cg.x", "\"public.rg\" references it"), self.changed("cg", "y", "null")),
                (("cg.y", "cg.x", "cg_x_key"), self.changed("cg", "y", "constant", value="1")),
                (("rg.z", "rg.w", "rg_w_fkey"), self.changed("rg", "z", "noise", amount=3)),
                (("lm.mail", "lm.l", "lm_l_key"), self.changed("lm", "mail", "mask")),
                (("nn.s", "nn.l", "NOT NULL"), self.changed("nn", "s", "null"))):
            with self.subTest(rule=rule):
                policy = self.policy(rule)
                self.refuse(5, *parts, "policy.json, line ", policy=policy)
                self.assertEqual(harness.run("policy", "check", policy, "-d", self.url(self.source)).code, 5)

    def test_what_is_permitted_restores(self):
        rules = (self.changed("cg", "free", "constant", value="1"), self.changed("rg", "z", "null"),
                 self.changed("lm", "mail", "null"), self.changed("nn", "s", "constant", value="gone"))
        copy = self.restore(self.dump(self.source, "permitted", "--policy", self.policy(*rules)))
        self.assertEqual(self.server.query(
            "SELECT (SELECT count(w) FROM rg), (SELECT count(l) FROM lm), (SELECT min(c) FROM lm), (SELECT min(l) FROM nn)", copy),
            "0|0|none|gonex")


if __name__ == "__main__":
    harness.main()
