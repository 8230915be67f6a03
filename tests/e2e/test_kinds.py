"""Every kind of object, on every server: each file of fixtures/sql goes there and back, and the copy is the same.

tests/kinds.json lists the kinds and properties with the object that covers each; what it lists must be in the dump, and
what fixtures/sql has must be listed there. On the server's side, every system catalog must have had a row of some file.
"""

import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import compare
import harness
import kinds
import servers

EVERY = servers.every()
AT_ONCE = 3  # files at a time on one server
CLUSTERS = ("tablespaces.sql",)  # make what all databases share, and what other tests would see

CATALOGS = """
SELECT c.relname, a.attname
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid' AND a.attnum > 0
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
 ORDER BY 1
"""


def toc(archive):
    return json.loads((archive / "toc.json").read_text())["entries"]


def schema_bytes(archive):
    """What of an archive must be the same in each dump of the same database."""
    files = [archive / "toc.json", *sorted((archive / "schema").iterdir())]
    return {file.name: file.read_text() for file in files}


class RoundTrip:
    """One file on one server. `problems` is what differs, `catalogs` the system catalogs in which the file has rows."""

    def __init__(self, server, file):
        self.server, self.file = server, file
        self.problems, self.catalogs, self.databases = [], set(), []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcoffer-kinds-"))
        try:
            self.run()
        except AssertionError as error:
            self.problems.append(str(error))
        finally:
            kinds.drop(server, *self.databases)
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self):
        source = self.database()
        kinds.load(self.server, source, self.file)
        archive = self.dump(source, "sql")
        entries = toc(archive)
        self.problems += filter(None, (kinds.absent(case, entries) for case in kinds.cases_of(self.file, self.server)))
        copy = self.restore(archive)
        self.problems += self.differences(source, copy)
        again = self.dump(source, "json")
        if schema_bytes(again) != schema_bytes(archive):
            self.problems.append("a second dump has another schema")
        if any(entry["section"] == "data" for entry in entries):
            self.problems += self.differences(source, self.restore(again), schema=False)
        self.catalogs = self.catalogs_with_rows(source)

    def differences(self, source, copy, schema=True):
        found = compare.compare_schema(self.server, source, copy) if schema else []
        found += compare.compare_large_objects(self.server, source, copy)
        if compare.relations(self.server, source):
            found += compare.compare_rows(self.server, source, copy)
        return found

    def database(self):
        self.databases.append(self.server.new_database())
        return self.databases[-1]

    def dump(self, database, rows):
        archive = self.folder / rows
        self.pgcoffer("dump", "-d", self.server.url(database), "-f", archive, "--rows", rows, "-Z", "none")
        return archive

    def restore(self, archive):
        copy = self.database()
        self.pgcoffer("restore", archive, "-d", self.server.url(copy))
        return copy

    def pgcoffer(self, *args):
        result = harness.run(*args)
        if result.code:
            raise AssertionError(str(result))

    def catalogs_with_rows(self, database):
        catalogs = [line.split("|")[0] for line in self.server.query(CATALOGS, database).split("\n")]
        found = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name} WHERE oid >= 16384)" for name in catalogs)
        return set(self.server.query(found, database).split("\n"))


class Kinds(unittest.TestCase):
    maxDiff = None

    def test_what_is_the_clusters_on_a_server_of_its_own(self):
        folder = tempfile.mkdtemp(prefix="pgcoffer-kinds-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        pathlib.Path(folder).chmod(0o755)
        started = subprocess.run([servers.THROWAWAY, "start", f"{folder}/server"], check=True, capture_output=True, text=True)
        self.addCleanup(subprocess.run, [servers.THROWAWAY, "stop", f"{folder}/server"], check=True)
        server = servers.Server(re.search(r"^PGCOFFER_TEST_URL=(.*)$", started.stdout, re.M).group(1))
        for name in CLUSTERS:
            self.assertEqual("\n".join(RoundTrip(server, kinds.FOLDER / name).problems), "")

    def test_every_file_on_every_server(self):
        for server in EVERY:
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                files = [file for file in kinds.files(server) if file.name not in CLUSTERS]
                trips = list(pool.map(lambda file: RoundTrip(server, file), files))
            for trip in trips:
                with self.subTest(server=str(server), file=trip.file.name):
                    self.assertEqual("\n".join(trip.problems), "")
            with self.subTest(server=str(server), what="every catalog has a row"):
                catalogs = {line.split("|")[0] for line in server.query(CATALOGS, "postgres").split("\n")}
                covered = set().union(*(trip.catalogs for trip in trips))
                self.assertEqual(catalogs - covered, set())


class Table(unittest.TestCase):
    """What can be said of the table without a server."""

    def test_every_case_exists(self):
        names = {file.name for file in kinds.files()}
        for case in kinds.cases():
            with self.subTest(kind=case["kind"], case=case["case"]):
                if "file" in case:
                    self.assertIn(case["file"], names)
                    self.assertTrue("sql" in case or case.get("not"), "say what must be in the SQL")
                else:
                    self.assertTrue((servers.ROOT / case["test"]).exists() or "none" in case)

    def test_every_file_is_listed(self):
        listed = {case.get("file") for case in kinds.cases()}
        self.assertEqual([file.name for file in kinds.files() if file.name not in listed], [])

    def test_no_case_is_listed_twice(self):
        seen = [(case["kind"], case["case"]) for case in kinds.cases()]
        self.assertEqual(sorted(seen), sorted(set(seen)))


if __name__ == "__main__":
    harness.main()
