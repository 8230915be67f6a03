"""Subsets: rows that come along by foreign keys, and rows whose parents are left out. What is kept is what a model says."""

import json
import random

import harness
import subset_model

SHOP = """
CREATE TABLE country (code text PRIMARY KEY);
CREATE TABLE person (id integer PRIMARY KEY, country text NOT NULL REFERENCES country, boss integer REFERENCES person);
CREATE TABLE product (maker integer, number integer, origin text REFERENCES country, PRIMARY KEY (maker, number));
CREATE TABLE purchase (id integer NOT NULL, year integer NOT NULL, buyer integer NOT NULL REFERENCES person, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);
CREATE TABLE purchase_2024 PARTITION OF purchase FOR VALUES FROM (2024) TO (2025);
CREATE TABLE purchase_later PARTITION OF purchase FOR VALUES FROM (2025) TO (2030) PARTITION BY LIST (year);
CREATE TABLE purchase_2025 PARTITION OF purchase_later FOR VALUES IN (2025);
CREATE TABLE purchase_2026 PARTITION OF purchase_later FOR VALUES IN (2026);
CREATE TABLE line (id integer PRIMARY KEY, purchase integer, year integer, maker integer, number integer,
  FOREIGN KEY (purchase, year) REFERENCES purchase, FOREIGN KEY (maker, number) REFERENCES product MATCH FULL);
CREATE TABLE address (id integer PRIMARY KEY, person integer REFERENCES person, country text REFERENCES country);
CREATE TABLE thread (id integer PRIMARY KEY, first_post integer);
CREATE TABLE post (id integer PRIMARY KEY, thread integer NOT NULL REFERENCES thread, answers integer REFERENCES post, writer integer REFERENCES person);
ALTER TABLE thread ADD FOREIGN KEY (first_post) REFERENCES post DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE visit (id integer PRIMARY KEY, who integer);
CREATE TABLE island (id integer PRIMARY KEY);
BEGIN;
INSERT INTO country SELECT 'c' || i FROM generate_series(1, 9) i;
INSERT INTO person SELECT i, 'c' || 1 + i % 9, CASE WHEN i > 3 THEN i / 3 END FROM generate_series(1, 60) i;
INSERT INTO product SELECT i % 5, i, CASE WHEN i % 3 > 0 THEN 'c' || 1 + i % 7 END FROM generate_series(1, 30) i;
INSERT INTO purchase SELECT i, 2024 + i % 3, 1 + i * 7 % 60 FROM generate_series(1, 120) i;
INSERT INTO line SELECT i, CASE WHEN i % 11 > 0 THEN 1 + i % 120 END, 2024 + (1 + i % 120) % 3,
  CASE WHEN i % 4 > 0 THEN (1 + i % 30) % 5 END, CASE WHEN i % 4 > 0 THEN 1 + i % 30 END FROM generate_series(1, 300) i;
INSERT INTO address SELECT i, CASE WHEN i % 5 > 0 THEN 1 + i % 60 END, 'c' || 1 + i % 8 FROM generate_series(1, 90) i;
INSERT INTO thread SELECT i, CASE WHEN i % 2 > 0 THEN i END FROM generate_series(1, 20) i;
INSERT INTO post SELECT i, 1 + i % 20, CASE WHEN i > 20 AND i % 3 > 0 THEN i - 17 END, CASE WHEN i % 6 > 0 THEN 1 + i % 60 END FROM generate_series(1, 100) i;
INSERT INTO visit SELECT i, CASE WHEN i % 2 > 0 THEN i END FROM generate_series(1, 80) i;
INSERT INTO island SELECT i FROM generate_series(1, 5) i;
COMMIT;
ANALYZE;
"""
TABLES = ("country", "person", "product", "purchase", "line", "address", "thread", "post", "visit", "island")
KEYS = """SELECT k.conrelid::regclass, (SELECT array_agg(attname ORDER BY n) FROM unnest(conkey) WITH ORDINALITY u(c, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = c),
  k.confrelid::regclass, (SELECT array_agg(attname ORDER BY n) FROM unnest(confkey) WITH ORDINALITY u(c, n) JOIN pg_attribute ON attrelid = confrelid AND attnum = c)
  FROM pg_constraint k WHERE contype = 'f' AND conparentid = 0 AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = conrelid)"""


