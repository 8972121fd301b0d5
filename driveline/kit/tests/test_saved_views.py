"""A saved view is seen to be the one shown, also while its conditions are being changed."""

import json
import re

import pytest
from django.test import Client

from driveline.core.models import SavedView
from driveline.core.preferences import preferences
from driveline.kit.errors import Invalid
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def view(world) -> SavedView:
    return preferences.view_save(world.actor(world.jingding), "leads", "热的", "grade=H&order=oldest")


@pytest.fixture
def manager(world) -> Client:
    return world.client(world.jingding)


def tabs(client: Client, query: str, name: str = "热的", **headers: str) -> tuple[list[str], bool]:
    """The tabs that are marked as shown, and whether changes can be saved."""
    html = client.get(f"/leads/{query}", headers=headers).content.decode()
    shown = re.findall(r'aria-current="true"\s*>([^<]+)<', html)
    named = [text.strip() for text in shown if text.strip() in ("全部", name, "今日进线")]
    return named, "data-view-keep" in html


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


def test_a_rename_leaves_the_person_where_he_is(manager, view) -> None:
    """The conditions he changed and did not keep stand in his address: the list is drawn again there."""
    answer = manager.post(f"/views/leads/{view.pk}/", {"name": "温的"})
    assert json.loads(answer["HX-Trigger"]) == {"list:refresh": {}}
    assert tabs(manager, f"?grade=A&saved={view.pk}", "温的") == (["温的"], True)
    view.refresh_from_db()
    assert (view.name, view.query) == ("温的", "grade=H&order=oldest")


@pytest.mark.parametrize("page", ["workbench", "settings", "dictionaries", "nothing"])
def test_only_a_list_has_views(world, view, page) -> None:
    client = world.client(world.jingding)
    for path in (f"/views/{page}/", f"/views/{page}/{view.pk}/", f"/views/{page}/{view.pk}/delete/"):
        assert client.post(path, {"name": "我的", "query": ""}).status_code == 404
    assert SavedView.objects.count() == 1


def test_a_view_belongs_to_its_list(manager, view) -> None:
    assert manager.post(f"/views/lost-leads/{view.pk}/", {"name": "我的"}).status_code == 404
    assert manager.post(f"/views/lost-leads/{view.pk}/delete/").status_code == 204
    view.refresh_from_db()
    assert view.name == "热的"


def test_a_view_that_was_deleted_meanwhile_is_not_found(manager, view) -> None:
    manager.post(f"/views/leads/{view.pk}/delete/")
    for sent in ({"name": "我的"}, {"query": "grade=A"}):
        assert manager.post(f"/views/leads/{view.pk}/", sent).status_code == 404
    assert SavedView.objects.count() == 0


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


@pytest.mark.django_db(transaction=True)
def test_a_name_chosen_twice_at_the_same_moment_is_refused_once(world) -> None:
    actor = world.actor(world.jingding)
    for n in range(5):
        pair = [preferences.view_save(actor, "leads", f"{n}{letter}", f"page={letter}") for letter in "ab"]
        results = at_once(
            *(
                lambda pk=v.pk, n=n: preferences.view_change(actor, "leads", pk, name=f"同名 {n}")
                for v in pair
            )
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert [type(error) for error in refused] == [Invalid]
        assert refused[0].errors == {"name": ["已有另一个视图叫这个名字。"]}
        assert SavedView.objects.filter(name=f"同名 {n}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_name_and_conditions_changed_at_the_same_moment_are_both_kept(world) -> None:
    actor = world.actor(world.jingding)
    for n in range(5):
        view = preferences.view_save(actor, "leads", f"热的 {n}", "grade=H")
        at_once(
            lambda pk=view.pk, n=n: preferences.view_change(actor, "leads", pk, name=f"温的 {n}"),
            lambda pk=view.pk: preferences.view_change(actor, "leads", pk, query="grade=A"),
        )
        view.refresh_from_db()
        assert (view.name, view.query) == (f"温的 {n}", "grade=A")


@pytest.mark.django_db(transaction=True)
def test_a_view_saved_twice_at_the_same_moment_is_one(world) -> None:
    actor = world.actor(world.jingding)

    def save() -> SavedView:
        return preferences.view_save(actor, "leads", "热的", "grade=H")

    assert [view.name for view in at_once(save, save, save)] == ["热的"] * 3
    assert SavedView.objects.count() == 1
