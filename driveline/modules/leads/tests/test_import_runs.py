"""A run is broken off, gone on with, stopped, and taken back; nothing is done twice, nothing is lost."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from driveline.core import clock
from driveline.core.models import AuditEntry, Job, Notification, Operation, Party
from driveline.engines.followup.models import Pursuit, Task, TaskMove
from driveline.engines.intake.imports import batches, checking, reverting, running, uploading
from driveline.engines.intake.imports.clearing import clear
from driveline.engines.intake.imports.mapping import mapping_save, propose
from driveline.engines.intake.imports.reverting import Outlook, import_revert, outlook, revert_why_not
from driveline.engines.intake.imports.running import abandoned, import_run, import_stop, release
from driveline.engines.intake.imports.words import progress
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.errors import Conflict, Refused
from driveline.modules.leads.models import Lead
from driveline.modules.leads.pages.imports import shown
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.importing import Desk, csv, numbers, verdicts


@pytest.fixture
def desk(shop: Shop, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Chunks of five rows, so that small files have several."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(running, "in_chunks", lambda rows: batches.in_chunks(rows, 5))
    monkeypatch.setattr(running, "PAUSE", 0)
    return Desk(shop)


LINES = [f"客户{n},135{n:08d}," for n in range(17)]


def d(text: str) -> date:
    return date.fromisoformat(text)


class Broken(BaseException):
    """Ends a run as kill -9 would: nothing of ours may catch it."""


def break_off(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The run dies in the middle of the chunk after so many."""
    whole, done = running.arrive_many, []

    def arrive(*args: Any, **options: Any) -> Any:
        if len(done) == after:
            also = options["also"]

            def dying(found: Any) -> None:
                also(found)
                raise Broken

            options["also"] = dying
        done.append(1)
        return whole(*args, **options)

    monkeypatch.setattr(running, "arrive_many", arrive)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_broken_off_in_a_chunk_goes_on_and_every_row_has_one_verdict(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    batch = desk.checked(*LINES)
    with monkeypatch.context() as patch:
        break_off(patch, after)
        with pytest.raises(Broken):
            import_run(desk.actor, batch.pk, "lead", wait=True)
    batch.refresh_from_db()
    assert (batch.state, batch.position, numbers(batch)) == (
        "running",
        after * 5 + 1 if after else 0,
        (after * 5, 0, 0),
    )
    assert Intake.objects.count() == Pursuit.objects.count() == after * 5
    Job.objects.filter(pk=batch.job_id).update(
        params={}, heartbeat_at=clock.system_now() - timedelta(minutes=2)
    )
    batch = import_run(desk.actor, batch.pk, "lead", wait=True)
    assert (batch.state, numbers(batch), batch.number) == ("done", (17, 0, 0), 1)
    assert sorted(verdicts(batch)) == list(range(2, 19))
    assert Pursuit.objects.count() == Party.objects.count() == 17
    assert Notification.objects.filter(kind="import_done").count() == 1


def test_while_it_runs_nobody_else_takes_it_and_a_lost_one_can_be_taken(desk: Desk) -> None:
    batch = desk.checked(*LINES)
    job = Job.objects.create(
        store_id=batch.store_id,
        user_id=batch.user_id,
        kind="import.run",
        state="running",
        created_at=clock.now(),
        heartbeat_at=clock.system_now(),
        params={"batch": batch.pk},
    )
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", job=job, started_at=clock.now())
    with pytest.raises(Conflict):
        import_run(desk.actor, batch.pk, "lead")
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.system_now() - timedelta(minutes=2))
    assert import_run(desk.actor, batch.pk, "lead").state == "done"
    job.refresh_from_db()
    assert job.state == "stopped"
    with pytest.raises(running.JobStopped):  # the old runner comes back to life
        running.run_import(job)
    assert Intake.objects.count() == 17


def test_a_process_that_is_gone_leaves_an_import_that_can_be_released(desk: Desk) -> None:
    batch = desk.checked(*LINES)
    job = Job.objects.create(
        store_id=batch.store_id,
        user_id=batch.user_id,
        kind="import.run",
        state="running",
        created_at=clock.now(),
        heartbeat_at=clock.system_now(),
        params={"batch": batch.pk, "host": socket.gethostname(), "pid": 2**22 + 1},
    )
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", job=job, started_at=clock.now())
    batch = batches.batch_for(desk.actor, batch.pk, "lead")
    assert abandoned(batch)
    release(batch)
    assert import_run(desk.actor, batch.pk, "lead").state == "done"


