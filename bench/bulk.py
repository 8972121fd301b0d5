"""Brings a large spreadsheet into a large store and assigns many leads at once, while people go on using the list.

python -m bench.bulk --database postgres --leads 1m
python -m bench.bulk --database sqlite --leads 100k

Works on a copy of the database that `bench.run --build` has made, so it can be repeated. Prints rows a second, the
ratio to a floor of the same run (the same file parsed, looked up and copied into one bare table), the memory of the
importing process, and the 95th percentile of the list meanwhile beside that of the idle program.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench import web
from bench.built import HOME, call, environment
from bench.data import BIG, PASSWORD, leads_of, reusable
from bench.postgres import Cluster

MANAGER = "hxmanager1"
AIM = {"postgres": 5000, "sqlite": 3000}
MEMORY_MB, SLOWER, ASSIGNED = 300, 3.0, 10_000
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋明霞平刚桂英杰涛超秀"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an import and an assignment of very many rows.")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--leads", default="1m", help="leads that are there already: 10k 100k 1m")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the spreadsheet")
    parser.add_argument("--port", type=int, default=9170)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        inside(args)
        return
    leads = leads_of(args.leads)
    there = args.home / f"{args.database}-{leads}"
    if not reusable(there, leads):
        raise SystemExit(
            f"bench: first python -m bench.run --database {args.database} --sizes {args.leads} --build"
        )
    home = args.home / f"imports-{args.database}"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(there, home)
    with Cluster(args.home / "cluster") if args.database == "postgres" else nullcontext() as cluster:
        if cluster is not None:
            cluster.copy(f"bench_{leads}", "bench_imports")
        url = cluster.url("bench_imports") if cluster is not None else ""
        arguments = ["--inside", args.database, "--rows", str(args.rows), "--port", str(args.port)]
        try:
            call("bench.bulk", arguments, environment(home, url))
        finally:
            shutil.rmtree(home, ignore_errors=True)


def inside(args: argparse.Namespace) -> None:
    """On the copied database: the file, the floor, the import, the assignment."""
    import django

    django.setup()
    from driveline.config.maintenance import migrate_all

    migrate_all()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "leads.xlsx"
        write(file, args.rows)
        floor = bare(file)
        log = Path(folder) / "server.log"
        with web.running(web.product(args.port), args.port, "/healthz", log):
            browser = web.Browser(args.port)
            browser.sign_in(MANAGER, PASSWORD)
            for _n in range(20):
                browser.get("/leads/")
            idle = web.spread([browser.get("/leads/").seconds for _n in range(60)])
            imported, busy = meanwhile(browser, lambda: bring_in(file))
            given, busy_too = meanwhile(browser, assign)
            browser.close()
    print(json.dumps(imported["counts"], ensure_ascii=False))
    told(args, floor, imported, given, idle, busy, busy_too)


def write(file: Path, rows: int) -> None:
    """A spreadsheet as a platform exports it: twelve columns, mostly new numbers, some twice, some wrong."""
    import xlsxwriter

    chance = random.Random(7)
    head = [
        "姓名",
        "手机号码",
        "数据来源",
        "性别",
        "省份",
        "城市",
        "地址",
        "意向品牌",
        "意向车系",
        "备注",
        "留资时间",
        "平台编号",
    ]
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("线索")
        sheet.write_row(0, 0, head)
        for n in range(1, rows + 1):
            phone = f"19{(n * 48_271 + 11) % 1_000_000_007 % 10**9:09d}"
            if n % 200 == 0:
                phone = "12345"
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
            row = [
                name, phone, "其他网络", chance.choice("男女"), "湖北省", "武汉市", f"光谷大道{n % 900}号", "", "",
                "网上留资，周末方便接电话", "2026-11-20 10:00", f"N{n:08d}",
            ]  # fmt: skip
            sheet.write_row(n, 0, row)


def bare(file: Path) -> float:
    """Rows a second of parsing, looking each number up and copying the row into a table without indexes."""
    from django.db import connection
    from python_calamine import CalamineWorkbook

    from driveline.core.models import OrgUnit

    store = OrgUnit.objects.get(code=BIG).pk
    started = time.perf_counter()
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[1:]
    with connection.cursor() as cursor:
        columns = ", ".join(f"c{n} text" for n in range(len(rows[0])))
        cursor.execute(f"CREATE TEMPORARY TABLE bare ({columns})")
        for at in range(0, len(rows), 500):
            chunk = [[str(cell) for cell in row] for row in rows[at : at + 500]]
            phones = [row[1] for row in chunk]
            if connection.vendor == "postgresql":
                sql = "SELECT phone_key FROM core_party WHERE store_id = %s AND phone_key = ANY (%s) AND NOT (phone_key = '')"
                cursor.execute(sql, [store, phones])
                cursor.fetchall()
                with cursor.copy("COPY bare FROM STDIN") as copy:
                    copy.write("\n".join("\t".join(row) for row in chunk) + "\n")
            else:
                marks = ", ".join(["%s"] * len(phones))
                cursor.execute(
                    "SELECT phone_key FROM core_party WHERE store_id = %s "
                    f"AND phone_key IN ({marks}) AND NOT (phone_key = '')",
                    [store, *phones],
                )
                cursor.fetchall()
                cursor.executemany(f"INSERT INTO bare VALUES ({', '.join(['%s'] * len(chunk[0]))})", chunk)
    return len(rows) / (time.perf_counter() - started)


def bring_in(file: Path) -> dict[str, Any]:
    """`driveline import` in a process of its own: its counts, seconds, and the most memory in MB that it
    and the process it lets read the file had at one time."""
    from driveline.engines.intake.models import ImportBatch

    command = [sys.executable, "-m", "driveline", "import", "leads", str(file), "--store", BIG]
    started, most = time.perf_counter(), 0.0
    with subprocess.Popen([*command, "--as", MANAGER], stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            most = max(most, web.resident(child.pid))
            time.sleep(0.2)
    seconds = time.perf_counter() - started
    batch = ImportBatch.objects.order_by("-pk")[0]
    if child.returncode:
        raise SystemExit(f"bench: the import ended with {child.returncode}: {batch.state} {batch.error}")
    return {
        "seconds": seconds,
        "rows": sum(batch.counts.get(name, 0) for name in ("new", "duplicate", "failed")),
        "counts": {name: batch.counts.get(name, 0) for name in ("new", "duplicate", "failed")},
        "run": (batch.finished_at - batch.started_at).total_seconds(),
        "memory": most,
    }


def assign() -> dict[str, Any]:
    """10 000 of the new leads to ten people, as the batch bar does it: a job in chunks of 500."""
    from driveline.core.access import actor_from, memberships_with_grants
    from driveline.core.batch_jobs import run_command
    from driveline.core.jobs import job_start
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.policy import policy_for
    from driveline.engines.ownership.services import candidates

    actor = actor_from(memberships_with_grants().get(user__login=MANAGER))
    waiting = Pursuit.objects.filter(store_id=actor.store_id, kind="lead", phase="unassigned")
    ids = list(waiting.order_by("-pk").values_list("pk", flat=True)[:ASSIGNED])
    people = [one.user_id for one in candidates(actor.store_id, policy_for("lead"))][:10]
    params = {"code": "lead.assign", "ids": ids, "data": {"users": people}, "key": secrets.token_hex(8)}
    job = job_start(actor, "command", params, total=len(ids))
    from driveline.core import clock
    from driveline.core.models import Job

    beat = clock.system_now()
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, heartbeat_at=beat)
    job.refresh_from_db()
    started = time.perf_counter()
    found = run_command(job)
    return {"seconds": time.perf_counter() - started, "rows": found["done"]}


def meanwhile(browser: web.Browser, work: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the work came to, and the list's times while it went on."""
    spans: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answer = browser.get("/leads/")
            if answer.status == 200:
                spans.append(answer.seconds)
            time.sleep(0.1)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        found = work()
    finally:
        over.set()
        asking.join()
    return found, web.spread(spans)


