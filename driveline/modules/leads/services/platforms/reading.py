"""A platform's message as a lead about to arrive, or with the reasons why it is none (PG-L06, R-G-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries, phones, regions
from driveline.core.models import Party
from driveline.engines.intake.rules import Arrival
from driveline.kit.errors import Invalid
from driveline.modules.leads.choices import KIND, EntryMethod
from driveline.modules.leads.rules import ADDRESS_MAX, CITY_MAX, PROVINCE_MAX, REMARK_MAX, check
from driveline.modules.leads.services.making import LeadEntry
from driveline.modules.leads.services.platforms.cars import car_named
from driveline.modules.leads.services.platforms.mapping import external_id, texts
from driveline.modules.leads.services.platforms.numbers import NUMBER_MAX, Numbers, RelayRule, numbers_of
from driveline.modules.leads.services.platforms.paths import clean
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    import datetime as dt

    from driveline.modules.leads.models import PlatformConnection

GENDERS = {
    "男": Party.Gender.MALE, "男士": Party.Gender.MALE, "先生": Party.Gender.MALE, "m": Party.Gender.MALE,
    "male": Party.Gender.MALE, "女": Party.Gender.FEMALE, "女士": Party.Gender.FEMALE, "小姐": Party.Gender.FEMALE,
    "f": Party.Gender.FEMALE, "female": Party.Gender.FEMALE, "unknown": Party.Gender.UNKNOWN,
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A message understood: the texts its mapping gives, the arrival made of them (its `problems` say what is wrong)."""

    texts: Mapping[str, str]
    arrival: Arrival

    @property
    def problems(self) -> Mapping[str, str]:
        return self.arrival.problems


def read_message(
    connection: PlatformConnection,
    message: Mapping[str, Any],
    now: dt.datetime,
    *,
    mended: Mapping[str, str] | None = None,
) -> Reading:
    """Read a message by the connection's mapping; `mended` are texts that a person has put in place of the message's.

    Nothing is written. Look-ups are those of the store: settings, sources, catalogue.
    """
    message = clean(message)
    found = {**texts(connection.mapping, message), **(mended or {})}
    numbers = numbers_of(found, relay_rule(connection), now)
    problems: dict[str, str] = {}
    entry = None
    try:
        entry = LeadEntry(_checked(connection, found, numbers, now))
    except Invalid as error:
        problems = {name: " ".join(sentences) for name, sentences in error.errors.items()}
    if "phone" in problems and numbers.only_relay:
        problems["phone"] = _("Only the platform's virtual number came; the customer's own is missing.")
    arrival = Arrival(
        store_id=connection.store_id,
        kind=KIND,
        door=EntryMethod.PLATFORM_SYNC,
        phone_key=entry.data.phone_key if entry else phones.first_of(numbers.own).key[:NUMBER_MAX],
        source_id=connection.source_id,
        external_id=external_id(found.get("external_id", ""), message),
        data=entry,
        payload=_kept(connection, found, message),
        said=entry.data.said if entry else {},
        problems=problems,
    )
    return Reading(found, arrival)


def _kept(connection: PlatformConnection, found: Mapping[str, str], message: Any) -> dict[str, Any]:
    """What stays with the arrival: the message whole, so that it can be read again and shown in a dispute."""
    kept: dict[str, Any] = {
        "name": found.get("name", "")[:60],
        "connection": connection.pk,
        "message": message,
    }
    if produced := found.get("produced_at"):
        kept["produced"] = produced[:40]
    return kept


def relay_rule(connection: PlatformConnection) -> RelayRule:
    """How the connection tells virtual numbers."""
    prefixes = tuple(filter(None, connection.relay_prefixes.replace("，", ",").replace(" ", "").split(",")))
    return RelayRule(prefixes, connection.relay_hours, connection.name)


def _checked(
    connection: PlatformConnection, found: Mapping[str, str], numbers: Numbers, now: dt.datetime
) -> Any:
    """The lead's data, or Invalid. What is merely too long is cut, the whole text stays in the message."""
    store_id = connection.store_id
    local = clock.local(now)
    any_phone = LeadSettings.of(store_id, local.date()).contact_rule == "any_phone"
    sources = frozenset(entry.id for entry in dictionaries.items(store_id, "lead_source"))
    car = car_named(found.get("brand", ""), found.get("series", ""), found.get("car_model", ""))
    province, city = regions.tidy(found.get("province", ""), found.get("city", ""))
    own = phones.first_of(numbers.own)
    data = {
        "name": found.get("name", ""),
        "phone": own.key or numbers.own,
        "source": connection.source_id,
        "gender": GENDERS.get(found.get("gender", "").lower(), Party.Gender.UNKNOWN),
        "province": province[:PROVINCE_MAX],
        "city": city[:CITY_MAX],
        "address": found.get("address", "")[:ADDRESS_MAX],
        "remark": _remark(found, car.unknown),
        "further": numbers.further,
    }
    checked = check(data, sources=sources, any_phone=any_phone)
    return replace(checked, brand_id=car.brand_id, series_id=car.series_id, car_model_id=car.car_model_id)


def _remark(found: Mapping[str, str], unknown: tuple[str, ...]) -> str:
    """The customer's words, and the car that the catalogue does not know."""
    said = [found.get("remark", "")]
    if unknown:
        said.append(_("Intended car: %(words)s") % {"words": " ".join(unknown)})
    text = "\n".join(filter(None, said))
    return text if len(text) <= REMARK_MAX else f"{text[: REMARK_MAX - 1]}…"
