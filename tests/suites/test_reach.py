"""What is not a page: pickers, badges, search and files × every role; another store's row does not exist there either."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from driveline.core.attachments import attach
from driveline.core.models import Attachment, Transition
from driveline.core.roles import ROLES
from driveline.kit import registry
from driveline.kit.pages import Context
from driveline.kit.scopes import Scope
from tests.factories import a_lead
from tests.suites.rows import SAMPLES, sample_of
from tests.suites.test_pages import GROUP_ROLES, _client

pytestmark = pytest.mark.django_db

CODES = [role.code for role in ROLES]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\xa7\x88\xfe\xfd\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.parametrize("role", CODES)
def test_the_picker_of_people_offers_the_own_store_only(world, role):
    client, _actor = _client(world, role)
    names = {option["text"] for option in client.get("/options/people/").json()["options"]}
    strangers = {"顾辰", "网辰", "经辰", "销辰", "管辰"}
    assert names & strangers == set()
    assert ("顾甲" in names) == (role not in GROUP_ROLES)
    assert "离午" not in names


def test_a_foreign_person_cannot_be_assigned_by_any_door(world):
    lead = a_lead(world)
    client = world.client(world.jingding)
    before = Transition.objects.count()
    for person in (world.guchen, world.liwu, world.jizi, world.fuwu):
        for url, data in ((f"/leads/{lead.pk}/assign/", {}), ("/leads/batch/assign/", {"ids": str(lead.pk)})):
            assert client.post(url, data | {"users": str(person.pk)}).status_code == 422
    lead.refresh_from_db()
    assert (lead.owner_id, lead.phase, Transition.objects.count()) == (None, "unassigned", before)


@pytest.mark.parametrize("role", CODES)
def test_a_badge_counts_the_rows_in_sight_and_no_others(world, role):
    client, actor = _client(world, role)
    for name in SAMPLES:
        sample = sample_of(name)
        if not sample.shared:
            for store, user in ((world.a, world.gujia), (world.b, world.guchen)):
                sample.make(world, store, user)
    a_lead(world)
    a_lead(world, store=world.b)
    badges = client.get("/live/").json()["badges"]
    ctx = Context.of(actor)
    for page in registry.pages():
        rows = page.todo(actor, ctx) if page.allowed(actor) and page.menu else None
        expected = rows.count() if rows is not None else 0
        assert badges.get(page.name, {"n": 0})["n"] == expected
        if rows is not None and actor.scope(page.permission) != Scope.GROUP:
            assert set(rows.values_list("store_id", flat=True)) <= {actor.store_id}


@pytest.mark.parametrize("role", CODES)
def test_the_search_finds_what_the_list_shows(world, role):
    client, actor = _client(world, role)
    a_lead(world, name="欧阳海", owner=world.liwu)
    a_lead(world, store=world.b, name="欧阳湖", owner=world.guchen)
    if role not in GROUP_ROLES:
        a_lead(world, name="欧阳江", owner=actor.user, by=actor.user)
    answer = client.get("/search/?q=欧阳").content.decode()
    scope = actor.scope("leads.view")
    assert ("欧阳江" in answer) == (scope is not None and role not in GROUP_ROLES)
    assert ("欧阳海" in answer) == (scope in (Scope.STORE, Scope.GROUP))
    assert ("欧阳湖" in answer) == (scope == Scope.GROUP)


@pytest.mark.parametrize("role", CODES)
def test_a_file_is_seen_by_whoever_sees_its_row(world, role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, actor = _client(world, role)
    near = a_lead(world, owner=world.liwu)
    far = a_lead(world, store=world.b, owner=world.guchen)
    kept = []
    for lead, worker, store in ((near, world.jingding, world.a), (far, world.jingchen, world.b)):
        upload = SimpleUploadedFile("报价.png", PNG)
        kept.append(attach(world.actor(worker, store), "lead", lead.pk, upload))
    scope = actor.scope("leads.view")
    seen = [scope in (Scope.STORE, Scope.GROUP), scope == Scope.GROUP]
    for file, visible in zip(kept, seen, strict=True):
        assert client.get(f"/attachments/{file.pk}/").status_code == (200 if visible else 404)
    before = Attachment.objects.count()
    answer = client.post(f"/leads/{far.pk}/files/", {"file": SimpleUploadedFile("x.png", PNG)})
    assert answer.status_code in (403, 404)
    assert Attachment.objects.count() == before


def test_a_file_is_added_in_the_drawer_and_a_disguised_one_is_refused(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lead = a_lead(world, owner=world.gujia)
    client = world.client(world.gujia)
    url = f"/leads/{lead.pk}/files/"
    assert client.post(url, {"file": SimpleUploadedFile("报价.png", PNG)}).status_code == 204
    page = client.get(f"/leads/{lead.pk}/?tab=files", headers={"X-Drawer": "1"}).content.decode()
    assert "报价.png" in page
    refused = client.post(url, {"file": SimpleUploadedFile("报价.png", b"MZ\x90\x00 a program")})
    assert refused.status_code == 409
    assert client.post(url, {}).status_code == 409
    assert Attachment.objects.count() == 1
