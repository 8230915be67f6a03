"""Values that a policy puts into every row are tried on domains and CHECK constraints before a row is read."""

import json

import harness

TABLES = """
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE DOMAIN present AS text NOT NULL;
CREATE TABLE account (
  id integer PRIMARY KEY, mail email, state text NOT NULL CHECK (state IN ('open', 'closed')), name text, nick present,
  low integer, high integer, old text, CONSTRAINT "named once" CHECK (name IS NOT NULL), CHECK (low < high));
ALTER TABLE account ADD CONSTRAINT later CHECK (old = 'never') NOT VALID;
INSERT INTO account VALUES (1, 'a@b', 'open', 'Ann', 'A', 1, 2, 'never');
"""


class Constraints(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=TABLES)

    def policy(self, *columns):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": [
            {"table": "account", "columns": [{"reason": "r", **column} for column in columns]}]}, indent=1))
        return path

    def refuses(self, *parts, **column):
        policy = self.policy(column)
        url = self.url(self.source)
        result = self.refused(5, *parts, "policy.json, line ", args=["dump", "-d", url, "-f", self.folder / "never", "--policy", policy])
        self.assertFalse((self.folder / "never").exists())
        for code, *command in ((5, "policy", "check", policy), (1, "doctor", "--policy", policy)):
            result = harness.run(*command, "-d", url)
            self.assertEqual(result.code, code, result)
            for part in (*parts, "policy.json, line "):
                self.assertIn(part, result.out + result.err)

    def test_a_constant_that_its_domain_does_not_permit(self):
        self.refuses("account.mail", "email", column="mail", action="constant", value="nobody")

    def test_a_constant_that_a_check_constraint_does_not_permit(self):
        self.refuses("account.state", "account_state_check", "closed", column="state", action="constant", value="gone")

    def test_a_null_that_a_check_constraint_does_not_permit(self):
        self.refuses("account.name", "named once", column="name", action="null")

    def test_an_omitted_column_that_a_check_constraint_wants(self):
        self.refuses("account.name", "named once", column="name", action="omit")

    def test_functions_of_others_are_not_run(self):
        """Whoever owns a table could get at the privileges of the role that dumps."""
        source = self.database("CREATE FUNCTION mine(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE 'was run'; END$$;"
                               "CREATE TABLE account (state text); ALTER TABLE account ADD CONSTRAINT odd CHECK (mine(state));")
        policy = self.policy({"column": "state", "action": "constant", "value": "x"})
        result = self.ok("dump", "-d", self.url(source), "-f", self.folder / "archive", "--policy", policy)
        self.assertIn("CHECK constraint \"odd\" names it", result.err)
        self.assertNotIn("was run", result.err)

    def test_what_is_permitted_restores(self):
        policy = self.policy({"column": "mail", "action": "constant", "value": "x@y"},
                             {"column": "state", "action": "constant", "value": "closed"},
                             {"column": "old", "action": "constant", "value": "not valid, so not asked"})
        restored = self.restore(self.dump(self.source, "archive", "--policy", policy))
        self.assertEqual(self.server.query("SELECT mail, state, old FROM account", restored),
                         "x@y|closed|not valid, so not asked")

    def test_a_constraint_over_kept_columns_is_a_warning(self):
        policy = self.policy({"column": "low", "action": "constant", "value": "7"})
        result = self.ok("dump", "-d", self.url(self.source), "-f", self.folder / "archive", "--policy", policy)
        self.assertIn("account_check", result.err)
        self.assertIn("account.low", result.err)
        again = self.ok("policy", "check", policy, "-d", self.url(self.source))
        self.assertIn("account_check", again.out + again.err)


if __name__ == "__main__":
    harness.main()
