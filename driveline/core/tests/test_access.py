"""Who an actor is: grants, team, group, stand-in, phone numbers."""

import datetime as dt
from itertools import pairwise

from driveline.core.access import actor_for, phone_view, system_actor
from driveline.core.models import Grant, Membership, OrgUnit
from driveline.kit.scopes import Scope, visible

TODAY = dt.date(2026, 11, 20)


def test_an_actor_and_its_grants_cost_one_query(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        actor = world.actor(world.jingding)
        assert actor.scope("phones.full") == Scope.STORE
        assert (actor.user_id, actor.store_id, actor.store.parent.name) == (
            world.jingding.pk,
            world.a.pk,
            "远航汽车集团",
        )
        assert not actor.can("users.edit")


def test_an_edited_role_counts_at_once(world):
    assert not world.actor(world.gujia).can("audit.view")
    Grant.objects.create(role=world.roles["consultant"], permission="audit.view", scope=Scope.STORE)
    assert world.actor(world.gujia).scope("audit.view") == Scope.STORE
    Grant.objects.filter(role=world.roles["consultant"], permission="audit.view").update(scope=Scope.OWN)
    assert world.actor(world.gujia).scope("audit.view") == Scope.OWN


def test_a_role_without_grants_is_an_actor_who_may_nothing(world):
    Grant.objects.filter(role=world.roles["consultant"]).delete()
    actor = world.actor(world.gujia)
    assert actor.grants == {}
    assert not visible(Membership, actor, "users.view").exists()


def test_two_roles_in_two_stores(world):
    assert world.actor(world.shuangwei).role.code == "consultant"
    assert world.actor(world.shuangwei, world.b).role.code == "sales_manager"


def test_ac_07_a_superior_sees_everybody_below(world):
    chain = [world.member(user) for user in (world.cairen, world.shigui, world.zongjingli)]
    for above, below in pairwise(chain):
        Membership.objects.filter(pk=below.pk).update(superior=above)
    b1, b2, b3 = (world.actor(row.user) for row in chain)
    assert b1.team_ids == {row.user_id for row in chain}
    assert b2.team_ids == {row.user_id for row in chain[1:]}
    assert b3.team_ids == {chain[2].user_id}


def test_the_sales_managers_team_is_the_casts(world, django_assert_num_queries):
    actor = world.actor(world.jingding)
    with django_assert_num_queries(1):
        assert actor.team_ids == {world.jingding.pk, world.gujia.pk, world.guyi.pk, world.wangbing.pk}


def test_a_team_is_of_one_store(world):
    in_b = world.member(world.shuangwei, world.b)
    Membership.objects.filter(user=world.guchen).update(superior=in_b)
    assert world.actor(world.shuangwei, world.b).team_ids == {world.shuangwei.pk, world.guchen.pk}
    assert world.actor(world.shuangwei, world.a).team_ids == {world.shuangwei.pk}


def test_a_department_is_of_one_store(world):
    department = OrgUnit.objects.create(parent=world.a, kind="department", name="网销部")
    Membership.objects.filter(user__in=[world.wangbing, world.guyi]).update(department=department)
    assert world.actor(world.wangbing).department_ids == {world.wangbing.pk, world.guyi.pk}
    assert world.actor(world.gujia).department_ids == {world.gujia.pk}


def test_group_scope_reaches_every_unit_of_the_group(world):
    closed = OrgUnit.objects.create(
        parent=world.group, kind="store", code="HX000099", name="旧店", active=False
    )
    OrgUnit.objects.create(kind="group", name="别家集团")
    units = {world.group.pk, world.a.pk, world.b.pk, closed.pk}
    assert world.actor(world.jizi).group_store_ids == units
    assert world.actor(world.gujia).group_store_ids == units
    assert visible(Membership, world.actor(world.jiguan), "users.view").count() == Membership.objects.count()


def test_store_scope_stays_in_the_store(world):
    rows = visible(Membership, world.actor(world.guanchou), "users.view")
    assert {row.store_id for row in rows} == {world.a.pk}


def test_the_system_may_everything_in_its_store(world):
    actor = system_actor(world.b)
    assert actor.is_system
    assert actor.user_id == world.system.pk
    assert actor.can("whatever.verb")
    assert actor.scope("whatever.verb") == Scope.STORE
    assert system_actor(world.b.pk).store_id == world.b.pk


def test_actor_for_a_plain_membership(world):
    actor = actor_for(Membership.objects.get(user=world.jingding))
    assert actor.scope("phones.full") == Scope.STORE


def test_a_stand_in_stands_in_while_the_other_is_absent(world):
    guyi = world.member(world.guyi)
    row = Membership.objects.filter(user=world.gujia)
    row.update(stand_in=guyi, absent_from=TODAY, absent_to=TODAY + dt.timedelta(days=2))
    actor = world.actor(world.guyi)
    days = [TODAY + dt.timedelta(days=number) for number in range(-1, 4)]
    jia, nobody = {world.gujia.pk}, set()
    assert [actor.standing_in_on(day) for day in days] == [nobody, jia, jia, jia, nobody]
    assert world.actor(world.gujia).standing_in_on(TODAY) == nobody
    row.update(absent_to=None)
    assert world.actor(world.guyi).standing_in_on(TODAY + dt.timedelta(days=300)) == jia


def test_who_sees_a_phone_number_whole(world):
    gujia, a, b = world.gujia.pk, world.a.pk, world.b.pk
    seen = {
        user.name: [
            phone_view(world.actor(user), a, gujia),
            phone_view(world.actor(user), b, world.guchen.pk),
        ]
        for user in (
            world.gujia,
            world.guyi,
            world.jingding,
            world.keji,
            world.zongjingli,
            world.shigui,
            world.guanchou,
            world.jizi,
            world.jiguan,
            world.guchen,
        )
    }
    assert seen == {
        "顾甲": ["full", "masked"],
        "顾乙": ["masked", "masked"],
        "经丁": ["full", "masked"],
        "客己": ["full", "masked"],
        "总经理": ["masked", "masked"],
        "市癸": ["masked", "masked"],
        "管丑": ["masked", "masked"],
        "集子": ["masked", "masked"],
        "集团管理员": ["masked", "masked"],
        "顾辰": ["masked", "full"],
    }


def test_a_stand_in_sees_the_numbers_he_dials(world):
    row = Membership.objects.filter(user=world.gujia)
    row.update(stand_in=world.member(world.guyi), absent_from=dt.date(2000, 1, 1), absent_to=None)
    assert phone_view(world.actor(world.guyi), world.a.pk, world.gujia.pk) == "full"
    assert phone_view(world.actor(world.guyi), world.b.pk, world.gujia.pk) == "masked"


def test_who_may_see_numbers_whole_or_reveal_them(world):
    actors = {user: world.actor(user) for user in world.users}
    assert {u.name for u, a in actors.items() if a.can("phones.full") and a.can("phones.reveal")} == set()
    reveal = {u.name for u, a in actors.items() if a.can("phones.reveal")}
    assert reveal == {"总经理", "市癸", "财壬", "集子", "理辰", "市辰", "财辰"}