def told(
    args: argparse.Namespace,
    floor: float,
    imported: dict[str, Any],
    given: dict[str, Any],
    idle: dict[str, Any],
    busy: dict[str, Any],
    busy_too: dict[str, Any],
) -> None:
    """The figures and which aims were missed."""
    speed, aim = imported["rows"] / imported["seconds"], AIM[args.inside]
    print(
        f"{args.inside}: {imported['rows']:,} rows in {imported['seconds']:.1f} s: {speed:,.0f} rows/s, all told"
    )
    print(f"  the run alone {imported['run']:.1f} s; floor {floor:,.0f} rows/s, ratio {floor / speed:.1f}")
    print(f"  memory {imported['memory']:.0f} MB")
    print(
        f"  list p50/p95 idle {idle['p50']:.0f}/{idle['p95']:.0f} ms, meanwhile {busy['p50']:.0f}/{busy['p95']:.0f}"
    )
    print(
        f"  {given['rows']:,} assigned in {given['seconds']:.1f} s; list meanwhile {busy_too['p50']:.0f}/{busy_too['p95']:.0f}"
    )
    missed = [
        *([f"speed {speed:,.0f} rows/s, aim {aim:,}"] if speed < aim else []),
        *([f"memory {imported['memory']:.0f} MB, aim {MEMORY_MB}"] if imported["memory"] > MEMORY_MB else []),
        *(
            [f"list p95 {busy['p95'] / idle['p95']:.1f} × idle, aim {SLOWER}"]
            if busy["p95"] > SLOWER * idle["p95"]
            else []
        ),
    ]
    print("  missed: " + "; ".join(missed) if missed else "  every aim was reached")


if __name__ == "__main__":
    main()
