"""Who is acting, where, and what may be seen of a phone number (DESIGN §3a).

`request.actor` is an `Actor`; services get one from `actor_for` or, for work that happens by itself, `system_actor`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.db.models import CharField, F, OuterRef, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Cast, Concat

from driveline.core import clock
from driveline.core.models import Grant, Membership, OrgUnit, Role, User
from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from datetime import date

type PhoneView = Literal["full", "masked"]
type PartySight = Callable[["Actor", int], bool]

SYSTEM_LOGIN = "system"
PHONES_FULL = "phones.full"
PHONES_REVEAL = "phones.reveal"


class _Place(NamedTuple):
    """A membership of the current store, as far as trees and stand-ins need it."""

    pk: int
    user_id: int
    superior_id: int | None
    department_id: int | None
    stand_in_id: int | None
    absent_from: date | None
    absent_to: date | None
    active: bool

    def away(self, day: date) -> bool:
        started = self.absent_from is not None and self.absent_from <= day
        return self.active and started and (self.absent_to is None or self.absent_to >= day)


class Actor:
    """A user at work in one store. Cheap to make; trees and stores are read when first asked for."""

    is_system = False

    def __init__(self, membership: Membership, grants: dict[str, Scope]) -> None:
        self.membership: Membership | None = membership
        self.user: User = membership.user
        self.store: OrgUnit = membership.store
        self.role: Role | None = membership.role
        self.language: str = self.user.language
        self._grants = grants

    @property
    def user_id(self) -> int:
        return self.user.pk

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def store_id(self) -> int:
        return self.store.pk

    @property
    def works_in_group(self) -> bool:
        """True for a member of the group unit: all its stores are shown, none is his own."""
        return self.store.kind == OrgUnit.Kind.GROUP

    @property
    def group_id(self) -> int:
        """The group the current unit belongs to (the unit itself when it has none above)."""
        return self.store.pk if self.works_in_group else (self.store.parent_id or self.store.pk)

    @property
    def grants(self) -> dict[str, Scope]:
        """Permission code → scope, of the role in the current store."""
        return self._grants

    def scope(self, permission: str) -> Scope | None:
        return self._grants.get(permission)

    def can(self, permission: str) -> bool:
        return permission in self._grants

    @cached_property
    def group_store_ids(self) -> frozenset[int]:
        """Every unit that rows hang on: the stores of the group, closed ones too, and the group itself."""
        stores = OrgUnit.objects.filter(parent_id=self.group_id, kind=OrgUnit.Kind.STORE)
        return frozenset(stores.values_list("pk", flat=True)) | {self.group_id, self.store_id}

    @cached_property
    def _people(self) -> list[_Place]:
        """Everybody who is or was a member of the store: one query for tree, department and stand-ins."""
        columns = (
            "pk",
            "user_id",
            "superior_id",
            "department_id",
            "stand_in_id",
            "absent_from",
            "absent_to",
            "active",
        )
        rows = Membership.objects.filter(store_id=self.store_id)
        return [_Place(*row) for row in rows.values_list(*columns)]

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The actor and everybody below, leavers included: their history stays with the superior (AG-R03)."""
        if self.membership is None:
            return frozenset({self.user_id})
        below: dict[int | None, list[_Place]] = {}
        for place in self._people:
            below.setdefault(place.superior_id, []).append(place)
        found = {self.user_id}
        seen = {self.membership.pk}
        todo = [self.membership.pk]
        while todo:
            for place in below.get(todo.pop(), ()):
                if place.pk not in seen:
                    seen.add(place.pk)
                    found.add(place.user_id)
                    todo.append(place.pk)
        return frozenset(found)

    @cached_property
    def department_ids(self) -> frozenset[int]:
        """Everybody of the actor's department in this store; without a department only the actor."""
        mine = self.membership.department_id if self.membership else None
        if mine is None:
            return frozenset({self.user_id})
        return frozenset(p.user_id for p in self._people if p.department_id == mine) | {self.user_id}

    @cached_property
    def standing_in_for(self) -> frozenset[int]:
        """User ids of those who are absent on today's business date and named this actor as stand-in.

        No end of the absence = until further notice.
        """
        return self.standing_in_on(clock.today())

    def standing_in_on(self, day: date) -> frozenset[int]:
        """The same for another day."""
        if self.membership is None:
            return frozenset()
        me = self.membership.pk
        return frozenset(p.user_id for p in self._people if p.stand_in_id == me and p.away(day))

    def __repr__(self) -> str:
        return f"<Actor {self.user.login} @ {self.store.code or self.store.pk}>"


