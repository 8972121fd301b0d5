"""The lead's lines of the duplicate table (dealer.md §2.6 rows 5 to 7): whom a number meets, and what is done then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core.notifications import notification_kind, notify
from driveline.core.services.parties import ids_by_phones
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.people import assigners
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.pull import pull_to_today, would_pull
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.intake.choices import Done
from driveline.engines.intake.rules import Arrival, Hit, Look, VerdictRule
from driveline.engines.ownership.notices import names
from driveline.engines.ownership.services import revive
from driveline.kit.errors import Conflict
from driveline.modules.leads.choices import KIND, look
from driveline.modules.leads.services.wishes import last_words
from driveline.modules.leads.store_settings import DuplicateSettings

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor

UNASSIGNED, ACTIVE, DEFEATED = "DUP_LEAD_UNASSIGNED", "DUP_LEAD_ACTIVE", "DUP_LEAD_DEFEATED"
NAMESAKE = "DUP_NAME"
COUNTED = (Phase.UNASSIGNED, Phase.ACTIVE, Phase.REVIEW, Phase.LOST)  # void and converted ones do not count

notification_kind(
    "duplicate_pulled",
    title=gettext_lazy("Asked again: %(count)s"),
    body=gettext_lazy("%(names)s; look at them today"),
    icon="repeat",
)
notification_kind(
    "asked_again",
    title=gettext_lazy("Asked again, to assign: %(count)s"),
    body=gettext_lazy("%(names)s"),
    icon="repeat",
)


def leads_by_phone(store_id: int, phones: frozenset[str]) -> dict[str, Pursuit]:
    """The lead of the store behind each number that has one: the open one, else the latest defeated. One query
    for numbers that are new, two otherwise: joined in one, the database reads all leads of the store."""
    return _leads_of(ids_by_phones(store_id, phones))


def _leads_met(found: Look) -> dict[str, Pursuit]:
    return _leads_of({pk: phone for phone, pk in found.people.items()})


def _leads_of(people: Mapping[int, str]) -> dict[str, Pursuit]:
    """`people`: party → number."""
    if not people:
        return {}
    rows = Pursuit.objects.select_related("owner", "party").filter(party_id__in=list(people), kind=KIND)
    found: dict[str, Pursuit] = {}
    for row in rows.filter(phase__in=COUNTED):
        phone = people[row.party_id]
        known = found.get(phone)
        if known is None or (row.is_open, row.pk) > (known.is_open, known.pk):
            found[phone] = row
    return found


def there(pursuit: Pursuit) -> str:
    """Who has the number, as a sentence."""
    status = look(pursuit.phase)[1]
    if pursuit.owner is None:
        return _("This number is a lead already (%(status)s).") % {"status": status}
    params = {"status": status, "owner": pursuit.owner.name}
    return _("This number is a lead already (%(status)s, %(owner)s).") % params


def done_words(done: str) -> str:
    """What was done with the row that was met, as a sentence that follows `there`."""
    return {
        str(Done.PULLED): _("Its follow-up is due today now."),
        str(Done.ACTIVATED): _("It is activated: grade H, a follow-up due today, to be assigned."),
        str(Done.PINNED): _("It stands on top of the list now."),
        str(Done.TOLD): _("Its consultant has been told."),
    }.get(done, _("It is noted in the duplicate leads."))


def met_words(pursuit: Pursuit, done: str) -> str:
    """Whom a number met, and what is done about it, in one line."""
    return _("%(there)s %(done)s") % {"there": there(pursuit), "done": done}


def will_words(done: str) -> str:
    """What saving would do with the row that was met, as a sentence that follows `there`."""
    return {
        str(Done.PULLED): _("Saving makes its follow-up due today and no second lead."),
        str(Done.ACTIVATED): _("Saving activates it: grade H, a follow-up due today, to be assigned."),
        str(Done.PINNED): _("Saving puts it on top of the list and makes no second lead."),
        str(Done.TOLD): _("Saving tells its consultant and makes no second lead."),
    }.get(done, _("Saving only notes it in the duplicate leads and makes no second lead."))


def _rule(
    code: str, order: int, label: _StrPromise, phases: tuple[str, ...], act: _Act, would: _Would
) -> VerdictRule:
    def match(arrival: Arrival, found: Look) -> Pursuit | None:
        lead = found.once("leads", _leads_met).get(arrival.phone_key)
        return lead if lead is not None and lead.phase in phases else None

    return VerdictRule(code=code, order=order, version=1, label=label, match=match, act=act, would=would)


type _Act = Callable[[Actor, Sequence[Hit], datetime], Mapping[int, str]]
type _Would = Callable[[Sequence[Hit], datetime], Mapping[int, str]]


def _waiting(actor: Actor, hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 5: it goes to the top of the list, and whoever assigns is told."""
    rows = _distinct(hits)
    if _wanted(hits, now).unassigned != "pin":
        return {}
    _asked_again(hits, now)
    if _told_singly(hits):
        policy = policy_for(KIND)
        people = [pk for pk in assigners(rows[0].store_id, policy) if pk != actor.user_id]
        params = {"count": len(rows), "names": names(rows), "said": last_words(hits)}
        notify(rows[0].store_id, people, "asked_again", params, policy.queue_url)
    return {row.pk: Done.PINNED for row in rows}


