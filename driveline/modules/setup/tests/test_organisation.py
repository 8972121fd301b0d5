"""门店与部门, 车型库, 操作审计."""

from __future__ import annotations

import pytest
from django.test import Client

from driveline.core import sessions
from driveline.core.models import AuditEntry, Brand, CarModel, Membership, OrgUnit, Series
from driveline.core.signin import attempt
from driveline.modules.setup.pages.audit_words import action_label
from tests.world import World

DRAWER = {"X-Drawer": "1"}


@pytest.fixture
def admin(world: World) -> Client:
    """管丑, administrator of store A."""
    return world.client(world.guanchou)


@pytest.fixture
def group(world: World) -> Client:
    """集团管理员."""
    return world.client(world.jiguan)


class TestUnits:
    def test_the_group_opens_a_store(self, world, group, admin) -> None:
        data = {"code": "nj01", "name": "江宁店", "city": "南京"}
        assert group.post("/units/new/", data, headers=DRAWER).status_code == 204
        store = OrgUnit.objects.get(code="NJ01")
        assert (store.parent, store.kind, store.city) == (world.group, "store", "南京")
        assert AuditEntry.objects.filter(action="unit.create", object_id=store.pk).count() == 1
        again = group.post("/units/new/", data, headers=DRAWER)
        assert again.status_code == 422
        assert 'id="id_code_error"' in again.text
        assert admin.post("/units/new/", data | {"code": "NJ02"}, headers=DRAWER).status_code == 403
        assert "江宁店" in group.get("/units/").text
        assert "江宁店" not in admin.get("/units/").text

    def test_a_store_administrator_keeps_the_departments(self, world, admin) -> None:
        url = f"/units/{world.a.pk}/department/"
        assert admin.post(url, {"name": "网销部"}, headers=DRAWER).status_code == 204
        team = OrgUnit.objects.get(name="网销部")
        assert (team.parent, team.kind) == (world.a, "department")
        assert admin.post(url, {"name": "网销部"}, headers=DRAWER).status_code == 422
        assert admin.post(f"/units/{team.pk}/rename/", {"name": "网络部"}, headers=DRAWER).status_code == 204
        team.refresh_from_db()
        assert team.name == "网络部"
        renamed = admin.post(f"/units/{world.a.pk}/rename/", {"name": "我的店"}, headers=DRAWER)
        assert renamed.status_code == 403
        assert (
            admin.post(f"/units/{world.b.pk}/department/", {"name": "x"}, headers=DRAWER).status_code == 404
        )
        assert "网络部" in admin.get("/units/?scene=departments").text

    def test_a_unit_closes_when_nobody_works_there(self, world, admin) -> None:
        team = OrgUnit.objects.create(parent=world.a, kind="department", name="网销部")
        row = world.member(world.gujia)
        Membership.objects.filter(pk=row.pk).update(department=team)
        refused = admin.post(f"/units/{team.pk}/close/", {}, headers=DRAWER)
        assert refused.status_code == 409
        assert "1" in refused.text
        Membership.objects.filter(pk=row.pk).update(department=None)
        assert admin.post(f"/units/{team.pk}/close/", {}, headers=DRAWER).status_code == 204
        assert not OrgUnit.objects.get(pk=team.pk).active
        assert "网销部" not in admin.get(f"/users/{row.pk}/edit/", headers=DRAWER).text
        assert admin.post(f"/units/{team.pk}/open/", {}, headers=DRAWER).status_code == 204
        assert OrgUnit.objects.get(pk=team.pk).active

    def test_a_store_with_people_stays_open(self, world, group, admin) -> None:
        assert group.post(f"/units/{world.b.pk}/close/", {}, headers=DRAWER).status_code == 409
        assert group.post(f"/units/{world.group.pk}/close/", {}, headers=DRAWER).status_code == 409
        Membership.objects.filter(store=world.b).update(active=False)
        assert admin.post(f"/units/{world.b.pk}/close/", {}, headers=DRAWER).status_code == 404
        assert group.post(f"/units/{world.b.pk}/close/", {}, headers=DRAWER).status_code == 204
        assert not OrgUnit.objects.get(pk=world.b.pk).active

    def test_another_groups_unit_does_not_exist(self, world, group) -> None:
        other = OrgUnit.objects.create(kind="group", name="别的集团")
        store = OrgUnit.objects.create(kind="store", parent=other, code="ZZ01", name="别的店")
        for tail in ("", "rename/", "close/", "department/"):
            assert group.get(f"/units/{store.pk}/{tail}", headers=DRAWER).status_code == 404
        assert "别的店" not in group.get("/units/").text

    def test_the_list_asks_the_same_for_many(self, world, group, django_assert_max_num_queries) -> None:
        OrgUnit.objects.bulk_create(
            OrgUnit(parent=world.a, kind="department", name=f"部门{n}") for n in range(15)
        )
        with django_assert_max_num_queries(12):
            page = group.get("/units/", headers={"X-Fragment": "list"})
        assert page.text.count("data-row=") == 18


