"""Every --mode on tables with everything that makes rows special, while others read and write; what must come of it is what a model says."""

import pathlib
import tempfile
import threading

import harness

SOURCE = r"""
CREATE TABLE kinds (code text PRIMARY KEY);
CREATE TABLE things (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL REFERENCES kinds, parent integer REFERENCES things,
  n integer NOT NULL, twice integer GENERATED ALWAYS AS (n * 2) STORED, seen integer NOT NULL DEFAULT 0);
CREATE TABLE events (id integer, at date, thing integer NOT NULL REFERENCES things DEFERRABLE, n integer NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2024-07-01');
CREATE TABLE events_new (n integer NOT NULL, thing integer NOT NULL, at date NOT NULL, id integer NOT NULL);
ALTER TABLE events ATTACH PARTITION events_new FOR VALUES FROM ('2024-07-01') TO (MAXVALUE);
ALTER TABLE things ADD latest integer, ADD latest_at date, ADD FOREIGN KEY (latest, latest_at) REFERENCES events;
CREATE TABLE journal (what text, id integer);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO public.journal VALUES (TG_OP, coalesce(NEW.id, OLD.id)); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON things FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE things ENABLE ROW LEVEL SECURITY; CREATE POLICY evens ON things USING (id % 2 = 0);
INSERT INTO kinds VALUES ('a'), ('b');
INSERT INTO things (kind, parent, n) SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, CASE WHEN i > 100 THEN i - 100 END, i FROM generate_series(1, 400) i;
INSERT INTO events SELECT i, '2024-01-01'::date + i % 366, i % 400 + 1, i FROM generate_series(1, 1200) i;
UPDATE things t SET (latest, latest_at) = (SELECT id, at FROM events WHERE thing = t.id ORDER BY at DESC LIMIT 1);
TRUNCATE journal;
"""
# Deleted with what belongs to them, changed, added; identity values and kinds among them.
SINCE = """
SET session_replication_role = replica;
DELETE FROM things WHERE id <= 50; DELETE FROM events WHERE thing <= 50; UPDATE things SET parent = NULL WHERE parent <= 50;
UPDATE things SET n = n + 1000 WHERE id BETWEEN 51 AND 90; UPDATE events SET n = -n WHERE id % 10 = 3;
INSERT INTO kinds VALUES ('c'); INSERT INTO things (kind, n) SELECT 'c', i FROM generate_series(1, 30) i; INSERT INTO events VALUES (2000, '2024-03-03', 410, 1), (2001, '2024-10-10', 411, 1);
SET session_replication_role = origin; TRUNCATE journal;
"""
EMPTIED = "TRUNCATE kinds CASCADE; INSERT INTO kinds VALUES ('c'); INSERT INTO things (kind, n) SELECT 'c', i FROM generate_series(1, 30) i; TRUNCATE journal;"
COLUMNS = {"kinds": "code", "things": "id, kind, parent, n, latest, latest_at", "events": "id, at, thing, n"}
# What writers make; it is counted apart.
WRITTEN = 1000000
WRITE = f"""BEGIN; SELECT count(*) FROM things; INSERT INTO things (id, kind, n) OVERRIDING SYSTEM VALUE VALUES ({WRITTEN} + {{0}}, '{{1}}', 1);
  UPDATE things SET seen = seen + 1 WHERE id = {WRITTEN} + {{0}}; INSERT INTO events VALUES ({WRITTEN} + {{0}}, '2024-08-08', {WRITTEN} + {{0}}, 1); COMMIT"""
# One snapshot: how many references break, how many rows there are without the writers'.
LOOK = f"""SELECT (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT FROM things t WHERE t.id = e.thing)) + (SELECT count(*) FROM things t WHERE NOT EXISTS (SELECT FROM kinds k WHERE k.code = t.kind))
  + (SELECT count(*) FROM things WHERE twice <> n * 2), (SELECT count(*) || ' ' || sum(n) FROM things WHERE id < {WRITTEN}), (SELECT count(*) || ' ' || sum(n) FROM events WHERE id < {WRITTEN})"""


