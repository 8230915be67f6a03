"""A whole server: roles, tablespaces and every database, as pg_dumpall has them."""

import json
import shutil
import subprocess

import harness
from test_audit import SCHEMA, differs

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
ROLES = """
CREATE ROLE bob LOGIN; CREATE ROLE eve; GRANT eve TO bob;
CREATE DATABASE shop OWNER bob; CREATE DATABASE "SHOP"; CREATE DATABASE "Käse.fee 'x'" ENCODING 'UTF8' TEMPLATE template0 CONNECTION LIMIT 7;
CREATE DATABASE closed; ALTER DATABASE closed ALLOW_CONNECTIONS false;
ALTER DATABASE shop SET work_mem = '7MB'; ALTER ROLE bob IN DATABASE shop SET work_mem = '9MB';
GRANT CONNECT ON DATABASE shop TO eve; COMMENT ON DATABASE shop IS 'goods';
COMMENT ON DATABASE postgres IS 'for all'; ALTER DATABASE postgres SET lock_timeout = '3s';
"""
TABLES = """
CREATE TABLE thing (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL);
INSERT INTO thing (name) SELECT '{name} ' || i FROM generate_series(1, {rows}) i;
ALTER TABLE thing OWNER TO bob; GRANT SELECT ON thing TO eve;
"""
NAMES = ["template1", "Käse.fee 'x'", "SHOP", "postgres", "shop"]


