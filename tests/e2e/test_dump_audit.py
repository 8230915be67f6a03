"""`pgcoffer dump --audit`: one pass finds what `pgcoffer audit` finds in the archive, and a finding leaves no archive."""

import html.parser
import json
import shutil
import unittest

import harness
from test_audit import PERSONAL, SCHEMA, SECRETS, differs, planted


class Page(html.parser.HTMLParser):
    """Opened elements are closed, in the right order; what refers to other files is listed."""

    def __init__(self):
        super().__init__()
        self.open, self.elsewhere, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "link", "img"):
            self.open.append(tag)
        self.elsewhere += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class DumpAudit(harness.Case):
    def refused_dump(self, database, *options, name="archive"):
        path = self.folder / name
        report = self.folder / "report.json"
        result = harness.run("dump", "-d", self.url(database), "-f", path, "--audit", "--audit-report", report, *options)
        self.assertEqual(result.code, 5, result)
        self.assertFalse(path.exists())
        self.assertEqual(sorted(file.name for file in self.folder.iterdir()), ["report.json"])
        return result, json.loads(report.read_text())

    def same(self, written, read):
        """But for what the dump cannot know of the audit afterwards."""
        for report in (written, read):
            del report["audited"]
        self.assertEqual(written, read)

    def test_the_report_is_that_of_the_archive(self):
        policy = harness.APP_POLICY
        for name, options in {"a": (), "d": ("--rows", "binary"), "b.zip": ("--rows", "json"), "c": ("--rows", "csv", "--part-size", "64kB", "-j", "4")}.items():
            with self.subTest(name):
                archive = self.dump(self.app(), name, "--policy", policy, "--audit", *options)
                written = json.loads((self.folder / f"{name}.audit.json").read_text())
                self.assertEqual(list(differs(written, SCHEMA)), [])
                self.assertTrue(written["passed"] and written["archive"]["written"])
                read = self.ok("audit", archive, "--json").json
                self.assertGreater(read["read"]["values"], 50000)
                self.assertGreater(len(read["digests"]["parts"]), 20)
                self.same(written, read)

    def test_a_finding_leaves_no_archive(self):
        database = self.database(planted(SECRETS) + "SELECT lo_from_bytea(4711, 'see " + SECRETS["github-token"] + "')")
        self.dump(database, "all")
        read = harness.run("audit", self.folder / "all", "--json").json
        shutil.rmtree(self.folder / "all")
        for options in ((), ("--rows", "json", "-j", "2"), ("--rows", "binary")):
            result, written = self.refused_dump(database, *options)
            self.assertIn("public.t_bcrypt.c1", result.err)
            self.assertIn("no archive", result.err.lower())
            self.assertFalse(written["passed"] or written["archive"]["written"])
            kinds = lambda report: sorted((one["object"], one["kind"]) for one in report["findings"])
            self.assertEqual(kinds(written), kinds(read))
            for value in SECRETS.values():
                self.assertNotIn(value.split("\n")[0][-16:], result.err + json.dumps(written))
        self.refused_dump(database, name="archive.zip")

    def test_an_archive_that_was_there_stays(self):
        database = self.database(planted({"jwt": SECRETS["jwt"]}))
        self.dump(database, "archive", "-s")
        result = harness.run("dump", "-d", self.url(database), "-f", self.folder / "archive", "--force", "--audit")
        self.assertEqual(result.code, 5)
        self.assertEqual(self.ok("inspect", self.folder / "archive", "--json").json["rows"], 0)

    def test_what_is_accepted_and_what_is_personal(self):
        database = self.database(planted({"jwt": SECRETS["jwt"]}) + planted({"email": PERSONAL["email"]}))
        result = self.ok("dump", "-d", self.url(database), "-f", self.folder / "a", "--audit", "--audit-accept", "public.t_jwt.c1:jwt",
                         "--audit-accept", "public.none.c1")
        self.assertIn("public.none.c1", result.err)
        report = json.loads((self.folder / "a.audit.json").read_text())
        self.assertEqual([one["object"] for one in report["accepted"]], ["public.t_jwt.c1"])
        self.assertEqual([one["kind"] for one in report["notes"]], ["email"])
        self.refused(5, "public.t_email.c1", args=["dump", "-d", self.url(database), "-f", self.folder / "b", "--audit",
                                                   "--audit-accept", "public.t_jwt.c1", "--audit-personal-data"])

    def test_pages_for_people(self):
        database = self.database('CREATE TABLE "<script>alert(1)</script>" (id int, c1 text); '
                                 'INSERT INTO "<script>alert(1)</script>" VALUES (1, \'' + SECRETS["aws-key"] + "')")
        pages = self.folder / "a.html", self.folder / "a.md"
        args = ["dump", "-d", self.url(database), "-f", self.folder / "a", "--audit"]
        for page in pages:
            args += ["--audit-report", page]
        self.refused(5, "a.html", args=args)
        page = Page()
        page.feed(pages[0].read_text())
        self.assertEqual((page.open, page.elsewhere), ([], []))
        self.assertIn("Failed", page.text)
        self.assertIn("<script>alert(1)</script>", page.text)
        self.assertNotIn("<script>", pages[0].read_text())
        self.assertIn("not written", pages[1].read_text())

    def test_what_cannot_be_taken_back_is_not_audited(self):
        url = self.url(self.database(""))
        self.refused(2, "--audit", args=["dump", "-d", url, "-f", "-", "--audit"])
        self.refused(2, "--audit", args=["dump", "--globals", "-d", url, "-f", self.folder / "g", "--audit"])
        self.refused(2, "within", args=["dump", "-d", url, "-f", self.folder / "a", "--audit", "--audit-report", self.folder / "a" / "r.json"])
        self.refused(2, "report.txt", args=["dump", "-d", url, "-f", self.folder / "a", "--audit", "--audit-report", self.folder / "report.txt"])

    def test_elements_are_looked_at_one_by_one(self):
        database = self.database(
            """CREATE EXTENSION hstore;
            CREATE TABLE a (id int, phones text[], doc jsonb, pairs hstore);
            INSERT INTO a VALUES (1, ARRAY['x, y', '+49 911 1234567'], '{"a": [{"b": "192.0.2.7"}]}', 'k=>"v, w", password=>hunter2hunter');"""
        )
        self.dump(database, "archive")
        report = harness.run("audit", self.folder / "archive", "--json").json
        self.assertEqual({(one["object"], one["kind"]) for one in report["findings"]}, {("public.a.pairs", "json-secret")})
        self.assertEqual({(one["object"], one["kind"]) for one in report["notes"] if not one["kind"].startswith("named")},
                         {("public.a.phones", "phone"), ("public.a.doc", "ip")})


if __name__ == "__main__":
    harness.main()
