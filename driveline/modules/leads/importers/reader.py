"""From the cells of a row to an arrival, or to what is wrong in which field. No form per row; look-ups once a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from driveline.core import dictionaries, phones
from driveline.core.search_text import initials
from driveline.core.services.parties import FurtherPhone
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.choices import Assign
from driveline.engines.intake.imports.kinds import Heir, Order, Read
from driveline.engines.intake.rules import Arrival
from driveline.engines.ownership.arrival import Assigner
from driveline.kit.errors import Invalid
from driveline.kit.importing.plain import fold, narrow, ruined
from driveline.kit.importing.values import RUINED_SENTENCE, CellError, DateParser, Field, fitted
from driveline.modules.leads.choices import KIND, EntryMethod
from driveline.modules.leads.importers.fields import PHONES, gender_of, lead_fields, source_words
from driveline.modules.leads.importers.lookups import Cars, People, Places, chosen_words
from driveline.modules.leads.importers.understood import understood
from driveline.modules.leads.rules import REMARK_MAX, check
from driveline.modules.leads.services.duplicates import COUNTED
from driveline.modules.leads.services.making import Among, LeadEntry, heir
from driveline.modules.leads.store_settings import LeadSettings

ITSELF = frozenset({*PHONES, "gender"})  # cells that are read in ways of their own
CACHED = frozenset({"source", "brand", "series", "car_model", "owner", "province", "city", "due"})
NONE = frozenset({"", "无", "-", "--", "/", "n/a", "na", "null", "none", "nil", "空", "暂无", "#n/a"})
LONGEST_NONE = 8  # with blanks around


class LeadReader:
    """Reads the rows of one file for one store."""

    def __init__(self, order: Order) -> None:
        self.unknown: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._order = order
        self._columns = list(order.columns.items())
        self._fields = {
            f.name: self._fitted(f) for f in lead_fields(order.store_id) if f.name in order.columns
        }
        self._any_phone = LeadSettings.of(order.store_id, order.now.date()).contact_rule == "any_phone"
        self._sources = frozenset(entry.id for entry in dictionaries.items(order.store_id, "lead_source"))
        self._words = source_words(order.store_id) | {
            fold(w): pk for w, pk in chosen_words(order.options, "source").items()
        }
        self._country = str(order.options.get("country") or "")
        self._places = Places()
        self._parsed: dict[str, dict[str, Any]] = defaultdict(dict)

    def read(self, rows: Sequence[tuple[int, Sequence[str]]], dealt: Mapping[str, int]) -> list[Read]:
        """The rows of a chunk, in their order."""
        among = self._among(dealt)
        reads = [self._row(number, cells, among) for number, cells in rows]
        return self._hold_namesakes(reads) if self._order.options.get("same_name") == "skip" else reads

    def understood(self, reads: Sequence[Read]) -> list[dict[str, str]]:
        """Of each row: field → what its cell means, where that is not what stands in it."""
        return understood(self._order, reads, lambda cell, name: self._numbers(cell, name, {}))

    def heirs(self, arrivals: Sequence[Arrival]) -> list[Heir]:
        """For the dry run: each is counted on, so that a thousand rows are spread as they would be."""
        given = [heir(self._assigner, arrival.data, arrival.source_id) for arrival in arrivals]
        return [Heir(g.user_id, g.name, g.user_id is not None and g.why.get("rule") == "file") for g in given]

    # -- a row -----------------------------------------------------------------------------------

    def _row(self, number: int, cells: Sequence[str], among: Among | None) -> Read:
        problems: dict[str, str] = {}
        values = self._values(cells, problems)
        name = self._name(values)
        phone, further = self._phones(values, problems)
        source_id, kept = self._source(values, problems)
        car = (
            self._cars.find(values.get("brand", ""), values.get("series", ""), values.get("car_model", ""))
            if self._wishes
            else None
        )
        if car is not None and car.rest:
            self.unknown["car"][car.rest] += 1
            kept.append(_("Intended car: %(words)s") % {"words": car.rest})
        province, city = self._places.find(values.get("province", ""), values.get("city", ""))
        data = {
            "name": name,
            "phone": phone,
            "source": source_id,
            "gender": gender_of(values["gender"]) if values.get("gender") else "",
            "province": province,
            "city": city,
            "address": values.get("address", ""),
            "brand": car.brand_id if car else None,
            "series": car.series_id if car else None,
            "car_model": car.car_model_id if car else None,
            "remark": _remark(values.get("remark", ""), kept),
            "further": further,
        }
        try:
            checked = check(data, sources=self._sources, any_phone=self._any_phone)
        except Invalid as error:
            for field, sentences in error.errors.items():
                problems.setdefault(self._column_of(field), " ".join(sentences))
        if problems:
            return Read(number, cells, None, problems, name)
        entry = LeadEntry(checked, owner_id=self._owner(values), due=self._due(values), among=among)
        arrival = Arrival(
            store_id=self._order.store_id,
            kind=KIND,
            door=EntryMethod.IMPORT,
            phone_key=checked.phone_key,
            source_id=checked.source_id,
            external_id=values.get("external_id") or None,
            data=entry,
            payload={"name": checked.name},
            said=checked.said,
            row=number,
        )
        return Read(number, cells, arrival, {}, checked.name)

    def _values(self, cells: Sequence[str], problems: dict[str, str]) -> dict[str, Any]:
        """The parsed cells of the mapped columns that say something."""
        values: dict[str, Any] = {}
        width = len(cells)
        for name, place in self._columns:
            cell = cells[place] if place < width else ""
            if not cell or (len(cell) <= LONGEST_NONE and cell.strip().lower() in NONE):
                continue
            if name in ITSELF:
                values[name] = cell
                continue
            try:
                values[name] = self._parse(name, cell)
            except CellError as error:
                problems[name] = str(error)
        return values

    def _parse(self, name: str, cell: str) -> Any:
        field = self._fields[name]
        if name not in CACHED:
            return field.parse(cell)
        known = self._parsed[name]
        if cell not in known:
            known[cell] = field.parse(cell)
        return known[cell]

    def _name(self, values: Mapping[str, Any]) -> str:
        if values.get("name"):
            return str(values["name"])
        family, given = str(values.get("last_name", "")), str(values.get("first_name", ""))
        if not (family + given).isascii():
            return family + given
        return " ".join(filter(None, [given, family]))

    def _phones(
        self, values: Mapping[str, Any], problems: dict[str, str]
    ) -> tuple[str, tuple[FurtherPhone, ...]]:
        """The number that counts, and the others: the first mobile, else (where the store takes any) the first right one."""
        found = self._numbers(values.get("mobile"), "mobile", problems)
        if "other_phone" in values:
            found += self._numbers(values["other_phone"], "other_phone", {} if found else problems)
        right = [phone for phone in found if phone.key]
        main = next((phone for phone in right if phone.kind == phones.MOBILE), None)
        if main is None and right and self._any_phone:
            main = right[0]
        if main is None:
            wrong = next((phone for phone in found if phone.problem), None)
            if wrong is not None and not right:
                problems.setdefault(self._column_of("phone"), str(wrong.problem))
            return (right[0].key if right else ""), ()
        others = {phone.key: phone for phone in right if phone.key != main.key}
        for field in PHONES:  # with one right number nobody is lost for another
            problems.pop(field, None)
        return main.key, tuple(FurtherPhone(phone.key, phone.kind) for phone in others.values())

    def _numbers(self, cell: str | None, name: str, problems: dict[str, str]) -> list[phones.Phone]:
        if not cell:
            return []
        if len(cell) == 11 and cell.isascii() and cell.isdigit():
            return [phones.normalise(cell)]
        if ("e" in cell or "E" in cell) and ruined(cell):
            problems[name] = str(RUINED_SENTENCE)
            return []
        found = phones.several(cell)
        if self._country and self._any_phone and not any(phone.key for phone in found):
            abroad = self._abroad(cell)
            return [abroad] if abroad.key else found
        return found

    def _abroad(self, cell: str) -> phones.Phone:
        """A number without a country code, read as one of the country the person named; there dots and bars part it."""
        plain = narrow(cell).lstrip("+").removesuffix(".0").replace(".", "").replace("|", "")
        return phones.normalise(f"+{self._country}{plain}")

    def _source(self, values: Mapping[str, Any], problems: dict[str, str]) -> tuple[int | None, list[str]]:
        """The source a word means; what is not known counts as the file's, and is kept in the remark."""
        word = values.get("source")
        if not word:
            return self._order.source_id, []
        found = self._words.get(fold(word))
        if found is not None and found in self._sources:
            return found, []
        self.unknown["source"][word] += 1
        if self._order.source_id is None:
            problems["source"] = _("“%(word)s” is no source here.") % {"word": word}
            return None, []
        return self._order.source_id, [_("Source in the file: %(word)s") % {"word": word}]

    def _owner(self, values: Mapping[str, Any]) -> int | None:
        """R-L-07: whoever is named and takes work has it at once; another word is noted and passed over."""
        word = values.get("owner")
        if not word:
            return None
        found = self._chosen_people.get(word) or self._people.find(word)
        if found is None:
            self.unknown["owner"][word] += 1
        return found

    def _due(self, values: Mapping[str, Any]) -> date | None:
        """R-L-07: a planned day from today on; of one that is past the first task is due today as always."""
        day: date | None = values.get("due")
        return day if day is not None and day >= self._order.now.date() else None

    # -- what is looked up -----------------------------------------------------------------------

    def _fitted(self, field: Field) -> Field:
        """A date learns from its column, or from the person, whether the day or the month comes first."""
        order = str(self._order.options.get("date_order") or "")
        if order and isinstance(field.parse, DateParser):
            return replace(field, parse=DateParser(order))
        return fitted(field, self._order.samples.get(field.name, ()))

    def _column_of(self, field: str) -> str:
        """The field whose column a problem is shown at: of several for one datum the first that the file has."""
        groups = {"phone": PHONES, "name": ("name", "last_name", "first_name")}
        return next((name for name in groups.get(field, ()) if name in self._order.columns), field)

    def _among(self, dealt: Mapping[str, int]) -> Among | None:
        wanted = self._order.options.get("assign", Assign.RULE)
        if wanted == Assign.RULE:
            return None
        people = self._order.options.get("people") or []
        users = tuple(int(pk) for pk in people) if wanted == Assign.PEOPLE else ()
        return Among(users, {int(pk): n for pk, n in dealt.items()})

    def _hold_namesakes(self, reads: list[Read]) -> list[Read]:
        """AS-31: mark the rows whose name a lead of the store has under another number. One query a chunk."""
        known = self._namesakes({read.name for read in reads if read.arrival is not None})
        return [_held(read, known.get(read.name)) if read.arrival is not None else read for read in reads]

    def _namesakes(self, names: Iterable[str]) -> dict[str, Pursuit]:
        wanted = set(names)
        rows = Pursuit.objects.select_related("owner", "party").filter(
            store_id=self._order.store_id,
            kind=KIND,
            phase__in=COUNTED,
            party__initials__in={initials(name) for name in wanted},  # by these there is an index
            party__name__in=wanted,
            party__store_id=self._order.store_id,
        )
        return {row.party.name: row for row in rows.order_by("pk")}

    @cached_property
    def _wishes(self) -> bool:
        return bool({"brand", "series", "car_model"} & set(self._order.columns))

    @cached_property
    def _cars(self) -> Cars:
        return Cars()

    @cached_property
    def _people(self) -> People:
        return People(self._order.store_id)

    @cached_property
    def _chosen_people(self) -> dict[str, int]:
        return chosen_words(self._order.options, "owner")

    @cached_property
    def _assigner(self) -> Assigner:
        return Assigner(self._order.store_id, policy_for(KIND))


def _held(read: Read, lead: Pursuit | None) -> Read:
    if lead is None or read.arrival is None or lead.party.phone_key == read.arrival.phone_key:
        return read
    entry = replace(read.arrival.data, namesake=lead)
    return replace(read, arrival=replace(read.arrival, data=entry))


def _remark(written: str, kept: list[str]) -> str:
    """The remark with the words that found no other place, as far as there is room for them."""
    text = written
    for sentence in kept:
        longer = f"{text}\n{sentence}" if text else sentence
        text = longer if len(longer) <= REMARK_MAX else text
    return text
