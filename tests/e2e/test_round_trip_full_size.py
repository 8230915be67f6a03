"""The whole application database with its 690,000 rows, four connections, and a policy: what the README's demo shows."""

import harness
import round_trip
import servers


class FullSize(round_trip.RoundTrip):
    def test_directory(self):
        self.check("directory", "sql", False, 4, scale=servers.FULL)

    def test_sealed_zip_of_json_rows(self):
        self.check("zip", "json", True, 4, scale=servers.FULL)

    def test_the_fixture_is_as_large_as_promised(self):
        states = harness.compare.fingerprints(self.server, self.app(servers.FULL))
        kinds = harness.compare.relations(self.server, self.app(servers.FULL))
        tables = [name for name in states if kinds[name]["kind"] == "r"]
        self.assertGreaterEqual(len(tables), 40)
        self.assertGreaterEqual(sum(int(states[name].split("|")[0]) for name in tables), 500_000)
        self.assertGreaterEqual(len({name.split(".")[0] for name in tables}), 5)


if __name__ == "__main__":
    harness.main()
