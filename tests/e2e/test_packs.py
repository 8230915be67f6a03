"""Databases of many small tables, whose parts lie together in packs; and of few rows that are huge."""

import shutil

import by_hand
import harness

TABLES = 620
MANY = f"""CREATE SCHEMA s; CREATE TABLE s.large (id integer, v text); INSERT INTO s.large SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, 9000) i;
DO $$ BEGIN FOR i IN 1..{TABLES} LOOP
  EXECUTE format('CREATE TABLE s.t%s (id integer PRIMARY KEY, name text)', i);
  IF i % 7 <> 0 THEN EXECUTE format('INSERT INTO s.t%s SELECT g, md5(g::text) || E''\\t\\\\.\\n'' FROM generate_series(1, %s) g', i, i % 5 + 1); END IF;
END LOOP; END $$;
ALTER TABLE s.t1 ADD FOREIGN KEY (id) REFERENCES s.t4;"""


class Packs(by_hand.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=MANY)

    def packs(self, archive):
        return sorted(name for name in harness.members(archive) if name.startswith("data/packs/"))

    def test_packs_hold_every_row(self):
        for options, restoring in ((["-j", "1"], ["-1"]), (["-j", "3", "-Z", "gzip"], ["-j", "2"]), (["-j", "2", "--part-size", "256kB"], ["-j", "1"])):
            with self.subTest(options=options):
                archive = self.dump(self.source, "a" + "".join(options), *options)
                written = harness.manifest(archive)
                self.assertEqual(written["format_version"], 5)
                self.assertLess(len(self.packs(archive)), 60)
                self.assertEqual(len(self.packs(archive)), len(written["packs"]))
                self.ok("verify", archive)
                self.assertEqual(self.ok("cat", archive, "s.t4", "--rows", "json").out.count("\n"), 5)
                self.assert_same(self.source, self.restore(archive, *restoring))

    def test_zip_and_encryption(self):
        archive = self.dump(self.source, "a.zip", "-j", "2", "--encrypt", key=harness.KEY)
        self.ok("verify", archive, key=harness.KEY)
        self.assertEqual([name for name in harness.members(archive) if "s.t" in name], [])
        self.assert_same(self.source, self.restore(archive, key=harness.KEY))
        plain = self.folder / "plain"
        self.ok("convert", archive, plain, "--decrypt", "--rows", "json", key=harness.KEY)
        self.assertEqual(self.packs(plain), [])
        self.assert_same(self.source, self.restore(plain))

    def test_restored_by_hand(self):
        archive, target = self.dump(self.source, "a", "--encrypt", "-Z", "gzip", key=harness.KEY), self.database()
        self.follow(archive, target, "-secretkey", BACKUP_ENCRYPTION_KEY=harness.KEY)
        self.assert_same(self.source, target)

    def test_other_commands_read_packs(self):
        archive = self.dump(self.source, "a.zip", "--encrypt", key=harness.KEY)
        tables = {table["name"]: table for table in self.ok("inspect", archive, "--json", key=harness.KEY).json["tables"]}
        self.assertEqual((tables["t4"]["rows"], tables["t4"]["parts"], tables["t7"]["rows"]), (5, 1, 0))
        self.assertGreater(tables["t4"]["stored_bytes"], 0)
        self.ok("key", "rewrap", archive, "--new-key-file", self.file("new.key", harness.OTHER_KEY), key=harness.KEY)
        target = self.restore(archive, "-t", "s.t4", key=harness.OTHER_KEY)
        self.assertEqual(self.server.query("SELECT count(*) FROM s.t4", target), "5")
        self.ok("compare", archive, "-d", self.url(self.source), "--rows", key=harness.OTHER_KEY)
        self.server.query("UPDATE s.t4 SET name = 'x' WHERE id = 3; DELETE FROM s.t4 WHERE id = 5", target)
        self.ok("restore", archive, "-d", self.url(target), "-t", "s.t4", "--mode", "sync", "-y", key=harness.OTHER_KEY)
        self.assertEqual(self.server.query("SELECT count(*) FROM s.t4 WHERE name LIKE '%' || E'\\n'", target), "5")

    def test_resume_in_the_midst_of_packs(self):
        archive = self.dump(self.source, "a", "-j", "2")
        damaged = archive / self.packs(archive)[-1]
        shutil.copy(damaged, self.folder / "whole")
        damaged.write_bytes(bytes(damaged.stat().st_size))
        target = self.database()
        command = ["restore", archive, "-d", self.url(target), "-y", "-j", "1"]
        self.refused(4, damaged.name, args=[*command, "--resumable"])
        done = int(self.server.query("SELECT count(*) FROM pgcoffer_restore.done WHERE item LIKE 'data/packs/%'", target))
        in_packs = sum("pack" in part for table in harness.manifest(archive)["tables"] for part in table["parts"])
        self.assertTrue(0 < done < in_packs, (done, in_packs))
        shutil.copy(self.folder / "whole", damaged)
        self.ok(*command, "--resume")
        self.assert_same(self.source, target)

    def test_packs_cannot_be_edited(self):
        archive = self.dump(self.source, "a", "-Z", "none")
        pack = archive / self.packs(archive)[0]
        pack.write_bytes(pack.read_bytes().replace(b"c4ca4238", b"c4ca4239"))
        self.refused(4, pack.name, args=["restore", archive, "-d", self.url(self.database()), "--accept-edited"])

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def test_where_packs_would_make_recovery_harder_there_are_none(self):
        for options in (["--rows", "json"], ["--rows", "csv"], ["--data-only"]):
            with self.subTest(options=options):
                archive = self.dump(self.source, "a" + options[-1], *options)
                self.assertEqual(self.packs(archive), [])
                self.assertNotIn("packs", harness.manifest(archive))

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
            self.refused(1, 'cannot read table "s.t78": data exception, division by zero',
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
