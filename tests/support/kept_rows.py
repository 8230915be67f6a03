"""kept_rows.py SOURCE COPY: says whether the copy holds exactly what fixtures/app/policy.json keeps of the application
database. PG* variables say where the server is. For the demo; exit code 1 when anything differs."""

import os
import sys

import compare
import harness
import servers


def rows(states, kinds):
    return sum(int(state.split("|")[0]) for table, state in states.items() if kinds[table]["kind"] == "r")


def main(source, copy):
    user, password, host, port = (os.environ[name] for name in ("PGUSER", "PGPASSWORD", "PGHOST", "PGPORT"))
    server = servers.Server(f"postgresql://{user}:{password}@{host}:{port}/postgres")
    problems = compare.compare(server, source, copy, harness.KEPT)
    kinds = compare.relations(server, source)
    tables = [table for table, entry in kinds.items() if entry["kind"] == "r"]
    everything, kept = rows(compare.fingerprints(server, source), kinds), rows(compare.fingerprints(server, copy), kinds)
    for problem in problems:
        print(problem)
    print(f"{len(tables)} tables, {everything:,} rows in {source}; the policy keeps {kept:,}. "
          f"{'Every kept row is back, each value the same.' if not problems else f'{len(problems)} things differ.'}")
    print(f"Left out: rows of {len(harness.KEPT.empty)} tables, {len(harness.KEPT.where)} tables filtered, {len(harness.KEPT.columns)} columns replaced. "
          f"The schema is {'the same' if not any(problem.startswith('schema') for problem in problems) else 'not the same'} (pg_dump --schema-only).")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
