"""What each action makes of values, on the server: raw values are neither in the archive nor on the wire."""

import itertools
import json

import harness
import proxy

TABLES = """
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TYPE mood AS ENUM ('fine', 'sad');
CREATE TABLE customer (
  id integer PRIMARY KEY, name text NOT NULL, mail email NOT NULL UNIQUE, phone varchar(20), iban text, salary numeric(8,2),
  points integer, weight double precision, born date, seen timestamptz, address inet, profile jsonb, old json, code text,
  mood mood DEFAULT 'fine', hash bytea, note text);
COMMENT ON COLUMN customer.note IS 'free text; Privacy : secret';
COMMENT ON TABLE customer IS 'people';
INSERT INTO customer VALUES
  (1, 'RAW-Ann', 'RAW-ann@shop.example', '+49 170 RAW-1', 'RAW-DE1', 1000.00, 2147483647, 70.5, '1980-05-17', '2024-02-03 04:05:06+00',
   '10.20.30.40', '{"user": {"token": "RAW-t1", "id": 1, "keys": [{"secret": "RAW-s1", "n": 1}, {"secret": "RAW-s2"}]}, "x": "y"}',
   '{"user": {"token": "RAW-t2"}}', 'RAW-c1', 'fine', 'RAW-h1', 'RAW-n1'),
  (2, 'RAW-Bob', 'RAW-bob@shop.example', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2001:db8:1:2::1', '["RAW-kept", {"user": 7}]', NULL,
   'RAW-c2', 'sad', NULL, NULL),
  (3, 'Al', 'a@b', '12', 'DE', 'NaN', 0, 'NaN', 'infinity', 'infinity', NULL, '"text"', 'null', 'RAW-c3', NULL, '', '');
CREATE TABLE visit (code text, customer integer REFERENCES customer, at date, PRIMARY KEY (customer, at));
ALTER TABLE customer ADD UNIQUE (code);
ALTER TABLE visit ADD FOREIGN KEY (code) REFERENCES customer (code);
INSERT INTO visit VALUES ('RAW-c1', 1, '2024-01-01'), ('RAW-c1', 1, '2024-01-05'), ('RAW-c2', 2, '2024-01-01');
"""

RULES = [
    {"column": "name", "action": "mask", "keep-start": 1, "reason": "r"},
    {"column": "phone", "action": "truncate", "length": 3, "reason": "r"},
    {"column": "iban", "action": "sha256", "reason": "r"},
    {"column": "salary", "action": "noise", "percent": 10, "seed": "s", "reason": "r"},
    {"column": "points", "action": "noise", "amount": 5, "reason": "r"},
    {"column": "weight", "action": "noise", "amount": 0.5, "reason": "r"},
    {"column": "born", "action": "truncate", "to": "year", "reason": "r"},
    {"column": "seen", "action": "date-shift", "days": 10, "seed": "s", "reason": "r"},
    {"column": "address", "action": "truncate", "length": 16, "reason": "r"},
    {"column": "profile", "action": "redact-json", "paths": ["user.token", "$.user.keys[*].secret"], "reason": "r"},
    {"column": "old", "action": "redact-json", "paths": ["user.*"], "value": "gone", "reason": "r"},
    {"column": "code", "action": "sha256", "reason": "r"},
    {"type": "enum:*", "action": "null", "reason": "r"},
    {"column": "hash", "action": "sha256", "reason": "r"},
    {"tag": "privacy: secret", "action": "template", "sql": "'note of ' || id -- the end", "reason": "r", "after-restore": "write notes"},
]
MAIL = {"type": "domain:email", "action": "template", "sql": "'user' || id || '@example.com'", "reason": "r"}


