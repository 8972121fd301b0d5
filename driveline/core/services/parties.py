"""Writing of parties: the only place that fills their search columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from driveline.core import clock, phones
from driveline.core.models import Party
from driveline.core.search_text import initials, name_split
from driveline.kit.errors import Conflict

FIELDS = frozenset({"kind", "gender", "province", "city", "address"})


@dataclass(frozen=True, slots=True)
class PartyRow:
    """What is known of a party to be written in bulk."""

    store_id: int
    name: str
    phone_key: str = ""
    gender: str = Party.Gender.UNKNOWN
    province: str = ""
    city: str = ""
    address: str = ""
    kind: str = Party.Kind.PERSON


def party_for_phone(store_id: int, key: str) -> Party | None:
    """The party of the store whose main number this is; None for an empty key."""
    return party_by_phones(store_id, [key]).get(key)


def party_by_phones(store_id: int, keys: Iterable[str]) -> dict[str, Party]:
    """The parties of the store by main number, in one query."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    found = Party.objects.filter(store_id=store_id, phone_key__in=wanted).exclude(phone_key="")
    return {party.phone_key: party for party in found}


def party_create(store_id: int, name: str, phone_key: str = "", **fields: Any) -> Party:
    """Add a party. Raises Conflict when another party of the store has the number (one of two at once)."""
    row = PartyRow(store_id=store_id, name=name, phone_key=phone_key, **_known(fields))
    party = _party(row)
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(store_id, phone_key, error) from error
    return party


def parties_bulk_create(rows: Sequence[PartyRow]) -> list[Party]:
    """Add many at once, in the order given, with their ids; IntegrityError when a number is taken."""
    return Party.objects.bulk_create([_party(row) for row in rows], batch_size=500)


def party_update(party: Party, **fields: Any) -> list[str]:
    """Change name, number or particulars; returns what changed. Raises Conflict like party_create."""
    wanted: dict[str, Any] = {name: fields.pop(name) for name in ("name", "phone_key") if name in fields}
    wanted.update(_known(fields))
    changed = [name for name, value in wanted.items() if getattr(party, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(party, name, wanted[name])
    _fill(party)
    try:
        with transaction.atomic():
            party.save(update_fields=[*changed, "name_split", "initials", "phone_tail"])
    except IntegrityError as error:
        raise _taken(party.store_id, party.phone_key, error) from error
    return changed


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a party has no {', '.join(sorted(unknown))}")
    return fields


def _party(row: PartyRow) -> Party:
    party = Party(
        store_id=row.store_id,
        name=row.name,
        phone_key=row.phone_key,
        gender=row.gender,
        province=row.province,
        city=row.city,
        address=row.address,
        kind=row.kind,
        created_at=clock.now(),
    )
    _fill(party)
    return party


def _fill(party: Party) -> None:
    """The search columns from name and number."""
    party.name_split = name_split(party.name)
    party.initials = initials(party.name)
    party.phone_tail = phones.tail(party.phone_key)


def _taken(store_id: int, phone_key: str, error: IntegrityError) -> Exception:
    holder = party_for_phone(store_id, phone_key)
    if holder is None:
        return error
    return Conflict(_("This number belongs to %(name)s already.") % {"name": holder.name}, rule="R-G-02")
