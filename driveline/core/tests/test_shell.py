"""The frame: switching stores (S-79), forms of another store, what is remembered, language, phone reveal."""

import json

import pytest
from django.test import Client, RequestFactory

from driveline.core import access
from driveline.core.clock import freeze
from driveline.core.middleware import check_form_store
from driveline.core.models import AuditEntry, Grant, Party, UserPreference
from driveline.kit.errors import Conflict

HOME = "/account/sessions/"


def shell(browser):
    return browser.get(HOME).context["shell"]


def test_s_79_a_user_of_one_store_has_no_switch(world):
    assert not shell(world.client(world.gujia)).can_switch
    assert shell(world.client(world.shuangwei)).can_switch


def test_s_79_after_switching_role_and_store_are_the_others(world):
    browser = world.client(world.shuangwei, world.a)
    before = shell(browser)
    assert (before.store, before.actor.role.code) == (world.a, "consultant")
    assert [store.name for store in before.stores] == ["星云海", "武汉星城"]
    answer = browser.post("/switch-store/", {"store": world.b.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    after = shell(browser)
    assert (after.store, after.actor.role.code) == (world.b, "sales_manager")
    assert after.actor.scope("phones.full").name == "STORE"


def test_s_79_a_store_without_membership_cannot_be_entered(world):
    browser = world.client(world.gujia)
    for wanted in (world.b.pk, world.group.pk, "", "x", 999_999):
        assert browser.post("/switch-store/", {"store": wanted}).status_code == 404
    assert shell(browser).store == world.a
    assert browser.get("/switch-store/").status_code == 405


def test_a_store_forged_into_the_session_is_not_entered(world):
    browser = world.client(world.gujia)
    session = browser.session
    session["store"] = world.b.pk
    session.save()
    assert shell(browser).store == world.a


def test_the_next_sign_in_starts_in_the_store_used_last(world):
    world.client(world.shuangwei).post("/switch-store/", {"store": world.b.pk})
    browser = Client()
    browser.post("/sign-in/", {"login": "shuangwei", "password": world.password})
    assert browser.session["store"] == world.b.pk


def test_a_group_member_works_in_the_group_unit(world):
    seen = shell(world.client(world.jizi))
    assert seen.store == world.group
    assert seen.actor.works_in_group
    assert not seen.can_switch


def _posted(world, user, store, carried):
    request = RequestFactory().post("/x/", {"store": carried})
    request.actor = world.actor(user, store)
    request.memberships = list(access.memberships_with_grants().filter(user=user))
    return request


def test_a_form_of_another_store_is_refused_with_both_names(world):
    check_form_store(_posted(world, world.shuangwei, world.b, world.b.pk))
    check_form_store(_posted(world, world.shuangwei, world.b, ""))
    with pytest.raises(Conflict) as refused:
        check_form_store(_posted(world, world.shuangwei, world.b, world.a.pk))
    assert "星云海" in str(refused.value)
    assert "武汉星城" in str(refused.value)
    with pytest.raises(Conflict) as refused:
        check_form_store(_posted(world, world.gujia, world.a, world.b.pk))
    assert "武汉星城" not in str(refused.value)


def put(browser, key, value):
    return browser.post(
        "/preferences/", json.dumps({"key": key, "value": value}), content_type="application/json"
    )


def test_the_interface_remembers_what_begins_with_ui(world):
    browser = world.client(world.gujia)
    assert put(browser, "ui.theme", "dark").status_code == 204
    assert shell(browser).theme == "dark"
    assert put(browser, "ui.theme", None).status_code == 204
    assert shell(browser).theme == "light"
    assert put(browser, "ui.theme", "<script>").status_code == 204
    assert shell(browser).theme == "light"
    assert shell(world.client(world.guyi)).theme == "light"


def test_choices_of_a_list_are_laid_over_each_other(world):
    browser = world.client(world.gujia)
    put(browser, "ui.list.leads", {"columns": ["name"], "page_size": 50})
    put(browser, "ui.list.leads", {"folded": True, "page_size": None})
    assert UserPreference.objects.get(key="ui.list.leads").value == {"columns": ["name"], "folded": True}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"key": "ui.x"}',
        '{"key": 3, "value": 1}',
        '{"key": "store", "value": 7}',
        "{" + " " * 20_000,
    ],
)
def test_anything_else_is_not_remembered(world, body):
    browser = world.client(world.gujia)
    assert browser.post("/preferences/", body, content_type="application/json").status_code == 400
    assert not UserPreference.objects.exists()


def test_too_long_a_value_is_refused(world):
    assert put(world.client(world.gujia), "ui.x", "x" * 9_000).status_code == 422


def test_the_language_is_the_browsers_choice_and_else_the_users(world):
    browser = world.client(world.gujia)
    assert browser.get(HOME).headers["Content-Language"] == "zh-hans"
    assert browser.post("/account/", {"language": "en"}).status_code == 302
    assert browser.get(HOME).headers["Content-Language"] == "en"
    assert world.client(world.gujia).get(HOME).headers["Content-Language"] == "en"
    assert browser.post("/account/", {"language": "xx"}).status_code == 422


@pytest.fixture
def party(world):
    sight = access.party_sight(
        lambda actor, pk: actor.store_id == world.a.pk or actor.scope("phones.reveal") == 4
    )
    with freeze("2026-11-20T10:00") as now:
        yield Party.objects.create(store=world.a, name="周明远", phone_key="13800004127", created_at=now)
    access._party_sights.remove(sight)


def test_revealing_a_number_is_audited_and_counted(world, party):
    answer = world.client(world.zongjingli).post(f"/phones/{party.pk}/reveal/")
    assert answer.json() == {"number": "13800004127", "pretty": "138 0000 4127", "left": 49}
    entry = AuditEntry.objects.get(action="phone.reveal")
    assert (entry.user, entry.object_id, entry.address) == (world.zongjingli, party.pk, "127.0.0.1")


def test_who_may_reveal_a_number(world, party):
    told = {
        user.name: world.client(user).post(f"/phones/{party.pk}/reveal/").status_code
        for user in (world.zongjingli, world.jizi, world.guanchou, world.gujia, world.lichen, world.jiguan)
    }
    assert told == {"总经理": 200, "集子": 200, "管丑": 403, "顾甲": 403, "理辰": 404, "集团管理员": 404}


def test_the_days_limit_holds_and_ends_at_midnight(world, party):
    world.setting("privacy.reveals_per_day", 1, since="2026-01-01", unit=world.group)
    other = Party.objects.create(
        store=world.a, name="李四", phone_key="13800004128", created_at=party.created_at
    )
    browser = world.client(world.zongjingli)
    assert browser.post(f"/phones/{party.pk}/reveal/").json()["left"] == 0
    assert browser.post(f"/phones/{party.pk}/reveal/").status_code == 200
    refused = browser.post(f"/phones/{other.pk}/reveal/")
    assert refused.status_code == 409
    assert "1" in refused.json()["error"]
    assert world.client(world.shigui).post(f"/phones/{other.pk}/reveal/").status_code == 200
    with freeze("2026-11-21T00:00"):
        assert browser.post(f"/phones/{other.pk}/reveal/").status_code == 200


def test_a_party_nobody_shows_cannot_be_revealed(world):
    assert world.client(world.zongjingli).post("/phones/999/reveal/").status_code == 404
    Grant.objects.filter(permission="phones.reveal").delete()
    assert world.client(world.zongjingli).post("/phones/999/reveal/").status_code == 404
