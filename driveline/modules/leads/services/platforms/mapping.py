"""From a platform's message to the texts of a lead's fields, as a connection's mapping says; and guessing a mapping.

A mapping is lead field → {"path": …, "default": …, "values": {theirs: ours}}. Pure: no rows, no clock.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from driveline.core import phones
from driveline.modules.leads.services.platforms.paths import LEAVES_MOST, leaves, read
from driveline.modules.leads.services.platforms.targets import BY_NAME, NAMES, TARGETS

type Rule = Mapping[str, Any]
type Rules = Mapping[str, Rule]

EXTERNAL_ID_MAX = 80
_plain = re.compile(r"[\s_\-.:/()（）\[\]*]+")
_last = re.compile(r"([^.\[\]]+)(?:\[\d+\])*$")


def texts(rules: Rules, message: Any) -> dict[str, str]:
    """Lead field → text, for the fields that the mapping fills; "" where the message has nothing."""
    found = {}
    for name in NAMES:
        rule = rules.get(name)
        if rule:
            given = read(message, rule["path"]) if rule.get("path") else ""
            if given and rule.get("values"):
                given = _translated(rule["values"], given)
            found[name] = given or rule.get("default", "")
    return found


def external_id(given: str, message: Any) -> str:
    """The platform's number; of a message without one, or with one that is too long, a digest that stays the same."""
    if given and len(given) <= EXTERNAL_ID_MAX:
        return given
    content = given or json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _translated(values: Mapping[str, str], given: str) -> str:
    return values.get(given, values.get(given.lower(), values.get("*", given)))


def guess(message: Any) -> dict[str, dict[str, str]]:
    """A mapping for a sample message, by the names of its values and, for the number, by how they look.

    Each value is used once. The better a name fits (earlier alias, then nearer to the top), the sooner it is taken.
    """
    known = [(path, value) for _n, (path, value) in zip(range(LEAVES_MOST), leaves(message), strict=False)]
    ranked = sorted(
        (rank, path.count(".") + path.count("["), place, target.name, path)
        for place, target in enumerate(TARGETS)
        for path, value in known
        if (rank := _rank(target.aliases, path)) is not None and _fits(target.name, value)
    )
    found: dict[str, dict[str, str]] = {}
    used: set[str] = set()
    for *_ranks, name, path in ranked:
        if name not in found and path not in used:
            found[name] = {"path": path}
            used.add(path)
    if "phone" not in found:
        looks = [path for path, value in known if path not in used and _is_number(value)]
        if looks:
            found["phone"] = {"path": looks[0]}
    return {name: found[name] for name in NAMES if name in found}


def problems(rules: Rules) -> dict[str, str]:
    """What a mapping still lacks, field → code: "missing" for a required field without path and default."""
    lacking = {}
    for name, target in BY_NAME.items():
        rule = rules.get(name) or {}
        if target.required and not rule.get("path") and not rule.get("default"):
            lacking[name] = "missing"
    return lacking


def parse_values(text: str) -> dict[str, str]:
    """`1=male; 2=female` (one a line, or parted by semicolons) as a dictionary; a line without "=" is left out."""
    found = {}
    for line in re.split(r"[;；\n]", text):
        theirs, equals, ours = line.partition("=")
        if equals and theirs.strip():
            found[theirs.strip()] = ours.strip()
    return found


def values_text(values: Mapping[str, str]) -> str:
    """The dictionary as it is typed."""
    return "; ".join(f"{theirs}={ours}" for theirs, ours in values.items())


def _rank(aliases: Iterable[str], path: str) -> int | None:
    """How well a path's last name fits; None when it does not."""
    last = _last.search(path)
    name = _plain.sub("", (last[1] if last else path).lower())
    return next((place for place, alias in enumerate(aliases) if name == alias), None)


def _fits(name: str, value: str) -> bool:
    """A value that cannot be what its name says is not taken for it."""
    if name == "phone":
        return not value or _is_number(value) or sum(c.isdigit() for c in value) >= 5
    if name == "name":
        return not _is_number(value)
    return True


def _is_number(value: str) -> bool:
    return bool(phones.normalise(value).key)
