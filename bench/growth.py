"""Whether the pages slow down as the data grows: two sizes are served at once and asked in turn.

python -m bench.growth --database postgres --sizes 10k 1m --requests 200
python -m bench.growth --database sqlite --sizes 10k 100k

Whatever disturbs the machine for a moment strikes both alike, which two runs one after the other cannot promise. The
sizes take turns in going first. A growth cannot be judged where the larger size has more to show (a page of twenty rows
beside one of two); those cases are named apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench import cases, web
from bench.built import HOME, ROOT, built, open_to_postgres
from bench.data import PASSWORD, leads_of
from bench.postgres import Cluster

AIM, LIKE = 1.5, 1.2
WARM, LEAST = 10, 30


@dataclass
class Size:
    """One size, served: its cases by login, and the connection of whoever asks at the moment."""

    leads: int
    port: int
    plan: dict[str, Any]
    browser: web.Browser | None = None
    spans: list[float] = field(default_factory=list)
    bytes: int = 0

    def signed_in(self, login: str) -> web.Browser:
        """The browser of this person, which it keeps until another comes."""
        if self.browser is not None:
            self.browser.close()
        self.browser = web.Browser(self.port)
        self.browser.sign_in(login, PASSWORD)
        return self.browser


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare two sizes, asked in turn.")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--sizes", nargs=2, default=["10k", "1m"], metavar=("FEW", "MANY"))
    parser.add_argument("--requests", type=int, default=200, help="timed requests of a case and size")
    parser.add_argument("--port", type=int, default=9180, help="this and the next port are used")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--fresh", action="store_true", help="build the data anew")
    parser.add_argument("--home", type=Path, default=HOME)
    args = parser.parse_args()
    open_to_postgres(args.home)
    postgres = args.database == "postgres"
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(args.home / "cluster") if postgres else nullcontext())
        few, many = (
            served(stack, args, cluster, leads_of(size), args.port + n) for n, size in enumerate(args.sizes)
        )
        rows = list(compared(few, many, args))
    print(judged(rows))


def served(
    stack: ExitStack, args: argparse.Namespace, cluster: Cluster | None, leads: int, port: int
) -> Size:
    """The size, built or found, with its server running until the stack is left."""
    home = args.home / f"{args.database}-{leads}"
    environment = built(home, leads, cluster, f"bench_{leads}", fresh=args.fresh)
    command = web.product(port)
    stack.enter_context(web.running(command, port, "/healthz", home / "server.log", environment))
    asked = [sys.executable, "-m", "bench.cases"]
    told = subprocess.run(asked, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return Size(leads, port, json.loads(told.stdout))


def compared(few: Size, many: Size, args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for each person and case."""
    print(
        f"\n{args.database}, {few.leads:,} and {many.leads:,} leads in turn, {args.requests} requests a case\n"
    )
    print("| Who | Case | p50 ms, few | many | p95 ms, few | many | p95 many ÷ few | answer many ÷ few |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for person in reversed(cases.people()):  # who has fewer tasks left to save goes first
        for size in (few, many):
            size.signed_in(person.login)
        for place, case in enumerate(few.plan[person.login]["cases"]):
            if args.only in case["code"]:
                asking = partial(_reads, person, place)
                yield _told(person, case["code"], few, many, args.requests, asking)
        if args.only in cases.POST:
            yield _told(person, cases.POST, few, many, args.requests, partial(_saves, person))


def _reads(person: cases.Person, place: int, size: Size) -> Iterator[web.Answer]:
    case = cases.Case(**size.plan[person.login]["cases"][place])
    number = 0
    while True:
        answer = size.browser.get(case.path_of(number), **case.headers)
        if answer.status != 200:
            raise SystemExit(f"bench: {person.role}, {case.code}: answered {answer.status}")
        yield answer
        number += 1


def _saves(person: cases.Person, size: Size) -> Iterator[web.Answer]:
    """Each save on another task; the form is fetched before, outside the time."""
    for task in size.plan[person.login]["tasks"]:
        data = cases.form(size.browser, task)
        if data is not None:
            yield cases.save(size.browser, task, data)


def _told(
    person: cases.Person,
    code: str,
    few: Size,
    many: Size,
    requests: int,
    asking: Callable[[Size], Iterator[web.Answer]],
) -> dict[str, Any]:
    pairs = [(size, asking(size)) for size in (few, many)]
    for size, _answers in pairs:
        size.spans, size.bytes = [], 0
    for number in range(WARM + requests):
        answered = [
            (size, next(answers, None)) for size, answers in (pairs if number % 2 else reversed(pairs))
        ]
        if None in (answer for _size, answer in answered):
            break  # no tasks are left to save
        for size, answer in answered if number >= WARM else ():
            size.spans.append(answer.seconds)
            size.bytes += len(answer.body)
    if len(few.spans) < LEAST:
        raise SystemExit(
            f"bench: {person.role}, {code}: only {len(few.spans)} could be asked; build anew (--fresh)"
        )
    before, after = web.spread(few.spans), web.spread(many.spans)
    row = {
        "who": person.role,
        "case": code,
        "grown": after["p95"] / before["p95"],
        "larger": many.bytes / few.bytes if few.bytes else 1.0,
    }
    print(
        f"| {person.role} | {code} | {before['p50']:.1f} | {after['p50']:.1f} | {before['p95']:.1f} "
        f"| {after['p95']:.1f} | {row['grown']:.2f} | {row['larger']:.2f} |",
        flush=True,
    )
    return row


def judged(rows: list[dict[str, Any]]) -> str:
    """Which cases grew by more than the aim, and which of these cannot be judged."""
    grown = [row for row in rows if row["grown"] > AIM]
    slower = [row for row in grown if row["larger"] <= LIKE]
    lines = ["", f"p95 more than {AIM} × as long: {len(slower)} of {len(rows)}"]
    lines += [f"{row['who']}, {row['case']}: {row['grown']:.2f} ×" for row in slower]
    lines += [
        f"not comparable: {row['who']}, {row['case']}: {row['grown']:.2f} ×, the answer {row['larger']:.1f} × as large"
        for row in grown
        if row["larger"] > LIKE
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
