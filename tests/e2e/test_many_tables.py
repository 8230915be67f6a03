"""Reading the schema takes the same number of queries however many objects there are, and gives the same bytes each time."""

import harness
import proxy

TABLES = """
DO $$ BEGIN
  FOR i IN 1..{count} LOOP
    EXECUTE format('CREATE TABLE t%1$s (id bigserial PRIMARY KEY, name text DEFAULT ''x'' NOT NULL, email text UNIQUE,
                      amount numeric(10,2) CHECK (amount >= 0), parent bigint REFERENCES t%1$s, n integer GENERATED ALWAYS AS IDENTITY)', i);
    EXECUTE format('CREATE INDEX ON t%1$s (lower(name)) WHERE amount > 1', i);
    EXECUTE format('CREATE STATISTICS s%1$s ON name, email FROM t%1$s', i);
    EXECUTE format('CREATE TRIGGER g BEFORE UPDATE ON t%1$s FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', i);
    EXECUTE format('CREATE VIEW v%1$s AS SELECT id FROM t%1$s', i);
    EXECUTE format('COMMENT ON COLUMN t%1$s.name IS ''a name''; GRANT SELECT (name) ON t%1$s TO PUBLIC', i);
    EXECUTE format('CREATE FUNCTION f%1$s(t%1$s) RETURNS bigint LANGUAGE sql AS ''SELECT ($1).id''', i);
    EXECUTE format('CREATE TYPE e%1$s AS ENUM (''a''); CREATE DOMAIN d%1$s AS text CHECK (VALUE <> '''')', i);
  END LOOP;
END $$;
"""


def statements(sent):
    """How many queries are in the bytes that a client sent over one connection that is not encrypted."""
    at, count = int.from_bytes(sent[:4], "big"), 0  # the first message has no type
    while at < len(sent):
        count += sent[at:at + 1] == b"Q"
        at += 1 + int.from_bytes(sent[at + 1:at + 5], "big")
    return count


class ManyTables(harness.Case):
    def queries(self, database):
        with proxy.Proxy(self.server.host, self.server.port) as line:
            url = self.url(database, port=line.port, sslmode="disable", gssencmode="disable")
            self.ok("dump", "-d", url, "-f", self.folder / f"{database}.sql", "-s")
            return sum(statements(bytes(sent)) for sent in line.connections)

    def test_as_many_queries_for_many_tables_as_for_few(self):
        few, many = self.database(TABLES.format(count=3)), self.database(TABLES.format(count=150))
        asked = self.queries(few)
        self.assertGreater(asked, 20)
        self.assertEqual(self.queries(many), asked)

    def test_one_connection_is_enough_for_a_schema(self):
        database = self.database(TABLES.format(count=20))
        role, password = self.role(database, attributes="LOGIN CONNECTION LIMIT 1")
        self.server.psql(database, script=f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        whole, alone = self.dump(database, "whole", "-s"), self.folder / "alone"
        self.ok("dump", "-d", self.url(database, user=role, password=password), "-f", alone, "-s", "-j", "4")
        self.assertEqual((alone / "toc.json").read_bytes(), (whole / "toc.json").read_bytes())

    def test_the_same_database_gives_the_same_bytes(self):
        database = self.database(TABLES.format(count=20))
        one, two = self.dump(database, "one", "-s"), self.dump(database, "two", "-s")
        for name in ("toc.json", "schema/pre-data.sql", "schema/post-data.sql"):
            self.assertEqual((one / name).read_bytes(), (two / name).read_bytes(), name)


if __name__ == "__main__":
    harness.main()