class Actions(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=TABLES)

    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables), **more}))
        return path

    def all_actions(self):
        return self.policy({"table": "customer", "columns": RULES}, columns=[MAIL])

    def rows(self, sql, *tables, name="archive", **more):
        archive = self.dump(self.source, name, "--policy", self.policy(*tables, **more))
        return self.server.query(sql, self.restore(archive))

    def column(self, rule, sql=None):
        if not hasattr(self, "_numbers"):
            self._numbers = itertools.count()
        return self.rows(sql or f"SELECT {rule['column']} FROM customer ORDER BY id",
                         {"table": "customer", "columns": [{"reason": "r", **rule}]}, name=f"a{next(self._numbers)}")

    def test_no_raw_value_leaves_the_server(self):
        policy = self.all_actions()
        with proxy.Proxy(self.server.host, self.server.port) as line:
            url = self.url(self.source, port=line.port, sslmode="disable", gssencmode="disable")
            for rows in ("sql", "json"):
                archive = self.folder / rows
                self.ok("dump", "-d", url, "-f", archive, "--policy", policy, "--rows", rows, "-Z", "none")
                self.assertNotIn(b"RAW-", harness.stored_bytes(archive).replace(b'RAW-kept', b''))
            self.assertIn(b"note of 1", bytes(line.from_server))
            for stream in (line.from_server, line.from_client):
                self.assertNotIn(b"RAW-", bytes(stream).replace(b'RAW-kept', b''))
                self.assertNotIn(b"RAW-".hex().encode(), bytes(stream))

    def test_all_of_them_come_back(self):
        target = self.restore(self.dump(self.source, "all", "--policy", self.all_actions()))
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT mail) FROM customer", target), "3|3")
        self.assertEqual(self.server.query("SELECT count(*) FROM visit JOIN customer USING (code)", target), "3")
        self.assertEqual(
            self.server.query("SELECT code = encode(sha256('RAW-c1'), 'hex') FROM customer WHERE id = 1", target), "t")
        self.assertEqual(self.server.query("SELECT encode(hash, 'hex') = encode(sha256('RAW-h1'), 'hex') FROM customer WHERE id = 1", target), "t")
        self.assertEqual(self.server.query("SELECT name, phone, born, note, mood IS NULL FROM customer ORDER BY id", target),
                         "R******|+49|1980-01-01|note of 1|t\nR******|||note of 2|t\nA*|12|infinity|note of 3|t")
        self.assertEqual(self.server.query("SELECT address FROM customer WHERE id < 3 ORDER BY id", target),
                         "10.20.0.0\n2001:db8::")
        self.assertEqual(self.server.query("SELECT profile FROM customer ORDER BY id", target),
                         '{"x": "y", "user": {"id": 1, "keys": [{"n": 1}, {}]}}\n["RAW-kept", {"user": 7}]\n"text"')
        self.assertEqual(self.server.query("SELECT old FROM customer ORDER BY id", target), '{"user": {"token": "gone"}}\n\nnull')
        within = """SELECT count(*) FROM customer WHERE id = 1 AND salary BETWEEN 900 AND 1100 AND points BETWEEN 2147483642 AND 2147483647
                    AND weight BETWEEN 70 AND 71 AND seen BETWEEN '2024-01-24 04:05:06+00' AND '2024-02-13 04:05:06+00'"""
        self.assertEqual(self.server.query(within, target), "1")
        self.assertEqual(self.server.query("SELECT salary, points BETWEEN -5 AND 5, weight, seen FROM customer WHERE id = 3", target), "NaN|t|NaN|infinity")
        self.assertEqual(self.server.query("SELECT num_nulls(salary, points, weight, seen) FROM customer WHERE id = 2", target), "4")

    def test_masks(self):
        self.assertEqual(self.column({"column": "name", "action": "mask"}), "*******\n*******\n**")
        self.assertEqual(self.column({"column": "name", "action": "mask", "keep-start": 1, "keep-end": 2, "with": "x"}), "Rxxxxnn\nRxxxxob\nxx")
        self.assertEqual(self.column({"column": "note", "action": "mask"}), "******\n\n")

    def test_a_mask_may_keep_the_domain(self):
        self.server.query("ALTER TABLE customer DROP CONSTRAINT customer_mail_key", self.source)
        self.addCleanup(self.server.query, "ALTER TABLE customer ADD UNIQUE (mail)", self.source)
        self.assertEqual(self.column({"column": "mail", "action": "mask", "keep-domain": True, "keep-start": 1}),
                         "R******@shop.example\nR******@shop.example\n*@b")

    def test_seeds_make_changes_repeatable(self):
        sql = "SELECT salary, seen FROM customer WHERE id = 1"
        rules = [{"column": "salary", "action": "noise", "amount": 500, "reason": "r"},
                 {"column": "seen", "action": "date-shift", "days": 10000, "reason": "r"}]
        def changed(name, **seed):
            return self.rows(sql, {"table": "customer", "columns": [{**rule, **seed} for rule in rules]}, name=name)
        self.assertEqual(changed("a", seed="one"), changed("b", seed="one"))
        self.assertNotEqual(changed("c", seed="one"), changed("d", seed="two"))
        self.assertNotEqual(changed("e"), changed("f"))

    def test_rows_of_one_person_are_shifted_alike(self):
        self.server.query("""CREATE TABLE stay (guest integer, at timestamp);
            INSERT INTO stay SELECT i % 50, timestamp '2024-01-01' + i * interval '1 hour' FROM generate_series(1, 100) i;""", self.source)
        self.addCleanup(self.server.query, "DROP TABLE stay", self.source)
        rule = {"column": "at", "action": "date-shift", "days": 500, "seed": "s", "reason": "r"}
        sql = """SELECT count(*) FILTER (WHERE span = interval '50 hours'), count(DISTINCT first - guest * interval '1 hour') > 20
                 FROM (SELECT guest, max(at) - min(at) AS span, min(at) AS first FROM stay GROUP BY guest) x"""
        self.assertEqual(self.rows(sql, {"table": "stay", "columns": [{**rule, "by": "guest"}]}, name="by"), "50|t")
        self.assertNotEqual(self.rows(sql, {"table": "stay", "columns": [rule]}, name="alone"), "50|t")

    def test_samples_are_repeatable(self):
        self.server.query("CREATE TABLE many AS SELECT i, 'v' || i AS v FROM generate_series(1, 2000) i; ALTER TABLE many ADD PRIMARY KEY (i);", self.source)
        self.addCleanup(self.server.query, "DROP TABLE many", self.source)
        sql = "SELECT count(*), min(i), sum(i) FROM many"
        tenth = [self.rows(sql, {"table": "many", "sample": {"percent": 10}}, name=f"p{n}") for n in range(2)]
        self.assertEqual(tenth[0], tenth[1])
        self.assertTrue(130 < int(tenth[0].split("|")[0]) < 270, tenth)
        other = self.rows(sql, {"table": "many", "sample": {"percent": 10, "seed": -7}}, name="p2")
        self.assertNotEqual(tenth[0], other)
        self.assertEqual(self.rows("SELECT count(*) FROM many", {"table": "many", "sample": {"percent": 100}}, name="p3"), "2000")
        some = [self.rows(sql, {"table": "many", "where": "i > 1000", "sample": {"rows": 7}}, name=f"r{n}") for n in range(2)]
        self.assertEqual(some[0], some[1])
        self.assertEqual(some[0].split("|")[0], "7")
        self.assertGreater(int(some[0].split("|")[1]), 1000)
        latest = self.rows("SELECT string_agg(i::text, ',') FROM (SELECT i FROM many ORDER BY ctid) x",
                           {"table": "many", "sample": {"rows": 3}, "order-by": "i DESC"}, name="o")
        self.assertEqual(latest, "2000,1999,1998")

    def test_so_many_rows_of_a_partitioned_table(self):
        self.server.query("""CREATE TABLE log (id integer, at date) PARTITION BY RANGE (at);
            CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
            CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
            INSERT INTO log SELECT i, '2024-01-01'::date + i FROM generate_series(0, 59) i;""", self.source)
        self.addCleanup(self.server.query, "DROP TABLE log", self.source)
        rule = {"table": "log", "sample": {"rows": 31}, "order-by": "id DESC"}
        self.assertEqual(self.rows("SELECT count(*), min(id), max(id) FROM log", rule), "31|29|59")

    def test_the_manifest_says_how(self):
        archive = self.dump(self.source, "how", "--policy", self.policy(
            {"table": "customer", "sample": {"percent": 50}, "order-by": "id",
             "columns": [{"column": "note", "action": "mask", "keep-end": 2, "reason": "r"}]},
            {"table": "visit", "action": "exclude-rows", "reason": "r"}))
        tables = {table["name"]: table for table in harness.manifest(archive)["tables"]}
        self.assertEqual((tables["customer"]["verdict"], tables["customer"]["sample"], tables["customer"]["order_by"]), ("where", "50 percent", "id"))
        note = next(column for column in tables["customer"]["columns"] if column["name"] == "note")
        self.assertEqual((note["verdict"], note["how"]), ("mask", "keeps 2 at the end"))

    def refuse(self, *parts, rule, code=5):
        self.refused(code, *parts, args=["dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy",
                                         self.policy({"table": "customer", "columns": [{"reason": "r", **rule}]})])

    def test_what_is_refused(self):
        self.refuse("action mask is for text", "points", rule={"column": "points", "action": "mask"})
        self.refuse("action sha256 is for", "phone", rule={"column": "phone", "action": "sha256"})
        self.refuse("action noise is for numbers", rule={"column": "name", "action": "noise", "amount": 1})
        self.refuse("unique key", "different values may become one", "sha256", rule={"column": "mail", "action": "mask"})
        self.refuse("no column \"nothing\"", rule={"column": "born", "action": "date-shift", "days": 1, "seed": "s", "by": "nothing"})
        self.refuse("its SQL for table \"public.customer\" does not work", rule={"column": "note", "action": "template", "sql": "no_such(id)"})
        self.refuse("references", "code", rule={"column": "code", "action": "template", "sql": "'x' || id"})

    def test_of_many_rules_that_with_the_wrong_sql_is_named(self):
        database = self.database("CREATE TABLE a (id int, b text, c text, d text); CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")

        def refused(where, **actions):
            columns = [{"column": column, "reason": "r", **action} for column, action in actions.items()]
            path = self.folder / "policy.json"
            path.write_text('{"version": 1, "tables": [\n' + json.dumps({"table": "a", "where": where, "columns": columns}).replace('{"column"', '\n{"column"') + "]}")
            hints = [self.refused(5, "does not work", args=["dump", "-d", self.url(database), "-f", self.folder / "refused", "--policy", path]).err]
            hints.append(harness.run("policy", "check", path, "-d", self.url(database)).out)
            return hints

        mask, template = {"action": "mask"}, {"action": "template", "sql": "f(c)"}
        for told in refused("id > 0", b=mask, c=template, d={"action": "constant", "value": "x"}):
            self.assertIn('policy.json, line 4, column 1 (column "c")).', told)
            self.assertNotIn("line 3", told[told.index("Correct the SQL"):])
            self.assertIn("public.f(x)", told)
        for told in refused("id > 'x'", b=mask, c={"action": "template", "sql": "public.f(c)"}):
            self.assertIn("policy.json, line 2, column 1).", told)
            self.assertNotIn("line 3", told[told.index("Correct the SQL"):])

    def test_sql_that_fails_on_a_row_is_told_with_its_rule(self):
        database = self.database("CREATE TABLE a (id int, note text); INSERT INTO a VALUES (1, 'x'), (3, 'y')")
        path = self.folder / "policy.json"
        columns = [{"column": "note", "action": "template", "sql": "CAST(10 / (id - 1) AS text)", "reason": "r"}]
        for rule, place in (({"where": "10 / (id - 3) < 0"}, "line 2"), ({"columns": columns}, "line 3")):
            with self.subTest(rule):
                text = json.dumps({"table": "a", **rule}).replace(' {"column"', '\n {"column"').replace('[{"column"', '[\n{"column"')
                path.write_text('{"version": 1, "tables": [\n' + text + "]}")
                self.refused(1, 'cannot read table "public.a": ', "division by zero", f"policy.json, {place}, column",
                             args=["dump", "-d", self.url(database), "-f", self.folder / "refused", "--policy", path])

    def test_a_rule_for_the_referencing_column_alone(self):
        self.refused(5, "references \"public.customer\" by it", "Give this rule to the column that it references",
                     args=["dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy",
                           self.policy({"table": "visit", "columns": [{"column": "code", "action": "sha256", "reason": "r"}]})])

    def test_every_bad_field_is_named_with_its_place(self):
        path = self.folder / "bad.json"
        path.write_text('{"version": 1,\n "strict": 1,\n "tables": [\n  {"table": "a", "acton": "keep"},\n  {"table": "b", "sample": {"percent": 0}}]}')
        self.refused(2, "line 2, column 12", "line 4, column 18", "line 5, column 40", "field \"acton\" is unknown",
                     args=["dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy", path])

    def test_a_policy_of_a_later_version(self):
        path = self.folder / "later.json"
        path.write_text('{"version": 2, "news": 1}')
        self.refused(2, "policy has version 2, and this program knows version 1 only",
                     args=["dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy", path])


