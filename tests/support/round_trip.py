"""The round trip in all its combinations; each test file takes one archive format, so that ctest runs them side by side."""

import itertools
import re
import subprocess

import harness
import servers

_numbers = itertools.count(1)
ROWS, SEALED, JOBS = ("sql", "json", "csv"), (False, True), (1, 4)


# What a server with wal_level = minimal says to every CREATE PUBLICATION.
CANNOT_PUBLISH = re.compile(r"WARNING: +(wal_level is insufficient|\"wal_level\" is insufficient).*\n(HINT: +Set .*wal_level.*\n)?")


def psql_restore(case, script, target):
    """Plays a plain dump with psql, which must not complain."""
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", target], input=script, capture_output=True,
                          env=case.server.environment())
    case.assertEqual((done.returncode, CANNOT_PUBLISH.sub("", done.stderr.decode())), (0, ""))


class RoundTrip(harness.Case):
    def check(self, format, rows, sealed, jobs, scale=servers.SMALL, options=()):
        source = self.app(scale)
        key = harness.KEY if sealed else None
        name = f"app-{next(_numbers)}" + {"directory": "", "zip": ".zip"}[format]
        # Small parts, so that even the small database has tables of many parts.
        part_size = [] if scale == servers.FULL else ["--part-size", "64kB"]
        archive = self.dump(source, name, "--format", format, "--rows", rows, "-j", jobs, *part_size, *options,
                            *(["--encrypt"] if sealed else []), key=key)
        self.assertEqual(archive.is_dir(), format == "directory")
        verified = self.ok("verify", archive, "--json", key=key).json
        self.assertTrue(verified, verified)
        copy = self.restore(archive, "-j", jobs, key=key)
        self.assert_same(source, copy)
        if sealed:
            stored = harness.stored_bytes(archive)
            # Names of tables are names of files and stay readable (schema/FORMAT.md); columns and definitions do not.
            for text in (b"password_hash", b"CREATE TABLE", b"user7@example.org"):
                self.assertFalse(text in stored, text)

    def check_all(self, format):
        for rows, sealed, jobs in itertools.product(ROWS, SEALED, JOBS):
            with self.subTest(format=format, rows=rows, sealed=sealed, jobs=jobs):
                self.check(format, rows, sealed, jobs)
