"""Roles, memberships, tablespaces and privileges on parameters: as pg_dumpall --globals-only has them."""

import json
import re

import harness
from test_audit import SCHEMA, differs

ROLES = r"""
CREATE ROLE "Admin Ü" SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN CONNECTION LIMIT 5 PASSWORD 'secret' VALID UNTIL '2031-05-06 07:08:09.123+02';
COMMENT ON ROLE "Admin Ü" IS E'it''s\na \\ comment';
CREATE ROLE team NOINHERIT;
CREATE ROLE bob LOGIN PASSWORD 'hidden' VALID UNTIL 'infinity';
CREATE ROLE eve NOLOGIN CONNECTION LIMIT 0;
CREATE ROLE "select" LOGIN;
ALTER ROLE bob SET search_path = '$user', "odd, name", public;
ALTER ROLE bob SET role = team;
ALTER ROLE eve SET "app.x" = 'a''b\c';
ALTER ROLE ALL SET lock_timeout = '4s';
GRANT team TO bob WITH ADMIN OPTION;
GRANT team TO "select";
GRANT pg_monitor TO eve WITH ADMIN OPTION;
GRANT bob TO eve;
"""
NEWER = {  # 16: grantors are kept, and grants have options
    16: r"""
GRANT team TO eve WITH ADMIN OPTION, INHERIT TRUE, SET FALSE GRANTED BY bob;
GRANT team TO "select" WITH INHERIT FALSE GRANTED BY eve;
GRANT bob TO "select" WITH INHERIT TRUE, SET FALSE;
""",
    15: r"""
GRANT SET ON PARAMETER log_statement TO bob WITH GRANT OPTION;
GRANT ALTER SYSTEM, SET ON PARAMETER work_mem TO eve;
GRANT SET ON PARAMETER "app.x" TO PUBLIC;
SET SESSION AUTHORIZATION bob;
GRANT SET ON PARAMETER log_statement TO team;
RESET SESSION AUTHORIZATION;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE "Fast 'Ü'" OWNER bob LOCATION '';
ALTER TABLESPACE "Fast 'Ü'" SET (random_page_cost = 1.5, seq_page_cost = 0.5);
GRANT CREATE ON TABLESPACE "Fast 'Ü'" TO eve WITH GRANT OPTION;
REVOKE CREATE ON TABLESPACE "Fast 'Ü'" FROM bob;
COMMENT ON TABLESPACE "Fast 'Ü'" IS 'in place';
CREATE TABLESPACE plain LOCATION '';
""",
}


