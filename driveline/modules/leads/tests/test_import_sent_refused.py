"""What a program cannot send: each fault is named at its field, and nothing of it stays."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from driveline.core.models import Job
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports import uploading
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.importing import Desk, csv
from driveline.modules.leads.tests.sending import LINES, Send, body, limit
from tests.programs import Program
from tests.world import World


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
