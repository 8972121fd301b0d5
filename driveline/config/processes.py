"""Runs the web server and the worker as children of one command and ends them together, each by its id."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from driveline.config.cli import Refusal

GRACE_SECONDS = 15
READY_SECONDS = 60
RESTART_PAUSE_SECONDS = 2
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process of ours. A `vital` one ends the whole when it ends; another is started again."""

    name: str
    command: list[str]
    vital: bool
    process: subprocess.Popen[bytes] | None = None
    restart_at: float = 0.0


@dataclass
class Family:
    """The children of this command."""

    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def add(self, name: str, command: list[str], *, vital: bool) -> None:
        """Start a child."""
        child = Child(name, command, vital)
        self.children.append(child)
        _start(child)

    def run(self, *, when_ready: Callable[[], None], url: str) -> int:
        """Wait for the web server, then for the end: of a vital child, or by Ctrl-C or TERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            if self._wait_ready(url):
                when_ready()
            return self._wait_end()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask every child to end, wait, then insist."""
        for child in self.children:
            _signal(child, signal.SIGTERM)
        limit = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.process.wait()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _wait_ready(self, url: str) -> bool:
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit and not self.stopping and self._vital_exit() is None:
            if _answers(url):
                return True
            time.sleep(0.2)
        return False

    def _wait_end(self) -> int:
        while not self.stopping:
            if (code := self._vital_exit()) is not None:
                return code or 1
            self._revive()
            time.sleep(0.5)
        return 0

    def _vital_exit(self) -> int | None:
        codes = [child.process.poll() for child in self.children if child.vital and child.process]
        return next((code for code in codes if code is not None), None)

    def _revive(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.vital or child.process is None or child.process.poll() is None:
                continue
            if not child.restart_at:
                child.restart_at = now + RESTART_PAUSE_SECONDS
            elif now >= child.restart_at:
                child.restart_at = 0.0
                _start(child)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own http address
            return bool(answer.status == 200)
    except OSError:
        return False


def web_command(host: str, port: int, *, workers: int, threads: int) -> list[str]:
    """The production web server for our WSGI application."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "driveline.config.wsgi:application",
        f"--bind={host}:{port}",
        "--worker-class=gthread",
        f"--workers={workers}",
        f"--threads={threads}",
        "--timeout=60",
        "--graceful-timeout=10",
        "--log-level=warning",
        "--no-control-socket",
        "--preload",  # loaded once and shared; nothing of ours opens a connection before the fork
    ]


def worker_command() -> list[str]:
    """The background worker, its scheduler included."""
    return [sys.executable, "-m", "driveline", "worker"]


def require_free_port(host: str, port: int) -> None:
    """Refuse with a sentence when something already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"port {port} cannot be used ({error.strerror}); choose another with PORT"
            ) from error


def port_from(env_value: str | None) -> int:
    """PORT as a number, 8000 when absent."""
    text = (env_value or "8000").strip()
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT: {text} is not a port number")
    return int(text)


def _start(child: Child) -> None:
    # A session of its own: the terminal's Ctrl-C reaches only us, and we end the children in order.
    child.process = subprocess.Popen(  # noqa: S603  our own command line
        child.command, start_new_session=True, preexec_fn=_end_with_parent, cwd=Path.cwd()
    )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is not None and child.process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.process.pid, number)