class Subset(harness.Case):
    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables), **more}))
        return path

    def rows(self, database, table):
        text = self.server.query(f"SELECT coalesce(json_agg(to_json(t)), '[]') FROM (SELECT * FROM {table}) t", database)
        rows = json.loads(text)
        return [{**row, "id_of_row": json.dumps(row, sort_keys=True)} for row in rows]

    def keys(self, database):
        text = self.server.query(f"SELECT coalesce(json_agg(json_build_array(a::text, b, c::text, d)), '[]') FROM ({KEYS}) AS k(a, b, c, d)", database)
        return [subset_model.Key(*key) for key in json.loads(text)]

    def ids(self, database, table, condition):
        text = self.server.query(f"SELECT coalesce(json_agg(to_json(t)), '[]') FROM (SELECT * FROM {table} WHERE {condition}) t", database)
        return {json.dumps(row, sort_keys=True) for row in json.loads(text)}

    def expected(self, database, tables, rules, declared=()):
        model = subset_model.Model({table: self.rows(database, table) for table in tables}, self.keys(database) + list(declared))
        starts = {table: (follow, self.ids(database, table, where)) for table, (follow, where) in rules.items() if follow}
        own = {table: self.ids(database, table, where) for table, (follow, where) in rules.items() if not follow}
        return model.kept(starts, own)

    def assert_kept(self, database, tables, rules, *options, declared=(), references=(), user=None):
        """Dumps with the rules, restores (which makes every foreign key valid), and compares with the model."""
        policy = self.policy({"table": "*", "on-missing-parent": "filter"}, *({"table": f"public.{table}", "where": where, **({"follow": follow} if follow else {})}
                             for table, (follow, where) in rules.items()), references=list(references))
        archive = self.folder / f"archive{len(list(self.folder.iterdir()))}"
        self.ok("dump", "-d", self.url(database, **(user or {})), "-f", archive, "--policy", policy, *options)
        target = self.restore(archive)
        expected = self.expected(database, tables, rules, declared)
        for table in tables:
            found = {row["id_of_row"] for row in self.rows(target, table)}
            self.assertEqual(found, expected[table], (table, rules))
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated", target), "0")
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", target),
                         self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", database))
        return archive, expected