class SystemActor(Actor):
    """The program itself at work in a store: every permission, store wide."""

    is_system = True

    def __init__(self, user: User, store: OrgUnit) -> None:
        self.membership = None
        self.user = user
        self.store = store
        self.role = None
        self.language = user.language
        self._grants = {}

    @property
    def name(self) -> str:
        return ""

    def scope(self, permission: str) -> Scope | None:
        return Scope.STORE

    def can(self, permission: str) -> bool:
        return True


def memberships_with_grants() -> QuerySet[Membership]:
    """Active memberships of active units with all that an Actor needs, grants included, in one query."""
    return _memberships_with_grants().all()


@cache
def _memberships_with_grants() -> QuerySet[Membership]:
    """Put together once in a process: every request begins with it, and putting it together takes a millisecond."""
    pairs = (
        Grant.objects.filter(role_id=OuterRef("role_id"))
        .order_by()
        .values("role_id")
        .annotate(
            pairs=StringAgg(
                Concat(F("permission"), Value(":"), Cast("scope", CharField())),
                delimiter=Value(","),
                output_field=CharField(),
            )
        )
        .values("pairs")
    )
    return (
        Membership.objects.filter(active=True, store__active=True)
        .select_related("user", "store", "store__parent", "role")
        .annotate(granted=Subquery(pairs, output_field=CharField()))
    )


@lru_cache(maxsize=256)
def _grants(granted: str) -> dict[str, Scope]:
    """What the query brought, parsed. The text itself is the key, so an edited role is another entry."""
    pairs = (pair.rpartition(":") for pair in granted.split(",") if pair)
    return {code: Scope(int(scope)) for code, _colon, scope in pairs}


def actor_from(row: Membership) -> Actor:
    """The actor of a row of `memberships_with_grants`."""
    return Actor(row, _grants(getattr(row, "granted", None) or ""))


def actor_for(membership: Membership) -> Actor:
    """The actor of a membership, whether still active or not. One query, at most two."""
    if not hasattr(membership, "granted"):
        pairs = Grant.objects.filter(role_id=membership.role_id).values_list("permission", "scope")
        return Actor(membership, {code: Scope(scope) for code, scope in pairs})
    return actor_from(membership)


def system_user() -> User:
    """The row in whose name the program writes; made on first use, can never sign in."""
    user, _made = User.objects.get_or_create(
        login=SYSTEM_LOGIN, defaults={"name": "系统", "is_system": True, "password": "!system"}
    )
    return user


def system_actor(store: OrgUnit | int) -> SystemActor:
    """The program at work in a store (or in the group unit)."""
    unit = store if isinstance(store, OrgUnit) else OrgUnit.objects.select_related("parent").get(pk=store)
    return SystemActor(system_user(), unit)


# Phone numbers


def phone_view(actor: Actor, row_store_id: int, keeper_id: int | None) -> PhoneView:
    """Whether the number of a row is shown whole: by the scope of `phones.full` over the row's store and keeper.

    `keeper_id` is the user for whom the row is own (Pursuit.keeper). A stand-in sees the numbers he is to dial.
    """
    scope = actor.scope(PHONES_FULL)
    if scope is None:
        return "masked"
    if scope == Scope.GROUP:
        return "full" if row_store_id in actor.group_store_ids else "masked"
    if row_store_id != actor.store_id:
        return "masked"
    if scope == Scope.STORE or (keeper_id is not None and _near(actor, scope, keeper_id)):
        return "full"
    return "masked"


def _near(actor: Actor, scope: Scope, keeper_id: int) -> bool:
    if keeper_id == actor.user_id:
        return True
    if scope == Scope.TEAM and keeper_id in actor.team_ids:
        return True
    if scope == Scope.DEPARTMENT and keeper_id in actor.department_ids:
        return True
    return keeper_id in actor.standing_in_for


_party_sights: list[PartySight] = []


def party_sight(sight: PartySight) -> PartySight:
    """Register a module's answer to "does this actor see the party through one of my rows?"."""
    if sight not in _party_sights:
        _party_sights.append(sight)
    return sight


def may_see_party(actor: Actor, party_id: int) -> bool:
    """True when some module shows the actor a row of this party; a party nobody shows does not exist."""
    return any(sight(actor, party_id) for sight in _party_sights)


# Work that is left


@dataclass(frozen=True)
class WorkLeft:
    """Unfinished work of one kind that a person holds in a store."""

    kind: str
    label: str
    count: int


type WorkCounter = Callable[[int, int], list[WorkLeft]]

_work_counters: list[WorkCounter] = []


def work_counter(counter: WorkCounter) -> WorkCounter:
    """Register a module's count of open work: (user id, store id) → lines, none with count 0."""
    if counter not in _work_counters:
        _work_counters.append(counter)
    return counter


def open_work(user_id: int, store_id: int) -> list[WorkLeft]:
    """What the person still holds in the store, by kind."""
    return [left for counter in _work_counters for left in counter(user_id, store_id) if left.count]
