"""PostgreSQL servers for the tests, and databases on them.

PGCOFFER_TEST_URL names a superuser's connection to a server for tests. Without it a throw-away server is started once
for all test programs that run at about the same time; it stops by itself when none has used it for a while.
PGCOFFER_TEST_URL_13 and the like name further servers: tests of the whole way run on each of them.
"""

import fcntl
import hashlib
import itertools
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "fixtures" / "app"
THROWAWAY = ROOT / ".ci" / "throwaway-postgres"
IDLE_SECONDS = 10
SMALL = "0.02"  # scale of the application database in most tests: about 17,000 rows
FULL = "1"

_numbers = itertools.count(1)


def plain_environment(**more):
    """The environment without anything that libpq or pgcoffer would take a setting from."""
    drop = re.compile(r"^(PG[A-Z]+|DATABASE_URL|BACKUP_ENCRYPTION_KEY)$")
    env = {name: value for name, value in os.environ.items() if not drop.match(name) or name == "PGCOFFER"}
    return {**env, "LC_ALL": "C.UTF-8", **more}


class Server:
    """A server that a superuser reaches by `url` (database postgres)."""

    def __init__(self, url):
        self.parts = urllib.parse.urlsplit(url)
        self.host, self.port = self.parts.hostname, self.parts.port
        self.user, self.password = self.parts.username, urllib.parse.unquote(self.parts.password or "")
        self.number = int(self.query("SHOW server_version_num", "postgres"))
        self.major = self.number // 10000

    def __str__(self):
        return f"PostgreSQL {self.major}"

    def url(self, database, user=None, password=None, port=None, **parameters):
        user, password = user or self.user, self.password if password is None else password
        options = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        name = urllib.parse.quote(database, safe="")
        return f"postgresql://{user}:{urllib.parse.quote(password)}@{self.host}:{port or self.port}/{name}{options}"

    def environment(self, **more):
        return plain_environment(PGHOST=self.host, PGPORT=str(self.port), PGUSER=self.user, PGPASSWORD=self.password,
                                 PGCLIENTENCODING="UTF8", **more)

    def psql(self, database, *arguments, script=None, check=True):
        """Runs psql; fails loudly unless check is False. Returns the finished process (text)."""
        command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments]
        done = subprocess.run(command, input=script, capture_output=True, text=True, env=self.environment())
        if check and done.returncode:
            raise AssertionError(f"psql failed on {database} ({self.host}:{self.port}): {done.stderr}")
        return done

    def query(self, sql, database):
        """The answer as psql -At prints it, without the last line end."""
        return self.psql(database, script=sql).stdout.removesuffix("\n")

    def pg_dump(self, database, *arguments):
        done = subprocess.run([*pg_dump_command(self.major), *arguments, "-d", database], capture_output=True,
                              env=self.environment())
        if done.returncode:
            raise AssertionError(f"pg_dump failed: {done.stderr.decode()}")
        return without_marks(done.stdout.decode())

    def pg_dumpall(self, *arguments):
        done = subprocess.run([part.replace("pg_dump", "pg_dumpall") if part.endswith("pg_dump") else part
                               for part in pg_dump_command(self.major)] + list(arguments), capture_output=True, env=self.environment())
        if done.returncode:
            raise AssertionError(f"pg_dumpall failed: {done.stderr.decode()}")
        return without_marks(done.stdout.decode())

    def empty(self):
        """Brings a server of its own back to what initdb made."""
        for name in self.query("SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')", "postgres").split("\n"):
            if name:
                quoted = '"' + name.replace('"', '""') + '"'
                self.psql("postgres", script=f"ALTER DATABASE {quoted} IS_TEMPLATE false; DROP DATABASE {quoted} WITH (FORCE)")
        for name in ("postgres", "template1"):
            self.psql(name, script=f"ALTER DATABASE {name} RESET ALL; ALTER DATABASE {name} CONNECTION LIMIT -1; COMMENT ON DATABASE {name} IS NULL;"
                                   f"ALTER DATABASE {name} OWNER TO {self.user}; GRANT CONNECT, TEMPORARY ON DATABASE {name} TO PUBLIC;"
                                   "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")
        revoke = "SELECT NULL WHERE false"
        if self.major >= 15:
            revoke = ("SELECT format('REVOKE ALL ON PARAMETER %s FROM %s CASCADE', parname, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END)"
                      " FROM pg_parameter_acl, aclexplode(paracl) x WHERE x.grantee <> 10")
        self.psql("postgres", script=f"""
            ALTER ROLE ALL RESET ALL;
            {revoke} \\gexec
            SELECT format('DROP TABLESPACE %I', spcname) FROM pg_tablespace WHERE spcname !~ '^pg_' \\gexec
            SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND oid <> 10 \\gexec
            SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND oid <> 10 \\gexec
            SELECT format('ALTER ROLE %I RESET ALL', rolname) FROM pg_roles WHERE oid = 10 \\gexec
            """)

    def new_database(self, template=None):
        """An empty database, or a copy of another one; named so that nobody else's is ever hit."""
        name = f"rt_e2e_{os.getpid()}_{next(_numbers)}"
        options = ""
        if template and self.major >= 15:
            options = " STRATEGY file_copy"
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"{options}', "postgres")
        return name

    def drop_database(self, name):
        self.psql("postgres", script=f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', check=False)

    def new_role(self, attributes="LOGIN"):
        """A role with a password; returns name and password."""
        name, password = f"rt_e2e_{os.getpid()}_{next(_numbers)}", f"pw{os.getpid()}"
        self.query(f"CREATE ROLE {name} {attributes} PASSWORD '{password}'", "postgres")
        return name, password

    def drop_role(self, name, *databases):
        for database in databases:
            self.psql(database, script=f"DROP OWNED BY {name}", check=False)
        self.psql("postgres", script=f"DROP ROLE IF EXISTS {name}", check=False)

    def app_template(self, scale=SMALL):
        """The name of a database that holds the application fixture; nobody may connect to it but to copy it."""
        name = _template_name(scale)
        with open(_shared_folder() / f"load-{self.port}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'", "postgres"):
                return name
            loading = self.new_database()
            subprocess.run([FIXTURE / "load", loading, scale], check=True, env=self.environment())
            self.query(f'ALTER DATABASE "{loading}" RENAME TO "{name}"', "postgres")
            for old in self.query("SELECT datname FROM pg_database WHERE datname LIKE 'rt\\_e2e\\_app\\_%'", "postgres").split():
                if old not in map(_template_name, (SMALL, FULL)):
                    self.drop_database(old)
        return name


def _template_name(scale):
    """Changes with the fixture, so that a server that was used before never offers stale rows."""
    digest = hashlib.sha256(scale.encode())
    for file in sorted(FIXTURE.glob("*.sql")):
        digest.update(file.read_bytes())
    return f"rt_e2e_app_{digest.hexdigest()[:16]}"


def without_marks(dump):
    """pg_dump's output without pg_attver, the mark that some servers put on every column, and that nobody may set, and
    without \\restrict, which is by chance."""
    dump = re.sub(r"^\\(un)?restrict \w+\n", "", dump, flags=re.M)
    name = r'(?:"(?:[^"]|"")*"|[^\s".]+)'
    dump = re.sub(rf"^ALTER (?:[A-Z]+ )+{name}\.{name} ALTER COLUMN {name} SET \(pg_attver=\d+\);\n", "", dump, flags=re.M)
    return re.sub(r"(?<=SET \()pg_attver=\d+, ?|, ?pg_attver=\d+(?=[,)])", "", dump)


def pg_dump_command(major):
    """A pg_dump that reads servers of this version: PG_DUMP, the newest installed, or that of a chroot."""
    if os.environ.get("PG_DUMP"):
        return shlex.split(os.environ["PG_DUMP"])
    newest = max((int(path.parts[4]), path) for path in pathlib.Path("/").glob("usr/lib/postgresql/*/bin/pg_dump"))
    if newest[0] >= major:
        return [str(newest[1])]
    home = os.environ.get("PG_SERVERS_HOME", "/var/tmp/pg-servers")
    for version in range(29, major - 1, -1):
        program = f"/usr/lib/postgresql/{version}/bin/pg_dump"
        if os.path.exists(f"{home}/{version}/root{program}"):
            return ["chroot", f"{home}/{version}/root", program]
    raise AssertionError(f"no pg_dump for PostgreSQL {major}: set PG_DUMP")


def pg_dump_of(major):
    """The pg_dump of just this version, or None where it is not on this machine."""
    program = f"/usr/lib/postgresql/{major}/bin/pg_dump"
    root = f"{os.environ.get('PG_SERVERS_HOME', '/var/tmp/pg-servers')}/{major}/root"
    if os.path.exists(program):
        return [program]
    return ["chroot", root, program] if os.path.exists(root + program) else None


def main():
    """The server that every test may use."""
    if os.environ.get("PGCOFFER_TEST_URL"):
        return Server(os.environ["PGCOFFER_TEST_URL"])
    return Server(_shared_throwaway())


def every():
    """The main server, and all of PGCOFFER_TEST_URL_NN."""
    found = [Server(url) for name, url in sorted(os.environ.items()) if re.match(r"PGCOFFER_TEST_URL_\d+$", name)]
    if os.environ.get("PGCOFFER_TEST_URL") or not found:
        found.insert(0, main())
    return list({(server.host, server.port): server for server in found}.values())


def own(count):
    """New servers for tests that change or compare what a whole server has; returns them and what stops them.

    PGCOFFER_TEST_OWN may name the URLs of other servers to use instead; everything on them goes.
    """
    urls = os.environ.get("PGCOFFER_TEST_OWN", "").split()
    if urls:
        return [Server(url) for url in urls[:count]], lambda: None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pgcoffer-own-"))
    folder.chmod(0o755)

    def stop():
        for server in folder.iterdir():
            subprocess.run([THROWAWAY, "stop", server], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)

    try:
        for number in range(count):
            done = subprocess.run([THROWAWAY, "start", folder / str(number)], capture_output=True, text=True, env=plain_environment())
            if done.returncode:
                raise AssertionError(done.stderr)
            urls.append(re.search(r"^PGCOFFER_TEST_URL=(.*)$", done.stdout, re.M).group(1))
    except BaseException:
        stop()
        raise
    servers = [Server(url) for url in urls]
    for server in servers[1:]:
        # A password that a test carries from one to the other is then the same.
        server.psql("postgres", script=f"ALTER ROLE {server.user} PASSWORD '{servers[0].password}'")
        server.password = servers[0].password
    return servers, stop


def _shared_folder():
    place = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    folder = pathlib.Path(tempfile.gettempdir()) / f"pgcoffer-tests-{os.getuid()}-{place}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise AssertionError(f"{folder} belongs to somebody else")
    return folder


def _shared_throwaway():
    """Starts the shared server unless it runs. Holding a shared lock on `users` until this process ends keeps it."""
    folder = _shared_folder()
    with open(folder / "start.lock", "w") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        # A bare descriptor, so that nothing closes it before the end of the process.
        fcntl.flock(os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), fcntl.LOCK_SH)
        settings = folder / "settings"
        if settings.exists():
            url = settings.read_text()
            if subprocess.run(["psql", "-XAtc", "SELECT 1", url], capture_output=True).returncode == 0:
                return url
        subprocess.run([THROWAWAY, "stop", folder / "server"], capture_output=True)
        shutil.rmtree(folder / "server", ignore_errors=True)
        done = subprocess.run([THROWAWAY, "start", folder / "server"], capture_output=True, text=True, env=plain_environment())
        if done.returncode:
            raise AssertionError(done.stderr)
        url = re.search(r"^PGCOFFER_TEST_URL=(.*)$", done.stdout, re.M).group(1)
        settings.write_text(url)
        subprocess.run(["setsid", "--fork", sys.executable, "-B", __file__, "--stop-when-idle", folder], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return url


def _stop_when_idle(folder):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    idle_since = None
    while True:
        time.sleep(1)
        with open(folder / "start.lock", "w") as start, open(folder / "users.lock", "w") as users:
            fcntl.flock(start, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                idle_since = None
                continue
            idle_since = idle_since or time.monotonic()
            if time.monotonic() - idle_since >= IDLE_SECONDS:
                (folder / "settings").unlink(missing_ok=True)
                subprocess.run([THROWAWAY, "stop", folder / "server"], capture_output=True)
                return


if __name__ == "__main__" and sys.argv[1:2] == ["--stop-when-idle"]:
    _stop_when_idle(pathlib.Path(sys.argv[2]))
