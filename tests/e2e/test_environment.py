"""A policy puts settings of the application into the archive, and never what gives access."""

import json

import harness

FILE = """# settings
export APP_URL="https://shop.example"
APP_DB_PASSWORD=hidden-one
APP_DB_URL=postgresql://shop:hidden-two@db/shop
KMS_KEY_NAME=backups-2026
OTHER=hidden-three
"""


class Environment(harness.Case):
    def setUp(self):
        super().setUp()
        self.settings = self.folder / "app.env"
        self.settings.write_text(FILE)

    def policy(self, **rules):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "environment": {"file": "app.env", "include": ["APP_*", "KMS_KEY_NAME"], **rules}}))
        return path

    def inspected(self, path, **options):
        return json.loads(self.ok("inspect", path, "--json", **options).out)["environment"]

    def test_chosen_and_masked(self):
        expected = [{"name": "APP_DB_PASSWORD", "masked": True}, {"name": "APP_DB_URL", "masked": True},
                    {"name": "APP_URL", "value": "https://shop.example"}, {"name": "KMS_KEY_NAME", "value": "backups-2026"}]
        path = self.dump(self.app(), "plain", "--schema-only", "--policy", self.policy())
        self.assertEqual(json.loads((path / "environment-config.json").read_text())["variables"], expected)
        self.assertEqual(self.inspected(path), expected)
        self.ok("verify", path)
        self.assertIn("Environment  4 variables, 2 of them masked", self.ok("inspect", path).out)
        for file in path.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"hidden-", file.read_bytes(), file)
        converted = self.folder / "converted.zip"
        self.ok("convert", path, converted)
        self.assertEqual(self.inspected(converted), expected)

    def test_sealed_with_the_archive(self):
        key = {"BACKUP_ENCRYPTION_KEY": "ab" * 32}
        path = self.dump(self.app(), "sealed", "--schema-only", "--encrypt", "--policy", self.policy(), env=key)
        self.assertFalse((path / "environment-config.json").exists())
        self.assertTrue((path / "environment-config.json.cms").exists())
        self.assertEqual(len(self.inspected(path, env=key)), 4)

    def test_what_is_missing_is_refused(self):
        policy = self.policy(include=["APP_URL", "APP_REGION"])
        url = self.url(self.app())
        self.refused(5, "APP_REGION", "app.env", args=["dump", "-d", url, "-f", self.folder / "never", "--policy", policy])
        checked = harness.run("policy", "check", policy, "-d", url)
        self.assertEqual(checked.code, 5, checked)
        self.assertIn("APP_REGION", checked.out)
        self.settings.unlink()
        self.refused(2, "app.env", args=["dump", "-d", url, "-f", self.folder / "never", "--policy", policy])

    def test_patterns_that_match_nothing_are_told(self):
        """A misspelt one masked nothing, without a word."""
        policy = self.policy(include=["APP_*", "NO_*"], exclude=["OTHER", "*_URL"], mask=["APP_DB_*", "*_HOTS"], show=["APP_URL", "APP_DB_PASSWORD"])
        checked = self.ok("policy", "check", policy, "-d", self.url(self.app()))
        dumped = self.ok("dump", "-d", self.url(self.app()), "-f", self.folder / "archive", "-s", "--policy", policy)
        for text in (checked.out, dumped.err):
            for told in ('"NO_*" in "include" of the environment matches no variable (', '"OTHER" in "exclude" of the environment matches no variable that is included',
                         '"*_HOTS" in "mask" of the environment matches no variable that is taken', '"APP_URL" in "show" of'):
                self.assertIn(f"pattern {told}", text)
            self.assertEqual(text.count("of the environment matches"), 4)

    def test_a_script_says_that_it_holds_none(self):
        result = self.ok("dump", "-d", self.url(self.app()), "-f", self.folder / "script.sql", "--schema-only", "--policy", self.policy())
        self.assertIn("a plain script cannot hold it", result.err)


if __name__ == "__main__":
    harness.main()
