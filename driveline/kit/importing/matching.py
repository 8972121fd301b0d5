"""Which field a column is. Names first, the cells decide between equals; every answer says its ground."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from driveline.kit.importing.looking import is_chinese, is_known
from driveline.kit.importing.own import in_all_languages, is_own_label
from driveline.kit.importing.plain import bare, fold
from driveline.kit.importing.values import Field, Looks

# Grounds, the surest first: a saved mapping; the label; the field's own name; another name of it; its pinyin; its
# name at the end of a longer one; the cells alone. Then a column that we added ourselves, and none.
KNOWN, LABEL, ENGLISH, ALIAS, PINYIN, PART, CONTENT, OWN, NOTHING = (
    "known", "label", "english", "alias", "pinyin", "part", "content", "own", "none",
)  # fmt: skip
SURE = 0.8  # from here on a name is believed against its cells
LEAST = 0.3
LIKENESS = 0.8  # so much of a column must look like a field that has no name to go by
UNLIKE = 0.1
FEW = 3  # cells that prove nothing
NEEDED = 0.1  # what a row cannot do without has the first choice
STEP = 0.004  # an alias further back is a little less sure

# 姓名/称呼, 手机号Mobile, 姓名 Name: several names of one column.
_parts = re.compile(
    r"[/、，,;；|\n\r或&]+|(?<=[\u4e00-\u9fff])\s*(?=[A-Za-z])|(?<=[A-Za-z])\s*(?=[\u4e00-\u9fff])"
)
_polite = re.compile(r"^(?:请问|请输入|请填写|请选择|请留下|您的|你的|您想|您)+")
_numbered = re.compile(r"[\W_]*(?:\d{1,2}|[一二三四])$")
_figure = re.compile(r"[\W_]+(?:no|num|number|nr)\.?$", re.IGNORECASE)
_name_of = re.compile(r"(?<=[a-z])[_ ]?Name$|[_ ]name$|(?<=..)名称$")
_remarks = re.compile(r"必填项?|选填|必须|可不填|required|optional", re.IGNORECASE)


@dataclass(frozen=True)
class Ground:
    """Why a column is taken for a field: a code, and what the sentence for it needs (word; n of cells)."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Guess:
    """One column of the file (from 0) and the field's name that it is taken for, None for no field."""

    column: int
    field: str | None
    ground: Ground
    confidence: float


@dataclass(frozen=True)
class _Name:
    """One way of naming a field. `words` are its parts, for labels that end with it."""

    text: str
    shown: str
    code: str
    weight: float
    words: tuple[str, ...]


def guess(
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    fields: Sequence[Field],
    known: Mapping[str, str] | None = None,
) -> list[Guess]:
    """For every column its field, each field once. `samples` are rows of data; `known` (label → field's name, or ""
    for "not imported") is a saved mapping and wins. Columns that we have added ourselves are none.
    """
    width = max([len(header), *(len(row) for row in samples)], default=0)
    labels = [*header, *[""] * (width - len(header))]
    columns = [[row[c].strip() for row in samples if c < len(row) and row[c].strip()] for c in range(width)]
    found = _saved(labels, known or {}, {field.name for field in fields})
    fullest = max(map(len, columns), default=0)
    names = [_names(field) for field in fields]
    candidates = []
    for column, label in enumerate(labels):
        if column in found:
            continue
        for place, wanted in enumerate(fields):
            ground, score = _candidate(
                _named(label, names[place]),
                label,
                columns[column],
                fullest,
                wanted.looks,
                nameless=not any(labels),
            )
            if score >= LEAST:
                rank = score + (NEEDED if wanted.required and ground.code != PART else 0.0)
                candidates.append((-rank, place, column, score, wanted.name, ground))
    taken = {guessed.field for guessed in found.values()}
    for _rank, _place, column, score, name, ground in sorted(candidates, key=lambda c: c[:3]):
        if column not in found and name not in taken:
            found[column] = Guess(column, name, ground, round(min(score, 1.0), 3))
            taken.add(name)
    return [found.get(column, Guess(column, None, Ground(NOTHING), 0.0)) for column in range(width)]


def vocabulary(fields: Iterable[Field]) -> frozenset[str]:
    """Every name of the fields, for telling a head from data."""
    return frozenset(name.text for wanted in fields for name in _names(wanted) if len(name.text) > 1)


def _saved(labels: Sequence[str], known: Mapping[str, str], names: set[str]) -> dict[int, Guess]:
    mapping = {fold(label): name for label, name in known.items() if not name or name in names}
    found: dict[int, Guess] = {}
    used: set[str] = set()
    for column, label in enumerate(labels):
        if is_own_label(label):
            found[column] = Guess(column, None, Ground(OWN), 1.0)
        elif fold(label) and (name := mapping.get(fold(label))) is not None and name not in used:
            found[column] = Guess(column, name or None, Ground(KNOWN), 1.0)
            used |= {name} - {""}
    return found


