"""Symptom: rows that users keep in an extension's configuration tables were left out of the dump, without a word."""

import pathlib
import subprocess
import unittest

import harness

CONTROL = "default_version = '1.0'\nschema = public\nrelocatable = false\n"
# aconf comes before conf by name, and references it: the rows must be loaded the other way round.
SCRIPT = """
CREATE TABLE conf (k text PRIMARY KEY, v text, std boolean DEFAULT false, s serial);
INSERT INTO conf VALUES ('std', '1', true);
CREATE TABLE aconf (id integer PRIMARY KEY, k text REFERENCES conf);
SELECT pg_catalog.pg_extension_config_dump('conf', 'WHERE NOT std');
SELECT pg_catalog.pg_extension_config_dump('aconf', '');
SELECT pg_catalog.pg_extension_config_dump('conf_s_seq', '');
"""
ROWS = "SELECT k, v, std, s FROM conf UNION ALL SELECT k, id::text, NULL, NULL FROM aconf ORDER BY 1, 2"


class ExtensionConfigurationRows(harness.Case):
    def setUp(self):
        super().setUp()
        share = subprocess.run(["pg_config", "--sharedir"], capture_output=True, text=True).stdout.strip()
        folders = [pathlib.Path(share) / "extension", pathlib.Path(f"/usr/share/postgresql/{self.server.major}/extension")]
        folder = next((f for f in reversed(folders) if f.is_dir()), None)
        files = [folder / "pgcoffer_test.control", folder / "pgcoffer_test--1.0.sql"] if folder else []
        try:
            for file, text in zip(files, (CONTROL, SCRIPT)):
                file.write_text(text)
                self.addCleanup(file.unlink)
        except PermissionError:
            files = []
        if not files:
            self.skipTest("only root may install an extension on the server")

    def test_rows_come_back_in_the_order_of_foreign_keys(self):
        source = self.database("CREATE EXTENSION pgcoffer_test; INSERT INTO conf VALUES ('a', 'b'), ('c', 'd'); "
                               "INSERT INTO aconf VALUES (1, 'a'), (2, 'std');")
        for rows in ("sql", "json"):
            with self.subTest(rows=rows):
                archive = self.dump(source, f"{rows}.zip", "--rows", rows)
                copy = self.database()
                self.ok("restore", archive, "-d", self.url(copy), "-j", "4")
                self.assertEqual(self.server.query(ROWS, copy), self.server.query(ROWS, source))


if __name__ == "__main__":
    unittest.main()
