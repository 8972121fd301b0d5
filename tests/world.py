"""The cast of dealer.md §15: one group, two stores, everybody with a name. Made anew for a test in a few queries.

    def test_x(world):
        world.gujia                      a User
        world.actor(world.gujia)         an Actor in his store (the first, if he has several)
        world.client(world.gujia)        a signed-in test client

A store's people by role code: `world.who("sales_manager", world.b)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password

from driveline.core import clock, dictionaries
from driveline.core.access import Actor, SystemActor, actor_from, memberships_with_grants, system_actor
from driveline.core.models import Grant, Membership, OrgUnit, Role, SettingValue, User
from driveline.core.roles import ROLES
from driveline.kit.permissions import all_permissions

if TYPE_CHECKING:
    from datetime import date

    from django.test import Client

PASSWORD = "Haima-2026-lu"

# attribute (= login), name, role code
STORE_A = (
    ("gujia", "顾甲", "consultant"),
    ("guyi", "顾乙", "consultant"),
    ("wangbing", "网丙", "web_consultant"),
    ("jingding", "经丁", "sales_manager"),
    ("xiaozong", "销总", "sales_director"),
    ("fuwu", "服戊", "service_adviser"),
    ("keji", "客己", "service_agent"),
    ("zhugeng", "主庚", "service_manager"),
    ("zongxin", "总辛", "aftersales_director"),
    ("cairen", "财壬", "finance_director"),
    ("shigui", "市癸", "marketing"),
    ("zongjingli", "总经理", "general_manager"),
    ("guanchou", "管丑", "admin"),
)
STORE_B = (
    ("guchen", "顾辰", "consultant"),
    ("wangchen", "网辰", "web_consultant"),
    ("jingchen", "经辰", "sales_manager"),
    ("xiaochen", "销辰", "sales_director"),
    ("fuchen", "服辰", "service_adviser"),
    ("kechen", "客辰", "service_agent"),
    ("zhuchen", "主辰", "service_manager"),
    ("zongchen", "总辰", "aftersales_director"),
    ("caichen", "财辰", "finance_director"),
    ("shichen", "市辰", "marketing"),
    ("lichen", "理辰", "general_manager"),
    ("guanchen", "管辰", "admin"),
)
GROUP = (
    ("jizi", "集子", "group_auditor"),
    ("jiguan", "集团管理员", "group_admin"),
)
TWO_STORES = ("shuangwei", "双未", "consultant", "sales_manager")  # consultant in A, manager in B
LEFT = ("liwu", "离午", "consultant")  # left store A

SUPERIORS = {
    "gujia": "jingding",
    "guyi": "jingding",
    "wangbing": "jingding",
    "keji": "zhugeng",
    "fuwu": "zongxin",
    "guchen": "jingchen",
    "wangchen": "jingchen",
    "kechen": "zhuchen",
    "fuchen": "zongchen",
}


class World:
    """Everybody and both stores; attributes are the logins of the lists above."""

    group: OrgUnit
    a: OrgUnit
    b: OrgUnit
    gujia: User
    guyi: User
    wangbing: User
    jingding: User
    xiaozong: User
    fuwu: User
    keji: User
    zhugeng: User
    zongxin: User
    cairen: User
    shigui: User
    zongjingli: User
    guanchou: User
    guchen: User
    wangchen: User
    jingchen: User
    xiaochen: User
    fuchen: User
    kechen: User
    zhuchen: User
    zongchen: User
    caichen: User
    shichen: User
    lichen: User
    guanchen: User
    jizi: User
    jiguan: User
    shuangwei: User
    liwu: User
    system: User

    password = PASSWORD

    def __init__(self) -> None:
        self._make_units()
        dictionaries.seed(self.group.pk)
        self._make_roles()
        self._make_people()

    @property
    def users(self) -> list[User]:
        """Everybody who can sign in."""
        return [user for user in self._users.values() if user.is_active and not user.is_system]

    def who(self, role: str, store: OrgUnit | None = None) -> User:
        """The member of the cast with this role in the store (A unless said), or in the group unit."""
        cast = {self.a.pk: STORE_A, self.b.pk: STORE_B, self.group.pk: GROUP}[(store or self.a).pk]
        login = next((login for login, _name, code in (*cast, *GROUP) if code == role), None)
        if login is None:
            raise LookupError(role)
        return self._users[login]

    def member(self, user: User, store: OrgUnit | None = None) -> Membership:
        """The user's membership in the store, or his first one."""
        return Membership.objects.select_related("user", "store", "role").get(
            pk=self._memberships[user.pk, store.pk] if store else self._first[user.pk]
        )

    def actor(self, user: User, store: OrgUnit | None = None) -> Actor:
        """The user at work; read from the database, so edited grants and leave count."""
        pk = self._memberships[user.pk, store.pk] if store else self._first[user.pk]
        return actor_from(memberships_with_grants().get(pk=pk))

    def actor_of(self, membership: Membership) -> Actor:
        """Somebody who is not of the cast, at work in the store of the membership."""
        return actor_from(memberships_with_grants().get(pk=membership.pk))

    def system_actor(self, store: OrgUnit | None = None) -> SystemActor:
        return system_actor(store or self.a)

    def client(self, user: User, store: OrgUnit | None = None) -> Client:
        """A browser in which the user has signed in and works in the store."""
        from django.test import Client

        browser = Client()
        browser.force_login(user)
        session = browser.session
        session["store"] = store.pk if store else self.home(user).pk
        session.save()
        return browser

    def setting(
        self, key: str, value: Any, *, since: date | str | None = None, unit: OrgUnit | None = None
    ) -> None:
        """A value of store A unless said, in force from today unless said; written without the checks of its page."""
        SettingValue.objects.create(
            unit=unit or self.a,
            key=key,
            value=value,
            valid_from=since or clock.today(),
            set_at=clock.now(),
            set_by=self.guanchou,
        )

    def home(self, user: User) -> OrgUnit:
        """The unit of the user's first membership."""
        by_id = {unit.pk: unit for unit in (self.a, self.b, self.group)}
        first = self._first[user.pk]
        return by_id[next(store for (who, store), pk in self._memberships.items() if pk == first)]

    def _make_units(self) -> None:
        kinds = OrgUnit.Kind
        self.group = OrgUnit.objects.create(kind=kinds.GROUP, name="远航汽车集团")
        stores = [
            OrgUnit(parent=self.group, kind=kinds.STORE, code="HX000026", name="星云海", city="武汉"),
            OrgUnit(parent=self.group, kind=kinds.STORE, code="ST000007", name="武汉星城", city="武汉"),
        ]
        self.a, self.b = OrgUnit.objects.bulk_create(stores)

    def _make_roles(self) -> None:
        roles = [
            Role(group=self.group, code=r.code, label=r.label, label_en=r.label_en, seeded=True)
            for r in ROLES
        ]
        self.roles = {role.code: role for role in Role.objects.bulk_create(roles)}
        Grant.objects.bulk_create(
            Grant(role=self.roles[code], permission=permission.code, scope=scope)
            for permission in all_permissions()
            for code, scope in permission.matrix.items()
        )

    def _make_people(self) -> None:
        cast = [(login, name) for login, name, _role in (*STORE_A, *STORE_B, *GROUP)]
        cast += [TWO_STORES[:2], LEFT[:2]]
        users = [
            User(login=login, name=name, password=_hashed(), is_active=login != LEFT[0])
            for login, name in cast
        ]
        users.append(User(login="system", name="系统", is_system=True, password="!system"))
        self._users = {user.login: user for user in User.objects.bulk_create(users)}
        for login, user in self._users.items():
            setattr(self, login, user)
        self._join()

    def _join(self) -> None:
        places = [(self.a, *row) for row in STORE_A] + [(self.b, *row) for row in STORE_B]
        places += [(self.group, *row) for row in GROUP]
        login, name, in_a, in_b = TWO_STORES
        places += [(self.a, login, name, in_a), (self.b, login, name, in_b), (self.a, *LEFT)]
        rows = [
            Membership(user=self._users[login], store=store, role=self.roles[role])
            for store, login, _name, role in places
        ]
        made = Membership.objects.bulk_create(rows)
        self._memberships = {(row.user_id, row.store_id): row.pk for row in made}
        self._first = {}
        for row in made:
            self._first.setdefault(row.user_id, row.pk)
        for row in made:
            superior = SUPERIORS.get(row.user.login)
            row.superior_id = self._first[self._users[superior].pk] if superior else None
        Membership.objects.bulk_update([row for row in made if row.superior_id], ["superior"])


_hash: list[str] = []


def _hashed() -> str:
    """The one password of the whole cast, hashed once a run."""
    if not _hash:
        _hash.append(make_password(PASSWORD))
    return _hash[0]


@pytest.fixture
def world(db: None) -> World:
    """A fresh cast."""
    return World()
