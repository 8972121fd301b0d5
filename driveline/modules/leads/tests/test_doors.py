"""The duplicate table is the same at every door (dealer.md §2.6): form, file, program and platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit, TaskMove
from driveline.engines.intake.models import Intake
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.importing import Desk
from driveline.modules.leads.tests.pushing import platform_of
from tests.programs import Program

type Door = Callable[[str], None]

PHONE = "13800000007"
WORDS = "想看白色顶配"


def by_form(shop: Shop, settings: Any, folder: Any) -> Door:
    return lambda phone: void(shop.enter(name="再来", phone=phone, remark=WORDS))


def by_file(shop: Shop, settings: Any, folder: Any) -> Door:
    settings.MEDIA_ROOT = folder
    desk, number = Desk(shop), iter(range(100))
    return lambda phone: void(desk.run(f"再来,{phone},{WORDS}{next(number) or ''}"))


def by_program(shop: Shop, settings: Any, folder: Any) -> Door:
    program = Program(shop.world, shop.world.jingding)
    data = {"name": "再来", "source": shop.source.id, "remark": WORDS}

    def send(phone: str) -> None:
        answer = program.post("leads", data | {"phone": phone})
        assert answer.status_code in (200, 201), answer.content

    return send


def by_platform(shop: Shop, settings: Any, folder: Any) -> Door:
    platform, number = platform_of(shop), iter(range(100))

    def push(phone: str) -> None:
        answer = platform.push(platform.message(f"X{next(number)}", phone, message=WORDS))
        assert answer.status_code in (200, 201), answer.content

    return push


def void(_made: object) -> None:
    """What the door answers does not matter here."""


DOORS = {"manual": by_form, "import": by_file, "api": by_program, "platform_sync": by_platform}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, shop: Shop, settings: Any, tmp_path: Any) -> Door:
    """Brings a number in; the arrival says by which door."""
    bring = DOORS[request.param](shop, settings, tmp_path)

    def brought(phone: str) -> None:
        before = Intake.objects.count()
        bring(phone)
        assert Intake.objects.count() == before + 1
        assert Intake.objects.latest("pk").door == request.param

    return brought


def last() -> tuple[str, str, str]:
    """What was decided and done."""
    row = Intake.objects.latest("pk")
    return row.verdict, row.rule, row.done


def test_row_5_a_waiting_lead_goes_on_top(shop: Shop, door: Door) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead(phone=PHONE)
        shop.lead(name="后来")
    with shop.day("2019-03-06"):
        door(PHONE)
    assert last() == ("duplicate", "DUP_LEAD_UNASSIGNED", "pinned")
    assert (Pursuit.objects.order_by("-arrived_at").first(), Pursuit.objects.count()) == (lead, 2)
    assert fresh(lead).dup_count == 1


def test_row_6_a_followed_lead_is_due_today(shop: Shop, door: Door) -> None:
    lead = shop.followed(contacts=1)
    assert shop.task(lead).due_date == dt.date(2019, 3, 6)
    with shop.day("2019-03-05", "15:00"):
        door(lead.party.phone_key)
    assert last() == ("duplicate", "DUP_LEAD_ACTIVE", "pulled")
    assert (shop.task(lead).due_date, Pursuit.objects.count()) == (dt.date(2019, 3, 5), 1)


def test_s09_an_overdue_follow_up_stays_overdue(shop: Shop, door: Door) -> None:
    with shop.day("2019-03-10"):
        lead = shop.lead(phone=PHONE)
        shop.assign(lead, shop.world.gujia)
    with shop.day("2019-03-15"):
        door(PHONE)
        assert shop.buckets(shop.world.gujia) == (0, 1, 0)
    assert last() == ("duplicate", "DUP_LEAD_ACTIVE", "told")
    assert (shop.task(lead).due_date, Pursuit.objects.count()) == (dt.date(2019, 3, 10), 1)
    assert not TaskMove.objects.exists()


def test_row_7_a_defeated_lead_comes_back(shop: Shop, door: Door) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    with shop.day("2019-03-20"):
        door(lead.party.phone_key)
    assert last() == ("duplicate", "DUP_LEAD_DEFEATED", "activated")
    row = fresh(lead)
    assert (row.phase, row.grade, row.owner, row.cycle) == (Phase.UNASSIGNED, "H", None, 2)
    assert (shop.task(lead).due_date, Pursuit.objects.count()) == (dt.date(2019, 3, 20), 1)


def test_what_a_customer_says_who_asks_again_stays_with_his_lead(shop: Shop, door: Door) -> None:
    lead = shop.followed(contacts=1)
    with shop.day("2019-03-05", "15:00"):
        door(lead.party.phone_key)
        page = shop.world.client(shop.world.gujia).get(f"/leads/{lead.pk}/?tab=history").content.decode()
        listed = shop.world.client(shop.world.jingding).get("/duplicate-leads/").content.decode()
    assert page.count(f'<div class="box t2">{WORDS}</div>') == 1
    assert f'<span class="cut">{WORDS}</span>' in listed
    assert fresh(lead).lead.remark == ""


def test_row_9_a_number_that_nobody_has_is_new_and_so_is_that_of_a_void_lead(shop: Shop, door: Door) -> None:
    with shop.day("2019-03-05"):
        door(PHONE)
        assert last() == ("new", "NEW", "")
        lead = Pursuit.objects.get()
        shop.void(lead)
        door(PHONE)
    assert last() == ("new", "NEW", "")
    assert Pursuit.objects.count() == 2
    assert {row.party_id for row in Pursuit.objects.all()} == {lead.party_id}


def test_the_same_number_three_times_is_one_lead(shop: Shop, door: Door) -> None:
    with shop.day("2019-03-05"):
        for _n in range(3):
            door(PHONE)
    assert Pursuit.objects.count() == 1
    assert sorted(Intake.objects.values_list("verdict", flat=True)) == ["duplicate", "duplicate", "new"]
    assert fresh(Pursuit.objects.get()).dup_count == 2


def test_s10_a_program_that_sends_the_same_request_three_times(shop: Shop) -> None:
    program = Program(shop.world, shop.world.jingding)
    body = {"name": "李先生", "phone": PHONE, "source": shop.source.id}
    answers = [program.post("leads", body, key="X1") for _n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    assert (Pursuit.objects.count(), Intake.objects.count()) == (1, 1)
    assert not Intake.objects.filter(verdict="duplicate").exists()
