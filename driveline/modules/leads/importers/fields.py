"""The fields of a lead, declared once: names by which columns are known, parsers, what their cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core import dictionaries, phones, regions
from driveline.core.models import Party
from driveline.kit.importing.plain import fold
from driveline.kit.importing.values import Field, clean, code, date, text
from driveline.modules.leads.importers.names import ALIASES, SOURCES
from driveline.modules.leads.rules import ADDRESS_MAX, CITY_MAX, NAME_MAX, PROVINCE_MAX, REMARK_MAX

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.importing.values import Looks

PHONES = ("mobile", "other_phone")
GENDERS: Mapping[str, str] = {
    **dict.fromkeys(["男", "男性", "先生", "m", "male", "mr", "boy", "man"], Party.Gender.MALE),
    **dict.fromkeys(
        ["女", "女性", "女士", "小姐", "太太", "夫人", "f", "female", "mrs", "ms", "miss"],
        Party.Gender.FEMALE,
    ),
    **dict.fromkeys(["未知", "保密", "不详", "unknown", "u", "other"], Party.Gender.UNKNOWN),
}
# The hundred commonest family names; nine in ten Chinese names begin with one of them.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
ANSWERS = frozenset({"yes", "no", "y", "n", "true", "false", "是", "否", "有", "无", "n/a", "none"})
_letters = re.compile(r"[^\W\d_]")


def lead_fields(store_id: int) -> tuple[Field, ...]:
    """What a file may say of a lead, in the order of the template."""
    known = source_words(store_id)
    return (*_person(), *_contact(), *_wish(_alike(lambda cell: fold(cell) in known)), *_work())


def source_words(store_id: int) -> dict[str, int]:
    """Folded word → id of the source: labels in both languages, codes, and what others call it."""
    found: dict[str, int] = {}
    entries = dictionaries.items(store_id, "lead_source")
    for entry in entries:
        for word in (entry.label_zh, entry.label_en, entry.code):
            if word:
                found.setdefault(fold(word), entry.id)
    for entry in entries:
        for word in SOURCES.get(entry.code, ()):
            found.setdefault(fold(word), entry.id)
    return found


def gender_of(word: str) -> str:
    """What is not understood is unknown: no lead is lost for it."""
    return GENDERS.get(fold(word), Party.Gender.UNKNOWN)


def _field(
    name: str,
    label: str | _StrPromise,
    parse: Callable[[str], Any],
    *,
    required: bool = False,
    most: int = 0,
    sample: str = "",
    help: str | _StrPromise = "",
    looks: Looks | None = None,
) -> Field:
    return Field(name, label, ALIASES[name], parse, required, most, sample, help, looks)


def _person() -> tuple[Field, ...]:
    return (
        _field(
            "name",
            _("Customer name"),
            text(NAME_MAX),
            required=True,
            most=NAME_MAX,
            sample="周明远",
            looks=_names,
        ),
        _field(
            "last_name",
            _("Family name"),
            text(NAME_MAX),
            most=NAME_MAX,
            help=_("Where the name stands in two columns."),
        ),
        _field("first_name", _("Given name"), text(NAME_MAX), most=NAME_MAX),
        _field(
            "gender", _("Gender"), gender_of, sample="男", looks=_alike(lambda cell: fold(cell) in GENDERS)
        ),
    )


def _contact() -> tuple[Field, ...]:
    return (
        _field(
            "mobile",
            _("Mobile"),
            code(),
            required=True,
            most=24,
            sample="13800004127",
            looks=_phones,
            help=_("Several numbers in a cell are taken apart: the first mobile is the main one."),
        ),
        _field("other_phone", _("Other numbers"), code(), most=60, looks=_phones),
        _field(
            "province",
            _("Province"),
            text(PROVINCE_MAX),
            most=PROVINCE_MAX,
            sample="湖北",
            looks=_alike(lambda cell: bool(_province(clean(cell)))),
        ),
        _field("city", _("City"), text(CITY_MAX), most=CITY_MAX, sample="武汉"),
        _field("address", _("Address"), text(ADDRESS_MAX), most=ADDRESS_MAX),
    )


def _wish(sources: Looks) -> tuple[Field, ...]:
    return (
        _field(
            "source",
            _("Source"),
            text(60),
            most=60,
            sample="汽车之家",
            looks=sources,
            help=_("A word that is no source here counts as the source chosen for the file."),
        ),
        _field("brand", _("Brand"), text(60), sample="大众"),
        _field("series", _("Series"), text(80), sample="迈腾"),
        _field("car_model", _("Model"), text(120)),
        _field(
            "remark", _("Remark"), text(REMARK_MAX, lines=True), most=REMARK_MAX, sample="想了解首付和置换"
        ),
    )


def _work() -> tuple[Field, ...]:
    return (
        _field(
            "owner",
            _("Consultant"),
            text(60),
            sample="guxl",
            help=_("Login or name. Who takes no work here is passed over."),
        ),
        _field(
            "due",
            _("Next follow-up"),
            date(),
            sample="2026-11-20",
            help=_("Of rows with a consultant; a day that is past counts as today."),
        ),
        _field(
            "external_id",
            _("Number at the source"),
            code(80),
            most=80,
            help=_("A row whose number came before from the same source is passed over."),
        ),
    )


def _alike(fits: Callable[[str], bool]) -> Looks:
    """The share of cells that fit."""

    def looks(cells: Iterable[str]) -> float:
        found = list(cells)
        return sum(map(fits, found)) / len(found) if found else 0.0

    return looks


def _phones(cells: list[str]) -> float:
    """A mobile counts in full, any other number most of it: the better of two columns is the one with mobiles."""

    def one(cell: str) -> float:
        found = phones.first_of(cell)
        if found.kind == phones.MOBILE:
            return 1.0
        digits = sum(c.isdigit() for c in cell)
        return 0.7 if found.key or (7 <= digits <= 20 and len(_letters.findall(cell)) <= 3) else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


def _names(cells: list[str]) -> float:
    """A Chinese family name and one to three signs; other words without figures may be names too."""

    def one(cell: str) -> float:
        plain = clean(cell)
        if plain.lower() in ANSWERS:
            return 0.0
        if 1 < len(plain) < 5 and plain[0] in SURNAMES and all("\u4e00" <= c <= "\u9fff" for c in plain):
            return 1.0
        return 0.5 if 1 < len(plain) <= 40 and not any(c.isdigit() or c in "@/\\_" for c in plain) else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


@cache
def _province(word: str) -> str:
    return regions.province_named(word)