def _candidate(
    name: _Name | None, label: str, cells: list[str], fullest: int, looks: Looks | None, *, nameless: bool
) -> tuple[Ground, float]:
    """How sure it is that the column is this field, and on what ground; 0 for not at all."""
    likeness = looks(cells) if looks and cells else None
    if name:
        weight = name.weight * (0.5 + 0.5 * min(1.0, 5 * len(cells) / fullest) if fullest else 1.0)
        if likeness is not None and name.weight >= SURE:
            weight *= 0.95 + 0.05 * likeness
        elif likeness is not None:
            weight *= 0.4 + 0.6 * likeness if likeness >= UNLIKE or len(cells) < FEW else 0.0
        return Ground(name.code, {"word": name.shown}), weight
    if likeness is None or likeness < LIKENESS or is_known(label) or (len(cells) < FEW and not nameless):
        return Ground(NOTHING), 0.0
    ground = Ground(CONTENT, {"n": round(likeness * len(cells)), "of": len(cells)})
    return ground, likeness * (0.6 if nameless else 0.4)


def _named(label: str, names: tuple[_Name, ...]) -> _Name | None:
    """The surest of a field's names that the label has."""
    spellings = _spellings(label)
    if not spellings:
        return None
    found = [_at(name, factor) for name in names for spelling, factor in spellings if spelling == name.text]
    if not found:
        found = [part for name in names if (part := _ending(label, name))]
    return max(found, key=lambda name: name.weight, default=None)


@lru_cache(maxsize=2048)
def _spellings(label: str) -> tuple[tuple[str, float], ...]:
    """The label as it is compared, with how far each spelling is trusted: whole, without brackets, number, parts."""
    plain = _remarks.sub(" ", bare(label))
    found = {fold(label): 1.0}
    found.setdefault(fold(plain), 1.0)
    found.setdefault(fold(_numbered.sub("", plain.strip())), 0.97)
    found.setdefault(fold(_figure.sub("", plain.strip())), 0.95)
    found.setdefault(fold(_called(plain)), 0.8)
    found.setdefault(fold(_polite.sub("", plain.strip())), 0.95)
    for place, part in enumerate(_parts.split(plain)):
        found.setdefault(fold(part), 0.93 - 0.02 * min(place, 4))
    if is_chinese(plain) and len(fold(plain)) > 1:  # 手機號碼 is read like 手机号码
        found.setdefault(_reading(plain), 0.95)
    found.pop("", None)
    return tuple(found.items())


def _ending(label: str, name: _Name) -> _Name | None:
    """客户手机号码 ends with 手机号码, Customer Name with name; the rest of a label only says whose it is."""
    if name.code == PINYIN:
        return None
    plain = _numbered.sub("", _remarks.sub(" ", bare(label)).strip())
    if is_chinese(name.text):
        whole = fold(plain)
        length = len(name.text) / len(whole) if len(name.text) > 1 and whole.endswith(name.text) else 0.0
    else:
        words = words_of(plain)
        if len(words) > 2 and words[-1] == "name" and name.words != ("name",):
            words = words[:-1]
        length = len(name.words) / len(words) if words[-len(name.words) :] == name.words else 0.0
    return (
        _Name(name.text, name.shown, PART, name.weight * (0.45 + 0.3 * length), name.words)
        if length
        else None
    )


def _called(label: str) -> str:
    """brand_name → brand, 车系名称 → 车系: the name of a thing is that thing, not a person's."""
    return _name_of.sub("", label.strip())


def words_of(label: str) -> tuple[str, ...]:
    """`MobilePhone`, `mobile_phone` and `Mobile Phone` have the same words."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", label)
    return tuple(folded for word in re.split(r"[\W_]+", parted) if (folded := fold(word)))


def _names(wanted: Field) -> tuple[_Name, ...]:
    labels = tuple(dict.fromkeys(in_all_languages(wanted.label)))
    return _all_names(wanted.name, labels, wanted.aliases)


@lru_cache(maxsize=512)
def _all_names(own: str, labels: tuple[str, ...], aliases: tuple[str, ...]) -> tuple[_Name, ...]:
    """Every name of a field; of several equal ones the surest."""
    ways = [(label, LABEL, 1.0) for label in labels]
    ways += [(own, ENGLISH, 0.98)]
    ways += [(alias, ALIAS, 0.96 - STEP * place) for place, alias in enumerate(aliases)]
    spoken = [(word, weight) for word, _code, weight in ways if is_chinese(word)]
    found: dict[str, _Name] = {}
    for word, code, weight in ways:
        text = fold(bare(word))
        if text:
            found.setdefault(text, _Name(text, word, code, weight, words_of(word)))
    for word, weight in spoken:
        for text, factor in _readings(word):
            found.setdefault(text, _Name(text, word, PINYIN, weight * factor, ()))
    return tuple(found.values())


def _readings(word: str) -> list[tuple[str, float]]:
    """姓名 → xingming, and its first letters xm, which many words share."""
    whole = _reading(word)
    initials = fold("".join(lazy_pinyin(word, style=Style.FIRST_LETTER)))
    return [(whole, 0.88), *([(initials, 0.6)] if len(initials) > 1 else [])]


def _reading(word: str) -> str:
    return fold("".join(lazy_pinyin(word, style=Style.NORMAL)))


def _at(name: _Name, factor: float) -> _Name:
    return (
        name if factor == 1.0 else _Name(name.text, name.shown, name.code, name.weight * factor, name.words)
    )


__all__ = ["Ground", "Guess", "guess", "vocabulary", "words_of"]
