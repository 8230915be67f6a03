"""What the end-to-end tests have in common: running pgcoffer, databases that go away again, archives as bytes."""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import zipfile

import compare
import servers

PGCOFFER = os.environ.get("PGCOFFER", str(servers.ROOT / "build" / "release" / "pgcoffer"))
KEY = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"
OTHER_KEY = "ff" * 32
PATIENCE = 600  # seconds that any run may take
EXIT_WRONG_KEY = 2


class Result:
    """A finished run of pgcoffer."""

    def __init__(self, command, code, out, err):
        self.command, self.code, self.raw, self.err = command, code, out, err.decode()

    @property
    def out(self):
        return self.raw.decode()

    @property
    def json(self):
        return json.loads(self.raw)

    def __str__(self):
        return f"{' '.join(self.command)}\nexit code {self.code}\n{self.err}"


def arguments(values):
    return [str(value) for value in values]


def start(*args, key=None, env=None, **popen):
    """Starts pgcoffer; the caller waits."""
    more = {**({"BACKUP_ENCRYPTION_KEY": key} if key else {}), **(env or {})}
    popen = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
    return subprocess.Popen([PGCOFFER, *arguments(args)], env=servers.plain_environment(**more), **popen)


def run(*args, key=None, env=None, input=None, cwd=None):
    process = start(*args, key=key, env=env, cwd=cwd, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
    try:
        out, err = process.communicate(input, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"pgcoffer {args} does not end; it said: {err.decode()}") from None
    return Result(["pgcoffer", *arguments(args)], process.returncode, out, err)


def wait_until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen in {seconds} s")
        time.sleep(0.02)
    return value


class Case(unittest.TestCase):
    """A test with a folder of its own, and databases that are dropped at its end."""

    maxDiff = None
    server = None

    @classmethod
    def setUpClass(cls):
        if cls.server is None:
            cls.server = servers.main()
        cls._databases, cls._source = [], {}

    @classmethod
    def tearDownClass(cls):
        for name in cls._databases:
            cls.server.drop_database(name)
        cls._databases, cls._source = [], {}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcoffer-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    @classmethod
    def app(cls, scale=servers.SMALL):
        """The class's own copy of the application database; tests must not change it."""
        if scale not in cls._source:
            cls._source[scale] = cls.server.new_database(cls.server.app_template(scale))
            cls._databases.append(cls._source[scale])
        return cls._source[scale]

    def own_app(self):
        """A copy of the application database that this test may change."""
        name = self.server.new_database(self.server.app_template())
        self.addCleanup(self.server.drop_database, name)
        return name

    def database(self, sql=None):
        """A new database, filled by the script."""
        name = self.server.new_database()
        self.addCleanup(self.server.drop_database, name)
        if sql:
            self.server.psql(name, script=sql)
        return name

    def role(self, *databases, attributes="LOGIN"):
        name, password = self.server.new_role(attributes)
        self.addCleanup(self.server.drop_role, name, *databases)
        return name, password

    def url(self, database, **parameters):
        return self.server.url(database, **parameters)

    def ok(self, *args, **options):
        """Runs pgcoffer, which must succeed."""
        result = run(*args, **options)
        self.assertEqual(result.code, 0, result)
        return result

    def refused(self, code, *parts, args, **options):
        """Runs pgcoffer, which must end with this exit code, an error and, in it, each of these texts."""
        result = run(*args, **options)
        self.assertEqual(result.code, code, result)
        self.assertRegex(result.err, r"(?m)^pgcoffer: error: \S", result)
        for part in parts:
            self.assertIn(part, result.err, result)
        return result

    def dump(self, database, name, *options, **run_options):
        """Dumps into a file or folder of the test's own; returns its path."""
        path = self.folder / name
        self.ok("dump", "-d", self.url(database), "-f", path, *options, **run_options)
        return path

    def restore(self, path, *options, **run_options):
        """Restores into a new database; returns its name."""
        target = self.database()
        self.ok("restore", path, "-d", self.url(target), *options, **run_options)
        return target

    def assert_same(self, source, copy, expected=None):
        self.assertEqual(compare.compare(self.server, source, copy, expected), [])

    def assert_nothing_left(self, path):
        """Neither the archive nor anything half-made is where it was to be written."""
        left = [entry.name for entry in path.parent.iterdir() if entry.name.startswith(path.name)]
        self.assertEqual(left, [])


class ClusterCase(Case):
    """A test that changes whole servers: two of its own, emptied before each test."""

    other = None

    @classmethod
    def setUpClass(cls):
        (cls.server, cls.other), cls._stop = servers.own(2)
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls._stop()

    def setUp(self):
        super().setUp()
        self.server.empty()
        self.other.empty()


def members(archive):
    """{path in the archive: stored bytes} of a directory or a zip file."""
    if archive.is_dir():
        return {str(file.relative_to(archive)): file.read_bytes() for file in archive.rglob("*") if file.is_file()}
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def stored_bytes(archive):
    """Everything that lies on the disk, as it lies there."""
    if archive.is_dir():
        return b"".join(file.read_bytes() for file in archive.rglob("*") if file.is_file())
    return archive.read_bytes()


def decompressed(name, data):
    """A member's plain bytes, by its suffix; sealed ones are left as they are."""
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".zst"):
        return subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
    return data