class Globals(harness.ClusterCase):
    def fill(self, server=None):
        server = server or self.server
        sql = ROLES + "".join(text for version, text in NEWER.items() if server.major >= version)
        server.psql("postgres", script=sql)

    def statements(self, server, *options):
        """pg_dumpall's globals, in any order, without what names the moment; and what it leaves out."""
        text = re.sub(r"'pg_tblspc/\d+'", "''", server.pg_dumpall("--globals-only", *options))
        lines = [line for line in text.split("\n") if line.strip() and not line.startswith(("--", "\\"))]
        return sorted(lines) + [server.query("SELECT setconfig FROM pg_db_role_setting WHERE setrole = 0 AND setdatabase = 0", "postgres")]

    def dump_globals(self, name, *options, **run_options):
        return self.dump("postgres", name, "--globals", *options, **run_options)

    def restore_globals(self, path, *options, **run_options):
        """In-place tablespaces are for tests: the target must be told that it may have them."""
        if self.other.major >= 15:
            run_options.setdefault("env", {})["PGOPTIONS"] = "-c allow_in_place_tablespaces=on"
        return self.ok("restore", path, "-d", self.other.url("postgres"), *options, **run_options)

    def test_an_archive_brings_everything(self):
        self.fill()
        for name, options, key in (("d", [], None), ("z.zip", ["--encrypt"], harness.KEY)):
            with self.subTest(archive=name):
                self.other.empty()
                path = self.dump_globals(name, *options, key=key)
                self.ok("verify", path, key=key)
                self.restore_globals(path, key=key)
                self.assertEqual(self.statements(self.server, "--no-role-passwords"), self.statements(self.other, "--no-role-passwords"))

    def test_passwords_only_when_asked_for_and_sealed(self):
        self.fill()
        open_archive = self.dump_globals("open")
        self.assertNotRegex(harness.opened(open_archive), rb"SCRAM-SHA-256|md5[0-9a-f]{32}")
        self.refused(2, "encrypted archive only", "--encrypt", args=["dump", "-d", self.url("postgres"), "--globals", "--role-passwords", "-f", self.folder / "no"])
        sealed = self.dump_globals("sealed", "--role-passwords", "--encrypt", key=harness.KEY)
        shown = self.ok("inspect", sealed, "--json", key=harness.KEY)
        self.assertTrue(shown.json["globals"]["passwords"])
        self.assertNotIn("SCRAM", shown.out)
        self.restore_globals(sealed, key=harness.KEY)
        self.assertEqual(self.statements(self.server), self.statements(self.other))

    def test_globals_are_audited(self):
        self.fill()
        self.server.psql("postgres", script="ALTER ROLE eve SET app.api_token = 'Gh6jXgo786tq1'; ALTER ROLE ALL SET app.target = 'postgresql://app:hunter2hunter2@db/shop'")
        tablespaces = 0
        if self.server.major >= 15:
            self.server.psql("postgres", script="COMMENT ON TABLESPACE plain IS 'pw ghp_abcdefghijklmnopqrstuvwxyz0123456789'")
            tablespaces = 2
        path = self.dump_globals("globals.zip", "--role-passwords", "--encrypt", key=harness.KEY)
        report = harness.run("audit", path, "--json", key=harness.KEY)
        self.assertEqual(report.code, 5, report)
        self.assertEqual(list(differs(report.json, SCHEMA)), [])
        self.assertNotRegex(report.out, "SCRAM|hunter2|Gh6jXgo786tq1")
        found = {(one["object"], one["kind"]) for one in report.json["findings"]}
        passwords = {('password of role "Admin Ü"', "crypt"), ("password of role bob", "crypt")}
        expected = {("setting app.api_token of role eve", "named-secret"), ("setting app.target of all roles", "url-password")} | ({("comment of tablespace plain", "github-token")} if tablespaces else set())
        self.assertEqual(found - {(f"password of role {self.server.user}", "crypt")}, passwords | expected)
        self.assertEqual((report.json["read"]["roles"], report.json["read"]["tablespaces"]), (6, tablespaces))
        without = self.dump_globals("open", "--policy", "no-credentials")
        audited = harness.run("audit", without, *(["--accept", "comment of tablespace plain"] if tablespaces else []))
        self.assertEqual(audited.code, 0, audited)
        self.assertIn(f"passed: 6 roles, {tablespaces} tablespaces read", audited.out)

    def test_a_script_is_what_psql_plays(self):
        self.fill()
        path = self.folder / "globals.sql"
        result = self.ok("dump", "-d", self.url("postgres"), "--globals", "--role-passwords", "-f", path)
        self.assertIn("password verifiers", result.err)
        # The role that initdb made is there already.
        script = path.read_text().replace(f"CREATE ROLE {self.server.user};\n", "")
        done = self.other.psql("postgres", script="SET allow_in_place_tablespaces = on;\n" * (self.other.major >= 15) + script)
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.statements(self.server), self.statements(self.other))

    def test_what_exists_is_brought_to_the_archives_state(self):
        self.fill()
        path = self.dump_globals("archive")
        self.other.psql("postgres", script="""
            CREATE ROLE bob NOLOGIN SUPERUSER CONNECTION LIMIT 7; ALTER ROLE bob SET work_mem = '7MB'; COMMENT ON ROLE bob IS 'old';
            CREATE ROLE team; CREATE ROLE eve; GRANT team TO eve; GRANT pg_monitor TO bob; CREATE ROLE mine; GRANT bob TO mine;
            ALTER ROLE ALL SET work_mem = '9MB';""")
        if self.other.major >= 15:
            self.other.psql("postgres", script="""SET allow_in_place_tablespaces = on; CREATE TABLESPACE plain OWNER eve LOCATION '';
                ALTER TABLESPACE plain SET (seq_page_cost = 3); GRANT CREATE ON TABLESPACE plain TO bob; COMMENT ON TABLESPACE plain IS 'old';""")
        before = self.statements(self.other)
        shown = self.ok("restore", path, "-d", self.other.url("postgres"), "--dry-run",
                        env={"PGOPTIONS": "-c allow_in_place_tablespaces=on"} if self.other.major >= 15 else None)
        self.assertEqual(self.statements(self.other), before)
        self.assertIn("change role bob: NOSUPERUSER LOGIN CONNECTION LIMIT -1", shown.out)
        self.assertIn("create role \"select\"", shown.out)
        self.refused(2, "--yes", "Nothing was changed", args=["restore", path, "-d", self.other.url("postgres")])
        self.assertEqual(self.statements(self.other), before)
        result = self.restore_globals(path, "--yes")
        self.assertRegex(result.err, "exists already.*role bob")
        # From 16 on the archive knows eve's membership as well, granted by somebody else.
        for member, role in [("bob", "pg_monitor")] + [("eve", "team")] * (self.other.major < 16):
            self.assertIn(f"{member} is a member of {role} on this server only", result.err)
        # What only the target has is left.
        self.other.psql("postgres", script="REVOKE pg_monitor FROM bob; REVOKE bob FROM mine; DROP ROLE mine; REVOKE team FROM eve;")
        self.assertEqual(self.statements(self.server, "--no-role-passwords"), self.statements(self.other, "--no-role-passwords"))
        again = self.restore_globals(path, "--json").json
        self.assertEqual(again["plan"], ["roles and tablespaces are as in the archive: nothing to do"])

    def test_a_plain_role_is_told_all_that_it_may_not(self):
        self.fill()
        path = self.dump_globals("archive")
        self.other.psql("postgres", script="CREATE ROLE creator CREATEROLE LOGIN PASSWORD 'pw'")
        before = self.statements(self.other)
        result = self.refused(3, "Admin Ü", "Nothing was changed", "superuser",
                              args=["restore", path, "-d", self.other.url("postgres", user="creator", password="pw"), "--yes"])
        self.assertNotIn("create role team:", result.err)
        if self.other.major >= 15:
            self.assertIn("create tablespace plain in the cluster's own folder: only superusers may", result.err)
            self.assertIn("privileges on parameter work_mem: only superusers may", result.err)
        self.assertEqual(self.statements(self.other), before)

    def test_a_plain_role_reads_all_but_passwords(self):
        self.fill()
        self.server.psql("postgres", script="CREATE ROLE reader LOGIN PASSWORD 'pw'")
        url = self.url("postgres", user="reader", password="pw")
        path = self.folder / "archive"
        self.ok("dump", "-d", url, "--globals", "-f", path)
        self.restore_globals(path)
        self.assertEqual(self.statements(self.server, "--no-role-passwords"), self.statements(self.other, "--no-role-passwords"))
        self.refused(3, "pg_authid", "--role-passwords", args=["dump", "-d", url, "--globals", "--role-passwords", "-f", "-"])

    def test_a_tablespaces_folder_that_is_missing(self):
        # Not made on the server: only said so in the archive.
        self.fill()
        if self.server.major < 15:
            self.skipTest("needs tablespaces in place")
        path = self.dump_globals("archive")
        manifest = path / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"name":"plain","owner":"postgres"', '"name":"plain","owner":"postgres","location":"/nowhere/at all"'))
        (path / "manifest.sha256").unlink()
        result = self.refused(1, "create tablespace plain", "/nowhere/at all", "Make the folder",
                              args=["restore", path, "-d", self.other.url("postgres")], env={"PGOPTIONS": "-c allow_in_place_tablespaces=on"})
        self.assertRegex(result.err, r"\d+ of \d+ steps are done")
        self.other.psql("postgres", script="SET allow_in_place_tablespaces = on; CREATE TABLESPACE plain LOCATION ''")
        result = self.restore_globals(path)
        self.assertIn('tablespace plain is in the cluster\'s own folder here, not in "/nowhere/at all"', result.err)

    def test_a_parameter_that_is_gone(self):
        self.server.psql("postgres", script="CREATE ROLE bob; ALTER ROLE bob SET work_mem = '5MB'; ALTER ROLE bob SET lock_timeout = '3s'")
        path = self.dump_globals("archive")
        manifest = path / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"name":"work_mem"', '"name":"a_setting_of_old"'))
        (path / "manifest.sha256").unlink()
        self.assertIn("a_setting_of_old", self.restore_globals(path).err)
        self.assertEqual(self.other.query("SELECT rolconfig FROM pg_roles WHERE rolname = 'bob'", "postgres"), "{lock_timeout=3s}")

    def test_what_options_leave_out(self):
        self.fill()
        text = self.ok("dump", "-d", self.url("postgres"), "--globals", "-f", "-", "-x", "--no-comments", "--no-tablespaces").out
        self.assertNotRegex(text, r"(?m)^(COMMENT|GRANT .* ON|CREATE TABLESPACE)")
        self.assertRegex(text, r"(?m)^GRANT team TO bob")

    def test_credentials_among_the_settings_are_left_out(self):
        self.server.psql("postgres", script="CREATE ROLE bob; ALTER ROLE bob SET \"app.api_key\" = 'PLANTED'; ALTER ROLE ALL SET \"app.jwt_secret\" = 'PLANTED'")
        result = self.ok("dump", "-d", self.url("postgres"), "--globals", "-f", "-", "--policy", "no-credentials")
        self.assertNotIn("PLANTED", result.out)
        self.assertIn("app.api_key", result.err)
        self.assertIn("PLANTED", self.ok("dump", "-d", self.url("postgres"), "--globals", "-f", "-").out)
        self.refused(5, "passwords of roles", args=["dump", "-d", self.url("postgres"), "--globals", "-f", "-", "--policy", "no-credentials", "--role-passwords"])

    def test_options_that_make_no_sense(self):
        for options in (["-t", "x"], ["-n", "x"], ["-a"], ["-s"], ["-C"], ["-O"], ["--extra-float-digits", "1"]):
            self.refused(2, "--globals", args=["dump", "-d", self.url("postgres"), "--globals", "-f", "-", *options])
        self.refused(2, "--globals", args=["dump", "-d", self.url("postgres"), "--role-passwords", "-f", "-"])
        path = self.dump_globals("archive")
        for options in (["-1"], ["-O"], ["--resumable"]):
            self.refused(2, "mean nothing", args=["restore", path, "-d", self.other.url("postgres"), *options])
        for options in (["-t", "x"], ["-a"], ["-C"], ["--create-db", "x"], ["-s"], ["-c"], ["--section", "data"]):
            self.refused(2, "no database", args=["restore", path, "-d", self.other.url("postgres"), *options])

    def test_the_archive_is_an_ordinary_one(self):
        self.fill()
        path = self.dump_globals("archive")
        shown = self.ok("inspect", path)
        self.assertIn("roles", shown.out)
        kinds = self.ok("inspect", path, "--json").json["objects"]
        self.assertLessEqual({"ROLE", "ROLE SETTING", "ROLE MEMBERSHIP"}, set(kinds))
        self.refused(2, "no table", args=["cat", path, "x"])
        self.refused(2, "no database", args=["compare", path, "-d", self.url("postgres")])
        self.refused(2, "no database", args=["restore", path, "-d", self.url("postgres"), "--mode", "upsert"])
        copy = self.folder / "copy.zip"
        self.ok("convert", path, copy)
        self.restore_globals(copy)
        self.assertEqual(self.statements(self.server, "--no-role-passwords"), self.statements(self.other, "--no-role-passwords"))

    def test_another_bootstrap_superuser(self):
        # The archive's is called otherwise than the target's: what it granted is granted by the target's.
        self.fill()
        path = self.dump_globals("archive")
        text = json.loads((path / "manifest.json").read_text())
        renamed = json.loads(json.dumps(text["globals"]).replace(f'"{self.server.user}"', '"initdb made me"'))
        text["globals"] = renamed
        (path / "manifest.json").write_text(json.dumps(text))
        (path / "manifest.sha256").unlink()
        self.restore_globals(path)
        lines = [re.sub(r' GRANTED BY "?postgres"?', "", line) for line in self.statements(self.server, "--no-role-passwords") if '"initdb made me"' not in line]
        found = [re.sub(r' GRANTED BY "?postgres"?', "", line) for line in self.statements(self.other, "--no-role-passwords") if '"initdb made me"' not in line]
        self.assertEqual([line for line in lines if "TABLESPACE plain" not in line], [line for line in found if "TABLESPACE plain" not in line])


if __name__ == "__main__":
    harness.main()
