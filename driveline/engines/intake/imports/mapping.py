"""Which column is which field: guessed with its ground, corrected by the person, kept under a name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.choices import Assign, BatchState
from driveline.engines.intake.imports.batches import (
    allowed,
    batch_for,
    claimed,
    count_rows,
    data_rows,
    must_be_free,
    target_of,
)
from driveline.engines.intake.imports.kinds import ImportKind, kind_of
from driveline.engines.intake.models import ImportBatch, ImportMapping
from driveline.engines.ownership.people import chosen
from driveline.kit.errors import Invalid, Refused
from driveline.kit.formats import listed
from driveline.kit.importing import headers, reading
from driveline.kit.importing.plain import fold

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.importing.reading import Book, Sheet

LOOKED_AT = 200  # rows by which columns are guessed
SHEETS_LOOKED_AT = 12
NAME_MAX = 40  # characters of a mapping's name
SAMPLES = 5000  # cells of a column by which its way of writing dates is told
MAPPABLE = (BatchState.UPLOADED, BatchState.CHECKED)
OPTIONS: dict[str, Any] = {
    "touch": True,  # what is done with customers that are met
    "assign": Assign.RULE.value,
    "people": [],
    "same_name": "import",  # import, skip
    "date_order": "",  # found out, or dmy, mdy
    "words": {},  # field → word → id
    "country": "",  # numbers without a country code belong to it; "" = ours
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the person says of a file: the sheet, the row of the head (0: none), the columns and the options."""

    columns: Mapping[int, str]
    sheet: int = 0
    header_row: int = 0
    source_id: int | None = None
    options: Mapping[str, Any] | None = None


def propose(
    batch: ImportBatch,
    *,
    sheet: int | None = None,
    header_row: int | None = None,
    saved: ImportMapping | None = None,
) -> None:
    """Guess sheet, head and columns and keep the guess; what is given is not guessed. `header_row` counts from 1.

    Without `saved` the mapping that was kept from a file with the same head is taken.
    """
    target = target_of(batch.folder)
    book = reading.Book.load(target)
    kind = kind_of(batch.kind)
    fields = list(kind.fields(batch.store_id))
    places = [sheet] if sheet is not None else _worth_a_look(book)
    best: tuple[float, int, headers.Head, list[headers.Guess]] | None = None
    for place in places:
        rows = _first_rows(target, place)
        row, kept = (header_row, None) if header_row is not None else _kept_head(batch, rows)
        head = headers.read_head(rows, fields) if row is None else _head_at(rows, row)
        kept = saved or kept or _kept_for(batch, head)
        guesses = headers.guess(head.labels, rows[head.first :], fields, kept.labels if kept else None)
        score = sum(one.confidence for one in guesses if one.field)
        if best is None or score > best[0]:
            best, used = (score, place, head, guesses), kept
    if best is None:
        raise Refused(_("No sheet of the file has rows."))
    _score, batch.sheet, head, guesses = best
    batch.book = {**asdict(book), "mapping": used.name if used else ""}
    _set_head(batch, head, book.sheets[batch.sheet])
    batch.mapping = {one.field: one.column for one in guesses if one.field}
    batch.grounds = [
        {
            "code": one.ground.code,
            "params": dict(one.ground.params),
            "field": one.field,
            "sure": one.confidence,
        }
        for one in guesses
    ]
    batch.options = {**OPTIONS, **(batch.options or {}), **(used.options if used else {})}
    source_id = batch.options.pop("source", None) or batch.source_id
    batch.source_id = _offered(
        batch.store_id, kind, source_id or kind.default_source(batch.store_id, batch.name)
    )
    if not used:
        batch.options |= kind.suggests(batch.store_id, samples_of(batch, batch.mapping, LOOKED_AT))
    batch.rehearsed, batch.state = {}, BatchState.UPLOADED
    batch.save()


def import_guess(
    actor: Actor, batch_id: int, kind: str, *, sheet: int, header_row: int, mapping_id: int = 0
) -> ImportBatch:
    """Guess anew for another sheet, another row of the head, or by a kept mapping. Raises Conflict, Refused."""
    allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    claimed(batch, *MAPPABLE, state=BatchState.UPLOADED)
    sheets = batch.book.get("sheets", [])
    if not 0 <= sheet < len(sheets):
        raise Refused(_("There is no such sheet."))
    moved = sheet != batch.sheet  # another sheet has a head of its own
    saved = mapping_by_id(actor.store_id, kind, mapping_id)
    propose(batch, sheet=sheet, header_row=None if moved else header_row, saved=saved)
    return batch


