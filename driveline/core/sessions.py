"""Signed-in browsers, listed to their user who may end them. System clock throughout."""

from __future__ import annotations

import time
from collections import OrderedDict

from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models import QuerySet

from driveline.core import clock
from driveline.core.models import User, UserSession

TOUCH_SECONDS = 60
AGENT_LENGTH = 200
_REMEMBERED = 5_000

_touched: OrderedDict[str, float] = OrderedDict()


def begin(user: User, session_key: str, address: str | None, agent: str) -> UserSession:
    """Note a browser that has just signed in."""
    return UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={"user": user, "address": address, "agent": agent[:AGENT_LENGTH]},
    )[0]


def touch(session_key: str) -> None:
    """Say the session was in use; written at most once a minute, and never worth failing for."""
    now = time.monotonic()
    if now - _touched.get(session_key, -TOUCH_SECONDS) < TOUCH_SECONDS:
        return
    _touched[session_key] = now
    _touched.move_to_end(session_key)
    if len(_touched) > _REMEMBERED:
        _touched.popitem(last=False)
    try:
        UserSession.objects.filter(session_key=session_key).update(seen_at=clock.system_now())
    except DatabaseError:
        _touched.pop(session_key, None)


def of_user(user: User) -> list[UserSession]:
    """The user's sessions that could still be used, last used first; stale rows are cleared on the way."""
    rows = list(UserSession.objects.filter(user=user).order_by("-seen_at", "-id"))
    keys = [row.session_key for row in rows]
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=clock.system_now()).values_list(
            "session_key", flat=True
        )
    )
    if gone := [row.pk for row in rows if row.session_key not in alive]:
        UserSession.objects.filter(pk__in=gone).delete()
    return [row for row in rows if row.session_key in alive]


def end(user: User, session_id: int) -> bool:
    """End one session of the user; False when it is not his or already gone."""
    return _end(UserSession.objects.filter(user=user, pk=session_id)) > 0


def end_others(user: User, keep_key: str | None) -> int:
    """End all sessions of the user but the one with this key; how many there were."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=keep_key or ""))


def end_all(user_ids: list[int]) -> int:
    """End every session of these users."""
    return _end(UserSession.objects.filter(user_id__in=user_ids))


def forget(session_key: str | None) -> None:
    """The browser signed out by itself."""
    if session_key:
        UserSession.objects.filter(session_key=session_key).delete()
        _touched.pop(session_key, None)


def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
