"""Build, measure, print: the whole bench in one command. Nothing leaves this machine, and it ends by itself.

python -m bench.run --database postgres --sizes 10k 100k 1m
python -m bench.run --database sqlite --sizes 10k 100k
python -m bench.run --table bench/results/*.json         prints the tables again
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench import web
from bench.cases import POST
from bench.data import leads_of, reusable
from bench.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
BUILD_SECONDS, MEASURE_SECONDS = 1800, 1800

# The aims beside the milliseconds of each case (docs/performance.md).
QUERIES, PAGE_BYTES, FRAGMENT_BYTES, GROWTH, LIKE = 10, 60_000, 30_000, 1.5, 1.2


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
    parser.add_argument(
        "--home", type=Path, default=Path(tempfile.gettempdir()) / f"driveline-bench-{os.getuid()}"
    )
    parser.add_argument("--settings", default="driveline.config.settings.prod")
    parser.add_argument("--table", nargs="+", type=Path, help="print the tables of these result files")
    args = parser.parse_args()
    if args.table:
        print(tables([json.loads(file.read_text()) for file in args.table]))
        return
    args.home.mkdir(parents=True, exist_ok=True)
    args.home.chmod(0o755)  # PostgreSQL's own user has to reach its folder inside
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
    fresh = args.fresh or not reusable(home, leads)
    name = f"bench_{leads}"
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
    if cluster is not None and cluster.create(name, fresh=fresh) and not fresh:
        raise SystemExit("bench: the database is gone; run again with --fresh")
    environment = {
        **web.plain_environment(),
        "DJANGO_SETTINGS_MODULE": args.settings,
        "DRIVELINE_HOME": str(home),
        "DRIVELINE_PLAIN_HTTP": "1",
        "DRIVELINE_SECRET_KEY": secrets.token_urlsafe(50),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    if cluster is not None:
        environment["DRIVELINE_DATABASE_URL"] = cluster.url(name)
    _call("bench.data", [str(leads)], environment, BUILD_SECONDS)
    if args.build:
        return None
    out = ROOT / "bench" / "results" / f"{args.database}-{leads}.json"
    arguments = ["--label", args.database, "--leads", str(leads), "--port", str(args.port), "--out", str(out)]
    arguments += ["--requests", str(args.requests), "--only", args.only]
    if cluster is not None:
        arguments += ["--postmaster", str(cluster.pid)]
    _call("bench.measure", arguments, environment, MEASURE_SECONDS)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def _call(module: str, arguments: list[str], environment: dict[str, str], seconds: int) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False, timeout=seconds)
    if done.returncode:
        raise SystemExit(done.returncode)


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
    """A sentence for each aim that was not reached, and for each growth that cannot be judged because the answers
    differ in size: a page of twenty rows beside one of two says nothing about the million."""
    said = [
        f"{found['label']} {found['leads']:,}: {row['who']}, {row['case']}: {what}"
        for found in results
        for row in found["rows"]
        for what in _missed(row)
    ]
    unlike: list[str] = []
    for many in results:
        few = min(
            (found for found in results if found["label"] == many["label"]), key=lambda found: found["leads"]
        )
        small = {(row["who"], row["case"]): row for row in few["rows"]}
        for row in many["rows"]:
            before = small.get((row["who"], row["case"]), row)
            ratio = row["p95"] / before["p95"]
            if ratio > GROWTH:
                bigger = row["bytes"] / before["bytes"] if before["bytes"] else 1.0
                what = f"p95 {ratio:.1f} × that of {few['leads']:,}, the answer {bigger:.1f} × as large"
                line = f"{many['label']} {many['leads']:,}: {row['who']}, {row['case']}: {what}"
                (unlike if bigger > LIKE else said).append(line)
    told = [f"Missed: {len(said)}", *said] if said else ["Every aim was reached."]
    return [*told, *([f"Not comparable: {len(unlike)}", *unlike] if unlike else [])]


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