def opened(archive):
    """All members' plain bytes in one, where nothing is sealed."""
    return b"\n".join(decompressed(name, data) for name, data in members(archive).items())


def manifest(archive):
    """manifest.json of an archive that is not sealed."""
    return json.loads(members(archive)["manifest.json"])


def toc(archive):
    return json.loads(members(archive)["toc.json"])


def tables(archive, what=lambda table: True):
    """Names of the archive's tables for which `what` holds."""
    return {f"{table['schema']}.{table['name']}" for table in manifest(archive)["tables"] if what(table)}


def with_rows(archive):
    return tables(archive, lambda table: table["has_rows"])


def damage(path, offset=None, length=1):
    """Flips bytes of a file, in its middle unless an offset is given."""
    data = bytearray(path.read_bytes())
    offset = len(data) // 2 if offset is None else offset % len(data)
    for position in range(offset, offset + length):
        data[position] ^= 0xFF
    path.write_bytes(data)


def secrets(server, database, folder):
    """A file with every secret of the application fixture, one a line, for grep -F -f."""
    path = folder / "secrets.txt"
    text = server.psql(database, "-f", str(servers.FIXTURE / "secrets.sql")).stdout
    lines = sorted({line for line in text.split("\n") if line})
    assert len(lines) > 100, "the fixture has lost its secrets"
    path.write_text("\n".join(lines) + "\n")
    return path


def secrets_in(data, patterns):
    """Up to five secrets (and other traces of them) in these bytes."""
    found = subprocess.run(["grep", "-aoF", "-m", "5", "-f", patterns], input=data, capture_output=True)
    assert found.returncode in (0, 1), found.stderr
    hits = found.stdout.split(b"\n")[:5] if found.returncode == 0 else []
    for trace in (b"PLANTED-SECRET", b"PLANTED-SECRET".hex().encode(), b"$2b$12$"):
        if trace in data:
            hits.append(trace)
    return hits


APP_POLICY = servers.FIXTURE / "policy.json"
# What fixtures/app/policy.json makes of the application database.
KEPT = compare.Expected(
    columns={
        ("auth.users", "password_hash"): "'!'",
        ("auth.login_attempts", "session_id"): "NULL::uuid",
        ("auth.oauth_accounts", "access_token"): "NULL::text",
        ("auth.oauth_accounts", "refresh_token"): "NULL::text",
        ("auth.oauth_accounts", "id_token"): "NULL::bytea",
        ("team.integrations", "config"): "'{}'::jsonb",
        ("team.webhooks", "secret"): "'set-me-again'",
        ("team.webhooks", "headers"): "NULL::text",
        ("shop.payments", "card_token"): "NULL::text",
    },
    where={"ops.notifications": "kind <> 'password_reset'", "ops.settings": "NOT is_secret"},
    empty={"auth.sessions", "auth.api_keys", "auth.password_reset_tokens", "auth.email_verifications", "auth.totp_devices",
           "auth.signing_keys", "team.invitations"},
)


def main():
    unittest.main(verbosity=2)