class AllDatabases(harness.ClusterCase):
    def setUp(self):
        super().setUp()
        self.server.psql("postgres", script=ROLES)
        for number, name in enumerate(["shop", "SHOP", "Käse.fee 'x'", "postgres", "template1"]):
            self.server.psql(name, script=TABLES.format(name=name.replace("'", "''"), rows=10 * (number + 1)))

    def dump_all(self, name, *options, **run_options):
        path = self.folder / name
        result = self.ok("dump", "-d", self.url("postgres"), "--all-databases", "-f", path, *options, **run_options)
        self.assertIn('database "closed" is left out', result.err)
        return path

    def restore_all(self, path, *options, **run_options):
        return self.ok("restore", path, "-d", self.other.url("postgres"), *options, **run_options)

    def assert_servers_same(self):
        one, two = (server.pg_dumpall("--no-role-passwords") for server in (self.server, self.other))
        self.assertEqual([line for line in one.split("\n") if not line.startswith(("--", "\\"))], [line for line in two.split("\n") if not line.startswith(("--", "\\"))])

    def test_an_archive_brings_the_whole_server(self):
        path = self.dump_all("all", "--encrypt", key=harness.KEY)
        verified = self.ok("verify", path, "--json", key=harness.KEY)
        self.assertEqual(verified.json["rows"], 150)
        shown = self.ok("inspect", path, "--json", key=harness.KEY).json
        self.assertEqual(sorted(each["name"] for each in shown["databases"]), sorted(NAMES))
        self.assertEqual(sum(each["rows"] for each in shown["databases"]), 150)
        self.assertEqual(len({each["folder"].lower() for each in shown["databases"]}), 5)
        planned = self.restore_all(path, "--dry-run", key=harness.KEY)
        self.assertIn("create and restore database shop", planned.out)
        self.assertEqual(self.other.query("SELECT count(*) FROM pg_database", "postgres"), "3")
        done = self.restore_all(path, "--json", "--verify-after", key=harness.KEY)
        self.assertEqual((sorted(done.json["databases"]), done.json["rows"]), (sorted(NAMES), 150))
        self.assert_servers_same()

    def test_each_database_is_an_archive(self):
        path = self.dump_all("all", "--exclude-database", "SH*|template1", "--exclude-database", '"SHOP"', "--exclude-database", "nobody*")
        shown = json.loads((path / "manifest.json").read_text())
        self.assertEqual([each["name"] for each in shown["databases"]], ["Käse.fee 'x'", "postgres"])
        one = path / shown["databases"][0]["folder"]
        self.assertEqual(len(self.ok("cat", one, "thing", "--rows", "json").out.splitlines()), 30)
        self.assertIn("databases/postgres", self.refused(2, "whole cluster", args=["compare", path, "-d", self.url("postgres")]).err)
        for command in (["convert", path, self.folder / "other"], ["cat", path, "thing"]):
            self.assertIn("databases/postgres", self.refused(2, "whole cluster", args=command).err)
        self.assertFalse((self.folder / "other").exists())

    def audit(self, path, *options, code, **more):
        result = harness.run("audit", path, "--json", *options, **more)
        self.assertEqual(result.code, code, result)
        self.assertEqual(list(differs(result.json, SCHEMA)), [])
        self.assertNotIn(TOKEN, result.out)
        return result.json

    def test_one_audit_of_all_of_it(self):
        """It was refused: a token in a role's comment was seen by nobody."""
        self.assertEqual(self.audit(self.dump_all("clean"), code=0)["read"], {"tables": 5, "rows": 150, "values": 300, "large_objects": 0, "roles": 3, "tablespaces": 0})
        self.server.psql("postgres", script=f"COMMENT ON ROLE bob IS 'pw {TOKEN}'; COMMENT ON DATABASE \"SHOP\" IS 'password: Gh6jXgo786t'; COMMENT ON ROLE eve IS 'write to ann@corp.ch'")
        self.server.psql("shop", script=f"UPDATE thing SET name = '{TOKEN}' WHERE id = 3; CREATE TABLE user_names (id int, email text); INSERT INTO user_names VALUES (1, 'ann@corp.ch')")
        path = self.dump_all("all", "--encrypt", "--policy", "no-credentials", key=harness.KEY)
        report = self.audit(path, "-o", self.folder / "report.md", code=5, key=harness.KEY)
        found = sorted((one.get("database", ""), one["object"], one["kind"]) for one in report["findings"])
        self.assertEqual(found, [("", "comment of role bob", "github-token"), ("SHOP", "comment of the database", "named-secret"), ("shop", "public.thing.name", "github-token")])
        (place,) = next(one["places"] for one in report["findings"] if one["object"] == "public.thing.name")
        self.assertRegex(place["part"], "^databases/shop[^/]*/data/public.thing/")
        self.assertEqual(sorted(one["name"] for one in report["databases"]), sorted(NAMES))
        self.assertIn("| shop: public.thing.name |", (self.folder / "report.md").read_text())
        accepted = [option for one in ("comment of role bob", '"SHOP": comment of the database') for option in ("--accept", one)]
        for one in ("shop: public.thing.name:github-token", "public.thing.name"):
            self.audit(path, *accepted, "--accept", one, code=0, key=harness.KEY)
        self.refused(2, "no finding", args=["audit", path, *accepted, "--accept", "postgres: public.thing.name"], key=harness.KEY)
        notes = [(one.get("database", ""), one["object"]) for one in report["notes"] if one["kind"] == "email"]
        self.assertEqual(notes, [("", "comment of role eve"), ("shop", "public.user_names.email")])
        self.assertLessEqual(set(notes), {(one.get("database", ""), one["object"]) for one in self.audit(path, "--personal-data", code=5, key=harness.KEY)["findings"]})

    def test_an_audit_tells_which_database_is_damaged(self):
        path = self.dump_all("all", "--encrypt", key=harness.KEY)
        folder = next(each["folder"] for each in self.ok("inspect", path, "--json", key=harness.KEY).json["databases"] if each["name"] == "shop")
        harness.damage(next((path / folder).glob("data/public.thing/*")))
        self.refused(4, 'database "shop": archive is damaged', args=["audit", path], key=harness.KEY)

    def test_a_script_is_what_psql_plays(self):
        path = self.dump_all("all.sql")
        script = path.read_text().replace(f"CREATE ROLE {self.server.user};\n", "")
        self.assertEqual(self.other.psql("postgres", script=script).stderr, "")
        self.other.psql("postgres", script="COMMENT ON DATABASE postgres IS 'for all'; ALTER DATABASE postgres SET lock_timeout = '3s'")
        self.assert_servers_same()

    def test_recovery_by_hand(self):
        """The indented lines of RESTORE.txt, there and in the folder of each database."""
        path = self.dump_all("all", "-Z", "gzip")
        environment = self.other.environment()
        for folder, create in [("", False)] + [(each["folder"], each["name"] not in ("postgres", "template1")) for each in json.loads((path / "manifest.json").read_text())["databases"]]:
            text = (path / folder / "RESTORE.txt").read_text()
            steps = "\n".join(line for line in text.split("\n") if line.startswith("    ") and not line.startswith("    databases/"))
            name = json.loads((path / folder / "manifest.json").read_text())["server"]["database"]
            make = 'psql -X -q -v ON_ERROR_STOP=1 -d postgres -f schema/database.sql\n' if create else ""
            done = subprocess.run(["sh", "-ec", make + steps], cwd=path / folder, env={**environment, "PGDATABASE": name}, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, (folder, done.stdout, done.stderr))
            self.assertEqual([line for line in done.stderr.split("\n") if line and "already exists" not in line], [], folder)
        self.other.psql("postgres", script="COMMENT ON DATABASE postgres IS 'for all'; ALTER DATABASE postgres SET lock_timeout = '3s'")
        self.assert_servers_same()

    def test_what_does_not_belong_there_is_damage(self):
        path, later = self.dump_all("all"), self.dump_all("later")
        folder = next(each["folder"] for each in json.loads((path / "manifest.json").read_text())["databases"] if each["name"] == "shop")
        part = path / folder / "data/public.thing/0001.sql.zst"
        before = part.read_bytes()
        harness.damage(part)
        self.assertIn(f"{folder}/data/public.thing", harness.run("verify", path).out)
        part.write_bytes(before)
        self.ok("verify", path)
        shutil.rmtree(path / folder)
        self.assertEqual(harness.run("verify", path).code, 4)
        shutil.copytree(later / folder, path / folder)
        self.assertEqual(harness.run("verify", path).code, 4)
        self.refused(4, folder, args=["restore", path, "-d", self.other.url("postgres")])
        self.assertEqual(self.other.query("SELECT count(*) FROM pg_roles WHERE rolname = 'bob'", "postgres"), "0")

    def test_a_database_that_exists_stops_all(self):
        path = self.dump_all("all")
        self.other.psql("postgres", script="CREATE DATABASE shop")
        self.refused(1, "exist already: shop", "Nothing was changed", args=["restore", path, "-d", self.other.url("postgres")])
        self.assertEqual(self.other.query("SELECT count(*) FROM pg_roles WHERE rolname = 'bob'", "postgres"), "0")

    def test_what_cannot_be_read_leaves_nothing(self):
        self.server.psql("postgres", script="ALTER ROLE bob PASSWORD 'pw'; GRANT pg_read_all_settings TO bob")
        path = self.folder / "all"
        self.server.psql("SHOP", script="ALTER TABLE thing OWNER TO postgres; REVOKE ALL ON thing FROM eve")
        self.refused(3, 'database "SHOP"', "thing", args=["dump", "-d", self.url("postgres", user="bob", password="pw"), "--all-databases", "-f", path])
        self.assert_nothing_left(path)

    def test_a_new_key_for_all_of_it(self):
        path = self.dump_all("all", "--encrypt", key=harness.KEY)
        new = self.folder / "new.key"
        new.write_text("ab" * 32)
        self.ok("key", "rewrap", path, "--new-key-file", new, key=harness.KEY)
        self.refused(2, args=["verify", path], key=harness.KEY)
        self.ok("verify", path, "--key-file", new)

    def test_options_that_make_no_sense(self):
        for arguments, word in ((["-f", "x.zip"], "directory"), (["-f", "x", "-t", "thing"], "one database"),
                                (["-f", "x", "--globals"], "--globals"), (["-f", "x", "--role-passwords"], "encrypted")):
            self.refused(2, word, args=["dump", "-d", self.url("postgres"), "--all-databases", *arguments], cwd=self.folder)
        self.refused(2, "--all-databases", args=["dump", "-d", self.url("postgres"), "--exclude-database", "x", "-f", "x"], cwd=self.folder)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    harness.main()