def test_a_stopped_run_keeps_what_is_done_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = desk.checked(*LINES)
    whole = running.arrive_many
    calls: list[int] = []

    def arrive(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            import_stop(desk.actor, batch.pk, "lead")
        return whole(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(running, "arrive_many", arrive)
        stopped = import_run(desk.actor, batch.pk, "lead", wait=True)
    assert (stopped.state, numbers(stopped), Intake.objects.count()) == ("stopped", (10, 0, 0), 10)
    with pytest.raises(Conflict):
        import_stop(desk.actor, batch.pk, "lead")
    batch = import_run(desk.actor, batch.pk, "lead")
    assert (batch.state, numbers(batch), Pursuit.objects.count()) == ("done", (17, 0, 0), 17)


def test_the_same_file_is_not_imported_twice_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.checked(*LINES), desk.checked(*LINES)
    whole = running.arrive_many
    refused: list[str] = []

    def arrive(*args: Any, **options: Any) -> Any:
        if not refused:
            with pytest.raises(Conflict) as error:
                import_run(desk.actor, second.pk, "lead", wait=True)
            refused.append(str(error.value))
        return whole(*args, **options)

    monkeypatch.setattr(running, "arrive_many", arrive)
    assert numbers(import_run(desk.actor, first.pk, "lead", wait=True)) == (17, 0, 0)
    assert len(refused) == 1
    assert numbers(import_run(desk.actor, second.pk, "lead", wait=True)) == (0, 17, 0)
    assert Pursuit.objects.count() == 17


def test_a_file_that_is_gone_ends_the_run_with_a_sentence(desk: Desk) -> None:
    batch = desk.checked(*LINES)
    shutil.rmtree(batches.folder_of(batch))
    with pytest.raises(Refused):
        import_run(desk.actor, batch.pk, "lead", wait=True)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.error), Intake.objects.count()) == ("failed", True, 0)


def test_rows_read_on_another_machine_are_read_again_from_the_file(desk: Desk) -> None:
    batch = desk.checked(*LINES)
    shutil.rmtree(batches.folder_of(batch) / "book")
    assert numbers(import_run(desk.actor, batch.pk, "lead", wait=True)) == (17, 0, 0)


def test_a_fault_of_ours_is_said_and_the_import_can_be_gone_on_with(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = desk.checked(*LINES)

    def arrive(*args: Any, **options: Any) -> Any:
        raise OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(running, "arrive_many", arrive)
        with pytest.raises(Refused):
            import_run(desk.actor, batch.pk, "lead", wait=True)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.error)) == ("failed", True)
    assert numbers(import_run(desk.actor, batch.pk, "lead", wait=True)) == (17, 0, 0)


def test_an_import_is_taken_back_as_far_as_nobody_has_touched_it(desk: Desk) -> None:
    shop = desk.shop
    followed = shop.followed(contacts=1, start="2019-03-07")
    lost = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        waiting = shop.lead("等候", "13700000001")
        shop.lose(lost)
        before = {
            p.pk: (p.phase, p.grade, p.next_due, p.arrived_at, p.dup_count, p.cycle)
            for p in Pursuit.objects.all()
        }
    met = [f"{lead.party.name},{lead.party.phone_key}," for lead in (followed, waiting, lost)]
    with shop.day("2019-03-07", "15:00"):
        batch = desk.run(*LINES, *met)
        kept, other = Pursuit.objects.filter(party__name__in=["客户3", "客户4"]).order_by("pk")
        shop.assign(kept, shop.world.gujia)
        shop.void(other)
        shop.enter("再来", waiting.party.phone_key)
        assert outlook(batch) == Outlook(voided=15, restored=2, left=3)
        batch = import_revert(desk.actor, batch.pk, "lead", wait=True)
    found = {name: batch.reverted[name] for name in ("voided", "restored", "left")}
    assert (batch.state, found) == ("reverted", {"voided": 15, "restored": 2, "left": 3})
    assert {row[1] for row in batch.reverted["rows"]} == {"客户3", "客户4", "等候"}
    made = Lead.objects.filter(pursuit__phase="closed", void_reason="import_reverted")
    assert made.count() == 15
    assert not Pursuit.objects.filter(phase="closed").exclude(exclusive_key=None).exists()
    for lead in (followed, lost):
        row = fresh(lead)
        assert (row.phase, row.grade, row.next_due, row.arrived_at, row.dup_count, row.cycle) == before[
            lead.pk
        ]
    assert shop.task(followed).due_date.isoformat() == "2019-03-08"
    assert not Task.objects.filter(pursuit=lost, state="open").exists()
    assert (fresh(kept).phase, Intake.objects.filter(batch=batch).count()) == ("active", 20)
    assert AuditEntry.objects.filter(action="import.revert", object_id=batch.pk).count() == 1
    assert Operation.objects.filter(verb="import.revert").count() == 1
    with pytest.raises(Refused):
        import_revert(desk.actor, batch.pk, "lead")
    again = desk.run("客户0,13500000000,")
    assert numbers(again) == (1, 0, 0)


def test_what_changed_nothing_has_nothing_to_take_back(desk: Desk) -> None:
    batch = desk.run("坏,abc,")
    assert revert_why_not(batch)
    with pytest.raises(Refused):
        import_revert(desk.actor, batch.pk, "lead")
    unfinished = desk.checked("甲,13800000001,")
    with pytest.raises(Refused):
        import_revert(desk.actor, unfinished.pk, "lead")


