"""Build, measure, print: the whole bench in one command. Nothing leaves this machine, and it ends by itself.

python -m bench.run --database postgres --sizes 10k 100k 1m
python -m bench.run --database sqlite --sizes 10k 100k
python -m bench.run --table bench/results/*.json         prints the tables again
"""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench.built import HOME, PRODUCTION, ROOT, built, call, open_to_postgres
from bench.cases import POST
from bench.data import leads_of
from bench.postgres import Cluster

# The aims beside the milliseconds of each case (docs/performance.md).
QUERIES, PAGE_BYTES, FRAGMENT_BYTES = 10, 60_000, 30_000


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the pages over HTTP on loopback.")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--sizes", nargs="+", default=["10k", "100k"], help="numbers of leads: 10k 100k 1m")
    parser.add_argument(
        "--requests", type=int, default=60, help="timed requests of a case (at least 40 to be quoted)"
    )
    parser.add_argument("--port", type=int, default=9150, help="this and the next port are used")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--fresh", action="store_true", help="build the data anew")
    parser.add_argument("--build", action="store_true", help="build the data and stop")
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--settings", default=PRODUCTION)
    parser.add_argument("--table", nargs="+", type=Path, help="print the tables of these result files")
    args = parser.parse_args()
    if args.table:
        print(tables([json.loads(file.read_text()) for file in args.table]))
        return
    open_to_postgres(args.home)
    postgres = args.database == "postgres"
    results = []
    with Cluster(args.home / "cluster") if postgres else nullcontext() as cluster:
        for size in args.sizes:
            found = one(args, cluster, size)
            if found is not None:
                results.append(found)
    if results:
        print(tables(results))


def one(args: argparse.Namespace, cluster: Cluster | None, size: str) -> dict[str, Any] | None:
    """Build (or find) one size and measure it."""
    leads = leads_of(size)
    home = args.home / f"{args.database}-{leads}"
    environment = built(home, leads, cluster, f"bench_{leads}", fresh=args.fresh, settings=args.settings)
    if args.build:
        return None
    out = ROOT / "bench" / "results" / f"{args.database}-{leads}.json"
    arguments = ["--label", args.database, "--leads", str(leads), "--port", str(args.port), "--out", str(out)]
    arguments += ["--requests", str(args.requests), "--only", args.only]
    if cluster is not None:
        arguments += ["--postmaster", str(cluster.pid)]
    call("bench.measure", arguments, environment)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def tables(results: list[dict[str, Any]]) -> str:
    """One table in Markdown for each run: milliseconds, processor time, queries, bytes, ratio to the floor."""
    lines: list[str] = []
    for found in results:
        lines += [
            "",
            f"{found['label']}, {found['leads']:,} leads ({found['database']}); floor {found['floor']:.1f} ms, of the "
            f"processor {found['floor_cpu']:.1f}; {found['at']}, load {found['load']:.1f}",
            "",
            "| Who | Case | p50 ms | p95 ms | CPU ms | SQL ms | × floor | Queries | kB page | kB fragment |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        ]
        lines += [_line(row, found["floor"]) for row in found["rows"]]
    return "\n".join([*lines, "", *missed(results)])


def _line(row: dict[str, Any], floor: float) -> str:
    sql = f"{row['sql']:.1f}" if row["sql"] is not None else ""
    fragment = f"{row['fragment'] / 1000:.1f}" if "fragment" in row else ""
    size = f"{row['bytes'] / 1000:.1f}" if row["bytes"] else ""
    return (
        f"| {row['who']} | {row['case']} | {row['p50']:.1f} | {row['p95']:.1f} | {row['cpu']:.1f} | {sql} "
        f"| {row['p50'] / floor:.0f} | {row['queries']} | {size} | {fragment} |"
    )


def missed(results: list[dict[str, Any]]) -> list[str]:
    """A sentence for each aim that was not reached."""
    said = [
        f"{found['label']} {found['leads']:,}: {row['who']}, {row['case']}: {what}"
        for found in results
        for row in found["rows"]
        for what in _missed(row)
    ]
    return [f"Missed: {len(said)}", *said] if said else ["Every aim was reached."]


def _missed(row: dict[str, Any]) -> list[str]:
    found = []
    if row["aim"] and row["p50"] > row["aim"]:
        found.append(f"p50 {row['p50']:.1f} ms, aim {row['aim']}")
    if row["case"] != POST and row["queries"] > QUERIES:
        found.append(f"{row['queries']} queries, aim {QUERIES}")
    whole = "fragment" in row
    if row["bytes"] > (PAGE_BYTES if whole else FRAGMENT_BYTES) or row.get("fragment", 0) > FRAGMENT_BYTES:
        found.append(f"{row['bytes']} bytes, as a fragment {row.get('fragment', row['bytes'])}")
    return found


if __name__ == "__main__":
    main()
