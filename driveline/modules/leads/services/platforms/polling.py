"""定时拉取: every five minutes a platform is asked for what is new; its answer goes the way of pushed messages (PG-L06).

The mark of how far we have read moves in the transaction of the messages it stands for, so a kill loses nothing and
doubles nothing. A run is claimed by compare-and-set on the time of the next one. The clock is the machine's.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock
from driveline.core.models import Membership
from driveline.core.notifications import notification_kind, notify
from driveline.core.request_cache import brief_cache
from driveline.core.sealed import Unsealable, seal, unseal
from driveline.kit.errors import Invalid
from driveline.kit.ports import ports
from driveline.modules.leads.models import CallOutcome, PlatformConnection, PlatformPoll
from driveline.modules.leads.services.platforms.calls import Call, log_call
from driveline.modules.leads.services.platforms.connections import EDIT, OBJECT, reachable
from driveline.modules.leads.services.platforms.doors import Door, door_of, seen
from driveline.modules.leads.services.platforms.fetching import NoAnswer, address_problem, fetch
from driveline.modules.leads.services.platforms.paths import at, text_of
from driveline.modules.leads.services.platforms.receiving import AT_ONCE, Received, receive

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

PURPOSE = "platform poll"
PAGES_MOST = 50
LEASE = timedelta(minutes=5)  # how long a run that does not move is believed to live
LONGEST_PAUSE = timedelta(hours=1)
TELL_AFTER = 3
FIELDS = ("active", "url", "header_name", "since_param", "items_path", "next_path", "minutes")

_name = re.compile(r"[A-Za-z0-9-]{0,60}")
_value = re.compile(r"[ -~]{0,500}")

notification_kind(
    "platform_silent",
    title=gettext_lazy("%(name)s cannot be polled"),
    body=gettext_lazy("Failures in a row: %(n)s. %(reason)s"),
    icon="plug-connected-x",
)


@dataclass
class Run:
    """A run so far."""

    outcomes: list[str] = field(default_factory=list)
    size: int = 0
    status: int = 0
    pages: int = 0


def due(now: datetime | None = None) -> list[int]:
    """Connections whose platform is to be asked now."""
    moment = now or clock.system_now()
    rows = PlatformPoll.objects.filter(
        Q(next_at=None) | Q(next_at__lte=moment),
        active=True,
        connection__active=True,
        connection__store__active=True,
    )
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True))


def poll(connection_id: int) -> str:
    """Ask one platform, page after page, until it has nothing new. What came of it in a word; "left alone" when
    somebody else is asking, or when it is not due."""
    now = clock.system_now()
    mine = PlatformPoll.objects.filter(pk=connection_id, active=True, connection__active=True)
    if not mine.filter(Q(next_at=None) | Q(next_at__lte=now)).update(next_at=now + LEASE):
        return "left alone"
    row = PlatformPoll.objects.select_related("connection__store__parent", "connection__source").get(
        pk=connection_id
    )
    started = time.perf_counter()
    run = Run()
    door = door_of(row.connection)
    try:
        _ask(row, door, run)
    except NoAnswer as failure:
        _failed(row, run, failure, started)
        return str(CallOutcome.POLL_FAILED)
    except Exception:
        _next(row, timedelta(minutes=row.minutes))
        raise
    _done(row, door, run, started)
    return str(CallOutcome.POLLED)


def poll_edit(actor: Actor, pk: int, data: Mapping[str, Any]) -> PlatformPoll:
    """Change how the platform is asked; an empty `header_value` leaves the kept one. `from_start` forgets the mark.
    Raises DoesNotExist, Forbidden, Invalid."""
    connection = reachable(actor, pk)
    row, _made = PlatformPoll.objects.get_or_create(connection=connection)
    for name in FIELDS:
        if name in data:
            setattr(row, name, data[name])
    errors: dict[str, list[str]] = {}
    if (row.active or row.url) and (problem := address_problem(row.url)):
        errors["url"] = [problem]
    if not 1 <= row.minutes <= 1440:
        errors["minutes"] = [_("Between %(low)s and %(high)s.") % {"low": 1, "high": 1440}]
    if not _name.fullmatch(row.header_name):
        errors["header_name"] = [_("Letters, figures and dashes only.")]
    if not _value.fullmatch(data.get("header_value") or ""):
        errors["header_value"] = [_("Letters, figures and signs of plain ASCII only.")]
    if errors:
        raise Invalid(errors)
    if data.get("header_value"):
        row.header_value = seal(str(data["header_value"]), PURPOSE)
    if data.get("from_start"):
        row.cursor = ""
    row.next_at, row.failures, row.last_error = None, 0, ""
    row.save()
    ports.audit.write(
        actor,
        "platform.poll",
        object_type=OBJECT,
        object_id=pk,
        detail={"url": row.url, "active": row.active},
    )
    return row


def _ask(row: PlatformPoll, door: Door, run: Run) -> None:
    """Fetch pages and receive their messages until a page is empty or the mark stands still."""
    while run.pages < PAGES_MOST:
        parameters = {row.since_param: row.cursor} if row.since_param and row.cursor else {}
        answer = fetch(row.url, parameters, _headers(row))
        run.pages, run.size, run.status = run.pages + 1, run.size + answer.size, answer.status
        items = _items(row, answer.content, run)
        mark = text_of(at(answer.content, row.next_path))[:200] if row.next_path else row.cursor
        for start in range(0, len(items), AT_ONCE):
            last = start + AT_ONCE >= len(items)
            _take(row, door, items[start : start + AT_ONCE], mark if last else row.cursor, run)
        moved = bool(mark) and mark != row.cursor
        if moved:
            row.cursor = mark
            if not items:
                PlatformPoll.objects.filter(pk=row.pk).update(cursor=mark)
        if not items or not moved:
            return


def _take(row: PlatformPoll, door: Door, items: list[dict[str, Any]], mark: str, run: Run) -> None:
    """Receive messages and move the mark with them; say that the run is alive."""

    def inside(received: list[Received]) -> None:
        PlatformPoll.objects.filter(pk=row.pk).update(
            cursor=mark or row.cursor, next_at=clock.system_now() + LEASE
        )

    with brief_cache():
        run.outcomes += [one.outcome for one in receive(door, items, inside)]


def _items(row: PlatformPoll, content: Any, run: Run) -> list[dict[str, Any]]:
    items = at(content, row.items_path)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise NoAnswer(_("There is no list of messages in the answer."), status=run.status, size=run.size)
    return items


def _headers(row: PlatformPoll) -> dict[str, str]:
    if not row.header_name or not row.header_value:
        return {}
    try:
        return {row.header_name: unseal(row.header_value, PURPOSE)}
    except Unsealable as error:
        raise NoAnswer(_("The header has to be entered again.")) from error


def _next(row: PlatformPoll, pause: timedelta, **more: Any) -> None:
    PlatformPoll.objects.filter(pk=row.pk).update(next_at=clock.system_now() + pause, **more)


def _done(row: PlatformPoll, door: Door, run: Run, started: float) -> None:
    _next(row, timedelta(minutes=row.minutes), asked_at=clock.now(), failures=0, last_error="")
    call = Call(size=run.size, status=run.status, ms=_ms(started)).with_counts(run.outcomes)
    log_call(row.connection, replace(call, outcome=CallOutcome.POLLED))
    if run.outcomes:
        seen(door)


def _failed(row: PlatformPoll, run: Run, failure: NoAnswer, started: float) -> None:
    """Longer pauses after each failure in a row; after the third those who manage connections are told, once a day."""
    failures = row.failures + 1
    pause = min(timedelta(minutes=row.minutes) * 2 ** min(failures, 10), LONGEST_PAUSE)
    pause = max(pause, timedelta(seconds=failure.wait))
    _next(row, pause, asked_at=clock.now(), failures=min(failures, 9999), last_error=str(failure)[:200])
    call = Call(
        status=failure.status or run.status,
        size=run.size + failure.size,
        note=str(failure)[:200],
        ms=_ms(started),
    ).with_counts(run.outcomes)
    log_call(row.connection, replace(call, outcome=CallOutcome.POLL_FAILED))
    if failures >= TELL_AFTER:
        _tell(row.connection, failures, str(failure))


def _tell(connection: PlatformConnection, failures: int, reason: str) -> None:
    people = Membership.objects.filter(
        store_id=connection.store_id, active=True, user__is_active=True, role__grants__permission=EDIT
    )
    params = {"name": connection.name, "n": failures, "reason": reason}
    key = f"platform:{connection.pk}:{clock.today()}"
    users = people.values_list("user_id", flat=True)
    notify(
        connection.store_id, users, "platform_silent", params, f"/platforms/{connection.pk}/", dedupe_key=key
    )


def _ms(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
