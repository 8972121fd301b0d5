"""Long work: progress, stop, resume after a kill, and commands on very many rows (DESIGN §3.10, §3a)."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.utils.translation import get_language, override

from driveline.core import clock, jobs
from driveline.core.batch_jobs import CHUNK, batch_job
from driveline.core.jobs import JobStopped, job_progress, job_start, job_stop, jobs_resume, run_job
from driveline.core.models import Job, Membership, Notification, Operation
from driveline.core.notifications import notification_kind, render
from driveline.kit import commands
from driveline.kit.commands import Run, command
from driveline.kit.errors import Conflict, Refused

notification_kind("test_job", title="x")

type Runner = Callable[[Job], dict[str, object] | None]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Runner], str]:
    """Register a runner for the length of the test."""
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))

    def declare(run: Runner) -> str:
        jobs.job_kind("test", "Test")(run)
        return "test"

    return declare


def run(job: Job) -> str:
    return run_job.func(job.pk)


def aged(job: Job, minutes: int) -> None:
    then = clock.system_now() - dt.timedelta(minutes=minutes)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=then)


def test_a_job_is_run_after_the_commit(world, kind, django_capture_on_commit_callbacks) -> None:
    code = kind(lambda job: {"rows": job.params["rows"]})
    with clock.freeze("2026-11-22T09:00"), django_capture_on_commit_callbacks(execute=True):
        job = job_start(world.actor(world.gujia), code, {"rows": 3}, total=3)
        assert job.state == Job.State.WAITING
    job.refresh_from_db()
    assert (job.state, job.result, job.user_id, job.store_id) == (
        "done",
        {"rows": 3},
        world.gujia.pk,
        world.a.pk,
    )
    assert job.finished_at == clock.parse("2026-11-22T09:00")
    with pytest.raises(KeyError):
        job_start(world.actor(world.gujia), "no such kind", {})


def test_a_job_speaks_its_users_language(world, kind) -> None:
    code = kind(lambda job: {"language": get_language()})
    world.gujia.language = "en"
    world.gujia.save()
    job = job_start(world.actor(world.gujia), code, {})
    assert run(job) == "done"
    job.refresh_from_db()
    assert job.result == {"language": "en"}


def test_a_finished_job_is_not_run_again(world, kind) -> None:
    ran: list[int] = []
    code = kind(lambda job: ran.append(job.pk))
    job = job_start(world.actor(world.gujia), code, {})
    assert (run(job), run(job), ran) == ("done", "left alone", [job.pk])


def test_progress_is_kept_and_a_stop_is_honoured(world, kind) -> None:
    actor = world.actor(world.gujia)
    seen: list[tuple[int, dict[str, int]]] = []

    def work(job: Job) -> None:
        job_progress(job, 1, cursor={"at": 1})
        stored = Job.objects.get(pk=job.pk)
        seen.append((stored.done, stored.cursor))
        job_stop(actor, job.pk)
        job_progress(job, 2)
        seen.append((2, {}))

    job = job_start(actor, kind(work), {}, total=9)
    assert run(job) == "stopped"
    job.refresh_from_db()
    assert (seen, job.state, job.done, job.total) == ([(1, {"at": 1})], "stopped", 1, 9)
    assert job.finished_at is not None
    with pytest.raises(Conflict):
        job_stop(actor, job.pk)
    with pytest.raises(Job.DoesNotExist):
        job_stop(world.actor(world.guyi), job.pk)


def test_a_stopped_job_that_waits_is_never_begun(world, kind) -> None:
    actor = world.actor(world.gujia)
    job = job_start(actor, kind(lambda job: None), {})
    job_stop(actor, job.pk)
    assert run(job) == "left alone"


def test_a_failure_is_told_to_its_owner(world, kind) -> None:
    actor = world.actor(world.gujia)

    def work(job: Job) -> None:
        raise Refused("the file is gone") if job.params["refuse"] else RuntimeError("secret detail")

    code = kind(work)
    for refuse in (True, False):
        job = job_start(actor, code, {"refuse": refuse})
        assert run(job) == "failed"
        job.refresh_from_db()
        assert ("the file is gone" in job.result["error"]) == refuse
        assert "secret" not in job.result["error"]
    told = Notification.objects.order_by("pk")
    assert [n.user_id for n in told] == [world.gujia.pk] * 2
    with override("en"):
        assert render(told[0]) == ("Work failed", "Test: the file is gone", "alert-triangle")


def test_a_job_whose_runner_died_goes_on_from_its_cursor(
    world, kind, django_capture_on_commit_callbacks
) -> None:
    begun: list[int] = []

    def work(job: Job) -> dict[str, int]:
        begun.append(job.cursor.get("at", 0))
        job_progress(job, 2, cursor={"at": 2})
        if len(begun) == 1:
            raise SystemExit  # as good as a kill: nothing is written after it
        return {"rows": 2}

    job = job_start(world.actor(world.gujia), kind(work), {}, total=2)
    with pytest.raises(SystemExit):
        run(job)
    assert jobs_resume() == 0  # it may still live
    aged(job, 4)
    assert jobs_resume() == 0
    aged(job, 6)
    assert jobs_resume() == 1
    job.refresh_from_db()
    assert (begun, job.state, job.result) == ([0, 2], "done", {"rows": 2})
    assert jobs_resume() == 0


def test_a_job_the_queue_lost_is_handed_over_again(world, kind) -> None:
    job = job_start(world.actor(world.gujia), kind(lambda job: {"rows": 1}), {})
    aged(job, 6)
    assert jobs_resume() == 1
    job.refresh_from_db()
    assert job.state == "done"


def test_the_runner_that_was_thought_dead_can_write_nothing_more(world, kind) -> None:
    job = job_start(world.actor(world.gujia), kind(lambda job: None), {})
    Job.objects.filter(pk=job.pk).update(state="running")
    late = Job.objects.get(pk=job.pk)
    aged(job, 6)
    jobs_resume()
    with pytest.raises(JobStopped):
        job_progress(late, 5)
    assert jobs._end(late, Job.State.DONE, {}) == "stopped"
    job.refresh_from_db()
    assert job.done == 0


@pytest.fixture
def mark(world) -> Iterator[list[int]]:
    """A command on messages; the sizes of the chunks it got."""
    sizes: list[int] = []

    def body(rows: Sequence[Notification], run: Run, note: str = "") -> None:
        sizes.append(len(rows))
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(read_at=run.now)

    def guard(row: Notification, actor: object) -> str:
        return "read already" if row.read_at else ""

    command("test.mark", model=Notification, permission="leads.assign", label="Mark", guard=guard)(body)
    yield sizes
    del commands._commands["test.mark"]


def messages(world, n: int) -> list[int]:
    made = Notification.objects.bulk_create(
        Notification(store=world.a, user=world.jingding, kind="test_job", created_at=clock.now())
        for _ in range(n)
    )
    return [row.pk for row in made]


def test_a_command_on_very_many_rows(world, mark) -> None:
    actor = world.actor(world.jingding)
    ids = messages(world, 2 * CHUNK + 10)
    mark_read = ids[:3] + ids[-10:]
    Notification.objects.filter(pk__in=mark_read).update(read_at=clock.now())
    job = batch_job(actor, "test.mark", ids, {"note": "n"}, "key-1")
    assert batch_job(actor, "test.mark", ids, {}, "key-1") == job
    assert (job.total, job.params["data"]) == (2 * CHUNK + 10, {"note": "n"})
    assert run(job) == "done"
    job.refresh_from_db()
    assert mark == [CHUNK - 3, CHUNK]
    assert (job.done, job.result["done"], job.result["skipped"]) == (1010, 997, 13)
    assert job.result["reason"] == "read already"
    assert [row[2] for row in job.result["left"]] == ["read already"] * 13
    assert job.result["operations"] == list(Operation.objects.order_by("pk").values_list("pk", flat=True))
    told = Notification.objects.get(kind="batch_done")
    assert told.params == {"command": "Mark", "done": 997, "skipped": 13}


def test_a_killed_command_does_no_chunk_twice(world, mark) -> None:
    actor = world.actor(world.jingding)
    ids = messages(world, CHUNK + 10)
    job = batch_job(actor, "test.mark", ids, {}, "key-1")
    # killed after the first chunk was committed and before its progress was
    commands.command_by_code("test.mark").perform(actor, ids[:CHUNK], key="key-1:0")
    assert run(job) == "done"
    job.refresh_from_db()
    assert (mark, job.result["done"], Operation.objects.count()) == ([CHUNK, 10], CHUNK + 10, 2)


def test_who_left_the_store_gets_nothing_done(world, mark) -> None:
    job = batch_job(world.actor(world.jingding), "test.mark", messages(world, 5), {}, None)
    Membership.objects.filter(user=world.jingding).update(active=False)
    assert run(job) == "failed"
    assert mark == []
