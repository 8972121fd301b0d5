"""The screen in English: longer words have their room, and what was opened before the change of language follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.engines.followup.models import Pursuit

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk
    from tests.e2e.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

# Texts that are wider than the box they stand in, of those that may not be cut.
CUT = """() => [...document.querySelectorAll('.desk .stat > div:first-child, .desk .queue .l, .desk-due th, .desk-due .btn')]
  .filter((one) => one.offsetWidth && (one.scrollWidth > one.clientWidth + 1
    || one.getBoundingClientRect().right > one.closest('.card').getBoundingClientRect().right))
  .map((one) => one.textContent)"""
GAP = """(sub) => sub.querySelector('.count').getBoundingClientRect().left
  - sub.querySelector('span').getBoundingClientRect().right"""


def english(at: Desk) -> Desk:
    """The same browser with the language switch at English."""
    at.page.context.add_cookies([{"name": "driveline_language", "value": "en", "url": at.home}])
    return at


@pytest.mark.parametrize("width", [1280, 1440])
def test_no_word_of_the_workbench_is_cut(shop: Shop, desk: OpenDesk, width: int) -> None:
    shop.assign(shop.leads(3), shop.world.gujia)
    at = english(desk(shop.world.jingding))
    at.page.set_viewport_size({"width": width, "height": 900})
    at.open("/")
    expect(at.page.locator(".desk-due .btn").first).to_be_visible()
    assert at.page.evaluate(CUT) == []


def test_a_badge_keeps_its_distance_from_the_words_of_the_menu(shop: Shop, desk: OpenDesk) -> None:
    shop.assign(shop.leads(3), shop.world.gujia)
    at = english(desk(shop.world.gujia)).open("/leads/")
    tasks = at.page.locator(".side .sub", has=at.page.locator('[data-badge="lead-tasks"]'))
    expect(tasks.locator(".count")).to_have_text("3")
    tasks.locator("span").first.evaluate("words => { words.textContent = 'Follow-up tasks of everybody'; }")
    assert tasks.evaluate(GAP) >= 6


def test_open_pages_take_the_new_language(shop: Shop, desk: OpenDesk) -> None:
    shop.lead(name="Wang")
    at = desk(shop.world.jingding).open("/leads/").open("/account/password/").open("/lead-records/")
    tabs = at.page.locator(".wtab a")
    expect(tabs).to_have_text(["工作台", "网销线索", "密码", "线索跟进记录"])
    english(at).open("/lead-records/")
    expect(tabs).to_have_text(["Workbench", "Leads", "Password", "Follow-up records"])
    at.open("/leads/")
    expect(tabs).to_have_text(["Workbench", "Leads", "Password", "Follow-up records"])


def test_a_page_that_cannot_be_seen_is_asked_for_its_title_once(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    at = desk(shop.world.jingding).open(f"/leads/{lead.pk}/").open("/lead-records/")
    shop.void([lead])
    Pursuit.objects.filter(pk=lead.pk).update(store=shop.world.b)  # out of sight
    asked: list[str] = []
    at.page.on("request", lambda request: asked.append(request.url.removeprefix(at.home)))
    for _visit in range(3):
        with at.page.expect_response("**/live/"):
            english(at).open("/lead-records/")
        expect(at.page.locator(".wtab.on a")).to_have_text("Follow-up records")
    assert asked.count(f"/leads/{lead.pk}/") == 1


def test_a_figure_keeps_its_distance_from_its_unit(shop: Shop, desk: OpenDesk) -> None:
    shop.assign(shop.leads(3), shop.world.gujia)
    at = english(desk(shop.world.gujia)).open("/")
    expect(at.page.locator(".stat .v").first).to_have_text("0 times")


def test_the_head_of_the_documentation_fits_a_phone(shop: Shop, desk: OpenDesk) -> None:
    at = english(desk(shop.world.jingding, phone=True)).open("/api/docs")
    assert at.page.evaluate("document.documentElement.scrollWidth") <= 375
