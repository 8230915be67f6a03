"""Dump, verify, restore, compare: zip files, with every kind of rows, sealing and number of jobs."""

import subprocess

import harness
import round_trip


class Zip(round_trip.RoundTrip):
    def test_every_combination(self):
        self.check_all("zip")

    def test_every_compression(self):
        for setting in ("none", "gzip:1", "zstd:1"):
            with self.subTest(setting=setting):
                self.check("zip", "json", False, 4, options=["-Z", setting])

    def test_the_format_is_told_from_the_name(self):
        archive = self.dump(self.app(), "by-name.zip")
        self.assertEqual(archive.read_bytes()[:4], b"PK\x03\x04")

    def test_unzip_is_happy(self):
        for options in ([], ["--encrypt"], ["-Z", "zstd:3"], ["-Z", "none"], ["--rows", "json"]):
            with self.subTest(options=options):
                archive = self.dump(self.app(), f"t{len(options)}{options[-1:]}.zip", *options, key=harness.KEY)
                tested = subprocess.run(["unzip", "-t", archive], capture_output=True, text=True)
                self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)
                self.assertIn("No errors detected", tested.stdout)

    def test_any_unzip_opens_the_rows(self):
        archive = self.dump(self.app(), "plain.zip", "--rows", "sql")
        names = subprocess.run(["unzip", "-Z1", archive], capture_output=True, text=True, check=True).stdout.split("\n")
        part = next(name for name in names if name.startswith("data/auth.users/"))
        rows = subprocess.run(["unzip", "-p", archive, part], capture_output=True, check=True).stdout
        self.assertTrue(rows.startswith(b"COPY "), rows[:100])
        self.assertIn(b"user7@example.org", rows)


if __name__ == "__main__":
    harness.main()
