"""`pgcoffer audit`: what must not be in an archive is found, and what may is left in peace."""

import hashlib
import json
import unittest

import harness
import servers

# Planted secrets by the kind that the report calls them; the columns' names say nothing.
SECRETS = {
    "bcrypt": "$2b$12$" + "eImiTXuWVxfM37uY4JANjQ" * 3,
    "argon2": "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWA",
    "scrypt": "scrypt:32768:8:1$abcdefgh$" + "1f" * 32,
    "pbkdf2": "pbkdf2_sha256$600000$abcdefghij$" + "Ab3d" * 11,
    "crypt": "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "private-key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "aws-key": "the key is AKIAIOSFODNN7EXAMPLE",
    "slack-token": "xoxb-" + "1234567890-" * 3,
    "github-token": "ghp_" + "aB3dE6" * 6,
    "stripe-key": "sk_live_" + "aB3dE6" * 4,
    "other-token": "glpat-" + "aB3dE6" * 4,
    "url-password": "postgres://app:s3cretword@db.example.com/shop",
    "json-secret": '{"smtp": {"password": "hunter2-hunter2"}}',
    "high-entropy": "q7ZtP0xKc4LmW9vRb2NfYs6H",
}
PERSONAL = {
    "email": "write to ann@example.org",
    "phone": "+49 911 1234567",
    "iban": "DE89 3704 0044 0532 0130 00",
    "card": "4111 1111 1111 1111",
    "ip": "192.0.2.7",
}


def table_of(kind):
    return "t_" + kind.replace("-", "_")


def planted(values):
    return "".join(
        f"CREATE TABLE {table_of(kind)} (id int PRIMARY KEY, c1 text);\nINSERT INTO {table_of(kind)} VALUES (1, NULL), (2, $v${value}$v$);\n"
        for kind, value in values.items()
    )


