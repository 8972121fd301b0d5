"""Two people at the same moment over HTTP, on the production server with its production settings: one wins, the other
is told who was first, nobody sees a 500, and nothing is half written."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.system.conftest import Inside, Installation, copy_of
from tests.system.test_serve import free_port, serving
from tests.world import PASSWORD

pytestmark = pytest.mark.slow

ROUNDS = 6
REMARK = "客户说周末带家人来看车，想要白色的顶配"


@dataclass
class Answer:
    status: int
    text: str
    toast: str = ""

    @property
    def sentence(self) -> str:
        """The alert without its tags."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())


@dataclass
class Person:
    """Somebody's browser: keeps its cookies, sends its token."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("driveline_csrf", ""),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Requested-With": "XMLHttpRequest",
            "Accept-Language": "zh-CN",
        }
        connection.request(method, path, urlencode(data or {}), headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        text = answer.read().decode()
        told = json.loads(answer.headers.get("HX-Trigger") or "{}")
        connection.close()
        return Answer(answer.status, text, told.get("toast", {}).get("text", ""))

    def sign_in(self, login: str) -> Person:
        self.ask("GET", "/sign-in/?inline=1")
        answer = self.ask("POST", "/sign-in/", {"login": login, "password": PASSWORD, "inline": "1"})
        assert answer.status == 204, answer.text
        return self


def at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    """The acts in threads that start together; their answers in order."""
    barrier = threading.Barrier(len(acts))
    answers: list[Answer] = [Answer(0, "no answer")] * len(acts)

    def run(place: int, act: Callable[[], Answer]) -> None:
        barrier.wait(30)
        answers[place] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return answers


@dataclass
class Shop:
    """A served installation with people at work."""

    port: int
    rows: dict[str, Any]
    inside: Inside

    def person(self, login: str) -> Person:
        return Person(self.port).sign_in(login)

    def form(self, **more: Any) -> dict[str, Any]:
        return {"store": self.rows["store"], **more}

    def told(self, *words: Any) -> Any:
        return self.inside.ask(*words)


@pytest.fixture(scope="module")
def shop(_maker: Callable[[str], Installation], _migrated: Installation) -> Iterator[Shop]:
    """One server for all races; each has leads of its own."""
    installation = copy_of(_maker, _migrated)
    port = free_port()
    with Inside(installation) as inside, serving(installation, port):
        yield Shop(port, inside.ask("races", ROUNDS), inside)


def losers(answers: list[Answer]) -> list[Answer]:
    """Those refused; anything but done and refused fails the test."""
    assert {answer.status for answer in answers} <= {204, 409}, [(a.status, a.text[:300]) for a in answers]
    return [answer for answer in answers if answer.status == 409]


def test_two_record_the_same_task(shop: Shop) -> None:
    people = {"顾甲": shop.person("gujia"), "经丁": shop.person("jingding")}
    before = shop.told("counts")
    for _pk, task in shop.rows["owned"][:ROUNDS]:
        acts = [
            lambda who=who, name=name, task=task: who.ask(
                "POST",
                f"/lead-tasks/{task}/record/",
                shop.form(chip="go_on", remark=REMARK, key=f"{name}-{task}"),
            )
            for name, who in people.items()
        ]
        answers = at_once(*acts)
        [loser] = losers(answers)
        winner = next(name for name, answer in zip(people, answers, strict=True) if answer.status == 204)
        assert f"已由 {winner} 完成" in loser.sentence
        assert "存为补充记录" in loser.sentence
    after = shop.told("counts")
    assert after["broken"] == []
    assert after["records"] - before["records"] == ROUNDS
    assert after["tasks"] - before["tasks"] == ROUNDS
    leads = shop.told("leads", *(pk for pk, _task in shop.rows["owned"][:ROUNDS]))
    assert [lead["open"] for lead in leads] == [["顾甲"]] * ROUNDS


def test_one_form_sent_three_times_is_one_record(shop: Shop) -> None:
    gujia = shop.person("gujia")
    before = shop.told("counts")["records"]
    for _pk, task in shop.rows["owned"][ROUNDS:]:
        form = shop.form(chip="go_on", remark=REMARK, key=f"same-{task}")
        acts = [lambda task=task, form=form: gujia.ask("POST", f"/lead-tasks/{task}/record/", form)] * 3
        assert losers(at_once(*acts)) == []
    after = shop.told("counts")
    assert (after["broken"], after["records"] - before) == ([], ROUNDS)


def test_two_assign_the_same_lead(shop: Shop) -> None:
    jingding, xiaozong = shop.person("jingding"), shop.person("xiaozong")
    users = shop.rows["users"]
    told = []
    rows = shop.rows["waiting"][:ROUNDS]
    for pk in rows:
        answers = at_once(
            lambda pk=pk: jingding.ask(
                "POST", "/leads/batch/assign/", shop.form(ids=pk, users=users["gujia"], key=f"a{pk}")
            ),
            lambda pk=pk: xiaozong.ask(
                "POST", f"/leads/{pk}/assign/", shop.form(users=users["guyi"], key=f"b{pk}")
            ),
        )
        [loser] = losers(answers)
        told.append(loser.sentence)
    for lead, sentence in zip(shop.told("leads", *rows), told, strict=True):
        assert (lead["phase"], lead["open"]) == ("active", [lead["owner"]])
        assert f"已分给 {lead['owner']}" in sentence
        assert lead["log"].count("assign") == 1
    assert shop.told("counts")["broken"] == []


def test_void_while_assigning(shop: Shop) -> None:
    jingding, xiaozong = shop.person("jingding"), shop.person("xiaozong")
    found = []
    rows = shop.rows["waiting"][ROUNDS : 2 * ROUNDS]
    for pk in rows:
        dialog = jingding.ask("GET", f"/leads/{pk}/void/")  # what the second person has before his eyes
        seen = dict(re.findall(r'name="(seen)" value="([^"]*)"', dialog.text))
        assert seen
        answers = at_once(
            lambda pk=pk: xiaozong.ask(
                "POST", f"/leads/{pk}/assign/", shop.form(users=shop.rows["users"]["gujia"], key=f"c{pk}")
            ),
            lambda pk=pk, seen=seen: jingding.ask(
                "POST", f"/leads/{pk}/void/", shop.form(reason="test_data", key=f"d{pk}", **seen)
            ),
        )
        [loser] = losers(answers)
        found.append((answers[0].status == 204, loser.sentence))
    for lead, (assigned, sentence) in zip(shop.told("leads", *rows), found, strict=True):
        state = (lead["phase"], lead["open"], lead["log"][-1])
        assert state == (("active", ["顾甲"], "assign") if assigned else ("closed", [], "void"))
        assert ("顾甲" if assigned else "经丁") in sentence
    assert shop.told("counts")["broken"] == []


def test_two_enter_the_same_number(shop: Shop) -> None:
    people = [shop.person("wangbing"), shop.person("jingding")]
    before = shop.told("counts")["pursuits"]
    for round_ in range(ROUNDS):
        phone = f"1370000{round_:04d}"
        data = shop.form(name="王先生", phone=phone, source=shop.rows["source"])
        acts = [
            lambda who=who, n=n, data=data, phone=phone: who.ask(
                "POST", "/leads/new/", {**data, "key": f"{n}-{phone}"}
            )
            for n, who in enumerate(people)
        ]
        answers = at_once(*acts)
        assert [answer.status for answer in answers] == [204, 204], [a.text[:300] for a in answers]
        told = sorted("这个号码已" in answer.toast for answer in answers)
        assert told == [False, True]  # one made it, the other was told whose it is and what was done
    after = shop.told("counts")
    assert (after["broken"], after["pursuits"] - before) == ([], ROUNDS)
