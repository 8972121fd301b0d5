"""新增线索 and 编辑: a lead enters through the one way in, and its data can be mended later (PG-L01, S-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries
from driveline.core.models import CarModel, Party, Series
from driveline.core.services.parties import party_for_phone, party_update
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.intake.rules import Arrival
from driveline.engines.intake.services import Verdict, arrive
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.kit.ports import ports
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND, EntryMethod
from driveline.modules.leads.models import Lead
from driveline.modules.leads.rules import LeadData, check
from driveline.modules.leads.services.duplicates import done_words, leads_by_phone, met_words, there
from driveline.modules.leads.services.edit_conflict import Opened
from driveline.modules.leads.services.making import LeadEntry
from driveline.modules.leads.services.sight import VIEW, reached
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

CREATE = "leads.create"
EDIT = "leads.edit"


class AlreadyThere(Refused):
    """The new number of a lead that is mended is another lead's. `pursuit_id` and `url` name it when it may be seen."""

    def __init__(self, sentence: str, pursuit_id: int | None, rule: str) -> None:
        super().__init__(sentence, rule)
        self.pursuit_id = pursuit_id

    @property
    def url(self) -> str:
        return f"/leads/{self.pursuit_id}/" if self.pursuit_id else ""


@dataclass(frozen=True)
class Entered:
    """What came of an entry: a new lead, or the one that was there already and what was done with it (§2.6).

    `sentence` says so; `visible`: the actor may see the lead.
    """

    pursuit: Pursuit
    verdict: Verdict
    sentence: str
    visible: bool = True

    @property
    def new(self) -> bool:
        return self.verdict.new

    @property
    def url(self) -> str:
        return f"/leads/{self.pursuit.pk}/" if self.visible else ""


def lead_enter(
    actor: Actor,
    data: dict[str, Any],
    *,
    key: str | None = None,
    assign_to_me: bool = False,
    door: str = EntryMethod.MANUAL,
    now: datetime | None = None,
) -> Entered:
    """Enter a lead: it waits for an owner, goes to whom the source's rule says, or is the actor's own. A number that
    is a lead already makes no second one; the duplicate table says what is done with the first (R-L-01, R-L-02).

    `data`: name, phone, source (row or id), and optionally gender, province, city, address, brand, series,
    car_model, remark. `key` makes the same form sent twice one arrival; `door` is how it came.
    Raises Forbidden and Invalid (field → sentences). Nothing is written then.
    """
    if not actor.can(CREATE):
        raise Forbidden(_("Your role does not include this action."))
    if assign_to_me and not actor.can(policy_for(KIND).record_permission):
        raise Invalid({"assign_to_me": [_("Your role does not follow leads up.")]}, "A-L-04")
    now = clock.local(now) if now else clock.now()
    checked = _checked(actor.store_id, data, now)
    arrival = Arrival(
        store_id=actor.store_id,
        kind=KIND,
        door=door,
        phone_key=checked.phone_key,
        source_id=checked.source_id,
        external_id=f"form:{actor.user_id}:{key}"[:80] if key else None,
        data=LeadEntry(checked, mine=assign_to_me),
        payload={"name": checked.name},
        said=checked.said,
    )
    return entered(actor, arrive(actor, arrival, now=now))


def entered(actor: Actor, verdict: Verdict) -> Entered:
    """The verdict with the row and the words for it."""
    pursuit = Pursuit.objects.select_related("owner", "party").get(pk=verdict.pursuit_id or 0)
    if verdict.new:
        return Entered(pursuit, verdict, _new_words(pursuit))
    said = met_words(pursuit, done_words(verdict.done))
    return Entered(pursuit, verdict, said, reached(actor, pursuit.pk))


def _new_words(pursuit: Pursuit) -> str:
    """A new lead in one line: whose it is, or that it is nobody's yet."""
    if pursuit.owner is None:
        return _("%(name)s has been entered and waits to be assigned") % {"name": pursuit.party.name}
    names = {"name": pursuit.party.name, "owner": pursuit.owner.name}
    return _("%(name)s has been entered and given to %(owner)s") % names


def lead_edit(
    actor: Actor,
    pursuit_id: int,
    data: dict[str, Any],
    *,
    version: int | None = None,
    opened: Opened | None = None,
    now: datetime | None = None,
) -> Pursuit:
    """Mend a lead's data; state, grade, owner and dates are not touched. `version`: of the row as it was
    read; when anything changed since, Conflict. `opened`: the form as it was opened; Changed when its data did.
    Raises Pursuit.DoesNotExist (out of sight), Forbidden, Refused (closed), Invalid, AlreadyThere (the new number is
    another lead)."""
    now = clock.local(now) if now else clock.now()
    _reachable(actor, pursuit_id)
    with transaction.atomic():
        [pursuit] = lock_pursuits([pursuit_id])
        if pursuit.phase in (Phase.CLOSED, Phase.WON):
            raise Refused(_("This lead is closed; its data stay as they were."))
        if version is not None and pursuit.version != version:
            raise Conflict(_("Somebody has changed this lead since you opened it."))
        if opened is not None:
            data = opened.settle(pursuit, data)
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
    met = leads_by_phone(pursuit.store_id, frozenset({phone_key})).get(phone_key)
    if met is not None and met.pk != pursuit.pk:
        raise AlreadyThere(there(met), met.pk if reached(actor, met.pk) else None, "R-L-01")
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
