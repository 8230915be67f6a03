"""A disaster without pgcoffer: RESTORE.txt of each archive is followed literally, with sh, openssl, gunzip or zstd, psql and jq."""

import itertools
import subprocess
import zipfile

import by_hand
import harness


class Recovery(by_hand.Case):
    def check(self, name, *options, opening=None, key=None, **environment):
        folder = self.unpacked(self.dump(self.app(), name, "--part-size", "256kB", *options, key=key))
        copy = self.database()
        self.follow(folder, copy, opening, **environment)
        self.assert_same(self.app(), copy)

    def test_open_archives(self):
        numbers = itertools.count()
        for rows, compression, suffix in (("sql", "zstd", ""), ("sql", "gzip", ""), ("sql", "none", ""), ("sql", "gzip", ".zip"),
                                          ("json", "zstd", ""), ("json", "gzip", ".zip"), ("csv", "zstd", ""), ("csv", "gzip", ".zip"), ("binary", "zstd", "")):
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

    def test_json_that_looks_like_ours(self):
        """Objects with a member $json, JSON's null, escaped NULs: the first became others, the last stopped everything."""
        source = self.database(r"""CREATE TABLE t (id integer PRIMARY KEY, j json, b jsonb, n text);
            INSERT INTO t VALUES (1, '{"a":1,"$json":"5"}', '{"id":1,"$json":"{}"}', 'x\u0000y'), (2, '{"a":"\u0000\u0000"}', '{"$json":"x"}', E'\\\\u0000'), (3, '{"$json":"{}"}', '{"$json":"evil","b":2}', NULL),
              (4, 'null', NULL, E'\\\\\\\\u0000'), (5, '{"$json" : "q"}', 'null', ''), (6, '"\\u0000"', '"\\u0000"', '')""")
        copy = self.database()
        self.follow(self.dump(source, "json", "--rows", "json"), copy, None)
        self.assert_same(source, copy)

    def test_the_schema_scripts_play_by_themselves(self):
        archive = self.dump(self.app(), "scripts.zip", "--schema-only")
        copy = self.database()
        with zipfile.ZipFile(archive) as packed:
            for name in ("schema/pre-data.sql", "schema/post-data.sql"):
                self.server.psql(copy, script=packed.read(name).decode())
        self.assertEqual(harness.compare.compare_schema(self.server, self.app(), copy), [])


if __name__ == "__main__":
    harness.main()
