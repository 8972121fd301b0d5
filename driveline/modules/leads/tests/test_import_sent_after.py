"""After the import of a file that a program sent: the rows that were not taken, and the way back."""

from __future__ import annotations

import shutil

import pytest

from driveline.core.models import AuditEntry
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports.batches import folder_of
from driveline.engines.intake.models import ImportBatch
from driveline.modules.leads.tests.sending import LINES, Send
from tests.programs import Program


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
