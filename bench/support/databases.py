"""The databases that are measured, and the machine."""

import os
import platform
import urllib.parse

import tools
from measure import psql

ROWS = {"orders": 3_000_000, "events": 1_500_000, "skew": 2_500_000, "narrow": 6_000_000, "blobs": 30, "app": 3_900_000, "many": 5_000}
NAME = os.environ.get("BENCH_DATABASE", "bench")


def with_database(url, name):
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(path="/" + name))


def make_database(server, workload, rows):
    """The database of a workload: made once, whatever the number of runs."""
    name = f"{NAME}_{workload}_{rows}"
    url = with_database(server, name)
    if not psql(with_database(server, "postgres"), "-c", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        psql(with_database(server, "postgres"), "-c", f"CREATE DATABASE {name} TEMPLATE template0")
        psql(url, "-v", f"{workload}=1", "-v", f"rows={rows}", "-f", str(tools.ROOT / "bench/workloads.sql"))
    return url


def title(server):
    version = psql(with_database(server, "postgres"), "-c", "SHOW server_version").split()[0]
    return f"{platform.machine()}, {os.cpu_count()} cores; server {version}; {tools.run_own('version').splitlines()[0]}"
