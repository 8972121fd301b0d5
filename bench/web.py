"""The server under test, a browser that keeps its connection, and what the processes really worked."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
READY_SECONDS = 90
TICK = os.sysconf("SC_CLK_TCK")
WORKERS, THREADS = 2, 4


def plain_environment() -> dict[str, str]:
    """The environment without our settings; programs are kept compiled, as an installation has them."""
    left_out = ("DRIVELINE_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


@contextmanager
def running(
    command: list[str], port: int, path: str, log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a session of its own, ready, and ended with all its children. It takes over our environment
    unless it gets one."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise SystemExit(f"bench: something else listens on port {port}; choose another with --port")
    with log.open("ab") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, env=environment)
        try:
            _wait(server, f"http://{HOST}:{port}{path}", log)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(25)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def product(port: int) -> list[str]:
    """The product's own command line."""
    sizes = ["--workers", str(WORKERS), "--threads", str(THREADS)]
    return [sys.executable, "-m", "driveline", "serve", "--port", str(port), *sizes]


def minimal(port: int) -> list[str]:
    """The floor on the same kind of server with the same sizes."""
    return [
        sys.executable, "-m", "gunicorn", "bench.floor:application", f"--bind={HOST}:{port}",
        "--worker-class=gthread", f"--workers={WORKERS}", f"--threads={THREADS}", "--log-level=warning",
        "--no-control-socket",
    ]  # fmt: skip


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"bench: the server did not start:\n{log.read_text()[-2000:]}")


@dataclass
class Answer:
    """What came back; `seconds` from the first byte sent to the last one read."""

    status: int
    body: bytes
    seconds: float
    headers: dict[str, str]


@dataclass
class Browser:
    """One keep-alive connection with a cookie jar per person."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None
    reconnects: int = 0

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, None, headers)

    def post(self, path: str, data: dict[str, str], **headers: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.send("POST", path, urlencode(data).encode(), form)

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
                self.connection.connect()
            started = time.perf_counter()
            try:
                self.connection.request(method, path, body, sent)
                response = self.connection.getresponse()
                content = response.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                self.connection = None
                self.reconnects += 1
                if attempt == 2:
                    raise
                continue
            seconds = time.perf_counter() - started
            self._keep(response)
            return Answer(response.status, content, seconds, {k.lower(): v for k, v in response.getheaders()})
        raise AssertionError

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value

    def sign_in(self, login: str, password: str) -> None:
        """By the sign-in page, as a person does."""
        page = self.get("/sign-in/")
        data = {"csrfmiddlewaretoken": token_of(page.body), "login": login, "password": password}
        answer = self.post("/sign-in/", data, Origin=f"http://{HOST}:{self.port}")
        if answer.status != 302:
            raise SystemExit(f"bench: {login} could not sign in ({answer.status})")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def token_of(body: bytes) -> str:
    """The form's secret against foreign posts."""
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    if found is None:
        raise SystemExit("bench: a form without its token")
    return found[1].decode()


class Meter:
    """Processor time of a family of processes, in seconds: of all that descend from `roots`, those that match."""

    def __init__(self, roots: list[int], word: str = "") -> None:
        self.pids = [pid for pid in _descendants(roots) if word.encode() in _command(pid)]

    def read(self) -> float:
        total = 0
        for pid in self.pids:
            try:
                with open(f"/proc/{pid}/stat", "rb") as stat:
                    parts = stat.read().rpartition(b")")[2].split()
            except FileNotFoundError:
                continue
            total += int(parts[11]) + int(parts[12])
        return total / TICK


def _command(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read()
    except FileNotFoundError:
        return b""


def resident(pid: int) -> float:
    """The memory in MB that a process and its children have this moment; 0 when it has ended."""
    found = 0.0
    for one in _descendants([pid]):
        with suppress(OSError):
            status = Path(f"/proc/{one}/status").read_text()
            found += sum(int(line.split()[1]) / 1024 for line in status.splitlines() if "VmRSS" in line)
    return found


def _descendants(roots: list[int]) -> list[int]:
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except FileNotFoundError:
                continue
            parents.setdefault(parent, []).append(int(name))
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found


def spread(spans: list[float]) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds, with how many were measured."""
    if len(spans) < 2:
        return {"p50": 0.0, "p95": 0.0, "n": len(spans)}
    cuts = statistics.quantiles(spans, n=20, method="inclusive")
    return {
        "p50": round(1000 * statistics.median(spans), 2),
        "p95": round(1000 * cuts[18], 2),
        "n": len(spans),
    }
