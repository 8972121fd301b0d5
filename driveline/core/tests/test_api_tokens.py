"""Tokens of programs: shown once, good for one membership, refused when anything about it has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from driveline.config import cli
from driveline.core import clock
from driveline.core.models import ApiToken, AuditEntry, Grant, Membership, Operation, User
from driveline.core.services.api_tokens import token_create, token_create_for, token_revoke
from driveline.kit.errors import Forbidden, Invalid
from tests.factories import a_lead
from tests.programs import Program
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_secret_is_kept_nowhere(world: World) -> None:
    made = token_create(world.actor(world.gujia), name="官网", days=90)
    row = ApiToken.objects.values().get()
    assert made.secret.startswith(row["prefix"])
    assert len(row["prefix"]) < 12
    assert made.secret not in str(row)
    assert made.secret not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.get(action="api_token.create").detail["prefix"] == row["prefix"]
    assert (made.token.expires_at - made.token.created_at).days == 90


@pytest.mark.parametrize(
    ("name", "days", "field"),
    [("", 9, "name"), ("官" * 41, 9, "name"), ("官网", 0, "days"), ("官网", 9999, "days")],
)
def test_a_token_needs_a_name_and_an_end(world: World, name: str, days: int, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        token_create(world.actor(world.gujia), name=name, days=days)
    assert list(refusal.value.errors) == [field]
    assert not ApiToken.objects.exists()


def test_nobody_has_a_token_without_the_right(world: World) -> None:
    Grant.objects.filter(role=world.roles["consultant"], permission="api_tokens.manage").delete()
    with pytest.raises(Forbidden):
        token_create(world.actor(world.gujia), name="官网")
    with pytest.raises(Forbidden):
        token_create(world.system_actor(), name="官网")


def test_a_token_acts_as_its_owner_in_its_store(world: World) -> None:
    told = Program(world, world.shuangwei, world.b).get("me").json()
    assert told["user"]["label"] == "双未"
    assert told["store"]["label"] == "武汉星城"
    assert told["role"] == "销售经理"
    assert told["rights"]["leads.assign"] == "store"


def _refused(program: Program) -> bool:
    answer = program.get("me")
    assert answer.status_code in (200, 401)
    assert (
        answer.status_code == 200
        or answer["WWW-Authenticate"] == 'Bearer realm="driveline", error="invalid_token"'
    )
    return answer.status_code == 401


def test_a_token_is_refused_when_anything_about_it_has_ended(world: World) -> None:
    program = Program(world, world.gujia)
    row, now = ApiToken.objects.filter(pk=program.made.token.pk), clock.system_now()
    assert not _refused(program)
    for rows, ended, again in (
        (row, {"revoked_at": now}, {"revoked_at": None}),
        (row, {"expires_at": now - timedelta(seconds=1)}, {"expires_at": None}),
        (User.objects.filter(pk=world.gujia.pk), {"is_active": False}, {"is_active": True}),
        (Membership.objects.filter(user=world.gujia), {"active": False}, {"active": True}),
        (type(world.a).objects.filter(pk=world.a.pk), {"active": False}, {"active": True}),
        (
            Grant.objects.filter(permission="api_tokens.manage", role=world.roles["consultant"]),
            {"permission": "x"},
            {"permission": "api_tokens.manage"},
        ),
    ):
        kept = rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        kept.update(**ended)
        assert _refused(program), ended
        kept.update(**again)
        assert not _refused(program), again


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer dlt_" + "a" * 43,
        "Basic Z3VqaWE6eA==",
        "Bearer " + "9" * 5000,
        "bearer\x00",
    ],
)
def test_nothing_but_a_token_opens_the_interface(world: World, header: str) -> None:
    answer = Client().get("/api/v1/leads", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_session_of_a_browser_opens_nothing_here(world: World) -> None:
    lead = a_lead(world, owner=world.gujia)
    browser = world.client(world.jingding)
    before = Operation.objects.count()
    assert browser.get("/leads/").status_code == 200
    assert browser.get("/api/v1/leads").status_code == 401
    sent = browser.post(
        f"/api/v1/leads/{lead.pk}/void", {"reason": "wrong_number"}, content_type="application/json"
    )
    assert (sent.status_code, Operation.objects.count()) == (401, before)


def test_a_token_opens_no_page(world: World) -> None:
    program = Program(world, world.jingding)
    answer = Client().get("/leads/", headers=program.headers)
    assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in/")


def test_everybody_revokes_his_own_and_the_administrator_those_of_his_store(world: World) -> None:
    mine, theirs, far = (
        Program(world, user, store)
        for user, store in ((world.gujia, world.a), (world.guyi, world.a), (world.guchen, world.b))
    )
    own = world.client(world.gujia)
    for program, status in ((theirs, 404), (far, 404), (mine, 204)):
        assert own.post(f"/api-tokens/{program.made.token.pk}/revoke/").status_code == status
    assert _refused(mine)
    assert not _refused(theirs)
    admin = world.client(world.guanchou)
    assert admin.post(f"/api-tokens/{far.made.token.pk}/revoke/").status_code == 404
    assert admin.post(f"/api-tokens/{theirs.made.token.pk}/revoke/").status_code == 204
    assert _refused(theirs)
    assert not _refused(far)
    assert AuditEntry.objects.filter(action="api_token.revoke").count() == 2


def test_the_page_shows_the_secret_once(world: World) -> None:
    browser = world.client(world.gujia)
    assert browser.post("/api-tokens/new/", {"name": "", "days": "365"}).status_code == 422
    answer = browser.post("/api-tokens/new/", {"name": "官网", "days": "365"})
    token = ApiToken.objects.get()
    secret = answer.content.decode().partition("data-one-time")[2].partition(">")[2].partition("<")[0]
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    for page in (f"/api-tokens/{token.pk}/", "/api-tokens/"):
        shown = browser.get(page).content.decode()
        assert "官网" in shown
        assert secret not in shown


def test_what_a_program_does_is_written_down_with_its_token(world: World) -> None:
    lead = a_lead(world)
    program = Program(world, world.jingding)
    assert program.post(f"leads/{lead.pk}/assign", {"users": [world.gujia.pk]}).status_code == 200
    entry = AuditEntry.objects.get(action="lead.assign")
    assert (entry.user, entry.detail["token"]) == (world.jingding, program.made.token.prefix)
    world.client(world.jingding).post(f"/leads/{lead.pk}/void/", {"reason": "wrong_number"})
    assert "token" not in AuditEntry.objects.get(action="lead.void").detail


def test_who_reads_on_beyond_the_first_answer_is_written_down_once(world: World) -> None:
    for _ in range(5):
        a_lead(world)
    program = Program(world, world.jingding)
    cursor = program.get("leads", limit=2, scene="queue").json()["next"]
    assert not AuditEntry.objects.filter(action="api.read").exists()
    cursor = program.get("leads", limit=2, scene="queue", cursor=cursor).json()["next"]
    program.get("leads", limit=2, scene="queue", cursor=cursor)
    entry = AuditEntry.objects.get(action="api.read")
    assert entry.detail == {
        "page": "leads",
        "filter": "limit=2&scene=queue",
        "token": program.made.token.prefix,
    }


def test_last_use_is_shown(world: World) -> None:
    program = Program(world, world.gujia)
    assert ApiToken.objects.get().last_used_at is None
    program.get("me")
    assert clock.system_now() - ApiToken.objects.get().last_used_at < timedelta(seconds=30)


def test_the_terminal_creates_lists_and_revokes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> tuple[int, str]:
        code = cli.main(["token", *words])
        told = capsys.readouterr()
        return code, told.out + told.err

    code, told = said("create", "gujia", "--store", "HX000026", "--name", "DMS", "--days", "30")
    secret = told.split()[0]
    assert (code, len(secret)) == (0, 47)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    code, told = said("list", "--store", "HX000026")
    assert (code, "DMS" in told, "gujia" in told, secret in told) == (0, True, True, False)
    assert said("list", "--login", "guyi") == (0, "")
    assert said("create", "guchen", "--store", "HX000026")[0] == 1
    assert said("create", "liwu", "--store", "HX000026")[0] == 1
    assert said("create", "system", "--store", "HX000026")[0] == 1
    assert said("revoke", "dlt_nobody")[0] == 1
    assert said("revoke", secret[:10])[0] == 0
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert AuditEntry.objects.get(action="api_token.revoke").user.is_system


def test_a_revoked_token_is_not_revoked_again(world: World) -> None:
    made = token_create_for("gujia", "HX000026", name="DMS")
    actor = world.actor(world.gujia)
    token_revoke.perform(actor, [made.token.pk])
    when = ApiToken.objects.get().revoked_at
    made.token.refresh_from_db()
    assert token_revoke.why_not(made.token, actor)
    assert ApiToken.objects.get().revoked_at == when
