"""What gives way where there is little room: the head of a wide table follows, columns step aside, the side is a tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from driveline.core import sessions
from driveline.core.models import Brand, CarModel, Party, Series
from driveline.engines.followup.models import FollowUp, Pursuit
from driveline.kit import registry
from driveline.kit.listing import ListPage
from tests.e2e.axe import findings
from tests.suites.rows import sample_of

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk
    from tests.e2e.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

TOP = "document.querySelector('.tbl-x thead th').getBoundingClientRect().top"
BARS = "document.querySelector('.wtabs').getBoundingClientRect().bottom"
LEFT = "(css) => document.querySelector(css).getBoundingClientRect().left"
WIDE = "!document.querySelector('.tbl-x').classList.contains('fits')"


def head_stands_below_the_bars(at: Desk) -> None:
    """One frame after the scrolling: the browser may still be about to draw."""
    at.page.wait_for_function(f"Math.abs({TOP} - {BARS}) <= 1")


def test_the_head_of_a_table_wider_than_its_card_stays_below_the_bars(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(30)
    at = desk(shop.world.jingding)
    at.page.set_viewport_size({"width": 800, "height": 600})
    at.open("/leads/")
    at.page.locator("[data-page-size]").select_option("50")
    expect(at.rows).to_have_count(30)
    assert at.page.evaluate(WIDE)
    before = at.page.evaluate(TOP)
    assert before > at.page.evaluate(BARS)
    at.page.evaluate("scrollTo(0, 600)")
    head_stands_below_the_bars(at)
    at.page.locator(".tbl-x").evaluate("box => { box.scrollLeft = 120 }")
    assert at.page.evaluate(LEFT, "thead .pin-l") == at.page.evaluate(LEFT, "tbody .pin-l")
    assert at.page.evaluate(LEFT, "thead .pin-r") == at.page.evaluate(LEFT, "tbody .pin-r")
    expect(at.page.locator("thead .sort").first).to_be_in_viewport()
    at.page.locator("thead .sort").focus()
    assert at.page.evaluate("scrollY") == 600  # it stands where it can be seen: nothing jumps
    at.page.keyboard.press("Enter")
    expect(at.page).to_have_url(f"{at.home}/leads/?order=oldest")
    expect(at.page.locator("thead .sort")).to_be_focused()
    head_stands_below_the_bars(at)
    at.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last = "[...document.querySelectorAll('tr[data-row]')].at(-1).getBoundingClientRect().bottom"
    assert at.page.evaluate(f"{TOP} < {last}")
    at.page.evaluate("scrollTo(0, 0)")
    at.page.wait_for_function(f"Math.abs({TOP} - {before}) <= 1")


def test_the_head_follows_by_script_where_the_browser_cannot(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(20)
    at = desk(shop.world.jingding)
    at.page.add_init_script(
        "const can = CSS.supports.bind(CSS); CSS.supports = (...asked) => !/timeline/.test(asked[0]) && can(...asked);"
    )
    at.page.set_viewport_size({"width": 800, "height": 600})
    at.open("/leads/")
    assert at.page.evaluate(WIDE)
    # The style sheet asks the browser itself, so that its own way is taken away here.
    at.page.evaluate(
        "document.querySelector('.tbl-x thead').style.setProperty('animation', 'none', 'important')"
    )
    at.page.evaluate("scrollTo(0, 500)")
    head_stands_below_the_bars(at)
    at.page.evaluate("scrollTo(0, 0)")
    at.page.wait_for_function(f"{TOP} > {BARS} + 100")


def columns(at: Desk) -> list[str]:
    return [text for text in at.page.locator("thead th:visible").all_inner_texts() if text]


def test_two_columns_step_aside_below_1366_and_come_back(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(3)
    at = desk(shop.world.jingding)
    at.page.set_viewport_size({"width": 1366, "height": 800})
    at.open("/leads/")
    everything = columns(at)
    assert {"跟进", "最近跟进"} <= set(everything)
    at.page.set_viewport_size({"width": 1365, "height": 800})
    assert columns(at) == [name for name in everything if name not in ("跟进", "最近跟进")]
    count = at.page.locator("[data-columns-toggle] .t3")
    assert count.inner_text().startswith("9/")
    count.click()
    option = at.page.locator('.col-opt[data-key="follow_count"]')
    expect(option.locator("input")).not_to_be_checked()
    expect(option).to_contain_text("窗口够宽时显示")
    with at.page.expect_response("**/preferences/"):
        option.locator("input").check()
    expect(at.page.get_by_role("columnheader", name="跟进", exact=True)).to_be_visible()
    assert columns(at) == [name for name in everything if name != "最近跟进"]
    at.page.keyboard.press("Escape")
    at.page.set_viewport_size({"width": 1440, "height": 800})  # what was chosen holds at every width
    assert columns(at) == [name for name in everything if name != "最近跟进"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_fits_its_card_from_1280_on(shop: Shop, desk: OpenDesk, language: str) -> None:
    world = shop.world
    manager = world.jingding
    actor = world.actor(manager)
    shown = [page for page in registry.pages() if isinstance(page, ListPage) and page.allowed(actor)]
    for page in shown:
        sample_of(page.name).make(world, world.a, manager)
    long = "客户先问了有没有现车，已经提到优惠幅度，周末带家人来店里再谈，预算没有变，颜色想要黑色"
    series = Series.objects.create(brand=Brand.objects.create(name="大众", initials="dz"), name="T-Roc探歌")
    model = CarModel.objects.create(series=series, name="T-Roc探歌 2025款 改款 300TSI DSG舒适智联版")
    Pursuit.objects.update(series=series, car_model=model, last_remark=long, close_remark=long)
    FollowUp.objects.update(remark=long)
    Party.objects.update(name="南京江宁开发区新能源汽车销售服务有限公司第二分公司")
    at = desk(manager)
    at.page.context.add_cookies([{"name": "driveline_language", "value": language, "url": at.home}])
    wide = []
    for width in (1280, 1366, 1440):
        at.page.set_viewport_size({"width": width, "height": 800})
        for page in shown:
            at.open(page.url)
            expect(at.rows.first).to_be_visible()
            if at.page.evaluate(WIDE):
                wide.append((page.name, width))
    assert wide == []
    name = at.open("/leads/").page.locator("a.name").first
    assert name.evaluate("name => name.scrollWidth > name.clientWidth")
    name.hover()
    expect(at.page.get_by_role("tooltip")).to_have_text(name.inner_text())


def test_below_1100_the_side_of_the_drawer_is_a_tab(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia)
    at.page.set_viewport_size({"width": 1099, "height": 800})
    at.open("/lead-tasks/").follow_up(shop.task(lead).pk)
    body = at.drawer.locator("[data-part=main]")
    data = at.drawer.locator(".side-tabs").get_by_role("tab", name="资料")
    expect(body).to_have_attribute("aria-selected", "true")
    expect(at.drawer.locator("#side")).to_be_hidden()
    at.remark.fill("写了一半")
    data.click()
    expect(at.drawer.locator("#side")).to_contain_text(lead.party.phone_key[-4:])
    expect(data).to_have_attribute("aria-selected", "true")
    expect(at.drawer.locator(".side-seg")).to_be_hidden()  # one row of tabs is enough
    expect(at.remark).to_be_hidden()
    assert findings(at.page, "#drawer") == []
    data.focus()
    for _step in range(2):
        at.page.keyboard.press("ArrowLeft")
    expect(body).to_be_focused()
    expect(at.remark).to_have_value("写了一半")
    expect(at.remark).to_be_visible()
    at.page.set_viewport_size({"width": 1100, "height": 800})
    expect(at.drawer.locator("#side")).to_be_visible()
    expect(at.remark).to_be_visible()
    expect(body).to_be_hidden()


def test_a_phone_reaches_every_condition_of_a_short_query(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.guanchou, phone=True).open("/audit/")
    when, search = at.page.locator("[name=at_from]"), at.page.get_by_role("button", name="查询")
    expect(at.page.get_by_text("操作人", exact=True).first).to_be_visible()
    expect(search).to_be_hidden()
    at.page.get_by_role("button", name="展开").tap()
    expect(search).to_be_visible()
    assert when.evaluate("field => field.closest('.q').getClientRects().length") == 1
    assert at.page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_folded_query_says_what_its_field_asks_for(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding, phone=True)
    label = at.open("/imports/").page.locator(".query .q:visible label").first
    expect(label).to_have_text("文件名")
    assert label.evaluate("label => label.getBoundingClientRect().width") > 30
    keyword = at.open("/leads/").page.locator(".query .q:visible").first  # its sample text says it
    assert keyword.locator("label").evaluate("label => label.getBoundingClientRect().width") <= 1


def test_a_phone_ends_a_session_without_looking_for_the_button(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.gujia, phone=True)
    agent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
    )
    sessions.begin(shop.world.gujia, Session.objects.get().session_key, "192.168.100.100", agent)
    box = at.open("/account/sessions/").page.locator(".tbl-x")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(box).to_contain_text("192.168.100.100")
    expect(at.page.locator("td .only-phone").first).to_be_visible()


def test_a_table_that_is_no_list_scrolls_on_a_phone(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding, phone=True).open("/api/docs/leads")
    expect(at.page.locator(".tbl-x").first).to_have_attribute("tabindex", "0")
    wide = at.page.locator(".tbl-x").evaluate_all(
        "boxes => boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => getComputedStyle(box).overflowX)"
    )
    assert set(wide) == {"auto"}
