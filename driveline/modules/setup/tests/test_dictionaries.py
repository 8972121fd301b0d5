"""数据字典: AC-46, order, what belongs to the group and what to a store."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from driveline.core import dictionaries
from driveline.core.models import DictHide, DictItem, OrgUnit
from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.models import Lead
from tests.factories import a_lead
from tests.world import World

DRAWER = {"X-Drawer": "1"}
KIND = "lead_source"


@pytest.fixture
def admin(world: World) -> Client:
    """管丑, with the seeded dictionaries of the group."""
    dictionaries.seed(world.group.pk)
    return world.client(world.guanchou)


def add(browser: Client, label: str, **data) -> DictItem:
    answer = browser.post(f"/dictionaries/{KIND}/new/", {"label": label, **data}, headers=DRAWER)
    assert answer.status_code == 204
    return DictItem.objects.get(label=label)


def offered(world: World, store=None) -> list[str]:
    return [entry.label_zh for entry in dictionaries.items((store or world.a).pk, KIND)]


def row(page: str, pk: int) -> str:
    start = page.index(f'data-row="{pk}"')
    return page[start : page.index("</tr>", start)]


def test_ac_46_what_is_disabled_is_no_longer_offered_and_stays_where_it_stands(world, admin) -> None:
    fair = add(admin, "展会")
    lead = a_lead(world, owner=world.gujia)
    Pursuit.objects.filter(pk=lead.pk).update(source=fair)
    assert admin.post(f"/dictionaries/items/{fair.pk}/disable/").status_code == 204
    assert "展会" not in offered(world)
    assert "展会" not in world.client(world.gujia).get("/leads/new/", headers=DRAWER).text
    assert "展会" in world.client(world.gujia).get(f"/leads/{lead.pk}/", headers=DRAWER).text
    own_row = row(admin.get(f"/dictionaries/{KIND}/").text, fair.pk)
    for verb in ("edit", "delete", "disable", "move"):
        assert f"items/{fair.pk}/{verb}/" not in own_row
    refused = admin.post(f"/dictionaries/items/{fair.pk}/delete/")
    assert refused.status_code == 409
    assert "1" in refused.text
    assert DictItem.objects.filter(pk=fair.pk).exists()
    assert admin.post(f"/dictionaries/items/{fair.pk}/enable/").status_code == 204
    assert "展会" in offered(world)


def test_what_nobody_uses_is_deleted(world, admin) -> None:
    fair = add(admin, "展会")
    asked = admin.get(f"/dictionaries/items/{fair.pk}/delete/", headers={"X-Dialog": "1"})
    assert asked.status_code == 200
    assert admin.post(f"/dictionaries/items/{fair.pk}/delete/").status_code == 204
    assert not DictItem.objects.filter(pk=fair.pk).exists()


def test_entries_are_added_edited_and_moved(world, admin) -> None:
    first, second = add(admin, "车展"), add(admin, "外拓")
    assert offered(world)[-2:] == ["车展", "外拓"]
    assert admin.post(f"/dictionaries/items/{second.pk}/move/up/").status_code == 204
    assert offered(world)[-2:] == ["外拓", "车展"]
    assert admin.post(f"/dictionaries/items/{second.pk}/move/sideways/").status_code == 404
    answer = admin.post(f"/dictionaries/items/{first.pk}/edit/", {"label": "国际车展"}, headers=DRAWER)
    assert answer.status_code == 204
    assert "国际车展" in offered(world)
    twice = admin.post(f"/dictionaries/{KIND}/new/", {"label": "外拓"}, headers=DRAWER)
    assert twice.status_code == 422


def test_a_store_adds_for_itself_and_hides_what_is_the_groups(world, admin) -> None:
    add(admin, "本店车展")
    assert "本店车展" not in offered(world, world.b)
    item = DictItem.objects.get(unit=world.group, kind=KIND, code="yiche")
    for verb in ("disable", "delete", "move/up", "edit"):
        assert admin.post(f"/dictionaries/items/{item.pk}/{verb}/", {"label": "x"}).status_code in (403, 404)
    assert admin.post(f"/dictionaries/items/{item.pk}/hide/").status_code == 204
    assert item.label not in offered(world)
    assert item.label in offered(world, world.b)
    assert "/show/" in row(admin.get(f"/dictionaries/{KIND}/").text, item.pk)
    assert admin.post(f"/dictionaries/items/{item.pk}/show/").status_code == 204
    assert item.label in offered(world)


def test_the_group_keeps_the_entries_of_all_stores(world, admin) -> None:
    browser = world.client(world.jiguan)
    add(browser, "集团活动")
    assert "集团活动" in offered(world)
    assert "集团活动" in offered(world, world.b)


def test_another_stores_entry_does_not_exist(world, admin) -> None:
    theirs = add(world.client(world.guanchen), "他店来源")
    assert "他店来源" not in admin.get(f"/dictionaries/{KIND}/").text
    for verb in ("edit", "hide", "disable", "delete", "move/up"):
        assert admin.post(f"/dictionaries/items/{theirs.pk}/{verb}/", {"label": "x"}).status_code == 404
    assert DictItem.objects.get(pk=theirs.pk).active


def test_whoever_only_looks_changes_nothing(world, admin) -> None:
    item = add(admin, "展会")
    browser = world.client(world.jingding)
    page = browser.get(f"/dictionaries/{KIND}/").text
    assert "展会" in page
    assert "data-post" not in row(page, item.pk)
    for verb in ("edit", "hide", "disable", "delete", "move/up"):
        assert browser.post(f"/dictionaries/items/{item.pk}/{verb}/", {"label": "x"}).status_code == 403
    assert browser.post(f"/dictionaries/{KIND}/new/", {"label": "x"}, headers=DRAWER).status_code == 403
    assert DictHide.objects.count() == 0
    assert world.client(world.gujia).get(f"/dictionaries/{KIND}/").status_code == 403


def test_a_reason_stands_under_its_category(world, admin) -> None:
    data = {"label": "嫌远", "parent_code": "commercial"}
    assert admin.post("/dictionaries/defeat_reason/new/", data, headers=DRAWER).status_code == 204
    assert DictItem.objects.get(label="嫌远").parent_code == "commercial"
    wrong = {"label": "嫌近", "parent_code": "no_such"}
    assert admin.post("/dictionaries/defeat_reason/new/", wrong, headers=DRAWER).status_code == 422


def test_what_the_program_uses_cannot_be_disabled(world) -> None:
    dictionaries.seed(world.group.pk)
    browser = world.client(world.jiguan)
    item = DictItem.objects.get(kind="defeat_reason", code="system_m")
    assert browser.post(f"/dictionaries/items/{item.pk}/disable/").status_code == 409
    assert DictItem.objects.get(pk=item.pk).active


def test_an_unknown_dictionary_is_not_found(world, admin) -> None:
    assert admin.get("/dictionaries/no_such/").status_code == 404
    assert admin.get("/dictionaries/no_such/new/", headers=DRAWER).status_code == 404


def test_uses_are_counted_no_further_than_a_dialog_says(world) -> None:
    dictionaries.seed(world.group.pk)
    lead = a_lead(world)
    item = DictItem.objects.get(unit=world.group, kind="void_reason", code="wrong_number")
    Lead.objects.filter(pk=lead.pk).update(void_reason=item.code)
    with CaptureQueriesContext(connection) as asked:
        assert dictionaries.count_uses(item) == 1
    assert all("LIMIT 1000" in query["sql"] for query in asked.captured_queries)
    dictionaries.uses("competitor", counter := lambda _item: 1000)
    try:
        item = DictItem.objects.create(unit=world.group, kind="competitor", code="x", label="甲", position=1)
        group = world.client(world.jiguan)
        asked_text = group.get(f"/dictionaries/items/{item.pk}/disable/", headers={"X-Dialog": "1"}).text
        assert "999+ 条记录选用了它，不受影响。" in asked_text
        assert "已被使用 999+ 次" in group.post(f"/dictionaries/items/{item.pk}/delete/").text
    finally:
        dictionaries._counters["competitor"].remove(counter)


def test_what_is_taken_out_of_choice_asks_with_the_consequence(world, admin) -> None:
    item = DictItem.objects.get(kind=KIND, code=dictionaries.items(world.a.pk, KIND)[0].code)
    group = world.client(world.jiguan)
    stores = OrgUnit.objects.filter(kind="store", parent=world.group).count()
    dialog = {"X-Dialog": "1"}
    asked = group.get(f"/dictionaries/items/{item.pk}/disable/", headers=dialog).text
    assert f"停用 {item.label}？" in asked
    assert f"在 {stores} 家门店不再可选。没有记录选用它。点「启用」可恢复。" in asked
    Pursuit.objects.filter(pk=a_lead(world).pk).update(source=item)
    asked = group.get(f"/dictionaries/items/{item.pk}/disable/", headers=dialog).text
    assert "1 条记录选用了它，不受影响。" in asked
    asked = admin.get(f"/dictionaries/items/{item.pk}/hide/", headers=dialog).text
    assert f"在本店隐藏 {item.label}？" in asked
    assert "点「重新显示」可恢复。" in asked
    assert not DictHide.objects.exists()