def test_a_mapping_kept_under_a_name_is_taken_for_the_same_head(desk: Desk) -> None:
    head = "甲列,乙列,丙列"
    batch = desk.upload(csv("周明远,13800004127,想看车", head=head))
    batch = desk.mapped(batch, columns={"name": 0, "mobile": 1, "remark": 2}, header_row=1)
    mapping_save(desk.actor, batch, "活动名单")
    again = desk.upload(csv("何静怡,13900007752,周末到店", head=head))
    assert again.mapping == {"name": 0, "mobile": 1, "remark": 2}
    assert (again.book["mapping"], {g["code"] for g in again.grounds}) == ("活动名单", {"known"})
    stranger = desk.upload(csv("一,二,三", head="丁列,戊列,己列"))
    propose(stranger)
    assert stranger.mapping == {}


def test_s09_at_the_file_door_an_overdue_follow_up_is_not_washed_white(desk: Desk) -> None:
    shop = desk.shop
    with shop.day("2019-03-10"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
    with shop.day("2019-03-15"):
        batch = desk.run(f"再来,{lead.party.phone_key},")
    assert verdicts(batch) == {2: ("duplicate", "DUP_LEAD_ACTIVE", "told")}
    assert shop.task(lead).due_date.isoformat() == "2019-03-10"
    assert not TaskMove.objects.exists()


def test_a_large_file_is_read_checked_imported_and_taken_back_by_the_worker(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    for place in (uploading, checking, running, reverting):
        for name in ("AT_ONCE_BYTES", "INLINE"):
            monkeypatch.setattr(place, name, 0, raising=False)

    def by_the_worker(act: Callable[[], ImportBatch]) -> ImportBatch:
        with django_capture_on_commit_callbacks(execute=True):
            batch = act()
        assert batch.job.state == "waiting"
        return batches.batch_for(desk.actor, batch.pk, "lead")

    batch = by_the_worker(lambda: uploading.import_upload(desk.actor, "lead", "名单.csv", [csv(*LINES)]))
    assert (batch.state, batch.total, batch.mapping["mobile"]) == ("uploaded", 17, 1)
    desk.mapped(batch)
    batch = by_the_worker(lambda: checking.import_check(desk.actor, batch.pk, "lead"))
    assert (batch.state, batch.rehearsed["new"], batch.job.done) == ("checked", 17, 17)
    batch = by_the_worker(lambda: import_run(desk.actor, batch.pk, "lead"))
    assert (batch.state, numbers(batch), batch.job.done) == ("done", (17, 0, 0), 17)
    told = progress(batch.job, batch)
    assert (told.done, told.total, told.left) == (17, 17, None)
    batch = by_the_worker(lambda: import_revert(desk.actor, batch.pk, "lead"))
    assert (batch.state, batch.reverted["voided"], batch.job.done) == ("reverted", 17, 17)


def test_a_large_file_that_cannot_be_read_says_so_on_its_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE_BYTES", 0)
    with django_capture_on_commit_callbacks(execute=True):
        batch = uploading.import_upload(desk.actor, "lead", "名单.xlsx", [b"%PDF-1.7 nothing"])
    batch.refresh_from_db()
    assert (batch.state, bool(batch.error), batch.started_at) == ("failed", True, None)
    assert "PDF" in batch.error


def test_a_file_whose_reading_was_stopped_or_went_wrong_stands_as_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE_BYTES", 0)
    stopped = uploading.import_upload(desk.actor, "lead", "名单.csv", [csv(*LINES)])
    stopped = import_stop(desk.actor, stopped.pk, "lead")
    assert (stopped.state, bool(stopped.error)) == ("failed", True)

    def propose_nothing(batch: ImportBatch) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(uploading, "propose", propose_nothing)
    with django_capture_on_commit_callbacks(execute=True):
        broken = uploading.import_upload(desk.actor, "lead", "名单.csv", [csv(*LINES)])
    broken = batches.batch_for(desk.actor, broken.pk, "lead")
    assert (broken.state, broken.job.state, shown.unread(broken)) == ("uploaded", "failed", True)
    assert shown.result(broken)["unread"]
    assert broken.error == broken.job.result["error"]


def test_what_is_never_imported_goes_with_its_file_after_a_week(desk: Desk) -> None:
    with desk.shop.day("2019-03-05"):
        kept, forgotten = desk.run(*LINES), desk.checked("甲,13800000001,")
    folder = batches.folder_of(forgotten)
    assert folder.exists()
    assert clear(desk.shop.world.a, d("2019-03-12")) == {"forgotten": 0, "files": 0}
    assert clear(desk.shop.world.a, d("2019-03-13")) == {"forgotten": 1, "files": 0}
    assert clear(desk.shop.world.a, d("2019-03-13")) == {"forgotten": 0, "files": 0}
    assert not folder.exists()
    assert list(ImportBatch.objects.all()) == [kept]
    assert clear(desk.shop.world.a, d("2019-12-01")) == {"forgotten": 0, "files": 1}
    kept.refresh_from_db()
    with pytest.raises(Refused):
        next(batches.data_rows(kept))
    assert Intake.objects.count() == 17
