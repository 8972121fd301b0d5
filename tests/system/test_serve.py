"""`driveline serve` comes up, ends cleanly by Ctrl-C, and leaves nobody behind when it is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.conftest import Installation, Maker

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """Ids of the processes below one, whole tree."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, read(task).split()):
            found += [child, *descendants(child)]
    return found


def read(file: Path) -> str:
    """A file of /proc; empty when its process has just ended."""
    try:
        return file.read_text()
    except OSError:
        return ""


def alive(pid: int) -> bool:
    """True for a running process; a zombie is dead."""
    state = read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def serving(installation: Installation, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "driveline", "serve", "--worker"],
        cwd=installation.home,
        env=installation.environment(PORT=str(port)),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready: http://127.0.0.1:{port}\n"
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)


@pytest.fixture
def installation(new_migrated_installation: Maker) -> Installation:
    return new_migrated_installation()


def test_it_serves_and_ends_by_ctrl_c(installation: Installation) -> None:
    port = free_port()
    with serving(installation, port) as server:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert (answer.status, answer.read()) == (200, b'{"status": "ok"}')
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        refused = installation.run("serve", PORT=str(port))
        assert (refused.returncode, "PORT" in refused.stderr) == (1, True)
        family = descendants(server.pid)
        assert len(family) >= 4  # the web server, its two processes, the worker
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    assert [pid for pid in family if alive(pid)] == []


def test_the_first_page_and_all_it_asks_for_are_served_with_hashed_names(installation: Installation) -> None:
    """The tests' plain storage would hide a file that is missing from the manifest."""
    done = installation.run("init", "--group", "G", "--store", "S01", "S", "--admin", "boss")
    assert done.returncode == 0, done.stderr
    port = free_port()
    with serving(installation, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/") as answer:
            page = answer.read().decode()
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
        assert len(files) >= 2
        for name in files:
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{name}") as answer:
                assert answer.status == 200
                assert "immutable" in answer.headers["Cache-Control"]


def test_a_killed_worker_comes_back_and_a_killed_server_takes_all_with_it(installation: Installation) -> None:
    with serving(installation, free_port()) as server:

        def worker() -> int | None:
            family = descendants(server.pid)
            return next(
                (pid for pid in family if read(Path(f"/proc/{pid}/cmdline")).endswith("\0worker\0")), None
            )

        first = worker()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: worker() not in {None, first})
        family = descendants(server.pid)
        server.kill()
        server.wait()
        assert wait_until(lambda: not any(alive(pid) for pid in family))


def test_tables_of_an_older_version_are_not_served(new_installation: Maker) -> None:
    done = new_installation().run("serve", PORT=str(free_port()))
    assert (done.returncode, "driveline migrate" in done.stderr) == (1, True)
