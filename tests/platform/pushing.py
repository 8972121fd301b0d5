"""The platform pushes: signed, at a rate, with retries; and on purpose badly: twice, in disorder, without waiting for
the answer, with a wrong clock."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from tests.platform.messages import Said

TRY_AGAIN = frozenset({401, 409, 429, 500, 502, 503, 504})


@dataclass
class Plan:
    """How it pushes. `rate` is messages a second (0: as fast as it goes); the shares are of messages."""

    url: str
    key: str
    secret: str
    rate: float = 0.0
    threads: int = 4
    duplicates: float = 0.0
    hang_up: float = 0.0
    skew: float = 0.0
    shuffle: bool = False
    tries: int = 60
    seed: int = 1


@dataclass
class Report:
    """What came of it: the first good answer to each number, how often each status came, milliseconds of answers."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    seconds: float = 0.0
    different: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return {**vars(self), "statuses": dict(self.statuses)}


def push_all(said: list[Said], plan: Plan) -> Report:
    """Push every message until the other side has taken it."""
    chance = random.Random(plan.seed)
    work = list(said)
    work += [one for one in said if chance.random() < plan.duplicates]
    if plan.shuffle:
        chance.shuffle(work)
    queue: Queue[tuple[float, Said]] = Queue()
    started = time.monotonic()
    for n, one in enumerate(work):
        queue.put((started + n / plan.rate if plan.rate else 0.0, one))
    report = Report()
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_worker, args=(queue, plan, report, lock, random.Random(plan.seed + n)))
        for n in range(plan.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.seconds = time.monotonic() - started
    return report


def _worker(
    queue: Queue[tuple[float, Said]], plan: Plan, report: Report, lock: threading.Lock, chance: random.Random
) -> None:
    line = Line(plan)
    while True:
        try:
            at, one = queue.get_nowait()
        except Empty:
            line.close()
            return
        if (wait := at - time.monotonic()) > 0:
            time.sleep(wait)
        _deliver(one, plan, report, lock, chance, line)


def _deliver(
    one: Said, plan: Plan, report: Report, lock: threading.Lock, chance: random.Random, line: Line
) -> None:
    body = json.dumps(one.body, ensure_ascii=False).encode()
    if chance.random() < plan.hang_up:
        _note(report, lock, "hung up", line.send_and_hang_up(body))
    if chance.random() < plan.skew:
        _note(report, lock, "skewed", lambda: line.send(body, off=-4000)[0])
    for attempt in range(plan.tries):
        begun = time.perf_counter()
        try:
            status, answer = line.send(body)
        except (OSError, http.client.HTTPException):
            line.close()
            with lock:
                report.statuses["broken"] += 1
            time.sleep(min(0.1 * 1.6**attempt, 1.0))
            continue
        with lock:
            report.statuses[str(status)] += 1
            report.ms.append((time.perf_counter() - begun) * 1000)
        if status in (200, 201, 202):
            with lock:
                before = report.answers.setdefault(one.number, {"status": status, **answer})
                if before["id"] != answer["id"]:
                    report.different.append(one.number)
            return
        if status not in TRY_AGAIN:
            break
        time.sleep(min(0.1 * 1.6**attempt, 1.0))
    with lock:
        report.given_up.append(one.number)


def _note(report: Report, lock: threading.Lock, word: str, act: Callable[[], Any]) -> None:
    try:
        status = act()
    except (OSError, http.client.HTTPException):
        status = None
    with lock:
        report.statuses[f"{word} {status}" if status else word] += 1


class Line:
    """One connection that is kept."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.parts = urlsplit(plan.url)
        self.connection: http.client.HTTPConnection | None = None

    def send(self, body: bytes, off: int = 0) -> tuple[int, dict[str, Any]]:
        """The status and the answer."""
        if self.connection is None:
            self.connection = self._open()
        self.connection.request("POST", self.parts.path, body, self._headers(body, off))
        response = self.connection.getresponse()
        content = response.read()
        answer = json.loads(content) if content.startswith(b"{") else {}
        return response.status, answer

    def send_and_hang_up(self, body: bytes) -> Callable[[], None]:
        """Send, and close without looking at the answer."""

        def act() -> None:
            connection = self._open()
            connection.request("POST", self.parts.path, body, self._headers(body, 0))
            connection.close()

        return act

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.parts.hostname or "", self.parts.port, timeout=30)

    def _headers(self, body: bytes, off: int) -> dict[str, str]:
        timestamp = str(int(time.time()) + off)
        signed = timestamp.encode() + b"." + body
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Key": self.plan.key,
            "X-Timestamp": timestamp,
            "X-Signature": hmac.new(self.plan.secret.encode(), signed, hashlib.sha256).hexdigest(),
        }
