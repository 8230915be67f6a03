"""The commands that are compared, and who is compared with whom."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import urllib.parse

from measure import psql

ROOT = pathlib.Path(__file__).resolve().parents[2]
PGCOFFER = os.environ.get("PGCOFFER", str(ROOT / "build/release/pgcoffer"))
PG_DUMP = shlex.split(os.environ.get("PG_DUMP", "pg_dump"))
PG_RESTORE = shlex.split(os.environ.get("PG_RESTORE", "pg_restore"))


READ_ALONE = "reading alone"


def server():
    """The URL of PGCOFFER_TEST_URL; without one the whole program runs again, on a throw-away server. Its password goes to
    the environment of what is run: arguments can be seen by all, and stand in messages."""
    url = os.environ.get("PGCOFFER_TEST_URL")
    if not url:
        throwaway = str(ROOT / ".ci/throwaway-postgres")
        os.execv(throwaway, [throwaway, "run", sys.executable, *sys.argv])
    parts = urllib.parse.urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    if password:
        os.environ["PGPASSWORD"] = urllib.parse.unquote(password)
    return urllib.parse.urlunsplit(parts._replace(netloc=user + at + host))


def version_of(command):
    return subprocess.run([*command, "--version"], check=True, capture_output=True, text=True).stdout.strip()


def run_own(*arguments):
    return subprocess.run([PGCOFFER, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def row_formats():
    return re.search(r"--rows[^\n]*\n?[^\n]*", run_own("dump", "--help")).group(0)


def peers_have_zstd():
    found = re.search(r"\) (\d+)", version_of(PG_DUMP))
    return bool(found) and int(found.group(1)) >= 16


def rules_that_act():
    """Thirty rules for columns of app, of every action that needs no key, as an application's policy mixes them."""
    actions = [("name", {"action": "mask"}), ("settings", {"action": "null"}), ("name", {"action": "constant", "value": "x"}),
               ("score", {"action": "null"}), ("name", {"action": "sha256"}), ("settings", {"action": "redact-json", "paths": ["$.theme"]}),
               ("name", {"action": "truncate", "length": 8}), ("created", {"action": "date-shift", "days": 10}),
               ("score", {"action": "noise", "percent": 5}), ("name", {"action": "template", "sql": "'entity ' || id"})]
    tables = {f"public.entity{i}": {} for i in range(1, 21)}
    for i, columns in enumerate(tables.values()):
        for column, action in [actions[i % 10], actions[(i + 3) % 10]] if i % 2 == 0 else [actions[i % 10]]:
            columns[column] = {"column": column, **action, "reason": "bench"}
    return [{"table": table, "columns": list(columns.values())} for table, columns in tables.items()]


def write_policy(folder, workload):
    """Thirty rules. Other workloads than app have none of their tables: what a policy costs that has to be asked."""
    none = [{"table": f"public.none_{i}", "action": "exclude-rows", "optional": True, "reason": "bench"} for i in range(30)]
    path = pathlib.Path(folder) / f"policy-{workload}.json"
    path.write_text(json.dumps({"version": 1, "tables": rules_that_act() if workload == "app" else none}))
    return str(path)


# The first half of a table's rows and the second one; of a table of one page by the numbers of its rows.
HALVES = """SELECT format('COPY (SELECT * FROM ONLY %%s WHERE ctid %s %%L) TO STDOUT;', c.oid::regclass,
                    CASE WHEN pages > 1 THEN format('(%%s,0)', pages / 2) ELSE format('(0,%%s)', reltuples::bigint / 2 + 1) END)
FROM pg_class c, LATERAL (SELECT pg_relation_size(c.oid) / 8192 AS pages) p
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pages DESC"""


def read_alone(url, folder, workload):
    """A command that reads all rows over two connections and drops them: nothing that dumps rows as text can be faster."""
    scripts = []
    for name, compare in (("first", "<"), ("second", ">=")):
        script = pathlib.Path(folder) / f"{workload}-{name}-half.sql"
        script.write_text(psql(url, "-c", HALVES % compare))
        scripts.append(shlex.join(["psql", "-Xqd", url, "-f", str(script)]) + " > /dev/null")
    return ["sh", "-c", f"{scripts[0]} & first=$!; {scripts[1]} && wait $first"]


def dumpers(url, workload, rows_formats, policy):
    """name -> command for an output path. The peers are those that come with PostgreSQL."""
    own = [PGCOFFER, "dump", "-d", url, "-j", "2", "--progress", "none", "-f"]
    peer = [*PG_DUMP, "-d", url, "-f"]
    table = {
        "pgcoffer zstd:3": lambda out: [*own, out, "-Z", "zstd:3"],
        "pgcoffer zstd:1": lambda out: [*own, out, "-Z", "zstd:1"],
        "pgcoffer gzip:6": lambda out: [*own, out, "-Z", "gzip:6"],
        "pgcoffer zstd:3 encrypted": lambda out: [*own, out, "-Z", "zstd:3", "--encrypt"],
        "pgcoffer zstd:3 json": lambda out: [*own, out, "-Z", "zstd:3", "--rows", "json"],
        "pgcoffer zstd:3 policy": lambda out: [*own, out, "-Z", "zstd:3", "--policy", policy],
        "pgcoffer gzip:6 zip": lambda out: [*own, out + ".zip", "-Z", "gzip:6"],
        "pg_dump gzip:6": lambda out: [*peer, out, "-Fd", "-j2", "-Z6"],
    }
    if "binary" in rows_formats:
        table["pgcoffer zstd:1 binary"] = lambda out: [*own, out, "-Z", "zstd:1", "--rows", "binary"]
    if peers_have_zstd():
        table["pg_dump zstd:3"] = lambda out: [*peer, out, "-Fd", "-j2", "-Zzstd:3"]
        table["pg_dump lz4"] = lambda out: [*peer, out, "-Fd", "-j2", "-Zlz4"]
    if workload == "many":
        table["pgcoffer -s"] = lambda out: [*own, out, "-s"]
        table["pg_dump -s"] = lambda out: [*peer, out + ".sql", "-s"]
    return table


def pairs(results):
    """(of whom it is said, compared with whom). With small tables the best of pg_dump's formats is the peer."""
    zstd = "pg_dump zstd:3" if "pg_dump zstd:3" in results else "pg_dump gzip:6"
    wanted = [(READ_ALONE, zstd), ("pgcoffer gzip:6", "pg_dump gzip:6"), ("pgcoffer zstd:3", zstd), ("pgcoffer zstd:1", zstd), ("pgcoffer zstd:1 binary", zstd),
              ("pgcoffer -s", "pg_dump -s"), ("pgcoffer zstd:3 encrypted", "pgcoffer zstd:3"), ("pgcoffer zstd:3 json", "pgcoffer zstd:3"), ("pgcoffer zstd:3 policy", "pgcoffer zstd:3"),
              ("pgcoffer gzip:6 zip", "pgcoffer gzip:6"), ("pgcoffer restore", "pg_restore"), ("pgcoffer restore binary", "pg_restore")]
    return [pair for pair in wanted if pair[0] in results and pair[1] in results]
