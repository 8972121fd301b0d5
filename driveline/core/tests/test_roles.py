"""Roles: seeding again undoes nothing, copies, grants with audit, no reach beyond one's own."""

import pytest

from driveline.core.models import AuditEntry, Grant, OrgUnit, Role
from driveline.core.roles import ROLES
from driveline.core.services import roles
from driveline.kit import permissions
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.permissions import Permission
from driveline.kit.scopes import Scope


@pytest.fixture
def group(world):
    """A second group, not seeded yet."""
    return OrgUnit.objects.create(kind="group", name="新集团")


@pytest.fixture
def new_permission():
    """A permission that an upgrade of the program brings."""
    made = Permission("test.new", "New", "Test", permissions.row(own="consultant", group="group_admin"))
    permissions.declare(made)
    yield made
    permissions._permissions.pop("test.new")


def grants(role):
    return dict(Grant.objects.filter(role=role).values_list("permission", "scope"))


def test_seeding_gives_fourteen_roles_with_the_declared_matrix(group):
    report = roles.seed(group)
    assert len(report.roles) == len(ROLES) == 14
    declared = {
        (code, permission.code, int(scope))
        for permission in permissions.all_permissions()
        for code, scope in permission.matrix.items()
    }
    assert (
        set(Grant.objects.filter(role__group=group).values_list("role__code", "permission", "scope"))
        == declared
    )
    labels = dict(Role.objects.filter(group=group).values_list("code", "label"))
    assert (labels["consultant"], labels["group_admin"]) == ("销售顾问", "集团管理员")


def test_seeding_again_changes_nothing_that_users_changed(group):
    roles.seed(group)
    manager = Role.objects.get(group=group, code="sales_manager")
    Grant.objects.filter(role=manager, permission="settings.view").delete()
    Grant.objects.filter(role=manager, permission="phones.full").update(scope=Scope.TEAM)
    Role.objects.filter(pk=manager.pk).update(label="销售主管")
    report = roles.seed(group)
    assert (report.roles, report.permissions, report.grants) == ([], [], 0)
    assert "settings.view" not in grants(manager)
    assert grants(manager)["phones.full"] == Scope.TEAM
    assert Role.objects.get(pk=manager.pk).label == "销售主管"


def test_seeding_after_an_upgrade_brings_only_what_is_new(group, request):
    roles.seed(group)
    consultant = Role.objects.get(group=group, code="consultant")
    Grant.objects.filter(role=consultant, permission="phones.full").delete()
    request.getfixturevalue("new_permission")
    report = roles.seed(group)
    assert (report.permissions, report.grants) == (["test.new"], 2)
    assert grants(consultant)["test.new"] == Scope.OWN
    assert "phones.full" not in grants(consultant)
    Grant.objects.filter(role=consultant, permission="test.new").delete()
    assert roles.seed(group).grants == 0


def test_every_seeded_role_of_the_matrix_exists():
    codes = {role.code for role in ROLES}
    named = {code for permission in permissions.all_permissions() for code in permission.matrix}
    assert named <= codes


def test_a_copy_has_the_grants_and_a_life_of_its_own(world):
    admin = world.actor(world.guanchou)
    copy = roles.role_copy(
        admin, world.roles["consultant"].pk, label="资深顾问", label_en="Senior consultant"
    )
    assert grants(copy) == grants(world.roles["consultant"])
    assert (copy.code, copy.seeded, copy.group_id) == ("consultant_2", False, world.group.pk)
    roles.grants_set(admin, copy.pk, {"phones.full": Scope.STORE})
    assert grants(copy) == {"phones.full": Scope.STORE}
    assert grants(world.roles["consultant"])["phones.full"] == Scope.OWN
    assert roles.role_copy(admin, copy.pk, label="首席顾问").code == "consultant_3"
    with pytest.raises(Invalid):
        roles.role_copy(admin, copy.pk, label="首席顾问")


def test_an_edit_says_old_and_new_and_counts_at_the_next_request(world):
    role = world.roles["consultant"]
    wanted = {code: Scope(scope) for code, scope in grants(role).items()}
    del wanted["reports.view"]
    wanted |= {"phones.full": Scope.TEAM, "audit.view": Scope.STORE}
    changes = roles.grants_set(world.actor(world.guanchou), role.pk, wanted)
    assert changes == {"audit.view": [None, 3], "phones.full": [1, 2], "reports.view": [1, None]}
    assert AuditEntry.objects.get(action="role.grants").detail["changes"] == changes
    actor = world.actor(world.gujia)
    assert (actor.scope("phones.full"), actor.can("audit.view"), actor.can("reports.view")) == (
        Scope.TEAM,
        True,
        False,
    )
    assert roles.grants_set(world.actor(world.guanchou), role.pk, wanted) == {}
    assert AuditEntry.objects.filter(action="role.grants").count() == 1


def test_who_may_edit_roles(world):
    role = world.roles["consultant"]
    for user in (world.gujia, world.jingding, world.zongjingli, world.jizi):
        with pytest.raises(Forbidden):
            roles.grants_set(world.actor(user), role.pk, {})
    assert grants(role) != {}
    assert roles.find(world.actor(world.zongjingli), role.pk, "roles.view") == role


def test_a_stranger_groups_role_does_not_exist(world, group):
    roles.seed(group)
    stranger = Role.objects.get(group=group, code="consultant")
    with pytest.raises(Role.DoesNotExist):
        roles.grants_set(world.actor(world.jiguan), stranger.pk, {})


def test_nobody_of_a_store_gives_a_reach_over_the_group(world):
    role = world.roles["consultant"]
    with pytest.raises(Refused):
        roles.grants_set(world.actor(world.guanchou), role.pk, {"phones.full": Scope.GROUP})
    with pytest.raises(Refused):
        roles.role_copy(world.actor(world.guanchou), world.roles["group_auditor"].pk, label="x")
    assert grants(role)["phones.full"] == Scope.OWN
    roles.grants_set(world.actor(world.jiguan), role.pk, {"phones.full": Scope.GROUP})
    assert grants(role) == {"phones.full": Scope.GROUP}


def test_ones_own_role_keeps_the_right_to_manage_roles(world):
    with pytest.raises(Refused):
        roles.grants_set(world.actor(world.guanchou), world.roles["admin"].pk, {})
    assert "roles.edit" in grants(world.roles["admin"])


def test_an_unknown_right_cannot_be_given(world):
    with pytest.raises(Invalid):
        roles.grants_set(world.actor(world.guanchou), world.roles["consultant"].pk, {"no.such": Scope.OWN})


def test_a_role_in_use_is_not_retired(world):
    admin = world.actor(world.guanchou)
    with pytest.raises(Refused) as refused:
        roles.role_retire.perform(admin, [world.roles["consultant"].pk])
    assert "5" in str(refused.value)
    copy = roles.role_copy(admin, world.roles["consultant"].pk, label="旧")
    roles.role_retire.perform(admin, [copy.pk])
    copy.refresh_from_db()
    assert not copy.active
