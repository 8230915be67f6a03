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


class MissingParents(harness.Case):
    """What on-missing-parent sets to null may break what a row's other values fulfil together with it."""

    TABLES = ("CREATE TABLE posts (id int PRIMARY KEY); CREATE TABLE photos (id int PRIMARY KEY);"
              "INSERT INTO posts VALUES (1), (2); INSERT INTO photos VALUES (1);")

    def warnings(self, child, posts=None, table="comments", **rule):
        """What check, doctor and dump say alike of a table that references posts."""
        source = self.database(self.TABLES + child)
        posts = {"table": "posts", "where": "id = 1", "reason": "r"} if posts is None else posts
        tables = [*([posts] if posts else []), {"table": table, "on-missing-parent": "null", **rule}]
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": tables}, indent=1))
        found = []
        for command in (["policy", "check", path], ["doctor", "--policy", path]):
            result = harness.run(*command, "-d", self.url(source))
            self.assertIn(result.code, (0, 1 if command[0] == "doctor" else 0), result)
            found.append((result.out + result.err).count("on-missing-parent\""))
            text = result.out + result.err
        self.assertEqual(found[0], found[1], text)
        self.source, self.policy = source, path
        return text

    def restores(self):
        return harness.run("restore", self.dump(self.source, "archive", "--policy", self.policy), "-d", self.url(self.database()), "-y")

    COMMENTS = ("CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, photo_id int REFERENCES photos,"
                "CHECK (num_nonnulls(post_id, photo_id) = 1)); INSERT INTO comments VALUES (1, 1, NULL), (2, 2, NULL), (3, NULL, 1);")

    def test_a_check_constraint_over_several_columns_is_a_warning(self):
        text = self.warnings(self.COMMENTS)
        self.assertIn("column \"public.comments.post_id\" is changed by \"on-missing-parent\", and CHECK constraint "
                      "\"comments_check\" names it; the restore fails if a row then breaks it", text)
        self.assertNotIn("photo_id\" is changed", text)
        self.assertRegex(text, r"breaks it \(.*policy.json, line ")
        dumped = self.ok("dump", "-d", self.url(self.source), "-f", self.folder / "warned", "--policy", self.policy)
        self.assertIn("\"on-missing-parent\", and CHECK constraint", dumped.err)
        self.assertNotEqual(self.restores().code, 0)

    def test_parents_that_are_all_there_are_no_warning(self):
        self.assertNotIn("is changed by", self.warnings(self.COMMENTS, posts=False))

    def test_parents_that_are_left_out_for_their_own_parents(self):
        """posts is kept whole by its own rule, and loses rows by what it references."""
        child = ("CREATE TABLE users (id int PRIMARY KEY); ALTER TABLE posts ADD user_id int REFERENCES users;"
                 "CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, note text, CHECK (post_id > 0 OR note > ''));")
        source = self.database(self.TABLES + child)
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": [
            {"table": "users", "where": "id = 1"}, {"table": "posts", "on-missing-parent": "filter"},
            {"table": "comments", "on-missing-parent": "null"}]}))
        self.assertIn("comments.post_id\" is changed by \"on-missing-parent\"", self.ok("policy", "check", path, "-d", self.url(source)).out)

    def test_a_check_constraint_that_permits_null_is_no_warning(self):
        text = self.warnings("CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts CHECK (post_id > 0));"
                             "INSERT INTO comments VALUES (2, 2)")
        self.assertNotIn("is changed by", text)
        self.assertEqual(self.restores().code, 0)

    def test_a_check_constraint_that_permits_no_null_is_a_warning(self):
        text = self.warnings("CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts CHECK (post_id IS NOT NULL));")
        self.assertIn("post_id\" is changed by \"on-missing-parent\"", text)

    def test_a_generated_column_that_is_not_null_is_a_warning(self):
        text = self.warnings("CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts,"
                             "twice int NOT NULL GENERATED ALWAYS AS (post_id * 2) STORED); INSERT INTO comments VALUES (2, 2)")
        self.assertIn("column \"public.comments.post_id\" is changed by \"on-missing-parent\", and generated column \"public.comments.twice\", "
                      "computed from it, is NOT NULL; the restore fails if a row's parent is missing", text)
        self.assertNotEqual(self.restores().code, 0)

    def test_a_unique_generated_column_is_a_warning(self):
        for expression, warned in (("coalesce(post_id, 0)", True), ("post_id * 2", False)):
            with self.subTest(expression=expression):
                text = self.warnings(f"CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, place int UNIQUE GENERATED ALWAYS AS ({expression}) STORED);"
                                     "INSERT INTO comments VALUES (0, NULL), (2, 2)")
                said = "computed from it, is part of unique key \"comments_place_key\"; the restore fails if two rows get the same"
                (self.assertIn if warned else self.assertNotIn)(said, text)
                self.assertEqual(harness.run("restore", self.dump(self.source, f"unique{warned}", "--policy", self.policy),
                                             "-d", self.url(self.database()), "-y").code != 0, warned)

    def test_the_condition_of_a_unique_index_is_a_warning(self):
        text = self.warnings("CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, note text);"
                             "CREATE UNIQUE INDEX alone ON comments (note) WHERE post_id IS NULL; INSERT INTO comments VALUES (0, NULL, 'a'), (2, 2, 'a')")
        self.assertIn("is changed by \"on-missing-parent\", and the condition of unique index \"alone\" names it", text)
        self.assertNotEqual(self.restores().code, 0)

    def test_a_domain_that_permits_no_null_is_a_warning(self):
        for name, check, warned in (("given", "VALUE IS NOT NULL", True), ("positive", "VALUE > 0", False)):
            with self.subTest(check=check):
                text = self.warnings(f"CREATE DOMAIN {name} AS int CHECK ({check});"
                                     f"CREATE TABLE comments (id int PRIMARY KEY, post_id {name} REFERENCES posts);")
                said = f"post_id\" is changed by \"on-missing-parent\", and its domain public.{name} has a CHECK constraint; the dump fails"
                (self.assertIn if warned else self.assertNotIn)(said, text)


if __name__ == "__main__":
    harness.main()