class Shop(Subset):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.server.new_database()
        cls._databases.append(cls.shop)
        cls.server.psql(cls.shop, script=SHOP)

    def test_what_is_kept_is_what_the_model_keeps(self):
        for rules in (
            {"person": ("children", "id IN (2, 7)")},
            {"purchase": ("parents", "year = 2025 AND id < 30")},
            {"purchase": ("both", "year > 2024 AND id < 30")},
            {"thread": ("children", "id < 4")},
            {"country": ("children", "code IN ('c1', 'c2', 'c3')")},
            {"country": ("children", "false")},
            {"line": ("parents", "id % 50 = 1")},
            {"person": ("both", "id = 5"), "country": (None, "code <> 'c6'")},
            {"person": ("children", "id < 20"), "product": ("children", "number < 20"), "post": (None, "id > 30")},
            {"person": ("parents", "id > 55"), "thread": ("both", "id > 18"), "product": ("children", "maker = 1")},
            {"person": (None, "id < 30")},
        ):
            with self.subTest(rules=rules):
                self.assert_kept(self.shop, TABLES, rules)

    def test_sets_as_arrays_keep_the_same(self):
        """As on a standby: nobody may make temporary tables."""
        role, password = self.role(self.shop)
        self.server.psql(self.shop, script=f"REVOKE TEMPORARY ON DATABASE {self.shop} FROM PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        for rules in ({"person": ("both", "id = 5")}, {"country": ("children", "false")}):
            with self.subTest(rules=rules):
                self.assert_kept(self.shop, TABLES, rules, "-O", "-x", user={"user": role, "password": password})

    def test_references_that_the_policy_declares_count(self):
        declared = [subset_model.Key("visit", ["who"], "person", ["id"])]
        references = [{"from": "public.visit(who)", "to": "public.person (id)"}]
        for rules in ({"person": ("children", "id IN (2, 7)")}, {"visit": ("parents", "id < 9")}):
            with self.subTest(rules=rules):
                self.assert_kept(self.shop, TABLES, rules, declared=declared, references=references)

    def test_the_manifest_tells_of_it(self):
        archive, expected = self.assert_kept(self.shop, TABLES, {"person": ("both", "id = 5")}, "-j", "1")
        tables = {table["name"]: table for table in harness.manifest(archive)["tables"]}
        self.assertEqual((tables["person"]["where"], tables["person"]["follow"], tables["person"]["start_rows"]), ("(id = 5\n)", "both", 1))
        for name in ("person", "country", "line"):
            self.assertTrue(tables[name]["by_reference"])
            self.assertEqual((tables[name]["verdict"], tables[name]["rows"]), ("where", len(expected[name])))
        self.assertNotIn("by_reference", tables["island"])

    def test_plain_scripts_and_orders_obey(self):
        policy = self.policy({"table": "public.person", "where": "id = 5", "follow": "both", "order-by": "id DESC"})
        script = self.ok("dump", "-d", self.url(self.shop), "-f", "-", "--policy", policy).out
        rows = script.split('COPY "public"."person"')[1].split("\\.")[0].splitlines()[1:]
        ids = [int(row.split("\t")[0]) for row in rows]
        self.assertEqual(ids, sorted(ids, reverse=True))
        expected = self.expected(self.shop, TABLES, {"person": ("both", "id = 5")})
        self.assertEqual(len(ids), len(expected["person"]))

    def test_a_missing_parent_of_a_starting_row_is_an_error(self):
        policy = self.policy({"table": "public.person", "where": "id = 50", "follow": "children"})
        self.refused(5, '1 row of "public.person" references rows of "public.person" that are left out (foreign key "person_boss_fkey")',
                     'on-missing-parent', args=("dump", "-d", self.url(self.shop), "-f", self.folder / "no", "--policy", policy))
        self.assertFalse((self.folder / "no").exists())

    def test_filters_that_do_not_fit_are_an_error_before_the_dump(self):
        tables = [{"table": "public.person", "where": "id < 30"}, {"table": "public.address", "where": "id < 40", "on-missing-parent": "error"},
                  {"table": "public.p*", "on-missing-parent": "filter"}]
        policy = self.policy(*tables)
        self.refused(5, '9 rows of "public.address" reference rows of "public.person"', args=("dump", "-d", self.url(self.shop), "-f", self.folder / "no", "--policy", policy))
        tables[1]["where"] = "id < 29"
        self.ok("dump", "-d", self.url(self.shop), "-f", self.folder / "yes", "--policy", self.policy(*tables))


class MissingParents(Subset):
    SQL = """
    CREATE TABLE team (id integer PRIMARY KEY);
    CREATE TABLE person (id integer PRIMARY KEY, team integer REFERENCES team, mate integer REFERENCES person);
    CREATE TABLE seat (tenant integer NOT NULL, id integer, PRIMARY KEY (tenant, id));
    CREATE TABLE booking (id integer PRIMARY KEY, tenant integer NOT NULL, seat integer, FOREIGN KEY (tenant, seat) REFERENCES seat);
    INSERT INTO team SELECT generate_series(1, 4); INSERT INTO person SELECT i, 1 + i % 4, nullif(i - 1, 0) FROM generate_series(1, 40) i;
    INSERT INTO seat SELECT i % 2, i FROM generate_series(1, 10) i; INSERT INTO booking SELECT i, i % 2, i FROM generate_series(1, 10) i;
    """

    def what(self, *handled, teams="where"):
        rule = {"table": "public.team", "where": "id <> 2"} if teams == "where" else {"table": "public.team", "action": "exclude-rows", "reason": "r"}
        return self.policy(rule, {"table": "public.seat", "where": "id > 3"}, {"table": "public.person", "on-missing-parent": handled[0]},
                           {"table": "public.booking", "on-missing-parent": handled[1]})

    def kept(self, database, *options):
        archive = self.folder / f"kept{len(list(self.folder.iterdir()))}"
        self.ok("dump", "-d", self.url(database), "-f", archive, *options)
        return archive

    def test_the_default_is_an_error_at_once(self):
        database = self.database(self.SQL)
        policy = self.policy({"table": "public.team", "where": "id <> 2"})
        self.refused(5, 'rows of "public.team" are left out, and "public.person" references them', "on-missing-parent",
                     args=("dump", "-d", self.url(database), "-f", self.folder / "no", "--policy", policy))

    def test_filter(self):
        database = self.database(self.SQL)
        target = self.restore(self.kept(database, "--policy", self.what("filter", "filter")))
        # Person 1 has team 2; all others have a mate who has one, and so on.
        self.assertEqual(self.server.query("SELECT count(*) FROM person", target), "0")
        self.assertEqual(self.server.query("SELECT string_agg(id::text, ' ' ORDER BY id) FROM booking", target), "4 5 6 7 8 9 10")

    def test_null(self):
        database = self.database(self.SQL)
        for options in (["-j", "1"], ["-j", "3", "--rows", "json"]):
            archive = self.kept(database, "--policy", self.what("null", "null"), *options)
            target = self.restore(archive)
            self.assertEqual(self.server.query("SELECT count(*) || ' ' || count(team) || ' ' || count(mate) FROM person", target), "40 30 39")
            self.assertEqual(self.server.query("SELECT string_agg(id::text, ' ' ORDER BY id) FROM booking WHERE seat IS NULL", target), "1 2 3")
            self.assertEqual(self.server.query("SELECT count(tenant) FROM booking", target), "10")
        person = next(table for table in harness.manifest(archive)["tables"] if table["name"] == "person")
        self.assertEqual(person["missing_parents"], [{"reference": "person_team_fkey", "handling": "null", "rows": 10, "not_valid": False}])

    def test_null_where_nothing_may_be_null_is_refused(self):
        database = self.database(self.SQL + "ALTER TABLE person ALTER team SET NOT NULL")
        self.refused(5, 'foreign key "person_team_fkey" of "public.person" cannot become null', args=(
            "dump", "-d", self.url(database), "-f", self.folder / "no", "--policy", self.what("null", "null")))

    def test_leave(self):
        database = self.database(self.SQL)
        for teams, missing in (("where", 10), ("all", 40)):
            archive = self.kept(database, "--policy", self.what("leave", "filter", teams=teams))
            target = self.database()
            result = self.ok("restore", archive, "-d", self.url(target))
            self.assertIn("NOT VALID", result.out + result.err)
            self.assertIn(f"public.person, foreign key person_team_fkey, rows: {missing}", result.out + result.err)
            self.assertEqual(self.server.query("SELECT count(*) FROM person", target), "40")
            self.assertEqual(self.server.query("SELECT string_agg(conname, ' ') FROM pg_constraint WHERE contype = 'f' AND NOT convalidated", target), "person_team_fkey")

    def test_leave_changes_nothing_where_no_parent_is_missing(self):
        database = self.database(self.SQL + "UPDATE person SET team = 1")
        target = self.restore(self.kept(database, "--policy", self.what("leave", "filter")))
        self.assertEqual(self.server.query("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated", target), "0")


class RandomDatabases(Subset):
    """Many small schemas with circles: whatever the shape, the model and the dump agree."""

    TABLES = [f"t{i}" for i in range(5)]

    def schema(self, chance):
        sql = "".join(f"CREATE TABLE {table} (id integer PRIMARY KEY, a integer, b integer, c integer);\n" for table in self.TABLES)
        keys = []
        for table in self.TABLES:
            for column in "abc":
                if chance.random() < 0.6:
                    keys.append(f"ALTER TABLE {table} ADD FOREIGN KEY ({column}) REFERENCES {chance.choice(self.TABLES)};\n")
        for table in self.TABLES:
            for row in range(12):
                values = [str(chance.randrange(12)) if chance.random() < 0.7 else "NULL" for _ in "abc"]
                sql += f"INSERT INTO {table} VALUES ({row}, {', '.join(values)});\n"
        return sql + "".join(keys)

    def test_all(self):
        for seed in range(5):
            chance = random.Random(seed)
            database = self.database(self.schema(chance))
            rules = {table: (chance.choice(["children", "parents", "both", None]), f"id % {chance.randrange(3, 9)} = 1")
                     for table in chance.sample(self.TABLES, chance.choice([1, 1, 2, 3]))}
            with self.subTest(seed=seed, rules=rules):
                self.assert_kept(database, self.TABLES, rules)


if __name__ == "__main__":
    harness.main()
