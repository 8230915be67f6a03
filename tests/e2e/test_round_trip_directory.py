"""Dump, verify, restore, compare: directories, with every kind of rows, sealing and number of jobs."""

import harness
import round_trip


class Directory(round_trip.RoundTrip):
    def test_every_combination(self):
        self.check_all("directory")

    def test_every_compression(self):
        for setting in ("none", "gzip", "gzip:1", "gzip:12", "zstd", "zstd:1", "zstd:19"):
            with self.subTest(setting=setting):
                self.check("directory", "sql", False, 1, options=["-Z", setting])

    def test_a_directory_can_be_restored_twice(self):
        archive = self.dump(self.app(), "twice")
        for _ in range(2):
            self.assert_same(self.app(), self.restore(archive))

    def test_an_empty_database(self):
        source = self.database()
        self.assertEqual(harness.compare.compare_schema(self.server, source, self.restore(self.dump(source, "empty"))), [])


if __name__ == "__main__":
    harness.main()
