"""Files through the interface: a program sends one, the worker does the rest, and the program is told what came of it."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from driveline.core import clock
from driveline.core.jobs import run_job
from driveline.core.models import ApiAnswer, AuditEntry, Job, Notification, SettingValue
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports import running, sending, uploading
from driveline.engines.intake.imports.batches import folder_of, in_chunks
from driveline.engines.intake.imports.mapping import mapping_save
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.importing import Desk, csv, verdicts, xlsx
from tests.programs import Program
from tests.world import World

type Send = Callable[..., Any]

LINES = [
    "周明远,13800004127,想看车",
    "何静怡,139-0000-7752,",
    "W先生,1380000412,",
    "周明远,+86 138 0000 4127,",
]


class Broken(BaseException):
    """The process dies: nothing may catch this."""


def body(data: bytes, name: str = "名单.csv", **more: Any) -> dict[str, Any]:
    return {"name": name, "content": b64encode(data).decode(), "source_code": "other_web", **more}


@pytest.fixture
def desk(shop: Shop, settings: Any, tmp_path: Any) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(shop)


@pytest.fixture
def program(desk: Desk, world: World) -> Program:
    return Program(world, world.jingding)


@pytest.fixture
def send(program: Program, django_capture_on_commit_callbacks: Any) -> Send:
    """Send a file; the worker has done its part when this returns."""

    def sent(*lines: str, key: str = "", data: bytes = b"", **more: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return program.post("imports", body(data or csv(*lines), **more), key=key)

    return sent


def limit(shop: Shop, **numbers: int) -> None:
    for name, value in numbers.items():
        SettingValue.objects.create(
            unit=shop.world.a,
            key=f"import.{name}",
            value=value,
            valid_from="2019-01-01",
            set_at=clock.now(),
            set_by=shop.world.guanchou,
        )


def due_later(shop: Shop) -> Pursuit:
    """A lead of 顾甲 that he has just talked to: a file that brings it again pulls it to today."""
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    shop.record(lead)
    return fresh(lead)


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


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source_code": "nowhere"}, "source_code"),
        ({"source_code": None, "source": 10**6}, "source"),
        ({"mapping": "不存在"}, "mapping"),
        ({"content": ""}, "content"),
        ({"content": None}, "content"),
        ({"content": "5aeT5ZC"}, "content"),
        ({"content": "姓名,手机号"}, "content"),
        ({"content": "data:text/csv;base64,QQ=="}, "content"),
        ({"content": b64encode(b"\x7fELF\x02\x01\x01" + b"\0" * 600).decode()}, "content"),
        ({"name": ""}, "name"),
        ({"run": "yes"}, "run"),
        ({"sheet": 2}, "sheet"),
        ({"assign": "somebody"}, "assign"),
        ({"assign": "people"}, "people"),
        ({"people": [10**6]}, "people"),
        ({"second_sheet": 2}, "second_sheet"),
    ],
)
def test_what_cannot_be_taken_is_named_and_leaves_nothing(
    program: Program, desk: Desk, tmp_path: Any, change: dict[str, Any], field: str
) -> None:
    answer = program.post("imports", body(csv(*LINES)) | change)
    told = answer.json()
    assert (answer.status_code, [one["field"] for one in told["errors"]]) == (422, [field])
    assert told["errors"][0]["detail"]
    assert (ImportBatch.objects.count(), Job.objects.count()) == (0, 0)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_the_source_is_named_once(program: Program, desk: Desk) -> None:
    told = program.post("imports", body(csv(*LINES), source=desk.shop.source.id)).json()
    assert [one["field"] for one in told["errors"]] == ["source_code"]


def test_base64_may_have_broken_lines(program: Program, send: Send) -> None:
    broken = "\r\n".join(body(csv(*LINES))["content"][at : at + 76] for at in range(0, 400, 76))
    pk = send("", content=broken, run=True).json()["id"]
    assert program.get(f"imports/{pk}").json()["result"]["new"] == 2


def test_a_column_that_is_missing_is_left_to_a_person(program: Program, send: Send) -> None:
    pk = send("甲,武汉", data=csv("甲,武汉", head="姓名,城市"), run=True).json()["id"]
    told = program.get(f"imports/{pk}").json()
    assert (told["state"]["code"], told["checked"], told["job"]) == ("uploaded", None, None)
    assert [one["field"] for one in told["wanting"]] == ["mapping"]
    assert told["error"] == told["wanting"][0]["detail"]
    refused = program.post(f"imports/{pk}/run")
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-G-04")
    assert (Pursuit.objects.count(), Intake.objects.count()) == (0, 0)


def test_a_large_file_is_read_by_the_worker_who_says_what_is_wrong_with_it(
    program: Program, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE_BYTES", 10)
    good, bad = send(*LINES, run=True), send(data=b"\x7fELF\x02\x01\x01" + b"\0" * 600, run=True)
    assert (good.status_code, bad.status_code) == (201, 201)
    assert program.get(f"imports/{good.json()['id']}").json()["result"]["new"] == 2
    pk = bad.json()["id"]
    told = program.get(f"imports/{pk}").json()
    assert (told["state"]["code"], told["result"], bool(told["error"])) == ("failed", None, True)
    refused = program.post(f"imports/{pk}/run")
    assert (refused.status_code, refused.json()["detail"]) == (409, told["error"])


def test_this_request_may_be_as_large_as_the_stores_largest_file(program: Program, desk: Desk) -> None:
    row = "周明远,13800004127," + "想看车" * 100
    large = csv(*[row] * 5200)
    assert len(large) > 4_500_000  # as base64 more than the rest of the program takes
    assert program.post("imports", body(large)).status_code == 201
    assert ImportBatch.objects.get().size == len(large)
    stranger = Program(desk.shop.world, desk.shop.world.gujia)  # may not import
    assert stranger.post("imports", body(large)).status_code == 413
    assert stranger.post("imports", body(csv(*LINES))).status_code == 403
    limit(desk.shop, max_megabytes=1)
    told = program.post("imports", body(csv(*[row] * 1150))).json()
    assert (told["status"], [one["field"] for one in told["errors"]]) == (422, ["content"])
    for path in ("imports", "leads"):
        answer = program.post(path, body(csv(*[row] * 1500)))
        assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert ImportBatch.objects.count() == 1


def test_the_same_key_sends_the_file_once(program: Program, send: Send) -> None:
    first, again = send(*LINES, run=True, key="2019-03-05"), send(*LINES, run=True, key="2019-03-05")
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert (ImportBatch.objects.count(), Pursuit.objects.count()) == (1, 2)
    other = program.post("imports", body(csv("别人,13700000009,")), key="2019-03-05")
    assert (other.status_code, other.json()["type"]) == (422, "/api/docs#key-reused")


def test_a_process_that_died_before_it_could_answer_has_taken_the_file_in_once(
    program: Program, send: Send
) -> None:
    first = send(*LINES, run=True, key="2019-03-05").json()["id"]
    ApiAnswer.objects.all().delete()  # its answer was never kept
    assert send(*LINES, run=True, key="2019-03-05").json()["id"] == first
    assert send(*LINES, key="2019-03-06").json()["id"] != first
    assert (ImportBatch.objects.count(), Pursuit.objects.count()) == (2, 2)


def test_a_file_that_is_being_imported_already_waits_checked(program: Program, send: Send) -> None:
    first = send(*LINES).json()["id"]
    ImportBatch.objects.filter(pk=first).update(state="running", started_at=clock.now())
    second = send(*LINES, run=True).json()["id"]
    told = program.get(f"imports/{second}").json()
    assert (told["state"]["code"], told["result"], told["job"]) == ("checked", None, None)
    assert told["error"] == "同一个文件正在导入。"
    assert (Intake.objects.count(), Pursuit.objects.count()) == (0, 0)


@pytest.mark.parametrize("read", [False, True])
def test_a_person_sees_in_the_browser_what_the_worker_is_at(
    program: Program,
    desk: Desk,
    client: Any,
    world: World,
    read: bool,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks():
        pk = program.post("imports", body(csv(*LINES))).json()["id"]
    if read:
        ImportBatch.objects.filter(pk=pk).update(book={"sheets": []})
    client.force_login(world.jingding)
    page = client.get(f"/imports/{pk}/").content.decode()
    assert ("正在预检" if read else "正在读取文件") in page


def test_the_worker_is_stopped_before_it_began(
    program: Program, desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as later:
        pk = program.post("imports", body(csv(*LINES), run=True)).json()["id"]
    told = program.get(f"imports/{pk}").json()
    job = Job.objects.get()
    assert told["job"] == {"id": job.pk, "url": f"/api/v1/jobs/{job.pk}", "done": 0, "total": 0}
    assert program.get(f"jobs/{job.pk}").json()["state"]["code"] == "waiting"
    assert program.post(f"imports/{pk}/run").status_code == 409  # somebody is at it
    stopped = program.post(f"imports/{pk}/stop")
    assert (stopped.status_code, stopped.json()["state"]["code"], stopped.json()["job"]) == (
        200,
        "uploaded",
        None,
    )
    for callback in later:
        callback()
    assert ImportBatch.objects.get().state == "uploaded"
    assert (Intake.objects.count(), program.post(f"imports/{pk}/stop").status_code) == (0, 409)


@pytest.mark.parametrize("place", ["reading", "checking", "running"])
def test_a_worker_that_is_killed_goes_on_where_it_was(
    program: Program, desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    whole = running.arrive_many
    done: list[int] = []

    def dies(*args: Any, **options: Any) -> Any:
        if place == "running" and not done:
            done.append(1)
            return whole(*args, **options)
        raise Broken

    lines = [f"客户{n},1390000{n:04}," for n in range(12)]
    pk = program.post("imports", body(csv(*lines), run=True)).json()["id"]
    job = Job.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(running, "in_chunks", lambda rows: in_chunks(rows, 5))
        where = {
            "reading": (sending, "read_kept"),
            "checking": (sending, "check_file"),
            "running": (running, "arrive_many"),
        }
        patch.setattr(*where[place], dies)
        with pytest.raises(Broken):
            run_job.func(job.pk)
    batch = ImportBatch.objects.get()
    assert (batch.state, Intake.objects.count()) == {"running": ("running", 5)}.get(place, ("uploaded", 0))
    Job.objects.filter(pk=job.pk).update(
        state="waiting"
    )  # as jobs_resume does when it has been silent for long
    assert run_job.func(job.pk) == "done"
    told = program.get(f"imports/{pk}").json()
    assert (told["state"]["code"], told["result"]["new"], told["result"]["duplicate"]) == ("done", 12, 0)
    assert sorted(verdicts(ImportBatch.objects.get())) == list(range(2, 14))
    assert Pursuit.objects.count() == 12
    assert Notification.objects.filter(kind="import_done").count() == 1


def test_whoever_lost_the_right_meanwhile_imports_nothing(
    program: Program, desk: Desk, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as later:
        pk = program.post("imports", body(csv(*LINES), run=True)).json()["id"]
    world.roles["sales_manager"].grants.filter(permission="leads.import").delete()
    for callback in later:
        callback()
    assert (ImportBatch.objects.get(pk=pk).state, Intake.objects.count()) == ("uploaded", 0)
    assert Job.objects.get().state == "failed"
    assert program.get(f"imports/{pk}").status_code == 403


@pytest.mark.parametrize("run", [False, True])
def test_the_rows_that_were_not_taken_come_in_pages(program: Program, send: Send, run: bool) -> None:
    good = [f"客户{n},1390000{n:04}," for n in range(3)]
    pk = send(good[0], ",13900007752,x", good[1], "甲,123,y", "乙,456,", good[2], run=run).json()["id"]
    path = f"imports/{pk}/failed-rows"
    whole = program.get(path).json()
    assert (whole["header"], whole["next"]) == (["姓名", "手机号", "备注"], None)
    assert [(one["row"], one["cells"], [p["field"] for p in one["problems"]]) for one in whole["items"]] == [
        (3, ["", "13900007752", "x"], ["name"]),
        (5, ["甲", "123", "y"], ["mobile"]),
        (6, ["乙", "456", ""], ["mobile"]),
    ]
    assert whole["items"][0]["problems"][0]["label"] == "客户名称"
    first = program.get(path, limit=2).json()
    second = program.get(path, limit=2, cursor=first["next"]).json()
    assert (first["items"] + second["items"], second["next"]) == (whole["items"], None)
    for query in (
        {"limit": 0},
        {"limit": 201},
        {"cursor": "x"},
        {"cursor": -1},
        {"scene": "x"},
        {"limit": "²"},
    ):
        answer = program.get(path, **query)
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, list(query))
    kept = AuditEntry.objects.filter(action="export", object_type="intake.importbatch", object_id=pk)
    assert [entry.detail["file"] for entry in kept] == ["failed"] * 2


def test_failed_rows_are_told_without_cells_when_the_file_is_gone(program: Program, send: Send) -> None:
    pk = send(*LINES, run=True).json()["id"]
    shutil.rmtree(folder_of(ImportBatch.objects.get()))
    items = program.get(f"imports/{pk}/failed-rows").json()["items"]
    assert [(one["row"], one["cells"], one["problems"][0]["field"]) for one in items] == [(4, [], "mobile")]


def test_an_import_is_taken_back(program: Program, send: Send) -> None:
    pk = send(*LINES, run=True).json()["id"]
    answer = program.post(f"imports/{pk}/revert")
    assert (answer.status_code, answer.json()["state"]["code"]) == (200, "reverted")
    assert program.get(f"imports/{pk}").json()["reverted"] == {"voided": 2, "restored": 0, "left": 0}
    assert set(Pursuit.objects.values_list("phase", flat=True)) == {"closed"}
    again = program.post(f"imports/{pk}/revert")
    assert (again.status_code, bool(again.json()["detail"])) == (409, True)
    assert program.post(f"imports/{pk}/run").status_code == 409


def test_an_import_of_another_store_or_beyond_the_role_is_out_of_reach(
    world: World, desk: Desk, send: Send
) -> None:
    pk = send(*LINES).json()["id"]
    there = Program(world, world.guchen, world.b)
    for user, unit, may in (
        (world.gujia, world.a, 403),
        (world.guchen, world.b, None),
        (world.jizi, world.group, None),
    ):
        other = there if unit == world.b else Program(world, user, unit)
        status = may or (404 if other.actor.can("leads.import") else 403)
        for code in ("run", "stop", "revert"):
            assert other.post(f"imports/{pk}/{code}").status_code == status
        assert other.get(f"imports/{pk}/failed-rows").status_code == status
    assert (ImportBatch.objects.get().state, Intake.objects.count()) == ("checked", 0)


def test_the_problem_is_said_in_the_language_asked_for(world: World, desk: Desk) -> None:
    english = Program(world, world.jingding, language="en")
    told = english.post("imports", body(csv(*LINES)) | {"content": "???"}).json()
    assert json.dumps(told["errors"]) == json.dumps(
        [{"field": "content", "code": "invalid", "detail": "This is not base64."}]
    )
