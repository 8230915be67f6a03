"""What is wrong before a row is read: targets that exist, patterns that match nothing, missing permissions, no server."""

import subprocess

import harness


class Refusals(harness.Case):
    def never(self):
        return self.folder / "never"

    def test_a_target_that_exists(self):
        for name, make in (("file.zip", lambda path: path.write_text("precious")), ("folder", lambda path: (path.mkdir(), (path / "precious").write_text("x")))):
            with self.subTest(name=name):
                path = self.folder / name
                make(path)
                result = self.refused(1, str(path), "exists", args=["dump", "-d", self.url(self.app()), "-f", path])
                self.assertIn("--force", result.err)
        self.assertEqual((self.folder / "file.zip").read_text(), "precious")

    def test_force_replaces_only_by_a_whole_archive(self):
        for name in ("old.zip", "old"):
            with self.subTest(name=name):
                path = self.dump(self.app(), name)
                before = harness.members(path)
                failing = self.folder / f"{name}.policy.json"
                failing.write_text('{"version": 1, "tables": [{"table": "shop.orders", "where": "1/(id - 5) <> 7", "reason": "fails"}]}')
                result = harness.run("dump", "-d", self.url(self.app()), "-f", path, "--force", "--policy", failing)
                self.assertNotEqual(result.code, 0, result)
                self.assertEqual(harness.members(path), before)
                self.dump(self.app(), name, "--force", "--schema-only")
                self.assertFalse(any(name.startswith("data/") for name in harness.members(path)))
                self.assertEqual([entry.name for entry in self.folder.iterdir() if entry.name.startswith(name + ".p")], [failing.name])

    def test_force_does_not_replace_what_is_no_archive(self):
        folder = self.folder / "home"
        folder.mkdir()
        (folder / "precious").write_text("x")
        result = harness.run("dump", "-d", self.url(self.app()), "-f", folder, "--force")
        self.assertNotEqual(result.code, 0, result)
        self.assertEqual((folder / "precious").read_text(), "x")

    def test_a_folder_that_does_not_exist(self):
        result = harness.run("dump", "-d", self.url(self.app()), "-f", self.folder / "no" / "such" / "folder.zip")
        self.assertIn(result.code, (1, 2), result)
        self.assertIn("no/such", result.err)

    def test_patterns_that_match_nothing(self):
        for options in (["-t", "auth.nothing"], ["-n", "nowhere"], ["-t", "auth.users", "-t", "auth.nothing"]):
            with self.subTest(options=options):
                self.refused(2, options[-1], args=["dump", "-d", self.url(self.app()), "-f", self.never(), *options])
                self.assert_nothing_left(self.never())

    def test_what_is_to_be_left_out_need_not_be_there(self):
        options = ["-T", "auth.nothing", "-N", "nowhere", "--exclude-table-data", "audit.nothing*", "-T", "auth.users"]
        result = self.ok("dump", "-d", self.url(self.app()), "-f", self.folder / "all", "-s", *options)
        for pattern, what in (("auth.nothing", "table"), ("nowhere", "schema"), ("audit.nothing*", "table")):
            self.assertIn(f'warning: pattern "{pattern}" matches no {what}', result.err)
        self.assertNotIn('"auth.users"', result.err)
        self.assertTrue(any('"nowhere"' in text for text in harness.manifest(self.folder / "all")["warnings"]))

    def test_a_table_that_may_not_be_read(self):
        role, password = self.role(self.app())
        self.server.query(f"GRANT USAGE ON SCHEMA auth, shop, team, qa TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO {role};"
                          f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO {role};"
                          f"REVOKE SELECT ON shop.refunds FROM {role};", self.app())
        url = self.url(self.app(), user=role, password=password)
        result = self.refused(3, "refunds", "SELECT", args=["dump", "-d", url, "-f", self.never(), "-n", "shop"])
        self.assertIn(role, result.err)
        self.assertIn("pgcoffer: hint: ", result.err)
        self.assert_nothing_left(self.never())
        self.ok("dump", "-d", url, "-f", self.folder / "rest", "-n", "shop", "-T", "shop.refunds")

    def test_all_that_may_not_be_read_is_told_at_once(self):
        source = self.database()
        role, password = self.role(source)
        self.server.query("CREATE SCHEMA shut; CREATE TABLE shut.a (i int); CREATE TABLE public.b (i int); CREATE TABLE public.c (i int);"
                          "ALTER TABLE public.c ENABLE ROW LEVEL SECURITY; CREATE SEQUENCE public.q;"
                          f"GRANT SELECT ON public.c TO {role};", source)
        dump = ["dump", "-d", self.url(source, user=role, password=password), "-f", self.never(), "--no-sync"]
        self.refused(3, 'schema "shut"', '2 tables', '"public"."b", "shut"."a"', 'sequence "public"."q"', 'table "public"."c": its row-level security',
                     args=dump)
        self.server.query(f"GRANT USAGE ON SCHEMA shut TO {role}; GRANT SELECT ON shut.a, public.b, public.q TO {role};"
                          "ALTER TABLE public.c DISABLE ROW LEVEL SECURITY", source)
        self.assertEqual(harness.run(*dump).code, 0)

    def test_no_server(self):
        for url, part in (("postgresql://nobody@127.0.0.1:1/x", "127.0.0.1"),
                          (self.url("no_such_database"), "no_such_database"),
                          (self.url(self.app(), user="no_such_role", password="secret-word"), "no_such_role")):
            with self.subTest(part=part):
                result = self.refused(3, part, args=["dump", "-d", url, "-f", self.never()])
                self.assertNotIn("secret-word", result.err)
                self.assertNotIn(self.server.password, result.err)
                self.assert_nothing_left(self.never())

    def test_wrong_usage(self):
        url = self.url(self.app())
        for args in ([], ["dmup"], ["dump", "--no-such-option"], ["dump", "-d", url], ["dump", "-d", url, "-f", self.never(), "--rows", "xml"],
                     ["dump", "-d", url, "-f", self.never(), "-j", "0x"], ["dump", "-d", url, "-f", self.never(), "-Z", "zstd:99"],
                     ["dump", "-d", url, "-f", self.never(), "-Z", "lzma"], ["dump", "-d", url, "-f", self.never(), "--format", "tar"],
                     ["dump", "-d", url, "-f", self.never(), "--part-size", "many"], ["dump", "-d", url, "-f", self.never(), "-a", "-s"],
                     ["restore"], ["verify"], ["cat", self.never()], ["key", "melt"]):
            with self.subTest(args=args):
                result = harness.run(*args)
                self.assertEqual(result.code, 2, result)
                self.assertRegex(result.err, r"(?m)^pgcoffer: error: \S.*\npgcoffer: hint: \S")
                self.assert_nothing_left(self.never())

    def test_a_lock_that_somebody_holds(self):
        source = self.own_app()
        holder = self.holder(source, "LOCK TABLE qa.runs IN ACCESS EXCLUSIVE MODE;")
        try:
            self.refused(1, "cannot lock table qa.runs within 300 ms", "--lock-wait-timeout", args=["dump", "-d", self.url(source), "-f", self.never(), "--lock-wait-timeout", "300ms"])
        finally:
            holder.kill()
            holder.communicate()
        self.assert_nothing_left(self.never())

    def holder(self, database, sql):
        """A psql that runs the statements in a transaction and keeps it open."""
        process = subprocess.Popen(["psql", "-XAtq", "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=self.server.environment())
        process.stdin.write(f"BEGIN; {sql} SELECT 'held';\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "held\n")
        return process


if __name__ == "__main__":
    harness.main()
