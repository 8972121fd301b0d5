"""Accounts and places: creating, leaving (S-81, AC-09), superiors, reach of an administrator."""

import datetime as dt

import pytest

from driveline.core import access, people
from driveline.core.models import (
    AuditEntry,
    Grant,
    Membership,
    Operation,
    OrgUnit,
    Role,
    User,
    UserSession,
)
from driveline.core.services import users
from driveline.core.services.memberships import (
    membership_add,
    membership_edit,
    membership_end,
    possible_superiors,
)
from driveline.core.services.users import user_disable, user_enable
from driveline.core.signin import Outcome, attempt
from driveline.kit.errors import Forbidden, Invalid, Refused


@pytest.fixture
def work():
    """Open work by (user id, store id), as a module would count it."""
    left: dict[tuple[int, int], list[access.WorkLeft]] = {}
    counter = access.work_counter(lambda user_id, store_id: left.get((user_id, store_id), []))
    yield left
    access._work_counters.remove(counter)


def create(world, actor=None, **given):
    given = {"name": "张三", "store_id": world.a.pk, "role_id": world.roles["consultant"].pk} | given
    return users.user_create(actor or world.actor(world.guanchou), **given)


def test_a_new_person_gets_a_proposed_login_and_a_one_time_password(world):
    made = [create(world, name=name) for name in ("张三", "张三", "张三", "张三海", "欧阳娜娜")]
    assert [one.login for one in made] == ["zhangsan", "zhangsan1", "zhangsan2", "zhangsh", "ouynn"]
    signed_in = attempt("zhangsan", made[0].password, "10.0.0.1")
    assert signed_in.outcome == Outcome.OK
    assert signed_in.user.must_change_password
    assert world.actor_of(made[0].membership).role.code == "consultant"
    entries = AuditEntry.objects.filter(action="user.create")
    assert entries.count() == 5
    assert not any(made[0].password in str(entry.detail) for entry in entries)


