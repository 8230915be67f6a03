"""What somebody does who has an archive and no pgcoffer."""

import re
import subprocess

import harness


class Case(harness.Case):
    def follow(self, folder, database, opening, server=None, **environment):
        """Runs the indented lines of RESTORE.txt in the folder; of the ways to open the key, the one named."""
        lines = [line[4:] for line in (folder / "RESTORE.txt").read_text().split("\n") if line.startswith("    ")]
        ways = [line for line in lines if line.startswith("KEY=$(")]
        chosen = [line for line in lines if line not in ways or opening and opening in line]
        self.assertEqual(len([line for line in chosen if line in ways]), 1 if opening else 0, ways)
        script = "\n".join(chosen) + "\n"
        self.assertNotIn("pgcoffer", re.sub(r"#.*", "", script))
        done = subprocess.run(["sh", "-e", "-u"], input=script, text=True, cwd=folder, capture_output=True,
                              env=(server or self.server).environment(PGDATABASE=database, **environment))
        complaints = [line for line in done.stderr.split("\n") if line and "NOTICE:" not in line]
        self.assertEqual((done.returncode, complaints), (0, []), script + done.stdout)

    def unpacked(self, archive):
        if archive.is_dir():
            return archive
        folder = self.folder / (archive.name + ".unpacked")
        folder.mkdir()
        subprocess.run(["unzip", "-q", archive, "-d", folder], check=True)
        return folder