class MergeModes(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=SOURCE)
        cls.archives = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.archives.cleanup)
        cls.archive = pathlib.Path(cls.archives.name) / "things"
        result = harness.run("dump", "-d", cls.server.url(cls.source), "-f", cls.archive, "--part-size", "10kB")
        assert result.code == 0, result

    def rows(self, database):
        """{table: {key: row}} without what the writers made."""
        found = {}
        for table, columns in COLUMNS.items():
            where = "" if table == "kinds" else f" WHERE id < {WRITTEN}"
            lines = [tuple(line.split("|")) for line in self.server.query(f"SELECT {columns} FROM {table}{where}", database).splitlines()]
            found[table] = {line[:2] if table == "events" else line[0]: line for line in lines}
        return found

    def expected(self, mode, archived, living):
        """The model."""
        if mode in ("truncate", "replace", "sync"):
            return archived
        first, second = (living, archived) if mode in ("upsert", "append") else (archived, living)
        return {table: {**first[table], **second[table]} for table in COLUMNS}

    def living(self, mode):
        database = self.server.new_database(self.source)
        self.addCleanup(self.server.drop_database, database)
        self.server.psql(database, script=(EMPTIED if mode == "append" else SINCE))
        return database

    def among_others(self, database, kind, looks, merge):
        """Runs the merge while one reads and one writes; returns how often was written."""
        stop, written, errors = threading.Event(), [], []

        def read():
            while not stop.is_set():
                looks.add(self.server.query(LOOK, database))

        def write():
            while not stop.is_set():
                done = self.server.psql(database, script=WRITE.format(len(written) + 1, kind), check=False)
                if done.stderr:
                    errors.append(done.stderr)
                    return
                written.append(None)

        threads = [threading.Thread(target=read), threading.Thread(target=write)]
        for thread in threads:
            thread.start()
        try:
            harness.wait_until(lambda: len(written) > 1 or errors, "writing before the merge")
            report = merge()
            after = len(written)
            harness.wait_until(lambda: len(written) > after + 1 or errors, "writing after the merge")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(errors, [])
        return report, len(written)

    def merged(self, mode, *options):
        database = self.living(mode)
        archived, living = self.rows(self.source), self.rows(database)
        looks = {self.server.query(LOOK, database)}
        before = next(iter(looks))
        report, written = self.among_others(database, "c" if mode == "append" else "a", looks, lambda: self.ok(
            "restore", self.archive, "-d", self.url(database), "--tables", "kinds,things,events", "--mode", mode, "--yes", "--json", *options).json)
        self.assertEqual(self.rows(database), self.expected(mode, archived, living))
        after = self.server.query(LOOK, database)
        self.assertEqual(after[:2], "0|")
        if mode != "truncate":  # for which readers wait
            self.assertEqual(looks | {after}, {before, after})
        there = int(self.server.query(f"SELECT count(*) FROM things WHERE id > {WRITTEN}", database))
        (self.assertLess if mode in ("truncate", "replace", "sync") else self.assertEqual)(there, written)
        self.assertEqual(self.server.query(f"SELECT count(*) FROM events WHERE id > {WRITTEN}", database), str(there))
        self.server.query("INSERT INTO things (kind, n) VALUES ('a', 1)", database)  # takes an identity value that is free
        return database, report

    def journal(self, database):
        lines = self.server.query(f"SELECT lower(what), count(*) FROM journal WHERE id < {WRITTEN} GROUP BY 1", database).splitlines()
        return {what: int(count) for what, count in (line.split("|") for line in lines)}

    def test_every_mode_and_its_triggers(self):
        for mode in ("append", "insert-missing", "upsert", "sync", "replace", "truncate"):
            with self.subTest(mode=mode):
                database, report = self.merged(mode)
                (things,) = [table for table in report["tables"] if table["name"] == "things"]
                fired = self.journal(database)
                # The last row is the one that the test itself inserted.
                self.assertEqual(fired.get("insert", 0), things["inserted"] + 1)
                self.assertEqual(fired.get("update", 0), things["updated"])
                if mode == "sync":
                    self.assertEqual((things["inserted"], things["updated"] > 0, fired["delete"]), (50, True, 30))

    def test_no_trigger_fires(self):
        for mode in ("upsert", "sync"):
            with self.subTest(mode=mode):
                database, _ = self.merged(mode, "--disable-triggers")
                self.assertEqual(self.journal(database), {"insert": 1})

    def test_row_security_hides_nothing_silently(self):
        database = self.living("sync")
        role, password = self.role(database)
        self.server.psql(database, script=f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}; GRANT CREATE ON SCHEMA public TO {role}")
        before = self.rows(database)
        command = ("restore", self.archive, "-d", self.url(database, user=role, password=password), "--tables", "kinds,things,events", "--mode", "sync", "--yes")
        self.refused(3, "row-level security", "public.things", "BYPASSRLS", "Nothing was changed", args=command)
        self.assertEqual(self.rows(database), before)
        self.server.psql(database, script="".join(f"ALTER TABLE {table} OWNER TO {role};" for table in ("kinds", "things", "events")))
        self.ok(*command)
        self.assertEqual(self.rows(database), self.rows(self.source))


if __name__ == "__main__":
    harness.main()