def import_map(actor: Actor, batch_id: int, kind: str, wanted: Wanted) -> ImportBatch:
    """Say what the file means. Raises Invalid (field → sentences, "mapping" for the whole) and Conflict; the dry run
    that stood before counts no more."""
    declared = allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    columns = _checked_columns(batch, declared, wanted)
    source_id = _offered(batch.store_id, declared, wanted.source_id)
    problems = declared.refuses(batch.store_id, columns, source_id)
    if problems:
        raise Invalid({field: [sentence] for field, sentence in problems.items()}, "R-G-04")
    options = {**OPTIONS, **batch.options, **(wanted.options or {})}
    rows = _first_rows(target_of(batch.folder), wanted.sheet)
    if (wanted.sheet, wanted.header_row or None) != (batch.sheet, batch.header_row):
        head = _head_at(rows, wanted.header_row)
        batch.sheet = wanted.sheet
        _set_head(batch, head, reading.Book.load(target_of(batch.folder)).sheets[wanted.sheet])
    claimed(
        batch,
        *MAPPABLE,
        sheet=batch.sheet,
        header=batch.header,
        header_row=batch.header_row,
        first=batch.first,
        total=batch.total,
        mapping=columns,
        source_id=source_id,
        options=options,
        rehearsed={},
        state=BatchState.UPLOADED,
    )
    return batch


def import_choose(actor: Actor, batch_id: int, kind: str, options: Mapping[str, Any]) -> ImportBatch:
    """Say what is to be done with what was checked: customers that are met, and who gets the new rows. The dry run
    stays good. Raises Invalid, Conflict."""
    allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    claimed(batch, BatchState.CHECKED, options={**batch.options, **choice(batch.store_id, kind, options)})
    return batch


