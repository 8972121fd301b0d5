"""平台异常: a faulty message is mended by a person and decided in its own row, decided again, or set aside with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core.models import AuditEntry, Grant, Operation
from driveline.core.request_cache import forget_all
from driveline.core.undo import undo
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.modules.leads.models import Lead
from driveline.modules.leads.services.platforms.connections import mapping_save
from driveline.modules.leads.services.platforms.faults import (
    fault_again,
    fault_discard,
    fault_mend,
    fault_restore,
)
from driveline.modules.leads.tests.conftest import Shop
from driveline.modules.leads.tests.pushing import MAPPING, Platform, platform_of


@pytest.fixture
def platform(shop: Shop) -> Platform:
    return platform_of(shop)


def fault(platform: Platform, number: str = "X1", phone: Any = "1380000", **more: Any) -> Intake:
    assert platform.push(platform.message(number, phone, **more)).status_code == 202
    return Intake.objects.get(external_id=number)


def manager(platform: Platform) -> Any:
    return platform.shop.actor(platform.shop.world.jingding)


def test_a_mended_message_becomes_a_lead_in_its_own_row(platform: Platform) -> None:
    row = fault(platform)
    entered = fault_mend(manager(platform), row.pk, {"phone": "138 0000 0007"})
    row.refresh_from_db()
    assert (entered.new, row.verdict, row.problems, row.pursuit, row.phone_key) == (
        True,
        "new",
        {},
        entered.pursuit,
        "13800000007",
    )
    assert (row.payload["message"]["user"]["mobile"], row.payload["mended"]["texts"]) == (
        "1380000",
        {"phone": "138 0000 0007"},
    )
    assert (Intake.objects.count(), Lead.objects.get().external_id) == (1, "X1")
    assert entered.pursuit.created_by == platform.shop.world.jingding
    assert AuditEntry.objects.filter(action="platform_fault.mend", object_id=row.pk).count() == 1
    assert platform.push(platform.message(phone="1380000")).json() == {
        "verdict": "new",
        "rule": "NEW",
        "done": "",
        "id": row.pk,
        "repeated": True,
    }


def test_a_mended_message_may_turn_out_a_duplicate(platform: Platform) -> None:
    lead = platform.shop.lead(phone="13800000007")
    row = fault(platform)
    entered = fault_mend(manager(platform), row.pk, {"phone": "13800000007"})
    row.refresh_from_db()
    assert (entered.new, entered.pursuit, row.verdict, row.rule, row.done) == (
        False,
        lead,
        "duplicate",
        "DUP_LEAD_UNASSIGNED",
        "pinned",
    )
    assert Pursuit.objects.count() == 1


def test_what_is_still_faulty_is_refused_beside_its_field_and_changes_nothing(platform: Platform) -> None:
    row = fault(platform)
    with pytest.raises(Invalid) as refusal:
        fault_mend(manager(platform), row.pk, {"phone": "13800", "name": ""})
    assert set(refusal.value.errors) == {"name", "phone"}
    row.refresh_from_db()
    assert (row.verdict, set(row.problems), Pursuit.objects.count()) == ("failed", {"phone"}, 0)


def test_only_one_of_two_decides(platform: Platform) -> None:
    row = fault(platform)
    fault_mend(manager(platform), row.pk, {"phone": "13800000007"})
    with pytest.raises(Intake.DoesNotExist):  # it is no longer among the faulty ones
        fault_mend(manager(platform), row.pk, {"phone": "13800000008"})
    other = fault(platform, "X2")
    fault_discard.perform(manager(platform), [other.pk], inputs={"reason": "测试"})
    with pytest.raises(Conflict):
        fault_mend(manager(platform), other.pk, {"phone": "13800000008"})
    assert Pursuit.objects.count() == 1


def test_who_may_mend(platform: Platform) -> None:
    world = platform.shop.world
    row = fault(platform)
    with pytest.raises(Intake.DoesNotExist):
        fault_mend(platform.shop.actor(world.jingchen, world.b), row.pk, {"phone": "13800000007"})
    with pytest.raises(Intake.DoesNotExist):
        fault_mend(platform.shop.actor(world.gujia), row.pk, {"phone": "13800000007"})
    Grant.objects.filter(role=world.roles["sales_manager"], permission="platform_faults.mend").delete()
    with pytest.raises(Forbidden):
        fault_mend(manager(platform), row.pk, {"phone": "13800000007"})
    assert Intake.objects.get().verdict == "failed"


def test_after_the_mapping_was_mended_they_are_decided_again_together(platform: Platform) -> None:
    rows = [fault(platform, f"X{n}", "", tel=f"1380000000{n}") for n in range(3)]
    rows.append(fault(platform, "X9", ""))
    platform.shop.lead(phone="13800000002")
    mapping_save(
        platform.shop.actor(platform.shop.world.guanchou),
        platform.row.pk,
        {**MAPPING, "phone": {"path": "user.mobile | tel"}, "external_id": {"path": "another"}},
    )
    result = fault_again.perform(manager(platform), [row.pk for row in rows])
    assert (sorted(result.done), list(result.skipped)) == ([r.pk for r in rows[:3]], [rows[3].pk])
    verdicts = dict(Intake.objects.filter(door="platform_sync").values_list("external_id", "verdict"))
    assert verdicts == {"X0": "new", "X1": "new", "X2": "duplicate", "X9": "failed"}
    assert Pursuit.objects.count() == 3
    with pytest.raises(Refused):
        fault_again.perform(manager(platform), [rows[3].pk])


def test_what_is_set_aside_stays_with_its_reason_and_comes_back(platform: Platform) -> None:
    row = fault(platform)
    result = fault_discard.perform(manager(platform), [row.pk], inputs={"reason": "平台测试数据"})
    row.refresh_from_db()
    assert (row.verdict, row.payload["discarded"]["reason"], row.payload["message"]["clueId"]) == (
        "discarded",
        "平台测试数据",
        "X1",
    )
    again = platform.push(platform.message(phone="13800000007"))
    assert (again.status_code, again.json()["verdict"], again.json()["repeated"]) == (200, "discarded", True)
    assert undo(manager(platform), result.operation_id).restored == [row.pk]
    row.refresh_from_db()
    assert (row.verdict, "discarded" in row.payload) == ("failed", False)
    fault_discard.perform(manager(platform), [row.pk], inputs={"reason": "x"})
    fault_restore.perform(manager(platform), [row.pk])
    forget_all()
    assert platform.push(platform.message(phone="13800000007")).status_code == 201


def test_setting_aside_needs_a_reason_and_a_faulty_message(platform: Platform) -> None:
    row = fault(platform)
    with pytest.raises(Invalid):
        fault_discard.perform(manager(platform), [row.pk], inputs={"reason": "  "})
    platform.push(platform.message("X2"))
    taken = Intake.objects.get(external_id="X2")
    with pytest.raises(Refused):
        fault_discard.perform(manager(platform), [taken.pk], inputs={"reason": "x"})
    assert (Operation.objects.count(), Intake.objects.filter(verdict="discarded").count()) == (0, 0)


def test_the_page_shows_the_reason_mends_and_leads_to_the_lead(platform: Platform) -> None:
    row = fault(platform)
    browser = platform.shop.world.client(platform.shop.world.jingding)
    page = browser.get("/platform-faults/").content.decode()
    assert "李先生" in page
    assert row.problems["phone"] in page
    assert browser.get("/live/").json()["badges"]["platform-faults"]["n"] == 1
    form = browser.get(f"/platform-faults/{row.pk}/mend/").content.decode()
    assert 'value="1380000"' in form
    url = f"/platform-faults/{row.pk}/mend/"
    wrong = browser.post(url, {"name": "李先生", "phone": "1380", "key": "a"})
    assert (wrong.status_code, Pursuit.objects.count()) == (422, 0)
    answer = browser.post(url, {"name": "李女士", "phone": "13800000007", "city": "武汉", "key": "b"})
    lead = Pursuit.objects.get()
    assert (answer.status_code, lead.party.name) == (204, "李女士")
    assert f"/leads/{lead.pk}/" in answer["HX-Trigger"]
    assert "platform-faults" not in browser.get("/live/").json()["badges"]


def test_numbers_are_masked_for_who_may_not_see_them_whole(platform: Platform) -> None:
    row = fault(platform, phone="13800000007", user={"name": ""})
    world = platform.shop.world
    Grant.objects.filter(role=world.roles["sales_director"], permission="phones.full").delete()
    browser = world.client(world.xiaozong)
    for url in ("/platform-faults/", f"/platform-faults/{row.pk}/", f"/platform-faults/{row.pk}/mend/"):
        page = browser.get(url).content.decode()
        assert "13800000007" not in page
        assert "138 0000 0007" not in page
    assert "138****0007" in browser.get(f"/platform-faults/{row.pk}/").content.decode()


def test_faulty_messages_are_no_duplicates_and_no_rows_of_files(platform: Platform) -> None:
    fault(platform)
    assert not Intake.objects.filter(verdict="duplicate").exists()
    assert Intake.objects.get().batch is None
