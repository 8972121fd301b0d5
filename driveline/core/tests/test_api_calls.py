"""How often a token may ask, and the answers kept under an Idempotency-Key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from driveline.core import api_calls, clock, journal
from driveline.core.models import ApiAnswer, ApiToken, Operation
from driveline.kit.api import door
from driveline.modules.leads.models import Lead
from tests.factories import a_lead, a_phone, a_source
from tests.programs import Program
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_token_stays() -> Iterator[None]:
    """Admitting a program marks what it does in the audit; a test that admits one by itself must not mark others."""
    door_before = journal.door.set("")
    yield
    journal.door.reset(door_before)


def _allow(world: World, **numbers: int) -> None:
    for name, value in numbers.items():
        world.setting(f"api.{name}", value, since="2019-01-01")


class Watch:
    """The system clock in the hand of a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.system_now()
        monkeypatch.setattr(clock, "system_now", lambda: self.at)

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def test_a_burst_is_let_in_then_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _allow(world, requests_per_minute=60, burst=3)
    watch = Watch(monkeypatch)
    program, other = Program(world, world.gujia), Program(world, world.gujia)
    assert [program.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = program.get("me")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer.json()["type"] == "/api/docs#too-many"
    assert other.get("me").status_code == 200
    watch.wait(1)
    assert [program.get("me").status_code for _ in range(2)] == [200, 429]
    watch.wait(60)
    assert [program.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_minute_lets_in_no_more_than_the_setting_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow(world, requests_per_minute=120, burst=10)
    watch = Watch(monkeypatch)
    program = Program(world, world.gujia)
    call = api_calls.calls.admit(program.made.secret)
    let_in = 0
    for _ in range(600):
        let_in += not api_calls.calls.spend(call)
        watch.wait(0.1)
    assert let_in in (129, 130)  # a minute's share and the burst it began with


def test_six_hundred_a_minute_unless_said_otherwise(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    call = api_calls.calls.admit(Program(world, world.gujia).made.secret)
    assert sum(not api_calls.calls.spend(call) for _ in range(150)) == 100
    watch.wait(60)
    assert sum(not api_calls.calls.spend(call) for _ in range(150)) == 100


def _entry(world: World, **more: Any) -> dict[str, Any]:
    return {"name": "周敏", "phone": "13800004127", "source": a_source(world).pk, **more}


def test_the_same_request_under_one_key_is_carried_out_once_and_answered_alike(world: World) -> None:
    program = Program(world, world.wangbing)
    first = program.post("leads", _entry(world), key="k-1")
    again = program.post("leads", _entry(world), key="k-1")
    assert (first.status_code, again.status_code, Lead.objects.count()) == (201, 201, 1)
    assert (again.content, again["Location"]) == (first.content, first["Location"])
    assert (first.has_header("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (False, "true")


def test_a_key_with_another_request_is_refused(world: World) -> None:
    program = Program(world, world.wangbing)
    program.post("leads", _entry(world), key="k-1")
    for body in (_entry(world, name="周敏敏"), _entry(world, phone="13800004128")):
        answer = program.post("leads", body, key="k-1")
        assert (answer.status_code, answer.json()["type"]) == (422, "/api/docs#key-reused")
    elsewhere = program.post("notifications/batch/read", {"ids": [1]}, key="k-1")
    assert elsewhere.status_code == 422
    assert Lead.objects.count() == 1


def test_keys_of_two_tokens_are_two_keys(world: World) -> None:
    for user, phone in ((world.wangbing, "13800004127"), (world.jingding, "13800004128")):
        answer = Program(world, user).post("leads", _entry(world, phone=phone), key="k-1")
        assert answer.status_code == 201
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("key", [" ", "a b", "键", "x" * 129, "a\tb"])
def test_an_odd_key_is_refused(world: World, key: str) -> None:
    answer = Program(world, world.wangbing).post("leads", _entry(world), **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert not Lead.objects.exists()


def test_a_refusal_is_answered_alike_too(world: World) -> None:
    lead = a_lead(world, owner=world.gujia)
    program = Program(world, world.jingding)
    first = program.post(f"leads/{lead.pk}/assign", {"users": [world.guyi.pk]}, key="k-2")
    again = program.post(f"leads/{lead.pk}/assign", {"users": [world.guyi.pk]}, key="k-2")
    assert (first.status_code, again.status_code) == (409, 409)
    assert (again["Content-Type"], again.content) == ("application/problem+json", first.content)


def test_an_error_of_ours_leaves_the_key_free(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(world, world.wangbing)
    with monkeypatch.context() as broken:
        broken.setattr("driveline.modules.leads.pages.interface.lead_enter", _breaks)
        assert program.post("leads", _entry(world), key="k-3").status_code == 500
    assert not ApiAnswer.objects.exists()
    assert program.post("leads", _entry(world), key="k-3").status_code == 201


def _breaks(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("a wire is loose")


def test_who_died_after_the_work_and_before_the_answer_has_done_it_once(world: World) -> None:
    """The process was killed between the commit and the keeping of the answer; the program asks again."""
    program = Program(world, world.wangbing)
    made = program.post("leads", _entry(world), key="k-4").json()
    long_ago = clock.system_now() - api_calls.STALE - timedelta(seconds=1)
    ApiAnswer.objects.update(status=0, body="", at=long_ago)
    answer = program.post("leads", _entry(world), key="k-4")
    assert (answer.status_code, answer.json()["id"], Lead.objects.count()) == (201, made["id"], 1)

    lead = a_lead(world)
    boss = Program(world, world.jingding)
    first = boss.post(f"leads/{lead.pk}/assign", {"users": [world.gujia.pk]}, key="k-5").json()
    ApiAnswer.objects.filter(key="k-5").update(status=0, body="", at=long_ago)
    again = boss.post(f"leads/{lead.pk}/assign", {"users": [world.gujia.pk]}, key="k-5").json()
    assert (again["done"], again["operation"]) == (first["done"], first["operation"])
    assert Operation.objects.filter(verb="lead.assign").count() == 1


def test_after_a_day_a_key_is_new_again(world: World) -> None:
    program = Program(world, world.wangbing)
    program.post("leads", _entry(world), key="k-6")
    ApiAnswer.objects.update(at=clock.system_now() - timedelta(hours=23))
    assert api_calls.purge() == 0
    assert program.post("leads", _entry(world, phone=a_phone()), key="k-6").status_code == 422
    ApiAnswer.objects.update(at=clock.system_now() - timedelta(hours=25))
    assert program.post("leads", _entry(world, phone=a_phone()), key="k-6").status_code == 201
    ApiAnswer.objects.update(at=clock.system_now() - timedelta(hours=25))
    assert api_calls.purge() == 1


def test_what_is_still_under_way_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WAIT_SECONDS", 0.1)
    program = Program(world, world.wangbing)
    program.post("leads", _entry(world), key="k-7")
    ApiAnswer.objects.update(status=0)
    answer = program.post("leads", _entry(world), key="k-7")
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.json()["type"] == "/api/docs#under-way"


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_is_carried_out_and_all_get_its_answer(world: World) -> None:
    program, body = Program(world, world.wangbing), _entry(world)
    start = Barrier(4)

    def send(_number: int) -> tuple[int, bytes]:
        start.wait()
        try:
            answer = program.post("leads", body, key="k-8")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert {status for status, _content in answers} == {201}
    assert len({content for _status, content in answers}) == 1
    assert (Lead.objects.count(), ApiAnswer.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_allowance_holds_over_several_at_once(world: World) -> None:
    _allow(world, requests_per_minute=6, burst=5)
    program = Program(world, world.gujia)
    start = Barrier(4)

    def ask(_number: int) -> list[int]:
        start.wait()
        try:
            return [program.get("me").status_code for _ in range(4)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = [status for part in pool.map(ask, range(4)) for status in part]
    assert (found.count(200), found.count(429)) == (5, 11)
    assert ApiToken.objects.get().last_used_at is not None
