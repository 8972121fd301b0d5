"""What an import tells, once it is done: whoever started it, each owner, and those who assign; one message each. And
when it is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.models import Notification
from driveline.core.notifications import notification_kind, notify
from driveline.engines.followup.people import assigners
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.imports.kinds import kind_of
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.formats import FEW, few

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

FOR_OWNERS = (Done.PULLED, Done.TOLD)
FOR_ASSIGNERS = (Done.PINNED, Done.ACTIVATED)
FOR_OTHERS = ("import_for_you", "import_to_assign")

notification_kind(
    "import_for_you",
    title=_("From a file: %(new)s new for you, %(again)s asked again"),
    body=_("%(names)s, from %(by)s"),
    icon="file-import",
)
notification_kind(
    "import_taken_back",
    title=_("A file was taken back"),
    body=_("%(file)s, by %(by)s: what it brought is void or as before; what was worked on since stays"),
    icon="arrow-back-up",
)
notification_kind(
    "import_to_assign",
    title=_("From a file, to assign: %(new)s new, %(again)s asked again, %(revived)s activated"),
    body=_("%(file)s, from %(by)s"),
    icon="file-import",
)


def tell(batch: ImportBatch, actor: Actor) -> None:
    """Send the messages; sent once, however often this is called. A constant number of queries, and two for each
    owner."""
    counts = batch.counts
    notify(
        batch.store_id,
        [batch.user_id],
        "import_done",
        {
            "file": batch.name,
            "created": counts.get("new", 0),
            "duplicate": counts.get("duplicate", 0),
            "failed": counts.get("failed", 0),
        },
        f"{kind_of(batch.kind).url}{batch.pk}/",
        dedupe_key=f"import:{batch.pk}",
    )
    _tell_owners(batch, actor)
    _tell_assigners(batch, actor)


def tell_taken_back(batch: ImportBatch, actor: Actor) -> None:
    """To whoever brought the file in, had got rows of it or was told of them, that they are gone; what he has not read of
    them yet counts as read. Told once. Five queries."""
    told = Notification.objects.filter(store_id=batch.store_id, dedupe_key__startswith=f"import:{batch.pk}:")
    told = told.filter(kind__in=FOR_OTHERS)
    people = {batch.user_id, *_new(batch), *_again(batch), *told.values_list("user_id", flat=True)}
    told.filter(read_at=None).update(read_at=clock.now())
    params = {"file": batch.name, "by": actor.name}
    key = f"import:{batch.pk}:back"
    notify(batch.store_id, sorted(people - {actor.user_id}), "import_taken_back", params, dedupe_key=key)


def _new(batch: ImportBatch) -> dict[int, int]:
    """Owner → how many new ones he was given."""
    return {int(pk): n for pk, n in batch.counts.get("owners", {}).items()}


def _again(batch: ImportBatch) -> Counter[int]:
    """Owner → how many of his asked again."""
    rows = Intake.objects.filter(batch_id=batch.pk, verdict=VerdictCode.DUPLICATE, done__in=FOR_OWNERS)
    owners: Iterator[int] = rows.exclude(hit_owner=None).values_list("hit_owner_id", flat=True).iterator()
    return Counter(owners)


def _tell_owners(batch: ImportBatch, actor: Actor) -> None:
    new, again = _new(batch), _again(batch)
    policy = policy_for(batch.kind)
    for owner_id in sorted({*new, *again} - {batch.user_id}):
        params = {
            "new": new.get(owner_id, 0),
            "again": again[owner_id],
            "names": _names(batch, owner_id, asked_again=not new.get(owner_id)),
            "by": actor.name,
        }
        key = f"import:{batch.pk}:owner"
        notify(batch.store_id, [owner_id], "import_for_you", params, policy.tasks_url, dedupe_key=key)


def _names(batch: ImportBatch, owner_id: int, *, asked_again: bool) -> list[str]:
    rows = Intake.objects.filter(batch_id=batch.pk, pursuit__owner_id=owner_id).order_by("row")
    wanted = VerdictCode.DUPLICATE if asked_again else VerdictCode.NEW
    names = rows.filter(verdict=wanted).values_list("pursuit__party__name", flat=True)[: FEW + 1]
    return few(names)


def _tell_assigners(batch: ImportBatch, actor: Actor) -> None:
    done = batch.counts.get("done", {})
    params: dict[str, Any] = {
        "new": batch.counts.get("queue", 0),
        "again": done.get(Done.PINNED, 0),
        "revived": done.get(Done.ACTIVATED, 0),
        "file": batch.name,
        "by": actor.name,
    }
    if not (params["new"] or params["again"] or params["revived"]):
        return
    policy = policy_for(batch.kind)
    people = [pk for pk in assigners(batch.store_id, policy) if pk != batch.user_id]
    notify(
        batch.store_id,
        people,
        "import_to_assign",
        params,
        policy.queue_url,
        dedupe_key=f"import:{batch.pk}:assign",
    )
