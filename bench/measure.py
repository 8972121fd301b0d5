"""Measures one database: queries and bytes inside this process, times over HTTP against the real server.

python -m bench.measure --label postgres --leads 1m --port 9150 --out bench/results/x.json
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

from bench import cases, web
from bench.data import PASSWORD, leads_of

WARM = 10
FLOOR = "floor"
OF_THE_LIST = re.compile(
    r'FROM "followup_pursuit".*(ORDER BY .*arrived_at|"followup_pursuit"."id" IN \()', re.DOTALL
)
SKIPPED = re.compile(r"django_session|core_usersession|^(BEGIN|COMMIT|SAVEPOINT|RELEASE|INSERT|UPDATE)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the pages on one database.")
    parser.add_argument("--label", required=True)
    parser.add_argument("--leads", type=leads_of, required=True)
    parser.add_argument("--port", type=int, default=9150)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20, help="at most this long for one case")
    parser.add_argument("--postmaster", type=int, help="process of the cluster, for its processor time")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    django.setup()
    result = Run(args).measure()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(result, ensure_ascii=False, indent=1))


class Run:
    """One run over all people and cases."""

    def __init__(self, args: argparse.Namespace) -> None:
        from django.conf import settings

        self.args = args
        self.home = Path(settings.HOME)
        self.statements: dict[str, list[tuple[str, Any]]] = {}
        self.floor: dict[str, Any] = {}

    def measure(self) -> dict[str, Any]:
        """Everything, as it goes into the file."""
        rows: list[dict[str, Any]] = []
        log = self.home / "server.log"
        with web.running(web.product(self.args.port), self.args.port, "/healthz", log) as server:
            plans = [self._plan(person) for person in cases.people()]
            floor_port = self.args.port + 1
            file = self.home / "statements.pickle"
            file.write_bytes(pickle.dumps(self.statements))
            os.environ["BENCH_STATEMENTS"] = str(file)
            with web.running(web.minimal(floor_port), floor_port, "/ready", log) as least:
                meter = web.Meter([server.pid], "gunicorn")
                floor = web.Browser(floor_port)
                self._warm(plans[0][1])
                bottom = web.Meter([least.pid], "gunicorn")
                self.floor = self._time(lambda n: floor.get(f"/{FLOOR}"), bottom)
                for person, browser, plan in plans:
                    for case, known in plan:
                        rows.append(self._case(person, browser, case, known, meter, floor))
                        self._say(rows[-1])
                    if self.args.only in cases.POST:
                        rows.append(self._posts(person, browser, meter))
                        self._say(rows[-1])
                    browser.close()
        return self._head() | {"floor": self.floor["p50"], "floor_cpu": self.floor["cpu"], "rows": rows}

    def _head(self) -> dict[str, Any]:
        from django.db import connection

        connection.ensure_connection()
        version = (
            connection.pg_version if connection.vendor == "postgresql" else connection.Database.sqlite_version
        )
        return {
            "label": self.args.label,
            "leads": self.args.leads,
            "database": f"{connection.vendor} {version}",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
            "requests": self.args.requests,
        }

    def _plan(self, person: cases.Person) -> tuple[cases.Person, web.Browser, list[Any]]:
        """The person signed in, and each case with its queries and bytes."""
        browser = web.Browser(self.args.port)
        browser.sign_in(person.login, PASSWORD)
        found = cases.samples(person.login)
        plan = []
        for case in cases.reading(found):
            if self.args.only in case.code:
                plan.append((case, self._count(person, browser, case)))
        return person, browser, plan

    def _count(self, person: cases.Person, browser: web.Browser, case: cases.Case) -> dict[str, Any]:
        """Queries of the case, its statements for the floor, and the bytes of page and fragment."""
        client = _inside(browser)
        path = case.path_of(0)
        client.get(path, headers=case.headers)  # what is read once in the life of a process is not counted
        with recorded() as statements:
            answer = client.get(path, headers=case.headers)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {person.role}, {case.code}: {path} answered {answer.status_code}")
        kept = [(sql, parameters) for sql, parameters in statements if not SKIPPED.search(sql)]
        self.statements[f"{person.role}/{case.code}"] = kept
        known: dict[str, Any] = {"queries": len(statements), "bytes": len(answer.content)}
        if case.headers == {}:
            known["fragment"] = len(client.get(path, headers=cases.FRAGMENT).content)
        if case == cases.FIRST and person.role == "manager":
            self.statements[FLOOR] = [found for found in kept if OF_THE_LIST.search(found[0])]
        return known

    def _case(
        self,
        person: cases.Person,
        browser: web.Browser,
        case: cases.Case,
        known: dict[str, Any],
        meter: web.Meter,
        floor: web.Browser,
    ) -> dict[str, Any]:
        ours = self._time(lambda n: browser.get(case.path_of(n), **case.headers), meter)
        name = quote(f"{person.role}/{case.code}", safe="")
        bare = self._time(lambda n: floor.get(f"/{name}"), None)
        return {
            "who": person.role,
            "case": case.code,
            "aim": case.aim,
            **known,
            **ours,
            "sql": bare["p50"],
        }

    def _posts(self, person: cases.Person, browser: web.Browser, meter: web.Meter) -> dict[str, Any]:
        """Each save on another task; the form is fetched between, outside the time."""
        tasks = iter(cases.samples(person.login).tasks)  # again: others may have been saved since
        spans: list[float] = []
        used = 0.0
        queries = self._count_post(browser, next(tasks))
        limit = time.monotonic() + self.args.seconds
        for number, task in enumerate(tasks):
            data = cases.form(browser, task)
            if data is None:
                continue
            before = meter.read()
            answer = cases.save(browser, task, data)
            used += meter.read() - before
            if number >= 3:
                spans.append(answer.seconds)
            if len(spans) >= self.args.requests or time.monotonic() > limit:
                break
        row = {"who": person.role, "case": cases.POST, "aim": 40, "queries": queries, "bytes": 0, "sql": None}
        return row | web.spread(spans) | {"cpu": round(1000 * used / (len(spans) + 3), 1)}

    def _count_post(self, browser: web.Browser, task: int) -> int:
        client = _inside(browser)
        page = client.get(f"/lead-tasks/{task}/record/", headers=cases.DRAWER)
        data = cases.answers(web.token_of(page.content), cases.key_of(page.content))
        with recorded() as statements:
            answer = client.post(f"/lead-tasks/{task}/record/", data, headers=cases.DRAWER)
        if answer.status_code != 204:
            raise SystemExit(f"bench: saving task {task} answered {answer.status_code}")
        return len(statements)

    def _time(self, ask: Any, meter: web.Meter | None) -> dict[str, Any]:
        for number in range(WARM):
            answer = ask(number)
            if answer.status != 200:
                raise SystemExit(f"bench: answered {answer.status}: {answer.body[:300]!r}")
        spans: list[float] = []
        before = meter.read() if meter else 0.0
        limit = time.monotonic() + self.args.seconds
        while len(spans) < self.args.requests and time.monotonic() < limit:
            spans.append(ask(len(spans)).seconds)
        used = (meter.read() - before) / len(spans) if meter else 0.0
        return web.spread(spans) | {"cpu": round(1000 * used, 1)}

    def _warm(self, browser: web.Browser) -> None:
        """Templates, catalogues and the interpreter's own caches, as they are after a day's first minute."""
        for _ in range(WARM * 4):
            browser.get("/leads/")
            browser.get("/lead-tasks/")

    def _say(self, row: dict[str, Any]) -> None:
        late = "  late" if row["aim"] and row["p50"] > row["aim"] else ""
        print(
            f"{self.args.label:8} {self.args.leads:>9,} {row['who']:10} {row['case']:30} "
            f"p50 {row['p50']:7.1f}  p95 {row['p95']:7.1f}  cpu {row['cpu']:6.1f}  sql {row['sql'] or 0:6.1f}  "
            f"q {row['queries']:2}  {row['bytes'] / 1000:5.1f} kB{late}",
            flush=True,
        )


@contextlib.contextmanager
def recorded() -> Any:
    """The statements that go to the database meanwhile."""
    from django.db import connection

    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((plain(sql, connection.vendor, bool(params)), [bare(value) for value in params or ()]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def plain(sql: str, vendor: str, bound: bool) -> str:
    """The statement with the marks that the bare driver takes."""
    return sql.replace("%s", "?").replace("%%", "%") if vendor == "sqlite" and bound else sql


def bare(value: Any) -> Any:
    """A parameter as a value that needs nothing of the program to be read again."""
    for kind in (bool, int, str):
        if isinstance(value, kind):
            return kind(value) if kind is not str else str.__str__(value)
    return [bare(one) for one in value] if isinstance(value, (list, tuple)) else value


def _inside(browser: web.Browser) -> Any:
    """A client in this process that is signed in as the browser is."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    for name, value in browser.cookies.items():
        client.cookies[name] = value
    return client


if __name__ == "__main__":
    main()
