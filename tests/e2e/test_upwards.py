"""All kinds of objects in one database, restored on its own server and on each newer one.

Upwards the copy is compared with what the newer version's pg_dump makes there of the same source.
"""

import subprocess

import compare
import harness
import kinds
import servers

EVERY = sorted(servers.every(), key=lambda server: server.number)
CLUSTERS = ("tablespaces.sql",)  # see test_kinds.py

# What pg_dump loses: storage and compression of a column that are the default ones, but not its parent's.
LOST_BY_PG_DUMP = """
ALTER TABLE ONLY tab.third ALTER COLUMN v SET STORAGE EXTENDED;
ALTER TABLE IF EXISTS ONLY compressed_otherwise ALTER COLUMN a SET COMPRESSION default;
"""


class Upwards(harness.Case):
    def database_on(self, server):
        name = server.new_database()
        self.addCleanup(kinds.drop, server, name)
        return name

    def everything(self, server):
        source = self.database_on(server)
        for file in kinds.files(server):
            if file.name not in CLUSTERS:
                kinds.load(server, source, file)
        return source

    def by_pg_dump(self, older, source, newer):
        """The source on the newer server as that version's own pg_dump brings it there."""
        program = servers.pg_dump_of(newer.major)
        if program is None:
            self.skipTest(f"no pg_dump of PostgreSQL {newer.major} to compare with")
        copy = self.database_on(newer)
        dumped = subprocess.run([*program, "-d", source], capture_output=True, env=older.environment())
        self.assertEqual(dumped.returncode, 0, dumped.stderr.decode())
        script = "\n".join(line for line in servers.without_marks(dumped.stdout.decode()).split("\n") if not line.startswith(("\\restrict", "\\unrestrict")))
        played = newer.psql(copy, "-o", "/dev/null", script=script, check=False)
        self.assertEqual(played.returncode, 0, played.stderr)
        newer.psql(copy, script=LOST_BY_PG_DUMP)
        return copy

    def restored(self, archive, server, *options):
        copy = self.database_on(server)
        self.ok("restore", archive, "-d", server.url(copy), *options)
        return copy

    def test_every_server_to_itself_and_upwards(self):
        # All at first, since they make the roles that restores need.
        sources = [(server, self.everything(server)) for server in EVERY]
        for older, source in sources:
            archive = self.folder / str(older.major)
            self.ok("dump", "-d", older.url(source), "-f", archive)
            with self.subTest(server=str(older)):
                self.assertEqual("\n".join(compare.compare(older, source, self.restored(archive, older))), "")
            for newer in EVERY:
                if newer.major > older.major:
                    with self.subTest(older=str(older), newer=str(newer)):
                        expected, copy = self.by_pg_dump(older, source, newer), self.restored(archive, newer)
                        self.assertEqual("\n".join(compare.compare(newer, expected, copy)), "")


if __name__ == "__main__":
    harness.main()
