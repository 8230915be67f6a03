"""Databases of many small tables, whose parts lie together in packs; and of few rows that are huge."""

import subprocess

import harness

TABLES = 620
MANY = f"""CREATE SCHEMA s; CREATE TABLE s.large (id integer, v text); INSERT INTO s.large SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, 9000) i;
DO $$ BEGIN FOR i IN 1..{TABLES} LOOP
  EXECUTE format('CREATE TABLE s.t%s (id integer PRIMARY KEY, name text)', i);
  IF i % 7 <> 0 THEN EXECUTE format('INSERT INTO s.t%s SELECT g, md5(g::text) || E''\\t\\\\.\\n'' FROM generate_series(1, %s) g', i, i % 5 + 1); END IF;
END LOOP; END $$;
ALTER TABLE s.t1 ADD FOREIGN KEY (id) REFERENCES s.t4;"""


class ManyTables(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=MANY)

    def packs(self, archive):
        return sorted(name for name in harness.members(archive) if name.startswith("data/packs/"))

    def test_packs_hold_every_row(self):
        for options in (["-j", "1"], ["-j", "3", "-Z", "gzip"], ["-j", "2", "--part-size", "256kB"]):
            with self.subTest(options=options):
                archive = self.dump(self.source, "a" + "".join(options), *options)
                written = harness.manifest(archive)
                self.assertEqual(written["format_version"], 2)
                self.assertLess(len(self.packs(archive)), 60)
                self.assertEqual(len(self.packs(archive)), len(written["packs"]))
                self.ok("verify", archive)
                self.assert_same(self.source, self.restore(archive, "-j", "2"))
                self.assertEqual(self.ok("cat", archive, "s.t4", "--rows", "json").out.count("\n"), 5)
                self.assert_same(self.source, self.restore(archive, "-1"))

    def test_zip_and_encryption(self):
        archive = self.dump(self.source, "a.zip", "-j", "2", "--encrypt", key=harness.KEY)
        self.ok("verify", archive, key=harness.KEY)
        self.assertEqual([name for name in harness.members(archive) if "s.t" in name], [])
        self.assert_same(self.source, self.restore(archive, key=harness.KEY))
        plain = self.folder / "plain"
        self.ok("convert", archive, plain, "--decrypt", "--rows", "json", key=harness.KEY)
        self.assertEqual(self.packs(plain), [])
        self.assertEqual(harness.manifest(plain)["format_version"], 1)
        self.assert_same(self.source, self.restore(plain))

    def test_psql_loads_a_pack(self):
        archive = self.dump(self.source, "a")
        target = self.database()
        for name in ["schema/pre-data.sql", *[n for n in sorted(harness.members(archive)) if n.startswith("data/")], "schema/post-data.sql"]:
            self.server.psql(target, script=harness.decompressed(name, harness.members(archive)[name]).decode())
        self.assert_same(self.source, target)

    def test_where_packs_would_make_recovery_harder_there_are_none(self):
        for options in (["--rows", "json"], ["--rows", "csv"], ["--data-only"]):
            with self.subTest(options=options):
                archive = self.dump(self.source, "a" + options[-1], *options)
                self.assertEqual(self.packs(archive), [])
                self.assertEqual(harness.manifest(archive)["format_version"], 1)

    def test_a_damaged_pack_is_one_finding(self):
        archive = self.dump(self.source, "a")
        damaged = archive / self.packs(archive)[0]
        damaged.write_bytes(damaged.read_bytes()[:-1])
        found = harness.run("verify", archive, "--json")
        self.assertEqual(found.code, 4, found)
        self.assertEqual([finding["file"] for finding in found.json["findings"]], [self.packs(archive)[0]])
        self.refused(4, self.packs(archive)[0], args=["restore", archive, "-d", self.url(self.database())])

    def test_a_table_that_cannot_be_read_is_named(self):
        policy = self.folder / "policy.json"
        policy.write_text('{"version": 1, "tables": [{"table": "s.t78", "where": "1 / (id - 2) > 0", "reason": "fails at the second row"}]}')
        for jobs in "1", "2":
            self.refused(1, 'cannot read table "s.t78": division by zero',
                         args=["dump", "-d", self.url(self.source), "-f", self.folder / f"x{jobs}", "-j", jobs, "--policy", policy])
            self.assert_nothing_left(self.folder / f"x{jobs}")

    def test_few_huge_rows_are_read_over_several_connections(self):
        source = self.database("CREATE TABLE b (id integer, v bytea); ALTER TABLE b ALTER v SET STORAGE EXTERNAL;"
                               "INSERT INTO b SELECT i, decode(repeat(md5(i::text), 32768), 'hex') FROM generate_series(1, 24) i; ANALYZE b")
        archive = self.dump(source, "b", "-j", "2", "--part-size", "1MB")
        table = next(table for table in harness.manifest(archive)["tables"] if table["name"] == "b")
        self.assertEqual((table["rows"], len(table["parts"])), (24, 24))
        self.assert_same(source, self.restore(archive))


if __name__ == "__main__":
    harness.main()
