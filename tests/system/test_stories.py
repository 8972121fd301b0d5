"""The scenarios of the specification that speak of pages, asked for as a browser asks, with their ids."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from driveline.core import clock
from driveline.core.models import Grant, Membership
from driveline.core.notifications import notify
from driveline.engines.followup.invariants import check
from driveline.engines.followup.models import FollowUp, Pursuit
from driveline.kit.scopes import Scope
from driveline.modules.leads.tests.conftest import REMARK, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.world import World

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    """The cast at work on 2019-03-05, ten o'clock; in the end the invariants hold."""
    with clock.freeze("2019-03-05T10:00"):
        yield Shop(world)
    assert check(world.a) == check(world.b) == []


def shown(browser: Client, url: str) -> list[int]:
    """The keys of the rows on a list page."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return [int(pk) for pk in re.findall(r'<tr data-row="(\d+)"', answer.content.decode())]


def live(browser: Client) -> dict[str, Any]:
    """Badges and bell."""
    told: dict[str, Any] = browser.get("/live/", headers=SCRIPT).json()
    return told


def badge(browser: Client, name: str) -> int:
    return int(live(browser)["badges"].get(name, {"n": 0})["n"])


def test_s02_s03_an_assigned_lead_is_due_today_and_overdue_tomorrow(shop: Shop) -> None:
    world = shop.world
    lead = shop.lead()
    manager, consultant = world.client(world.jingding), world.client(world.gujia)
    assert badge(manager, "leads") == 1
    answer = manager.post("/leads/batch/assign/", {"ids": lead.pk, "users": world.gujia.pk}, headers=SCRIPT)
    assert answer.status_code == 204
    task = shop.task(lead).pk
    buckets = [f"/lead-tasks/?scene={scene}" for scene in ("due", "overdue", "future")]
    assert [shown(consultant, url) for url in buckets] == [[task], [], []]
    assert (badge(consultant, "lead-tasks"), live(consultant)["unread"]["n"]) == (1, 1)
    assert "王先生" in consultant.get("/notifications/").content.decode()
    with clock.freeze("2019-03-06T10:00"):
        assert [shown(consultant, url) for url in buckets] == [[], [task], []]
        assert "过期 1 天" in consultant.get(buckets[1]).content.decode()


def test_s14_the_parent_entry_adds_up_what_its_pages_wait_for(shop: Shop) -> None:
    world = shop.world
    with clock.freeze("2019-03-01T10:00"):
        shop.assign(shop.leads(3), world.gujia)
        future = shop.leads(5)
        shop.assign(future, world.guyi)
    for lead in future:
        shop.record(lead, by=world.guyi)
    shop.assign(shop.leads(4), world.gujia)
    shop.leads(20)
    browser = world.client(world.jingding)
    assert [badge(browser, name) for name in ("leads", "lead-tasks", "network")] == [20, 7, 27]


def test_s78_anothers_row_does_not_exist_and_an_export_is_forbidden(shop: Shop) -> None:
    world = shop.world
    his, hers = shop.lead("甲的"), shop.lead("乙的")
    shop.assign(his, world.gujia)
    shop.assign(hers, world.guyi)
    mine, theirs = shop.task(his).pk, shop.task(hers).pk
    shop.record(hers, by=world.guyi)
    theirs, done = shop.task(hers).pk, theirs
    browser = world.client(world.gujia)
    assert shown(browser, "/leads/") == [his.pk]
    assert shown(browser, "/lead-tasks/") == [mine]
    assert shown(browser, "/lead-records/") == []
    assert "export" not in browser.get("/leads/").content.decode()
    for path in (
        f"/leads/{hers.pk}/",
        f"/leads/{hers.pk}/edit/",
        f"/lead-tasks/{theirs}/record/",
        f"/lead-tasks/of/{hers.pk}/",
        f"/phones/{hers.party_id}/reveal/",
    ):
        status = browser.get(path).status_code
        assert status in (404, 405), path
    said = {"chip": "go_on", "remark": REMARK}
    for path in (
        f"/lead-tasks/{theirs}/record/",
        f"/lead-tasks/{theirs}/supplement/",
        f"/lead-tasks/{done}/supplement/",
        f"/leads/{hers.pk}/edit/",
        f"/phones/{hers.party_id}/reveal/",
    ):
        assert browser.post(path, said, headers=SCRIPT).status_code == 404, path
    for path in ("/leads/export.csv", "/lead-records/export.csv", "/lost-leads/export.csv"):
        assert browser.get(path).status_code == 403, path
    for path, status in (
        (f"/leads/{hers.pk}/void/", 404),
        (f"/leads/{his.pk}/void/", 403),
        ("/leads/batch/assign/", 403),
    ):
        assert browser.post(path, {"ids": hers.pk}, headers=SCRIPT).status_code == status, path
    assert FollowUp.objects.count() == 1
    assert "没有找到" in browser.get("/search/?q=乙的").content.decode()
    assert browser.get(f"/leads/{his.pk}/").status_code == 200


def test_s79_after_the_switch_lists_settings_and_badges_are_the_other_stores(shop: Shop) -> None:
    world = shop.world
    here = shop.lead("武一", phone="13800000001")
    there = shop.lead("城二", phone="13800000001", by=world.wangchen)
    shop.assign(here, world.shuangwei)
    browser = world.client(world.shuangwei, world.a)
    assert (shown(browser, "/leads/"), badge(browser, "leads"), badge(browser, "lead-tasks")) == (
        [here.pk],
        0,
        1,
    )
    form = {"chip": "go_on", "remark": REMARK, "store": world.a.pk}
    assert browser.get("/settings/").status_code == 403  # a consultant there
    assert browser.post("/switch-store/", {"store": world.b.pk}).status_code == 302
    assert (shown(browser, "/leads/"), badge(browser, "leads"), badge(browser, "lead-tasks")) == (
        [there.pk],
        1,
        0,
    )
    assert browser.get(f"/leads/{here.pk}/").status_code == 404
    refused = browser.post(f"/lead-tasks/{shop.task(here).pk}/record/", form, headers=SCRIPT)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert "星云海" in text
    assert "武汉星城" in text
    assert FollowUp.objects.count() == 0
    assert "data-stores" not in world.client(world.gujia).get("/").content.decode()


def test_s81_an_account_is_closed_only_when_its_work_is_handed_over(shop: Shop) -> None:
    world = shop.world
    shop.assign(shop.leads(5), world.gujia)
    admin = world.client(world.guanchou)
    member = Membership.objects.get(user=world.gujia)
    refused = admin.post(f"/users/{member.pk}/disable/", headers=SCRIPT)
    assert refused.status_code in (409, 422)
    assert "5" in refused.content.decode()
    world.gujia.refresh_from_db()
    assert world.gujia.is_active
    leads = Pursuit.objects.filter(owner=world.gujia)
    shop.reassign(list(leads), world.guyi)
    session = world.client(world.gujia)
    assert session.get("/leads/").status_code == 200
    done = admin.post(f"/users/{member.pk}/disable/", headers=SCRIPT)
    assert done.status_code == 204, done.content.decode()
    assert session.get("/leads/")["Location"].startswith("/sign-in/")
    assert Pursuit.objects.filter(owner=world.guyi).count() == 5


def test_s83_the_bell_counts_what_was_not_read(shop: Shop) -> None:
    world = shop.world
    for n in range(9):
        params = {"count": 1, "names": f"客户{n}", "by": "经丁"}
        notify(world.a.pk, [world.gujia.pk], "assigned", params, link="/lead-tasks/")
    browser = world.client(world.gujia)
    assert live(browser)["unread"] == {"n": 9, "text": "9"}
    pk = shown(browser, "/notifications/")[0]
    assert browser.get(f"/notifications/{pk}/open/")["Location"] == "/lead-tasks/"
    assert live(browser)["unread"]["n"] == 8
    assert world.client(world.guyi).get(f"/notifications/{pk}/open/").status_code == 404
    assert browser.post("/notifications/read-all/", headers=SCRIPT).status_code == 204
    assert live(browser)["unread"]["n"] == 0


def test_ac_07_a_superior_sees_the_rows_of_everybody_below(shop: Shop) -> None:
    """b1 above b2 above b3, one lead each; the administrator's lead of the store sees all three."""
    world = shop.world
    chain = [world.wangbing, world.gujia, world.guyi]
    Membership.objects.filter(user__in=chain).update(superior=None)
    for above, below in pairwise(chain):
        Membership.objects.filter(user=below).update(superior=world.member(above))
    Grant.objects.filter(
        role__code__in=("consultant", "web_consultant"), permission__in=("leads.view", "lead_tasks.view")
    ).update(scope=Scope.TEAM)
    leads = [shop.lead(f"客户{n}") for n in range(3)]
    for lead, user in zip(leads, chain, strict=True):
        shop.assign(lead, user)
    browsers = [world.client(user) for user in chain]
    for url in ("/leads/", "/lead-tasks/"):
        counts = [len(shown(browser, url)) for browser in (*browsers, world.client(world.xiaozong))]
        assert counts == [3, 2, 1, 3]
    b1, b2, b3 = browsers
    assert b3.get(f"/leads/{leads[0].pk}/").status_code == 404
    assert b3.get(f"/leads/{leads[1].pk}/").status_code == 404
    assert b2.get(f"/leads/{leads[2].pk}/").status_code == 200
    assert b1.get(f"/leads/{leads[2].pk}/").status_code == 200


def test_ac_47_the_pager_of_45_rows(shop: Shop) -> None:
    world = shop.world
    shop.leads(45)
    browser = world.client(world.jingding)

    def page(typed: str) -> tuple[int, list[str]]:
        text = browser.get(f"/leads/?page={typed}").content.decode()
        said = re.search(r'<div class="pager">\s*<span>([^<]*)', text)
        assert said is not None
        return len(re.findall("<tr data-row", text)), re.findall(r"\d+", said[1])

    assert page("") == page("1") == page("abc") == page("0") == (20, ["45", "1", "3"])
    assert page("2") == (20, ["45", "2", "3"])
    assert page("3") == page("4") == (5, ["45", "3", "3"])
    browser.post(
        "/preferences/", {"key": "ui.list.leads", "value": {"page_size": 50}}, content_type="application/json"
    )
    assert page("")[0] == 45