class TestCatalogue:
    @pytest.fixture(autouse=True)
    def cars(self, db: None) -> None:
        self.brand = Brand.objects.create(name="大众", initials="dz")
        self.series = Series.objects.create(brand=self.brand, name="迈腾", initials="mt")
        Series.objects.create(
            brand=Brand.objects.create(name="丰田", initials="ft"), name="凯美瑞", initials="kmr"
        )
        CarModel.objects.create(series=self.series, name="380TSI 豪华型", guide_price="24.69")

    def test_search_by_name_and_initials_and_the_models_in_the_drawer(self, world, admin) -> None:
        for text in ("迈", "mt", "大众", "dz"):
            page = admin.get(f"/catalogue/?q={text}").text
            assert "迈腾" in page
            assert "凯美瑞" not in page
        drawer = admin.get(f"/catalogue/{self.series.pk}/", headers=DRAWER).text
        assert "380TSI 豪华型" in drawer

    def test_only_the_group_takes_something_out_of_use(self, world, admin, group) -> None:
        assert admin.post(f"/catalogue/{self.series.pk}/disable/").status_code == 409
        assert admin.post(f"/catalogue/brands/{self.brand.pk}/disable/").status_code == 409
        self.series.refresh_from_db()
        assert self.series.active
        assert group.post(f"/catalogue/{self.series.pk}/disable/").status_code == 204
        assert group.post(f"/catalogue/brands/{self.brand.pk}/disable/").status_code == 204
        self.series.refresh_from_db()
        self.brand.refresh_from_db()
        assert (self.series.active, self.brand.active) == (False, False)
        assert "迈腾" not in admin.get("/catalogue/?active=yes").text
        assert group.post("/catalogue/batch/enable/", {"ids": str(self.series.pk)}).status_code == 204
        self.series.refresh_from_db()
        assert self.series.active
        assert world.client(world.gujia).get("/catalogue/").status_code == 403


class TestAudit:
    def test_the_log_of_the_store_in_words(self, world, admin) -> None:
        data = {
            "name": "顾甲一",
            "login": "gujia",
            "role": world.roles["consultant"].pk,
            "accepts_work": "on",
        }
        admin.post(f"/users/{world.member(world.gujia).pk}/edit/", data, headers=DRAWER)
        entry = AuditEntry.objects.get(action="user.edit")
        page = admin.get("/audit/").text
        assert "顾甲一" in page
        assert f"/audit/{entry.pk}/" in page
        assert "顾甲一" in admin.get(f"/audit/{entry.pk}/", headers=DRAWER).text
        link = f"/audit/{entry.pk}/"
        assert link not in admin.get("/audit/?action=user.create").text
        assert link in admin.get(f"/audit/?who={world.guanchou.pk}&action=user.edit").text
        assert link not in admin.get("/audit/?at_from=2099-01-01").text

    def test_another_stores_log_does_not_exist(self, world, admin) -> None:
        theirs = AuditEntry.objects.create(
            store=world.b,
            user=world.guanchen,
            action="user.edit",
            detail={"name": "他店"},
            at=world.gujia.created_at,
        )
        assert "他店" not in admin.get("/audit/").text
        assert admin.get(f"/audit/{theirs.pk}/", headers=DRAWER).status_code == 404
        assert "他店" in world.client(world.jizi).get("/audit/").text

    def test_sign_ins_of_the_stores_people_are_seen_and_nobody_elses(self, world, admin) -> None:
        for login in ("gujia", "shuangwei", "guchen", "jizi"):  # A, A and B, B, the group
            attempt(login, world.password, "10.0.0.7")
            attempt(login, "not-this-one", "10.0.0.7")
        attempt("nobody", "not-this-one", "10.0.0.7")
        world.guyi.is_active = False
        world.guyi.save()
        attempt("guyi", world.password, "10.0.0.7")
        Membership.objects.filter(user=world.liwu).update(active=False)
        attempt("liwu", "not-this-one", "10.0.0.7")  # had left the store
        mine, theirs = admin.get("/audit/"), world.client(world.guanchen).get("/audit/")
        assert self.told(mine) == [
            ("顾乙", "登录被拒，账号已停用"),
            ("双未", "登录失败"),
            ("双未", "登录"),
            ("顾甲", "登录失败"),
            ("顾甲", "登录"),
        ]
        assert self.told(theirs) == [
            ("顾辰", "登录失败"),
            ("顾辰", "登录"),
            ("双未", "登录失败"),
            ("双未", "登录"),
        ]
        assert AuditEntry.objects.get(action="sign_in.failed", user=None).store is None
        assert AuditEntry.objects.get(action="sign_in.failed", user=world.liwu).store is None
        entry = AuditEntry.objects.get(action="sign_in", user=world.guchen)
        assert admin.get(f"/audit/{entry.pk}/", headers=DRAWER).status_code == 404
        assert self.told(admin.get("/audit/?action=sign_in.failed"))[0] == ("双未", "登录失败")
        everybody = world.client(world.jizi).get("/audit/?action=sign_in")
        seen = [(line.obj.user.name, line.obj.store.name) for line in everybody.context["listing"].lines]
        assert seen == [
            ("集子", "远航汽车集团"),
            ("顾辰", "武汉星城"),
            ("双未", "武汉星城"),
            ("双未", "星云海"),
            ("顾甲", "星云海"),
        ]

    def test_a_session_that_was_ended_is_seen_in_every_store_of_the_person(self, world, admin) -> None:
        browser = world.client(world.shuangwei, world.b)
        other = sessions.begin(world.shuangwei, "another-browser", None, "")
        assert browser.post(f"/account/sessions/{other.pk}/end/").status_code == 302
        for client in (admin, world.client(world.guanchen)):
            assert self.told(client.get("/audit/")) == [("双未", "结束会话")]

    def told(self, answer) -> list[tuple[str, str]]:
        """Who and what, newest first."""
        lines = answer.context["listing"].lines
        return [(line.obj.user.name, action_label(line.obj.action)) for line in lines]

    def test_it_is_read_only_and_not_for_everybody(self, world, admin) -> None:
        assert world.client(world.jingding).get("/audit/").status_code == 403
        assert admin.post("/audit/").status_code in (200, 405)
        assert AuditEntry.objects.filter(action__startswith="audit").count() == 0
