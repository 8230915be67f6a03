"""Tables that are mostly bytea come in binary and are made text here: nobody may tell the difference."""

import hashlib
import json
import re

import every_type
import harness
import proxy

# Values that stay out of line and as long as they are, in a part of their own or with others, and some that are short.
CONTENT = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relname ~ '^type_' LOOP
    EXECUTE format('ALTER TABLE %I ADD content bytea', name);
    EXECUTE format('ALTER TABLE %I ALTER content SET STORAGE EXTERNAL', name);
    EXECUTE format('UPDATE %I SET content = (SELECT string_agg(sha256(convert_to(i || v::text, ''UTF8'')), %L) FROM generate_series(1, 2500) i) WHERE v IS NOT NULL', name, '');
    EXECUTE format('INSERT INTO %I SELECT v, %L FROM %I LIMIT 1', name, '\\x00', name);
  END LOOP;
END $$;
"""
BLOBS = """
CREATE TABLE blobs (id integer PRIMARY KEY, owner integer REFERENCES blobs, name text, at timestamptz, content bytea);
ALTER TABLE blobs ALTER content SET STORAGE EXTERNAL;
INSERT INTO blobs SELECT n, nullif(n / 2, 0), E'a\\tname\\\\' || n, '2024-07-01 00:00Z', (SELECT string_agg(sha256((n || '.' || i)::bytea), '') FROM generate_series(1, 4000 * (n % 4)) i)
FROM generate_series(1, 40) n;
"""


def shortened(lines):
    """Long values by their digests: what differs is to be seen."""
    return [re.sub(r"[0-9a-f]{200,}", lambda digits: hashlib.md5(digits[0].encode()).hexdigest(), line) for line in lines]


class ByteaRows(every_type.Case):
    def assert_rows(self, archive, table, expected):
        self.assertEqual(shortened(self.rows(archive, table)), shortened(expected))

    def dump_in_zone(self, zone, database, name, *options):
        self.server.psql(database, "-c", f"ALTER DATABASE \"{database}\" SET timezone = '{zone}'")
        return self.dump(database, name, *options)

    def test_values_of_every_type_are_what_the_server_prints(self):
        types, sql = self.types()
        source = self.database(sql + CONTENT)
        for zone in ("UTC", "America/New_York"):
            archive = self.dump_in_zone(zone, source, zone.replace("/", "-"), "-j", 2)
            for name, table in every_type.tables_of(archive).items():
                short = name.removeprefix("public.")
                with self.subTest(zone=zone, type=types[int(short[5:])] if short.startswith("type_") else short):
                    self.assertNotIn("binary", table)
                    self.assert_rows(archive, name, self.lines_of_the_server(source, short, zone))
        self.assert_same(source, self.restore(archive))

    def test_rows_larger_than_a_part_and_smaller(self):
        source = self.database(BLOBS)
        for name, options in (("one", ["-j", 1, "--part-size", "64kB"]), ("four.zip", ["-j", 4, "--part-size", "300kB"]), ("json", ["--rows", "json", "--part-size", "64kB"]),
                              ("csv", ["--rows", "csv", "-j", 3]), ("binary", ["--rows", "binary", "--part-size", "64kB"])):
            with self.subTest(name=name):
                archive = self.dump_in_zone("UTC", source, name, *options)
                self.assert_rows(archive, "public.blobs", self.lines_of_the_server(source, "blobs"))
                self.ok("verify", archive)
                self.assert_same(source, self.restore(archive))

    def test_rows_come_in_binary_where_that_gives_the_servers_text(self):
        source = self.database(BLOBS)
        for zone, binary in (("UTC", True), ("America/New_York", False)):
            self.server.psql(source, "-c", f"ALTER DATABASE \"{source}\" SET timezone = '{zone}'")
            for more in ((), ("-Fp",), ("--extra-float-digits", 0, "-Fd")):
                with self.subTest(zone=zone, more=more), proxy.Proxy(self.server.host, self.server.port) as line:
                    self.ok("dump", "-d", self.url(source, port=line.port, sslmode="disable"), "-f", self.folder / f"{binary}-{len(more)}", *more)
                    copies = [text for text in line.from_client.decode(errors="replace").split("COPY ")[1:] if '"blobs"' in text]
                    self.assertTrue(copies)
                    self.assertEqual(["(FORMAT binary)" in text for text in copies], [binary and not more] * len(copies))

    def test_rows_that_no_server_could_read_are_refused(self):
        long = self.database("CREATE TABLE t (id integer, b bytea); ALTER TABLE t ALTER b SET STORAGE EXTERNAL;"
                             "INSERT INTO t VALUES (1, 'short'), (2, convert_to(repeat('long', 135000000), 'UTF8'))")
        self.refused(1, 'cannot read table "public.t"', "more than 1 GiB of text", "--rows binary", args=("dump", "-d", self.url(long), "-f", self.folder / "long"))
        self.assertFalse((self.folder / "long").exists())
        self.refused(1, 'cannot read table "public.t"', "--rows binary", args=("dump", "-d", self.url(long), "-f", self.folder / "long.sql"))
        copy = self.restore(self.dump(long, "binary", "--rows", "binary"))
        text = self.dump(self.database("CREATE TABLE t (id integer, b bytea); INSERT INTO t VALUES (3, 'other')"), "text")
        self.refused(1, 'cannot read table "public.t"', args=("compare", text, "-d", self.url(long), "--data-only"))
        for database in (long, copy):
            self.assertEqual(self.server.query("SELECT count(*), max(length(b)) FROM t", database), "2|540000000")

    def test_policies_and_chosen_rows(self):
        source = self.database(BLOBS)
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"version": 1, "tables": [{"table": "blobs", "where": "id % 2 = 1", "follow": "parents", "columns": [
            {"column": "name", "action": "constant", "value": "tab\there", "reason": "r"}, {"column": "at", "action": "null", "reason": "r"}]}]}))
        archive = self.dump_in_zone("UTC", source, "policy", "--policy", policy)
        kept = r"SELECT id, owner, E'tab\there', NULL, content FROM public.blobs WHERE id IN (WITH RECURSIVE k(id, owner) AS (SELECT id, owner FROM public.blobs WHERE id % 2 = 1 UNION SELECT b.id, b.owner FROM public.blobs b JOIN k ON b.id = k.owner) SELECT id FROM k)"
        self.assert_rows(archive, "public.blobs", self.lines_of_the_server(source, f"({kept})"))


if __name__ == "__main__":
    harness.main()
