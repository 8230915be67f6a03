"""Says what differs between two databases: schema by pg_dump, every table's rows, sequences, large objects.

Rows are compared as a count and a sum of hashes, so their order does not matter; columns go by name. What a policy
changes on purpose is said with Expected: the copy is then compared with the source seen through it.
"""

import collections
import dataclasses
import re

PINNED = """
SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET bytea_output = 'hex';
SET extra_float_digits = 3; SET lc_monetary = 'C'; SET xmloption = 'content'; SET search_path = ''; SET row_security = off;
"""

TABLES = PINNED + """
SELECT jsonb_agg(jsonb_build_object('table', format('%I.%I', n.nspname, c.relname), 'kind', c.relkind, 'filled', c.relispopulated,
         'columns', (SELECT jsonb_agg(a.attname ORDER BY a.attname COLLATE "C") FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
"""

LARGE_OBJECTS = """
SELECT m.oid, m.lomowner::regrole, ARRAY(SELECT a::text FROM unnest(m.lomacl) a ORDER BY 1), md5(lo_get(m.oid)), obj_description(m.oid, 'pg_largeobject')
  FROM pg_largeobject_metadata m ORDER BY 1;
"""


@dataclasses.dataclass
class Expected:
    """How the copy may differ from the source: SQL expressions for columns, conditions for rows, tables without rows."""

    columns: dict = dataclasses.field(default_factory=dict)  # {("auth.users", "password_hash"): "'!'"}
    where: dict = dataclasses.field(default_factory=dict)  # {"ops.settings": "NOT is_secret"}
    empty: set = dataclasses.field(default_factory=set)  # {"auth.sessions"}


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def schema_entries(server, database, *options):
    """pg_dump's schema as a multiset of entries, without comments, blank lines and settings of the session."""
    text = server.pg_dump(database, "--schema-only", *options)
    text = re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)
    entries = re.split(r"^--\n-- (?=Name: |Data for |TOC entry )", text, flags=re.M)[1:]
    kept = []
    for entry in entries:
        lines = [line for line in entry.split("\n")[1:] if line.strip() and not line.startswith("--")
                 and not line.startswith(("SET default_tablespace", "SET default_table_access_method"))]
        if lines:
            kept.append("\n".join(lines))
    return collections.Counter(kept)


def compare_schema(server, source, copy, *options, copy_server=None):
    one, two = schema_entries(server, source, *options), schema_entries(copy_server or server, copy, *options)
    return ([f"schema: missing in the copy:\n{entry}" for entry in (one - two)]
            + [f"schema: only in the copy:\n{entry}" for entry in (two - one)])


def relations(server, database):
    import json
    return {entry["table"]: entry for entry in json.loads(server.query(TABLES, database) or "null") or []}


def fingerprints(server, database, expected=None, only=None):
    """{relation: 'count|hash' or a sequence's state}"""
    expected = expected or Expected()
    statements = [PINNED]
    for table, entry in sorted(relations(server, database).items()):
        if only is not None and table not in only:
            continue
        label = "'" + table.replace("'", "''") + "'"
        if entry["kind"] == "S":
            statements.append(f"SELECT encode(convert_to({label}, 'UTF8'), 'hex'), last_value, is_called FROM {table};")
            continue
        if entry["kind"] == "m" and not entry["filled"]:
            statements.append(f"SELECT encode(convert_to({label}, 'UTF8'), 'hex'), 'not populated';")
            continue
        columns = ", ".join(f"({expected.columns.get((table, name), 't.' + quote(name))})" for name in entry["columns"] or [])
        condition = "false" if table in expected.empty else expected.where.get(table, "true")
        statements.append(f"SELECT encode(convert_to({label}, 'UTF8'), 'hex'), count(*), "
                          f"coalesce(sum(hashtextextended(ROW({columns})::text COLLATE \"C\", 0)::numeric), 0) "
                          f"FROM ONLY {table} t WHERE {condition};")
    lines = server.query("\n".join(statements), database).split("\n")
    result = {}
    for line in filter(None, lines):
        name, _, state = line.partition("|")
        result[bytes.fromhex(name).decode()] = state
    return result


def compare_rows(server, source, copy, expected=None, only=None, copy_server=None):
    copy_server = copy_server or server
    one = fingerprints(server, source, expected, only)
    two = fingerprints(copy_server, copy, None, only)
    problems = [f"rows: {table} is missing in the copy" for table in sorted(one.keys() - two.keys())]
    problems += [f"rows: {table} is only in the copy" for table in sorted(two.keys() - one.keys())]
    problems += [f"rows: {table}: {one[table]} in the source, {two[table]} in the copy"
                 for table in sorted(one.keys() & two.keys()) if one[table] != two[table]]
    if not one:
        problems.append("rows: nothing was compared")
    return problems


def compare_large_objects(server, source, copy, copy_server=None):
    one, two = server.query(LARGE_OBJECTS, source), (copy_server or server).query(LARGE_OBJECTS, copy)
    return [] if one == two else [f"large objects differ:\n{one}\n--\n{two}"]


def compare(server, source, copy, expected=None, copy_server=None):
    """Everything; an empty list when the databases are the same."""
    return (compare_schema(server, source, copy, copy_server=copy_server)
            + compare_rows(server, source, copy, expected, copy_server=copy_server)
            + compare_large_objects(server, source, copy, copy_server=copy_server))
