"""Security labels: the same statements as pg_dump's, for every kind of object that takes one.

No label provider is packaged for Debian, so the rows of pg_seclabel are made by hand; a server without the provider
cannot take the statements back, and a restore says so.
"""

import collections
import re

import harness
import kinds
import servers

# Every kind that SECURITY LABEL knows in a database, with the catalog that its row of pg_seclabel names.
LABELS = """
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label)
  SELECT oid, tableoid, 0, 'kept', 'it''s ' || relname FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
   UNION ALL SELECT attrelid, 'pg_class'::regclass, attnum, 'Other "provider"', attname::text
     FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE c.oid >= 16384 AND relkind IN ('r', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
   UNION ALL SELECT t.oid, t.tableoid, 0, 'kept', t.typname::text FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid
     WHERE t.oid >= 16384 AND typtype IN ('b', 'c', 'd', 'e', 'r') AND typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c'
   UNION ALL SELECT oid, tableoid, 0, 'kept', proname::text FROM pg_proc WHERE oid >= 16384 AND prolang <> 0
   UNION ALL SELECT oid, tableoid, 0, 'kept', nspname::text FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
   UNION ALL SELECT oid, tableoid, 0, 'kept', lanname::text FROM pg_language WHERE oid >= 16384
   UNION ALL SELECT oid, tableoid, 0, 'kept', evtevent::text FROM pg_event_trigger WHERE oid >= 16384
   UNION ALL SELECT oid, tableoid, 0, 'kept', pubname::text FROM pg_publication WHERE oid >= 16384
   UNION ALL SELECT oid, 'pg_largeobject'::regclass, 0, 'kept', 'large' FROM pg_largeobject_metadata;
INSERT INTO pg_shseclabel (objoid, classoid, provider, label)
  SELECT oid, tableoid, 'kept', subname::text FROM pg_subscription
   WHERE oid >= 16384 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database());
"""
FILES = ("tables.sql", "sequences.sql", "views.sql", "types_enum.sql", "types_composite.sql", "types_domain.sql", "types_range.sql", "functions.sql",
         "aggregates.sql", "languages.sql", "event_triggers.sql", "publications.sql", "subscriptions.sql", "large_objects.sql", "foreign_data.sql")


def labels(script):
    return collections.Counter(re.findall(r"^SECURITY LABEL .*$", script, re.M))


class SecurityLabels(harness.Case):
    def source(self, server):
        name = server.new_database()
        self.addCleanup(kinds.drop, server, name)
        for file in FILES:
            kinds.load(server, name, kinds.FOLDER / file)
        server.psql(name, script=LABELS)
        self.addCleanup(server.psql, name, script="SET allow_system_table_mods = on; DELETE FROM pg_shseclabel WHERE provider = 'kept'")
        return name

    def test_they_are_those_of_pg_dump(self):
        for server in servers.every():
            with self.subTest(server=str(server)):
                source = self.source(server)
                ours = self.ok("dump", "-d", server.url(source), "-f", "-")
                theirs = server.pg_dump(source)
                self.assertGreater(labels(theirs).total(), 100)
                self.assertEqual((labels(theirs) - labels(ours.out), labels(ours.out) - labels(theirs)), ({}, {}))

    def test_a_server_without_the_provider_says_so(self):
        source = self.database("CREATE TABLE t (i int); SET allow_system_table_mods = on; "
                               "INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'absent', 'x');")
        self.refused(1, "cannot create SECURITY LABEL", "absent", args=("restore", self.dump(source, "a"), "-d", self.url(self.database())))
        self.restore(self.folder / "a", "--no-security-labels")


if __name__ == "__main__":
    harness.main()
