"""我的提醒: messages to members of staff (dealer.md §1.3), one row per receiver, rendered for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import bulk, clock
from driveline.core.models import Notification
from driveline.kit.formats import listed, waiting
from driveline.kit.scopes import RowRule, row_rule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor

type Words = Callable[[Mapping[str, Any]], tuple[str | _StrPromise, str | _StrPromise]]

KEPT_DAYS = 90
SHOWN_AT_MOST = 999


@dataclass(frozen=True)
class Kind:
    """A kind of message. `title` and `body` take the parameters as `%(name)s`; `icon` is a sprite name.

    `words` chooses title and body by the parameters, where one sentence does not fit them all.
    """

    code: str
    title: str | _StrPromise
    body: str | _StrPromise
    icon: str = "bell"
    words: Words | None = None


_kinds: dict[str, Kind] = {}


def notification_kind(
    code: str,
    *,
    title: str | _StrPromise,
    body: str | _StrPromise = "",
    icon: str = "bell",
    words: Words | None = None,
) -> Kind:
    """Register a kind; a second different one under the same code is a programming error."""
    kind = Kind(code, title, body, icon, words)
    if _kinds.setdefault(code, kind) != kind:
        raise ValueError(f"notification kind {code} is declared twice")
    return kind


def kinds() -> list[Kind]:
    """Every registered kind, for the filter of the list."""
    return list(_kinds.values())


def notify(
    store_id: int,
    user_ids: Iterable[int],
    kind: str,
    params: dict[str, Any],
    link: str = "",
    dedupe_key: str | None = None,
) -> None:
    """Send one message to each of the users in the store. With `dedupe_key` a receiver gets it once, ever.

    A parameter may be a list of names; `by` is "" where nobody but the program did it; `minutes` is a wait; `said`, when
    there is any, are the customer's words, quoted after the body.

    KeyError for an unregistered kind. Two queries at most, whatever the number of receivers.
    """
    _kinds[kind]
    moment = clock.now()
    users = list(dict.fromkeys(user_ids))
    if dedupe_key is None:
        same = {"store_id": store_id, "kind": kind, "params": params, "link": link, "created_at": moment}
        bulk.insert(Notification, same, ("user_id",), [(user_id,) for user_id in users])
        return
    rows = [
        Notification(
            store_id=store_id,
            user_id=user_id,
            kind=kind,
            params=params,
            link=link,
            dedupe_key=f"{dedupe_key}:{user_id}",
            created_at=moment,
        )
        for user_id in users
    ]
    # The dedupe key is the only unique column, so the only conflict that is passed over.
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def render(notification: Notification) -> tuple[str, str, str]:
    """Title, body and icon in the language of the reader; a parameter that is missing shows as a dash."""
    kind = _kinds.get(notification.kind) or Kind(notification.kind, notification.kind, "")
    params = _Params(notification.params)
    title, body = kind.words(params) if kind.words else (kind.title, kind.body)
    return str(title) % params, _quoting(str(body) % params, params.get("said", "")), kind.icon


def _quoting(body: str, said: str) -> str:
    return gettext("%(body)s “%(said)s”") % {"body": body, "said": said} if said else body


class _Params(dict[str, Any]):
    """The parameters as the reader's language writes them."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, list):
            return listed(value)
        if key == "minutes" and isinstance(value, int):
            return waiting(value)
        return gettext("System") if (key, value) == ("by", "") else value

    def __missing__(self, key: str) -> str:
        return "—"


def mine(actor: Actor) -> QuerySet[Notification]:
    """The actor's messages in the current store, newest first."""
    rows = Notification.objects.filter(user_id=actor.user_id, store_id=actor.store_id)
    return rows.order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """How many are unread, counted no further than 1 000 (shown as 999+)."""
    unread = Notification.objects.filter(user_id=actor.user_id, store_id=actor.store_id, read_at=None)
    return unread.values("pk")[: SHOWN_AT_MOST + 1].count()


def mark_read(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Mark the named messages, or all, as read; another's are left alone. Returns how many were unread."""
    unread = Notification.objects.filter(user_id=actor.user_id, store_id=actor.store_id, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=clock.now())


def open_one(actor: Actor, notification_id: int) -> Notification:
    """The actor's message, from now on read. Raises Notification.DoesNotExist for another's."""
    found = mine(actor).get(pk=notification_id)
    if found.read_at is None:
        mark_read(actor, [found.pk])
        found.refresh_from_db(fields=["read_at"])
    return found


def purge(store_id: int, day: date) -> int:
    """Delete what is older than 90 days before the day. Returns how many went."""
    limit = clock.day_start(day - timedelta(days=KEPT_DAYS))
    return Notification.objects.filter(store_id=store_id, created_at__lt=limit).delete()[0]


row_rule(Notification, RowRule(person="user_id"))

notification_kind(
    "import_done",
    title=_("Import finished"),
    body=_("%(file)s: %(created)s new, %(duplicate)s duplicate, %(failed)s failed."),
    icon="file-import",
)
notification_kind(
    "export_done",
    title=_("Export finished"),
    body=_("%(file)s is ready. Rows: %(rows)s."),
    icon="file-export",
)
notification_kind("job_failed", title=_("Work failed"), body=_("%(job)s: %(reason)s"), icon="alert-triangle")
