"""Platforms over HTTP against the production server, with everything that goes wrong between two machines: every
message ends in exactly one arrival, no lead is doubled, whoever was killed when (PG-L06, S-10)."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.platform.messages import Said, messages
from tests.system.conftest import Installation, Maker
from tests.system.test_serve import descendants, free_port, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

PRIVATE = {"DRIVELINE_PLATFORM_PRIVATE_HOSTS": "1"}


@dataclass
class Shop:
    """An installation with a platform's connection."""

    installation: Installation
    connection: dict[str, Any]

    def inside(self, *words: str) -> Any:
        """What tests.system.platforms answers there."""
        done = self.start(*words).communicate(timeout=120)[0]
        return json.loads(done.splitlines()[-1])

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.system.platforms", *words],
            cwd=self.installation.home,
            env=self.installation.environment(
                DJANGO_SETTINGS_MODULE="driveline.config.settings.prod", **PRIVATE
            ),
            stdout=subprocess.PIPE,
            text=True,
        )

    def push(self, port: int, **options: Any) -> subprocess.Popen[str]:
        """The platform begins to push."""
        url = f"http://127.0.0.1:{port}/api/v1/inbound/leads/{self.connection['key']}"
        known = {"url": url, "key": self.connection["key"], "secret": self.connection["secret"]}
        return platform("push", **known, **options)


def platform(what: str, **options: Any) -> subprocess.Popen[str]:
    """The platform as a process of its own; `shuffle` is a switch."""
    words = [what, "--shuffle"] if options.pop("shuffle", False) else [what]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.platform", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def report(process: subprocess.Popen[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(process.communicate(timeout=240)[0].splitlines()[-1])
    return found


@contextmanager
def asked(**options: Any) -> Iterator[str]:
    """A platform that can be asked; its address."""
    process = platform("serve", **options)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}/leads"
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def shop_with(new_migrated_installation: Maker) -> Callable[..., Shop]:
    def make(*words: str) -> Shop:
        shop = Shop(new_migrated_installation(), {})
        shop.connection = shop.inside("shop", *words)
        return shop

    return make


def check(told: dict[str, Any], said: list[Said]) -> None:
    """Each message exactly one row, faulty ones failed; each good number exactly one lead; nothing is broken."""
    rows = [tuple(pair) for pair in told["verdicts"]]
    assert sorted(number for number, _verdict in rows) == sorted(one.number for one in said)
    failed = {number for number, verdict in rows if verdict == "failed"}
    assert failed == {one.number for one in said if one.fault}
    good = sorted({one.phone for one in said if not one.fault})
    assert told["phones"] == good
    verdicts = Counter(verdict for _number, verdict in rows)
    assert (verdicts["new"], verdicts["duplicate"]) == (len(good), len(rows) - len(failed) - len(good))
    assert told["repeats"] == verdicts["duplicate"]
    assert told["broken"] == []


def test_everything_a_bad_network_does_to_pushed_messages(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with("rotation")
    wanted = {"seed": 1, "count": 300, "faulty": 0.1, "virtual": 0.2, "same_person": 0.1}
    said = messages(**wanted)
    port = free_port()
    with serving(shop.installation, port):
        found = report(
            shop.push(port, **wanted, duplicates=0.3, hang_up=0.15, skew=0.05, shuffle=True, threads=6)
        )
    assert (found["given_up"], found["different"]) == ([], [])
    assert found["statuses"]["skewed 401"] > 0
    assert found["statuses"]["hung up"] > 0
    told = shop.inside("tell")
    check(told, said)
    assert {number: answer["id"] for number, answer in found["answers"].items()} == told["ids"]


def test_the_server_is_killed_while_a_platform_pushes(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    wanted = {"seed": 2, "count": 300, "faulty": 0.1, "same_person": 0.1}
    said = messages(**wanted)
    port = free_port()
    pushing = shop.push(port, **wanted, rate=60, duplicates=0.2, shuffle=True)
    for lives in (1.5, 2.5, None):
        with serving(shop.installation, port) as server:
            if lives is None:
                found = report(pushing)
                break
            time.sleep(lives)
            for pid in [*descendants(server.pid), server.pid]:
                os.kill(pid, signal.SIGKILL)
    assert (found["given_up"], found["different"]) == ([], [])
    assert found["statuses"]["broken"] > 0
    check(shop.inside("tell"), said)


def test_a_platform_in_trouble_is_asked_and_the_asking_is_killed(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    wanted = {"seed": 3, "count": 400, "faulty": 0.1, "virtual": 0.2, "same_person": 0.1}
    said = messages(**wanted)
    with asked(**wanted, trouble=0.25, again=0.3, shuffle=True, page=25) as url:
        shop.inside("ask", str(shop.connection["pk"]), url)
        for kill_at in (3, 8, 15, 31, 57):
            process = shop.start("die", str(shop.connection["pk"]), str(kill_at))
            process.communicate(timeout=120)
            assert process.returncode == -signal.SIGKILL
        for _n in range(10):
            *_words, mark = shop.inside("run", str(shop.connection["pk"]), "10")
            if mark == "400":
                break
    assert mark == "400"
    check(shop.inside("tell"), said)


def test_s10_pushed_and_asked_for_at_the_same_time_is_one(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    wanted = {"seed": 4, "count": 200, "faulty": 0.1, "same_person": 0.1}
    said = messages(**wanted)
    port = free_port()
    with serving(shop.installation, port), asked(**wanted, page=10) as url:
        shop.inside("ask", str(shop.connection["pk"]), url)
        pushing = shop.push(port, **wanted, threads=3)
        asking = shop.start("run", str(shop.connection["pk"]), "3")
        found = report(pushing)
        asking.communicate(timeout=120)
    assert (found["given_up"], found["different"]) == ([], [])
    check(shop.inside("tell"), said)


def test_the_examples_of_the_document_run(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    page = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"<!-- example: (\w+) -->\n```\w+\n(.*?)```", page, re.S))
    port = free_port()
    known = {
        "URL": f"http://127.0.0.1:{port}",
        "KEY": shop.connection["key"],
        "SECRET": shop.connection["secret"],
    }
    with serving(shop.installation, port):
        for command in (["bash", "-c", found["shell"]], [sys.executable, "-c", found["python"]]):
            for repeated in (False, True):
                done = subprocess.run(
                    command,
                    env={**os.environ, **known},
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=60,
                )
                answer = json.loads(done.stdout)
                assert (answer["verdict"], answer["repeated"]) == ("new", repeated)
    told = shop.inside("tell")
    assert told["verdicts"] == [["X1", "new"], ["X2", "new"]]
    assert told["phones"] == ["13800000007", "13800000008"]