def choice(store_id: int, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What may be chosen of the options: whether customers who are met are touched, and who gets the new rows. Raises
    Invalid for nobody, or somebody who takes no work here."""
    wanted = {key: options[key] for key in ("touch", "assign", "people") if key in options}
    if wanted.get("assign") == Assign.PEOPLE:
        if not wanted.get("people"):
            raise Invalid({"people": [_("Choose at least one person.")]})
        try:
            wanted["people"] = [one.user_id for one in chosen(store_id, policy_for(kind), wanted["people"])]
        except Invalid as error:
            raise Invalid({"people": error.errors["users"]}, error.rule) from error
    return wanted


def sheet_named(batch: ImportBatch, wanted: str) -> int:
    """The place (from 0) of a sheet that is named, or whose place from 1 is said. Refused when there is none."""
    names = [str(sheet["name"]) for sheet in batch.book["sheets"]]
    if wanted in names:
        return names.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted[:6]) <= len(names):
        return int(wanted) - 1
    known = listed(name for name in names if name) or "1"
    raise Refused(_("There is no sheet %(name)s; there are: %(names)s.") % {"name": wanted, "names": known})


def samples_of(batch: ImportBatch, columns: Mapping[str, int], most: int = SAMPLES) -> dict[str, list[str]]:
    """The cells of the columns (field → place) in the first rows."""
    found: dict[str, list[str]] = {name: [] for name in columns}
    for _number, cells in islice(data_rows(batch), most):
        for name, place in columns.items():
            if place < len(cells) and cells[place]:
                found[name].append(cells[place])
    return found


# Mappings kept under a name


def mappings(store_id: int, kind: str) -> list[ImportMapping]:
    """The mappings the store has kept, by name."""
    return list(ImportMapping.objects.filter(store_id=store_id, kind=kind).order_by("name"))


def mapping_named(store_id: int, kind: str, name: str) -> ImportMapping:
    """The mapping of this name; Refused when there is none."""
    found = ImportMapping.objects.filter(store_id=store_id, kind=kind, name=name.strip()).first()
    if found is None:
        raise Refused(_("No mapping of this name is kept: %(name)s.") % {"name": name})
    return found


def mapping_by_id(store_id: int, kind: str, mapping_id: int) -> ImportMapping | None:
    """The mapping of this id, when it is the store's."""
    return ImportMapping.objects.filter(pk=mapping_id, store_id=store_id, kind=kind).first()


def mapping_save(actor: Actor, batch: ImportBatch, name: str) -> ImportMapping:
    """Keep how this file is read under a name; one of that name is replaced. Raises Invalid."""
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise Invalid({"save_as": [_("A name has 1 to 40 characters.")]})
    by_place = {place: field for field, place in batch.mapping.items()}
    labels = {label: by_place.get(place, "") for place, label in enumerate(batch.header) if label}
    kept = {key: batch.options[key] for key in ("words", "date_order", "country") if batch.options.get(key)}
    values = {
        "labels": labels,
        "options": {**kept, "source": batch.source_id},
        "signature": _signature(batch.header),
        "user_id": actor.user_id,
        "saved_at": clock.now(),
    }
    saved, _made = ImportMapping.objects.update_or_create(
        store_id=batch.store_id, kind=batch.kind, name=name, defaults=values
    )
    return saved


def _kept_for(batch: ImportBatch, head: headers.Head) -> ImportMapping | None:
    """The mapping that was last kept from a file with the same head."""
    signature = _signature(head.labels)
    if not signature:
        return None
    rows = ImportMapping.objects.filter(store_id=batch.store_id, kind=batch.kind, signature=signature)
    return rows.order_by("-saved_at").first()


def _kept_head(batch: ImportBatch, rows: Sequence[Sequence[str]]) -> tuple[int | None, ImportMapping | None]:
    """The row (from 1) that is the head of a file whose mapping was kept, and that mapping."""
    signed = {
        _signature(row): place for place, row in reversed(list(enumerate(rows[: headers.LOOKED_AT], 1)))
    }
    signed.pop("", None)
    kept = ImportMapping.objects.filter(
        store_id=batch.store_id, kind=batch.kind, signature__in=list(signed)
    ).order_by("-saved_at")
    found = kept.first() if signed else None
    return (signed[found.signature], found) if found else (None, None)


def _signature(labels: Sequence[str]) -> str:
    """The same for the same labels in whatever order; "" for a file without a head."""
    known = sorted(folded for label in labels if (folded := fold(label)))
    return hashlib.sha256("\n".join(known).encode()).hexdigest() if known else ""


def _checked_columns(batch: ImportBatch, kind: ImportKind, wanted: Wanted) -> dict[str, int]:
    names = {field.name: str(field.label) for field in kind.fields(batch.store_id)}
    columns: dict[str, int] = {}
    twice: dict[str, list[str]] = {}
    for place, name in sorted(wanted.columns.items()):
        if not name or name not in names:
            continue
        if name in columns:
            sentence = _("“%(field)s” is chosen for two columns; take one of them back.") % {
                "field": names[name]
            }
            twice[f"column-{place}"] = [sentence]
        else:
            columns[name] = place
    if twice:
        raise Invalid(twice)
    return columns


def _offered(store_id: int, kind: ImportKind, source_id: int | None) -> int | None:
    """The source, when it is one that may be chosen."""
    found = {entry.id for entry in dictionaries.items(store_id, kind.dictionary)}
    return source_id if source_id in found else None


def _worth_a_look(book: Book) -> list[int]:
    """The sheets that have rows, those that are shown first."""
    filled = [place for place, sheet in enumerate(book.sheets) if sheet.filled]
    shown = [place for place in filled if not book.sheets[place].hidden]
    return (shown or filled)[:SHEETS_LOOKED_AT]


def _first_rows(target: Any, sheet: int) -> list[list[str]]:
    return [cells for _number, cells in islice(reading.rows(target, sheet), LOOKED_AT)]


def _head_at(rows: Sequence[Sequence[str]], header_row: int) -> headers.Head:
    """The head that the person points at; 0: the file has none."""
    width = max((len(row) for row in rows), default=0)
    if header_row <= 0 or header_row > len(rows):
        return headers.Head(headers.NONE, [""] * width, 0)
    labels = [cell.strip() for cell in rows[header_row - 1]]
    return headers.Head(header_row - 1, labels + [""] * (width - len(labels)), header_row)


def _set_head(batch: ImportBatch, head: headers.Head, sheet: Sheet) -> None:
    batch.header, batch.first = list(head.labels), head.first
    batch.header_row = head.index + 1 if head.index >= 0 else None
    batch.total = count_rows(batch) if sheet.rows else 0
