"""工作台: every number is the number of its list, in order, cut to the person, in few queries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from driveline.core import clock
from driveline.core.models import DailyCounter
from driveline.core.roles import ROLES
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.models import Task
from driveline.engines.followup.services import record_follow_up
from driveline.kit.desk import Queue
from tests.factories import a_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from driveline.core.models import User
    from tests.world import World

TODAY = date(2026, 11, 20)
MOST_QUERIES = 25
REMARK = "客户想了解首付比例和现车颜色，周末来店看车"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.freeze("2026-11-20T14:26"):
        yield


def tile(client: Client, code: str) -> tuple[str, str]:
    """What a tile says and where it leads."""
    page = client.get("/").content.decode()
    found = re.search(
        rf'<a class="queue" href="([^"]+)">(?:(?!</a>).)*data-queue="{re.escape(code)}">([^<]*)<', page
    )
    assert found is not None, code
    return found[2], found[1].replace("&amp;", "&")


def count_of(client: Client, url: str) -> int:
    """How many rows a list says it has."""
    answer = client.get(url)
    assert answer.status_code == 200
    return int(answer.context["listing"].slice.count)


def seen(world: World, lead: object) -> None:
    """Somebody has spoken to this lead before."""
    type(lead).objects.filter(pk=lead.pk).update(first_contact_at=clock.now() - timedelta(days=3))  # type: ignore[attr-defined]


def some_work(world: World, owner: User) -> None:
    """Two overdue, three due (one never called), one in three days, one in nine."""
    for ago in (4, 1):
        seen(world, a_lead(world, owner=owner, due=TODAY - timedelta(days=ago)))
    for _n in range(2):
        seen(world, a_lead(world, owner=owner, due=TODAY))
    a_lead(world, owner=owner, due=TODAY, assigned_at=clock.now() - timedelta(minutes=18), name="周明远")
    seen(world, a_lead(world, owner=owner, due=TODAY + timedelta(days=3)))
    seen(world, a_lead(world, owner=owner, due=TODAY + timedelta(days=9)))


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_everybody_has_a_workbench_and_messages(world: World, role: str) -> None:
    unit = world.group if role in ("group_auditor", "group_admin") else world.a
    client = world.client(world.who(role, unit), unit)
    for url in ("/", "/notifications/", "/notifications/acts/"):
        assert client.get(url).status_code == 200


def test_every_tile_counts_what_its_list_shows(world: World) -> None:
    some_work(world, world.gujia)
    some_work(world, world.guyi)  # a colleague's
    a_lead(world, store=world.b, owner=world.guchen, due=TODAY)  # another store's
    a_lead(world)
    own, manager = world.client(world.gujia), world.client(world.jingding)
    expected = {
        "lead.first": ("1", "2"),
        "lead.due": ("3", "6"),
        "lead.overdue": ("2", "4"),
        "lead.future": ("1", "2"),
    }
    for code, numbers in expected.items():
        for client, number in zip((own, manager), numbers, strict=True):
            text, url = tile(client, code)
            assert (text, count_of(client, url)) == (number, int(number))
    text, url = tile(manager, "lead.assign")
    assert (text, count_of(manager, url)) == ("1", 1)
    assert "lead.assign" not in own.get("/").content.decode()


def test_the_due_list_runs_first_calls_overdue_timed_plain(world: World) -> None:
    some_work(world, world.gujia)
    timed = a_lead(world, owner=world.gujia, due=TODAY, name="沈亦凡")
    seen(world, timed)
    Task.objects.filter(pursuit=timed).update(due_time="15:00")
    due = world.client(world.gujia).get("/").context["due"]
    words = [row.due for row in due["rows"]]
    assert words == ["等待 18 分", "过期 4 天", "过期 1 天", "今天 15:00", "今天", "今天"]
    assert (due["rows"][0].name, due["todo"], due["left"]) == ("周明远", 6, 0)
    assert due["rows"][0].verb_url.startswith("/lead-tasks/")


def test_a_tab_shows_its_rows_and_nine_at_a_time(world: World) -> None:
    for _n in range(14):
        seen(world, a_lead(world, owner=world.gujia, due=TODAY - timedelta(days=2)))
    client = world.client(world.gujia)
    assert [
        len(client.get(f"/?tab={t}").context["due"]["rows"]) for t in ("all", "overdue", "due", "future")
    ] == [9, 9, 0, 0]
    more = client.get("/?tab=overdue&more=1").context["due"]
    assert (len(more["rows"]), more["left"]) == (14, 0)
    assert client.get("/?tab=nonsense").context["due"]["tab"] == "all"


def test_my_numbers_stand_against_yesterday_and_lead_to_their_records(world: World) -> None:
    leads = [a_lead(world, owner=world.gujia, due=TODAY) for _n in range(3)]
    actor = world.actor(world.gujia)
    for lead, chip in zip(leads, ("visit", "go_on", "no_answer"), strict=True):
        record_follow_up(actor, lead.tasks.get().pk, Contact(chip=chip, remark=REMARK))
    yesterday = TODAY - timedelta(days=1)
    for key, value in (("followups", 5), ("effective", 1), ("invited", 0)):
        DailyCounter.objects.create(
            store=world.a, user=world.gujia, day=yesterday, key=f"lead.{key}", value=value
        )
    DailyCounter.objects.create(store=world.a, user=world.guyi, day=yesterday, key="lead.followups", value=7)
    client = world.client(world.gujia)
    rows = {row.figure.code: row for row in client.get("/").context["figures"].rows}
    told = {code: (row.value, row.change, row.tone) for code, row in rows.items() if code != "first"}
    assert told == {
        "followups": ("3", "↓ 2", "bad"),
        "effective": ("67", "↑ 47", "ok"),
        "invited": ("1", "↑ 1", "ok"),
    }
    assert [
        count_of(client, rows[code].figure.url) for code in ("followups", "effective", "invited", "first")
    ] == [3, 2, 1, 3]
    team = world.client(world.jingding).get("/").context["figures"]
    assert (team.team, team.rows[0].value, team.rows[0].figure.yesterday) == (True, "3", 12)


def test_tomorrows_visits_are_named_and_counted(world: World) -> None:
    lead = a_lead(world, owner=world.gujia, due=TODAY, name="郭立新")
    plan = Contact(chip="visit", remark=REMARK, plan_visit=True)
    record_follow_up(world.actor(world.gujia), lead.tasks.get().pk, plan)
    client = world.client(world.gujia)
    [visits] = client.get("/").context["visits"]
    assert ([row.name for row in visits.rows], visits.count, count_of(client, visits.url)) == (
        ["郭立新"],
        1,
        1,
    )
    assert world.client(world.guyi).get("/").context["visits"][0].count == 0


@pytest.mark.parametrize("role", ["consultant", "sales_manager", "sales_director"])
def test_the_page_costs_the_same_for_few_and_many_rows(world: World, role: str) -> None:
    user = world.who(role)
    client = world.client(user)

    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as found:
            answer = client.get("/")
        assert len(answer.content) <= 60_000
        return len(found)

    some_work(world, world.gujia)
    few = queries()
    for _n in range(6):
        some_work(world, world.gujia)
    assert queries() == few
    assert few <= MOST_QUERIES


def test_a_refresh_is_a_fragment_and_the_strip_alone_is_smaller(world: World) -> None:
    some_work(world, world.gujia)
    client = world.client(world.gujia)
    part = client.get("/", headers={"X-Fragment": "list"})
    assert b"<html" not in part.content
    assert part.content.strip().startswith(b'<div id="list"')
    assert len(part.content) <= 30_000
    strip = client.get("/", headers={"X-Fragment": "queues"}).content
    assert strip.strip().startswith(b'<a class="queue"')
    assert b"desk-due" not in strip


def test_nothing_to_do_says_so(world: World) -> None:
    page = world.client(world.gujia).get("/").content.decode()
    assert "data-start" not in page
    assert 'class="n zero"' in page


@pytest.mark.parametrize(
    ("count", "whole", "text"),
    [(0, True, "0"), (0, False, "0"), (999, False, "999"), (1000, False, "999+"), (12345, True, "12,345")],
)
def test_a_tile_says_the_number_as_far_as_it_was_counted(count: int, whole: bool, text: str) -> None:
    assert Queue(count, "", "", "/", whole=whole).text == text
