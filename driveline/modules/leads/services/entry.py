"""新增线索 and 编辑: a lead enters through the one way in, and its data can be mended later (PG-L01, S-01)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries
from driveline.core.models import CarModel, Party, Series
from driveline.core.services.parties import party_create, party_for_phone, party_update
from driveline.engines.followup.choices import Action, Phase, TaskOrigin
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.tasks import NewTask, create_tasks, lock_pursuits
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival, Hit
from driveline.engines.intake.services import AlreadyThere as Met
from driveline.engines.intake.services import arrive
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.kit.events import publish
from driveline.kit.ports import ports
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND, EntryMethod, look
from driveline.modules.leads.events import LeadEntered
from driveline.modules.leads.models import Lead
from driveline.modules.leads.rules import LeadData, check
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

CREATE = "leads.create"
EDIT = "leads.edit"
VIEW = "leads.view"
COUNTED = (Phase.UNASSIGNED, Phase.ACTIVE, Phase.REVIEW, Phase.LOST)


class AlreadyThere(Refused):
    """The number is a lead already (R-L-01). `pursuit_id` and `url` name it when the actor may see it."""

    def __init__(self, sentence: str, pursuit_id: int | None, rule: str) -> None:
        super().__init__(sentence, rule)
        self.pursuit_id = pursuit_id

    @property
    def url(self) -> str:
        return f"/leads/{self.pursuit_id}/" if self.pursuit_id else ""


def lead_create(
    actor: Actor,
    data: dict[str, Any],
    *,
    key: str | None = None,
    assign_to_me: bool = False,
    door: str = EntryMethod.MANUAL,
    now: datetime | None = None,
) -> Pursuit:
    """Enter a lead by hand; it waits for an owner, or is the actor's own at once with a task due today.

    `data`: name, phone, source (row or id), and optionally gender, province, city, address, brand, series,
    car_model, remark. `key` makes the same form sent twice one lead; `door` is how it came.
    Raises Forbidden, Invalid (field → sentences), AlreadyThere. Nothing is written then.
    """
    if not actor.can(CREATE):
        raise Forbidden(_("Your role does not include this action."))
    if assign_to_me and not actor.can(policy_for(KIND).record_permission):
        raise Invalid({"assign_to_me": [_("Your role does not follow leads up.")]}, "A-L-04")
    if key and (earlier := _earlier(actor, key)) is not None:
        return earlier
    now = clock.local(now) if now else clock.now()
    checked = _checked(actor.store_id, data, now)
    arrival = Arrival(
        store_id=actor.store_id,
        kind=KIND,
        door=door,
        phone_key=checked.phone_key,
        source_id=checked.source_id,
        external_id=f"form:{actor.user_id}:{key}"[:80] if key else None,
        data={"lead": checked, "mine": assign_to_me, "entry": door},
        payload={"name": checked.name},
    )
    try:
        return arrive(actor, arrival, now=now).pursuit
    except Met as met:
        raise _already(actor, met.pursuit, met.sentence, met.rule) from met
    except IntegrityError:
        if key and (earlier := _earlier(actor, key)) is not None:
            return earlier  # the same form at the same moment
        raise


def make_lead(actor: Actor, arrival: Arrival, now: datetime) -> Pursuit:
    """Write party, pursuit, lead and, when it is the actor's own, its first task. Registered as the kind's maker."""
    data: LeadData = arrival.data["lead"]
    mine: bool = arrival.data["mine"]
    policy = policy_for(KIND)
    party = party_for_phone(arrival.store_id, data.phone_key)
    if party is None:
        party = party_create(arrival.store_id, phone_key=data.phone_key, **data.party_fields())
    else:
        party_update(party, **{name: value for name, value in data.party_fields().items() if value})
    due = policy.first_due(policy.numbers(arrival.store_id, now.date()), policy.first_grade, now.date())
    pursuit = Pursuit.objects.create(
        store_id=arrival.store_id,
        kind=KIND,
        party=party,
        entry_method=arrival.data["entry"],
        source_id=data.source_id,
        brand_id=data.brand_id,
        series_id=data.series_id,
        car_model_id=data.car_model_id,
        created_by_id=actor.user_id,
        created_at=now,
        arrived_at=now,
        phase=Phase.ACTIVE if mine else Phase.UNASSIGNED,
        grade=policy.first_grade,
        owner_id=actor.user_id if mine else None,
        keeper_id=actor.user_id,
        exclusive_key=policy.exclusive_key(data.phone_key),
        assigned_at=now if mine else None,
        next_due=due if mine else None,
    )
    Lead.objects.create(pursuit=pursuit, remark=data.remark, external_id=arrival.data.get("external_id", ""))
    if mine:
        new = NewTask(pursuit=pursuit, assignee_id=actor.user_id, due=due, origin=TaskOrigin.ASSIGN)
        create_tasks([new], now=now)
    _log_entry(pursuit, actor, now, mine=mine)
    publish(LeadEntered(pursuit.store_id, pursuit.pk, party.pk, arrival.door))
    return pursuit


def lead_edit(
    actor: Actor,
    pursuit_id: int,
    data: dict[str, Any],
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Pursuit:
    """Mend a lead's data; state, grade, owner and dates are not touched. `version`: as the form was opened;
    when somebody changed the row since, Conflict. Raises Pursuit.DoesNotExist (out of sight), Forbidden,
    Refused (closed), Invalid, AlreadyThere (the new number is another lead)."""
    now = clock.local(now) if now else clock.now()
    _reachable(actor, pursuit_id)
    with transaction.atomic():
        [pursuit] = lock_pursuits([pursuit_id])
        if pursuit.phase in (Phase.CLOSED, Phase.WON):
            raise Refused(_("This lead is closed; its data stay as they were."))
        if version is not None and pursuit.version != version:
            raise Conflict(_("Somebody has changed this lead since you opened it."))
        checked = _checked(pursuit.store_id, data, now, kept=pursuit.source_id)
        if checked.phone_key != pursuit.party.phone_key:
            _free_number(actor, pursuit, checked.phone_key)
        changed = _write_edit(pursuit, checked)
        ports.audit.write(
            actor,
            "lead.edit",
            object_type="followup.pursuit",
            object_id=pursuit.pk,
            detail={"changed": changed},
        )
    return pursuit


def duplicate(arrival: Arrival) -> Hit | None:
    """Verdict rule: the number is a lead of this store already, waiting, followed or defeated (§2.6 rows 5 to 7).

    Void and converted ones do not count (DESIGN §3a).
    """
    if not arrival.phone_key:
        return None
    found = (
        Pursuit.objects.select_related("owner", "party")
        .filter(store_id=arrival.store_id, kind=KIND, phase__in=COUNTED, party__phone_key=arrival.phone_key)
        .order_by("-is_open", "-pk")
        .first()
    )
    return Hit(found, _there(found)) if found else None


def _there(pursuit: Pursuit) -> str:
    status = look(pursuit.phase)[1]
    if pursuit.owner is None:
        return _("This number is a lead already (%(status)s).") % {"status": status}
    return _("This number is a lead already (%(status)s, %(owner)s).") % {
        "status": status,
        "owner": pursuit.owner.name,
    }


def _already(actor: Actor, pursuit: Pursuit, sentence: Any, rule: str) -> AlreadyThere:
    seen = visible(Pursuit.objects.filter(pk=pursuit.pk), actor, VIEW).exists()
    return AlreadyThere(str(sentence), pursuit.pk if seen else None, rule)


def _earlier(actor: Actor, key: str) -> Pursuit | None:
    """What was made of this form before."""
    found = Intake.objects.select_related("pursuit").filter(
        store_id=actor.store_id, kind=KIND, external_id=f"form:{actor.user_id}:{key}"[:80]
    )
    intake = found.first()
    return intake.pursuit if intake else None


def _checked(store_id: int, data: dict[str, Any], now: datetime, kept: int | None = None) -> LeadData:
    settings = LeadSettings.of(store_id, now.date())
    offered = {entry.id for entry in dictionaries.items(store_id, "lead_source")}
    sources = frozenset(offered | ({kept} if kept else set()))
    checked = check(data, sources=sources, any_phone=settings.contact_rule == "any_phone")
    _check_car(checked)
    return checked


def _check_car(data: LeadData) -> None:
    """The series is one of the brand, the model one of the series."""
    if data.series_id and data.brand_id and not _is_of(Series, data.series_id, brand=data.brand_id):
        raise Invalid({"series": [_("This series is not one of the brand.")]})
    if (
        data.car_model_id
        and data.series_id
        and not _is_of(CarModel, data.car_model_id, series=data.series_id)
    ):
        raise Invalid({"car_model": [_("This model is not one of the series.")]})


def _is_of(model: type[Series | CarModel], pk: int, **parent: int) -> bool:
    return model._default_manager.filter(pk=pk, **parent).exists()


def _log_entry(pursuit: Pursuit, actor: Actor, now: datetime, *, mine: bool) -> None:
    blank = Pursuit(pk=pursuit.pk, store_id=pursuit.store_id, phase="")
    changes = [Change(blank, Action.CREATE, Phase.UNASSIGNED)]
    if mine:
        waiting = Pursuit(pk=pursuit.pk, store_id=pursuit.store_id, phase=Phase.UNASSIGNED)
        changes.append(
            Change(
                waiting, Action.ASSIGN, Phase.ACTIVE, detail={"to": actor.user_id, "to_name": _name(actor)}
            )
        )
    log_changes(changes, by_id=actor.user_id, now=now)


def _name(actor: Actor) -> str:
    return str(getattr(getattr(actor, "user", None), "name", ""))


def _reachable(actor: Actor, pursuit_id: int) -> None:
    """404 or 403 before anything is read for writing."""
    rows = Pursuit.objects.filter(pk=pursuit_id, kind=KIND, store_id=actor.store_id)
    if visible(rows, actor, EDIT).exists():
        return
    if not visible(rows, actor, VIEW).exists():
        raise Pursuit.DoesNotExist
    raise Forbidden(_("Your role does not include this action."))


def _free_number(actor: Actor, pursuit: Pursuit, phone_key: str) -> None:
    """Refuse a new number that another lead or another person of the store has."""
    arrival = Arrival(store_id=pursuit.store_id, kind=KIND, door=EntryMethod.MANUAL, phone_key=phone_key)
    hit = duplicate(arrival)
    if hit is not None and hit.pursuit.pk != pursuit.pk:
        raise _already(actor, hit.pursuit, hit.refused, "DUP_LEAD")
    if party_for_phone(pursuit.store_id, phone_key) is not None:
        raise Invalid({"phone": [_("This number belongs to another customer already.")]}, "R-G-02")


def _write_edit(pursuit: Pursuit, data: LeadData) -> list[str]:
    party: Party = pursuit.party
    changed = party_update(party, phone_key=data.phone_key, **data.party_fields())
    columns = ("source_id", "brand_id", "series_id", "car_model_id")
    values = {name: getattr(data, name) for name in columns if getattr(data, name) != getattr(pursuit, name)}
    Pursuit.objects.filter(pk=pursuit.pk).update(version=F("version") + 1, **values)
    if "phone_key" in changed:
        policy = policy_for(pursuit.kind)
        Pursuit.objects.filter(party=party, exclusive_key__isnull=False, kind=pursuit.kind).update(
            exclusive_key=policy.exclusive_key(data.phone_key)
        )
    remark = Lead.objects.filter(pk=pursuit.pk).exclude(remark=data.remark).update(remark=data.remark)
    return [*changed, *values, *(["remark"] if remark else [])]
