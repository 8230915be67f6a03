"""A database itself: locale, owner, privileges, settings, limits; made anew under its own name and under another."""

import itertools
import json
import os
import re
import subprocess

import harness
import servers

_numbers = itertools.count(1)


class DatabaseProperties(harness.Case):
    def setUp(self):
        super().setUp()
        self.owner, _ = self.role(attributes="LOGIN CREATEDB")
        self.reader, _ = self.role()
        self.name = f"rt_e2e_{os.getpid()}_prop_{next(_numbers)} 'x\\y\" Ü"

    def sql(self, statements, database="postgres"):
        return self.server.psql(database, script=statements).stdout

    def literal(self, text):
        return "'" + text.replace("'", "''") + "'"

    def quoted(self, name=None):
        return harness.compare.quote(name or self.name)

    def make(self, *, options="", more="", name=None, privileges=True, tenant=True):
        """A database with everything that one can have on this server."""
        name = name or self.name
        quoted = self.quoted(name)
        self.addCleanup(self.drop, name)
        self.sql(f"CREATE DATABASE {quoted} TEMPLATE template0 OWNER {self.owner} {options};\n"
                 f"COMMENT ON DATABASE {quoted} IS 'it''s a \\ comment';\n"
                 f"ALTER DATABASE {quoted} SET search_path = '$user', \"odd, name\", public;\n"
                 f"ALTER DATABASE {quoted} SET work_mem = '5MB';\n"
                 f"ALTER DATABASE {quoted} SET \"app.Tenant\" = 'a''b\\c\"d, e';\n"
                 f"ALTER DATABASE {quoted} SET default_transaction_read_only = on;\n"
                 f"ALTER ROLE {self.reader} IN DATABASE {quoted} SET statement_timeout = '7s';\n"
                 f"ALTER ROLE {self.reader} IN DATABASE {quoted} SET temp_tablespaces = '';\n"
                 f"ALTER DATABASE {quoted} CONNECTION LIMIT 17;\n{more}")
        if privileges:
            self.sql(f"REVOKE CONNECT ON DATABASE {quoted} FROM PUBLIC;\n"
                     f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted} TO {self.reader} WITH GRANT OPTION;\n"
                     f"SET SESSION AUTHORIZATION {self.reader};\n"
                     f"GRANT TEMPORARY ON DATABASE {quoted} TO pg_monitor;\n")
        self.sql("SET default_transaction_read_only = off; CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2);", name)
        if tenant:
            # Can be restored only where the database's settings hold already.
            self.sql("SET default_transaction_read_only = off; CREATE TABLE tenant (t text CHECK (current_setting('app.Tenant') <> '')); INSERT INTO tenant VALUES ('x');", name)
        return name

    def drop(self, name):
        self.server.psql("postgres", script=f"ALTER DATABASE {self.quoted(name)} IS_TEMPLATE false", check=False)
        self.server.psql("postgres", script=f"DROP DATABASE IF EXISTS {self.quoted(name)} WITH (FORCE)", check=False)

    def entries(self, name, *options):
        """What pg_dump -C says of a database, without its name; several statements of one entry in any order."""
        entries = harness.compare.schema_entries(self.server, name, "--create", *options)
        found = []
        for entry, count in entries.items():
            entry = "\n".join(line for line in entry.split("\n") if not line.startswith("\\connect"))
            entry = re.sub(re.escape(self.quoted(name)) + "|(?<![a-z_0-9])" + re.escape(name) + "(?![a-z_0-9])", "«name»", entry)
            found.append(("\n".join(sorted(entry.split("\n"))), count))
        return sorted(found)

    def assert_same_database(self, source, copy, *options):
        self.assertEqual(self.entries(source, *options), self.entries(copy, *options))

    def target(self, suffix="copy"):
        name = f"{self.name} {suffix}"
        self.addCleanup(self.drop, name)
        return name

    def renamed(self, source):
        """Gives the source's name free."""
        name = source + " old"
        self.addCleanup(self.drop, name)
        self.sql(f"ALTER DATABASE {self.quoted(source)} RENAME TO {self.quoted(name)}")
        return name

    def url(self, database, **parameters):
        return self.server.url(database, **parameters)

    def variants(self):
        """CREATE DATABASE's locale options on this server."""
        yield "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        yield "ENCODING 'LATIN1' LOCALE 'C'"
        if self.server.major >= 15:
            yield "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-AT-u-co-phonebk'"
        if self.server.major >= 16:
            yield "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&V < w <<< W'"
        if self.server.major >= 17:
            yield "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"

    def test_another_name_and_the_same(self):
        for server in servers.every():
            self.server = server
            with self.subTest(server=str(server)):
                self.doCleanups()
                self.setUp()
                for options in self.variants():
                    with self.subTest(options=options):
                        # pg_dump reads a name that is not ASCII wrongly in a database of another encoding.
                        self.name = self.name.replace("Ü", "Ü" if "UTF8" in options else "U")
                        self.another_name_and_the_same(options)

    def another_name_and_the_same(self, options):
        source = self.make(options=options)
        archive = self.dump(source, f"archive-{next(_numbers)}")
        copy = self.target()
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy)
        self.assert_same_database(source, copy)
        self.assertEqual(self.sql("SELECT count(*) FROM t", copy).strip(), "2")
        self.of_pg_dump(source)
        old = self.renamed(source)
        self.ok("restore", archive, "-d", self.url("postgres"), "-C", "-1")
        self.assert_same_database(old, source)
        for name in (source, old, copy):
            self.drop(name)

    def of_pg_dump(self, source):
        """Its archives lost all but the locale, and what they say of the database was done to that of the old name."""
        paths = []
        for name, options in (("custom", ["-Fc"]), ("script.sql", ["-C"])):
            paths.append(self.folder / f"{next(_numbers)}-{name}")
            with paths[-1].open("wb") as out:
                subprocess.run([*servers.pg_dump_command(self.server.major), *options, "-d", self.server.url(source)], stdout=out, check=True)
        self.ok("convert", paths[0], self.folder / f"{paths[0].name}.zip")
        paths.append(self.folder / f"{paths[0].name}.zip")
        self.sql(f"REVOKE ALL ON DATABASE {self.quoted(source)} FROM PUBLIC; COMMENT ON DATABASE {self.quoted(source)} IS 'other'")
        changed, plain = self.entries(source), self.target("plain")
        self.sql(f"CREATE DATABASE {self.quoted(plain)} TEMPLATE template0")
        untouched = self.sql(f"SELECT datacl, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {self.literal(plain)}")
        self.sql(f"ALTER DATABASE {self.quoted(plain)} SET \"app.Tenant\" = 'x'")
        self.ok("restore", paths[0], "-d", self.url(plain))
        self.assertEqual(self.sql(f"SELECT datacl, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {self.literal(plain)}"), untouched)
        copies = []
        for path in paths:
            copies.append(self.target(path.name))
            self.ok("restore", path, "-d", self.url("postgres"), "--create-db", copies[-1])
        self.assertEqual(self.entries(source), changed)
        self.sql(f"GRANT TEMPORARY ON DATABASE {self.quoted(source)} TO PUBLIC; COMMENT ON DATABASE {self.quoted(source)} IS 'it''s a \\ comment'")
        for copy in copies:
            self.assert_same_database(source, copy)
        for name in (plain, *copies):
            self.drop(name)

    def test_a_script_makes_its_database(self):
        for server in servers.every():
            self.server = server
            with self.subTest(server=str(server)):
                self.doCleanups()
                self.setUp()
                for options in self.variants():
                    with self.subTest(options=options):
                        self.name = self.name.replace("Ü", "Ü" if "UTF8" in options else "U")
                        source = self.make(options=options)
                        script = self.dump(source, f"script-{next(_numbers)}.sql", "-C")
                        old = self.renamed(source)
                        done = self.server.psql("postgres", "-f", str(script))
                        self.assertEqual(done.stderr, "")
                        self.assert_same_database(old, source)
                        self.drop(source)
                        self.drop(old)

    def test_the_script_in_the_archive_makes_the_database(self):
        source = self.make()
        archive = self.dump(source, "archive")
        old = self.renamed(source)
        self.server.psql("postgres", "-f", str(archive / "schema" / "database.sql"))
        self.assertEqual([e for e in self.entries(source) if "DATABASE" in e[0]], [e for e in self.entries(old) if "DATABASE" in e[0]])

    def test_a_name_that_is_not_ascii_in_another_encoding(self):
        source = self.make(options="ENCODING 'LATIN1' LOCALE 'C'")
        archive = self.dump(source, "archive")
        self.drop(source)
        self.ok("restore", archive, "-d", self.url("postgres"), "-C")
        self.assertEqual(self.sql(f"SELECT datconnlimit FROM pg_database WHERE datname = {self.literal(source)}"), "17\n")

    def test_text_that_is_not_in_utf_8(self):
        source = self.make(options="ENCODING 'EUC_JP' LOCALE 'C'")
        self.server.psql(source, script="SET default_transaction_read_only = off; CREATE TABLE odd AS SELECT convert_from('\\xa9a1', 'EUC_JP') AS v")
        self.refused(1, 'cannot read table "public.odd"', "Archives are in UTF-8", args=("dump", "-d", self.url(source), "-f", self.folder / "odd"))

    def test_a_template(self):
        source = self.make()
        self.sql(f"ALTER DATABASE {self.quoted()} IS_TEMPLATE true")
        archive = self.dump(source, "archive.zip")
        copy = self.target()
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy)
        self.assert_same_database(source, copy)

    def test_a_tablespace(self):
        space = f"rt_e2e_{os.getpid()}_{next(_numbers)} space"
        self.sql(f'SET allow_in_place_tablespaces = on; CREATE TABLESPACE "{space}" LOCATION \'\'')
        self.addCleanup(self.sql, f'DROP TABLESPACE IF EXISTS "{space}"')
        source = self.make(options=f'TABLESPACE "{space}"')
        archive = self.dump(source, "archive")
        copy, other = self.target(), self.target("elsewhere")
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy)
        self.assert_same_database(source, copy)
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", other, "--no-tablespaces")
        where = "SELECT t.spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = current_database()"
        self.assertEqual(self.sql(where, other).strip(), "pg_default")
        for name in (source, copy):
            self.drop(name)
        self.sql(f'DROP TABLESPACE "{space}"')
        self.refused(1, "space", "--no-tablespaces", args=["restore", archive, "-d", self.url("postgres"), "-C"])

    def test_what_options_leave_out(self):
        source = self.make()
        archive = self.dump(source, "archive")
        bare = self.dump(source, "bare", "-O", "-x", "--no-comments")
        for path, options in ((archive, ["-O", "-x", "--no-comments"]), (bare, [])):
            with self.subTest(path=path):
                copy = self.target(path.name)
                self.ok("restore", path, "-d", self.url("postgres"), "--create-db", copy, *options)
                state = self.sql("SELECT pg_get_userbyid(datdba), datacl, shobj_description(oid, 'pg_database'), datconnlimit "
                                 "FROM pg_database WHERE datname = current_database()", copy)
                self.assertEqual(state, f"{self.server.user}|||17\n")
        for text in (self.owner, "a \\\\ comment"):
            self.assertNotIn(text, json.dumps(harness.manifest(bare)["database"]))

    def test_without_its_owner_others_keep_their_privileges(self):
        source = self.make()
        archive = self.dump(source, "archive", "-O")
        copy = self.target()
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy)
        acl = self.sql("SELECT datacl FROM pg_database WHERE datname = current_database()", copy)
        self.assertNotIn(self.owner, acl)
        self.assertIn(f"{self.reader}=T*c*/{self.server.user}", acl)

    def test_roles_that_are_missing(self):
        source = self.make(privileges=False)
        archive = self.dump(source, "archive")
        self.drop(source)
        self.server.drop_role(self.reader)
        self.refused(1, self.reader, "Nothing was changed", "-O -x",
                     args=["restore", archive, "-d", self.url("postgres"), "-C"])
        self.assertEqual(self.sql(f"SELECT count(*) FROM pg_database WHERE datname LIKE 'rt_e2e_{os.getpid()}_prop%'"), "0\n")
        result = self.ok("restore", archive, "-d", self.url("postgres"), "-C", "-O", "-x")
        self.assertIn("statement_timeout", result.err)
        self.assertEqual(self.sql("SHOW work_mem", source), "5MB\n")

    def test_a_name_that_is_taken(self):
        source = self.make()
        archive = self.dump(source, "archive")
        for options in (["-C"], ["-C", "--dry-run"], ["--create-db", source]):
            self.refused(1, "it exists", "Nothing was changed", args=["restore", archive, "-d", self.url("postgres"), *options])

    def test_a_locale_that_the_server_does_not_have(self):
        archive = self.dump(self.make(), "archive")
        path = archive / "manifest.json"
        path.write_text(path.read_text().replace('"collate":"C.UTF-8"', '"collate":"xx_XX.UTF-8"'))
        (archive / "manifest.sha256").unlink()
        copy = self.target()
        self.refused(1, "xx_XX", "Install the locale", "Nothing was changed",
                     args=["restore", archive, "-d", self.url("postgres"), "--create-db", copy])

    def test_a_setting_that_the_server_does_not_know(self):
        archive = self.dump(self.make(), "archive")
        path = archive / "manifest.json"
        path.write_text(path.read_text().replace('"name":"work_mem"', '"name":"operator_precedence_warning"'))
        (archive / "manifest.sha256").unlink()
        copy = self.target()
        result = self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy)
        self.assertIn("operator_precedence_warning", result.err)
        self.assertEqual(self.sql('SHOW "app.Tenant"', copy), "a'b\\c\"d, e\n")

    def test_as_a_role_that_may_only_create_databases(self):
        role, password = self.role(attributes="LOGIN CREATEDB")
        plain, plain_password = self.role()
        archive = self.dump(self.make(privileges=False, tenant=False), "archive")
        copy = self.target()
        self.ok("restore", archive, "-d", self.url("postgres", user=role, password=password), "--create-db", copy, "-O", "-x")
        self.assertEqual(self.sql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()", copy), f"{role}\n")
        self.drop(copy)
        self.refused(3, "permission denied", "CREATEDB", "Nothing was changed",
                     args=["restore", archive, "-d", self.url("postgres", user=plain, password=plain_password), "--create-db", copy, "-O"])
        # Made, but not to be given away: said with what has been done.
        self.refused(3, "owner", "was created", args=["restore", archive, "-d", self.url("postgres", user=role, password=password), "--create-db", copy])
        self.drop(copy)

    def test_credentials_among_the_settings_are_left_out(self):
        name = self.make(more=f"ALTER DATABASE {self.quoted()} SET \"app.settings.jwt_secret\" = 'PLANTED';")
        archive = self.dump(name, "archive", "--policy", "no-credentials")
        self.assertNotIn(b"PLANTED", harness.opened(archive))
        result = self.ok("dump", "-d", self.url(name), "-f", "-", "-C", "--policy", "no-credentials")
        self.assertNotIn("PLANTED", result.out)
        self.assertIn("app.settings.jwt_secret", result.err)
        self.assertIn(b"PLANTED", harness.opened(self.dump(name, "all")))

    def test_a_sealed_archive_tells_nothing_of_it(self):
        source = self.make()
        archive = self.dump(source, "archive", "--encrypt", key=harness.KEY)
        stored = harness.stored_bytes(archive)
        for text in (self.owner, self.name, "app.Tenant"):
            self.assertNotIn(text.encode(), stored)
        copy = self.target()
        self.ok("restore", archive, "-d", self.url("postgres"), "--create-db", copy, key=harness.KEY)
        self.assert_same_database(source, copy)

    def test_an_archive_needs_no_create(self):
        result = self.ok("dump", "-d", self.url(self.make()), "-f", self.folder / "archive", "-C")
        self.assertIn("--create is for scripts", result.err)


if __name__ == "__main__":
    harness.main()
