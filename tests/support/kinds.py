"""The table of object kinds (tests/kinds.json) and the SQL files that hold a case of each (fixtures/sql)."""

import json
import re

import servers

FOLDER = servers.ROOT / "fixtures" / "sql"
TABLE = servers.ROOT / "tests" / "kinds.json"


def cases():
    """Every case of the table, with its kind."""
    table = json.loads(TABLE.read_text())
    return [{"kind": kind, **case} for kind, listed in table["kinds"].items() for case in listed]


def cases_of(file, server):
    return [case for case in cases() if case.get("file") == file.name and case.get("since", 0) <= server.major]


def first_version(file):
    """Files called NAME.vNN.sql need at least server version NN."""
    found = re.search(r"\.v(\d+)\.sql$", file.name)
    return int(found.group(1)) if found else 0


def files(server=None):
    """The files, or those that a server of this version can run."""
    return [file for file in sorted(FOLDER.glob("*.sql")) if server is None or first_version(file) <= server.major]


def words(text):
    return " ".join(text.split())


def absent(case, entries):
    """What is wrong with a case, given the entries of its file's dump; None when it is there (or, with "not", is not)."""
    found = [entry for entry in entries if title(entry) == case["entry"]]
    if case.get("not"):
        return f"{case['entry']} is in the dump" if found else None
    if len(found) != 1:
        return f"{case['entry']} is {len(found)} times in the dump"
    sql = words(found[0].get("create", "") + found[0].get("owner_sql", ""))
    return None if words(case["sql"]) in sql else f"{case['entry']} lacks {case['sql']!r}: {sql}"


def title(entry):
    """"TABLE public.users", "EXTENSION cube", "COMMENT TABLE public.users": how the table names an entry of toc.json."""
    with_schema = "schema" in entry and entry["kind"] not in ("COMMENT", "SECURITY LABEL")
    return f"{entry['kind']} {entry['schema'] + '.' if with_schema else ''}{entry['name']}"


def load(server, database, file):
    """Runs a fixture as its README says."""
    server.psql(database, "-o", "/dev/null", "-f", str(file))


def drop(server, *databases):
    """Drops databases that may have subscriptions, which would hold them."""
    for database in databases:
        statements = server.query("""
            SELECT format('ALTER SUBSCRIPTION %I DISABLE; ALTER SUBSCRIPTION %I SET (slot_name = NONE);', s.subname, s.subname)
              FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()""", database)
        server.psql(database, script=statements)
        server.drop_database(database)
