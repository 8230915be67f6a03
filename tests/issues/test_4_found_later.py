"""Symptoms that a tester found in what policies do to values and say of them, one test each; all failed before they were
mended."""

import json
import pathlib
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

    def told(self, source, text, *columns, code=0, **table):
        """What `policy check` and `dump` both say of these columns of public.t; None: nothing of it."""
        policy = self.policy({"table": "public.t", "reason": "r", "columns": [{"reason": "r", **column} for column in columns], **table})
        for number, args in enumerate((["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / f"a{len(list(self.folder.iterdir()))}"])):
            result = harness.run(*args, "-d", self.url(source))
            with self.subTest(columns=columns, command=args[0]):
                self.assertEqual(result.code, code, result)
                said = result.out + result.err
                self.assertIn(text, said) if text else self.assertNotIn("the restore fails", said)
        return args[-1]

    def test_checks_of_what_is_computed_from_changed_columns_are_told(self):
        """Only the restore found out."""
        source = self.database("CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE t (id int PRIMARY KEY, a int, b int, s text, "
                               "twice int GENERATED ALWAYS AS (a * 2) STORED CONSTRAINT given CHECK (twice IS NOT NULL),"
                               "other int GENERATED ALWAYS AS (coalesce(b, 0)) STORED CONSTRAINT above CHECK (other > 0),"
                               "plus positive GENERATED ALWAYS AS (b + 1) STORED, size int GENERATED ALWAYS AS (length(s)) STORED CONSTRAINT long CHECK (size > 3));"
                               "INSERT INTO t VALUES (1, 1, 1, 'long enough')")
        self.told(source, 'generated column "public.t.twice" is computed from column "public.t.a", which is changed by "null", and gets a value that CHECK constraint "given" does not permit',
                  {"column": "a", "action": "null"}, code=5)
        self.told(source, 'generated column "public.t.other" is computed from column "public.t.b", which is changed by "null", and CHECK constraint "above" names it',
                  {"column": "b", "action": "null"})
        self.told(source, 'generated column "public.t.plus" is computed from column "public.t.b", which is changed by "noise", and its domain public.positive has a CHECK constraint; the restore fails',
                  {"column": "b", "action": "noise", "amount": 3})
        self.told(source, 'generated column "public.t.size" is computed from column "public.t.s", which is changed by "truncate", and CHECK constraint "long" names it',
                  {"column": "s", "action": "truncate", "length": 2})
        self.restore(self.told(source, None, {"column": "s", "action": "null"}))

    def test_unique_expressions_that_make_values_of_nulls_are_told(self):
        """coalesce(x, 0) is the same in all rows where x is null."""
        tables = "CREATE TABLE t (id int PRIMARY KEY, x int, y int, u int, low text); CREATE UNIQUE INDEX one ON t ({}); INSERT INTO t SELECT i, i, i, i, i FROM generate_series(1, 9) i"
        what = 'column "public.t.x" is changed by "null", and unique index "one" has an expression that may make a value of a null'
        null = {"column": "x", "action": "null"}
        for index, more, text, code in (
                ("coalesce(x, 0)", [], what + ", the same in all rows", 5),
                ("coalesce(x, 0), y", [], what + "; the restore fails if two rows get the same", 0),
                ("coalesce(x, 0), y", [{"column": "y", "action": "omit"}], None, 0),
                ("coalesce(x, y)", [{"column": "y", "action": "omit"}], None, 0),
                ("coalesce(x, u)", [], what + "; the", 0),
                ("(x + 1)", [], None, 0),
                ("lower(low), coalesce(x, 0)", [{"column": "low", "action": "null"}], None, 0)):
            with self.subTest(index=index):
                source = self.database(tables.format(index))
                archive = self.told(source, text, null, *more, code=code)
                if text is None:
                    self.restore(archive)
        source = self.database(tables.format("coalesce(x, 0)) WHERE (id > 5"))
        self.told(source, what + "; the restore fails", null)

    def test_nulls_of_missing_parents_in_unique_expressions_are_told(self):
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p); CREATE UNIQUE INDEX one ON t (coalesce(p, 0));"
                               "INSERT INTO p SELECT generate_series(1, 9); INSERT INTO t SELECT id, id FROM p")
        policy = self.policy({"table": "public.p", "where": "id > 5", "reason": "r"}, {"table": "public.t", "on-missing-parent": "null"})
        for args in (["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / "archive"]):
            result = self.ok(*args, "-d", self.url(source))
            self.assertIn('column "public.t.p" is changed by "on-missing-parent", and unique index "one" has an expression that may make a value of a null; the restore', result.out + result.err)

    def test_a_check_that_refuses_shows_its_warnings(self):
        """Those of the same table, and all that the server was to be asked for, were gone."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, n int CHECK (n > 0), c int, d int CHECK (d > 0), m int NOT NULL); CREATE TABLE o (id int PRIMARY KEY, n int CHECK (n > id));"
                               "CREATE UNIQUE INDEX two ON t (id) WHERE n > 5; ALTER TABLE t ADD UNIQUE (c)")
        noisy = {"column": "n", "action": "noise", "amount": 3, "reason": "r"}
        for column in ({"column": "c", "action": "constant", "value": 0}, {"column": "d", "action": "constant", "value": 0}, {"column": "m", "action": "null"}):
            with self.subTest(column=column):
                policy = self.policy({"table": "public.t", "columns": [noisy, {"reason": "r", **column}]}, {"table": "public.o", "columns": [noisy]})
                result = harness.run("policy", "check", policy, "-d", self.url(source))
                self.assertEqual(result.code, 5, result)
                for text in ('column "public.t.n" is changed by "noise", and CHECK constraint "t_n_check" names it', 'CHECK constraint "o_check" names it',
                             'the condition of unique index "two" names it', "refused: "):
                    self.assertIn(text, result.out)

    def test_expressions_that_fail_with_changed_values_are_told(self):
        """The restore failed without a warning before it: a cast, a unique part of a value."""
        for made in ("up text GENERATED ALWAYS AS (code::int::text) STORED)", "x int); CREATE INDEX up ON t ((code::int))", "x int); CREATE INDEX up ON t (id) WHERE code::int > 5"):
            source = self.database(f"CREATE TABLE t (id int PRIMARY KEY, code text, {made}; INSERT INTO t VALUES (1, '7')")
            what = "generated column" if "GENERATED" in made else "index"
            relation = "is computed from it" if "GENERATED" in made else "has an expression that reads it"
            with self.subTest(made=made):
                self.told(source, f'column "public.t.code" is changed by "constant", and {what} "up" {relation}, which fails with what the column gets: ', {"column": "code", "action": "constant", "value": "x"}, code=5)
                self.restore(self.told(source, None, {"column": "code", "action": "constant", "value": "12"}))
                self.restore(self.told(source, None, {"column": "code", "action": "null"}))
                for action in ("mask", "sha256"):
                    self.told(source, f'column "public.t.code" is changed by "{action}", and {what} "up" {relation}; the restore fails if its expression does not work with a changed value', {"column": "code", "action": action})
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, code text, j jsonb, price numeric, n int GENERATED ALWAYS AS (length(code)) STORED, net numeric GENERATED ALWAYS AS (price / 1.19) STORED);"
                               "CREATE INDEX ON t (lower(code), (j ->> 'a')) WHERE code LIKE 'a%'; CREATE INDEX ON t (to_tsvector('english', code)); CREATE INDEX ON t ((coalesce(code, '') || 'x'));"
                               "CREATE UNIQUE INDEX ON t (lower(code)); INSERT INTO t VALUES (1, 'ab', '{}', 5)")
        self.restore(self.told(source, None, {"column": "code", "action": "sha256"}, {"column": "j", "action": "redact-json", "paths": ["a"]}, {"column": "price", "action": "noise", "percent": 5}))

    def test_unique_parts_of_values_are_told(self):
        """Values that are kept apart may have the same parts."""
        for expression in ('"right"(code, 6)', "\"substring\"(code, '[0-9]+')", "lower(\"left\"(code, 1))", "(code || code)"):
            source = self.database(f"CREATE TABLE t (id int PRIMARY KEY, code text); CREATE UNIQUE INDEX one ON t ({expression}); INSERT INTO t VALUES (1, '7')")
            with self.subTest(expression=expression):
                self.told(source, 'is replaced by its digest; the restore fails if two rows get the same, as unique key "one" has it', {"column": "code", "action": "sha256"})

    def test_materialized_views_of_changed_columns_are_told(self):
        """Refreshing them failed."""
        tables = "CREATE TABLE t (id int PRIMARY KEY, code text, x text); INSERT INTO t SELECT i, i, i FROM generate_series(1, 9) i;"
        mask, constant, sha = ({"column": "code", "action": "mask"}, {"column": "code", "action": "constant", "value": "7"}, {"column": "code", "action": "sha256"})
        fails, same = ('materialized view "public.mm" reads it; the restore fails if ' + why for why in ("its query does not work", 'two rows get the same in unique index "mu"'))
        for views, rule, text in (
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, code::int FROM t", mask, fails),
                ("CREATE VIEW v AS SELECT id, code FROM t; CREATE MATERIALIZED VIEW mm AS SELECT id, code::int FROM v", mask, fails),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, x::int FROM t", mask, None),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, lower(code) FROM t", mask, None),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, code FROM t; CREATE UNIQUE INDEX mu ON mm (code)", constant, same),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, 'x' || code AS c FROM t; CREATE UNIQUE INDEX mu ON mm (c)", constant, same),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, code FROM t; CREATE UNIQUE INDEX mu ON mm (code)", sha, None),
                ("CREATE MATERIALIZED VIEW mm AS SELECT id, code FROM t; CREATE UNIQUE INDEX mu ON mm (id)", constant, None)):
            with self.subTest(views=views):
                archive = self.told(self.database(tables + views), text, rule)
                if text is None:
                    self.restore(archive)

    def test_large_objects_of_what_is_left_out_are_told(self):
        """They left with the dump, without a word."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, body oid); INSERT INTO t VALUES (1, lo_create(0))")
        what = 'all large objects are dumped, although column "public.t.body", which may refer to them, '
        for rule, text in (({"action": "exclude-rows"}, "is left out with its rows"), ({"where": "id > 5"}, "is left out with some of its rows"),
                           ({"columns": [{"column": "body", "action": "omit", "reason": "r"}]}, 'is changed by "omit"')):
            for exclude in (False, True):
                policy = self.policy({"table": "public.t", "reason": "r", **rule}, **({"large-objects": "exclude"} if exclude else {}))
                for args in (["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / f"a{len(list(self.folder.iterdir()))}"]):
                    with self.subTest(rule=rule, exclude=exclude, command=args[0]):
                        result = self.ok(*args, "-d", self.url(source))
                        (self.assertNotIn if exclude else self.assertIn)(what + text, result.out + result.err)

    def test_large_objects_of_rows_left_out_with_others_are_told(self):
        """Only those of rows that a rule of their own leaves out were."""
        source = self.database("CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1), (2);"
                               "CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p, body oid); INSERT INTO t VALUES (1, 1, lo_create(0)), (2, 2, lo_create(0));"
                               "CREATE TABLE log (row t)")
        what = 'all large objects are dumped, although column "public.t.body", which may refer to them, may be left out with rows that reference others'
        row = 'hold rows of table "public.t", of whose rows some may be left out with those that they reference'
        for rules in ([{"table": "public.p", "where": "id = 1", "follow": "children"}],
                      [{"table": "public.p", "where": "id = 1"}, {"table": "public.t", "on-missing-parent": "filter"}]):
            for args in (["policy", "check"], ["dump", "-f", self.folder / f"a{len(rules)}", "--policy"]):
                with self.subTest(rules=rules, command=args[0]):
                    result = self.ok(*args, self.policy(*rules), "-d", self.url(source))
                    self.assertIn(what, result.out + result.err)
                    self.assertIn(row, result.out + result.err)
        said = self.ok("policy", "check", self.policy({"table": "public.p", "where": "id = 1"}, {"table": "public.t", "on-missing-parent": "leave"}), "-d", self.url(source)).out
        self.assertNotIn(what, said)

    def test_secrets_in_variables_and_comments_of_functions_are_found(self):
        """Only those within literals were."""
        def function(name, body):
            return f"CREATE FUNCTION {name}() RETURNS int LANGUAGE plpgsql AS $f$ {body} BEGIN RETURN 1; END $f$;"
        source = self.database(function("a", "DECLARE v_password text := 'w1nter-Sun';") + function("b", "DECLARE v_name text := 'w1nter-Sun';") +
                               function("c", "-- the password: w1nter-Sun\n") + function("d", "-- the password isn't told\n"))
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "a")
        report = harness.run("audit", self.folder / "a", "--json").json
        self.assertEqual({one["object"] for one in report["findings"]}, {"FUNCTION a()", "FUNCTION c()"})

    def test_templates_longer_than_their_column_end_the_dump(self):
        """They were cut without a word."""
        source = self.database("CREATE DOMAIN short AS varchar(6); CREATE TABLE t (id int PRIMARY KEY, a varchar(6), b char(6), d short, e text);"
                               "INSERT INTO t SELECT i, 'a', 'b', 'c', 'd' FROM generate_series(1, 20) i")
        for column, sql, rows in (("a", "'user' || id", "user1"), ("b", "'user' || id -- end", "user1 "), ("d", "'user' || id", "user1"), ("d", "NULL", ""),
                                  ("e", "repeat('x', id)", "x"), ("a", "'a user' || id", None), ("b", "repeat('x', id)", None), ("d", "'a user' || id", None)):
            with self.subTest(column=column, sql=sql):
                policy = self.policy({"table": "public.t", "columns": [{"column": column, "action": "template", "sql": sql, "reason": "r"}]})
                archive = self.folder / f"a{len(list(self.folder.iterdir()))}"
                args = ["dump", "-d", self.url(source), "-f", archive, "--policy", policy]
                if rows is None:
                    self.refused(1, "value too long for type character", args=args)
                    self.assertFalse(archive.exists())
                else:
                    self.ok(*args)
                    self.assertEqual(self.server.query(f"SELECT {column} FROM t WHERE id = 1", self.restore(archive)), rows)

    def test_templates_with_aggregates_are_refused(self):
        """Beside no other column they made one row of all."""
        source = self.database("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)")
        for sql, works in (("max(a)", False), ("count(*)", False), ("(SELECT max(o.a) FROM public.t o)", True)):
            policy = self.policy({"table": "public.t", "columns": [{"column": "a", "action": "template", "sql": sql, "reason": "r"}]})
            for args in (["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / f"a{sql[:3]}"]):
                with self.subTest(sql=sql, command=args[0]):
                    if works:
                        self.ok(*args, "-d", self.url(source))
                    else:
                        result = harness.run(*args, "-d", self.url(source))
                        self.assertEqual(result.code, 5, result)
                        self.assertIn("one row of all", result.out + result.err)
        self.assertEqual(self.server.query("SELECT * FROM t", self.restore(self.folder / "a(SE")), "2\n2")

    def test_errors_of_functions_with_a_state_of_their_own_show_no_value(self):
        """Of SQLSTATEs outside of some classes the message was shown."""
        source = self.database("CREATE TABLE u (id int PRIMARY KEY, code text); INSERT INTO u VALUES (1, 'SECRETCODE'); CREATE TABLE c (u int REFERENCES u); INSERT INTO c VALUES (1); CREATE TABLE v AS TABLE u;"
                               "CREATE FUNCTION ang(t text, c text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ANGRY %', t USING DETAIL = 'D ' || t, HINT = t, ERRCODE = c; END $$")
        for state in ("UE001", "42501", "57014", "08006", "22023", "P0001"):
            for table, follow in (("v", {}), ("u", {"follow": "children"})):
                policy = self.policy({"table": f"public.{table}", "where": f"public.ang(code, '{state}')", **follow})
                for args in (["dump", "-f", self.folder / "a", "--policy", policy], ["policy", "check", "--counts", policy]):
                    with self.subTest(state=state, follow=follow, command=args[0]):
                        result = harness.run(*args, "-d", self.url(source))
                        self.assertNotEqual(result.code, 0)
                        self.assertIn("the value is not shown", result.out + result.err)
                        self.assertNotIn("SECRETCODE", result.out + result.err)
                        self.assertIn("line 1", result.out + result.err)

    def test_statistics_of_foreign_tables_stay_on_the_server(self):
        """Policies do not speak of them, and their values left."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE f (id int, password text) SERVER s;"
                               "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1); ANALYZE t;"
                               "INSERT INTO pg_statistic SELECT 'f'::regclass, 2, false, 0, 9, -1, 1, 0, 0, 0, 0, 98, 0, 0, 0, 0, 100, 0, 0, 0, 0, '{1}', NULL, NULL, NULL, NULL,"
                               " array_in('{PLAINKEY}', 25, -1), NULL, NULL, NULL, NULL")
        for policy, there in ((["--policy", "no-credentials"], False), (["--policy", "schema-only"], False), ([], True)):
            archive = self.folder / f"a{len(policy)}{policy[-1:]}"
            self.ok("dump", "-d", self.url(source), "-f", archive, "--statistics", "-Z", "none", *policy)
            text = "".join(file.read_text(errors="replace") for file in archive.rglob("*") if file.is_file())
            self.assertEqual("PLAINKEY" in text, there, policy)

    def test_templates_that_read_by_another_name_are_told(self):
        source = self.database("CREATE TABLE c (id int PRIMARY KEY, sec text, note text); CREATE VIEW vc AS SELECT id, sec AS other FROM c; CREATE TABLE o (id int, x text)")
        for sql, told in (("(SELECT other FROM public.vc x WHERE x.id = c.id)", 'view "public.vc"'), ("(SELECT x::text FROM public.c x LIMIT 1)", "the whole row"),
                          ("(SELECT b FROM public.c AS x(a, m, b) LIMIT 1)", "the whole row"), ("(SELECT to_jsonb(y)::text FROM (SELECT * FROM public.c) y LIMIT 1)", "the whole row"),
                          ("(SELECT x.id::text FROM public.c x LIMIT 1)", None), ("(SELECT x FROM public.o WHERE o.id = c.id LIMIT 1)", None)):
            with self.subTest(sql=sql):
                policy = self.policy({"table": "public.c", "columns": [{"column": "sec", "action": "null", "reason": "r"}, {"column": "note", "action": "template", "sql": sql, "reason": "r"}]})
                said = self.ok("policy", "check", policy, "-d", self.url(source)).out
                self.assertIn(told, said) if told else self.assertNotIn("the template of column", said)

    def test_cutting_dates_to_the_hour_is_refused(self):
        """It changed nothing, and was said to."""
        source = self.database("CREATE DOMAIN day AS date; CREATE TABLE t (id int PRIMARY KEY, d date, e day, t timestamp(0), u timestamp)")
        for column, unit, works in (("d", "hour", False), ("d", "day", False), ("e", "minute", False), ("t", "second", False), ("d", "week", True), ("t", "minute", True), ("u", "second", True)):
            with self.subTest(column=column, unit=unit):
                policy = self.policy({"table": "public.t", "columns": [{"column": column, "action": "truncate", "to": unit, "reason": "r"}]})
                result = harness.run("policy", "check", policy, "-d", self.url(source))
                self.assertEqual(result.code, 0 if works else 5, result)
                if not works:
                    self.assertIn("changes none of its values", result.out)

    def test_files_that_are_extended_in_many_ways_are_read_once(self):
        """Each level took twice as long as the one below."""
        for level in range(40):
            (self.folder / f"g{level}.json").write_text(json.dumps({"version": 1, "extends": [f"g{level + 1}.json", f"g{level + 1}.json"]}))
        (self.folder / "g40.json").write_text('{"version": 1, "tables": [{"table": "public.t", "action": "exclude-rows", "reason": "r"}], "references": []}')
        source = self.database("CREATE TABLE t (id int)")
        self.assertIn("exclude-rows", self.ok("policy", "check", self.folder / "g0.json", "-d", self.url(source)).out)

    def test_what_is_extended_later_wins_also_where_it_was_before(self):
        for name, action in (("base", "keep"), ("other", "exclude-rows")):
            (self.folder / f"{name}.json").write_text(json.dumps({"version": 1, "tables": [{"table": "public.t", "action": action, "reason": "r"}]}))
        (self.folder / "both.json").write_text('{"version": 1, "extends": ["base.json", "other.json", "base.json"]}')
        source = self.database("CREATE TABLE t (id int)")
        self.assertNotIn("exclude-rows", self.ok("policy", "check", self.folder / "both.json", "-d", self.url(source)).out)

    def test_settings_in_unique_keys_lose_their_secrets(self):
        """They were kept without a word where the value is NOT NULL in a unique key."""
        rows = "VALUES ('smtp_password', 'hG7x9Qz2Lw'), ('theme', 'dark')"
        for number, columns in enumerate(("key text PRIMARY KEY, value text NOT NULL UNIQUE", "key text, value text NOT NULL, PRIMARY KEY (key, value)",
                                          "key text, value varchar(40) NOT NULL, UNIQUE (key, value)", "key text PRIMARY KEY, value text UNIQUE",
                                          "key text PRIMARY KEY, value varchar(12) NOT NULL UNIQUE", "key text, value text NOT NULL) PARTITION BY HASH (value")):
            with self.subTest(columns=columns):
                source = self.database(f"CREATE TABLE u_settings ({columns});" + ("CREATE TABLE u1 PARTITION OF u_settings FOR VALUES WITH (MODULUS 1, REMAINDER 0);" if "HASH" in columns else "") + f"INSERT INTO u_settings {rows}")
                archive = self.folder / f"s{number}"
                self.ok("dump", "-d", self.url(source), "-f", archive, "--policy", "no-credentials")
                kept = self.server.query("SELECT key || ':' || coalesce(value, '') FROM u_settings ORDER BY key", self.restore(archive))
                self.assertNotIn("hG7x9Qz2Lw", kept)
                self.assertEqual("theme:dark" in kept, number < 4, kept)
                self.assertEqual(harness.run("audit", archive, "--policy", "no-credentials").code, 0)

    def test_keys_of_settings_may_be_of_an_enum(self):
        source = self.database("CREATE TYPE k AS ENUM ('smtp_password', 'theme'); CREATE DOMAIN dk AS k; CREATE TABLE a_settings (key k, value text); CREATE TABLE b_settings (key dk, value text);"
                               "INSERT INTO a_settings VALUES ('smtp_password', 'hG7x9Qz2Lw'), ('theme', 'dark'); INSERT INTO b_settings SELECT key, value FROM a_settings")
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "e", "--policy", "no-credentials")
        target = self.restore(self.folder / "e")
        for table in ("a_settings", "b_settings"):
            self.assertEqual(self.server.query(f"SELECT key || ':' || coalesce(value, '') FROM {table} ORDER BY key", target), "smtp_password:\ntheme:dark")

    def test_thousands_of_secret_settings_do_not_make_a_dump_slow(self):
        """Each row was compared with every key where these did not fit the server's memory."""
        source = self.database("CREATE TABLE b_settings (key text, value text); INSERT INTO b_settings SELECT 'x' || i || '_password', 'v' FROM generate_series(1, 160000) i; INSERT INTO b_settings VALUES ('theme', 'dark')")
        for args in (["dump", "-f", self.folder / "many", "--policy", "no-credentials"], ["policy", "check", "no-credentials"]):
            result = self.ok(*args, "-d", self.url(source))
            self.assertIn('160,000 keys of table "public.b_settings" are called like credentials, too many to look up', result.out + result.err)
        self.assertEqual(self.server.query("SELECT count(*) FROM b_settings WHERE value IS NOT NULL", self.restore(self.folder / "many")), "0")

    def test_templates_that_read_what_other_templates_replace_are_told(self):
        source = self.database("CREATE TABLE settings (key text, value text, disp text); INSERT INTO settings VALUES ('smtp_password', 'hG7x9Qz2Lw', 'd')")
        policy = self.policy({"table": "public.settings", "columns": [{"column": "disp", "action": "template", "sql": "key || value", "reason": "r"}]}, extends=["no-credentials"])
        self.assertIn("the template of column \"public.settings.disp\" reads column \"public.settings.value\"", self.ok("policy", "check", policy, "-d", self.url(source)).out)
        policy = self.policy({"table": "public.settings", "columns": [{"column": "key", "action": "sha256", "reason": "r"}]}, extends=["no-credentials"])
        self.assertNotIn("the template of column", self.ok("policy", "check", policy, "-d", self.url(source)).out)

    def test_what_two_files_extend_does_not_undo_one_of_them(self):
        def rules(extends, action):
            return json.dumps({"version": 1, "extends": extends, "tables": [{"table": "public.t", "action": action, "reason": "r"}] if action else []})
        for name, extends, action in (("base", [], "keep"), ("tight", ["base.json"], "exclude-rows"), ("other", ["base.json"], None), ("top", ["tight.json", "other.json"], None)):
            (self.folder / f"{name}.json").write_text(rules(extends, action))
        source = self.database("CREATE TABLE t (id int)")
        self.assertIn("exclude-rows", self.ok("policy", "check", self.folder / "top.json", "-d", self.url(source)).out)

    def test_what_was_not_dumped_of_values_is_no_difference(self):
        """Statistics, and values of sequences that schema-only leaves out, were one."""
        source = self.database("CREATE SEQUENCE sq; SELECT setval('sq', 500); CREATE TABLE t (id serial, x text); INSERT INTO t (x) VALUES ('a'), ('a'); ANALYZE t")
        for number, args in enumerate((["--statistics"], ["--policy", "schema-only"], ["-s"])):
            self.ok("dump", "-d", self.url(source), "-f", self.folder / f"c{number}", *args)
            self.ok("compare", self.folder / f"c{number}", "-d", self.url(source))
        self.ok("dump", "-d", self.url(source), "-f", self.folder / "whole")
        self.server.query("SELECT setval('sq', 600)", source)
        self.assertEqual(harness.run("compare", self.folder / "whole", "-d", self.url(source)).code, 6)

    def test_a_draft_tells_what_the_built_in_policy_cannot_do(self):
        """It kept the column without a word."""
        source = self.database("CREATE TABLE event (id int PRIMARY KEY, private_key varchar(255) NOT NULL UNIQUE); CREATE TABLE ticket (event int NOT NULL REFERENCES event);"
                               "INSERT INTO event VALUES (1, '0f8fad5b-d9cb-469f-a165-70867728950e')")
        result = self.ok("policy", "init", "-d", self.url(source), "-o", "-")
        self.assertIn('to be decided by hand: column "public.event.private_key" is a credential that can neither be null nor replaced', result.err)
        self.assertIn('"public.event"', result.out)

    def test_schema_only_leaves_out_values_of_sequences(self):
        source = self.database("CREATE SEQUENCE invoice_no; SELECT setval('invoice_no', 774411); CREATE TABLE t (id serial); CREATE TABLE k (id int); INSERT INTO t DEFAULT VALUES")
        (self.folder / "some.json").write_text('{"version": 1, "extends": ["schema-only"], "tables": [{"table": "public.t", "action": "keep"}]}')
        for policy, value in (("schema-only", "1"), (self.folder / "some.json", "774411"), ("full", "774411")):
            archive = self.folder / f"a{pathlib.Path(policy).stem}"
            self.ok("dump", "-d", self.url(source), "-f", archive, "--policy", policy)
            self.assertEqual(self.server.query("SELECT last_value FROM invoice_no", self.restore(archive)), value)

    def test_one_problem_is_told_once(self):
        """A rule about rows of a foreign table was also said to match nothing, and two that disagree to decide nothing."""
        source = self.database("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE f (id int, x text) SERVER s; CREATE TABLE t (id int)")
        result = harness.run("policy", "check", self.policy({"table": "public.f", "columns": [{"column": "x", "action": "null", "reason": "r"}]}), "-d", self.url(source))
        self.assertIn("refused, 1 problem", result.out)
        self.assertIn("--include-foreign-data", result.out)
        result = harness.run("policy", "check", self.policy({"table": "public.t", "action": "exclude-rows", "reason": "r"}, {"table": "public.t", "action": "keep"}), "-d", self.url(source))
        self.assertEqual(result.code, 5)
        self.assertNotIn("No rule decides", result.out)

    def test_passwords_in_options_are_told_where_the_policy_keeps_them(self):
        source = self.database("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'hunter2hunter'); CREATE TABLE t (id int)")
        rule = {"table": "*", "action": "keep"}
        for policy, told in ((self.policy(rule), True), ("schema-only", True), ("full", False), ("no-credentials", False)):
            with self.subTest(policy=policy):
                said = self.ok("policy", "check", policy, "-d", self.url(source)).out
                (self.assertIn if told else self.assertNotIn)("holds a password, which is dumped", said)

    def test_every_problem_is_told_at_once(self):
        """One reference to rows that are left out hid the others, and a rule that no constraint permits the SQL of others."""
        source = self.database("CREATE TABLE u (id int PRIMARY KEY, pw text NOT NULL, m int); CREATE TABLE o (id int PRIMARY KEY, a int REFERENCES u, b int REFERENCES u, c text);"
                               "CREATE TABLE p (a int REFERENCES u)")
        for rules, problems in (([{"table": "u", "where": "id < 10"}], 3), ([{"table": "u", "where": "id < 10"}, {"table": "o", "where": "nosuch > 1"}], 2),
                                ([{"table": "u", "columns": [{"column": "pw", "action": "null", "reason": "r"}, {"column": "m", "action": "constant", "value": "z", "reason": "r"}]},
                                  {"table": "o", "where": "nosuch > 1"}], 3),
                                ([{"table": "u", "columns": [{"column": "m", "action": "mask", "reason": "r"}]}], 1)):
            with self.subTest(rules=rules):
                self.assertIn(f"refused, {problems} problem", harness.run("policy", "check", self.policy(*rules), "-d", self.url(source)).out)
        said = self.ok("policy", "check", self.policy({"table": "*", "on-missing-parent": "filter"}, {"table": "u", "action": "exclude-rows", "reason": "r"}), "-d", self.url(source)).out
        self.assertNotIn("rules for its columns", said)

    def test_rows_of_a_changed_table_in_columns_of_its_type_are_told(self):
        """Only names that detectors know were."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, k text); CREATE TYPE pair AS (a int, b t); CREATE DOMAIN kept AS t;"
                               "CREATE TABLE log (row t, rows t[], pairs pair[], dom kept, id int)")
        said = self.ok("policy", "check", self.policy({"table": "public.t", "columns": [{"column": "k", "action": "mask", "reason": "r"}]}), "-d", self.url(source)).out
        for column in ('"row"', "rows", "pairs", "dom"):
            self.assertRegex(said, f'public.log.{column}"? is kept, though values of its type public.[^ ]* hold rows of table "public.t", whose column "k" is changed by "mask"')
        self.assertNotIn('public.log.id" is kept', said)
        said = self.ok("policy", "check", self.policy({"table": "public.t", "action": "exclude-rows", "reason": "r"}), "-d", self.url(source)).out
        self.assertIn('hold rows of table "public.t", whose rows are left out', said)
        said = self.ok("policy", "check", self.policy({"table": "public.t", "where": "id > 5"}), "-d", self.url(source)).out
        self.assertIn('hold rows of table "public.t", of whose rows some are left out', said)

    def test_rows_by_keys_with_period_are_refused_by_a_check(self):
        """It said "works", and recommended what a dump refuses."""
        if self.server.major < 18:
            self.skipTest("no PERIOD")
        source = self.database("CREATE EXTENSION btree_gist; CREATE TABLE p (id int, v daterange, PRIMARY KEY (id, v WITHOUT OVERLAPS));"
                               "CREATE TABLE t (id int, v daterange, FOREIGN KEY (id, PERIOD v) REFERENCES p (id, PERIOD v))")
        where = {"table": "public.p", "where": "id > 5", "reason": "r"}
        for more in ({"where": "id > 5", "reason": "r"}, *({"on-missing-parent": what} for what in ("filter", "leave", "null", "error"))):
            policy = self.policy(where, {"table": "public.t", **more})
            for args in (["policy", "check", policy], ["dump", "--policy", policy, "-f", self.folder / "never"]):
                with self.subTest(more=more, command=args[0]):
                    result = harness.run(*args, "-d", self.url(source))
                    self.assertEqual(result.code, 5, result)
                    self.assertNotIn("on-missing-parent", result.out + result.err)
        self.ok("policy", "check", self.policy(where, {"table": "public.t", "action": "exclude-rows", "reason": "r"}), "-d", self.url(source))

    def test_remedies_that_help(self):
        """Pseudonyms were recommended instead of pseudonyms."""
        source = self.database("CREATE TABLE t (id int PRIMARY KEY, n text UNIQUE)")
        policy = self.policy({"table": "public.t", "columns": [{"column": "n", "action": "pseudonym", "format": "name", "reason": "r"}]})
        self.assertIn("sha256, and pseudonym of another format than names, keep values apart", harness.run("policy", "check", policy, "-d", self.url(source)).out)

    def test_placeholders_of_short_unique_columns_stay_different(self):
        """They were cut to the column's width, and the restore failed."""
        source = self.database("CREATE TABLE users (id int PRIMARY KEY, phone varchar(5) NOT NULL UNIQUE); INSERT INTO users SELECT i, i FROM generate_series(1, 3000) i")
        archive = self.dump(source, "archive", "--policy", "no-personal-data")
        self.assertEqual(self.server.query("SELECT count(DISTINCT phone) FROM users", self.restore(archive)), "3000")
        source = self.database("CREATE TABLE users (id int PRIMARY KEY, phone varchar(2) NOT NULL UNIQUE)")
        said = harness.run("policy", "check", "no-personal-data", "-d", self.url(source)).out
        self.assertIn('column "public.users.phone" holds personal data (phone), is in a unique key, and type character varying(2) is too short for another value in each row', said)

    def test_telephone_numbers_of_short_columns(self):
        """They were refused in columns of less than 13 characters, though the pseudonym is as long as the number."""
        source = self.database("CREATE TABLE t (phone varchar(12) UNIQUE, c char(5)); INSERT INTO t SELECT '+44 ' || i, i % 1000 FROM generate_series(1000000, 1000199) i")
        policy = self.policy({"table": "public.t", "columns": [{"column": column, "action": "pseudonym", "format": "phone", "reason": "r"} for column in ("phone", "c")]})
        key = {"PGCOFFER_PSEUDONYM_KEY": "ab" * 32}
        target = self.restore(self.dump(source, "archive", "--policy", policy, env=key))
        changed = "SELECT count(DISTINCT phone), count(DISTINCT c), bool_and(phone ~ '^[+]44 \\d{7}$'), bool_and(c ~ '^\\d+ *$') FROM t"
        self.assertEqual(self.server.query(changed, target), "200|200|t|t")
        self.assertNotEqual(self.server.query("SELECT array_agg(phone ORDER BY phone) FROM t", target), self.server.query("SELECT array_agg(phone ORDER BY phone) FROM t", source))
        self.server.query("INSERT INTO t VALUES ('ask Jane', NULL)", source)
        result = self.refused(1, 'column "phone" holds a text that is no telephone number', "widen it to 13 characters",
                              args=["dump", "-d", self.url(source), "-f", self.folder / "never", "--policy", policy], env=key)
        self.assertNotIn("Jane", result.err)

    def test_a_key_is_as_long_in_all_columns_that_hold_it(self):
        """Each column cut it to its own width, and the restore failed at the foreign key."""
        source = self.database("""CREATE TABLE p (k text, n int, PRIMARY KEY (k, n)) PARTITION BY HASH (n); CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0);
            CREATE TABLE c (k varchar(15), n int, FOREIGN KEY (k, n) REFERENCES p); CREATE TABLE wide (k varchar(16) PRIMARY KEY); CREATE TABLE narrow (k varchar(13) REFERENCES wide);
            INSERT INTO p SELECT 'k' || i, i FROM generate_series(1, 50) i; INSERT INTO c SELECT k, n FROM p;
            INSERT INTO wide SELECT 'call ' || i FROM generate_series(1, 50) i; INSERT INTO narrow SELECT k FROM wide""")
        policy = self.policy({"table": "public.p", "columns": [{"column": "k", "action": "pseudonym", "reason": "r"}]},
                             {"table": "public.wide", "columns": [{"column": "k", "action": "pseudonym", "format": "phone", "reason": "r"}]})
        target = self.restore(self.dump(source, "archive", "--policy", policy, env={"PGCOFFER_PSEUDONYM_KEY": "ab" * 32}))
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT k), max(length(k)) FROM c JOIN p USING (k, n)", target), "50|50|15")
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT k), max(length(k)) FROM narrow JOIN wide USING (k)", target), "50|50|13")

    def test_a_key_of_another_type_than_citext_is_refused(self):
        """citext was digested in small letters, the key that it references was not: the restore failed at the foreign key."""
        source = self.database("""CREATE EXTENSION citext; CREATE TABLE b (k text PRIMARY KEY); CREATE TABLE b1 (k citext REFERENCES b);
            INSERT INTO b VALUES ('Ann'); INSERT INTO b1 VALUES ('Ann')""")
        for action in ("pseudonym", "sha256"):
            policy = self.policy({"table": "public.b", "columns": [{"column": "k", "action": action, "reason": "r"}]})
            self.refused(5, "where one of them is of type citext", args=["dump", "-d", self.url(source), "-f", self.folder / "never", "--policy", policy])

    def test_an_order_is_no_statement(self):
        """What stood behind a semicolon in order-by was run by `policy check`."""
        source = self.database("CREATE TABLE users (id int)")
        policy = self.policy({"table": "public.users", "order-by": "id; COMMIT; CREATE TABLE public.pwned (); SELECT ctid, * FROM public.users ORDER BY id"})
        for command in (["policy", "check", policy, "-d", self.url(source)], ["dump", "-d", self.url(source), "-f", self.folder / "never", "--policy", policy]):
            self.refused(2, 'field "order-by" is not one whole expression', args=command)
        self.assertEqual(self.server.query("SELECT to_regclass('public.pwned') IS NULL", source), "t")

    def test_secrets_in_definitions_of_withheld_columns_are_told(self):
        """Defaults and constraints carried them out, without a word."""
        source = self.database("""CREATE DOMAIN secret AS text DEFAULT 'Herbst-2022!z';
            CREATE TABLE c (id int PRIMARY KEY, smtp_password text NOT NULL DEFAULT 'Sommer-2024!x' CHECK (smtp_password <> 'Winter-2023!y'), api_token secret,
                            reset_token text NOT NULL DEFAULT 'none' CHECK (reset_token ~ '^[a-z0-9]{8}$'), note text DEFAULT 'Sommer-2024!x');
            CREATE INDEX c_old ON c (id) WHERE smtp_password = 'Frost-2021!w'; CREATE TABLE sessions (id text PRIMARY KEY, session_token text DEFAULT 'Sommer-2024!x', kind text DEFAULT 'level2of3')""")
        for args in (["policy", "check", "no-credentials"], ["dump", "--policy", "no-credentials", "-f", self.folder / "a"]):
            result = self.ok(*args, "-d", self.url(source))
            said = (result.out + result.err).replace('"', "")
            for what in ("its default looks like a secret: definitions are dumped as they are, and restored rows get it; change it", "constraint c_smtp_password_check", "index c_old"):
                self.assertRegex(said, r"column public\.c\.smtp_password is changed by omit \(built-in no-credentials\), but a text in " + what)
            self.assertRegex(said, r"column public\.c\.api_token .* a text in domain secret")
            self.assertRegex(said, r"column public\.sessions\.session_token is left out with its rows .* a text in its default")
            self.assertNotRegex(said, r"column public\.(c\.reset_token|c\.note|sessions\.kind) [^\n]* a text in")
            self.assertNotIn("Sommer-2024", said)

    def test_pairs_in_json_go_whole_beside_what_paths_lead_to(self):
        """The draft took out what is called like a credential, and kept the pairs beside it."""
        source = self.database("""CREATE TABLE t (id int PRIMARY KEY, j jsonb, k jsonb);
            INSERT INTO t VALUES (1, '{"password": "hunter22", "headers": [{"name": "Cookie", "value": "sid=hunter22"}]}', '{"password": "hunter22", "a": 1}')""")
        draft = self.ok("policy", "init", "-d", self.url(source)).out
        self.assertRegex(draft, r'"column": "j", "action": "null"')
        self.assertRegex(draft, r'"column": "k", "action": "redact-json"')

    def test_rules_beside_a_tie_match_something(self):
        """Those that match in the tie's table only were said to match nothing."""
        source = self.database("CREATE DOMAIN email AS text; CREATE TABLE users (id int, email email, x text); COMMENT ON COLUMN users.x IS 'privacy: secret'")
        policy = self.policy({"table": "*", "columns": [{"type": "domain:email", "action": "null", "reason": "r"}, {"type": "text", "action": "constant", "value": "x", "reason": "r"},
                                                        {"tag": "privacy: secret", "action": "null", "reason": "r"}]})
        result = harness.run("policy", "check", policy, "-d", self.url(source))
        self.assertEqual(result.code, 5)
        self.assertIn("two equally specific rules disagree", result.out + result.err)
        self.assertNotIn("matches nothing", result.out + result.err)

    def test_foreign_keys_of_more_types_are_checked(self):
        """Those of types with several spellings never were; domains over them were taken for broken."""
        tables = {"char": ("char(20)", "char(20)", "1"), "shorter": ("varchar(9)", "char(20)", "1"), "domain": ("varchar(9)", "mail", "a"), "domains": ("amount", "amount", "1.50"),
                  "number": ("int", "numeric(9,2)", "1"), "citext": ("citext", "citext", "Ann"), "double": ("float8", "float8", "1.5"), "interval": ("interval", "interval", "1 day")}
        source = self.database("CREATE EXTENSION citext; CREATE DOMAIN mail AS text; CREATE DOMAIN amount AS numeric CHECK (VALUE > 0);" + "".join(
            f"CREATE TABLE p_{name} (k {to} PRIMARY KEY); CREATE TABLE c_{name} (id serial PRIMARY KEY, k {of} REFERENCES p_{name}); INSERT INTO p_{name} VALUES ('{value}'); INSERT INTO c_{name} (k) VALUES ('{value}');"
            for name, (of, to, value) in tables.items()))
        self.server.query("INSERT INTO c_citext (k) VALUES ('ANN'); INSERT INTO c_domains (k) VALUES (1.5)", source)

        def results(archive):
            return {key["table"].removeprefix("public.c_"): key["result"] for key in harness.run("audit", archive, "--json").json["foreign_keys"]}

        self.assertEqual(results(self.dump(source, "holds")), dict.fromkeys(tables, "holds"))
        self.server.psql(source, script="SET session_replication_role = replica;" + "".join(
            f"INSERT INTO c_{name} (k) VALUES ('{'24:00' if name == 'interval' else '9'}');" for name in tables))
        self.assertEqual(results(self.dump(source, "broken")), {name: "unchecked" if name in ("double", "interval") else "broken" for name in tables})
        self.server.query("INSERT INTO p_citext VALUES ('ÄRA')", source)
        self.assertEqual(results(self.dump(source, "letters"))["citext"], "unchecked")

    def test_samples_are_called_the_same_everywhere(self):
        source = self.database("CREATE TABLE t (id int)")
        half, both = (self.folder / name for name in ("half.json", "both.json"))
        half.write_text(json.dumps({"version": 1, "tables": [{"table": "t", "sample": {"percent": 50}}]}))
        both.write_text(json.dumps({"version": 1, "tables": [{"table": "t", "where": "id > 1", "sample": {"percent": 50}}]}))
        self.assertIn("public.t: sample 50 percent -> where (id > 1), sample 50 percent\n", self.ok("policy", "diff", half, both, "-d", self.url(source)).out)
        self.assertIn("public.t: sample 50 percent\n", self.ok("policy", "explain", half, "public.t", "-d", self.url(source)).out)
        self.assertIn("public.t: sample 50 percent", self.ok("policy", "check", half, "-d", self.url(source)).out)
        self.ok("audit", self.dump(source, "archive", "--policy", half), "-o", self.folder / "report.md")
        self.assertIn("| sample 50 percent:", (self.folder / "report.md").read_text())

    def test_rules_that_match_nothing_name_the_database(self):
        """Without -d a comparison of policies asked the default database, and did not say so."""
        source = self.database("CREATE TABLE t (id int)")
        policy = self.policy({"table": "public.users", "action": "exclude-rows", "reason": "r"})
        self.refused(5, f'rule for table "public.users" matches nothing in database "{source}"', "right database (-d)?", args=["policy", "diff", policy, policy, "-d", self.url(source)])


class SettingsTables(harness.Case):
    """Settings kept passwords: by the names of their columns, by their keys, and nothing told it."""
    # As Nextcloud, Znuny, Magento and others have them.
    KNOWN = {
        "oc_appconfig(appid text, configkey text, configvalue text)": ("'user_ldap', 's01ldap_agent_password', 'hunter31'", "'core', 'vendor', 'nextcloud'"),
        "sysconfig_default(id text, name text, description text, effective_value text)": ("'1', 'SendmailModule::AuthPassword', 'x', 'hunter31'", "'2', 'SendmailModule', 'x', 'smtp'"),
        "attributes(entity_id text, attribute_code text, value text NOT NULL)": ("'1', 'api_key', 'hunter31'", "'1', 'color', 'red'"),
        "global_settings(section text, option text, data jsonb)": ("'mail', 'smtp_password', '\"hunter31\"'", "'mail', 'host', '\"localhost\"'"),
        "plugin_data(plugin text, keyname text, keyval text)": ("'mail', 'smtp_password', 'hunter31'", "'mail', 'host', 'localhost'"),
        "keyvalue(item text, val text)": ("'smtp_password', 'hunter31'", "'host', 'localhost'"),
        "metadata(meta text, content text)": ("'smtp_password', 'hunter31'", "'host', 'localhost'"),
        "parameters(code text, wert text, beschreibung text)": ("'DB_PASSWORT', 'hunter31', 'x'", "'DB_HOST', 'localhost', 'x'"),
        "core_config_data(id text, path text, value text)": ("'1', 'carriers/dhl/password', 'hunter31'", "'2', 'web/url', 'x'"),
    }
    # Which no name tells.
    UNKNOWN = {"stuff(a text, b text)": ("'smtp_password', 'hunter31'", "'host', 'localhost'", "'theme', 'dark'"),
               "sachen(was text, ist jsonb)": ("'DB_PASSWORT', '\"hunter31\"'", "'DB_HOST', '\"localhost\"'", "'x', '1'")}
    HARMLESS = {"lexicon(word text, meaning text)": ("'Password', 'Passwort'", "'user.password', 'Passwort'", "'Enter your password', 'Passwort1'", "'key', 'x'"),
                "articles(slug text, body text)": ("'api-key', 'How to get one in 2 steps'", "'home', 'Welcome'", "'faq', 'Questions'"),
                "log(what text, who text)": ("'password_reset', 'john42'", "'login', 'ann'", "'logout', 'ann'")}

    def filled(self, *kinds):
        return self.database("".join(f"CREATE TABLE {table}; INSERT INTO {table.split('(')[0]} VALUES ({'), ('.join(rows)});"
                                     for tables in kinds for table, rows in tables.items()))

    def findings(self, archive):
        return sorted(one["object"].split(".")[1] for one in harness.run("audit", archive, "--json").json["findings"])

    def test_values_of_settings_go_whatever_their_columns_are_called(self):
        source = self.filled(self.KNOWN, self.HARMLESS)
        archive = self.dump(source, "archive", "--policy", "no-credentials")
        for table, rows in self.KNOWN.items():
            text = self.ok("cat", archive, table.split("(")[0], "--rows", "csv").out
            self.assertNotIn("hunter31", text)
            self.assertIn(rows[1].split("'")[-2].strip('"'), text)
        self.assertEqual(self.findings(archive), [])
        self.assertEqual(len(self.findings(self.dump(source, "kept"))), len(self.KNOWN))

    def test_secrets_beside_their_names_are_found_in_any_table(self):
        source = self.filled(self.UNKNOWN, self.HARMLESS)
        self.assertEqual(self.findings(self.dump(source, "kept", "--policy", "no-credentials")), ["sachen", "stuff"])
        policy = self.folder / "policy.json"
        self.ok("policy", "init", "-d", self.url(source), "-o", policy)
        archive = self.dump(source, "archive", "--policy", policy)
        self.assertEqual(self.findings(archive), [])
        self.assertNotIn("hunter31", self.ok("cat", archive, "stuff").out + self.ok("cat", archive, "sachen").out)
        self.assertIn("john42", self.ok("cat", archive, "log").out)

    def test_the_values_go_that_the_audit_would_tell(self):
        """The built-in policy knew fewer keys than the audit, and failed it; its verdict was told by its expression."""
        removed = ["passwort", "contraseña", "mot_de_passe", "pepper", "cookie_key", "redis_url", "stripe.live.sk", "auth.basic", "basicAuth", "bearer",
                   "vapid_private", "pin", "community", "password_old", "passwordProd", "o'hara\\password"]
        kept = ["title", "password_min_length", "max_tokens"]
        literal = lambda key: "E'" + key.replace("'", "''").replace("\\", "\\\\") + "'"
        source = self.database("CREATE TABLE settings (key text PRIMARY KEY, value varchar(20) NOT NULL);"
                               "CREATE TABLE config (key text, value text) PARTITION BY LIST (key); CREATE TABLE rest PARTITION OF config DEFAULT;"
                               f"INSERT INTO settings VALUES {', '.join(f'({literal(key)}, %s)' % repr('tulips-in-spring') for key in removed + kept)};"
                               "INSERT INTO rest SELECT key, value FROM settings")
        policy = self.folder / "policy.json"
        self.ok("policy", "init", "-d", self.url(source), "-o", policy)
        self.assertIn("no-credentials takes them out of value", policy.read_text())
        for name in ("no-credentials", policy):
            archive = self.dump(source, f"archive{name == policy}", "--policy", name)
            self.assertEqual(self.findings(archive), [])
            rows = dict(json.loads(line).values() for line in self.ok("cat", archive, "settings", "--rows", "json").out.splitlines())
            self.assertEqual(rows, {**{key: "REMOVED" for key in removed}, **{key: "tulips-in-spring" for key in kept}})
            self.ok("policy", "check", name, "-d", self.url(source))
        changes = self.ok("policy", "diff", "full", "no-credentials", "-d", self.url(source))
        self.assertIn("template where the key is called like a credential", changes.out)
        self.assertNotIn("CASE", changes.out)


if __name__ == "__main__":
    unittest.main()
