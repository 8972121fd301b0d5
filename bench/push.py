"""Platforms push: messages a second over HTTP on loopback, on a PostgreSQL cluster of our own. It ends by itself.

python -m bench.push --leads 100k --rate 200 --seconds 30

First flat out (eight connections, each sends when it has its answer), then at the rate, where the time counts from the
moment a message was due, so a server that falls behind is seen. The floor is the same server with a bare driver that
checks the same signature and writes the same rows by hand (bench/push_floor.py).
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.built import HOME, ROOT, built, open_to_postgres
from bench.data import leads_of
from bench.postgres import Cluster
from bench.web import HOST, THREADS, TICK, WORKERS, _descendants, product, running

CONNECTIONS = 8
WARM = 300
AIM_RATE, AIM_P95 = 200, 100.0


@dataclass
class Found:
    """One run: milliseconds of the answers, how many were not good, how long it took."""

    ms: list[float] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def line(self, name: str, cpu: float) -> str:
        cut = statistics.quantiles(self.ms, n=100)
        rate = len(self.ms) / self.seconds
        return (
            f"| {name} | {rate:.0f} | {cut[49]:.1f} | {cut[94]:.1f} | {cut[98]:.1f} | {max(self.ms):.0f} "
            f"| {cpu * 1000 / len(self.ms):.1f} | {len(self.bad)} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the pushing of leads over HTTP on loopback.")
    parser.add_argument("--leads", default="100k", help="leads that are there already")
    parser.add_argument("--rate", type=float, default=AIM_RATE)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--flat", type=int, default=3000, help="messages sent flat out")
    parser.add_argument("--port", type=int, default=9160)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--fresh", action="store_true", help="build the data anew")
    args = parser.parse_args()
    open_to_postgres(args.home)
    with Cluster(args.home / "cluster-push") as cluster:
        leads = leads_of(args.leads)
        home = args.home / f"push-{leads}"
        environment = built(home, leads, cluster, f"push_{leads}", fresh=args.fresh)
        door = _inside("connection", environment)
        print(json.dumps(_inside("count", environment), ensure_ascii=False, indent=1), flush=True)
        log = home / "push.log"
        print(
            f"\n{WORKERS} workers, {THREADS} threads, {CONNECTIONS} connections, load {os.getloadavg()[0]:.1f}"
        )
        print("\n| | messages/s | p50 ms | p95 ms | p99 ms | worst | CPU ms | not good |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        os.environ.update(environment)
        command = [*product(args.port), "--no-worker"]
        with running(command, args.port, "/healthz", log) as server:
            send(args.port, door, WARM, 0)
            roots = [server.pid, cluster.pid]
            flat, flat_cpu = _metered(roots, args.port, door, args.flat, 0)
            print(flat.line("flat out", flat_cpu), flush=True)
            count = int(args.rate * args.seconds)
            paced, cpu = _metered(roots, args.port, door, count, args.rate)
            print(paced.line(f"{args.rate:.0f} a second for {args.seconds:.0f} s", cpu), flush=True)
        with running(_floor(args.port + 1), args.port + 1, "/ready", log) as server:
            send(args.port + 1, door, WARM, 0)
            floor, floor_cpu = _metered([server.pid, cluster.pid], args.port + 1, door, args.flat, 0)
            print(floor.line("floor, flat out", floor_cpu), flush=True)
    print(f"\nratio to the floor: {(floor_rate := len(floor.ms) / floor.seconds) / (len(flat.ms) / flat.seconds):.1f} "
          f"({floor_rate:.0f} messages/s)")  # fmt: skip
    p95 = statistics.quantiles(paced.ms, n=100)[94]
    rate = len(paced.ms) / paced.seconds
    good = rate >= args.rate * 0.99 and p95 < AIM_P95 and not paced.bad
    print(f"{'reached' if good else 'MISSED'}: {args.rate:.0f} messages/s with p95 below {AIM_P95:.0f} ms")


def _metered(
    roots: list[int], port: int, door: dict[str, Any], count: int, rate: float
) -> tuple[Found, float]:
    before = _cpu(roots)
    found = send(port, door, count, rate)
    return found, _cpu(roots) - before


def _cpu(roots: list[int]) -> float:
    """Seconds of the processor that the servers and the database have used, ended processes of theirs included."""
    total = 0
    for pid in _descendants(roots):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(map(int, stat[11:15]))
    return total / TICK


_sent = [0]


def send(port: int, door: dict[str, Any], count: int, rate: float) -> Found:
    """Send so many new leads over kept connections, at the rate or flat out."""
    first = _sent[0]
    _sent[0] += count
    turn = iter(range(count))
    lock = threading.Lock()
    found = Found()
    started = time.perf_counter() + 0.2

    def work() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        while True:
            with lock:
                n = next(turn, None)
            if n is None:
                connection.close()
                return
            due = started + n / rate if rate else time.perf_counter()
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            status = _post(connection, door, first + n)
            with lock:
                found.ms.append((time.perf_counter() - due) * 1000)
                if status != 201:
                    found.bad.append(status)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - started
    return found


def _post(connection: http.client.HTTPConnection, door: dict[str, Any], n: int) -> int:
    message = {
        "clueId": f"{door['run']}-{n}",
        "user": {"name": "测试先生", "mobile": f"19{door['run'] % 10}{n:08d}", "sex": 1},
        "city": "武汉",
        "series": "迈腾",
        "message": "想了解首付比例和现车颜色，周末来店",
    }
    body = json.dumps(message, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    signed = timestamp.encode() + b"." + body
    connection.request(
        "POST",
        f"/api/v1/inbound/leads/{door['key']}",
        body,
        {
            "Content-Type": "application/json",
            "X-Key": door["key"],
            "X-Timestamp": timestamp,
            "X-Signature": hmac.new(door["secret"].encode(), signed, hashlib.sha256).hexdigest(),
        },
    )
    response = connection.getresponse()
    response.read()
    return response.status


def _floor(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "bench.push_floor:application", f"--bind={HOST}:{port}",
        "--worker-class=gthread", f"--workers={WORKERS}", f"--threads={THREADS}", "--log-level=warning",
        "--no-control-socket",
    ]  # fmt: skip


def _inside(what: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.push_inside", what]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
