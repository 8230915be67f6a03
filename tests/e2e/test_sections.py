"""--section: the parts of a dump and of a restore, one after the other, make the whole."""

import harness
import round_trip

SECTIONS = ("pre-data", "data", "post-data")


class SectionsOneByOne(harness.Case):
    def kinds(self, archive):
        entries = harness.json.loads(harness.members(archive)["toc.json"])["entries"]
        return {entry["section"] for entry in entries}

    def test_scripts(self):
        copy = self.database()
        for section in SECTIONS:
            script = self.ok("dump", "-d", self.url(self.app()), "-f", "-", "--section", section).raw
            round_trip.psql_restore(self, script, copy)
        self.assert_same(self.app(), copy)

    def test_archives(self):
        copy = self.database()
        for section in SECTIONS:
            archive = self.dump(self.app(), section, "--section", section)
            self.assertEqual(self.kinds(archive), {section})
            manifest = harness.manifest(archive)
            self.assertEqual((manifest["has_schema"], manifest["has_data"]), (section != "data", section == "data"))
            self.assertIn(f"--section {section}", manifest["options"])
            self.ok("restore", archive, "-d", self.url(copy), "-y")
        self.assert_same(self.app(), copy)

    def test_restore(self):
        archive = self.dump(self.app(), "whole.zip")
        copy = self.database()
        for section in SECTIONS:
            self.ok("restore", archive, "-d", self.url(copy), "-y", "--section", section)
        self.assert_same(self.app(), copy)
        two = self.database()
        self.ok("restore", archive, "-d", self.url(two), "--section", "pre-data", "--section", "data")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_indexes WHERE schemaname = 'auth'", two), "0")
        self.ok("restore", archive, "-d", self.url(two), "-y", "--section", "post-data")
        self.assert_same(self.app(), two)

    def test_refresh_belongs_to_what_comes_after_the_rows(self):
        database = self.database("CREATE TABLE a (id int); INSERT INTO a VALUES (1); CREATE MATERIALIZED VIEW m AS SELECT * FROM a")
        for options, expected in ((["--section", "post-data"], 1), (["-s"], 0), (["--section", "pre-data"], 0), (["--section", "data"], 0)):
            script = self.ok("dump", "-d", self.url(database), "-f", "-", *options).out
            self.assertEqual(script.count("REFRESH MATERIALIZED VIEW"), expected, options)
            self.assertEqual(script.count("REFRESH"), self.server.pg_dump(database, *options).count("REFRESH"), options)

    def test_what_is_not_there(self):
        archive = self.dump(self.app(), "pre", "--section", "pre-data")
        url = self.url(self.database())
        self.refused(2, 'holds no section "post-data"', args=["restore", archive, "-d", url, "--section", "post-data"])
        self.refused(2, 'holds no section "data"', args=["restore", archive, "-d", url, "--section", "data"])
        self.refused(2, "holds no rows", args=["restore", archive, "-d", url, "-a"])
        for command in (["restore", archive, "-d", url], ["dump", "-d", url, "-f", "-"]):
            self.refused(2, 'unknown section "all"', args=[*command, "--section", "all"])
            self.refused(2, "leaves nothing", args=[*command, "--section", "data", "-s"])


if __name__ == "__main__":
    harness.main()
