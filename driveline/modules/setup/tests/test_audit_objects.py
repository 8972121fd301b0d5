"""操作审计: what an entry is about stands there by name, with the way to it for whoever may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from driveline.core import clock
from driveline.core.models import AuditEntry, Brand, DictItem, Grant, Membership
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.engines.ownership.models import ArrivalRule
from driveline.kit.pages import Context
from driveline.kit.scopes import Scope
from driveline.modules.setup.pages.audit_objects import object_text, remember
from driveline.modules.setup.pages.audit_words import action_label, lines
from tests.factories import a_fault, a_lead, a_source
from tests.world import World

pytestmark = pytest.mark.django_db
DRAWER = {"X-Drawer": "1"}


def log(
    world: World, action: str, of: str, pk: int | None, *, store: Any = None, **detail: Any
) -> AuditEntry:
    return AuditEntry.objects.create(
        store=store or world.a, user=world.guanchou, action=action, object_type=of, object_id=pk,
        detail=detail, at=world.gujia.created_at,
    )  # fmt: skip


def about(answer: Any) -> list[str]:
    """The cells of 对象, newest first."""
    return [
        str(cell.html)
        for line in answer.context["listing"].lines
        for cell in line.cells
        if cell.column.key == "object"
    ]


def test_an_entry_names_what_it_is_about_and_leads_there(world):
    lead = a_lead(world, name="张先生")
    place = world.member(world.gujia)
    log(world, "lead.void", "followup.pursuit", lead.pk, ids=[lead.pk])
    log(world, "user.edit", "core.user", world.gujia.pk)
    log(world, "user.disable", "core.membership", place.pk, ids=[place.pk])
    found = about(world.client(world.guanchou).get("/audit/"))
    assert f'用户 <a data-drawer href="/users/{place.pk}/">顾甲</a>' in found
    assert f'线索 <a data-drawer href="/leads/{lead.pk}/">张先生</a>' in found


def test_whoever_does_not_see_the_row_reads_its_number_alone(world):
    mine, theirs = a_lead(world, name="张先生"), a_lead(world, store=world.b, name="李女士")
    log(world, "lead.void", "followup.pursuit", mine.pk)
    log(world, "lead.void", "followup.pursuit", theirs.pk, store=world.b)
    entry = log(world, "user.edit", "core.user", world.guchen.pk)
    found = about(world.client(world.guanchou).get("/audit/"))
    assert found[0] == f"用户 #{world.guchen.pk}"
    assert "李女士" not in "".join(found)
    drawer = world.client(world.guanchou).get(f"/audit/{entry.pk}/", headers=DRAWER).text
    assert f"用户 #{world.guchen.pk}" in drawer
    assert "user.edit" in drawer


def test_of_the_places_of_a_person_that_of_the_entrys_store_is_meant(world):
    here, there = (
        world.member(world.gujia),
        Membership.objects.create(store=world.b, user=world.gujia, role=world.roles["consultant"]),
    )
    log(world, "user.edit", "core.user", world.gujia.pk)
    log(world, "user.edit", "core.user", world.gujia.pk, store=world.b)
    Grant.objects.filter(role=world.roles["admin"], permission__in=("audit.view", "users.view")).update(
        scope=Scope.GROUP
    )
    assert set(about(world.client(world.guanchou).get("/audit/"))) == {
        f'用户 <a data-drawer href="/users/{place.pk}/">顾甲</a>' for place in (here, there)
    }


def test_of_several_leads_of_a_customer_the_newest_is_meant(world):
    first = a_lead(world, name="张先生")
    newest = a_lead(world)
    Pursuit.objects.filter(pk=newest.pk).update(party=first.party)
    log(world, "phone.reveal", "core.party", first.party_id)
    found = about(world.client(world.guanchou).get("/audit/"))
    assert [cell.partition(" ")[2] for cell in found] == [
        f'<a data-drawer href="/leads/{newest.pk}/">张先生</a>'
    ]


def test_an_entry_about_many_names_three_and_counts_all(world):
    rows = [a_lead(world, name=name) for name in ("张三", "李四", "王五", "赵六")]
    entry = log(world, "lead.assign", "followup.pursuit", None, ids=[row.pk for row in rows])
    ctx = Context.of(world.actor(world.guanchou))
    remember([entry], ctx)
    assert object_text(entry, ctx) == "线索 张三、李四、王五 …"
    assert lines(entry.detail) == ["4 条"]


def test_taking_back_is_about_what_was_taken_back(world):
    lead = a_lead(world, name="张三")
    entry = log(
        world, "operation.undo", "core.operation", 7, verb="lead.assign", restored=[lead.pk], skipped=0
    )
    ctx = Context.of(world.actor(world.guanchou))
    remember([entry], ctx)
    assert object_text(entry, ctx) == "线索 张三"
    assert action_label(entry.action) == "撤销"
    assert lines(entry.detail) == ["操作：分配 · 线索", "未变动：0"]


def test_a_dictionary_entry_leads_to_its_dictionary(world):
    item = DictItem.objects.filter(kind="lead_source").first()
    log(world, "dictionary.hide", "core.dictitem", item.pk, kind="lead_source")
    answer = world.client(world.guanchou).get("/audit/")
    assert about(answer) == [f'字典项 <a href="/dictionaries/lead_source/">{item.label}</a>']


def test_a_file_of_a_lead_is_about_the_lead(world):
    lead = a_lead(world, name="张先生")
    entry = log(world, "attachment.add", "lead", lead.pk, attachment=1, name="报价.pdf", sha256="ab12")
    found = about(world.client(world.guanchou).get("/audit/"))
    assert found == [f'线索 <a data-drawer href="/leads/{lead.pk}/">张先生</a>']
    said = lines(entry.detail)
    assert (said[0], said[2]) == ("文件编号：1", "校验值：ab12")


def test_a_brand_leads_to_its_line_in_the_list(world):
    brand = Brand.objects.create(name="捷 豹")
    log(world, "brand.disable", "core.brand", brand.pk)
    found = about(world.client(world.guanchou).get("/audit/"))
    assert found == ['品牌 <a href="/catalogue/brands/?q=%E6%8D%B7%20%E8%B1%B9">捷 豹</a>']


def test_a_rule_of_assignment_is_called_by_its_source(world):
    source = a_source(world)
    own, other = (
        ArrivalRule.objects.create(
            store=world.a, kind="lead", source=of, changed_by=world.guanchou, changed_at=clock.now()
        )
        for of in (source, None)
    )
    log(world, "arrival_rule.save", "ownership.arrivalrule", own.pk)
    log(world, "arrival_rule.save", "ownership.arrivalrule", other.pk)
    links = {cell.partition(" ")[2] for cell in about(world.client(world.guanchou).get("/audit/"))}
    assert links == {
        f'<a data-drawer href="/arrival-rules/{own.pk}/">{source.label}</a>',
        f'<a data-drawer href="/arrival-rules/{other.pk}/">其他来源</a>',
    }


def test_a_faulty_message_leads_to_its_like_a_mended_one_to_the_lead(world):
    faulty, mended = (a_fault(world, store=world.a, by=world.guanchou) for _n in range(2))
    lead = a_lead(world, name="张先生")
    Intake.objects.filter(pk=mended.pk).update(verdict="new", pursuit=lead)
    Intake.objects.filter(pk=faulty.pk).update(payload={})
    Grant.objects.create(role=world.roles["admin"], permission="platform_faults.view", scope=Scope.STORE)
    log(world, "platform_fault.discard", "intake.intake", faulty.pk)
    log(world, "platform_fault.mend", "intake.intake", mended.pk)
    links = {cell.partition(" ")[2] for cell in about(world.client(world.guanchou).get("/audit/"))}
    assert links == {
        f'<a data-drawer href="/platform-faults/{faulty.pk}/">无姓名</a>',
        f'<a data-drawer href="/leads/{lead.pk}/">张先生</a>',
    }


def test_the_kinds_are_called_as_people_call_them(world):
    entry = log(world, "lead.void", "followup.pursuit", 1)
    assert action_label(entry.action) == "作废 · 线索"
    with translation.override("en"):
        assert action_label(entry.action) == "Make void · Lead"


def test_names_cost_one_query_whatever_the_log_is_about(world):
    client = world.client(world.guanchou)

    def queries() -> int:
        client.get("/audit/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/audit/").status_code == 200
        return len(seen)

    log(world, "user.edit", "core.user", world.gujia.pk)
    one = queries()
    log(world, "unit.rename", "core.orgunit", world.a.pk)
    log(world, "role.rename", "core.role", world.roles["consultant"].pk)
    log(world, "dictionary.add", "core.dictitem", DictItem.objects.first().pk)
    for user in world.users:
        log(world, "user.edit", "core.user", user.pk)
    assert queries() == one
    assert one <= 10


def test_the_code_goes_into_the_export(world):
    log(world, "user.edit", "core.user", world.gujia.pk)
    text = b"".join(world.client(world.guanchou).get("/audit/export.csv?cols=all").streaming_content).decode()
    assert "编码" in text
    assert "user.edit" in text
    assert "用户 顾甲" in text