class PersonalData(harness.Case):
    def test_the_built_in_policy_leaves_personal_data_out(self):
        source = self.database("""
            CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL UNIQUE, first_name text NOT NULL, last_name text, phone bigint NOT NULL UNIQUE,
              date_of_birth date NOT NULL, last_sign_in_ip inet, street text NOT NULL DEFAULT '', city text, iban varchar(6) NOT NULL, plan text, email_verified boolean,
              billing_address jsonb NOT NULL);
            INSERT INTO users SELECT i, 'RAW' || i || '@x.example', 'RAW', 'RAW', 49170000 + i, '1980-01-02', '10.1.2.3', 'RAW', 'RAW', 'RAW', 'gold', true, '{"s": "RAW"}'
              FROM generate_series(1, 300) i;
            CREATE TABLE products (id integer PRIMARY KEY, name text);
            INSERT INTO products VALUES (1, 'kept name');""")
        archive = self.dump(source, "safe", "--policy", "no-personal-data", "-Z", "none")
        self.assertNotIn(b"RAW", harness.stored_bytes(archive))
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT count(*), count(DISTINCT email), count(DISTINCT phone), count(*) FILTER (WHERE plan = 'gold') FROM users", copy), "300|300|300|300")
        self.assertEqual(self.server.query("SELECT first_name, last_name, date_of_birth, last_sign_in_ip, street, iban, billing_address, email_verified FROM users LIMIT 1", copy),
                         "removed||1900-01-01|||remove|{}|t")
        self.assertEqual(self.server.query("SELECT name FROM products", copy), "kept name")

    def test_keys_that_are_personal_need_a_rule(self):
        source = self.database("CREATE TABLE users (email text PRIMARY KEY); CREATE TABLE orders (email text REFERENCES users);")
        self.refused(5, "holds personal data (email)", "references it",
                     args=["dump", "-d", self.url(source), "-f", self.folder / "no", "--policy", "no-personal-data"])
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "extends": ["no-personal-data"], "tables": [
            {"table": "users", "columns": [{"column": "email", "action": "sha256", "reason": "r"}]}]}))
        self.server.query("INSERT INTO users VALUES ('a@b'), ('c@d'); INSERT INTO orders VALUES ('a@b'), (NULL);", source)
        copy = self.restore(self.dump(source, "yes", "--policy", path))
        self.assertEqual(self.server.query("SELECT count(*) FROM users JOIN orders USING (email) WHERE length(email) = 64", copy), "1")

    def test_schema_only_leaves_large_objects_out_too(self):
        source = self.database("CREATE TABLE t AS SELECT 1 AS a; SELECT lo_from_bytea(4711, 'RAW-large');")
        archive = self.dump(source, "none", "--policy", "schema-only", "-Z", "none")
        self.assertNotIn(b"RAW-large", harness.stored_bytes(archive))
        copy = self.restore(archive)
        self.assertEqual(self.server.query("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM pg_largeobject_metadata)", copy), "0|0")


if __name__ == "__main__":
    harness.main()
