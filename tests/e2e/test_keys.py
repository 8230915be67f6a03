"""Keys: 64 hex digits, files, passphrases, certificates; wrong ones, none, and rewrapping."""

import os
import pty
import select
import subprocess
import time

import harness
import servers


class Keys(harness.Case):
    def file(self, name, content):
        path = self.folder / name
        path.write_text(content)
        path.chmod(0o600)
        return path

    def certificate(self, name, kind):
        key, cert = self.folder / f"{name}.key", self.folder / f"{name}.crt"
        new = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        subprocess.run(["openssl", "req", "-x509", *new, "-nodes", "-subj", f"/CN={name}", "-days", "2", "-keyout", key, "-out", cert],
                       check=True, capture_output=True)
        return key, cert

    def opens(self, archive, *options, key=None):
        """verify succeeds and so does a restore of one table."""
        self.ok("verify", archive, *options, key=key)
        shown = self.ok("cat", archive, "auth.users", *options, key=key)
        self.assertIn(b"user7@example.org", shown.raw)

    def stays_shut(self, archive, *options, key=None, parts=()):
        for command in (["verify", archive], ["inspect", archive], ["cat", archive, "auth.users"],
                        ["restore", archive, "-d", self.url(self._empty)]):
            result = self.refused(harness.EXIT_WRONG_KEY, *parts, args=[*command, *options], key=key)
            self.assertIn("pgcoffer: hint: ", result.err)
            self.assertNotIn(harness.KEY, result.err)
            self.assertNotIn(harness.OTHER_KEY, result.err)
            self.assertEqual(result.raw, b"")

    def setUp(self):
        super().setUp()
        self._empty = self.database()

    def test_generate(self):
        first, second = self.ok("key", "generate").out, self.ok("key", "generate").out
        for key in (first, second):
            self.assertRegex(key, r"\A[0-9a-f]{64}\n\Z")
        self.assertNotEqual(first, second)

    def test_the_key_from_the_environment(self):
        archive = self.dump(self.app(), "env", "--encrypt", key=harness.KEY)
        self.opens(archive, key=harness.KEY)
        self.opens(archive, key=harness.KEY.upper())
        self.stays_shut(archive)
        self.stays_shut(archive, key=harness.OTHER_KEY)

    def test_a_key_file(self):
        archive = self.dump(self.app(), "file.zip", "--encrypt", "--key-file", self.file("key", harness.KEY + "\n"))
        self.opens(archive, "--key-file", self.folder / "key")
        self.opens(archive, key=harness.KEY)
        self.stays_shut(archive, "--key-file", self.file("other", harness.OTHER_KEY))

    def test_a_passphrase_file(self):
        archive = self.dump(self.app(), "phrase", "--encrypt", "--passphrase-file", self.file("phrase.txt", "correct horse ü\n"))
        self.opens(archive, "--passphrase-file", self.folder / "phrase.txt")
        self.stays_shut(archive, "--passphrase-file", self.file("wrong.txt", "correct horse u\n"))
        self.stays_shut(archive)

    def test_certificates(self):
        (rsa_key, rsa), (ec_key, ec) = self.certificate("rsa", "rsa"), self.certificate("ec", "ec")
        stranger, _ = self.certificate("stranger", "rsa")
        archive = self.dump(self.app(), "certs", "--encrypt-to", rsa, "--encrypt-to", ec)
        self.opens(archive, "--identity", rsa_key)
        self.opens(archive, "--identity", ec_key)
        self.stays_shut(archive, "--identity", stranger)
        self.stays_shut(archive, key=harness.KEY)

    def test_several_recipients_at_once(self):
        key, cert = self.certificate("one", "rsa")
        archive = self.dump(self.app(), "both", "--key-file", self.file("key", harness.KEY), "--encrypt-to", cert)
        self.opens(archive, key=harness.KEY)
        self.opens(archive, "--identity", key)

    def test_keys_that_are_none(self):
        for text in ("", "abc", "g" * 64, harness.KEY + "00"):
            with self.subTest(text=text):
                archive = self.folder / "never"
                result = self.refused(2, args=["dump", "-d", self.url(self.app()), "-f", archive, "--encrypt"],
                                      env={"BACKUP_ENCRYPTION_KEY": text})
                self.assertIn("BACKUP_ENCRYPTION_KEY", result.err)
                if text:
                    self.assertNotIn(text, result.err)
                self.assert_nothing_left(archive)
        self.refused(2, "BACKUP_ENCRYPTION_KEY", args=["dump", "-d", self.url(self.app()), "-f", self.folder / "no", "--encrypt"])
        missing = harness.run("dump", "-d", self.url(self.app()), "-f", self.folder / "no", "--key-file", self.folder / "no-such-file")
        self.assertIn(missing.code, (1, 2), missing)
        self.assertIn("no-such-file", missing.err)
        self.refused(2, "junk.pem", args=["dump", "-d", self.url(self.app()), "-f", self.folder / "no", "--encrypt-to",
                                          self.file("junk.pem", "no certificate")])

    def test_without_encrypt_nothing_is_sealed(self):
        archive = self.dump(self.app(), "open", key=harness.KEY)
        self.assertFalse(harness.manifest(archive)["encrypted"])

    def test_rewrap_changes_the_keys_and_no_part(self):
        for name in ("re", "re.zip"):
            with self.subTest(name=name):
                archive = self.dump(self.app(), name, "--encrypt", key=harness.KEY)
                before = harness.members(archive)
                key, cert = self.certificate("next", "ec")
                self.ok("key", "rewrap", archive, "--new-encrypt-to", cert, key=harness.KEY)
                after = harness.members(archive)
                self.assertEqual({name for name in before | after if before.get(name) != after.get(name)}, {"keys.cms", "manifest.sha256"})
                self.opens(archive, "--identity", key)
                self.stays_shut(archive, key=harness.KEY)

    def test_rewrap_with_the_wrong_key_changes_nothing(self):
        archive = self.dump(self.app(), "same", "--encrypt", key=harness.KEY)
        before = harness.members(archive)
        _, cert = self.certificate("next", "ec")
        self.refused(harness.EXIT_WRONG_KEY, args=["key", "rewrap", archive, "--new-encrypt-to", cert], key=harness.OTHER_KEY)
        self.assertEqual(harness.members(archive), before)

    def test_the_passphrase_is_asked_twice_at_a_terminal(self):
        archive = self.folder / "asked"
        # The second answer is a typo: both questions come again.
        answers = ["one two three", "one two tree", "one two three", "one two three"]
        code, seen = at_a_terminal(["dump", "-d", self.url(self.app()), "-f", archive, "--encrypt"], answers)
        self.assertEqual(code, 0, seen)
        self.assertNotIn(b"one two", seen)
        self.opens(archive, "--passphrase-file", self.file("phrase", "one two three\n"))
        code, seen = at_a_terminal(["verify", archive], ["one two three"])
        self.assertEqual(code, 0, seen)
        code, seen = at_a_terminal(["verify", archive], ["something else"])
        self.assertEqual(code, harness.EXIT_WRONG_KEY, seen)


def at_a_terminal(args, answers):
    """Runs pgcoffer with a terminal as its input and output; gives an answer whenever a line ends with a colon.
    Returns exit code and what was seen."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.clear()
        os.environ.update(servers.plain_environment(TERM="dumb"))
        os.execv(harness.PGCOFFER, [harness.PGCOFFER, *harness.arguments(args)])
    seen, asked, end, answers = b"", b"", time.monotonic() + 60, list(answers)
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            block = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        seen, asked = seen + block, asked + block
        if answers and asked.endswith(b": "):
            asked = b""
            os.write(terminal, answers.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), seen


if __name__ == "__main__":
    harness.main()
