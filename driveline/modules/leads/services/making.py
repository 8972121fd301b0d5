"""New leads, all of a set at once: party, pursuit, lead, task and log (PG-L01, §2.6 row 9). The kind's maker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from driveline.core import bulk
from driveline.core.models import Transition
from driveline.core.notifications import notify
from driveline.core.services.parties import parties_for
from driveline.engines.followup.choices import Action, Phase, TaskOrigin
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.transitions import SUBJECT
from driveline.engines.intake.rules import Decision, Made
from driveline.engines.ownership.arrival import Assigner, Given
from driveline.kit.events import publish
from driveline.kit.formats import few
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.events import LeadsEntered
from driveline.modules.leads.models import Lead

if TYPE_CHECKING:
    from driveline.engines.followup.policy import Policy
    from driveline.kit.actor import Actor
    from driveline.modules.leads.rules import LeadData

MINE = {"rule": "mine"}
FROM_FILE = {"rule": "file"}
SHARED = {"rule": "shared"}


@dataclass(frozen=True, slots=True)
class Among:
    """Whoever imports a file has chosen the owners: nobody, one person, or several who share evenly; `dealt` is
    what each has got of the file already."""

    users: tuple[int, ...] = ()
    dealt: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeadEntry:
    """What a door hands to the maker: the checked data, and what it wants done with the new lead.

    `owner_id`: who is to have it, whatever the rule of the source says; `mine`: the person who enters it.
    `among`: those chosen for the file, in place of the rule. `due`: the day of its first task, when that is today or
    later (R-L-07). `namesake`: a lead of the same name with another number, where such rows are to be held back.
    """

    data: LeadData
    mine: bool = False
    owner_id: int | None = None
    due: date | None = None
    among: Among | None = None
    namesake: Pursuit | None = None


@dataclass(frozen=True, slots=True)
class _New:
    """One lead about to be written."""

    pk: int
    decision: Decision
    entry: LeadEntry
    party_id: int
    given: Given
    due: date | None


def make_leads(actor: Actor, decisions: Sequence[Decision], now: datetime) -> list[Made]:
    """Write them in the order given. A constant number of statements; IntegrityError when a number was taken this
    moment. Rows of a file are not told of one by one: the import tells when it is done."""
    store_id = decisions[0].arrival.store_id
    policy = policy_for(KIND)
    entries: list[LeadEntry] = [d.arrival.data for d in decisions]
    assigner = Assigner(store_id, policy)
    owners = [_given(assigner, actor, d, entry) for d, entry in zip(decisions, entries, strict=True)]
    first = policy.first_due(policy.numbers(store_id, now.date()), policy.first_grade, now.date())
    fresh = []
    keys = bulk.next_ids(Pursuit, len(decisions))
    known = [d.party_id for d in decisions if d.party_id is not None]
    party_ids = parties_for([entry.data.party_row(store_id) for entry in entries], known)
    for pk, d, entry, given, party_id in zip(keys, decisions, entries, owners, party_ids, strict=True):
        due = (max(entry.due, now.date()) if entry.due else first) if given.user_id else None
        fresh.append(_New(pk, d, entry, party_id, given, due))
    _write(actor, fresh, policy, now)
    if decisions[0].arrival.row is None:
        _tell(actor, fresh, policy)
    publish(LeadsEntered(store_id, tuple(keys), decisions[0].arrival.door))
    return [Made(new.pk, new.given.user_id, new.given.why) for new in fresh]


def _given(assigner: Assigner, actor: Actor, decision: Decision, entry: LeadEntry) -> Given:
    if entry.mine:
        return Given(actor.user_id, actor.name, MINE)
    return heir(assigner, entry, decision.arrival.source_id)


def heir(assigner: Assigner, entry: LeadEntry, source_id: int | None) -> Given:
    """To whom a row of a file goes: who is named in it, who was chosen for the file, else by the source's rule."""
    if entry.owner_id is not None:
        return assigner.take(entry.owner_id, FROM_FILE)
    if entry.among is not None:
        return assigner.share(entry.among.users, entry.among.dealt, SHARED)
    return assigner.give(source_id)


def _write(actor: Actor, fresh: list[_New], policy: Policy, now: datetime) -> None:
    first = fresh[0].decision.arrival
    _pursuits(actor, fresh, policy, now)
    bulk.insert(
        Lead,
        {},
        ("pursuit_id", "remark", "external_id", "repurchase"),
        [
            (n.pk, n.entry.data.remark, n.decision.arrival.external_id or "", n.decision.rule != "NEW")
            for n in fresh
        ],
    )
    owned = [n for n in fresh if n.given.user_id is not None]
    bulk.insert(
        Task,
        {"store_id": first.store_id, "kind": KIND, "origin": TaskOrigin.ASSIGN, "created_at": now},
        ("pursuit_id", "assignee_id", "due_date", "first_due"),
        [(n.pk, n.given.user_id, n.due, n.due) for n in owned],
    )
    _log(actor, fresh, now)


def _pursuits(actor: Actor, fresh: list[_New], policy: Policy, now: datetime) -> None:
    first = fresh[0].decision.arrival
    same = {
        "store_id": first.store_id,
        "kind": KIND,
        "entry_method": first.door,
        "created_by_id": actor.user_id,
        "created_at": now,
        "arrived_at": now,
        "grade": policy.first_grade,
        "is_open": True,
    }
    rows = []
    for n in fresh:
        data, owner = n.entry.data, n.given.user_id
        rows.append(
            (
                n.pk, n.party_id, n.decision.arrival.source_id, data.brand_id, data.series_id, data.car_model_id,
                Phase.ACTIVE if owner else Phase.UNASSIGNED, owner, owner or actor.user_id,
                policy.exclusive_key(data.phone_key), now if owner else None, None if owner else now, n.due,
            )
        )  # fmt: skip
    bulk.insert(Pursuit, same, _PURSUIT, rows)


_PURSUIT = (
    "id", "party_id", "source_id", "brand_id", "series_id", "car_model_id", "phase", "owner_id", "keeper_id",
    "exclusive_key", "assigned_at", "queued_at", "next_due",
)  # fmt: skip


def _log(actor: Actor, fresh: list[_New], now: datetime) -> None:
    """流转日志: entered, and given to whom by which rule."""
    rows: list[tuple[Any, ...]] = []
    for n in fresh:
        rows.append((n.pk, Action.CREATE, "", Phase.UNASSIGNED, {}))
        if n.given.user_id is not None:
            detail = {"to": n.given.user_id, "to_name": n.given.name, "why": dict(n.given.why)}
            rows.append((n.pk, Action.ASSIGN, Phase.UNASSIGNED, Phase.ACTIVE, detail))
    same = {
        "store_id": fresh[0].decision.arrival.store_id,
        "subject_type": SUBJECT,
        "actor_id": actor.user_id,
        "at": now,
    }
    bulk.insert(Transition, same, ("subject_id", "action", "from_state", "to_state", "detail"), rows)


def _tell(actor: Actor, fresh: list[_New], policy: Policy) -> None:
    """新分配: one message to each who was given something; nobody is told of what he gave himself."""
    mine: dict[int, list[_New]] = defaultdict(list)
    for new in fresh:
        if new.given.user_id not in (None, actor.user_id):
            mine[new.given.user_id or 0].append(new)
    for user_id, rows in mine.items():
        names = few(new.entry.data.name for new in rows)
        params = {"count": len(rows), "names": names, "by": actor.name}
        link = policy.row_url(rows[0].pk) if len(rows) == 1 else policy.tasks_url
        store_id = rows[0].decision.arrival.store_id
        notify(store_id, [user_id], "assigned", params, link)
