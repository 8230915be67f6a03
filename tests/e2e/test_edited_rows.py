"""JSON rows that people edited, or another program wrote: defaults for missing keys, any order, errors with part and line."""

import gzip
import json

import harness

TABLE = """
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', at timestamptz,
                n numeric(10,2) DEFAULT 1.5, tags text[] DEFAULT '{a,b}');
INSERT INTO t (name, at) VALUES ('ann', '2024-01-01 00:00:00Z'), ('bob', NULL);
"""
GOOD = [
    {"id": 10, "name": "cleo"},
    {"tags": [], "at": "2024-05-01T12:00:00+02:00", "id": 11, "name": "dan \u00fc", "n": "2.5"},
    {"at": "2024-05-01", "id": 12},
]
EXPECTED = """1|ann|2024-01-01 00:00:00+00|1.50|{a,b}
2|bob||1.50|{a,b}
10|cleo||1.50|{a,b}
11|dan \u00fc|2024-05-01 10:00:00+00|2.50|{}
12|nobody|2024-05-01 00:00:00+00|1.50|{a,b}"""
PART = "data/public.t/0001.jsonl"


class EditedRows(harness.Case):
    def edited(self, name, rows=GOOD, compression="none"):
        """An archive of the table whose part got more lines."""
        archive = self.dump(self.database(TABLE), name, "--rows", "json", "-Z", compression)
        part = archive / (PART + {"none": "", "gzip": ".gz"}[compression])
        text = part.read_bytes() if compression == "none" else gzip.decompress(part.read_bytes())
        text += b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)
        part.write_bytes(text if compression == "none" else gzip.compress(text))
        return archive

    def contents(self, database):
        return self.server.query("SET timezone = 'UTC'; SELECT * FROM t ORDER BY id", database)

    def test_edited_rows_are_restored(self):
        for number, (compression, options) in enumerate((("none", []), ("gzip", []), ("none", ["-1"]))):
            with self.subTest(compression=compression, options=options):
                archive = self.edited(f"edited{number}", compression=compression)
                self.assertEqual(self.contents(self.restore(archive, "--accept-edited", *options)), EXPECTED)

    def test_an_unpacked_zip_can_be_edited(self):
        archive = self.dump(self.database(TABLE), "t.zip", "--rows", "json")
        folder = self.folder / "unpacked"
        harness.zipfile.ZipFile(archive).extractall(folder)
        with open(folder / PART, "a") as part:
            part.write("".join(json.dumps(row) + "\n" for row in GOOD))
        self.assertEqual(self.contents(self.restore(folder, "--accept-edited")), EXPECTED)

    def test_without_the_option_an_edited_part_is_damage(self):
        archive = self.edited("strict")
        self.refused(4, PART, args=["restore", archive, "-d", self.url(self.database())])
        self.refused(4, PART, args=["cat", archive, "t"])
        self.assertEqual(harness.run("verify", archive).code, 4)

    def test_what_is_wrong_is_told_with_part_and_line(self):
        for number, (line, message) in enumerate([
                ({"id": 5, "nam": "x"}, 'line 3: unknown key "nam"'),
                (b'{"id": 5, "id": 6}\n', 'line 3: key "id" stands there twice'),
                (b'{"id": 5, "name": "x"\n', "line 3: it is not a JSON object"),
                ({"id": 5, "name": 7}, 'line 3: the value of "name"'),
                (b"{}\n", "line 3: the object has no keys")]):
            with self.subTest(line=line):
                archive = self.edited(f"wrong{number}", [line])
                self.refused(4, PART, message, args=["restore", archive, "-d", self.url(self.database()), "--accept-edited"])

    def test_a_part_is_loaded_whole_or_not_at_all(self):
        archive = self.edited("atomic", [{"id": 10, "name": "x"}, {"id": 11, "at": "no date"}])
        target = self.database()
        self.refused(1, "no date", args=["restore", archive, "-d", self.url(target), "--accept-edited"])
        self.assertEqual(self.server.query("SELECT count(*) FROM t", target), "0")

    def test_sealed_archives_cannot_be_edited(self):
        archive = self.dump(self.database(TABLE), "sealed", "--rows", "json", "--encrypt", key=harness.KEY)
        self.refused(2, "encrypted", key=harness.KEY,
                     args=["restore", archive, "-d", self.url(self.database()), "--accept-edited"])


if __name__ == "__main__":
    harness.main()