SCHEMA = json.loads((servers.ROOT / "schema" / "audit.schema.json").read_text())
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def differs(value, schema, place="report"):
    """What of JSON Schema the report's schema uses; yields where the value is not as it says."""
    if "$ref" in schema:
        schema = SCHEMA["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    if type(value) is not TYPES[schema["type"]] or value not in schema.get("enum", [value]):
        yield f"{place}: {value!r}"
    elif schema["type"] == "array":
        for number, item in enumerate(value):
            yield from differs(item, schema["items"], f"{place}[{number}]")
    elif schema["type"] == "object":
        yield from (f"{place}: no {key}" for key in schema["required"] if key not in value)
        yield from (f"{place}: unknown {key}" for key in value if key not in schema["properties"])
        for key in value.keys() & schema["properties"].keys():
            yield from differs(value[key], schema["properties"][key], f"{place}.{key}")


class Audit(harness.Case):
    def audit(self, path, *options, code, **more):
        result = harness.run("audit", path, "--json", *options, **more)
        self.assertEqual(result.code, code, result)
        self.assertEqual(list(differs(result.json, SCHEMA)), [])
        return result.json

    def test_every_kind_is_found_where_it_is_and_never_shown(self):
        database = self.database(planted(SECRETS) + planted(PERSONAL))
        for name, options in (("plain", ()), ("rows.zip", ("--rows", "json")), ("csv", ("--rows", "csv"))):
            archive = self.dump(database, name, *options)
            report = self.audit(archive, code=5)
            self.assertEqual(
                sorted((finding["object"], finding["kind"]) for finding in report["findings"]),
                sorted((f"public.{table_of(kind)}.c1", kind) for kind in SECRETS),
            )
            self.assertEqual({note["kind"] for note in report["notes"]}, set(PERSONAL))
            (place,) = report["findings"][0]["places"]
            self.assertEqual(place["row"], 2)
            self.assertTrue(place["part"].startswith("data/public.t_"), place)
        strict = self.audit(archive, "--personal-data", code=5)
        self.assertEqual({finding["kind"] for finding in strict["findings"]}, set(SECRETS) | set(PERSONAL))
        files = self.folder / "report.json", self.folder / "report.md"
        shown = harness.run("audit", archive, "-o", *files)
        everything = shown.out + shown.err + "".join(file.read_text() for file in files)
        for value in [*SECRETS.values(), *PERSONAL.values()]:
            self.assertNotIn(value.split("\n")[0][-16:], everything)
        self.assertIn("**Failed**", files[1].read_text())

    def test_bytes_large_objects_and_the_schema_are_read(self):
        secret = SECRETS["stripe-key"]
        database = self.database(
            f"""CREATE TABLE a (id int PRIMARY KEY, c1 bytea, c2 text DEFAULT '{secret}');
            INSERT INTO a VALUES (1, '{secret}'::bytea, 'x');
            SELECT lo_from_bytea(4711, 'see {SECRETS["github-token"]}');"""
        )
        report = self.audit(self.dump(database, "archive"), code=5)
        self.assertEqual(
            sorted((finding["object"], finding["kind"]) for finding in report["findings"]),
            [("TABLE a", "stripe-key"), ("large object 4711", "github-token"), ("public.a.c1", "stripe-key")],
        )

    def test_the_texts_of_the_database_and_its_policy_are_read(self):
        token, key, names = SECRETS["github-token"], "AKIAIOSFODNN7EXAMPLE", lambda report: [(one["object"], one["kind"]) for one in report["findings"]]
        database = self.database("CREATE TABLE a (id int PRIMARY KEY, c1 text)")
        self.server.query(f"COMMENT ON DATABASE {database} IS 'see {token}'", database)
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [{"table": "a", "columns": [
            {"column": "c1", "action": "null", "reason": f"held {key}", "after-restore": f"put {token} there"}]}]}))
        archive = self.dump(database, "archive", "--policy", policy)
        report = self.audit(archive, code=5)
        self.assertEqual(sorted(names(report)), [
            ("after-restore of public.a.c1", "github-token"), ("comment of the database", "github-token"), ("reason of public.a.c1", "aws-key")])
        shown = harness.run("audit", archive, "--policy", policy)
        for value in (token, key):
            self.assertNotIn(value, json.dumps(report) + shown.out + shown.err)
        result = harness.run("dump", "-d", self.url(database), "-f", self.folder / "refused", "--policy", policy, "--audit")
        self.assertEqual(result.code, 5, result)
        self.assertEqual(names(json.loads((self.folder / "refused.audit.json").read_text())), names(report))

    def test_personal_data_outside_of_rows(self):
        """In the schema and in large objects: noted, or a finding where personal data is one."""
        mail, iban, card = "ann@example.org", PERSONAL["iban"].replace(" ", ""), PERSONAL["card"]
        database = self.database(
            f"""CREATE TABLE p (k text) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('{mail}');
            CREATE TABLE d (a text DEFAULT '{iban}', b text CHECK (b LIKE '%@example.org'), c int[] CHECK (c @> '{{1}}'));
            CREATE TABLE c (a text CONSTRAINT c_check CHECK (a <> '{card}'));
            CREATE INDEX i ON c (a) WHERE a = '{mail}'; COMMENT ON TABLE c IS 'ask {mail}';
            CREATE TYPE e AS ENUM ('{mail}', 'x'); CREATE VIEW v AS SELECT '{mail}'::text AS x;
            CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '{iban}' $$;
            ALTER TABLE c ENABLE ROW LEVEL SECURITY; CREATE POLICY y ON c USING (a = '{mail}');
            CREATE TABLE "bob@example.net" (id int);
            SELECT lo_from_bytea(4711, 'see {card}'), lo_from_bytea(4712, decode('0001784079007a', 'hex')), lo_from_bytea(4713, 'none');"""
        )
        archive = self.dump(database, "archive")
        objects = lambda found: sorted((one["object"], one["kind"]) for one in found)
        expected = [("COMMENT TABLE public.c", "email"), ("FUNCTION f()", "iban"), ("INDEX i", "email"), ("POLICY c y", "email"), ("TABLE ATTACH p1", "email"),
                    ("TABLE c", "card"), ("TABLE d", "iban"), ("TYPE e", "email"), ("VIEW v", "email"), ("large object 4711", "card")]
        report = self.audit(archive, code=0)
        self.assertEqual(objects(report["notes"]), expected)
        report = self.audit(archive, "--personal-data", code=5)
        self.assertEqual((objects(report["findings"]), report["notes"]), (expected, []))
        for value in (mail, iban, card):
            self.assertNotIn(value, json.dumps(report))
        result = harness.run("dump", "-d", self.url(database), "-f", self.folder / "refused", "--audit", "--audit-personal-data")
        self.assertEqual(result.code, 5, result)
        self.assertEqual(objects(json.loads((self.folder / "refused.audit.json").read_text())["findings"]), expected)

    def test_personal_data_that_rules_let_through(self):
        """Columns with any rule were taken to hold no personal data, whatever the rule left of it."""
        columns = {
            "path": ("jsonb", {"action": "redact-json", "paths": ["no.such"]}),
            "longer": ("text", {"action": "truncate", "length": 1000}),
            "copied": ("text", {"action": "template", "sql": "mail"}),
            "tail": ("text", {"action": "mask", "keep-end": 9}),
            "made": ("text", {"action": "template", "sql": "'user' || id || '@example.com'"}),
            "domain": ("text", {"action": "mask", "keep-domain": True}),
            "start": ("text", {"action": "mask", "keep-start": 1, "keep-domain": True}),
            "key": ("text", {"action": "pseudonym", "format": "email", "keep-domain": True}),
            "digest": ("text", {"action": "sha256"}),
            "same": ("text", {"action": "constant", "value": "ann@x.ch"}),
            "net": ("inet", {"action": "truncate", "length": 24}),
            "whole": ("inet", {"action": "truncate", "length": 32}),
        }
        values = {"path": """'{"mail": "ann@x.ch"}'""", "tail": "'write to ann@x.ch'", "net": "'192.0.2.7'", "whole": "'192.0.2.7'"}
        database = self.database(
            "CREATE TABLE a (id int PRIMARY KEY, mail text, " + ", ".join(f'"{name}" {kind}' for name, (kind, _) in columns.items()) + ");"
            "INSERT INTO a VALUES (1, 'ann@x.ch', " + ", ".join(values.get(name, "'ann@x.ch'") for name in columns) + ")"
        )
        rules = [{"column": "mail", "action": "null", "reason": "r"}] + [{"column": name, "reason": "r", **rule} for name, (_, rule) in columns.items()]
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [{"table": "a", "columns": rules}]}))
        key = self.folder / "key"
        key.write_text(harness.KEY + "\n")
        key.chmod(0o600)
        options = "--policy", policy, "--pseudonym-key-file", key
        told = lambda found: sorted((one["object"].split(".")[-1], one["kind"]) for one in found)
        expected = sorted([("copied", "email"), ("longer", "email"), ("path", "email"), ("tail", "email"), ("whole", "ip")])
        archive = self.dump(database, "archive", *options)
        self.assertEqual(told(self.audit(archive, code=0)["notes"]), expected)
        self.assertEqual(told(self.audit(archive, "--personal-data", code=5)["findings"]), expected)
        harness.run("dump", "-d", self.url(database), "-f", self.folder / "never", *options, "--audit", "--audit-personal-data")
        self.assertEqual(told(json.loads((self.folder / "never.audit.json").read_text())["findings"]), expected)

    def test_credentials_in_settings_are_known_by_their_keys(self):
        """A password that looks like any word, which only the name beside it tells."""
        removed = ["smtp_password", "smtpPass", "stripe.secret-key", "API_KEY", "jwtSecret", "_auth_token_2", "db_dsn", "otp_seed"]
        kept = ["site_title", "password_min_length", "require_secret", "compass", "max_tokens", "page_token", "monkey"]
        rows = ", ".join(f"('{key}', 'tulips-in-spring')" for key in removed + kept)
        database = self.database("CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL); "
                                 f"INSERT INTO settings VALUES {rows}")
        findings = self.audit(self.dump(database, "kept"), code=5)["findings"]
        self.assertEqual([(one["object"], one["kind"]) for one in findings], [("public.settings.value", "named-secret")])
        archive = self.dump(database, "removed", "--policy", "no-credentials")
        self.audit(archive, code=0)
        rows = dict(json.loads(line).values() for line in self.ok("cat", archive, "settings", "--rows", "json").out.splitlines())
        self.assertEqual(rows, {**{key: "REMOVED" for key in removed}, **{key: "tulips-in-spring" for key in kept}})

    def test_an_application_without_credentials_passes(self):
        policy = servers.ROOT / "fixtures" / "app" / "policy.json"
        archive = self.dump(self.app(), "app.zip", "--policy", policy, "--encrypt", key=harness.KEY)
        report = self.audit(archive, code=0, key=harness.KEY)
        self.assertTrue(report["passed"])
        self.assertGreater(len(report["foreign_keys"]), 10)
        self.assertNotIn("broken", {key["result"] for key in report["foreign_keys"]})
        self.assertIn("holds", {key["result"] for key in report["foreign_keys"]})
        self.assertIn("password hashes stay on the server", {one["reason"] for one in report["left_out"]})
        self.refused(2, "key", args=["audit", archive])

    def test_what_names_do_not_tell_is_found_in_the_rows(self):
        """no-credentials goes by names: a password within jsonb and a token among headers are what it lets through here."""
        report = self.audit(self.dump(self.app(), "app", "--policy", "no-credentials"), code=5)
        self.assertEqual([(one["object"], one["kind"]) for one in report["findings"]],
                         [("team.integrations.config", "json-secret"), ("team.webhooks.headers", "named-secret")])

    def test_what_is_called_like_personal_data_elsewhere_is_noted(self):
        """The report's schema did not know the kind."""
        database = self.database("CREATE TABLE visits (id integer PRIMARY KEY, physician_contact text, status text); INSERT INTO visits VALUES (1, 'x', 'done')")
        notes = self.audit(self.dump(database, "archive"), code=0)["notes"]
        self.assertEqual([(one["object"], one["kind"]) for one in notes], [("public.visits.physician_contact", "called-like-personal-data")])

    def test_an_application_with_credentials_does_not(self):
        report = self.audit(self.dump(self.app(), "app"), code=5)
        found = {finding["object"] for finding in report["findings"]}
        self.assertIn("auth.users.password_hash", found)
        self.assertIn("auth.sessions.token", found)

    def test_partitions_are_judged_by_the_name_of_their_table(self):
        database = self.database(
            """CREATE TABLE sessions (sid text, expires int) PARTITION BY RANGE (expires);
            CREATE TABLE y2024 PARTITION OF sessions FOR VALUES FROM (0) TO (10);
            INSERT INTO sessions VALUES ('abc', 1);"""
        )
        archive = self.dump(database, "archive")
        self.assertEqual([one["object"] for one in self.audit(archive, code=5)["findings"]], ["public.y2024.sid"])
        held = self.audit(archive, "--policy", "no-credentials", code=5)
        self.assertIn(("public.y2024", "policy"), {(one["object"], one["kind"]) for one in held["findings"]})

    def test_what_is_accepted_is_no_finding_and_is_told(self):
        database = self.database(planted({"aws-key": SECRETS["aws-key"]}))
        archive = self.dump(database, "archive")
        report = self.audit(archive, "--accept", "public.t_aws_key.c1:aws-key", code=0)
        self.assertEqual([one["object"] for one in report["accepted"]], ["public.t_aws_key.c1"])
        self.refused(2, "public.other.c1", args=["audit", archive, "--accept", "public.other.c1"])

    def test_a_policy_that_the_archive_does_not_keep(self):
        database = self.database("CREATE TABLE a (id int, note text); INSERT INTO a VALUES (1, 'x'); CREATE TABLE b (id int)")
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "strict": True, "tables": [
            {"table": "a", "columns": [{"column": "note", "action": "null", "reason": "r"}, {"column": "id", "action": "keep"}]}]}))
        archive = self.dump(database, "archive")
        report = self.audit(archive, "--policy", policy, code=5)
        self.assertEqual({finding["kind"] for finding in report["findings"]}, {"policy"})
        text = json.dumps(report["findings"])
        self.assertIn("public.a.note", text)
        self.assertIn("public.b", text)

    def test_a_policy_that_says_the_same_in_another_way_is_not_kept(self):
        """The kinds of actions are the same, and what they are told is not."""
        database = self.database("CREATE TABLE a (id int, note text, mail text, doc jsonb, hired date, kind text); "
                                 "INSERT INTO a VALUES (1, 'x', 'a@b.c', '{\"k\": 1}', '2020-01-01', 'k')")

        def policy(name, where, **actions):
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps({"version": 1, "tables": [{"table": "a", "where": where, "columns": [
                {"column": column, "reason": "r", **action} for column, action in actions.items()]}]}))
            return path

        first = policy("first", "id > 0", note={"action": "constant", "value": "one"}, mail={"action": "mask", "keep-end": 2},
                       doc={"action": "redact-json", "paths": ["k"]}, hired={"action": "date-shift", "days": 3},
                       kind={"action": "sha256"})
        second = policy("second", "id > 1", note={"action": "constant", "value": "two"}, mail={"action": "mask", "keep-end": 2, "with": "#"},
                        doc={"action": "redact-json", "paths": ["k"], "value": "gone"}, hired={"action": "date-shift", "days": 3, "seed": "s"},
                        kind={"action": "truncate", "length": 1})
        archive = self.dump(database, "archive", "--policy", first)
        self.audit(archive, "--policy", first, code=0)
        findings = self.audit(archive, "--policy", second, code=5)["findings"]
        self.assertEqual({(one["object"], one["kind"]) for one in findings}, {
            ("public.a", "policy"), *((f"public.a.{column}", "policy") for column in ("note", "mail", "doc", "hired", "kind"))})
        said = {one["object"]: one["what"] for one in findings}
        self.assertIn("the policy says where id > 1, and in the archive it is where (id > 0)", said["public.a"])
        self.assertIn("the policy says constant two, and in the archive it is constant one", said["public.a.note"])
        self.assertNotIn("seed s", json.dumps(findings))
        # What is left out altogether keeps any rule.
        stricter = self.dump(database, "stricter", "--policy", policy("third", "id > 1", **{
            column: {"action": "null"} for column in ("note", "mail", "doc", "hired", "kind")}))
        self.audit(stricter, "--policy", second, code=0)

    def test_an_archive_that_does_not_keep_its_own_verdicts(self):
        """As one that another program wrote, or a mistake of ours."""
        database = self.database("CREATE TABLE a (id int, c1 text, c2 text); INSERT INTO a VALUES (1, 'x', 'y'), (2, 'z', 'y')")
        archive = self.dump(database, "archive", "--compress", "none")
        manifest = archive / "manifest.json"
        written = manifest.read_text()
        (archive / "manifest.sha256").unlink()

        def changed(change):
            document = json.loads(written)
            change(document["tables"][0])
            manifest.write_text(json.dumps(document))
            return archive

        def findings(change):
            return [(one["object"], one["kind"]) for one in self.audit(changed(change), code=5)["findings"]]

        def more_fields(table):
            (part,) = table["parts"]
            file = archive / part["file"]
            file.write_bytes(text := file.read_bytes().replace(b"z\ty\n", b"z\ty\tsecret\n"))
            part["encoded_bytes"] = part["stored_bytes"] = len(text)
            part.pop("encoded_xxh128")
            part["encoded_sha256"] = part["stored_sha256"] = hashlib.sha256(text).hexdigest()

        self.assertEqual(findings(lambda table: table["columns"][1].update(verdict="null")), [("public.a.c1", "verdict-not-kept")])
        self.assertEqual(findings(lambda table: table["columns"][1].update(verdict="constant")), [("public.a.c1", "verdict-not-kept")])
        self.assertEqual(findings(lambda table: table.update(verdict="exclude-rows")), [("public.a", "verdict-not-kept")])
        omitted = changed(lambda table: table["columns"][2].update(verdict="omit", in_rows=False))
        self.refused(4, "other columns", args=["audit", omitted])
        self.assertEqual(findings(more_fields), [("public.a", "columns-differ")])

    def test_foreign_keys_are_held_against_the_rows(self):
        database = self.database(
            """CREATE TABLE p (a int, b text, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
            CREATE TABLE "Child" (id bigint PRIMARY KEY, "pA" int, b text, self bigint REFERENCES "Child", FOREIGN KEY ("pA", b) REFERENCES p (a, b));
            INSERT INTO p VALUES (1, 'x'), (2, E'tab\\tand \\\\');
            INSERT INTO "Child" VALUES (1, 1, 'x', 2), (2, 2, E'tab\\tand \\\\', 1), (3, NULL, 'x', NULL);"""
        )
        good = self.audit(self.dump(database, "good"), code=0)
        self.assertEqual({key["result"] for key in good["foreign_keys"]}, {"holds"})
        self.assertEqual(len(good["foreign_keys"]), 2)
        # Rows that the server would refuse.
        self.server.query('SET session_replication_role = replica; INSERT INTO "Child" VALUES (4, 7, \'x\', 99), (5, 7, \'x\', 1)', database)
        bad = self.audit(self.dump(database, "bad"), code=5)
        self.assertEqual(sorted(key["missing_keys"] for key in bad["foreign_keys"]), [1, 1])
        self.assertEqual({finding["kind"] for finding in bad["findings"]}, {"foreign-key"})

    def test_references_that_the_policy_leaves_are_permitted(self):
        database = self.database(
            """CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p);
            INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2)"""
        )
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [
            {"table": "p", "where": "id = 1"}, {"table": "c", "on-missing-parent": "leave"}]}))
        (key,) = self.audit(self.dump(database, "archive", "--policy", policy), code=0)["foreign_keys"]
        self.assertEqual((key["result"], key["missing_keys"]), ("permitted", 1))

    def test_reports_go_to_files_that_say_what_they_are(self):
        self.refused(2, "report.txt", args=["audit", self.folder, "-o", self.folder / "report.txt"])


if __name__ == "__main__":
    unittest.main()
