"""我的提醒: read and unread (S-83), whose they are, and taking back what was done (UI.md §5.9)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from driveline.core import clock
from driveline.core.batch_jobs import batch_job
from driveline.core.jobs import job_start, run_job
from driveline.core.models import Job, Notification, Operation
from driveline.core.notifications import notify
from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.services.commands import lead_assign, lead_void
from driveline.modules.workbench.kinds import kind_options
from driveline.modules.workbench.services import acts
from tests.factories import a_lead

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

PARAMS = {"count": 2, "names": "周明远、何静怡", "by": "经丁"}


def tell(world: World, n: int = 1, link: str = "/lead-tasks/") -> list[Notification]:
    for _n in range(n):
        notify(world.a.pk, [world.gujia.pk], "assigned", PARAMS, link)
    return list(Notification.objects.filter(user=world.gujia).order_by("pk"))


def bell(client: Client) -> str:
    return client.get("/live/").json()["unread"]["text"]


def test_s_83_nine_unread_one_opened_all_read(world: World) -> None:
    messages = tell(world, 9)
    client = world.client(world.gujia)
    assert bell(client) == "9"
    answer = client.get(f"/notifications/{messages[4].pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/lead-tasks/")
    assert bell(client) == "8"
    assert client.post("/notifications/read-all/").status_code == 204
    assert bell(client) == ""
    assert not Notification.objects.filter(read_at=None).exists()


def test_one_is_marked_and_the_others_stay(world: World) -> None:
    first, second = tell(world, 2)
    client = world.client(world.gujia)
    assert client.get(f"/notifications/{first.pk}/read/").status_code == 405
    assert client.post(f"/notifications/{first.pk}/read/").status_code == 204
    second.refresh_from_db()
    assert second.read_at is None
    assert bell(client) == "1"


def test_anothers_message_does_not_exist(world: World) -> None:
    [message] = tell(world)
    for stranger in (world.guyi, world.jingding, world.guchen):
        client = world.client(stranger)
        assert client.get(f"/notifications/{message.pk}/open/").status_code == 404
        assert client.post(f"/notifications/{message.pk}/read/").status_code == 404
        assert client.post("/notifications/read-all/").status_code == 204
        assert count(client, "/notifications/") == 0
    message.refresh_from_db()
    assert message.read_at is None


def test_a_message_of_the_other_store_waits_there(world: World) -> None:
    notify(world.b.pk, [world.shuangwei.pk], "assigned", PARAMS, "")
    assert bell(world.client(world.shuangwei, world.a)) == ""
    assert bell(world.client(world.shuangwei, world.b)) == "1"


def count(client: Client, url: str) -> int:
    return int(client.get(url).context["listing"].slice.count)


def test_the_list_filters_by_type_read_and_time(world: World) -> None:
    tell(world, 2)
    notify(world.a.pk, [world.gujia.pk], "overdue_digest", {"overdue": 3, "due": 9, "team": 0})
    Notification.objects.filter(kind="assigned").update(created_at=clock.now() - timedelta(days=3))
    client = world.client(world.gujia)
    today = clock.today()
    Notification.objects.filter(kind="assigned").first().__class__.objects.filter(
        kind="overdue_digest"
    ).update(read_at=clock.now())
    assert [count(client, f"/notifications/?{q}") for q in ("", "kind=assigned", "read=no", "read=yes")] == [
        3,
        2,
        2,
        1,
    ]
    assert [count(client, f"/notifications/?{q}") for q in (f"at_from={today}", "scene=unread")] == [1, 2]
    page = client.get("/notifications/").content.decode()
    assert "周明远、何静怡" in page


def test_every_kind_has_a_name(world: World) -> None:
    assert all(label and "%" not in label for _code, label in kind_options())


@pytest.mark.parametrize(
    ("link", "where"),
    [
        ("/leads/7/", "/leads/?open=/leads/7/"),
        ("/leads/?scene=queue", "/leads/?scene=queue"),
        ("//evil.example/", "/notifications/"),
        ("https://evil.example/", "/notifications/"),
        ("", "/notifications/"),
    ],
)
def test_a_message_leads_to_its_row_in_the_drawer_and_nowhere_else(
    world: World, link: str, where: str
) -> None:
    [message] = tell(world, link=link)
    assert world.client(world.gujia).get(f"/notifications/{message.pk}/open/")["Location"] == where


# Taking back


def test_what_was_done_can_be_taken_back_from_here_for_half_an_hour(world: World) -> None:
    lead = a_lead(world)
    with clock.freeze("2026-11-20T14:00"):
        lead_assign.perform(world.actor(world.jingding), [lead.pk], inputs={"users": [world.gujia.pk]})
        client = world.client(world.jingding)
        page = client.get("/notifications/").content.decode()
        operation = Operation.objects.get()
        assert f"/undo/{operation.pk}/" in page
        assert (
            f"/undo/{operation.pk}/"
            not in world.client(world.xiaozong).get("/notifications/").content.decode()
        )
    with clock.freeze("2026-11-20T14:31"):
        assert f"/undo/{operation.pk}/" not in client.get("/notifications/acts/").content.decode()
    with clock.freeze("2026-11-20T14:29"):
        assert client.post(f"/undo/{operation.pk}/").status_code == 204
        assert f"/undo/{operation.pk}/" not in client.get("/notifications/acts/").content.decode()
    lead.refresh_from_db()
    assert (lead.phase, lead.owner_id) == ("unassigned", None)


def test_the_parts_of_a_job_are_one_thing_to_take_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from driveline.core import batch_jobs

    monkeypatch.setattr(batch_jobs, "CHUNK", 2)
    leads = [a_lead(world) for _n in range(5)]
    gone = a_lead(world, owner=world.guyi)
    actor = world.actor(world.jingding)
    ids = [lead.pk for lead in (*leads, gone)]
    job = batch_job(actor, "lead.assign", ids, {"users": [world.gujia.pk]}, "once")
    assert run_job.func(job.pk) == "done"
    assert Pursuit.objects.filter(owner=world.gujia).count() == 5
    client = world.client(world.jingding)
    page = client.get("/notifications/").content.decode()
    assert page.count("/undo/") == 1
    assert f"/notifications/jobs/{job.pk}/undo/" in page
    csv = client.get(f"/notifications/jobs/{job.pk}/left.csv").content.decode("utf-8-sig")
    assert str(gone.pk) in csv
    assert "王先生" in csv
    assert world.client(world.guyi).get(f"/notifications/jobs/{job.pk}/left.csv").status_code == 404
    assert client.post(f"/notifications/jobs/{job.pk}/undo/").status_code == 204
    undo = Job.objects.get(kind="command.undo")
    assert run_job.func(undo.pk) in ("done", "left alone")
    assert Pursuit.objects.filter(owner=world.gujia).count() == 0
    assert client.post(f"/notifications/jobs/{job.pk}/undo/").status_code == 409


def test_a_job_shows_its_progress_and_is_stopped_by_its_owner_only(world: World) -> None:
    job = job_start(
        world.actor(world.jingding), "command", {"code": "lead.void", "ids": [], "data": {}, "key": "k"}, 900
    )
    Job.objects.filter(pk=job.pk).update(done=450)
    client = world.client(world.jingding)
    page = client.get("/notifications/acts/").content.decode()
    assert "450 / 900" in page
    assert str(lead_void.label) in page
    url = reverse("notifications.job-stop", args=[job.pk])
    assert world.client(world.gujia).post(url).status_code == 404
    assert client.post(url).status_code == 204
    assert Job.objects.get(pk=job.pk).state == Job.State.STOPPED
    assert client.post(url).status_code == 409


def test_an_act_without_the_right_is_not_offered(world: World) -> None:
    lead = a_lead(world)
    lead_assign.perform(world.actor(world.jingding), [lead.pk], inputs={"users": [world.gujia.pk]})
    Operation.objects.update(user=world.gujia)
    from driveline.kit.pages import Context

    actor = world.actor(world.gujia)
    assert acts.acts_of(actor, Context.of(actor)) == []
