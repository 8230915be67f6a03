"""Symptoms that a tester found in what policies do to values and say of them, one test each; all failed before they were
mended."""

import json
import unittest

import harness


class FoundLater(harness.Case):
    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables), **more}))
        return path

    def replaced(self, source, query, column, **rule):
        """What the query says of a restored dump with this rule for a column of public.t."""
        table = {"table": "public.t", "columns": [{"column": column, "reason": "r", **rule}]}
        archive = self.dump(source, f"archive{len(list(self.folder.iterdir()))}", "--policy", self.policy(table))
        target = self.database()
        self.ok("restore", archive, "-d", self.url(target), "-y")
        return self.server.query(query, target)

    def test_templates_that_read_what_is_withheld_are_told(self):
        """An omitted column left in the row as a text, without a word."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, secret text, pub text, plain text); INSERT INTO t VALUES (1, 'S', 'x', 'y')")
        for sql, whole in (("t::text", True), ("upper(secret)", False), ("UPPER(Secret)", False), ("(SELECT x.secret FROM public.t x WHERE x.id = t.id)", False)):
            with self.subTest(sql=sql):
                columns = [{"column": "secret", "action": "omit", "reason": "r"}, {"column": "pub", "action": "template", "sql": sql, "reason": "r"}]
                policy = self.policy({"table": "public.t", "columns": columns})
                for args in (["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / f"a{len(list(self.folder.iterdir()))}"]):
                    result = self.ok(*args, "-d", self.url(source))
                    self.assertRegex(result.out + result.err, "the template of column \"?public.t.pub\"? reads " + ("the whole row, with column" if whole else "column"))
        harmless = {"table": "public.t", "columns": [{"column": "secret", "action": "omit", "reason": "r"},
                                                     {"column": "pub", "action": "template", "sql": "upper(pub || plain)", "reason": "r"}]}
        self.assertNotIn("template of", self.ok("policy", "check", self.policy(harmless), "-d", self.url(source)).out)

    def test_errors_of_conditions_show_no_value(self):
        """Only those of two classes were kept back."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t VALUES (1, 'HUNTER2');"
                               "CREATE FUNCTION public.f(text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'bad value %', $1; END $$")
        for condition in ("to_tsquery('a b ' || note) IS NULL", "note::regclass IS NULL", "public.f(note)", "current_setting(note) IS NULL"):
            policy = self.policy({"table": "public.t", "where": condition, "reason": "r"})
            for args in (["dump", "--policy", policy, "-f", self.folder / "never"], ["policy", "check", policy, "--counts"]):
                with self.subTest(condition=condition, command=args[0]):
                    result = harness.run(*args, "-d", self.url(source))
                    self.assertEqual(result.code, 1, result)
                    self.assertNotIn("hunter2", (result.out + result.err).lower())
                    self.assertIn("the value is not shown", result.err)

    def test_counting_what_json_paths_match_shows_no_value(self):
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, j json); INSERT INTO t VALUES (1, '{\"z\": \"HUNTER2 \\u0000 x\", \"tok\": \"y\"}')")
        policy = self.policy({"table": "public.t", "columns": [{"column": "j", "action": "redact-json", "paths": ["tok"], "reason": "r"}]})
        result = harness.run("policy", "check", policy, "--counts", "-d", self.url(source))
        self.assertNotIn("HUNTER2", result.out + result.err)
        self.assertIn("the value is not shown", result.err)

    def test_noise_at_the_end_of_a_type_changes_values(self):
        """Half of them were cut off at the end, where they had been."""
        source = self.database("CREATE TABLE t (n numeric(4,2), i smallint); INSERT INTO t SELECT 99.99, -32768 FROM generate_series(1, 1000)")
        self.assertLess(int(self.replaced(source, "SELECT count(*) FROM t WHERE n = 99.99", "n", action="noise", percent=50)), 50)
        self.assertLess(int(self.replaced(source, "SELECT count(*) FROM t WHERE i = -32768", "i", action="noise", amount=1000)), 50)
        spread = self.replaced(source, "SELECT min(i) >= -32768 AND max(i) <= -31768 FROM t", "i", action="noise", amount=1000)
        self.assertEqual(spread, "t")

    def test_masks_keep_a_domain_only(self):
        """All behind the first @ stayed, whatever it was."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, mail text); INSERT INTO t VALUES (1, 'jane@x.org'), (2, 'call @ 555-1234 or jane@x.org'),"
                               "(3, '\"jane@smith\"@x.org'), (4, 'see @ page 7'), (5, 'nothing'), (6, '@x.org'), (7, NULL)")
        masked = self.replaced(source, "SELECT mail FROM t ORDER BY id", "mail", action="mask", **{"keep-domain": True})
        self.assertEqual(masked.split("\n"), ["****@x.org", "***********************@x.org", "************@x.org", "************", "*******", "@x.org", ""])

    def test_templates_that_return_sets_are_refused(self):
        """Rows were lost or came twice: the archive had 3 of 50, without a word."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, t text); INSERT INTO t SELECT i, 'x' || i FROM generate_series(1, 9) i")
        for sql in ("(regexp_matches(t,'^T(.*)'))[1]", "regexp_split_to_table(t, ',')", "generate_series(1,2)::text"):
            with self.subTest(sql=sql):
                policy = self.policy({"table": "public.t", "columns": [{"column": "t", "action": "template", "sql": sql, "reason": "r"}]})
                self.assertEqual(harness.run("policy", "check", policy, "-d", self.url(source)).code, 5)
                self.refused(5, "its SQL for table \"public.t\" does not work", args=["dump", "-d", self.url(source), "-f", self.folder / "x", "--policy", policy])
        self.assertEqual(self.replaced(source, "SELECT count(*), min(t) FROM t", "t", action="template", sql="upper(t) -- shout"), "9|X1")

    def test_seeded_noise_of_one_column_says_nothing_of_another(self):
        """Both columns of a row moved alike: one true value gave the other."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, a int, b int); INSERT INTO t SELECT i, 1000, 1000 FROM generate_series(1, 50) i")
        noise = {"action": "noise", "amount": 100, "seed": "1", "reason": "r"}
        policy = self.policy({"table": "public.t", "columns": [{"column": "a", **noise}, {"column": "b", **noise}]})
        target = self.database()
        self.ok("restore", self.dump(source, "noisy", "--policy", policy), "-d", self.url(target), "-y")
        self.assertLess(int(self.server.query("SELECT count(*) FROM t WHERE a = b", target)), 10)

    def test_settings_in_tables_of_any_name_lose_their_secrets(self):
        """Tables called wp_usermeta or cfg kept them, and so did keys like GH_PAT."""
        for table, key, value in (("wp_usermeta", "meta_key", "meta_value"), ("cfg", "name", "value"), ("things", "setting_key", "setting_value")):
            with self.subTest(table=table):
                source = self.database(f"CREATE TABLE {table} (id int PRIMARY KEY, {key} text, {value} text);"
                                       f"INSERT INTO {table} VALUES (1, 'smtp_password', 'S'), (2, 'GH_PAT', 'S'), (3, 'app_key', 'S'), (4, 'theme', 'dark'), (5, 'path', '/x')")
                target = self.restore(self.dump(source, f"archive_{table}", "--policy", "no-credentials"))
                self.assertEqual(self.server.query(f"SELECT string_agg(id::text, '' ORDER BY id) FROM {table} WHERE {value} IS NOT NULL", target), "45")


if __name__ == "__main__":
    unittest.main()
