"""Signing in: who may, how often one may try, and what the person is told.

Five failures of one login from one address lock that pair for 15 minutes; wider limits stop a whole address and
a login attacked from many. Nothing tells whether a login exists; 账号已停用 is said only to who knows the password.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import F, Max

from driveline.core import clock
from driveline.core.access import memberships_with_grants
from driveline.core.journal import write_account
from driveline.core.models import Membership, SignInThrottle, User, UserPreference

LOCK = timedelta(minutes=15)
TRIES = 5
TRIES_PER_LOGIN = 20
TRIES_PER_ADDRESS = 30
_KEPT = timedelta(days=1)
LAST_STORE = "store"
BACKEND = "driveline.core.signin.StaffBackend"


class Outcome(StrEnum):
    """What came of an attempt."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Attempt:
    """`left` = tries before the lock (WRONG), `minutes` = until it opens again (LOCKED)."""

    outcome: Outcome
    user: User | None = None
    left: int = 0
    minutes: int = 0


class StaffBackend(BaseBackend):
    """Finds the user of a session. A disabled user is found too: the middleware ends his session and says why."""

    def get_user(self, user_id: int) -> User | None:
        """The user, whether employed or not; never the system user. Who works somewhere comes with his places
        (`places`, for the middleware): every request needs both, one query brings them."""
        rows = memberships_with_grants().filter(user_id=user_id, user__is_system=False)
        places = list(rows.order_by("store_id"))
        if not places:
            return User.objects.filter(pk=user_id, is_system=False).first()
        user = places[0].user
        for place in places:
            place.user = user
        user.places = places  # type: ignore[attr-defined]  # no field: it lives as long as the request
        return user


def attempt(login: str, password: str, address: str | None) -> Attempt:
    """Try to sign in. Counts a failure; a success clears what was counted. Audited."""
    login = login.strip().lower()[:40]
    keys = _keys(login, address)
    if minutes := _locked_minutes(keys):
        return Attempt(Outcome.LOCKED, minutes=minutes)
    user = User.objects.filter(login=login, is_system=False).first()
    if user is None:
        make_password(password)  # an unknown login takes as long as a known one
        known = False
    else:
        known = user.check_password(password)
    if user is None or not known:
        _write(user, "sign_in.failed", login, address)
        return _failed(keys)
    if not user.is_active:
        _write(user, "sign_in.disabled", login, address)
        return Attempt(Outcome.DISABLED, user=user)
    SignInThrottle.objects.filter(key__in=[key for key, _tries in keys[:2]]).delete()
    _write(user, "sign_in", login, address)
    return Attempt(Outcome.OK, user=user)


def home_store(user: User) -> int | None:
    """Where the user works after signing in: the store used last if he still works there, else the first."""
    rows = Membership.objects.filter(user=user, active=True, store__active=True)
    places = dict(rows.values_list("store_id", "store__kind"))
    last = UserPreference.objects.filter(user=user, key=LAST_STORE).values_list("value", flat=True).first()
    if last in places:
        return int(last)
    return min(places, key=lambda pk: (places[pk] != "store", pk), default=None)


def remember_store(user: User, store_id: int) -> None:
    """Sign in here the next time."""
    UserPreference.objects.update_or_create(user=user, key=LAST_STORE, defaults={"value": store_id})


def _keys(login: str, address: str | None) -> list[tuple[str, int]]:
    """The counters of an attempt with their limits: the pair and the login first, a success clears these two."""
    place = address or "-"
    return [
        (f"pair:{_short(f'{login} {place}')}", TRIES),
        (f"login:{_short(login)}", TRIES_PER_LOGIN),
        (f"address:{_short(place)}", TRIES_PER_ADDRESS),
    ]


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _locked_minutes(keys: list[tuple[str, int]]) -> int:
    now = clock.system_now()
    rows = SignInThrottle.objects.filter(key__in=[key for key, _tries in keys], locked_until__gt=now)
    longest = rows.aggregate(longest=Max("locked_until"))["longest"]
    return max(1, ceil((longest - now).total_seconds() / 60)) if longest else 0


def _failed(keys: list[tuple[str, int]]) -> Attempt:
    """Count the failure everywhere; the lock that fell, or the tries that are left."""
    now = clock.system_now()
    SignInThrottle.objects.filter(last_failure_at__lt=now - _KEPT).delete()
    left = TRIES
    for key, tries in keys:
        row, _made = SignInThrottle.objects.get_or_create(key=key, defaults={"last_failure_at": now})
        mine = SignInThrottle.objects.filter(pk=row.pk)
        if row.last_failure_at < now - LOCK or (row.locked_until and row.locked_until <= now):
            mine.update(failures=0, locked_until=None)
        mine.update(failures=F("failures") + 1, last_failure_at=now)
        row.refresh_from_db()
        left = min(left, tries - row.failures)
        if row.failures >= tries:
            mine.update(locked_until=now + LOCK)
    if left <= 0:
        return Attempt(Outcome.LOCKED, minutes=ceil(LOCK.total_seconds() / 60))
    return Attempt(Outcome.WRONG, left=left)


def _write(user: User | None, action: str, login: str, address: str | None) -> None:
    write_account(user, action, {"login": login}, address)