def test_the_lg_scheme_is_the_stores_setting(world):
    for key, value in (("people.login_scheme", "lg"), ("people.login_prefix", "lg")):
        world.setting(key, value, since="2026-01-01")
    assert users.propose_login(world.a.pk, "张三海", "市场") == "lgsczsh"
    assert users.propose_login(world.b.pk, "张三海", "市场") == "zhangsh"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"login": "gujia"}, "login"),
        ({"login": "GuJia"}, "login"),
        ({"login": "顾甲"}, "login"),
        ({"login": "a"}, "login"),
        ({"name": " "}, "name"),
        ({"phone": "123"}, "phone"),
        ({"role_id": 999_999}, "role"),
        ({"store_id": 999_999}, "store"),
        ({"superior_id": 999_999}, "superior"),
        ({"department_id": 999_999}, "department"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(world, given, field):
    before = User.objects.count(), Membership.objects.count()
    with pytest.raises(Invalid) as refused:
        create(world, **given)
    assert list(refused.value.errors) == [field]
    assert (User.objects.count(), Membership.objects.count()) == before


def test_an_administrator_of_a_store_manages_only_that_store(world):
    admin = world.actor(world.guanchou)
    with pytest.raises(Invalid):
        create(world, store_id=world.b.pk)
    with pytest.raises(Invalid):
        create(world, superior_id=world.member(world.jingchen).pk)
    with pytest.raises(Membership.DoesNotExist):
        users.user_edit(admin, world.member(world.guchen).pk, name="x", login="xx")
    with pytest.raises(Membership.DoesNotExist):
        users.password_reset(admin, world.member(world.guchen).pk)
    with pytest.raises(Refused):
        user_disable.perform(admin, [world.member(world.guchen).pk])
    world.guchen.refresh_from_db()
    assert world.guchen.is_active
    made = create(world, world.actor(world.jiguan), store_id=world.b.pk)
    assert made.membership.store == world.b


@pytest.mark.parametrize("login", ["gujia", "jingding", "xiaozong", "zongjingli", "jizi"])
def test_without_the_right_nothing_happens(world, login):
    actor = world.actor(getattr(world, login))
    with pytest.raises(Forbidden):
        create(world, actor)
    with pytest.raises(Forbidden):
        users.password_reset(actor, world.member(world.guyi).pk)
    with pytest.raises(Forbidden):
        user_disable.perform(actor, [world.member(world.guyi).pk])
    world.guyi.refresh_from_db()
    assert world.guyi.is_active
    assert world.guyi.check_password(world.password)


def test_a_role_over_the_whole_group_is_given_only_by_the_group(world):
    auditor = world.roles["group_auditor"].pk
    with pytest.raises(Refused):
        create(world, role_id=auditor)
    with pytest.raises(Refused):
        membership_edit(
            world.actor(world.guanchou), world.member(world.guyi).pk, role_id=auditor, superior_id=None
        )
    made = create(world, world.actor(world.jiguan), role_id=auditor, store_id=world.group.pk)
    assert made.membership.store == world.group
    assert create(world, role_id=world.roles["admin"].pk).membership.role.code == "admin"


def test_a_stranger_groups_role_cannot_be_given(world):
    other = OrgUnit.objects.create(kind="group", name="别家")
    role = Role.objects.create(group=other, code="consultant", label="销售顾问")
    with pytest.raises(Invalid):
        create(world, role_id=role.pk)


def test_from_the_command_line_by_codes(world):
    made = users.create_user(
        login="zhaoliu", name="赵六", store_code="hx000026", role_code="consultant", superior_login="jingding"
    )
    assert made.membership.superior == world.member(world.jingding)
    for wrong in ({"store_code": "XX1"}, {"role_code": "pilot"}, {"superior_login": "jingchen"}):
        with pytest.raises(Refused):
            users.create_user(
                **(
                    {"login": "qianqi", "name": "钱七", "store_code": "HX000026", "role_code": "consultant"}
                    | wrong
                )
            )
    assert not User.objects.filter(login="qianqi").exists()


def test_s_81_disabling_is_refused_with_the_number_of_open_pursuits(world, work):
    work[world.gujia.pk, world.a.pk] = [access.WorkLeft("lead", "线索", 5)]
    row = world.member(world.gujia)
    with pytest.raises(Refused) as refused:
        user_disable.perform(world.actor(world.guanchou), [row.pk])
    assert "5" in str(refused.value)
    assert "顾甲" in str(refused.value)
    world.gujia.refresh_from_db()
    assert world.gujia.is_active
    assert not Operation.objects.filter(verb="user.disable").exists()
    work.clear()
    assert user_disable.perform(world.actor(world.guanchou), [row.pk]).done == [row.pk]
    world.gujia.refresh_from_db()
    assert not world.gujia.is_active
    assert world.gujia.disabled_at is not None


def test_ac_09_who_is_disabled_is_out_at_once_and_stays_on_history(world):
    browser = world.client(world.gujia)
    assert browser.get("/account/sessions/").status_code == 200
    UserSession.objects.create(user=world.gujia, session_key=browser.session.session_key)
    before = people.employed_count(world.group.pk)
    user_disable.perform(world.actor(world.guanchou), [world.member(world.gujia).pk])
    assert browser.get("/account/sessions/").status_code == 302
    assert not UserSession.objects.filter(user=world.gujia).exists()
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.DISABLED
    assert people.employed_count(world.group.pk) == before - 1
    assert world.gujia.pk not in people.takes_work(world.a.pk).values_list("user_id", flat=True)
    world.gujia.refresh_from_db()
    assert (
        people.user_label(world.gujia) == "顾甲(停用)" or people.user_label(world.gujia) == "顾甲 (disabled)"
    )
    assert world.gujia.pk in world.actor(world.jingding).team_ids


def test_coming_back_needs_a_new_sign_in(world):
    admin = world.actor(world.guanchou)
    pk = world.member(world.gujia).pk
    user_disable.perform(admin, [pk])
    with pytest.raises(Refused):
        user_disable.perform(admin, [pk])
    user_enable.perform(admin, [pk])
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.OK
    assert User.objects.get(pk=world.gujia.pk).disabled_at is None


def test_nobody_disables_himself_and_a_person_of_two_stores_only_the_group(world):
    admin = world.actor(world.guanchou)
    with pytest.raises(Refused):
        user_disable.perform(admin, [world.member(world.guanchou).pk])
    two = world.member(world.shuangwei, world.a)
    with pytest.raises(Refused) as refused:
        user_disable.perform(admin, [two.pk])
    assert "武汉星城" in str(refused.value)
    with pytest.raises(Refused):
        users.password_reset(admin, two.pk)
    assert user_disable.perform(world.actor(world.jiguan), [two.pk]).done == [two.pk]


def test_several_at_once_and_who_still_has_work_stays(world, work):
    work[world.guyi.pk, world.a.pk] = [access.WorkLeft("lead", "线索", 2)]
    rows = [world.member(user).pk for user in (world.gujia, world.guyi)]
    result = user_disable.perform(world.actor(world.guanchou), rows)
    assert result.done == rows[:1]
    assert "2" in result.skipped[rows[1]]


def test_a_new_one_time_password_ends_all_sessions(world):
    browser = world.client(world.gujia)
    UserSession.objects.create(user=world.gujia, session_key=browser.session.session_key)
    made = users.password_reset(world.actor(world.guanchou), world.member(world.gujia).pk)
    assert browser.get("/account/sessions/").status_code == 302
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.WRONG
    assert attempt("gujia", made.password, "10.0.0.1").user.must_change_password


def test_editing_a_person_is_audited_with_old_and_new(world):
    users.user_edit(
        world.actor(world.guanchou),
        world.member(world.gujia).pk,
        name="顾甲甲",
        login="gujj",
        phone="138 0000 4127",
    )
    changes = AuditEntry.objects.get(action="user.edit").detail["changes"]
    assert changes == {"name": ["顾甲", "顾甲甲"], "login": ["gujia", "gujj"], "phone": ["", "13800004127"]}


def test_ac_06_the_superior_tree_has_no_circles_and_one_store(world):
    admin = world.actor(world.guanchou)
    role = world.roles["consultant"].pk
    jia, yi, ding = (world.member(user) for user in (world.gujia, world.guyi, world.jingding))
    membership_edit(admin, yi.pk, role_id=role, superior_id=jia.pk)
    for member, superior in ((jia, yi), (jia, jia), (ding, yi)):
        with pytest.raises(Invalid) as refused:
            membership_edit(admin, member.pk, role_id=member.role_id, superior_id=superior.pk)
        assert list(refused.value.errors) == ["superior"]
    with pytest.raises(Invalid):
        membership_edit(admin, jia.pk, role_id=role, superior_id=world.member(world.jingchen).pk)
    assert {row.user for row in possible_superiors(world.a.pk, jia.pk)}.isdisjoint({world.gujia, world.guyi})
    assert world.jingding in {row.user for row in possible_superiors(world.a.pk, jia.pk)}
    membership_edit(admin, jia.pk, role_id=role, superior_id=None)
    assert world.actor(world.gujia).team_ids == {world.gujia.pk, world.guyi.pk}


def test_ones_own_role_is_changed_only_by_another(world):
    row = world.member(world.guanchou)
    with pytest.raises(Refused):
        membership_edit(
            world.actor(world.guanchou), row.pk, role_id=world.roles["general_manager"].pk, superior_id=None
        )


def test_a_further_store_and_its_end(world, work):
    group = world.actor(world.jiguan)
    row = membership_add(
        group, world.member(world.gujia).pk, store_id=world.b.pk, role_id=world.roles["web_consultant"].pk
    )
    with pytest.raises(Invalid):
        membership_add(group, world.member(world.gujia).pk, store_id=world.b.pk, role_id=row.role_id)
    Membership.objects.filter(user=world.guchen).update(superior=row)
    work[world.gujia.pk, world.b.pk] = [access.WorkLeft("lead", "线索", 1)]
    with pytest.raises(Refused):
        membership_end.perform(group, [row.pk])
    work.clear()
    membership_end.perform(group, [row.pk])
    row.refresh_from_db()
    assert not row.active
    assert world.member(world.guchen).superior_id is None
    again = membership_add(
        group, world.member(world.gujia).pk, store_id=world.b.pk, role_id=world.roles["consultant"].pk
    )
    assert (again.pk, again.active) == (row.pk, True)


def test_who_takes_work(world):
    members = people.takes_work(world.a.pk, "phones.full")
    logins = {row.user.login for row in members}
    assert "gujia" in logins
    assert logins.isdisjoint({"guchen", "liwu", "guanchou", "jiguan"})
    Membership.objects.filter(user=world.gujia).update(accepts_work=False)
    assert "gujia" not in {row.user.login for row in people.takes_work(world.a.pk)}
    assert "gujia" in {row.user.login for row in people.staff(world.a.pk)}
    Grant.objects.filter(role=world.roles["consultant"], permission="phones.full").delete()
    assert "guyi" not in {row.user.login for row in people.takes_work(world.a.pk, "phones.full")}


def test_an_absence_names_a_stand_in_of_the_same_store(world):
    admin = world.actor(world.guanchou)
    pk = world.member(world.gujia).pk
    first, last = dt.date(2026, 11, 20), dt.date(2026, 11, 22)
    for wrong in (world.member(world.guchen).pk, pk, 999_999, None):
        with pytest.raises(Invalid):
            users.absence_set(admin, pk, stand_in_id=wrong, absent_from=first, absent_to=last)
    with pytest.raises(Invalid):
        users.absence_set(
            admin, pk, stand_in_id=world.member(world.guyi).pk, absent_from=last, absent_to=first
        )
    users.absence_set(admin, pk, stand_in_id=world.member(world.guyi).pk, absent_from=first, absent_to=last)
    assert world.actor(world.guyi).standing_in_on(first) == {world.gujia.pk}
    users.absence_set(admin, pk, stand_in_id=None, absent_from=None, absent_to=None)
    assert world.actor(world.guyi).standing_in_on(first) == frozenset()
