"""用户管理 through the browser's own requests: S-81, AC-09, creating, editing, passwords, places."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from driveline.core import people
from driveline.core.models import AuditEntry, Membership, OrgUnit, User
from driveline.engines.followup.models import Pursuit, Task
from tests.factories import a_lead
from tests.world import World

DRAWER = {"X-Drawer": "1"}


def triggers(answer) -> dict:
    return json.loads(answer["HX-Trigger"])


def disable(browser: Client, world: World, user: User, **data):
    return browser.post(f"/users/{world.member(user).pk}/disable/", data)


@pytest.fixture
def admin(world: World) -> Client:
    """管丑, administrator of store A."""
    return world.client(world.guanchou)


class TestS81:
    """停用员工: the work that is open stands in the way, and can be handed over in the same act."""

    @pytest.fixture(autouse=True)
    def five_leads(self, world: World) -> None:
        self.leads = [a_lead(world, owner=world.gujia) for _n in range(5)]

    def owners(self) -> list[str]:
        rows = Pursuit.objects.filter(pk__in=[lead.pk for lead in self.leads])
        return sorted(rows.values_list("owner__login", flat=True), key=str)

    def test_the_dialog_says_how_much_is_open_and_offers_who_can_take_it(self, world, admin) -> None:
        page = admin.get(f"/users/{world.member(world.gujia).pk}/disable/", headers={"X-Dialog": "1"}).text
        assert re.search(r"\b5\b", page)
        assert f'name="to" value="{world.member(world.guyi).pk}"' in page
        assert f'name="to" value="{world.member(world.gujia).pk}"' not in page
        assert f'name="to" value="{world.member(world.cairen).pk}"' not in page  # cannot follow leads up
        assert f'name="to" value="{world.member(world.guchen).pk}"' not in page  # another store

    def test_without_a_hand_over_it_is_refused_and_nothing_changes(self, world, admin) -> None:
        assert disable(admin, world, world.gujia, work="people").status_code == 422
        assert disable(admin, world, world.gujia).status_code == 422
        world.gujia.refresh_from_db()
        assert world.gujia.is_active
        assert self.owners() == ["gujia"] * 5

    def test_one_person_takes_all_and_the_account_is_closed_in_the_same_act(self, world, admin) -> None:
        answer = disable(admin, world, world.gujia, work="people", to=[world.member(world.guyi).pk])
        assert answer.status_code == 204
        assert triggers(answer)["dialog:close"] == {}
        world.gujia.refresh_from_db()
        assert not world.gujia.is_active
        assert self.owners() == ["guyi"] * 5
        assert set(Task.objects.filter(state="open").values_list("assignee__login", flat=True)) == {"guyi"}

    def test_several_people_get_equal_shares(self, world, admin) -> None:
        to = [world.member(world.guyi).pk, world.member(world.wangbing).pk]
        assert disable(admin, world, world.gujia, work="people", to=to).status_code == 204
        assert sorted(self.owners().count(login) for login in ("guyi", "wangbing")) == [2, 3]

    def test_back_to_the_assign_queue(self, world, admin) -> None:
        assert disable(admin, world, world.gujia, work="queue").status_code == 204
        assert self.owners() == [None] * 5
        assert not Pursuit.objects.exclude(phase="unassigned").exists()

    @pytest.mark.parametrize("stranger", ["guchen", "cairen", "liwu", "gujia"])
    def test_whoever_cannot_take_work_here_cannot_be_chosen(self, world, admin, stranger) -> None:
        to = [world.member(getattr(world, stranger)).pk]
        assert disable(admin, world, world.gujia, work="people", to=to).status_code == 422
        assert self.owners() == ["gujia"] * 5

    def test_after_all_are_reassigned_it_needs_no_question(self, world, admin) -> None:
        Pursuit.objects.update(owner=world.guyi)
        assert disable(admin, world, world.gujia).status_code == 204
        world.gujia.refresh_from_db()
        assert not world.gujia.is_active

    def test_whoever_left_the_list_is_named_with_the_way_to_where_they_stand_now(self, world, admin) -> None:
        told = triggers(disable(admin, world, world.gujia, work="queue"))["toast"]
        link = {"label": "查看停用人员", "url": "/users/?scene=disabled"}
        assert told == {"text": "已停用 顾甲，交接 5 条", "link": link}
        assert "顾甲" in admin.get(link["url"]).content.decode()
        back = admin.post(f"/users/{world.member(world.gujia).pk}/enable/")
        assert triggers(back)["toast"]["link"]["url"] == "/users/?scene=employed"

    def test_ending_the_place_hands_over_too(self, world, admin) -> None:
        pk = world.member(world.gujia).pk
        assert admin.post(f"/users/{pk}/end/", {}).status_code == 422
        answer = admin.post(f"/users/{pk}/end/", {"work": "people", "to": [world.member(world.guyi).pk]})
        assert answer.status_code == 204
        assert not Membership.objects.get(pk=pk).active
        assert self.owners() == ["guyi"] * 5

    def test_a_group_administrator_hands_over_in_every_store(self, world) -> None:
        two = world.shuangwei
        in_b = a_lead(world, store=world.b, owner=two)
        a_lead(world, owner=two)
        browser = world.client(world.jiguan)
        to = [world.member(world.guyi).pk]
        short = disable(browser, world, two, work="people", to=to)
        assert short.status_code == 422
        assert world.b.name in short.text
        to.append(world.member(world.guchen).pk)
        assert disable(browser, world, two, work="people", to=to).status_code == 204
        in_b.refresh_from_db()
        assert in_b.owner == world.guchen
        assert Pursuit.objects.filter(owner=world.guyi).count() == 1


def test_ac_09_who_is_disabled_is_out_and_no_longer_offered(world, admin) -> None:
    lead = a_lead(world, owner=world.guyi)
    his = world.client(world.gujia)
    seats = people.employed_count(world.group.pk)
    assert his.get("/leads/").status_code == 200
    assert disable(admin, world, world.gujia).status_code == 204
    assert his.get("/leads/").status_code == 302
    assert his.get("/leads/", headers={"X-Fragment": "list"}).status_code in (302, 401)
    entry = Client().post("/sign-in/", {"login": "gujia", "password": world.password})
    assert entry.status_code != 302
    offered = {row.user_id for row in people.takes_work(world.a.pk)}
    assert world.gujia.pk not in offered
    assert world.guyi.pk in offered
    assert people.employed_count(world.group.pk) == seats - 1
    lead.refresh_from_db()
    world.gujia.refresh_from_db()
    assert world.gujia.name in people.user_label(world.gujia)
    assert people.user_label(world.gujia) != world.gujia.name
    assert admin.post(f"/users/{world.member(world.gujia).pk}/enable/").status_code == 204
    assert world.client(world.gujia).get("/leads/").status_code == 200


class TestList:
    def test_an_administrator_sees_his_store_a_group_administrator_all(self, world, admin) -> None:
        page = admin.get("/users/").text
        assert "顾甲" in page
        assert "顾辰" not in page
        whole = world.client(world.jiguan).get("/users/?page=1&q=%E9%A1%BE").text
        assert "顾甲" in whole
        assert "顾辰" in whole
        assert world.b.name in whole

    def test_the_mobile_is_masked_for_whoever_only_looks(self, world, admin) -> None:
        User.objects.filter(pk=world.gujia.pk).update(phone="13800004127")
        assert "138 0000 4127" in admin.get("/users/").text
        shown = world.client(world.zongjingli).get("/users/").text
        assert "138 **** 4127" in shown
        assert "138 0000 4127" not in shown

    def test_open_work_is_counted_for_the_page_at_once(
        self, world, admin, django_assert_max_num_queries
    ) -> None:
        for _n in range(3):
            a_lead(world, owner=world.gujia)
        with django_assert_max_num_queries(12):
            page = admin.get("/users/", headers={"X-Fragment": "list"}).text
        row = page[page.index("gujia") :]
        assert ">3<" in row[: row.index("</tr>")]

    def test_filters(self, world, admin) -> None:
        User.objects.filter(pk=world.guyi.pk).update(is_active=False)
        assert "顾乙" not in admin.get("/users/").text
        left = admin.get("/users/?scene=all&status=disabled").text
        assert "顾乙" in left
        assert "顾甲" not in left
        assert "销总" not in admin.get(f"/users/?role={world.roles['consultant'].pk}").text

    def test_another_stores_person_does_not_exist(self, world, admin) -> None:
        pk = world.member(world.guchen).pk
        for tail in ("", "edit/", "password/", "disable/", "further-store/"):
            assert admin.get(f"/users/{pk}/{tail}", headers=DRAWER).status_code == 404
        assert disable(admin, world, world.guchen).status_code == 404
        world.guchen.refresh_from_db()
        assert world.guchen.is_active

    def test_whoever_only_looks_changes_nothing(self, world) -> None:
        browser = world.client(world.zongjingli)
        pk = world.member(world.gujia).pk
        for tail in ("new/", f"{pk}/edit/", f"{pk}/password/", f"{pk}/disable/"):
            assert browser.post(f"/users/{tail}", {}, headers=DRAWER).status_code == 403
        assert "/users/new/" not in browser.get("/users/").text


class TestCreate:
    def data(self, world: World, **more) -> dict:
        role = world.roles["consultant"]
        return {"name": "张三海", "role": role.pk, "unit": world.a.pk, "accepts_work": "on"} | more

    def test_the_login_is_proposed_and_the_password_shown_once(self, world, admin) -> None:
        superior = world.member(world.jingding)
        answer = admin.post("/users/new/", self.data(world, superior=superior.pk), headers=DRAWER)
        assert answer.status_code == 200
        password = re.search(r"data-one-time>([^<]+)<", answer.text)[1]
        user = User.objects.get(login="zhangsh")
        assert user.check_password(password)
        assert user.must_change_password
        row = Membership.objects.get(user=user)
        assert (row.store, row.superior, row.role.code, row.accepts_work) == (
            world.a,
            superior,
            "consultant",
            True,
        )
        assert password not in admin.get(f"/users/{row.pk}/", headers=DRAWER).text

    def test_what_the_service_refuses_stands_beside_its_field(self, world, admin) -> None:
        answer = admin.post("/users/new/", self.data(world, login="gujia", phone="123"), headers=DRAWER)
        assert answer.status_code == 422
        assert 'id="id_login_error"' in answer.text
        assert 'id="id_phone_error"' in answer.text
        assert not User.objects.filter(name="张三海").exists()

    def test_a_foreign_store_role_or_superior_is_no_choice(self, world, admin) -> None:
        for wrong in ({"unit": world.b.pk}, {"superior": world.member(world.jingchen).pk}, {"role": 999_999}):
            assert admin.post("/users/new/", self.data(world, **wrong), headers=DRAWER).status_code == 422
        group_role = world.roles["group_admin"]
        assert (
            admin.post("/users/new/", self.data(world, role=group_role.pk), headers=DRAWER).status_code == 422
        )
        assert not User.objects.filter(name="张三海").exists()

    def test_the_group_creates_in_any_store(self, world) -> None:
        browser = world.client(world.jiguan)
        data = self.data(world, unit=world.b.pk, superior=world.member(world.jingchen).pk)
        assert browser.post("/users/new/", data, headers=DRAWER).status_code == 200
        assert Membership.objects.get(user__name="张三海").store == world.b


class TestEdit:
    def data(self, world: World, **more) -> dict:
        return {
            "name": "顾甲",
            "login": "gujia",
            "role": world.roles["consultant"].pk,
            "accepts_work": "on",
        } | more

    def test_role_superior_department_and_work(self, world, admin) -> None:
        pk = world.member(world.gujia).pk
        team = OrgUnit.objects.create(parent=world.a, kind="department", name="网销")
        data = self.data(world, superior=world.member(world.xiaozong).pk, department=team.pk, name="顾甲一")
        data |= {"role": world.roles["web_consultant"].pk}
        del data["accepts_work"]
        assert admin.post(f"/users/{pk}/edit/", data, headers=DRAWER).status_code == 204
        row = Membership.objects.get(pk=pk)
        assert (row.role.code, row.department, row.accepts_work) == ("web_consultant", team, False)
        assert row.superior.user == world.xiaozong
        assert row.user.name == "顾甲一"

    def test_nobody_stands_below_his_own_people(self, world, admin) -> None:
        pk = world.member(world.jingding).pk
        data = {"name": "经丁", "login": "jingding", "role": world.roles["sales_manager"].pk}
        answer = admin.post(
            f"/users/{pk}/edit/", data | {"superior": world.member(world.gujia).pk}, headers=DRAWER
        )
        assert answer.status_code == 422
        assert Membership.objects.get(pk=pk).superior is None

    def test_absence_names_a_stand_in_or_nothing_of_the_edit_is_kept(self, world, admin) -> None:
        pk = world.member(world.gujia).pk
        data = self.data(world, name="顾新", absent_from="2026-11-22")
        assert admin.post(f"/users/{pk}/edit/", data, headers=DRAWER).status_code == 422
        world.gujia.refresh_from_db()
        assert world.gujia.name == "顾甲"
        data |= {"stand_in": world.member(world.guyi).pk}
        assert admin.post(f"/users/{pk}/edit/", data, headers=DRAWER).status_code == 204
        assert Membership.objects.get(pk=pk).stand_in.user == world.guyi

    def test_nobody_changes_the_own_role(self, world, admin) -> None:
        pk = world.member(world.guanchou).pk
        data = {"name": "管丑", "login": "guanchou", "role": world.roles["consultant"].pk}
        answer = admin.post(f"/users/{pk}/edit/", data, headers=DRAWER)
        assert answer.status_code == 409
        assert Membership.objects.get(pk=pk).role.code == "admin"

    def test_the_changes_stand_in_the_drawer(self, world, admin) -> None:
        pk = world.member(world.gujia).pk
        admin.post(f"/users/{pk}/edit/", self.data(world, name="顾甲一"), headers=DRAWER)
        assert AuditEntry.objects.filter(action="user.edit", object_id=world.gujia.pk).count() == 1
        assert "顾甲一" in admin.get(f"/users/{pk}/?tab=history", headers=DRAWER).text


def test_a_password_reset_ends_the_sessions_and_shows_the_new_one_once(world, admin) -> None:
    his = world.client(world.gujia)
    pk = world.member(world.gujia).pk
    assert his.get("/leads/").status_code == 200
    asked = admin.get(f"/users/{pk}/password/", headers=DRAWER).text
    assert "data-one-time" not in asked
    answer = admin.post(f"/users/{pk}/password/", {}, headers=DRAWER)
    password = re.search(r"data-one-time>([^<]+)<", answer.text)[1]
    world.gujia.refresh_from_db()
    assert world.gujia.check_password(password)
    assert his.get("/leads/").status_code == 302


def test_a_further_store_is_given_only_by_the_group(world, admin) -> None:
    pk = world.member(world.gujia).pk
    data = {"unit": world.b.pk, "role": world.roles["consultant"].pk}
    assert admin.post(f"/users/{pk}/further-store/", data, headers=DRAWER).status_code == 422
    browser = world.client(world.jiguan)
    data["superior"] = world.member(world.jingchen).pk
    assert browser.post(f"/users/{pk}/further-store/", data, headers=DRAWER).status_code == 204
    assert Membership.objects.get(user=world.gujia, store=world.b).active


def test_a_tab_without_anybody_says_so(admin) -> None:
    page = admin.get("/users/?scene=away").content.decode()
    assert "「请假」下没有记录" in page
    assert "新建第一个用户" not in page
