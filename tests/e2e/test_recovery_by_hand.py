"""A disaster without pgcoffer: RESTORE.txt of each archive is followed literally, with sh, openssl, gunzip or zstd, psql and jq."""

import itertools
import re
import subprocess
import zipfile

import harness


class ByHand(harness.Case):
    def follow(self, folder, database, opening, **environment):
        """Runs the indented lines of RESTORE.txt in the folder; of the ways to open the key, the one named."""
        lines = [line[4:] for line in (folder / "RESTORE.txt").read_text().split("\n") if line.startswith("    ")]
        ways = [line for line in lines if line.startswith("KEY=$(")]
        chosen = [line for line in lines if line not in ways or opening and opening in line]
        self.assertEqual(len([line for line in chosen if line in ways]), 1 if opening else 0, ways)
        script = "\n".join(chosen) + "\n"
        self.assertNotIn("pgcoffer", re.sub(r"#.*", "", script))
        done = subprocess.run(["sh", "-e", "-u"], input=script, text=True, cwd=folder, capture_output=True,
                              env=self.server.environment(PGDATABASE=database, **environment))
        complaints = [line for line in done.stderr.split("\n") if line and "NOTICE:" not in line]
        self.assertEqual((done.returncode, complaints), (0, []), script + done.stdout)

    def unpacked(self, archive):
        if archive.is_dir():
            return archive
        folder = self.folder / (archive.name + ".unpacked")
        folder.mkdir()
        subprocess.run(["unzip", "-q", archive, "-d", folder], check=True)
        return folder

    def check(self, name, *options, opening=None, key=None, **environment):
        folder = self.unpacked(self.dump(self.app(), name, "--part-size", "256kB", *options, key=key))
        copy = self.database()
        self.follow(folder, copy, opening, **environment)
        self.assert_same(self.app(), copy)

    def test_open_archives(self):
        numbers = itertools.count()
        for rows, compression, suffix in (("sql", "zstd", ""), ("sql", "gzip", ""), ("sql", "none", ""), ("sql", "gzip", ".zip"),
                                          ("json", "zstd", ""), ("json", "gzip", ".zip"), ("csv", "zstd", ""), ("csv", "gzip", ".zip")):
            with self.subTest(rows=rows, compression=compression, suffix=suffix):
                self.check(f"open{next(numbers)}{suffix}", "--rows", rows, "-Z", compression)

    def test_sealed_with_a_key(self):
        for rows, compression, suffix in (("sql", "gzip", ""), ("json", "zstd", ".zip")):
            with self.subTest(rows=rows, compression=compression, suffix=suffix):
                self.check(f"key{rows}{suffix}", "--encrypt", "--rows", rows, "-Z", compression, opening="-secretkey",
                           key=harness.KEY, BACKUP_ENCRYPTION_KEY=harness.KEY)

    def test_sealed_with_a_passphrase(self):
        (self.folder / "phrase").write_text("four words and spaces\n")
        self.check("phrased", "--passphrase-file", self.folder / "phrase", opening="-pwri_password", PASSPHRASE="four words and spaces")

    def test_sealed_to_certificates(self):
        for kind, new in (("rsa", ["-newkey", "rsa:2048"]), ("ec", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
            with self.subTest(kind=kind):
                key, cert = self.folder / f"{kind}.key", self.folder / f"{kind}.crt"
                subprocess.run(["openssl", "req", "-x509", *new, "-nodes", "-subj", "/CN=backup", "-keyout", key, "-out", cert],
                               check=True, capture_output=True)
                self.check(kind, "--encrypt-to", cert, opening="-inkey", IDENTITY=str(key))

    def test_with_a_policy(self):
        archive = self.dump(self.app(), "kept.zip", "--policy", harness.APP_POLICY)
        copy = self.database()
        self.follow(self.unpacked(archive), copy, None)
        self.assert_same(self.app(), copy, harness.KEPT)

    def test_a_damaged_part_is_noticed(self):
        archive = self.dump(self.app(), "damaged", "--encrypt", key=harness.KEY)
        harness.damage(next((archive / "data" / "auth.users").iterdir()))
        with self.assertRaisesRegex(AssertionError, "damaged: data/auth.users"):
            self.follow(archive, self.database(), "-secretkey", BACKUP_ENCRYPTION_KEY=harness.KEY)

    def test_the_schema_scripts_play_by_themselves(self):
        archive = self.dump(self.app(), "scripts.zip", "--schema-only")
        copy = self.database()
        with zipfile.ZipFile(archive) as packed:
            for name in ("schema/pre-data.sql", "schema/post-data.sql"):
                self.server.psql(copy, script=packed.read(name).decode())
        self.assertEqual(harness.compare.compare_schema(self.server, self.app(), copy), [])


if __name__ == "__main__":
    harness.main()
