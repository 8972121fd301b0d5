"""An empty database becomes a dealer group, once."""

import pytest
from django.test import Client
from django.utils.translation import override

from driveline.core.models import CarModel, Grant, Membership, OrgUnit, Role, User
from driveline.core.services import installation
from driveline.core.signin import Outcome, attempt
from driveline.kit.errors import Invalid, Refused

GIVEN = {
    "group_name": "远航汽车集团",
    "store_code": "hx000026",
    "store_name": "星云海",
    "admin_login": "Admin.One",
    "admin_name": "管丑",
}


def test_the_first_person_can_do_everything_there_is_to_set_up(db):
    admin = installation.install(**GIVEN)
    user = attempt(admin.login, admin.password, "10.0.0.1").user
    assert (user.login, user.name, user.must_change_password) == ("admin.one", "管丑", True)
    store = OrgUnit.objects.get(code="HX000026")
    assert (store.name, store.parent.name) == ("星云海", "远航汽车集团")
    held = dict(Membership.objects.filter(user=user).values_list("store_id", "role__code"))
    assert held == {admin.store_id: "admin", admin.group_id: "group_admin"}
    assert Role.objects.filter(group_id=admin.group_id).count() == 14
    assert Grant.objects.filter(role__code="admin", permission="users.edit").exists()
    assert User.objects.get(is_system=True).login == "system"
    assert CarModel.objects.filter(series__brand__name="大众", series__name="迈腾").exists()


def test_who_gives_no_name_has_one_in_the_language_of_the_house(db):
    with override("en"):  # as the command line speaks
        admin = installation.install(**GIVEN | {"admin_name": ""})
    assert User.objects.get(login=admin.login).name == "系统管理员"


def test_a_second_time_is_refused_and_changes_nothing(db):
    installation.install(**GIVEN)
    with pytest.raises(Refused):
        installation.install(**{**GIVEN, "store_code": "ST000007", "admin_login": "other"})
    assert OrgUnit.objects.count() == 2
    assert not User.objects.filter(login="other").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("group_name", " "),
        ("store_name", ""),
        ("store_code", "x"),
        ("store_code", "HX 26"),
        ("admin_login", "管"),
        ("admin_login", "system"),
    ],
)
def test_what_cannot_be_taken_leaves_the_database_empty(db, field, value):
    with pytest.raises(Invalid) as refused:
        installation.install(**{**GIVEN, field: value})
    assert list(refused.value.errors) == [field]
    assert not OrgUnit.objects.exists()
    assert not User.objects.exists()


def test_a_further_store(world):
    store = installation.store_add(world.group, code="wh000031", name="光谷店", city="武汉")
    assert (store.code, store.parent) == ("WH000031", world.group)
    with pytest.raises(Invalid):
        installation.store_add(world.group, code="WH000031", name="另一家")
    assert store.pk in world.actor(world.jizi).group_store_ids


def test_seeding_every_group_again_is_harmless(world):
    installation.seed_all()
    before = Grant.objects.count()
    assert [report.grants for report in installation.seed_all()] == [0]
    assert Grant.objects.count() == before


def test_the_first_run_page_sets_up_and_then_closes(db):
    browser = Client()
    assert browser.get("/first-run/").status_code == 200
    wrong = browser.post("/first-run/", {**GIVEN, "store_code": "?"})
    assert wrong.status_code == 422
    assert "store_code" in wrong.context["form"].errors
    done = browser.post("/first-run/", GIVEN)
    assert done.status_code == 200
    admin = done.context["admin"]
    assert admin.password in done.content.decode()
    assert browser.get("/first-run/")["Location"] == "/sign-in/"
    assert browser.post("/first-run/", GIVEN)["Location"] == "/sign-in/"
    assert attempt(admin.login, admin.password, "127.0.0.1").outcome == Outcome.OK
