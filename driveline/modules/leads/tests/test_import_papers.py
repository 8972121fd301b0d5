"""What goes out with an import and comes back: the template, the rows to mend."""

from __future__ import annotations

import io
from collections.abc import Callable

from python_calamine import CalamineWorkbook

from driveline.core.models import AuditEntry
from driveline.modules.leads.tests.importing import THREE, Browser, csv


def test_papers_go_out_with_the_reason_and_are_noted(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    for moment in ("checked", "done"):
        answer = me.client.get(f"/imports/{batch.pk}/failed.xlsx")
        data = b"".join(answer.streaming_content)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        assert [row[0] for row in rows[1:]] == ["何静怡"], moment
        if moment == "checked":
            me.post(f"/imports/{batch.pk}/run/", {"assign": "rule"})
    assert AuditEntry.objects.filter(action="export", object_id=batch.pk).count() == 2
    assert me.client.get(f"/imports/{batch.pk}/duplicates.xlsx").status_code == 200


def test_the_template_is_understood_when_it_comes_back_filled_or_not(visit: Callable[..., Browser]) -> None:
    me = visit()
    answer = me.client.get("/imports/template.xlsx")
    batch = me.upload(b"".join(answer.streaming_content), "模板.xlsx")
    assert batch.total == 0
    assert [one["code"] for one in batch.grounds] == ["label"] * 14
    assert [row["field"] for row in batch.grounds][:3] == ["name", "gender", "mobile"]


def test_mended_rows_come_back_and_our_own_columns_are_passed_over(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    me.post(f"/imports/{batch.pk}/run/", {"assign": "rule"})
    answer = me.client.get(f"/imports/{batch.pk}/failed.xlsx")
    again = me.upload(b"".join(answer.streaming_content), "错误行.xlsx")
    assert (again.total, set(again.mapping)) == (1, {"name", "mobile", "remark"})
    assert [g["code"] for g in again.grounds[3:]] == ["own", "own"]
