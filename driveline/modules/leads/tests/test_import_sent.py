"""A program sends a file, says what is to be done with it, and is told what became of every row."""

from __future__ import annotations

from driveline.core.models import Notification
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports.mapping import mapping_save
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.importing import Desk, csv, verdicts, xlsx
from driveline.modules.leads.tests.sending import LINES, Send, due_later
from tests.programs import Program
from tests.world import World


def test_a_program_sends_a_file_and_is_told_what_became_of_every_row(program: Program, send: Send) -> None:
    answer = send(*LINES, run=True)
    batch = ImportBatch.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": batch.pk, "verdict": "new", "rule": "", "done": "", "message": ""}
    assert answer["Location"] == f"/api/v1/imports/{batch.pk}"
    told = program.get(f"imports/{batch.pk}").json()
    assert (told["state"], told["name"], told["number"]) == (
        {"code": "done", "label": "已完成"},
        "名单.csv",
        1,
    )
    numbers = {
        "new": 2,
        "duplicate": 1,
        "failed": 1,
        "queue": 2,
        "done": [{"code": "recorded", "label": "仅记录", "count": 1}],
        "reasons": [{"code": "DUP_IN_FILE", "label": told["result"]["reasons"][0]["label"], "count": 1}],
        "problems": [{"code": "mobile", "label": "手机号码", "count": 1}],
    }
    assert told["result"] == numbers
    assert told["checked"] == numbers
    assert [(one["column"], one["field"]) for one in told["columns"]] == [
        ("姓名", "name"),
        ("手机号", "mobile"),
        ("备注", "remark"),
    ]
    assert (told["wanting"], told["unknown"], told["error"], told["job"], told["reverted"]) == (
        [],
        [],
        "",
        None,
        None,
    )
    assert verdicts(batch) == {
        2: ("new", "NEW", ""),
        3: ("new", "NEW", ""),
        4: ("failed", "", ""),
        5: ("duplicate", "DUP_IN_FILE", "recorded"),
    }
    lead = Pursuit.objects.get(party__phone_key="13800004127")
    assert (lead.entry_method, lead.source.code, lead.created_by_id) == (
        "import",
        "other_web",
        program.actor.user_id,
    )
    assert Notification.objects.filter(kind="import_done").count() == 1


def test_without_run_nothing_is_imported_until_it_is_said(program: Program, send: Send, shop: Shop) -> None:
    lead = due_later(shop)
    before = fresh(lead).version
    pk = send(f"王先生,{lead.party.phone_key},", "何静怡,13900007752,").json()["id"]
    told = program.get(f"imports/{pk}").json()
    assert (told["state"]["code"], told["result"], told["number"]) == ("checked", None, None)
    assert (told["checked"]["new"], [one["code"] for one in told["checked"]["done"]]) == (1, ["pulled"])
    assert Pursuit.objects.count() == 1
    answer = program.post(f"imports/{pk}/run", {"keep_existing": True})
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": pk, "state": {"code": "done", "label": "已完成"}, "job": None},
    )
    told = program.get(f"imports/{pk}").json()
    assert (told["result"]["new"], [one["code"] for one in told["result"]["done"]]) == (1, ["recorded"])
    assert (fresh(lead).version, Pursuit.objects.count()) == (before, 2)
    again = program.post(f"imports/{pk}/run")
    assert (again.status_code, again.json()["detail"]) == (409, "已经结束")
    assert Intake.objects.filter(batch_id=pk).count() == 2


def test_keep_existing_changes_no_customer_that_is_there(program: Program, send: Send, shop: Shop) -> None:
    lead = due_later(shop)
    before = fresh(lead).version
    pk = send(f"王先生,{lead.party.phone_key},", keep_existing=True, run=True).json()["id"]
    told = program.get(f"imports/{pk}").json()
    for numbers in (told["checked"], told["result"]):
        assert [(one["code"], one["count"]) for one in numbers["done"]] == [("recorded", 1)]
    assert fresh(lead).version == before


def test_a_saved_mapping_and_a_source_are_named(program: Program, send: Send, desk: Desk) -> None:
    kept = desk.mapped(
        desk.upload(csv("甲,13700000001,x", head="栏一,栏二,栏三")),
        header_row=1,
        columns={"remark": 0, "mobile": 1, "name": 2},
    )
    mapping_save(desk.actor, kept, "平台甲")
    source = desk.shop.source
    pk = send("想看车,13700000002,何静怡", data=csv("想看车,13700000002,何静怡", head="栏一,栏二,栏三"), mapping="平台甲",
              source_code=None, source=source.id, run=True).json()["id"]  # fmt: skip
    lead = Pursuit.objects.get()
    assert (lead.party.name, lead.lead.remark, lead.source_id) == ("何静怡", "想看车", source.id)
    assert program.get(f"imports/{pk}").json()["source"]["id"] == source.id


def test_the_new_leads_go_to_whom_the_program_names(program: Program, send: Send, world: World) -> None:
    lines = ["何静怡,13900007752,", "周明远,13800004127,"]
    send(*lines, people=[world.gujia.pk, world.guyi.pk], run=True)
    assert sorted(lead.owner.login for lead in Pursuit.objects.all() if lead.owner) == ["gujia", "guyi"]
    pk = send("陈立,13700000001,").json()["id"]
    refused = program.post(f"imports/{pk}/run", {"assign": "people"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "people")
    stranger = program.post(f"imports/{pk}/run", {"people": [world.wangchen.pk]})
    assert (stranger.status_code, stranger.json()["errors"][0]["field"]) == (422, "people")
    assert program.post(f"imports/{pk}/run", {"people": [world.guyi.pk]}).status_code == 200
    assert Pursuit.objects.get(party__phone_key="13700000001").owner == world.guyi


def test_a_sheet_is_named_or_counted(program: Program, send: Send) -> None:
    file = xlsx(
        一月=[["姓名", "手机号"], ["甲", "13700000001"]], 二月=[["姓名", "手机号"], ["乙", "13700000002"]]
    )
    for wanted, name in (("二月", "乙"), ("1", "甲")):
        send(data=file, name="两月.xlsx", sheet=wanted, run=True)
        assert Pursuit.objects.latest("pk").party.name == name
    pk = send(data=file, name="两月.xlsx", sheet="三月", run=True).json()["id"]
    told = program.get(f"imports/{pk}").json()
    assert (told["state"]["code"], told["error"]) == (
        "failed",
        "没有名为“三月”的工作表，文件里有：一月、二月。",
    )
