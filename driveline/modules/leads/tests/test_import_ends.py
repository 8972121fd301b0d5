"""How an import ends: done, stopped, unread, thrown away, taken back; and what is said while it is under way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from driveline.core.models import Notification
from driveline.core.notifications import mine, render
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports import checking, running
from driveline.engines.intake.imports.reverting import Outlook, outlook
from driveline.engines.intake.models import ImportBatch
from driveline.kit.errors import Refused
from driveline.modules.leads.services.keeping import import_discard
from driveline.modules.leads.tests.importing import THREE, Browser, Desk, csv
from driveline.modules.leads.tests.test_files import add


def bar(page: str) -> list[tuple[str, str]]:
    """The steps with their states, as the bar shows them."""
    return re.findall(r'<li class="s ?(\w*)"[^>]*><i>.*?</i><span>([^<]+)</span>', page)


def test_the_dialog_says_the_numbers_and_the_import_is_taken_back(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
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
    batch = me.upload(csv(*THREE))
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


def test_rows_go_on_after_a_stop(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(state="stopped", started_at=batch.created_at)
    url = f"/imports/{batch.pk}/"
    assert f'href="{url}run/"' in me.get(url)
    me.post(f"{url}run/", {})
    batch.refresh_from_db()
    assert batch.state == "done"


def test_a_stopped_import_stands_at_its_fourth_step_and_says_what_may_be_done(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
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
    batch = me.upload(csv(*THREE))
    ImportBatch.objects.filter(pk=batch.pk).update(state="failed", error="读取前已停止", book={})
    assert bar(me.get(f"/imports/{batch.pk}/"))[:2] == [("failed", "失败"), ("", "对应字段")]


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


def test_the_check_says_when_its_numbers_may_be_old(visit: Callable[..., Browser]) -> None:
    me = visit()
    first, second = me.upload(csv(*THREE)), me.upload(csv(*THREE, "史强,13800007777,"))
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
    kept, gone = me.upload(csv(*THREE)), me.upload(csv("史强,13800007777,"))
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
    batch = me.upload(csv(*THREE))
    me.map(batch)
    me.post(f"/imports/{batch.pk}/run/", {"assign": "nobody"})
    assert "已置顶" in me.get("/duplicate-leads/")
    me.post(f"/imports/{batch.pk}/revert/", {"key": "k"})
    assert "已置顶（导入已撤回）" in me.get("/duplicate-leads/")
    assert "那一批已经撤回" in me.get(f"/imports/{me.upload(csv(*THREE)).pk}/")


def test_an_import_taken_back_leaves_nothing_with_those_who_got_it(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    shop = desk.shop
    me, gujia = visit(), visit(user=shop.world.gujia)
    batch = me.upload(csv(*THREE))
    me.map(batch)
    url = f"/imports/{batch.pk}/"
    me.post(f"{url}run/", {"assign": "people", "people": [shop.world.gujia.pk]})
    assert gujia.get("/leads/").count("<tr data-row=") == 2
    assert "分配结果" in me.get(url)
    me.post(f"{url}revert/", {"key": "k"})
    for scene in ("all", "today"):
        assert "<tr data-row=" not in gujia.get(f"/leads/?scene={scene}")
    assert "<tr data-row=" not in me.get("/leads/?scene=today")
    assert me.get("/leads/").count("<tr data-row=") == 2  # nothing is deleted
    assert "分配结果" not in me.get(url)
    actor = shop.actor(shop.world.gujia)
    assert [row.kind for row in mine(actor).filter(read_at=None)] == ["import_taken_back"]
    assert [render(row)[:2] for row in mine(actor)] == [
        ("有文件被撤回", "名单.csv，操作人 经丁：带来的线索已作废或恢复原状；之后处理过的保留不动"),
        ("导入：新分给你 2 条，再次咨询 0 条", "周明远、罗曼青，经丁 分配"),
    ]
    tiles = {tile["code"]: tile for tile in me.client.get("/").context["queues"]}
    assert tiles["lead.today"]["text"] == "0"


def test_a_lead_that_somebody_has_added_a_file_to_stays_with_him(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    shop = desk.shop
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    url = f"/imports/{batch.pk}/"
    me.post(f"{url}run/", {"assign": "people", "people": [shop.world.gujia.pk]})
    kept = Pursuit.objects.get(party__name="周明远")
    add(shop, kept, shop.world.gujia)
    assert outlook(batch) == Outlook(voided=1, restored=0, left=1)
    me.post(f"{url}revert/", {"key": "k"})
    kept.refresh_from_db()
    assert (kept.phase, kept.owner) == ("active", shop.world.gujia)
    assert "之后又添加了附件" in me.get(url)
    assert me.get("/leads/?scene=all").count("<tr data-row=") == 2
    log = visit(user=shop.world.guanchou).get("/audit/")
    assert "撤回" in log
    for words in ("名单.csv", "作废：1", "放回：0", "未变动：1"):
        assert words in log
    assert "sha256" not in log


@pytest.mark.parametrize("state", ["done", "stopped"])
def test_who_brought_the_file_and_who_was_never_told_of_it_learn_that_it_was_taken_back(
    visit: Callable[..., Browser], desk: Desk, state: str
) -> None:
    world = desk.shop.world
    by = visit(user=world.wangbing)
    batch = by.upload(csv(*THREE))
    by.map(batch)
    by.post(f"/imports/{batch.pk}/run/", {"assign": "people", "people": [world.wangbing.pk, world.gujia.pk]})
    if state == "stopped":  # as an import that never came to its end leaves it
        ImportBatch.objects.filter(pk=batch.pk).update(state="stopped")
        Notification.objects.all().delete()
    visit().post(f"/imports/{batch.pk}/revert/", {"key": "k"})
    told = Notification.objects.filter(kind="import_taken_back").values_list("user__login", flat=True)
    assert {"wangbing", "gujia"} <= set(told)
    assert "jingding" not in told
