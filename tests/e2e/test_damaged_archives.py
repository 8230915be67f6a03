"""Archives that were changed, cut or made by a later version: every command says what is wrong, and with which part."""

import hashlib
import json
import re
import shutil

import harness


class Damaged(harness.Case):
    def archive(self, name, *options, key=None):
        return self.dump(self.app(), name, *options, *(["--encrypt"] if key else []), key=key)

    def part(self, archive, table="qa.results", suffix=""):
        return next(file for file in sorted((archive / "data" / table).iterdir()) if file.name.endswith(suffix))

    def all_refuse(self, archive, *parts, key=None, table="qa.results", code=4):
        """verify, cat and restore must not take it; nothing comes out of cat, nothing goes into the database's table."""
        self.assertIn(code, (3, 4))
        verified = harness.run("verify", archive, key=key)
        self.assertEqual(verified.code, code, verified)
        for part in parts:
            self.assertIn(part, verified.out + verified.err, verified)
        shown = self.refused(code, *parts, args=["cat", archive, table, "--rows", "json"], key=key)
        self.assertEqual(shown.raw, b"")
        target = self.database()
        self.refused(code, *parts, args=["restore", archive, "-d", self.url(target)], key=key)
        rows = self.server.psql(target, script=f"SELECT count(*) FROM {table}", check=False).stdout.strip()
        self.assertIn(rows, ("", "0"))

    def test_a_flipped_byte(self):
        for options, key in (([], None), (["-Z", "none"], None), (["--rows", "json", "-Z", "gzip"], None), ([], harness.KEY)):
            with self.subTest(options=options, sealed=bool(key)):
                archive = self.archive(f"flip{len(options)}{bool(key)}", *options, key=key)
                part = self.part(archive)
                harness.damage(part)
                self.all_refuse(archive, part.name, key=key)

    def test_a_truncated_part(self):
        for key in (None, harness.KEY):
            with self.subTest(sealed=bool(key)):
                archive = self.archive(f"cut{bool(key)}", key=key)
                part = self.part(archive)
                part.write_bytes(part.read_bytes()[:-7])
                self.all_refuse(archive, part.name, key=key)

    def test_an_empty_and_a_missing_part(self):
        archive = self.archive("gone")
        part = self.part(archive)
        part.write_bytes(b"")
        self.all_refuse(archive, part.name)
        part.unlink()
        self.all_refuse(archive, part.name)

    def test_two_parts_exchanged(self):
        for key in (None, harness.KEY):
            with self.subTest(sealed=bool(key)):
                archive = self.archive(f"swap{bool(key)}", "--part-size", "64kB", key=key)
                one, two = sorted((archive / "data" / "qa.results").iterdir())[:2]
                other = two.read_bytes()
                two.write_bytes(one.read_bytes())
                one.write_bytes(other)
                # Whichever is read first.
                self.all_refuse(archive, f"{one.parent.name}/000", key=key)

    def test_verify_names_every_damaged_part_and_counts_the_intact(self):
        archive = self.archive("several")
        parts = [self.part(archive, table) for table in ("qa.results", "auth.users", "shop.orders")]
        for part in parts:
            harness.damage(part)
        result = harness.run("verify", archive, "--json")
        self.assertEqual(result.code, 4, result)
        for part in parts:
            self.assertIn(str(part.relative_to(archive)), result.out)
        self.assertNotIn("data/team.teams/", json.dumps(result.json.get("findings", result.json)))

    def test_damaged_schema_and_manifest(self):
        for name in ("toc.json", "manifest.json"):
            with self.subTest(file=name):
                archive = self.archive(f"d-{name}")
                file = next(archive.glob(f"{name}*"))
                harness.damage(file)
                self.refused(4, name, args=["restore", archive, "-d", self.url(self.database())])

    def test_a_flipped_byte_in_what_is_sealed(self):
        archive = self.archive("sealed", key=harness.KEY)
        for file in sorted(archive.glob("*")):
            if file.is_dir() or file.name == "RESTORE.txt":
                continue
            with self.subTest(file=file.name):
                copy = self.folder / f"copy-{file.name}"
                shutil.copytree(archive, copy)
                harness.damage(copy / file.name)
                result = harness.run("verify", copy, key=harness.KEY)
                self.assertEqual(result.code, 4, result)

    def test_a_file_that_does_not_belong(self):
        archive = self.archive("stray")
        (archive / "data" / "qa.results" / "9999.sql").write_text("COPY public.t FROM stdin;\n")
        result = self.ok("verify", archive)
        self.assertIn("9999.sql", result.out)
        self.restore(archive)

    def test_a_zip_that_was_cut(self):
        archive = self.archive("cut.zip")
        whole = archive.read_bytes()
        for length in (len(whole) - 10, len(whole) // 2, 100, 0):
            with self.subTest(length=length):
                archive.write_bytes(whole[:length])
                for command in (["verify", archive], ["inspect", archive], ["restore", archive, "-d", self.url(self.database())]):
                    self.refused(4, "cut.zip", args=command)

    def test_a_flipped_byte_in_a_zip(self):
        for key in (None, harness.KEY):
            with self.subTest(sealed=bool(key)):
                archive = self.archive(f"flip{bool(key)}.zip", key=key)
                harness.damage(archive, offset=archive.stat().st_size // 3)
                result = harness.run("verify", archive, key=key)
                self.assertEqual(result.code, 4, result)

    def test_a_later_format(self):
        archive = self.archive("later")
        file = archive / "manifest.json"
        file.write_text(file.read_text().replace('"format_version": 5', '"format_version": 12', 1))
        self.assertIn('"format_version": 12', file.read_text())
        sums = archive / "manifest.sha256"
        sums.write_text(re.sub(r"^[0-9a-f]{64}(?=  manifest.json$)", hashlib.sha256(file.read_bytes()).hexdigest(), sums.read_text(), flags=re.M))
        for command in (["verify", archive], ["inspect", archive], ["cat", archive, "auth.users"],
                        ["restore", archive, "-d", self.url(self.database())]):
            result = self.refused(2, "12", args=command)
            self.assertIn("hint", result.err)

    def test_something_else(self):
        text = self.folder / "notes.txt"
        text.write_text("not an archive\n")
        empty = self.folder / "folder"
        empty.mkdir()
        for path, part in ((text, "notes.txt"), (empty, "manifest.json")):
            with self.subTest(path=path.name):
                self.refused(4, part, args=["verify", path])
        self.refused(1, "nowhere", args=["verify", self.folder / "nowhere"])


if __name__ == "__main__":
    harness.main()
