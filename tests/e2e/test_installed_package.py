"""`cmake --install` gives a program, and a library that another project finds, links and uses; CPack makes a .deb."""

import pathlib
import subprocess
import unittest

import harness
import servers

BUILD = pathlib.Path(harness.PGCOFFER).parent


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")
    return done.stdout


class InstalledPackage(harness.Case):
    def setUp(self):
        super().setUp()
        if not (BUILD / "CMakeCache.txt").exists():
            raise unittest.SkipTest("the program is not in its build folder")
        self.prefix = self.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", self.prefix)

    def test_another_project_builds_against_it(self):
        sanitizer = next((line.split("=", 1)[1] for line in (BUILD / "CMakeCache.txt").read_text().splitlines()
                          if line.startswith("PGCOFFER_SANITIZE:")), "")
        flags = f"-fsanitize={sanitizer}" if sanitizer else ""
        run("cmake", "-G", "Ninja", "-S", servers.ROOT / "tests" / "installed", "-B", self.folder / "build",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_FLAGS={flags}")
        run("cmake", "--build", self.folder / "build")
        database = self.database("CREATE TABLE t AS SELECT generate_series(1, 1234) AS i;")
        out = run(self.folder / "build" / "uses_pgcoffer", self.url(database), self.folder / "archive")
        version, rows, lines, findings = out.split()
        self.assertEqual((rows, lines, findings), ("1234", "1234", "0"))
        self.assertEqual(version, run(self.prefix / "bin" / "pgcoffer", "--version").split()[1])

    def test_it_brings_documentation(self):
        self.assertIn(".SH NAME", (self.prefix / "share/man/man1/pgcoffer.1").read_text())
        words = run("bash", "-c", f"source {self.prefix}/share/bash-completion/completions/pgcoffer; COMP_WORDS=(pgcoffer re); COMP_CWORD=1; "
                                  "_pgcoffer; echo ${COMPREPLY[*]}")
        self.assertEqual(words.split(), ["restore"])
        self.assertTrue((self.prefix / "share/pgcoffer/schema/FORMAT.md").exists())

    def test_a_debian_package(self):
        run("cpack", "-B", self.folder / "deb", cwd=BUILD)
        package, = (self.folder / "deb").glob("*.deb")
        files = run("dpkg-deb", "--contents", package)
        self.assertIn("./usr/bin/pgcoffer", files)
        self.assertRegex(run("dpkg-deb", "--field", package, "Depends"), "libpqxx|libpq5")


if __name__ == "__main__":
    unittest.main()
