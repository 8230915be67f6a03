"""JSON rows that people edited, or another program wrote: defaults for missing keys, any order, errors with part and line."""

import gzip
import hashlib
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

    def test_missing_keys_take_defaults_or_keep_what_is_there(self):
        archive = self.edited("merged", [{"id": 1, "n": 7}, {"id": 2, "at": "2024-05-01", "name": "bo"}, {"name": "eve"}])
        living = ("UPDATE t SET name = 'anna', n = 3, tags = '{x}' WHERE id = 1; UPDATE t SET n = 4 WHERE id = 2; INSERT INTO t (id, name) OVERRIDING SYSTEM VALUE VALUES (3, 'new');"
                  "SELECT setval('t_id_seq', 50)")
        part = archive / PART
        lines = part.read_text().splitlines()[2:]  # without the whole rows
        part.write_text("".join(line + "\n" for line in lines))
        expected = {
            "upsert": "1|anna|2024-01-01 00:00:00+00|7.00|{x}\n2|bo|2024-05-01 00:00:00+00|4.00|{a,b}\n3|new||1.50|{a,b}\n51|eve||1.50|{a,b}",
            "insert-missing": "1|anna|2024-01-01 00:00:00+00|3.00|{x}\n2|bob||4.00|{a,b}\n3|new||1.50|{a,b}\n51|eve||1.50|{a,b}",
            "sync": "1|anna|2024-01-01 00:00:00+00|7.00|{x}\n2|bo|2024-05-01 00:00:00+00|4.00|{a,b}\n51|eve||1.50|{a,b}",
            "replace": "1|nobody||7.00|{a,b}\n2|bo|2024-05-01 00:00:00+00|1.50|{a,b}\n51|eve||1.50|{a,b}",
        }
        for mode, rows in expected.items():
            with self.subTest(mode=mode):
                target = self.database(TABLE + living)
                self.ok("restore", archive, "-d", self.url(target), "--mode", mode, "--accept-edited", "--yes")
                self.assertEqual(self.contents_below_100(target), rows)
                self.assertGreaterEqual(int(self.server.query("SELECT nextval('t_id_seq')", target)), 51)
        self.refused(2, "--verify-after", args=["restore", archive, "-d", self.url(self.database(TABLE)), "--mode", "sync", "--accept-edited", "--verify-after"])

    def contents_below_100(self, database):
        return "\n".join(line for line in self.contents(database).splitlines() if line.split("|")[0] not in ("10", "11", "12"))

    def test_numbers_that_rows_lack_are_new_ones(self):
        """Sequences gave 1 again to rows without an id, and stayed behind ids that were written by hand."""
        # The row that lacks its id stands before all others.
        rows = [{"name": "by default"}]
        for options in ([], ["-1"]):
            archive = self.edited(f"numbers{len(options)}", [{"id": 50, "name": "by hand"}, *rows])
            copy = self.restore(archive, "--accept-edited", *options)
            self.assertEqual(self.server.query("SELECT name FROM t WHERE id NOT IN (1, 2, 50)", copy), "by default")
            self.assertEqual(self.server.query("INSERT INTO t DEFAULT VALUES RETURNING id > 50", copy), "t")
        for mode in ("append", "insert-missing", "sync", "replace", "truncate"):
            with self.subTest(mode=mode):
                emptied = self.database(TABLE + "TRUNCATE t RESTART IDENTITY;")
                archive = self.edited(f"into-{mode}", [{"id": 50}, *rows])
                result = self.ok("restore", archive, "-d", self.url(emptied), "--accept-edited", "-y", "--mode", mode, "--json")
                self.assertEqual([(table["archived"], table["inserted"]) for table in result.json["tables"]], [(4, 4)])
                self.assertEqual(self.server.query("SELECT id, name FROM t ORDER BY id", emptied), "1|ann\n2|bob\n50|nobody\n51|by default")

    def test_an_unpacked_zip_can_be_edited(self):
        archive = self.dump(self.database(TABLE), "t.zip", "--rows", "json")
        folder = self.folder / "unpacked"
        harness.zipfile.ZipFile(archive).extractall(folder)
        with open(folder / PART, "a") as part:
            part.write("".join(json.dumps(row) + "\n" for row in GOOD))
        self.assertEqual(self.contents(self.restore(folder, "--accept-edited")), EXPECTED)

    def test_an_archive_of_another_program(self):
        """Written by FORMAT.md alone, with what it says must be there."""
        table = "CREATE TABLE public.t (id bigint PRIMARY KEY, name text DEFAULT 'nobody' NOT NULL, at timestamp with time zone, tags text[] DEFAULT '{a}');\n"

        def archive(name, part):
            folder = self.folder / name
            (folder / "data" / "mine").mkdir(parents=True)
            (folder / "data" / "mine" / "rows.jsonl").write_bytes(part)
            toc = json.dumps({"entries": [{"section": "pre-data", "kind": "TABLE", "name": "t", "schema": "public", "id": 1, "create": table,
                                           "table_schema": "public", "table_name": "t", "depends": []}], "format_version": 1}).encode()
            (folder / "toc.json").write_bytes(toc)
            sha = lambda data: hashlib.sha256(data).hexdigest()
            columns = [{"name": name, "type": type, "json": kind, "verdict": "keep", "in_rows": True} for name, type, kind in (
                ("id", "bigint", "number"), ("name", "text", "string"), ("at", "timestamp with time zone", "string"), ("tags", "text[]", "string_array"))]
            rows = part.count(b"\n")
            manifest = json.dumps({
                "tables": [{"schema": "public", "name": "t", "kind": "table", "verdict": "keep", "has_rows": True, "rows": rows, "columns": columns, "parts": [
                    {"number": 1, "file": "data/mine/rows.jsonl", "rows": rows, "encoded_bytes": len(part), "stored_bytes": len(part), "encoded_sha256": sha(part), "stored_sha256": sha(part)}]}],
                "format_version": 1, "archive_id": "6a1e2c3d-0000-4000-8000-00000000000a", "pgcoffer_version": "somebody's script", "created": "2024-01-01T00:00:00Z",
                "finished": "2024-01-01T00:00:00Z", "server": {"version": "none", "version_num": 150000, "database": "elsewhere"}, "rows": "json", "encoding": "UTF8",
                "compression": {"method": "none", "level": 0}, "encrypted": False, "has_schema": True, "has_data": True, "options": [], "unsupported": [], "warnings": [],
                "toc_sha256": sha(toc), "files": [{"file": "toc.json", "bytes": len(toc), "sha256": sha(toc)}], "large_objects": []}).encode()
            (folder / "manifest.json").write_bytes(manifest)
            (folder / "manifest.sha256").write_text(f"{sha(manifest)}  manifest.json\n")
            return folder

        good = archive("foreign", b'{"id": 1}\n{ "at" : "2024-05-01T12:00:00+02:00", "tags": ["x", null], "id": 2 }\n{"name":"c\\u00e9","id":"3","tags":null}\n')
        self.assertTrue(self.ok("verify", good, "--json").json["whole"])
        target = self.restore(good)
        self.assertEqual(self.contents(target), "1|nobody||{a}\n2|nobody|2024-05-01 10:00:00+00|{x,NULL}\n3|c\u00e9||")
        self.server.query("UPDATE t SET name = 'kept', tags = '{}' WHERE id = 2; UPDATE t SET at = now() WHERE id = 2; DELETE FROM t WHERE id = 3", target)
        self.ok("restore", good, "-d", self.url(target), "--mode", "upsert", "--yes")
        self.assertEqual(self.contents(target), "1|nobody||{a}\n2|kept|2024-05-01 10:00:00+00|{x,NULL}\n3|c\u00e9||")
        wrong = archive("wrong", b'{"id": 1}\n{"id": 2, "nmae": "x"}\n')
        for options in ([], ["--mode", "upsert", "-y"]):
            self.refused(4, "data/mine/rows.jsonl", 'line 2: unknown key "nmae"', args=["restore", wrong, "-d", self.url(self.database(table if options else None)), *options])

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

    def test_lines_are_those_of_the_part_though_rows_lack_columns(self):
        """The server counts the lines of each of its COPYs, of rows with the same columns: it said line 3, or line 2."""
        whole = {"id": 12, "name": "y", "at": "no date", "n": 1, "tags": []}
        for number, row in enumerate((whole, {"id": 11, "at": "no date"})):
            archive = self.edited(f"lines{number}", [{"id": 10, "name": "x"}, {"id": 20, "at": "2024-05-01"}, {"id": 21, "name": "z"}, row])
            for options in ([], ["--mode", "append"]):
                with self.subTest(row=row, options=options):
                    target = self.database(TABLE + "DELETE FROM t;" if options else None)
                    self.refused(1, "no date", "line 6", args=["restore", archive, "-d", self.url(target), "--accept-edited", *options])

    def test_sealed_archives_cannot_be_edited(self):
        archive = self.dump(self.database(TABLE), "sealed", "--rows", "json", "--encrypt", key=harness.KEY)
        self.refused(2, "encrypted", key=harness.KEY,
                     args=["restore", archive, "-d", self.url(self.database()), "--accept-edited"])


    def test_csv_that_a_spreadsheet_wrote(self):
        """Errors told the row's number for the line's, and of a header only that it was another."""
        database = self.database("CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t VALUES (1, E'two\\nlines'), (2, 'x')")
        archive = self.dump(database, "csv", "--rows", "csv", "-Z", "none")
        part = archive / "data" / "public.t" / "0001.csv"
        whole = part.read_bytes()
        self.assertEqual(whole, b'id,note\r\n1,"two\nlines"\r\n2,x\r\n')
        command = ["restore", archive, "--accept-edited"]
        for mode in ([], ["--mode", "upsert", "--yes"]):
            target = self.database("" if not mode else "CREATE TABLE t (id int PRIMARY KEY, note text)")
            for edited, told in ((whole.replace(b"2,x", b"two,x"), "COPY t, line 4" if not mode else ", line 4, column id"),
                                 (whole.replace(b"x", b"\xe9"), "saved as UTF-8"),
                                 (whole.replace(b"id,note", b"id;note"), "the header is [id;note] where the table's columns would be [id,note]")):
                with self.subTest(mode=mode, told=told):
                    part.write_bytes(edited)
                    result = harness.run(*command, "-1" if not mode else "--no-analyze", *mode, "-d", self.url(target))
                    self.assertIn(result.code, (1, 4))
                    self.assertIn(told, result.err)
            part.write_bytes(b"\xef\xbb\xbf" + whole.replace(b"\r\n", b"\n"))
            self.ok(*command, *mode, "-d", self.url(target))
            self.assertEqual(self.server.query("SELECT string_agg(note, '|' ORDER BY id) FROM t", target), "two\nlines|x")


if __name__ == "__main__":
    harness.main()