def _followed(actor: Actor, hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 6: the next step comes forward to today, an overdue one stays overdue (R-L-12, S-09); the owner is told."""
    wanted = _wanted(hits, now).active
    if wanted == "record":
        return {}
    rows = _locked(hits, (Phase.ACTIVE, Phase.REVIEW))
    moved = pull_to_today(rows, by_id=actor.user_id, now=now) if wanted == "pull" else set()
    _asked_again(hits, now)
    if _told_singly(hits):
        _tell_owners(rows, hits)
    return {row.pk: Done.PULLED if row.pk in moved else Done.TOLD for row in rows}


def _defeated(actor: Actor, hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 7: back to life at grade H with a task due today, to be assigned (R-L-09)."""
    if _wanted(hits, now).defeated != "activate":
        return {}
    rows = _locked(hits, (Phase.LOST,))
    revive(rows, by_id=actor.user_id, now=now, reason="asked_again")
    _asked_again(hits, now)
    if _told_singly(hits):
        policy = policy_for(KIND)
        people = [pk for pk in assigners(rows[0].store_id, policy) if pk != actor.user_id]
        params = {
            "count": len(rows),
            "names": names(rows),
            "by": actor.name,
            "said": last_words(hits),
        }
        notify(rows[0].store_id, people, "activated", params, policy.queue_url)
    return {row.pk: Done.ACTIVATED for row in rows}


def _would_wait(hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 5, rehearsed."""
    pinned = _wanted(hits, now).unassigned == "pin"
    return {row.pk: Done.PINNED for row in _distinct(hits)} if pinned else {}


def _would_follow(hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 6, rehearsed: which next steps would come forward. One query."""
    wanted = _wanted(hits, now).active
    if wanted == "record":
        return {}
    rows = _distinct(hits)
    moved = would_pull(rows, now.date()) if wanted == "pull" else set()
    return {row.pk: Done.PULLED if row.pk in moved else Done.TOLD for row in rows}


def _would_revive(hits: Sequence[Hit], now: datetime) -> dict[int, str]:
    """Row 7, rehearsed."""
    revived = _wanted(hits, now).defeated == "activate"
    return {row.pk: Done.ACTIVATED for row in _distinct(hits)} if revived else {}


def _namesake(arrival: Arrival, found: Look) -> Pursuit | None:
    """AS-31: a lead of the same name with another number, where whoever imports wants such rows held back."""
    lead: Pursuit | None = getattr(arrival.data, "namesake", None)
    return lead


def _tell_owners(rows: Sequence[Pursuit], hits: Sequence[Hit]) -> None:
    """重复录入拉回当日: one message to each owner, with the count."""
    policy = policy_for(KIND)
    mine: dict[int, list[Pursuit]] = {}
    for row in rows:
        if row.owner_id is not None:
            mine.setdefault(row.owner_id, []).append(row)
    for user_id, owned in mine.items():
        link = policy.row_url(owned[0].pk) if len(owned) == 1 else policy.tasks_url
        params = {"count": len(owned), "names": names(owned), "said": last_words(hits)}
        notify(owned[0].store_id, [user_id], "duplicate_pulled", params, link)


def _asked_again(hits: Sequence[Hit], now: datetime) -> None:
    """置顶: the arrival counts as of now, and how often it came. One statement for each number of times."""
    times: dict[int, list[int]] = {}
    for row in _distinct(hits):
        times.setdefault(sum(hit.pursuit.pk == row.pk for hit in hits), []).append(row.pk)
    for count, ids in times.items():
        Pursuit.objects.filter(pk__in=ids).update(
            arrived_at=now, dup_count=F("dup_count") + count, version=F("version") + 1
        )


def _locked(hits: Sequence[Hit], phases: tuple[str, ...]) -> list[Pursuit]:
    """The rows that were met, read afresh; when one has left these phases meanwhile, all is decided again."""
    rows = lock_pursuits([row.pk for row in _distinct(hits)])
    if any(row.phase not in phases for row in rows):
        raise Conflict(_("Somebody has just changed one of these leads; try again."))
    return rows


def _distinct(hits: Sequence[Hit]) -> list[Pursuit]:
    return list({hit.pursuit.pk: hit.pursuit for hit in hits}.values())


def _told_singly(hits: Sequence[Hit]) -> bool:
    """Rows of a file are told of once, when the import is done."""
    return hits[0].arrival.row is None


def _wanted(hits: Sequence[Hit], now: datetime) -> DuplicateSettings:
    return DuplicateSettings.of(hits[0].arrival.store_id, now.date())


RULES = (
    _rule(
        UNASSIGNED,
        50,
        gettext_lazy("Lead waiting to be assigned"),
        (Phase.UNASSIGNED,),
        _waiting,
        _would_wait,
    ),
    _rule(
        ACTIVE,
        60,
        gettext_lazy("Lead in follow-up"),
        (Phase.ACTIVE, Phase.REVIEW),
        _followed,
        _would_follow,
    ),
    _rule(DEFEATED, 70, gettext_lazy("Lead defeated"), (Phase.LOST,), _defeated, _would_revive),
    # After row 8, so that the same number always counts before the same name.
    VerdictRule(
        code=NAMESAKE, order=90, version=1, label=gettext_lazy("Same name, another number"), match=_namesake
    ),
)
