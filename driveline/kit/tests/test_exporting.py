"""Before an export somebody reads what it will hold; the file holds that."""

import csv
import io
import re

import pytest
from django.test import Client

from driveline.core.models import AuditEntry
from driveline.kit import exporting
from tests.factories import a_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(world) -> Client:
    for _n in range(3):
        a_lead(world, owner=world.gujia)
    arranged = {"key": "ui.list.leads", "value": {"columns": ["name", "grade"]}}
    client = world.client(world.jingding)
    client.post("/preferences/", arranged, content_type="application/json")
    return client


def heads(client: Client, query: str) -> list[str]:
    text = b"".join(client.get(f"/leads/export.csv{query}").streaming_content).decode("utf-8-sig")
    return next(csv.reader(io.StringIO(text)))


def test_the_question_says_rows_conditions_and_columns(manager) -> None:
    page = manager.get("/leads/export/?grade=H&order=oldest").content.decode()
    assert "符合条件的共 3 条：级别：H" in page
    assert "导出 3 条" in page
    assert "客户名称、级别" in page
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page) == [
        ("grade", "H"),
        ("order", "oldest"),
    ]
    assert "共 3 条，不只是这一页" in manager.get("/leads/export/").content.decode()
    assert AuditEntry.objects.filter(action="export").count() == 0


def test_without_rows_there_is_nothing_to_export(manager) -> None:
    assert 'type="submit"' not in manager.get("/leads/export/?grade=D").content.decode()


def test_more_than_can_be_exported_is_said(manager, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "EXPORT_MAX", 2)
    page = manager.get("/leads/export/").content.decode()
    assert "符合条件的超过 2 条，按列表顺序导出前 2 条。" in page
    assert "导出 2 条" in page


def test_the_hidden_columns_come_when_all_are_asked_for(manager) -> None:
    assert heads(manager, "") == ["客户名称", "级别"]
    every = heads(manager, "?cols=all")
    assert every[:2] == ["客户名称", "级别"]
    assert f"全部 {len(every)} 列" in manager.get("/leads/export/").content.decode()
    assert {"手机号码", "省 / 市"} <= set(every)
    noted = AuditEntry.objects.filter(action="export").order_by("pk").values_list("detail", flat=True)
    assert [(d["rows"], d["columns"]) for d in noted] == [(3, 2), (3, len(every))]


def test_numbers_stand_in_the_file_as_the_reader_sees_them(manager, world) -> None:
    assert "手机号码与你在列表里看到的一样" in manager.get("/leads/export/").content.decode()
    assert "手机号码" not in world.client(world.guanchou).get("/audit/export/").content.decode()
    for user, number in ((world.xiaozong, r"1\d{10}"), (world.zongjingli, r"1\d\d\*{4}\d{4}")):
        client = world.client(user)
        [seen, *_others] = re.findall(r'data-card="phone">([^<]+)<', client.get("/leads/").content.decode())
        text = b"".join(client.get("/leads/export.csv?cols=all").streaming_content).decode("utf-8-sig")
        written = {row["手机号码"] for row in csv.DictReader(io.StringIO(text))}
        assert seen.replace(" ", "") in written
        assert all(re.fullmatch(number, one) for one in written)


def test_who_may_not_export_is_not_asked(world) -> None:
    assert world.client(world.gujia).get("/leads/export/").status_code == 403
