"""The demonstration keeps every rule of the engine, and looks alive."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client, override_settings

from driveline.core import catalogue, clock
from driveline.core.models import DailyCounter, Membership, Notification, OrgUnit, Party, User
from driveline.core.roles import ROLES
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.invariants import check
from driveline.engines.followup.models import FollowUp, Pursuit, Task, TaskMove
from driveline.kit.errors import Refused
from driveline.modules.setup import demo
from driveline.modules.setup.demo import loading
from driveline.modules.setup.demo.people import PASSWORD

NOON = "2026-11-20T14:26"
SMALL = (260, 140)


@pytest.fixture
def group(db: None, monkeypatch: pytest.MonkeyPatch) -> list[demo.DemoLogin]:
    cars = [line for line in catalogue.read_file() if line.brand in loading.SERIES]
    monkeypatch.setattr(loading.catalogue, "load", partial(catalogue.load, cars))
    with clock.freeze(NOON):
        return demo.load(leads=SMALL)


def test_a_demo_keeps_the_rules_and_looks_alive(group: list[demo.DemoLogin]) -> None:
    now = clock.parse(NOON)
    with clock.freeze(now):
        stores = OrgUnit.objects.filter(kind="store")
        assert [check(store) for store in stores] == [[], []]
    assert Pursuit.objects.count() == sum(SMALL)
    phases = set(Pursuit.objects.values_list("phase", flat=True).distinct())
    assert phases == {Phase.UNASSIGNED, Phase.ACTIVE, Phase.LOST, Phase.CLOSED}
    assert Pursuit.objects.filter(cycle__gt=1).exists()
    assert TaskMove.objects.exists()
    for membership in Membership.objects.filter(role__code__in=["consultant", "web_consultant"]):
        mine = Task.objects.filter(assignee=membership.user, state="open")
        assert mine.filter(due_date=now.date()).exists()
        assert mine.filter(pursuit__first_contact_at=None).count() >= 2
    assert not FollowUp.objects.filter(at__gt=now).exists()
    assert not Pursuit.objects.filter(arrived_at__gt=now).exists()
    assert not Party.objects.filter(created_at__gt=now).exists()
    assert not DailyCounter.objects.filter(day__gte=now.date()).exists()
    remarks = list(FollowUp.objects.filter(reached=True).values_list("remark", flat=True))
    assert min(len(remark.replace(" ", "")) for remark in remarks) >= 15
    share = len(set(remarks)) / len(remarks)
    assert share > 0.8


def test_a_demo_has_somebody_in_every_role_who_can_sign_in(group: list[demo.DemoLogin]) -> None:
    held = set(Membership.objects.values_list("role__code", flat=True))
    assert held == {role.code for role in ROLES}
    browser = Client()
    answer = browser.post("/sign-in/", {"login": group[0].login, "password": PASSWORD})
    assert answer.status_code == 302
    known = set(User.objects.filter(is_system=False).values_list("login", flat=True))
    assert {login.login for login in group} == known
    assert Notification.objects.filter(read_at=None).exists()


@pytest.mark.django_db(transaction=True)  # PostgreSQL empties no table that this transaction has filled
def test_the_same_seed_gives_the_same_demo_and_never_over_something(group: list[demo.DemoLogin]) -> None:
    def told() -> list[object]:
        names = ("party__name", "party__phone_key", "phase", "next_due", "last_remark")
        return list(Pursuit.objects.order_by("pk").values_list(*names))

    first = told()
    with pytest.raises(Refused):
        demo.load()
    with clock.freeze(NOON):
        demo.load(reset=True, leads=SMALL)
    assert told() == first


@override_settings(TESTING=False, DEMO=False, DEBUG=False)
def test_a_demo_is_never_loaded_into_a_real_installation(db: None) -> None:
    with pytest.raises(Refused):
        demo.load()
    assert not OrgUnit.objects.exists()
