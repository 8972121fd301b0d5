"""Work that stands in the way of somebody leaving, and handing it over in the same act (S-81, DESIGN §3a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from driveline.core.access import Actor, WorkLeft, open_work
from driveline.core.handover import move_work
from driveline.core.models import Membership, OrgUnit, User
from driveline.kit.errors import Invalid
from driveline.kit.formats import listed

PEOPLE = "people"
QUEUE = "queue"

type Held = list[tuple[OrgUnit, list[WorkLeft]]]


def work_of(user: User, store: OrgUnit | None = None) -> Held:
    """What the person still holds, store by store (or in one); stores without work are left out."""
    places = [store] if store else OrgUnit.objects.filter(memberships__user=user).order_by("pk")
    found = [(place, open_work(user.pk, place.pk)) for place in places]
    return [(place, left) for place, left in found if left]


def total(held: Held) -> int:
    """How many rows that is."""
    return sum(line.count for _store, left in held for line in left)


def in_words(held: Held) -> str:
    """The numbers by kind, with the store's name where there are several: 网销线索 5、潜客 2."""
    many = len(held) > 1
    lines = [
        f"{store.name} {line.label} {line.count}" if many else f"{line.label} {line.count}"
        for store, left in held
        for line in left
    ]
    return listed(lines)


def still_open(name: str, held: Held) -> str:
    """Why the person cannot leave yet; "" when nothing is open."""
    if not held:
        return ""
    return _("%(name)s still has %(n)s open: %(what)s. Hand them over first.") % {
        "name": name,
        "n": total(held),
        "what": in_words(held),
    }


def hand_over(actor: Actor, user: User, stores: Iterable[OrgUnit], work: str, to: Sequence[int]) -> int:
    """Move the person's work in the stores to the memberships `to` (evenly) or to the queue; returns how many rows.

    With neither nothing is moved. Raises Invalid when nobody is named for a store that needs somebody.
    """
    if work not in (PEOPLE, QUEUE):
        return 0
    chosen: dict[int, list[int]] = {}
    for store_id, user_id in Membership.objects.filter(pk__in=list(to), active=True).values_list(
        "store_id", "user_id"
    ):
        chosen.setdefault(store_id, []).append(user_id)
    moved = 0
    for store in stores:
        receivers = [pk for pk in chosen.get(store.pk, []) if pk != user.pk] if work == PEOPLE else []
        if work == PEOPLE and not receivers:
            raise Invalid({"to": [_("Choose somebody in %(store)s.") % {"store": store.name}]})
        try:
            moved += move_work(actor, user.pk, store.pk, receivers)
        except Invalid as error:
            raise Invalid({"to": [s for found in error.errors.values() for s in found]}) from error
    return moved
