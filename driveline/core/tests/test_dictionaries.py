"""Dictionaries of the group and the store; AC-46: what is in use is disabled, not deleted (OM-R04, UN-D01…04)."""

import pytest
from django.utils import translation

from driveline.core import dictionaries
from driveline.core.dictionaries import Seed, dictionary, item_by_code, items, seed, uses
from driveline.core.models import AuditEntry, DictItem
from driveline.core.request_cache import request_cache
from driveline.core.services.dictionaries import (
    item_add,
    item_delete,
    item_disable,
    item_edit,
    item_enable,
    item_hide,
    item_move,
    may_edit_group,
)
from driveline.kit.errors import Forbidden, Invalid, Refused


@pytest.fixture
def admin(world):
    return world.actor(world.guanchou)


@pytest.fixture
def group_admin(world):
    return world.actor(world.jiguan)


def codes(store_id: int, kind: str = "lead_source") -> list[str]:
    return [entry.code for entry in items(store_id, kind)]


SOURCES = [
    "autohome",
    "dongchedi",
    "yiche",
    "pcauto",
    "other_web",
    "hotline",
    "website",
    "consumer_app",
    "event",
    "referral",
]


def test_every_store_begins_with_the_seeded_entries_in_both_languages(world) -> None:
    assert codes(world.a.pk) == codes(world.b.pk) == codes(world.group.pk) == SOURCES
    hotline = item_by_code(world.a.pk, "lead_source", "hotline")
    assert hotline.label == "400电话"
    with translation.override("en"):
        assert hotline.label == "400 hotline"
        assert dictionaries.label(world.a.pk, "defeat_category", "product") == "Product"
        assert str(DictItem.objects.get(code="event")) == "Event in the store"
    assert dictionaries.label(world.a.pk, "lead_source", "gone") == "gone"


def test_seeding_again_adds_nothing(world) -> None:
    before = DictItem.objects.count()
    assert seed(world.group.pk) == 0
    DictItem.objects.filter(kind="lead_source", code="yiche").delete()
    assert seed(world.group.pk) == 1
    assert DictItem.objects.count() == before


def test_reasons_stand_under_categories_and_the_programs_own_is_not_offered(world) -> None:
    reasons = items(world.a.pk, "defeat_reason")
    assert {r.parent_code for r in reasons} == {c.code for c in items(world.a.pk, "defeat_category")}
    assert "system_m" not in [r.code for r in reasons]
    assert item_by_code(world.a.pk, "defeat_reason", "system_m").label == "系统:满 M 次未转化"
    assert codes(world.a.pk, "void_reason") == ["wrong_number", "test_data", "entered_twice", "other"]


def test_a_store_adds_its_own(world, admin) -> None:
    item = item_add(admin, "lead_source", "  抖音  直播 ")
    assert (item.unit_id, item.code, item.label) == (world.a.pk, "own_1", "抖音 直播")
    assert item_add(admin, "lead_source", "Billboard").code == "billboard"
    assert item_add(admin, "lead_source", "快手", label_en="Kuai Shou").code == "kuai_shou"
    assert codes(world.a.pk)[-3:] == ["own_1", "billboard", "kuai_shou"]
    assert codes(world.b.pk) == SOURCES
    assert AuditEntry.objects.filter(action="dictionary.add", store_id=world.a.pk).count() == 3


def test_the_group_adds_for_everybody(world, admin, group_admin) -> None:
    item_add(group_admin, "lead_source", "车展", for_group=True)
    assert codes(world.b.pk)[-1] == "own_1"
    with pytest.raises(Forbidden):
        item_add(admin, "lead_source", "展会", for_group=True)
    assert (may_edit_group(admin), may_edit_group(group_admin)) == (False, True)


@pytest.mark.parametrize("label", ["", "   ", "x" * 61, "懂车帝"])
def test_names_that_cannot_be(admin, label: str) -> None:
    with pytest.raises(Invalid) as refused:
        item_add(admin, "lead_source", label)
    assert list(refused.value.errors) == ["label"]


def test_a_given_code_is_unique_in_its_unit(admin) -> None:
    item_add(admin, "lead_source", "抖音", code="douyin")
    with pytest.raises(Invalid) as refused:
        item_add(admin, "lead_source", "抖音二", code="douyin")
    assert list(refused.value.errors) == ["code"]


def test_an_unknown_category_is_refused(admin) -> None:
    with pytest.raises(Invalid):
        item_add(admin, "defeat_reason", "太远", parent_code="nowhere")
    assert item_add(admin, "defeat_reason", "太远", parent_code="other").parent_code == "other"


