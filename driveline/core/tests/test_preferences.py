"""What the interface remembers for a user."""

import pytest

from driveline.core.models import SavedView, UserPreference
from driveline.core.preferences import VIEWS_PER_PAGE, preferences
from driveline.kit.errors import Invalid


def test_a_value_is_remembered_replaced_and_forgotten(world) -> None:
    actor, other = world.actor(world.gujia), world.actor(world.guyi)
    assert preferences.get(actor, "leads.columns") is None
    preferences.put(actor, "leads.columns", ["name", "grade"])
    preferences.put(actor, "leads.columns", ["name"])
    preferences.put(actor, "theme", "dark")
    assert preferences.get(actor, "leads.columns") == ["name"]
    assert preferences.several(actor, ["theme", "leads.columns", "x"]) == {
        "theme": "dark",
        "leads.columns": ["name"],
    }
    assert preferences.get(other, "theme") is None
    preferences.put(actor, "theme", None)
    assert preferences.get(actor, "theme") is None
    assert UserPreference.objects.count() == 1


@pytest.mark.parametrize(("key", "value"), [("", 1), ("k" * 81, 1), ("k", "x" * 8001)])
def test_too_much_is_refused(world, key: str, value: object) -> None:
    with pytest.raises(Invalid):
        preferences.put(world.actor(world.gujia), key, value)
    assert UserPreference.objects.count() == 0


def test_views_keep_their_order_and_their_owner(world) -> None:
    actor = world.actor(world.gujia)
    first = preferences.view_save(actor, "leads", "今日到店", "?grade=H")
    preferences.view_save(actor, "leads", "战败", "state=lost")
    assert preferences.view_save(actor, "leads", " 今日到店 ", "grade=H").pk == first.pk
    with pytest.raises(Invalid, match="已有另一个视图叫这个名字"):
        preferences.view_save(actor, "leads", "今日到店", "grade=A")
    assert [(v.name, v.query) for v in preferences.views(actor, "leads")] == [
        ("今日到店", "grade=H"),
        ("战败", "state=lost"),
    ]
    preferences.view_delete(world.actor(world.guyi), "leads", first.pk)
    assert len(preferences.views(actor, "leads")) == 2
    preferences.view_delete(actor, "leads", first.pk)
    assert [v.name for v in preferences.views(actor, "leads")] == ["战败"]
    assert preferences.views(actor, "tasks") == []


def test_views_have_a_name_and_an_end(world) -> None:
    actor = world.actor(world.gujia)
    for name in ("", "x" * 21):
        with pytest.raises(Invalid):
            preferences.view_save(actor, "leads", name, "")
    for n in range(VIEWS_PER_PAGE):
        preferences.view_save(actor, "leads", str(n), "")
    with pytest.raises(Invalid):
        preferences.view_save(actor, "leads", "one more", "")


def test_signs_that_nobody_types_are_left_out_of_a_view(world) -> None:
    actor = world.actor(world.gujia)
    view = preferences.view_save(actor, "leads", "热\x00的\ud83d", "grade=\x00H")
    assert (view.name, view.query) == ("热的", "grade=H")
    view = preferences.view_change(actor, "leads", view.pk, name="很\t热\x00", query="?grade=A\x00")
    assert (view.name, view.query) == ("很热", "grade=A")
    with pytest.raises(Invalid):
        preferences.view_change(actor, "leads", view.pk, name="\x00")


def test_a_view_takes_another_name_and_other_conditions(world) -> None:
    actor = world.actor(world.gujia)
    view = preferences.view_save(actor, "leads", "热的", "grade=H")
    other = preferences.view_save(actor, "leads", "战败", "state=lost")
    preferences.view_change(actor, "leads", view.pk, name=" 很热的 ")
    preferences.view_change(actor, "leads", view.pk, query="?grade=H&grade=A")
    kept = [("很热的", "grade=H&grade=A"), ("战败", "state=lost")]
    assert [(v.name, v.query) for v in preferences.views(actor, "leads")] == kept
    for name in ("", "战败", "x" * 21):
        with pytest.raises(Invalid):
            preferences.view_change(actor, "leads", view.pk, name=name)
    with pytest.raises(SavedView.DoesNotExist):
        preferences.view_change(world.actor(world.guyi), "leads", other.pk, name="我的")
    with pytest.raises(SavedView.DoesNotExist):
        preferences.view_change(actor, "tasks", other.pk, name="我的")
    preferences.view_delete(actor, "tasks", other.pk)
    assert [(v.name, v.query) for v in preferences.views(actor, "leads")] == kept
