"""A saved view is seen to be the one shown, also while its conditions are being changed."""

import re

import pytest
from django.test import Client

from driveline.core.models import SavedView
from driveline.core.preferences import preferences

pytestmark = pytest.mark.django_db


@pytest.fixture
def view(world) -> SavedView:
    return preferences.view_save(world.actor(world.jingding), "leads", "热的", "grade=H&order=oldest")


@pytest.fixture
def manager(world) -> Client:
    return world.client(world.jingding)


def tabs(client: Client, query: str, **headers: str) -> tuple[list[str], bool]:
    """The tabs that are marked as shown, and whether changes can be saved."""
    html = client.get(f"/leads/{query}", headers=headers).content.decode()
    shown = re.findall(r'aria-current="true"\s*>([^<]+)<', html)
    return [
        name.strip() for name in shown if name.strip() in ("全部", "热的", "今日进线")
    ], "data-view-keep" in html


@pytest.mark.parametrize("fragment", [False, True])
def test_the_view_shown_is_marked_and_no_scene_beside_it(manager, view, fragment) -> None:
    headers = {"X-Fragment": "list"} if fragment else {}
    assert tabs(manager, "?scene=all", **headers) == (["全部"], False)
    assert tabs(manager, f"?grade=H&order=oldest&saved={view.pk}", **headers) == (["热的"], False)
    assert tabs(manager, "?order=oldest&scene=all&grade=H&page=1", **headers) == (["热的"], False)
    assert tabs(manager, f"?grade=A&saved={view.pk}", **headers) == (["热的"], True)
    assert tabs(manager, "?grade=A", **headers) == (["全部"], False)


def test_another_persons_view_is_nobody_elses(world, view) -> None:
    assert tabs(world.client(world.xiaozong), f"?grade=A&saved={view.pk}") == (["全部"], False)


def test_changes_are_kept_under_the_same_name(manager, view) -> None:
    sent = {"query": f"grade=A&saved={view.pk}&page=3&open=/leads/1/"}
    answer = manager.post(f"/views/leads/{view.pk}/", sent)
    assert f"/leads/?grade=A&saved={view.pk}" in answer["HX-Trigger"]
    view.refresh_from_db()
    assert (view.name, view.query) == ("热的", "grade=A")
    assert manager.post(f"/views/leads/{view.pk}/", {"name": "温的"}).status_code == 204
    assert manager.post(f"/views/leads/{view.pk}/", {"name": ""}).status_code == 422
    view.refresh_from_db()
    assert (view.name, view.query) == ("温的", "grade=A")


def test_a_view_of_another_person_cannot_be_changed(world, view) -> None:
    assert world.client(world.xiaozong).post(f"/views/leads/{view.pk}/", {"name": "我的"}).status_code == 404
    view.refresh_from_db()
    assert view.name == "热的"


def test_a_page_begins_with_the_view_chosen_for_it(world, manager, view) -> None:
    first = {"key": "ui.list.leads", "value": {"view": view.pk}}
    manager.post("/preferences/", first, content_type="application/json")
    answer = manager.get("/leads/")
    assert answer["Location"] == f"/leads/?grade=H&order=oldest&saved={view.pk}"
    assert manager.get("/leads/?scene=all").status_code == 200
    assert manager.get("/leads/", headers={"X-Fragment": "list"}).status_code == 200
    assert world.client(world.xiaozong).get("/leads/").status_code == 200
    manager.post(f"/views/leads/{view.pk}/delete/")
    assert manager.get("/leads/").status_code == 200