def test_renaming_keeps_the_code(world, admin, group_admin) -> None:
    mine = item_add(admin, "lead_source", "抖音")
    assert item_edit(admin, mine.pk, label="抖音直播").code == mine.code
    assert AuditEntry.objects.get(action="dictionary.edit").detail["new"]["label"] == "抖音直播"
    groups = DictItem.objects.get(unit=world.group, kind="lead_source", code="event")
    with pytest.raises(DictItem.DoesNotExist):
        item_edit(admin, groups.pk, label="x")
    with pytest.raises(DictItem.DoesNotExist):
        item_edit(world.actor(world.guanchen), mine.pk, label="x")
    assert item_edit(group_admin, groups.pk, label="到店活动", label_en="Event").label == "到店活动"


def test_moving(world, group_admin) -> None:
    third = DictItem.objects.get(unit=world.group, kind="lead_source", code="yiche")
    item_move(group_admin, third.pk, -1)
    assert codes(world.a.pk)[:3] == ["autohome", "yiche", "dongchedi"]
    item_move(group_admin, third.pk, -1)
    item_move(group_admin, third.pk, -1)  # already first: nothing happens
    assert codes(world.a.pk)[:3] == ["yiche", "autohome", "dongchedi"]
    assert AuditEntry.objects.filter(action="dictionary.move").count() == 2


def test_a_store_hides_an_entry_of_the_group(world, admin) -> None:
    yiche = DictItem.objects.get(unit=world.group, kind="lead_source", code="yiche")
    item_hide(admin, yiche.pk)
    item_hide(admin, yiche.pk)
    assert "yiche" not in codes(world.a.pk)
    assert codes(world.b.pk) == SOURCES
    assert item_by_code(world.a.pk, "lead_source", "yiche").label == "易车"
    item_hide(admin, yiche.pk, hidden=False)
    assert codes(world.a.pk) == SOURCES
    mine = item_add(admin, "lead_source", "抖音")
    with pytest.raises(Refused):
        item_hide(admin, mine.pk)


def test_ac_46_soft_invalidation(world, admin) -> None:
    fair = item_add(admin, "lead_source", "展会")
    used = 1
    uses("lead_source", count := lambda item: used if item.pk == fair.pk else 0)
    try:
        assert "Used 1 time" in _english(lambda: item_delete.why_not(fair, admin))
        with pytest.raises(Refused):
            item_delete.perform(admin, [fair.pk])
        item_disable.perform(admin, [fair.pk])
        fair.refresh_from_db()
        assert fair.code not in codes(world.a.pk)
        assert item_by_code(world.a.pk, "lead_source", fair.code).label == "展会"
        assert item_disable.why_not(fair, admin) != ""
        used = 12
        assert "Used 12 times" in _english(lambda: item_delete.why_not(fair, admin))
        item_enable.perform(admin, [fair.pk])
        assert fair.code in codes(world.a.pk)
        used = 0
        item_delete.perform(admin, [fair.pk])
        assert not DictItem.objects.filter(pk=fair.pk).exists()
    finally:
        dictionaries._counters["lead_source"].remove(count)


def test_what_came_with_the_program_is_not_deleted(world, group_admin) -> None:
    event = DictItem.objects.get(unit=world.group, kind="lead_source", code="event")
    assert "disabled" in _english(lambda: item_delete.why_not(event, group_admin))
    system = DictItem.objects.get(code="system_m")
    assert item_disable.why_not(system, group_admin) != ""
    item_disable.perform(group_admin, [event.pk])
    assert "event" not in codes(world.b.pk)


def test_a_category_with_reasons_is_not_deleted(world, admin) -> None:
    category = item_add(admin, "defeat_category", "服务类", code="service")
    item_add(admin, "defeat_reason", "等待太久", parent_code="service")
    assert "stand under" in _english(lambda: item_delete.why_not(category, admin))


def test_rows_of_others_do_not_exist(world, admin) -> None:
    mine = item_add(admin, "lead_source", "抖音")
    with pytest.raises(Refused):
        item_disable.perform(world.actor(world.guanchen), [mine.pk])
    with pytest.raises(Forbidden):
        item_disable.perform(world.actor(world.gujia), [mine.pk])
    mine.refresh_from_db()
    assert mine.active


def test_one_query_and_in_a_request_one_for_all_kinds(world, admin, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        items(world.a.pk, "lead_source")
    with request_cache():
        with django_assert_num_queries(1):
            for kind in ("lead_source", "defeat_reason", "lead_source"):
                items(world.a.pk, kind)
            dictionaries.label(world.a.pk, "void_reason", "other")
        item_add(admin, "lead_source", "抖音")
        assert codes(world.a.pk)[-1] == "own_1"


def test_a_dictionary_is_declared_once() -> None:
    with pytest.raises(ValueError, match="lead_source"):
        dictionary("lead_source", "Other", seeded=[Seed("x", "x", "x")])


def _english(ask) -> str:
    with translation.override("en"):
        return ask()
