"""verify looked neither at a zip's headers nor at bytes after its end, and took a stray file for damage."""

import os
import random
import shutil

import harness

DATABASE = """
CREATE TABLE "Ä b" (id int PRIMARY KEY, v jsonb, b bytea);
INSERT INTO "Ä b" SELECT i, jsonb_build_object('k', i), sha256(i::text::bytea) FROM generate_series(1, 40) i;
CREATE TABLE empty (id int);
SELECT lo_from_bytea(4711, 'large');
"""
FLIPS = 60  # of each archive


class Verify(harness.Case):
    def archives(self):
        """(what, path, key) of archives of every make."""
        source = self.database(DATABASE)
        for rows in ("sql", "json"):
            for key in (None, harness.KEY):
                for name in ("a", "a.zip"):
                    what = f"{rows}{'-sealed' if key else ''}-{name}"
                    options = ["--rows", rows, *(["--encrypt"] if key else []), *(["-Z", "gzip"] if name == "a.zip" else [])]
                    yield what, self.dump(source, what, *options, key=key), key

    def flipped(self, file, offset, bit):
        data = bytearray(file.read_bytes())
        data[offset] ^= 1 << bit
        file.write_bytes(data)

    def test_every_flipped_bit_is_found(self):
        chance = random.Random(20240229)
        for what, archive, key in self.archives():
            files = [archive] if archive.is_file() else sorted(file for file in archive.rglob("*") if file.is_file())
            places = [(file, offset) for file in files for offset in range(file.stat().st_size)]
            for file, offset in chance.sample(places, FLIPS):
                bit = chance.randrange(8)
                with self.subTest(archive=what, file=file.name, offset=offset, bit=bit):
                    self.flipped(file, offset, bit)
                    verified = harness.run("verify", archive, key=key)
                    self.flipped(file, offset, bit)
                    self.assertEqual(verified.code, 4, verified)
            self.ok("verify", archive, key=key)

    def test_every_header_of_a_zip_counts(self):
        """The last 300 bytes: central directory and end record; and each local header's first bytes."""
        archive = self.dump(self.database(DATABASE), "a.zip")
        data = archive.read_bytes()
        for offset in [*range(len(data) - 300, len(data), 5), *range(30)]:
            with self.subTest(offset=offset):
                harness.damage(archive, offset=offset)
                self.assertEqual(harness.run("verify", archive).code, 4)
                archive.write_bytes(data)

    def test_bytes_after_the_end_of_a_zip(self):
        archive = self.dump(self.database(DATABASE), "a.zip")
        with archive.open("ab") as file:
            file.write(b"PK\x05\x06")
        verified = harness.run("verify", archive)
        self.assertEqual(verified.code, 4, verified)

    def test_what_does_not_belong_is_named_and_ignored(self):
        """A stray file made verify exit 4; a link or a pipe made inspect fail."""
        archive = self.dump(self.database(DATABASE), "a")
        size = self.ok("inspect", archive, "--json").json
        (archive / "notes.txt").write_text("mine")
        (archive / "data" / "link").symlink_to("/etc/passwd")
        (archive / "folder").symlink_to("/etc")
        os.mkfifo(archive / "pipe")
        verified = self.ok("verify", archive)
        for name in ("notes.txt", "data/link", "folder", "pipe"):
            self.assertIn(f"note: {name}: does not belong to the archive", verified.out)
        noted = self.ok("verify", archive, "--json").json
        self.assertEqual(noted["findings"], [])
        self.assertEqual(len(noted["notes"]), 4)
        self.assertEqual(self.ok("inspect", archive, "--json").json, size)
        self.ok("cat", archive, "empty")
        self.restore(archive)

    def test_a_link_in_the_place_of_a_listed_file_is_damage(self):
        archive = self.dump(self.database(DATABASE), "a")
        part = next((archive / "data").rglob("0001.*"))
        shutil.move(part, self.folder / "elsewhere")
        part.symlink_to(self.folder / "elsewhere")
        verified = harness.run("verify", archive)
        self.assertEqual(verified.code, 4, verified)
        self.assertIn("is not a regular file", verified.out)
        self.refused(4, "is not a regular file", args=("restore", archive, "-d", self.url(self.database())))

    def test_damage_to_the_sealed_key_is_not_called_a_wrong_key(self):
        archive = self.dump(self.database(DATABASE), "a", "--encrypt", key=harness.KEY)
        harness.damage(archive / "keys.cms", offset=40)
        self.refused(4, "keys.cms", args=("verify", archive), key=harness.KEY)


if __name__ == "__main__":
    harness.main()
