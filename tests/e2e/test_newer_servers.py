"""A server that has what the program does not know: played by teaching the comparison less than it knows.

The program read_catalog_knowing (tests/programs) reads a catalog with a set of known catalogs that the test gives it.
"""

import pathlib
import re
import subprocess

import harness
import kinds
import servers

READ = pathlib.Path(harness.PGCOFFER).parent / "read_catalog_knowing"
KNOWN = servers.ROOT / "src" / "catalog" / "known_catalogs.inc"
COLUMNS = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
"""
OBJECTS = """
CREATE TABLE plain (id integer PRIMARY KEY, v text);
CREATE TABLE stored (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE late (id integer, CONSTRAINT waits UNIQUE (id) DEFERRABLE);
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS n;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE SCHEMA other;
CREATE TABLE other.stored (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE PUBLICATION published FOR TABLE plain;
"""


def known():
    """{catalog: {column: letters}} as the program knows them."""
    lines = [line.split() for line in KNOWN.read_text().split("\n") if line.startswith("pg_")]
    return {words[0]: dict(word.partition("=")[::2] for word in words[1:]) for words in lines}


class NewerServers(harness.Case):
    def read(self, server, database, catalogs, newest=19, schema=""):
        """What cannot be dumped, and the warnings."""
        file = self.folder / "known"
        lines = [" ".join([name, *(f"{column}={letters}" if letters else column for column, letters in columns.items())])
                 for name, columns in catalogs.items()]
        file.write_text("\n".join([f"newest {newest}", *lines]))
        done = subprocess.run([READ, server.url(database), file, schema], capture_output=True, text=True, env=servers.plain_environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        found = done.stdout.splitlines()
        return ([line.removeprefix("unsupported ") for line in found if line.startswith("unsupported ")],
                [line.removeprefix("warning ") for line in found if line.startswith("warning ")])

    def without(self, catalog, column=None):
        less = known()
        if column is None:
            del less[catalog]
        else:
            del less[catalog][column]
        return less

    def on_every_server(self, sql=""):
        for server in servers.every():
            name = server.new_database()
            self.addCleanup(server.drop_database, name)
            server.psql(name, script=sql)
            with self.subTest(server=str(server)):
                yield server, name

    def test_every_server_is_known(self):
        for server, name in self.on_every_server(OBJECTS):
            self.assertEqual(self.read(server, name, known()), ([], []))

    def test_a_catalog_with_objects_is_refused_and_names_them(self):
        for server, name in self.on_every_server(OBJECTS):
            self.assertEqual(self.read(server, name, self.without("pg_publication"))[0], ["publication published (pg_publication)"])

    def test_catalogs_and_columns_that_nothing_uses_are_one_warning(self):
        less = self.without("pg_publication")
        del less["pg_attribute"]["attgenerated"], less["pg_constraint"]["condeferrable"], less["pg_class"]["relpages"]
        for server, name in self.on_every_server("CREATE TABLE plain (id integer PRIMARY KEY, v text); VACUUM plain;"):
            refused, warnings = self.read(server, name, less)
            self.assertEqual(refused, [])
            self.assertEqual(warnings, ["the server's catalogs have what this version of pgcoffer does not know, and what is dumped here does not use: "
                                        "pg_attribute.attgenerated, pg_class.relpages, pg_constraint.condeferrable, pg_publication "
                                        f"(server version {server.major}, newest known 19)"])

    def test_columns_are_refused_where_a_value_is_unusual(self):
        cases = {("pg_attribute", "attgenerated"): ["table other.stored (pg_attribute.attgenerated)", "table public.stored (pg_attribute.attgenerated)"],
                 ("pg_constraint", "condeferrable"): ["table constraint waits on public.late (pg_constraint.condeferrable)"],
                 ("pg_enum", "enumlabel"): ["type public.mood (pg_enum.enumlabel)"]}
        for server, name in self.on_every_server(OBJECTS):
            if server.major == 13:
                continue  # does not say how its catalogs refer to each other, and has nothing that could be unknown
            for (catalog, column), expected in cases.items():
                self.assertEqual(self.read(server, name, self.without(catalog, column))[0], expected)

    def test_what_is_not_selected_does_not_matter(self):
        for server, name in self.on_every_server(OBJECTS):
            if server.major > 13:
                less = self.without("pg_attribute", "attgenerated")
                self.assertEqual(self.read(server, name, less, schema="other")[0], ["table other.stored (pg_attribute.attgenerated)"])
                self.assertEqual(self.read(server, name, self.without("pg_publication"), schema="other")[0], [])

    def test_letters_of_a_newer_server(self):
        less = known()
        less["pg_class"]["relkind"] = less["pg_class"]["relkind"].replace("m", "")
        for server, name in self.on_every_server(OBJECTS):
            refused, _ = self.read(server, name, less, newest=server.major - 1)
            self.assertEqual(refused, ["materialized view public.kept (pg_class.relkind)"])

    def test_a_newer_version_without_anything_new(self):
        for server, name in self.on_every_server(OBJECTS):
            refused, warnings = self.read(server, name, known(), newest=server.major - 1)
            self.assertEqual(refused, [])
            self.assertRegex("\n".join(warnings), f"^server version {server.major} is newer .* {server.major - 1}; nothing in its catalogs is unknown$")

    def test_newer_servers_for_a_program_that_knows_only_older_ones(self):
        oldest = min(servers.every(), key=lambda server: server.number)
        there = {tuple(line.split("|")) for line in oldest.query(COLUMNS, "postgres").split("\n")}
        less = {name: {column: letters for column, letters in columns.items() if (name, column) in there} for name, columns in known().items()}
        less = {name: columns for name, columns in less.items() if columns}
        plain = "CREATE TABLE t (id integer PRIMARY KEY, v text NOT NULL); CREATE VIEW v AS SELECT * FROM t; VACUUM ANALYZE t;"
        for server, name in self.on_every_server(plain):
            if server.major == oldest.major:
                continue
            refused, warnings = self.read(server, name, less, newest=oldest.major)
            self.assertEqual((refused, len(warnings)), ([], 1))
            if server.major >= 18 > oldest.major:
                kinds.load(server, name, kinds.FOLDER / "constraints.v18.sql")
                refused, _ = self.read(server, name, less, newest=oldest.major)
                self.assertIn("table constraint unchecked on public.lax (pg_constraint.conenforced)", refused)
                self.assertIn("table constraint temporal_key on public.temporal (pg_constraint.conperiod)", refused)
                self.assertFalse([line for line in refused if re.search(r"table constraint t_pkey on public\.t\b", line)], refused)


if __name__ == "__main__":
    harness.main()
