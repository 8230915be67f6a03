"""Pseudonyms: the same value becomes the same everywhere, keys stay keys, and neither values nor the key are anywhere."""

import json

import harness

KEY = "aa" * 32
TABLES = """
CREATE TABLE person (id integer PRIMARY KEY, mail varchar(60) UNIQUE NOT NULL, token uuid UNIQUE, phone text, name text, boss integer REFERENCES person);
CREATE TABLE letter (id bigint PRIMARY KEY, sender integer NOT NULL REFERENCES person ON UPDATE CASCADE, mail varchar(60) REFERENCES person (mail), body text);
CREATE TABLE stamp (letter bigint REFERENCES letter, person integer REFERENCES person, PRIMARY KEY (letter, person));
INSERT INTO person SELECT i, 'RAW' || i || '@corp.example', md5(i::text)::uuid, '+49 170 55500' || i, 'RAW-Ann', nullif(i / 2, 0) FROM generate_series(1, 500) i;
INSERT INTO letter SELECT i, 1 + i % 500, CASE WHEN i % 3 > 0 THEN 'RAW' || (1 + i % 500) || '@corp.example' END, 'body' FROM generate_series(1, 2000) i;
INSERT INTO stamp SELECT i, 1 + (i * 7) % 500 FROM generate_series(1, 2000) i;
"""
RULES = [{"table": "person", "columns": [
    {"column": "id", "action": "pseudonym", "reason": "r"},
    {"column": "mail", "action": "pseudonym", "format": "email", "reason": "r"},
    {"column": "token", "action": "pseudonym", "reason": "r"},
    {"column": "phone", "action": "pseudonym", "format": "phone", "reason": "r"},
    {"column": "name", "action": "pseudonym", "format": "name", "reason": "r"}]}]
JOINED = """SELECT count(*), count(DISTINCT p.id), sum(s.letter) FROM person p JOIN letter l ON l.sender = p.id AND (l.mail IS NULL OR l.mail = p.mail)
            JOIN stamp s ON s.letter = l.id JOIN person q ON q.id = s.person LEFT JOIN person b ON b.id = p.boss"""


