"""The whole way on every server there is: PGCOFFER_TEST_URL and each PGCOFFER_TEST_URL_NN; upwards between them too."""

import harness
import round_trip
import servers

EVERY = servers.every()


class Versions(round_trip.RoundTrip):
    def on_each(self, action):
        for server in EVERY:
            with self.subTest(server=str(server)):
                self.server, self._source, self._databases = server, {}, []
                try:
                    action()
                finally:
                    for name in self._databases:
                        server.drop_database(name)

    def app(self, scale=servers.SMALL):
        if scale not in self._source:
            self._source[scale] = self.server.new_database(self.server.app_template(scale))
            self._databases.append(self._source[scale])
        return self._source[scale]

    def database(self, sql=None):
        name = self.server.new_database()
        self._databases.append(name)
        return name

    def test_rows_as_sql(self):
        self.on_each(lambda: self.check("directory", "sql", False, 2))

    def test_rows_as_json_sealed(self):
        self.on_each(lambda: self.check("zip", "json", True, 2))

    def test_upwards(self):
        older, newer = EVERY[0], EVERY[-1]
        for server in EVERY:
            older = min(older, server, key=lambda one: one.number)
            newer = max(newer, server, key=lambda one: one.number)
        if older.major == newer.major:
            self.skipTest("one server version only")
        source, copy = older.new_database(older.app_template()), newer.new_database()
        self.addCleanup(older.drop_database, source)
        self.addCleanup(newer.drop_database, copy)
        # PostgreSQL 19 writes these with more digits: the same value, another text.
        older.query("ALTER TABLE public.odd_values DROP COLUMN lsn", source)
        archive = self.folder / "upwards"
        self.ok("dump", "-d", older.url(source), "-f", archive)
        self.ok("restore", archive, "-d", newer.url(copy))
        self.assertEqual(harness.compare.compare_rows(older, source, copy, copy_server=newer), [])
        self.assertEqual(harness.compare.compare_large_objects(older, source, copy, copy_server=newer), [])


if __name__ == "__main__":
    harness.main()
