"""Runs a command and says what it cost."""

import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")


def psql(url, *arguments):
    return subprocess.run(["psql", "-XqAt", "-d", url, *arguments], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.strip()


def size_of(path):
    path = pathlib.Path(path)
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.rglob("*") if f.is_file())


def cpu_of(pid, children=False):
    """CPU time of a process, or of those that it has waited for, in seconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14]) if children else int(fields[11]) + int(fields[12])) / TICK


class Server:
    """CPU time of the server's backends: what its postmaster has waited for. Nothing where that cannot be seen (another
    machine, no superuser)."""

    def __init__(self, url):
        try:
            self.pid = int(psql(url, "-c", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))
            self.cpu()
        except (subprocess.CalledProcessError, OSError, ValueError):
            self.pid = None

    def cpu(self):
        if self.pid is None:
            return 0.0
        return cpu_of(self.pid, children=True)


class Cost:
    """One run: wall, client and server CPU in seconds, peak memory of the largest client process in MB."""

    def __init__(self, command, server):
        before, start = server.cpu(), time.monotonic()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - start
            if process.returncode != 0:
                said.seek(0)
                sys.exit(f"{shlex.join(command)}\nfailed: {said.read().decode(errors='replace')}")
        self.client = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        time.sleep(0.05)  # the postmaster counts backends when it has buried them
        self.server = server.cpu() - before


def summary(costs, size=0):
    middle = lambda of: statistics.median(of(cost) for cost in costs)
    return {"seconds": middle(lambda c: c.wall), "client_cpu": middle(lambda c: c.client), "server_cpu": middle(lambda c: c.server),
            "memory_mb": max(c.memory for c in costs), "bytes": size}
