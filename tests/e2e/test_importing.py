"""Somebody brings his own spreadsheet in without reading anything: choose, look, import, look at the result."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from playwright.sync_api import expect

from driveline.core.models import Membership, User
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import ImportBatch
from driveline.modules.leads.tests.conftest import Shop
from tests.e2e.axe import findings

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    ["10 月车展留资名单"],
    [],
    ["客户姓名", "联系电话", "渠道", "意向车", "跟进人", "客户等级", "留言"],
    ["周明远", 13800004127, "汽车之家", "迈腾", "gujia", "A", "想了解首付和置换"],
    ["何静怡", "139-0000-7752", "懂车帝", "", "", "B", ""],
    ["W先生", "1380000412", "抖音", "", "", "", ""],
    ["罗曼青", "１８１００００３３７９", "抖音", "", "", "", "周末到店"],
    ["", "13500005574", "汽车之家", "", "", "", ""],
    ["周明远", "+86 138 0000 4127", "懂车帝", "", "", "", ""],
]


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("名单")
        for n, row in enumerate(ROWS):
            sheet.write_row(n, 0, row)
    return out.getvalue()


LONG = "二〇一九年春季华东区车展现场留资客户名单" * 3 + "最终版第二次修订稿含备注列请勿外传"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def named(folder: Path, name: str) -> str:
    """The spreadsheet under a name."""
    file = folder / f"{name}.xlsx"
    file.write_bytes(workbook())
    return str(file)


def lines(place: Locator) -> int:
    """How many lines the text of a place takes."""
    return place.evaluate(
        "one => { const all = document.createRange(); all.selectNodeContents(one);"
        " return new Set([...all.getClientRects()].map(box => Math.round(box.top))).size; }"
    )


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("DRIVELINE_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_person_brings_his_own_spreadsheet_in(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    file = tmp_path / "十月车展.xlsx"
    file.write_bytes(workbook())
    there = shop.lead("何静怡", "13900007752")
    shop.assign(there, shop.world.guyi)
    seat = desk(shop.world.jingding)
    page = seat.open("/leads/").page
    page.get_by_role("link", name="批量导入").first.click()
    shot(page, "import-1")
    page.set_input_files("#import-file", str(file))
    expect(page.get_by_role("heading", name="对应字段", exact=True)).to_be_visible()
    shot(page, "import-2")
    page.get_by_role("button", name="下一步：预检").click()
    expect(page.get_by_role("heading", name="预检结果")).to_be_visible()
    shot(page, "import-3")
    assert Pursuit.objects.count() == 1
    page.reload()
    page.get_by_role("button", name="导入 4 行").click()
    expect(page.get_by_text("第 1 批")).to_be_visible()
    shot(page, "import-5")
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.counts["new"], batch.counts["duplicate"], batch.counts["failed"]) == (
        "done",
        2,
        2,
        2,
    )
    assert set(Pursuit.objects.values_list("party__name", "owner__name")) == {
        ("周明远", "顾甲"), ("罗曼青", None), ("何静怡", "顾乙"),
    }  # fmt: skip
    with page.expect_download() as got:
        page.get_by_role("link", name="错误行（2）").click()
    assert got.value.suggested_filename == "十月车展-错误行.xlsx"
    page.get_by_role("link", name="撤回导入").click()
    expect(seat.dialog).to_contain_text("2 条线索作废")
    shot(page, "import-revert")
    seat.dialog.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("作废 2 条，恢复 1 条")).to_be_visible()
    assert Pursuit.objects.filter(phase="closed").count() == 2


def test_every_step_is_open_to_everybody_and_fits_a_phone(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    file = tmp_path / "十月车展.xlsx"
    file.write_bytes(workbook())
    found: list[str] = []

    def look(page: Any, step: str) -> None:
        found.extend(f"{step}: {one}" for one in findings(page))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, step

    for phone in (False, True):
        seat = desk(shop.world.jingding, phone=phone)
        page = seat.open("/imports/new/").page
        look(page, "file")
        page.set_input_files("#import-file", str(file))
        expect(page.locator(".import-map")).to_be_visible()
        look(page, "columns")
        shot(page, f"import-2-phone-{phone}")
        page.locator("select[name=column-2]").select_option("mobile")
        page.get_by_role("button", name="下一步：预检").click()
        expect(page.locator("#column-2_error")).to_be_visible()
        look(page, "columns with an error")
        page.locator("select[name=column-2]").select_option("source")
        page.get_by_role("button", name="下一步：预检").click()
        expect(page.get_by_role("tab").first).to_be_visible()
        look(page, "check")
        shot(page, f"import-3-phone-{phone}")
        page.get_by_role("tab").first.focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tabpanel")).to_contain_text("1380000412")
        page.go_back()
        page.go_forward()
        page.get_by_text("平均分给这些人").click()
        page.locator(".import-people .check").first.click()
        page.get_by_role("button", name="导入 4 行").click()
        expect(page.get_by_role("link", name="撤回导入")).to_be_visible()
        look(page, "result")
        shot(page, f"import-5-phone-{phone}")
    assert found == []


@pytest.mark.parametrize("width", [375, 1280, 1440])
def test_a_long_name_of_a_file_takes_no_more_room_than_there_is(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path, width: int
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    seat = desk(shop.world.jingding, phone=width < 768)
    seat.page.set_viewport_size({"width": width, "height": 900})
    page = seat.open("/imports/new/").page
    page.set_input_files("#import-file", named(tmp_path, LONG))
    heading = page.get_by_role("heading", name="对应字段", exact=True)
    expect(heading).to_be_visible()
    assert page.evaluate(OVER) <= 0
    assert lines(heading) == 1
    crumb = page.locator(".crumb [aria-current]")
    expect(crumb).to_have_text(f"{LONG}.xlsx")
    right = crumb.evaluate("one => one.getBoundingClientRect().right")
    after = page.locator(".top > :not(.crumb):visible").first
    assert right <= after.evaluate("one => one.getBoundingClientRect().left")
    if width > 768:
        assert page.locator(".search").evaluate("one => one.offsetWidth") >= 200
        crumb.hover()
        expect(page.get_by_role("tooltip")).to_have_text(f"{LONG}.xlsx")
    shot(page, f"import-long-{width}")


def test_the_tabs_of_imports_are_told_apart(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    page = desk(shop.world.jingding).open("/imports/new/").page
    page.set_input_files("#import-file", named(tmp_path, LONG))
    expect(page.locator(".import-map")).to_be_visible()
    page.goto(page.url.split("/imports/")[0] + "/imports/new/")
    page.set_input_files("#import-file", named(tmp_path, "十月车展"))
    page.get_by_role("button", name="下一步：预检").click()
    expect(page.get_by_role("heading", name="预检结果")).to_be_visible()
    tabs = page.locator(".wtab a")
    expect(tabs).to_have_text(["工作台", "批量导入", f"{LONG}.xlsx", "十月车展.xlsx"])
    assert tabs.nth(2).evaluate("one => one.parentElement.offsetWidth") <= 240
    tabs.nth(2).hover()
    expect(page.get_by_role("tooltip")).to_have_text(f"{LONG}.xlsx")
    shot(page, "import-tabs")


def test_nothing_is_unsaved_because_it_was_refused(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    seat = desk(shop.world.jingding)
    page = seat.open("/imports/new/").page
    empty = tmp_path / "空.csv"
    empty.write_bytes(b"")
    page.set_input_files("#import-file", str(empty))
    expect(page.locator("#import-file_error")).to_be_visible()
    dirty = page.locator(".wtab.on .dirty")
    expect(dirty).to_have_count(0)
    page.set_input_files("#import-file", named(tmp_path, "十月车展"))
    expect(page.locator(".import-map")).to_be_visible()
    nameless = tmp_path / "没有手机号.csv"
    nameless.write_text("客户姓名,意向车\n周明远,迈腾\n何静怡,途观\n", encoding="utf-8")
    seat.open("/imports/new/")
    page.set_input_files("#import-file", str(nameless))
    page.get_by_role("button", name="下一步：预检").click()
    expect(page.locator(".card .al-bad")).to_contain_text("手机号")
    expect(dirty).to_have_count(0)
    page.locator("select[name=column-1]").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="下一步：预检").click()
    expect(page.locator(".card .al-bad")).to_contain_text("手机号")
    expect(dirty).to_be_visible()


def test_the_preview_says_that_no_column_has_a_field(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    page = desk(shop.world.jingding).open("/imports/new/").page
    page.set_input_files("#import-file", named(tmp_path, "十月车展"))
    expect(page.locator(".import-map")).to_be_visible()
    for select in page.locator(".import-map select").all():
        select.select_option("")
    page.get_by_role("button", name="下一步：预检").click()
    preview = page.locator("section.card", has=page.get_by_role("heading", name="预览"))
    expect(preview).to_contain_text("还没有对应任何列")
    expect(preview.locator("tr")).to_have_count(0)
    shot(page, "import-nothing-mapped")


def test_a_phone_shows_the_verdict_beside_every_row(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    page = desk(shop.world.jingding, phone=True).open("/imports/new/").page
    page.set_input_files("#import-file", named(tmp_path, "十月车展"))
    page.get_by_role("button", name="下一步：预检").click()
    box = page.get_by_role("tabpanel")
    expect(box).to_be_visible()
    for cell in box.locator("tbody .pin-r").all():
        place = cell.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 375
    wide = box.locator(".tbl-x").evaluate("one => one.clientWidth")
    verdict = box.locator("thead .pin-r").evaluate("one => one.offsetWidth")
    assert verdict <= wide * 0.5  # the row itself is still to be seen
    shot(page, "import-verdicts-phone")


@pytest.mark.parametrize(("height", "met"), [(720, 0), (720, 1), (900, 0), (900, 1)])
def test_the_card_with_the_button_covers_nobody(
    shop: Shop, desk: OpenDesk, settings: Any, tmp_path: Path, height: int, met: int
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    world = shop.world
    if met:
        for name, number in (("何静怡", "13900007752"), ("罗曼青", "18100003379")):
            there = shop.lead(name, number)
            shop.assign(there, world.guyi)
        shop.void(there)
    for n in range(9):
        colleague = User.objects.create(login=f"more{n}", name=f"顾问{n}", password="!")
        Membership.objects.create(user=colleague, store=world.a, role=world.roles["consultant"])
    seat = desk(world.jingding)
    seat.page.set_viewport_size({"width": 1440, "height": height})
    page = seat.open("/imports/new/").page
    page.set_input_files("#import-file", named(tmp_path, "十月车展"))
    page.get_by_role("button", name="下一步：预检").click()
    page.get_by_text("平均分给这些人").click()
    go = page.get_by_role("button", name="导入 4 行")
    if height == 900:
        expect(go).to_be_in_viewport(ratio=1)
    assert findings(page) == []
    expect(page.get_by_role("group", name="分配方式")).to_be_attached()
    around = page.locator(".import-side > .card", has=page.locator(".import-people"))
    assert around.evaluate("one => one.scrollHeight <= one.clientHeight")  # the list scrolls, not the card
    last = page.locator(".import-people .check").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    end = last.evaluate("one => one.getBoundingClientRect().bottom")
    assert end <= page.locator(".import-go").evaluate("one => one.getBoundingClientRect().top")
    last.click()
    expect(last.locator("input")).to_be_checked()
    shot(page, f"import-people-{height}-{met}")
