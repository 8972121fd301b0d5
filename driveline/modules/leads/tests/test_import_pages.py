"""The pages of an import over HTTP: what each step shows, what is refused, what stays after reload and back."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from driveline.core.models import AuditEntry, Job
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports import checking, running
from driveline.engines.intake.models import ImportBatch, ImportMapping, Intake
from driveline.kit.errors import Refused
from driveline.modules.leads.services.arrival_rules import arrival_rule_save
from driveline.modules.leads.services.keeping import import_discard
from driveline.modules.leads.tests.conftest import Shop
from driveline.modules.leads.tests.importing import Desk, csv

LINES = ["周明远,13800004127,想看车", "何静怡,1390000775,", "罗曼青,18100003379,"]


@pytest.fixture
def desk(shop: Shop, settings: Any, tmp_path: Any) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(shop)


class Browser:
    """经丁's browser, or somebody else's."""

    def __init__(self, desk: Desk, user: Any = None, store: Any = None) -> None:
        self.client = desk.shop.world.client(user or desk.shop.world.jingding, store)
        self.store = (store or desk.shop.world.a).pk

    def get(self, url: str, status: int = 200, **headers: str) -> str:
        answer = self.client.get(url, headers=headers)
        assert answer.status_code == status, answer.content.decode()[:400]
        return answer.content.decode()

    def post(self, url: str, data: dict[str, Any], status: int = 204) -> Any:
        answer = self.client.post(url, {"store": self.store, **data})
        assert answer.status_code == status, answer.content.decode()[:400]
        return answer

    def upload(self, data: bytes, name: str = "名单.csv") -> ImportBatch:
        answer = self.post("/imports/new/", {"file": SimpleUploadedFile(name, data)})
        assert json.loads(answer["HX-Trigger"])["nav:go"]["url"].startswith("/imports/")
        return ImportBatch.objects.latest("pk")

    def map(self, batch: ImportBatch, status: int = 204, **data: Any) -> Any:
        columns = {f"column-{place}": name for name, place in batch.mapping.items()}
        sent = {"header_row": batch.header_row, "source": batch.source_id or "", **columns, **data}
        return self.post(f"/imports/{batch.pk}/map/", sent, status)


@pytest.fixture
def visit(desk: Desk) -> Callable[..., Browser]:
    return lambda user=None, store=None: Browser(desk, user, store)


def test_from_the_file_to_the_result_every_step_stands_at_its_address(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    assert "import-file" in me.get("/imports/new/")
    batch = me.upload(csv(*LINES))
    url = f"/imports/{batch.pk}/"
    page = me.get(url)
    assert re.findall(r'<option value="(\w+)" selected', page)[:3] == ["name", "mobile", "remark"]
    assert "13800004127" in page
    me.map(batch)
    assert 'name="assign"' in me.get(url)
    assert 'name="column-0"' in me.get(f"{url}?step=2")
    assert not Intake.objects.exists()
    me.post(f"{url}run/", {"assign": "rule"})
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"], batch.counts["failed"]) == ("done", 2, 1)
    result = me.get(url)
    assert f"{url}failed.xlsx" in result
    assert "何静怡" in result
    assert me.get("/imports/").count("data-row=") == 1


def test_what_is_wrong_with_a_file_stands_beside_the_field_and_nothing_is_kept(
    visit: Callable[..., Browser], settings: Any
) -> None:
    me = visit()
    for data, name in ((b"%PDF-1.7 x", "表.xlsx"), (b"", "空.xlsx"), (b"PK\x03\x04broken", "坏.xlsx")):
        upload = SimpleUploadedFile(name, data)
        text = me.post("/imports/new/", {"file": upload}, 422).content.decode()
        assert 'id="import-file_error"' in text
    text = me.post("/imports/new/", {}, 422).content.decode()
    assert 'role="alert"' in text
    assert not ImportBatch.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_column_chosen_twice_and_a_missing_one_are_said_where_they_are(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    twice = me.map(batch, 422, **{"column-2": "mobile"}).content.decode()
    assert 'id="column-2_error"' in twice
    assert twice.count('<option value="mobile" selected') == 2  # what was chosen still stands
    nobody = me.map(batch, 422, **{"column-1": "", "source": ""}).content.decode()
    assert nobody.count('role="alert"') == 2
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == ("uploaded", {"name": 0, "mobile": 1, "remark": 2})


def test_another_row_of_the_head_and_a_saved_mapping(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv("姓名,手机号,备注", *LINES, head="活动名单,,"))
    assert (batch.header_row, batch.total) == (2, 3)
    me.map(batch, then="guess", header_row="1")
    batch.refresh_from_db()
    assert (batch.header_row, batch.total) == (1, 4)
    me.map(batch, then="guess", header_row="2")
    batch.refresh_from_db()
    me.map(batch, save_as="活动")
    kept = ImportMapping.objects.get()
    assert kept.labels == {"姓名": "name", "手机号": "mobile", "备注": "remark"}
    assert "活动" in me.get(f"/imports/{me.upload(csv(*LINES)).pk}/")


def test_the_check_shows_name_and_number_first_wherever_the_file_has_them(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv("想看车,鼓楼区,周明远,0563-2513668", head="备注,地址,姓名,手机号"))
    me.map(batch)
    page = me.get(f"/imports/{batch.pk}/")
    heads = re.search(r"<thead>.*?</thead>", page, re.DOTALL)
    assert heads
    assert re.findall(r'<th scope="col">([^<]+)', heads[0]) == ["客户名称", "手机号码", "地址", "备注"]
    assert '<td class="cell-bad"><span class="cut cut-m">0563-2513668</span></td>' in page
    assert "这是座机号码" in page


def test_words_that_are_not_known_can_be_explained(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv("甲,13800000001,抖音", head="姓名,手机号,来源"))
    me.map(batch)
    url = f"/imports/{batch.pk}/"
    assert 'name="source-0"' in me.get(url)
    hotline = desk.shop.source.id
    me.post(f"{url}words/", {"source-0": hotline})
    assert 'name="source-0"' not in me.get(url)
    me.post(f"{url}run/", {"assign": "nobody"})
    assert Pursuit.objects.get().source_id == hotline


def test_the_choices_before_the_import_are_checked(visit: Callable[..., Browser], desk: Desk) -> None:
    me, world = visit(), desk.shop.world
    batch = me.upload(csv(*LINES))
    me.map(batch)
    url = f"/imports/{batch.pk}/run/"
    assert 'role="alert"' in me.post(url, {"assign": "people"}, 422).content.decode()
    me.post(url, {"assign": "people", "people": [world.guchen.pk]}, 422)  # a stranger
    assert not Intake.objects.exists()
    me.post(url, {"assign": "people", "people": [world.gujia.pk], "keep": "1"})
    batch.refresh_from_db()
    assert (batch.options["touch"], batch.counts["owners"]) == (False, {str(world.gujia.pk): 2})
    me.post(url, {"assign": "rule"}, 409)  # the button pressed once more
    assert Intake.objects.count() == 3


def test_papers_go_out_with_the_reason_and_are_noted(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
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
    batch = me.upload(csv(*LINES))
    me.map(batch)
    me.post(f"/imports/{batch.pk}/run/", {"assign": "rule"})
    answer = me.client.get(f"/imports/{batch.pk}/failed.xlsx")
    again = me.upload(b"".join(answer.streaming_content), "错误行.xlsx")
    assert (again.total, set(again.mapping)) == (1, {"name", "mobile", "remark"})
    assert [g["code"] for g in again.grounds[3:]] == ["own", "own"]


def test_the_dialog_says_the_numbers_and_the_import_is_taken_back(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    url = f"/imports/{batch.pk}/"
    me.get(f"{url}revert/", 409)
    me.post(f"{url}run/", {"assign": "rule"})
    assert re.search(r"\b2\b", me.get(f"{url}revert/"))
    me.post(f"{url}revert/", {})
    assert set(Pursuit.objects.values_list("phase", flat=True)) == {"closed"}
    me.post(f"{url}revert/", {}, 409)
    assert "al-acc" in me.get(url)


def test_above_500_rows_the_work_is_a_job_whose_progress_is_asked_after(
    visit: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "INLINE", 1)
    monkeypatch.setattr(checking, "INLINE", 1)
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == ("uploaded", "waiting")  # the worker comes after the commit
    url = f"/imports/{batch.pk}/"
    assert "data-poll" in me.get(url)
    assert 'class="bar"' in me.get(f"{url}progress/", **{"X-Fragment": "progress"})
    me.map(batch, 409)
    me.post(f"{url}stop/", {})
    batch.refresh_from_db()
    assert (batch.job.state, batch.state) == ("stopped", "uploaded")
    assert json.loads(me.client.get(f"{url}progress/")["HX-Trigger"])["nav:go"]["url"] == url


def test_another_persons_import_is_none_and_another_role_has_no_page(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    world = desk.shop.world
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    paths = ("", "progress/", "failed.xlsx", "duplicates.xlsx", "revert/")
    for user, store, status in (
        (world.wangbing, None, 404),
        (world.jingchen, world.b, 404),
        (world.gujia, None, 403),
        (world.jizi, world.group, 403),
    ):
        other = visit(user, store)
        for path in paths:
            other.get(f"/imports/{batch.pk}/{path}", status)
        for path in ("map/", "words/", "run/", "stop/", "revert/"):
            other.post(f"/imports/{batch.pk}/{path}", {}, status)
        other.get("/imports/new/", 200 if status == 404 else 403)
    mine = visit(world.wangbing).upload(csv(*LINES))
    me.get(f"/imports/{mine.pk}/")  # the manager sees those of his store
    assert not Intake.objects.exists()
    assert Job.objects.filter(kind="import.run").count() == 0


def test_a_form_of_another_store_is_refused(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    me.store = desk.shop.world.b.pk
    me.map(batch, 409)
    batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_pages_cost_the_same_for_few_and_many_rows(
    visit: Callable[..., Browser], django_assert_max_num_queries: Any
) -> None:
    me = visit()
    for rows in (3, 400):
        batch = me.upload(csv(*(f"客户{n},138{n:08d}," for n in range(rows))))
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")
        me.map(batch)
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")
        me.post(f"/imports/{batch.pk}/run/", {"assign": "nobody"})
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")


def test_rows_go_on_after_a_stop(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(state="stopped", started_at=batch.created_at)
    url = f"/imports/{batch.pk}/"
    assert f'href="{url}run/"' in me.get(url)
    me.post(f"{url}run/", {})
    batch.refresh_from_db()
    assert batch.state == "done"


def bar(page: str) -> list[tuple[str, str]]:
    """The steps with their states, as the bar shows them."""
    return re.findall(r'<li class="s ?(\w*)"[^>]*><i>.*?</i><span>([^<]+)</span>', page)


def test_a_stopped_import_stands_at_its_fourth_step_and_says_what_may_be_done(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(state="stopped", started_at=batch.created_at)
    page = me.get(f"/imports/{batch.pk}/")
    assert bar(page)[2:] == [("done", "预检结果"), ("failed", "已停止"), ("", "完成")]
    assert '<li class="s failed" aria-current="step">' in page
    assert "已停止，还有 3 行没有导入。可以继续导入；也可以撤回已导入的行" in page
    me.post(f"/imports/{batch.pk}/run/", {})
    assert bar(me.get(f"/imports/{batch.pk}/"))[3:] == [("done", "导入"), ("now", "完成")]


def test_a_file_that_could_not_be_read_stands_at_its_first_step(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    ImportBatch.objects.filter(pk=batch.pk).update(state="failed", error="读取前已停止", book={})
    assert bar(me.get(f"/imports/{batch.pk}/"))[:2] == [("failed", "失败"), ("", "对应字段")]


def test_a_refused_choice_stays_chosen(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*LINES))
    me.map(batch)
    page = me.post(f"/imports/{batch.pk}/run/", {"assign": "people", "keep": "1"}, 422).content.decode()
    assert '<input type="radio" name="assign" value="people" checked>' in page
    assert 'data-needs="assign people">' in page  # not hidden
    assert Pursuit.objects.count() == 0


def test_who_gets_a_row_is_said_for_as_long_as_it_is_chosen(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    me, world = visit(), desk.shop.world
    arrival_rule_save(desk.actor, mode="person", people=[world.gujia.pk])
    batch = me.upload(csv("周明远,13800004127,", "何静怡,13900007752,顾乙", head="姓名,手机号,销售顾问"))
    me.map(batch)
    page = me.get(f"/imports/{batch.pk}/")
    assert '新建<span data-needs="assign rule">，分给 顾甲</span>' in page
    assert "新建，分给 顾乙" in page  # the file names him: that stands whatever is chosen
    me.post(f"/imports/{batch.pk}/run/", {"assign": "people"}, 422)


def test_the_result_leads_to_the_leads_of_the_file(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    other = desk.shop.lead(name="早来的")
    batch = me.upload(csv("周明远,13800004127,", "何静怡,13900007752,"))
    me.map(batch)
    me.post(f"/imports/{batch.pk}/run/", {"assign": "nobody"})
    assert f'href="/leads/?import={batch.pk}"' in me.get(f"/imports/{batch.pk}/")
    page = me.get(f"/leads/?import={batch.pk}")
    assert page.count("<tr data-row=") == 2
    assert other.party.name not in page
    assert f'<input type="hidden" name="import" value="{batch.pk}">' in page
    assert "导入：名单.csv" in page
    assert 'name="import"' not in me.get("/leads/")


def test_what_was_explained_can_be_explained_otherwise(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv("周明远,13800004127,抖音", head="姓名,手机号,数据来源"))
    me.map(batch, source=desk.shop.source.id)
    url = f"/imports/{batch.pk}/"
    assert 'name="source-0"' in me.get(url)
    me.post(f"{url}words/", {"source-0": desk.shop.source.id})
    page = me.get(url)
    chosen = page[page.index('name="source-known-0"') :]
    assert f'<option value="{desk.shop.source.id}" selected>' in chosen[: chosen.index("</select>")]
    me.post(f"{url}words/", {"source-known-0": ""})
    batch.refresh_from_db()
    assert batch.options["words"] == {}
    assert 'name="source-0"' in me.get(url)


def test_the_check_says_when_its_numbers_may_be_old(visit: Callable[..., Browser]) -> None:
    me = visit()
    first, second = me.upload(csv(*LINES)), me.upload(csv(*LINES, "史强,13800007777,"))
    for batch in (first, second):
        me.map(batch)
    hint = "预检之后店里可能有变动"
    assert hint not in me.get(f"/imports/{second.pk}/")
    me.post(f"/imports/{first.pk}/run/", {"assign": "nobody"})
    assert hint in me.get(f"/imports/{second.pk}/")
    me.post(f"/imports/{second.pk}/words/", {})
    assert hint not in me.get(f"/imports/{second.pk}/")


def test_a_file_that_nobody_imports_is_deleted(
    visit: Callable[..., Browser], desk: Desk, tmp_path: Path
) -> None:
    me = visit()
    kept, gone = me.upload(csv(*LINES)), me.upload(csv("史强,13800007777,"))
    me.map(kept)
    me.post(f"/imports/{kept.pk}/run/", {"assign": "nobody"})
    assert "删除" in me.get("/imports/")
    assert import_discard.perform(desk.actor, [gone.pk]).message == "已删除 1 个文件"
    assert list(ImportBatch.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not (tmp_path / gone.folder).exists()
    with pytest.raises(Refused, match="只能撤回，不能删除"):
        import_discard.perform(desk.actor, [kept.pk])
    assert ImportBatch.objects.count() == 1


def test_of_an_import_that_was_taken_back_the_duplicates_say_so(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    me = visit()
    desk.shop.lead(phone="13800004127")
    batch = me.upload(csv(*LINES))
    me.map(batch)
    me.post(f"/imports/{batch.pk}/run/", {"assign": "nobody"})
    assert "已置顶" in me.get("/duplicate-leads/")
    me.post(f"/imports/{batch.pk}/revert/", {"key": "k"})
    assert "已置顶（导入已撤回）" in me.get("/duplicate-leads/")
    assert "那一批已经撤回" in me.get(f"/imports/{me.upload(csv(*LINES)).pk}/")