class Pseudonyms(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.server.new_database()
        cls._databases.append(cls.source)
        cls.server.psql(cls.source, script=TABLES)

    def policy(self, *tables, **more):
        path = self.folder / "policy.json"
        path.write_text(json.dumps({"version": 1, "tables": list(tables or RULES), **more}))
        return path

    def made(self, name, *options, key=KEY, policy=None):
        return self.dump(self.source, name, "--policy", policy or self.policy(), *options, env={"PGCOFFER_PSEUDONYM_KEY": key})

    def test_keys_stay_keys_and_no_value_is_in_the_archive(self):
        expected = self.server.query(JOINED, self.source)
        for rows in ("sql", "json"):
            archive = self.made(rows, "--rows", rows, "-Z", "none", "-j", "2")
            stored = harness.stored_bytes(archive)
            for raw in (b"RAW", b"55500", KEY.encode(), bytes.fromhex(KEY)):
                self.assertNotIn(raw, stored)
            copy = self.restore(archive)
            self.assertEqual(self.server.query(JOINED, copy), expected)
            self.assertEqual(self.server.query("SELECT count(DISTINCT id), count(DISTINCT mail), count(DISTINCT token), count(DISTINCT phone), count(boss) FROM person", copy), "500|500|500|500|499")
            self.assertEqual(self.server.query("SELECT count(*) FROM person WHERE id > 0 AND mail ~ '^[a-z2-7]{16}@example.com$' AND phone ~ '^\\+49 [0-9]{3} [0-9]{6,}$' AND name ~ '^[A-Z][a-z]+ [A-Z][a-z]+$'", copy), "500")

    def test_the_key_decides_and_its_id_stands_in_the_manifest(self):
        sql = "SELECT md5(string_agg(id || mail || token || phone || name, ',' ORDER BY id)) FROM person"
        archives = [self.made("a"), self.made("b.zip"), self.made("c", key="bb" * 32)]
        results = [self.server.query(sql, self.restore(archive)) for archive in archives]
        self.assertEqual(results[0], results[1])
        self.assertNotEqual(results[0], results[2])
        ids = [harness.manifest(archive)["pseudonym_key"] for archive in archives]
        self.assertEqual((ids[0] == ids[1], ids[0] == ids[2], len(ids[0])), (True, False, 16))
        self.assertIn(f"made with key {ids[0]}", self.ok("inspect", archives[0]).out)

    def test_a_key_file_and_a_plain_script(self):
        file = self.folder / "key"
        file.write_text(KEY + "\n")
        file.chmod(0o600)
        script = self.ok("dump", "-d", self.url(self.source), "-f", "-", "--policy", self.policy(), "--pseudonym-key-file", file).raw
        self.assertNotIn(b"RAW", script)
        self.assertIn(b"@example.com", script)

    def test_without_a_key(self):
        self.refused(2, "no key", "PGCOFFER_PSEUDONYM_KEY", args=["dump", "-d", self.url(self.source), "-f", self.folder / "no", "--policy", self.policy()])
        for key in ("123", "zz" * 32):
            error = self.refused(2, "PGCOFFER_PSEUDONYM_KEY", env={"PGCOFFER_PSEUDONYM_KEY": key},
                                 args=["dump", "-d", self.url(self.source), "-f", self.folder / "no", "--policy", self.policy()])
            self.assertNotIn(key, error.err)

    def refuse(self, *parts, table, code=5, **rule):
        self.refused(code, *parts, env={"PGCOFFER_PSEUDONYM_KEY": KEY}, args=[
            "dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy",
            self.policy({"table": table, "columns": [{"action": "pseudonym", "reason": "r", **rule}]})])

    def test_what_is_refused(self):
        self.refuse("different values may become one", table="person", column="mail", format="name")
        self.refuse("numbers up to 2147483647", table="person", column="id", min=1, max=3000000000)
        self.refuse("Give this rule to the column that it references", table="letter", column="sender")
        self.refuse("action pseudonym is for", table="person", column="token", format="email")
        self.refuse("outside of the range", table="letter", column="id", min=1, max=100, code=1)

    def test_domains_with_constraints_are_warned_of(self):
        """Those who replace values on the server see it fail at the dump; pseudonyms are seen by the restore only."""
        database = self.database("CREATE DOMAIN short AS text CHECK (length(value) < 15); CREATE TABLE a (id int, b short, c short); INSERT INTO a VALUES (1, 'x', 'y')")
        rule = {"table": "a", "columns": [{"column": "b", "action": "pseudonym", "reason": "r"}, {"column": "c", "action": "mask", "reason": "r"}]}
        options = {"env": {"PGCOFFER_PSEUDONYM_KEY": KEY}}
        path = self.folder / "archive"
        told = self.ok("dump", "-d", self.url(database), "-f", path, "--policy", self.policy(rule), "--progress", "plain", **options).err
        self.assertIn('column "public.a.b" is changed by "pseudonym", and its domain public.short has a CHECK constraint; the restore fails', told)
        self.assertIn('column "public.a.c" is changed by "mask", and its domain public.short has a CHECK constraint; the dump fails', told)
        self.refused(1, "short_check", args=["restore", path, "-d", self.url(self.database())])

    def test_another_rule_for_what_follows(self):
        rules = [*RULES, {"table": "letter", "columns": [{"column": "sender", "action": "keep"}]}]
        self.refused(5, "whose key is changed otherwise", env={"PGCOFFER_PSEUDONYM_KEY": KEY},
                     args=["dump", "-d", self.url(self.source), "-f", self.folder / "refused", "--policy", self.policy(*rules)])

    def test_blanks_at_the_end_do_not_count_for_what_references_a_key_that_ignores_them(self):
        source = self.database("""
            CREATE TABLE p1 (c char(20) PRIMARY KEY);
            CREATE TABLE k1 (id integer PRIMARY KEY, c varchar(30) REFERENCES p1);
            INSERT INTO p1 VALUES ('ab'), ('cd ');
            INSERT INTO k1 VALUES (1, 'ab'), (2, 'ab  '), (3, 'cd'), (4, NULL);""")
        joined = "SELECT k.id, q.id FROM k1 k JOIN k1 q ON k.c::bpchar = q.c::bpchar JOIN p1 p ON p.c = k.c ORDER BY 1, 2"
        both = [{"table": table, "columns": [{"column": "c", "action": "pseudonym", "reason": "r"}]} for table in ("p1", "k1")]
        for number, rules in enumerate((both[:1], both)):
            policy = self.policy(*rules)
            archive = self.dump(source, f"blanks{number}", "--policy", policy, env={"PGCOFFER_PSEUDONYM_KEY": KEY})
            copy = self.restore(archive)
            self.assertEqual(self.server.query(joined, copy), self.server.query(joined, source))
            self.assertEqual(self.server.query("SELECT count(*) FROM k1 WHERE c LIKE 'ab%' OR c LIKE 'cd%'", copy), "0")

    def test_a_small_range_keeps_every_key_apart(self):
        policy = self.policy({"table": "person", "columns": [{"column": "id", "action": "pseudonym", "min": 1, "max": 500, "reason": "r"}]})
        copy = self.restore(self.made("small", policy=policy))
        self.assertEqual(self.server.query("SELECT count(DISTINCT id), min(id), max(id), (SELECT count(*) FROM letter JOIN person ON sender = person.id) FROM person", copy), "500|1|500|2000")


if __name__ == "__main__":
    harness.main()
