"""角色权限: the matrix in the browser, copies, and nobody giving more than reaches."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from driveline.core.models import AuditEntry, Grant, Role
from driveline.kit.scopes import Scope
from tests.world import World

DRAWER = {"X-Drawer": "1"}


@pytest.fixture
def admin(world: World) -> Client:
    """管丑, administrator of store A."""
    return world.client(world.guanchou)


def held(role: Role) -> dict[str, int]:
    return dict(Grant.objects.filter(role=role).values_list("permission", "scope"))


def test_the_drawer_shows_every_right_and_who_holds_the_role(world, admin) -> None:
    page = admin.get(f"/roles/{world.roles['consultant'].pk}/", headers=DRAWER).text
    assert page.count("<tr>") - page.count("<thead") == page.count('scope="row"')
    assert "顾甲" in page
    assert "顾辰" not in page  # of another store
    assert (
        "顾辰"
        in world.client(world.jiguan).get(f"/roles/{world.roles['consultant'].pk}/", headers=DRAWER).text
    )


def test_rights_are_edited_and_hold_at_once(world, admin) -> None:
    role = world.roles["consultant"]
    assert not world.actor(world.gujia).can("leads.export")
    data = held(role) | {"leads.export": int(Scope.OWN)}
    answer = admin.post(f"/roles/{role.pk}/rights/", data, headers=DRAWER)
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"])["drawer:open"] == {"url": f"/roles/{role.pk}/"}
    assert world.actor(world.gujia).scope("leads.export") == Scope.OWN
    entry = AuditEntry.objects.get(action="role.grants")
    assert entry.detail["changes"] == {"leads.export": [None, 1]}
    del data["leads.export"]
    assert admin.post(f"/roles/{role.pk}/rights/", data, headers=DRAWER).status_code == 204
    assert not world.actor(world.gujia).can("leads.export")


class TestEscalation:
    def test_the_reach_of_the_group_is_not_offered_to_a_store_administrator(self, world, admin) -> None:
        role = world.roles["consultant"]
        before = held(role)
        answer = admin.post(
            f"/roles/{role.pk}/rights/", before | {"leads.view": int(Scope.GROUP)}, headers=DRAWER
        )
        assert answer.status_code == 422
        assert held(role) == before

    def test_nobody_extends_the_own_role(self, world, admin) -> None:
        role = world.roles["admin"]
        before = held(role)
        answer = admin.post(f"/roles/{role.pk}/rights/", before | {"phones.reveal": 3}, headers=DRAWER)
        assert answer.status_code == 409
        assert held(role) == before

    def test_a_role_of_the_group_is_not_copied_by_a_store_administrator(self, world, admin) -> None:
        source = world.roles["group_auditor"]
        answer = admin.post(f"/roles/{source.pk}/copy/", {"label": "我的总部"}, headers=DRAWER)
        assert answer.status_code == 409
        assert not Role.objects.filter(label="我的总部").exists()

    def test_whoever_only_looks_edits_nothing(self, world) -> None:
        browser = world.client(world.zongjingli)
        role = world.roles["consultant"]
        assert browser.get(f"/roles/{role.pk}/", headers=DRAWER).status_code == 200
        before = held(role)
        for tail in ("rights", "copy", "rename", "retire"):
            assert (
                browser.post(f"/roles/{role.pk}/{tail}/", {"label": "x"}, headers=DRAWER).status_code == 403
            )
        assert held(role) == before

    def test_a_role_of_another_group_does_not_exist(self, world, admin) -> None:
        from driveline.core.models import OrgUnit

        other = OrgUnit.objects.create(kind="group", name="别的集团")
        role = Role.objects.create(group=other, code="x", label="别人的")
        for tail in ("", "rights/", "copy/", "rename/", "retire/"):
            assert admin.get(f"/roles/{role.pk}/{tail}", headers=DRAWER).status_code == 404


def test_a_copy_has_the_same_rights_and_is_edited_freely(world, admin) -> None:
    source = world.roles["consultant"]
    answer = admin.post(f"/roles/{source.pk}/copy/", {"label": "资深顾问"}, headers=DRAWER)
    assert answer.status_code == 204
    copy = Role.objects.get(label="资深顾问")
    assert held(copy) == held(source)
    taken = admin.post(f"/roles/{source.pk}/copy/", {"label": "资深顾问"}, headers=DRAWER)
    assert taken.status_code == 422
    assert admin.post(f"/roles/{copy.pk}/rename/", {"label": "高级顾问"}, headers=DRAWER).status_code == 204
    copy.refresh_from_db()
    assert copy.label == "高级顾问"


def test_a_role_in_use_is_not_retired_and_a_retired_one_comes_back(world, admin) -> None:
    used = world.roles["consultant"]
    refused = admin.post(f"/roles/{used.pk}/retire/")
    assert refused.status_code == 409
    admin.post(f"/roles/{used.pk}/copy/", {"label": "空"}, headers=DRAWER)
    copy = Role.objects.get(label="空")
    assert admin.post(f"/roles/{copy.pk}/retire/").status_code == 204
    copy.refresh_from_db()
    assert not copy.active
    assert f'value="{copy.pk}">空' not in admin.get("/users/new/", headers=DRAWER).text
    assert admin.post(f"/roles/{copy.pk}/restore/").status_code == 204


def test_the_list_asks_the_same_for_all_roles(world, admin, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(10):
        page = admin.get("/roles/", headers={"X-Fragment": "list"})
    assert page.text.count("data-row=") == 14
