"""Leads through the interface: entered, read, assigned, recorded, taken back; refused with sentence, field and rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from driveline.core.clock import freeze
from driveline.core.models import AuditEntry, Operation
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.intake.models import Intake
from driveline.kit.api import parameters
from driveline.modules.leads.models import Lead
from driveline.modules.leads.services.commands import lead_assign
from driveline.modules.leads.tests.conftest import REMARK
from tests.factories import a_lead, a_lost_lead, a_source
from tests.programs import Program
from tests.world import World

pytestmark = pytest.mark.django_db

NOON = "2019-03-05T12:00"


def _entry(world: World, **more: Any) -> dict[str, Any]:
    return {"name": "周敏", "phone": "138 0000 4127", "source": a_source(world).pk, **more}


def test_a_program_enters_a_lead(world: World) -> None:
    program = Program(world, world.wangbing)
    answer = program.post(
        "leads", _entry(world, gender="female", remark="想看白色顶配", province="湖北省", city="武汉")
    )
    made = answer.json()
    assert answer.status_code == 201
    assert made == {
        "id": made["id"],
        "verdict": "new",
        "rule": "NEW",
        "done": "",
        "message": "已录入 周敏，待分配",
    }
    lead = Pursuit.objects.get(pk=made["id"])
    assert (lead.entry_method, lead.phase, lead.party.phone_key) == ("api", Phase.UNASSIGNED, "13800004127")
    assert Intake.objects.get(pursuit=lead).door == "api"
    told = program.get(f"leads/{lead.pk}").json()
    assert (told["gender"], told["remark"]) == ({"code": "female", "label": "女"}, "想看白色顶配")
    assert told["created_by"] == {"id": world.wangbing.pk, "label": "网丙"}


def test_a_lead_may_be_the_owners_own_at_once(world: World) -> None:
    made = Program(world, world.wangbing).post("leads", _entry(world, assign_to_me=True)).json()
    task = Task.objects.get(pursuit_id=made["id"])
    assert (task.assignee, task.state) == (world.wangbing, "open")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": None}, "name", "type"),
        ({"name": "周" * 31}, "name", "max_length"),
        ({"name": 7}, "name", "type"),
        ({"phone": "123"}, "phone", "invalid"),
        ({"phone": ["13800004127"]}, "phone", "type"),
        ({"source": 99999}, "source", "invalid_choice"),
        ({"source": "1"}, "source", "type"),
        ({"source": 10**30}, "source", "type"),
        ({"gender": "other"}, "gender", "invalid_choice"),
        ({"series": 99999}, "series", "invalid_choice"),
        ({"colour": "red"}, "colour", "unknown"),
        ({"assign_to_me": "yes"}, "assign_to_me", "type"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(
    world: World, change: dict[str, Any], field: str, code: str
) -> None:
    answer = Program(world, world.wangbing).post("leads", _entry(world, **change))
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [(one["field"], one["code"]) for one in told["errors"]] == [(field, code)]
    assert told["errors"][0]["detail"]
    assert not Lead.objects.exists()


def test_a_field_the_role_lacks_is_refused_not_passed_over(world: World) -> None:
    told = Program(world, world.shigui).post("leads", _entry(world, assign_to_me=True)).json()
    assert (told["status"], told["errors"][0]["code"]) == (422, "forbidden")
    assert not Lead.objects.exists()


def test_row_6_a_number_that_is_there_is_handled_and_its_lead_named_when_it_may_be_seen(world: World) -> None:
    lead = a_lead(world, owner=world.gujia, phone="13800004127", due=date(2019, 3, 8))
    with freeze(NOON):
        for user, shown, done in ((world.jingding, lead.pk, "pulled"), (world.wangbing, None, "told")):
            answer = Program(world, user).post("leads", _entry(world))
            assert answer.status_code == 200
            told = answer.json()
            assert "顾甲" in told.pop("message")
            assert told == {"id": shown, "verdict": "duplicate", "rule": "DUP_LEAD_ACTIVE", "done": done}
    assert Lead.objects.count() == 1
    assert Task.objects.get(pursuit=lead).due_date == date(2019, 3, 5)
    found = Program(world, world.jingding).get("duplicate-leads").json()["items"]
    assert [(row["door_code"], row["rule_code"], row["done"]["code"], row["lead"]) for row in found] == [
        ("api", "DUP_LEAD_ACTIVE", "told", lead.pk),
        ("api", "DUP_LEAD_ACTIVE", "pulled", lead.pk),
    ]


def test_the_number_is_masked_as_on_the_page(world: World) -> None:
    lead = a_lead(world, owner=world.gujia, phone="13800004127")
    for user, shown in (
        (world.gujia, "13800004127"),
        (world.jingding, "13800004127"),
        (world.shigui, "138****4127"),
        (world.guanchou, "138****4127"),
    ):
        program = Program(world, user)
        assert program.get("leads").json()["items"][0]["phone"] == shown
        assert program.get(f"leads/{lead.pk}").json()["phone"] == shown
    assert Program(world, world.jizi).get("leads").json()["items"][0]["phone"] == "138****4127"


def test_the_filters_of_the_page_narrow(world: World) -> None:
    mine, waiting = a_lead(world, owner=world.gujia, name="欧阳海"), a_lead(world, name="王芳", grade="A")
    lost = a_lost_lead(world, owner=world.gujia)
    program = Program(world, world.jingding)
    for params, expected in (
        ({}, {mine.pk, waiting.pk, lost.pk}),
        ({"scene": "queue"}, {waiting.pk}),
        ({"scene": "open"}, {mine.pk, waiting.pk}),
        ({"grade": "A"}, {waiting.pk}),
        ({"status": ["unassigned", "lost"]}, {waiting.pk, lost.pk}),
        ({"q": "欧阳"}, {mine.pk}),
        ({"q": mine.party.phone_key}, {mine.pk}),
        ({"owner": world.gujia.pk}, {mine.pk, lost.pk}),
        ({"arrived_from": "2019-03-05", "arrived_to": "2019-03-05"}, {mine.pk, waiting.pk, lost.pk}),
        ({"arrived_from": "2019-03-06"}, set()),
        ({"source": a_source(world).pk, "assigned": "no"}, {waiting.pk}),
    ):
        assert set(program.ids("leads", **params)) == expected, params
    assert program.get("leads", scene="queue", count="1").json()["count"] == 1
    assert program.ids("lost-leads") == [lost.pk]
    assert "count" not in program.get("leads").json()


def test_a_scene_the_role_lacks_is_no_choice(world: World) -> None:
    assert Program(world, world.gujia).get("leads", scene="queue").status_code == 422


def test_assigning_and_taking_it_back(world: World) -> None:
    lead = a_lead(world)
    program = Program(world, world.jingding)
    told = program.post(f"leads/{lead.pk}/assign", {"users": [world.gujia.pk]}).json()
    assert (told["done"], told["skipped"]) == ([lead.pk], [])
    lead.refresh_from_db()
    assert (lead.owner, lead.phase) == (world.gujia, Phase.ACTIVE)
    assert told["undo"] == f"/api/v1/operations/{told['operation']}/undo"
    other = Program(world, world.xiaozong)
    assert other.post(f"operations/{told['operation']}/undo").status_code == 404
    back = program.post(told["undo"].removeprefix("/api/v1/"))
    assert (back.status_code, back.json()) == (200, {"restored": [lead.pk], "skipped": []})
    lead.refresh_from_db()
    assert (lead.owner, lead.phase) == (None, Phase.UNASSIGNED)
    twice = program.post(told["undo"].removeprefix("/api/v1/"))
    assert (twice.status_code, twice.json()["type"]) == (409, "/api/docs#conflict")


def test_a_rule_that_refuses_says_so_and_changes_nothing(world: World) -> None:
    lead = a_lead(world, owner=world.gujia)
    before = Operation.objects.count()
    answer = Program(world, world.jingding).post(f"leads/{lead.pk}/assign", {"users": [world.guyi.pk]})
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs#refused")
    assert answer.json()["detail"] == lead_assign.why_not(lead, world.actor(world.jingding))
    assert Operation.objects.count() == before


def test_somebody_elses_person_is_no_choice(world: World) -> None:
    lead = a_lead(world)
    for person in (world.guchen, world.liwu, world.jizi):
        answer = Program(world, world.jingding).post(f"leads/{lead.pk}/assign", {"users": [person.pk]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "users")
    lead.refresh_from_db()
    assert lead.owner is None


def test_a_batch_takes_what_it_may_and_says_why_not_the_rest(world: World) -> None:
    waiting, owned, far = a_lead(world), a_lead(world, owner=world.gujia), a_lead(world, store=world.b)
    program = Program(world, world.jingding)
    ids = [waiting.pk, owned.pk, far.pk]
    told = program.post("leads/batch/assign", {"ids": ids, "users": [world.guyi.pk]}).json()
    assert told["done"] == [waiting.pk]
    assert [one["id"] for one in told["skipped"]] == [owned.pk]


def test_a_batch_of_a_filter_wants_its_number(world: World) -> None:
    rows = [a_lead(world) for _ in range(3)]
    a_lead(world, owner=world.gujia)
    program = Program(world, world.jingding)
    wanted = {"filter": {"scene": "queue", "source": [str(a_source(world).pk)]}, "users": [world.gujia.pk]}
    stale = program.post("leads/batch/assign", {**wanted, "count": 2})
    assert (stale.status_code, "3" in stale.json()["detail"]) == (409, True)
    told = program.post("leads/batch/assign", {**wanted, "count": 3}).json()
    assert sorted(told["done"]) == [row.pk for row in rows]
    assert Pursuit.objects.filter(owner=world.gujia).count() == 4


def test_many_rows_become_a_job(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("driveline.kit.api.acting.JOB_ABOVE", 2)
    rows = [a_lead(world) for _ in range(3)]
    program = Program(world, world.jingding)
    wanted = {"filter": {"scene": "queue"}, "count": 3, "users": [world.gujia.pk, world.guyi.pk]}
    with django_capture_on_commit_callbacks(execute=True):
        answer = program.post("leads/batch/assign", wanted, key="k-1")
    started = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, started["url"])
    job = program.get(started["url"].removeprefix("/api/v1/")).json()
    assert (job["state"]["code"], job["total"], job["worked"], job["done"], job["skipped"]) == (
        "done",
        3,
        3,
        3,
        [],
    )
    assert Pursuit.objects.filter(pk__in=[r.pk for r in rows], owner__isnull=False).count() == 3
    assert Program(world, world.xiaozong).get(f"jobs/{job['id']}").status_code == 404
    stopped = program.post(f"jobs/{job['id']}/stop")
    assert (stopped.status_code, stopped.json()["type"]) == (409, "/api/docs#conflict")


def test_a_contact_is_recorded(world: World) -> None:
    with freeze(NOON):
        lead = a_lead(world, owner=world.gujia)
        program = Program(world, world.gujia)
        [task] = program.get("lead-tasks").json()["items"]
        assert (task["lead"], task["due_date"], task["due_time"]) == (lead.pk, "2019-03-05", None)
        short = program.post(f"lead-tasks/{task['id']}/record", {"chip": "go_on", "remark": "短"})
        assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "remark")
        told = program.post(f"lead-tasks/{task['id']}/record", {"chip": "go_on", "remark": REMARK}).json()
        record = FollowUp.objects.get()
        assert told["data"]["recorded"]["record"] == record.pk
        [row] = program.get("follow-ups").json()["items"]
        assert (row["id"], row["lead"], row["remark"], row["method"]["code"]) == (
            record.pk,
            lead.pk,
            REMARK,
            "phone",
        )
        again = program.post(f"lead-tasks/{task['id']}/record", {"chip": "go_on", "remark": REMARK})
        assert again.status_code == 404  # a finished task is no longer in the list


def test_the_second_of_two_is_told_who_was_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from driveline.engines.followup.contact import Contact
    from driveline.engines.followup.services import record_follow_up
    from driveline.kit.api import acting

    with freeze(NOON):
        a_lead(world, owner=world.gujia)
        task = Task.objects.get()
        real = acting.form_of

        def late(*args: Any, **kwargs: Any) -> Any:
            record_follow_up(world.actor(world.gujia), task.pk, Contact(chip="go_on", remark=REMARK))
            return real(*args, **kwargs)

        monkeypatch.setattr(acting, "form_of", late)
        answer = Program(world, world.gujia).post(
            f"lead-tasks/{task.pk}/record", {"chip": "go_on", "remark": REMARK}
        )
    told = answer.json()
    assert (answer.status_code, told["type"], told["who"]) == (409, "/api/docs#conflict", "顾甲")
    assert told["when"] == "2019-03-05T12:00:00+08:00"
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b"{", {}, 400, "malformed"),
        (b"[]", {}, 400, "malformed"),
        (b'{"name": "\\u0000"}', {}, 400, "malformed"),
        (b'{"name": "\\ud800"}', {}, 400, "malformed"),
        (b'{"name": NaN}', {}, 400, "malformed"),
        (b'{"name": "a", "name": "b"}', {}, 400, "malformed"),
        (b"[" * 100_000, {}, 400, "malformed"),
        (b'{"source": ' + b"9" * 5000 + b"}", {}, 400, "malformed"),
        (b"\xff\xfe", {}, 400, "malformed"),
        (b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "not-json"),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', {}, 413, "too-large"),
    ],
    ids=range(11),
)
def test_a_body_that_is_none_is_refused(
    world: World, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = Program(world, world.wangbing).post("leads", body, **headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/api/docs#{kind}")
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "leads/abc",
        "leads/-1",
        f"leads/{10**30}",
        "leads/0",
        "leads/",
        "jobs/1",
        "stores/999999",
        "leads/1/assign/",
    ],
)
def test_what_is_not_there_is_a_problem_not_a_page(world: World, path: str) -> None:
    answer = Program(world, world.jingding).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_another_method_is_named(world: World) -> None:
    program = Program(world, world.jingding)
    answer = program._client.delete("/api/v1/leads", headers=program.headers)
    assert (answer.status_code, answer["Allow"], answer.json()["type"]) == (
        405,
        "GET, HEAD, POST",
        "/api/docs#method",
    )


def test_an_error_of_ours_tells_nothing_of_the_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(parameters.Query, "rows", breaks)
    answer = Program(world, world.jingding).get("leads")
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/docs#broken")
    assert "secret" not in answer.content.decode()


def test_the_language_is_the_one_asked_for(world: World) -> None:
    for asked, spoken in (
        ("en", "Enter “Customer name”."),
        ("zh-CN,zh;q=0.9,en;q=0.1", "请填写客户名称"),
        ("fr", "请填写客户名称"),
        ("", "请填写客户名称"),
    ):
        answer = Program(world, world.wangbing, language=asked).post("leads", {"phone": "1", "source": 1})
        name = next(one for one in answer.json()["errors"] if one["field"] == "name")
        assert name["detail"] == spoken
    assert Program(world, world.wangbing, language="en").get("leads/choices").json()["filters"]["entry"][
        0
    ] == {
        "code": "manual",
        "label": "Entered by hand",
    }


def test_the_choices_are_those_of_the_role_and_store(world: World) -> None:
    a_lead(world)
    cache.clear()
    told = Program(world, world.jingding).get("leads/choices").json()
    people = {one["label"].split(" · ")[0] for one in told["inputs"]["assign"]["users"]}
    assert {"顾甲", "顾乙"} <= people
    assert people & {"顾辰", "离午"} == set()
    assert str(a_source(world).pk) in {one["code"] for one in told["inputs"]["create"]["source"]}
    assert "assign" not in Program(world, world.gujia).get("leads/choices").json()["inputs"]


def test_reading_leaves_no_trace_but_in_the_token(world: World) -> None:
    a_lead(world)
    program = Program(world, world.jingding)
    before = AuditEntry.objects.count()
    program.get("leads")
    assert AuditEntry.objects.count() == before
