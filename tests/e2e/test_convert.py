"""pgcoffer convert: any archive into any other; every row, definition and large object stays, and damage is never passed on."""

import subprocess

import harness
import round_trip


class Convert(round_trip.RoundTrip):
    def content(self, archive, key=None):
        """What must not change: rows of each table in their order, the table of contents, large objects."""
        tables = [table for table in self.ok("inspect", archive, "--json", key=key).json["tables"] if table["has_rows"]]
        return {f"{t['schema']}.{t['name']}": self.ok("cat", archive, f"{t['schema']}.{t['name']}", "--rows", "csv", key=key).raw
                for t in tables}

    def convert(self, source, name, *options, key=None):
        target = self.folder / name
        self.ok("convert", source, target, *options, key=key)
        verified = self.ok("verify", target, "--json", key=key).json
        self.assertTrue(verified["whole"], verified)
        return target

    def test_a_chain_through_everything_ends_where_it_began(self):
        first = self.dump(self.app(), "first", "-j", 1)
        expected = self.content(first)
        ids = [harness.manifest(first)["archive_id"]]
        archive, sealed = first, False
        steps = [("b.zip", ["--rows", "json"]), ("c", ["--rows", "csv", "-Z", "gzip:1"]), ("d.zip", ["--encrypt", "--part-size", "64kB"]),
                 ("e", ["--decrypt", "--rows", "sql", "-Z", "none", "-j", 4]), ("f.zip", ["-Z", "zstd:1", "--part-size", "1MB"])]
        for name, options in steps:
            with self.subTest(name=name, options=options):
                key = harness.KEY if sealed or "--encrypt" in options else None
                archive = self.convert(archive, name, *options, key=key)
                sealed = "--encrypt" in options
                self.assertEqual(self.content(archive, key=key if sealed else None), expected)
                if not sealed:
                    manifest = harness.manifest(archive)
                    self.assertEqual(manifest["converted_from"][0], ids[0])
                    self.assertNotIn(manifest["archive_id"], manifest["converted_from"])
        manifest = harness.manifest(archive)
        self.assertEqual(len(manifest["converted_from"]), 5)
        for field in ("created", "server", "encoding", "options", "warnings"):
            self.assertEqual(manifest[field], harness.manifest(first)[field])
        self.assert_same(self.app(), self.restore(archive))

    def test_nothing_asked_nothing_changed(self):
        first = self.dump(self.app(), "first.zip", "--rows", "json", "-Z", "gzip:2", "--part-size", "64kB")
        second = self.convert(first, "second.zip")
        one, two = harness.manifest(first), harness.manifest(second)
        parts = lambda manifest: {(t["schema"], t["name"]): [p["encoded_sha256"] for p in t["parts"]] for t in manifest["tables"]}
        self.assertEqual(parts(one), parts(two))
        self.assertEqual((one["rows"], one["compression"], one["toc_sha256"]), (two["rows"], two["compression"], two["toc_sha256"]))

    def test_parts_are_cut_anew(self):
        first = self.dump(self.app(), "first", "--part-size", "64kB")
        count = lambda archive: sum(len(table["parts"]) for table in harness.manifest(archive)["tables"])
        small, large = self.convert(first, "small", "--part-size", "16kB"), self.convert(first, "large", "--part-size", "16MB")
        self.assertGreater(count(small), count(first))
        self.assertEqual(count(large), sum(1 for table in harness.manifest(first)["tables"] if table["parts"]))

    def test_a_script(self):
        archive = self.dump(self.app(), "first", "--rows", "json")
        copy = self.database()
        round_trip.psql_restore(self, self.ok("convert", archive, "-").raw, copy)
        self.assert_same(self.app(), copy)
        script = self.folder / "app.sql.gz"
        self.ok("convert", archive, script)
        done = subprocess.run(["gunzip", "-c", script], capture_output=True, check=True).stdout
        self.assertIn(b"COPY ", done)

    def test_other_keys(self):
        archive = self.dump(self.app(), "sealed", "--encrypt", key=harness.KEY)
        (self.folder / "new.key").write_text(harness.OTHER_KEY)
        target = self.folder / "other"
        self.refused(2, "say whether the new one is to be", args=["convert", archive, target], key=harness.KEY)
        self.ok("convert", archive, target, "--new-key-file", self.folder / "new.key", key=harness.KEY)
        self.assertEqual(harness.run("verify", target, key=harness.KEY).code, 2)
        self.ok("verify", target, key=harness.OTHER_KEY)
        self.refused(2, "exclude each other", args=["convert", archive, self.folder / "x", "--encrypt", "--decrypt"], key=harness.KEY)

    def test_damage_is_not_passed_on(self):
        archive = self.dump(self.app(), "first", "-Z", "none")
        part = max((archive / "data").rglob("*.sql"), key=lambda path: path.stat().st_size)
        harness.damage(part)
        for name in ("copy", "copy.zip", "copy.sql"):
            self.refused(4, str(part.relative_to(archive)), args=["convert", archive, self.folder / name])
            self.assert_nothing_left(self.folder / name)

    def test_in_place(self):
        archive = self.dump(self.app(), "first", "--rows", "sql")
        expected = self.content(archive)
        self.refused(1, "exists", args=["convert", archive, archive, "--rows", "csv"])
        self.ok("convert", archive, archive, "--rows", "csv", "--force")
        self.assertEqual(harness.manifest(archive)["rows"], "csv")
        self.assertEqual(self.content(archive), expected)

    def test_edited_rows_get_right_digests(self):
        source = self.database("CREATE TABLE t (id integer PRIMARY KEY, name text DEFAULT 'nobody'); INSERT INTO t VALUES (1, 'a')")
        archive = self.dump(source, "first", "--rows", "json", "-Z", "none")
        with open(archive / "data/public.t/0001.jsonl", "a") as part:
            part.write('{"name": "b", "id": 2}\n{"id": 3}')
        self.refused(4, "the manifest says", args=["convert", archive, self.folder / "strict"])
        mended = self.convert(archive, "mended.zip", "--accept-edited")
        self.assertEqual(harness.manifest(mended)["tables"][0]["rows"], 3)
        copy = self.restore(mended)
        self.assertEqual(self.server.query("SELECT id, name FROM t ORDER BY id", copy), "1|a\n2|b\n3|nobody")
        self.assertEqual(self.ok("cat", mended, "t").out, '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n{"id":3}\n')
        self.assertIn('COPY "public"."t" ("id") FROM stdin;\n3\n\\.\n', self.ok("cat", mended, "t", "--rows", "sql").out)
        self.refused(1, "lack columns", args=["cat", mended, "t", "--rows", "csv"])
        self.refused(1, "lack columns", "public.t", args=["convert", mended, self.folder / "as-sql", "--rows", "sql"])
        self.assertIn("COPY \"public\".\"t\" (\"id\") FROM stdin;", self.ok("convert", mended, "-").out)

    def test_usage(self):
        archive = self.dump(self.database(), "empty")
        for options, words in ((["--rows", "xml"], "unknown row format"), (["-Z", "lz4"], "not a compression"),
                               (["--part-size", "10"], "below 1 kB"), (["--format", "tar"], "unknown format")):
            with self.subTest(options=options):
                self.refused(2, words, args=["convert", archive, self.folder / "x", *options])
        self.refused(2, "sql only", args=["convert", archive, "-", "--rows", "json"])
        self.convert(archive, "y", "--encrypt", key=harness.KEY)


if __name__ == "__main__":
    harness.main()
