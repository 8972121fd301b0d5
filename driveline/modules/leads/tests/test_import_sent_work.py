"""The worker at a file that a program sent: once, however often it is sent, stopped or killed."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core import clock
from driveline.core.jobs import run_job
from driveline.core.models import ApiAnswer, Job, Notification
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports import running, sending
from driveline.engines.intake.imports.batches import in_chunks
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.importing import Desk, csv, verdicts
from driveline.modules.leads.tests.sending import LINES, Broken, Send, body
from tests.programs import Program
from tests.world import World


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
