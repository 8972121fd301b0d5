"""A platform is asked (PG-L06): pages and marks, the same way as pushed messages, pauses after failures, no way inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from driveline.core import clock
from driveline.core.models import Notification
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.kit.errors import Forbidden, Invalid
from driveline.modules.leads.jobs import poll_due
from driveline.modules.leads.models import PlatformCall, PlatformPoll
from driveline.modules.leads.services.platforms import fetching
from driveline.modules.leads.services.platforms.polling import due, poll, poll_edit
from driveline.modules.leads.tests.conftest import Shop
from driveline.modules.leads.tests.pushing import Platform, platform_of
from tests.platform.messages import Said, messages
from tests.platform.serving import TOKEN, server
from tests.platform.serving import Platform as Sim

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _inside() -> Iterator[None]:
    """The platform of the tests stands on this machine."""
    with override_settings(PLATFORM_PRIVATE_HOSTS=True):
        yield


@contextmanager
def serving(sim: Sim) -> Iterator[str]:
    made = server(sim)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}/leads"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


@pytest.fixture
def platform(shop: Shop) -> Platform:
    return platform_of(shop)


def asked(platform: Platform, url: str, **more: Any) -> PlatformPoll:
    """The connection's polling, set up by the store's administrator."""
    data = {
        "active": True,
        "url": url,
        "header_name": "Authorization",
        "header_value": TOKEN,
        "items_path": "data.items",
        "next_path": "data.next",
        "since_param": "since",
        "minutes": 5,
    }
    return poll_edit(platform.shop.actor(platform.shop.world.guanchou), platform.row.pk, data | more)


def again(platform: Platform) -> str:
    """The next run, as if its time had come."""
    PlatformPoll.objects.filter(pk=platform.row.pk).update(next_at=None)
    return poll(platform.row.pk)


def test_all_pages_are_read_and_the_mark_is_kept(platform: Platform) -> None:
    said = messages(3, 45)
    with serving(Sim(said)) as url:
        asked(platform, url)
        assert poll(platform.row.pk) == "polled"
        row = PlatformPoll.objects.get()
        assert (Pursuit.objects.count(), row.cursor, row.failures) == (45, "45", 0)
        assert set(Intake.objects.values_list("external_id", flat=True)) == {one.number for one in said}
        assert timedelta(minutes=4) < row.next_at - clock.system_now() <= timedelta(minutes=5)
        assert again(platform) == "polled"
    assert Intake.objects.count() == 45
    calls = PlatformCall.objects.order_by("pk").values_list("outcome", "messages", "created", "status")
    assert list(calls) == [("polled", 45, 45, 200), ("polled", 0, 0, 200)]


def test_s10_a_lead_that_was_pushed_and_is_fetched_is_one(platform: Platform) -> None:
    said = messages(4, 5)
    assert platform.push(said[2].body).status_code == 201
    with serving(Sim(said)) as url:
        asked(platform, url)
        poll(platform.row.pk)
    assert (Pursuit.objects.count(), Intake.objects.count()) == (5, 5)
    assert not Intake.objects.filter(verdict="duplicate").exists()
    assert platform.push(said[4].body).json()["repeated"] is True
    assert Intake.objects.count() == 5


def test_faulty_messages_of_an_answer_are_kept_and_the_others_taken(platform: Platform) -> None:
    said = messages(5, 60, faulty=0.3, virtual=0.3, same_person=0.2)
    with serving(Sim(said, shuffle=True, again=0.5)) as url:
        asked(platform, url)
        poll(platform.row.pk)
    check(said)


def check(said: list[Said]) -> None:
    """Every message has one row with the right verdict; no number two leads."""
    rows = dict(Intake.objects.values_list("external_id", "verdict"))
    assert set(rows) == {one.number for one in said}
    assert {number for number, verdict in rows.items() if verdict == "failed"} == {
        one.number for one in said if one.fault
    }
    good = {one.phone for one in said if not one.fault}
    assert set(Pursuit.objects.values_list("party__phone_key", flat=True)) == good
    assert Pursuit.objects.count() == len(good)


def test_whatever_goes_wrong_nothing_is_lost_and_nothing_doubled(platform: Platform) -> None:
    said = messages(6, 120, faulty=0.1, same_person=0.1)
    runs = []
    with serving(Sim(said, trouble=0.6, again=0.4, shuffle=True, page=10)) as url:
        asked(platform, url)
        while PlatformPoll.objects.get().cursor != "120" and len(runs) < 60:
            runs.append(again(platform))
    check(said)
    assert {"poll_failed", "polled"} >= set(runs)
    assert "poll_failed" in runs
    reasons = set(PlatformCall.objects.filter(outcome="poll_failed").values_list("note", flat=True))
    assert len(reasons) >= 3


def test_pauses_grow_after_failures_and_the_administrators_are_told_once_a_day(platform: Platform) -> None:
    asked(platform, "http://127.0.0.1:9/leads")
    pauses = []
    for _n in range(6):
        assert again(platform) == "poll_failed"
        row = PlatformPoll.objects.get()
        pauses.append(round((row.next_at - clock.system_now()).total_seconds() / 60))
    assert pauses == [10, 20, 40, 60, 60, 60]
    assert (row.failures, row.cursor) == (6, "")
    assert row.last_error
    told = Notification.objects.filter(kind="platform_silent").values_list("user__login", flat=True)
    assert sorted(told) == ["guanchou", "xiaozong", "zongjingli"]


def test_a_run_is_done_by_one_and_only_when_it_is_due(platform: Platform) -> None:
    with serving(Sim(messages(7, 3))) as url:
        asked(platform, url)
        assert due() == [platform.row.pk]
        assert poll_due() == 1
        assert due() == []
        assert poll(platform.row.pk) == "left alone"
        asked(platform, url, active=False)
        assert (due(), again(platform)) == ([], "left alone")
    assert Pursuit.objects.count() == 3


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "::ffff:192.168.0.1",
        "fd00::1",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_a_private_address_is_not_asked_unless_the_operator_allows_it(address: str) -> None:
    assert fetching._allowed(address)
    with override_settings(PLATFORM_PRIVATE_HOSTS=False):
        assert not fetching._allowed(address)
        assert fetching._allowed("93.184.215.14")


def test_a_name_that_leads_inside_is_not_followed(platform: Platform) -> None:
    with serving(Sim(messages(8, 3))) as url:
        asked(platform, url.replace("127.0.0.1", "localhost"))
        with override_settings(PLATFORM_PRIVATE_HOSTS=False):
            assert poll(platform.row.pk) == "poll_failed"
    assert Pursuit.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://",
        "http://u:p@a.example/",
        "http://a.example:99999/",
        "x",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_when_it_is_typed(platform: Platform, url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        asked(platform, url)
    assert set(refusal.value.errors) == {"url"}
    assert not PlatformPoll.objects.get().active


def test_the_header_is_sealed_kept_when_left_empty_and_cannot_be_split(platform: Platform) -> None:
    with serving(Sim(messages(9, 2))) as url:
        asked(platform, url)
        kept = PlatformPoll.objects.get().header_value
        assert "sesame" not in kept
        asked(platform, url, header_value="")
        assert PlatformPoll.objects.get().header_value == kept
        assert poll(platform.row.pk) == "polled"
    for field, value in (("header_value", "x\r\nHost: b"), ("header_name", "X: y\n")):
        with pytest.raises(Invalid) as refusal:
            asked(platform, url, **{field: value})
        assert set(refusal.value.errors) == {field}


def test_only_who_manages_connections_of_the_store_sets_it_up(platform: Platform) -> None:
    world = platform.shop.world
    with pytest.raises(Forbidden):
        poll_edit(platform.shop.actor(world.jingding), platform.row.pk, {"minutes": 1})
    with pytest.raises(type(platform.row).DoesNotExist):
        poll_edit(platform.shop.actor(world.guanchen, world.b), platform.row.pk, {"minutes": 1})
