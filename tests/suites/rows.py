"""What each registered list page is filled with for the suites: one sample a page, and nothing else to write.

A sample's `make` takes the cast, a store and a person of that store, and makes one row that is that person's own.
A page without a sample fails the suites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from driveline.core.models import (
    ApiToken,
    AuditEntry,
    Brand,
    CarModel,
    DictItem,
    Membership,
    Notification,
    OrgUnit,
    Role,
    Series,
    User,
)
from driveline.engines.intake.models import ImportBatch, ImportMapping
from driveline.engines.ownership.models import ArrivalRule
from driveline.kit.scopes import Scope
from tests.factories import (
    ARRIVED,
    a_call,
    a_connection,
    a_duplicate,
    a_fault,
    a_lead,
    a_lost_lead,
    a_record,
    serial,
)

if TYPE_CHECKING:
    from tests.world import World

type Factory = Callable[[World, OrgUnit, User], Any]


@dataclass(frozen=True)
class Sample:
    """`shared`: the rows are the same for all stores of the group. `personal`: nobody ever sees another's."""

    make: Factory
    shared: bool = False
    personal: bool = False

    def seen(self, scope: Scope, *, own: bool, near: bool) -> bool:
        """Whether a row is to be seen: one's own, a colleague's of the store (`near`), another store's."""
        if self.personal or self.shared:
            return own or self.shared
        return own or scope == Scope.GROUP or (near and scope == Scope.STORE)


def _lead(world: World, store: OrgUnit, user: User) -> Any:
    return a_lead(world, store=store, owner=user, by=user)


def _arrival_rule(world: World, store: OrgUnit, user: User) -> ArrivalRule:
    source = DictItem.objects.create(unit=store, kind="lead_source", code=f"s{serial()}", label="来源")
    return ArrivalRule.objects.create(
        store=store,
        kind="lead",
        source=source,
        mode="person",
        people=[user.pk],
        changed_by=user,
        changed_at=ARRIVED,
    )


def _audit(world: World, store: OrgUnit, user: User) -> AuditEntry:
    return AuditEntry.objects.create(store=store, user=user, action="export", detail={"rows": 3}, at=ARRIVED)


def _notification(world: World, store: OrgUnit, user: User) -> Notification:
    return Notification.objects.create(
        store=store,
        user=user,
        kind="assigned",
        params={"count": 1, "names": "王先生", "by": "经丁"},
        created_at=ARRIVED,
    )


def _role(world: World, store: OrgUnit, user: User) -> Role:
    n = serial()
    return Role.objects.create(group=world.group, code=f"copy{n}", label=f"角色{n}")


def _unit(world: World, store: OrgUnit, user: User) -> OrgUnit:
    return OrgUnit.objects.create(parent=store, kind=OrgUnit.Kind.DEPARTMENT, name=f"部门{serial()}")


def _member(world: World, store: OrgUnit, user: User) -> Membership:
    someone = User.objects.create(login=f"someone{serial()}", name="新人", password="!")
    return Membership.objects.create(user=someone, store=store, role=world.roles["consultant"])


def _token(world: World, store: OrgUnit, user: User) -> ApiToken:
    member = Membership.objects.get(user=user, store=store)
    return ApiToken.objects.create(
        membership=member,
        name="官网",
        prefix="dlt_abcdef",
        hash=f"{serial():064d}",
        created_at=ARRIVED,
        created_by=user,
    )


def _brand(world: World, store: OrgUnit, user: User) -> Brand:
    return Brand.objects.create(name=f"品牌{serial()}")


def _series(world: World, store: OrgUnit, user: User) -> Series:
    return Series.objects.create(brand=_brand(world, store, user), name="车系")


def _model(world: World, store: OrgUnit, user: User) -> CarModel:
    return CarModel.objects.create(
        series=_series(world, store, user), name=f"车型{serial()}", guide_price="12.98"
    )


def _import(world: World, store: OrgUnit, user: User) -> ImportBatch:
    n = serial()
    return ImportBatch.objects.create(
        store=store,
        user=user,
        kind="lead",
        name=f"名单{n}.xlsx",
        sha256=f"{n:064d}",
        state="done",
        number=n,
        total=3,
        counts={"new": 2, "duplicate": 0, "failed": 1},
        created_at=ARRIVED,
        started_at=ARRIVED,
        finished_at=ARRIVED,
    )


def _import_mapping(world: World, store: OrgUnit, user: User) -> ImportMapping:
    return ImportMapping.objects.create(
        store=store, kind="lead", name=f"平台{serial()}", labels={"客户": "name"}, user=user, saved_at=ARRIVED
    )


SAMPLES: dict[str, Sample] = {
    "leads": Sample(_lead),
    "lead-tasks": Sample(lambda world, store, user: _lead(world, store, user).tasks.get()),
    "lead-records": Sample(lambda world, store, user: a_record(_lead(world, store, user), actor=user)),
    "lost-leads": Sample(lambda world, store, user: a_lost_lead(world, store=store, owner=user, by=user)),
    "duplicate-leads": Sample(lambda world, store, user: a_duplicate(world, store=store, by=user)),
    "arrival-rules": Sample(_arrival_rule),
    "imports": Sample(_import),
    "import-mappings": Sample(_import_mapping),
    "platforms": Sample(lambda world, store, user: a_connection(world, store)),
    "platform-calls": Sample(lambda world, store, user: a_call(world, store)),
    "platform-faults": Sample(lambda world, store, user: a_fault(world, store=store, by=user)),
    "notifications": Sample(_notification, personal=True),
    "audit": Sample(_audit),
    "api-tokens": Sample(_token),
    "users": Sample(_member),
    "units": Sample(_unit),
    "roles": Sample(_role, shared=True),
    "brands": Sample(_brand, shared=True),
    "offered-brands": Sample(_brand, shared=True),
    "offered-series": Sample(_series, shared=True),
    "offered-models": Sample(_model, shared=True),
    "catalogue": Sample(_series, shared=True),
}


def sample_of(name: str) -> Sample:
    """KeyError names the page that still needs one."""
    return SAMPLES[name]
