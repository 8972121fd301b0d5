"""Writing of parties: the only place that fills their search columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from driveline.core import bulk, clock, phones
from driveline.core.models import Party, PartyPhone
from driveline.core.search_text import initials, name_split
from driveline.kit.errors import Conflict

FIELDS = frozenset({"kind", "gender", "province", "city", "address"})


@dataclass(frozen=True, slots=True)
class FurtherPhone:
    """A number beside the main one: of the family, a landline, a platform's virtual number with its expiry."""

    number: str
    kind: str = "mobile"
    note: str = ""
    expires_at: datetime | None = None


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
    further: tuple[FurtherPhone, ...] = ()


def party_for_phone(store_id: int, key: str) -> Party | None:
    """The party of the store whose main number this is; None for an empty key."""
    return party_by_phones(store_id, [key]).get(key)


def party_by_phones(store_id: int, keys: Iterable[str]) -> dict[str, Party]:
    """The parties of the store by main number, in one query when none is known, else in two."""
    return _of(ids_by_phones(store_id, keys))


def _of(ids: Iterable[int]) -> dict[str, Party]:
    """The parties by main number; no query for none, as with nearly all that arrive."""
    wanted = list(ids)
    return {party.phone_key: party for party in Party.objects.filter(pk__in=wanted)} if wanted else {}


def ids_by_phones(store_id: int, keys: Iterable[str]) -> dict[int, str]:
    """Id of the party → its main number, for those of the numbers that the store knows. One query."""
    wanted = {key for key in keys if key}
    return dict(bulk.select(_KNOWN, store_id, wanted)) if wanted else {}


_KNOWN = (
    "SELECT id, phone_key FROM core_party WHERE store_id = {} AND phone_key IN {} AND NOT (phone_key = '')"
)


def party_create(store_id: int, name: str, phone_key: str = "", **fields: Any) -> Party:
    """Add a party. Raises Conflict when another party of the store has the number (one of two at once)."""
    party = Party(store_id=store_id, name=name, phone_key=phone_key, created_at=clock.now(), **_known(fields))
    _fill(party)
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(store_id, phone_key, error) from error
    return party


def parties_bulk_create(rows: Sequence[PartyRow]) -> list[int]:
    """Add many at once; their ids in the order given. IntegrityError when a number is taken. Two statements."""
    ids = bulk.next_ids(Party, len(rows))
    bulk.insert(
        Party, {"created_at": clock.now()}, _BULK, [_row(pk, row) for pk, row in zip(ids, rows, strict=True)]
    )
    further = [
        (pk, one.number, one.kind, one.note, one.expires_at)
        for pk, row in zip(ids, rows, strict=True)
        for one in row.further
    ]
    bulk.insert(PartyPhone, {}, ("party_id", "number", "kind", "note", "expires_at"), further)
    return ids


_BULK = (
    "id", "store_id", "kind", "name", "name_split", "initials", "gender", "phone_key", "phone_tail",
    "province", "city", "address",
)  # fmt: skip


def parties_for(rows: Sequence[PartyRow], ids: Iterable[int]) -> list[int]:
    """The party behind each row, by its main number: the one of `ids` that has it, with what is newly known of it, or
    a new one. No two rows may have the same number. A row without a number is always somebody new."""
    known = _of(ids)
    for row in rows:
        if row.phone_key in known:
            _learn(known[row.phone_key], row)
    made = iter(parties_bulk_create([row for row in rows if row.phone_key not in known]))
    return [known[row.phone_key].pk if row.phone_key in known else next(made) for row in rows]


def _learn(party: Party, row: PartyRow) -> None:
    """What is said anew replaces what stood there; what is not said leaves it (R-P-09)."""
    said = {name: getattr(row, name) for name in ("name", *sorted(FIELDS - {"kind"}))}
    party_update(party, **{name: value for name, value in said.items() if value and value != "unknown"})
    PartyPhone.objects.bulk_create(
        [
            PartyPhone(
                party=party, number=one.number, kind=one.kind, note=one.note, expires_at=one.expires_at
            )
            for one in row.further
        ],
        ignore_conflicts=True,  # the number is the only unique thing: known already
    )


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


def _row(pk: int, row: PartyRow) -> tuple[Any, ...]:
    """The columns of `_BULK`."""
    return (
        pk, row.store_id, row.kind, row.name, name_split(row.name), initials(row.name), row.gender, row.phone_key,
        phones.tail(row.phone_key), row.province, row.city, row.address,
    )  # fmt: skip


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
