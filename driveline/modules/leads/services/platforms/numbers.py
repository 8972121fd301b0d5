"""The numbers of a platform's message: the customer's own, further ones, and virtual ones that end some day.

A virtual number is never the key: two customers may be lent the same one, one after the other (DESIGN §3a).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from driveline.core import clock, phones
from driveline.core.services.parties import FurtherPhone

RELAY = "relay"
NUMBER_MAX = 24
YES = frozenset({"1", "true", "yes", "y", "是", "virtual", "虚拟", "虚拟号", "relay", "privacy"})
LONGEST_RELAY = dt.timedelta(days=366)

_between = re.compile(r"[,，、;；|/／\n\t]+")
_not_digits = re.compile(r"[^0-9+]")
_seconds = re.compile(r"[0-9]{10}(?:[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Numbers:
    """`own` is the text of the customer's number as it came, "" for none; `further` what is kept beside it."""

    own: str
    further: tuple[FurtherPhone, ...]

    @property
    def only_relay(self) -> bool:
        """Nothing but virtual numbers came."""
        return not self.own and any(one.kind == RELAY for one in self.further)


@dataclass(frozen=True, slots=True)
class RelayRule:
    """How a connection tells virtual numbers, and how long one is good when the message does not say."""

    prefixes: tuple[str, ...] = ()
    hours: int = 72
    note: str = ""


def numbers_of(texts: Mapping[str, str], rule: RelayRule, now: dt.datetime) -> Numbers:
    """Sort the numbers of a message. The first mobile counts, the others are further ones."""
    expires = _expiry(texts.get("relay_expires", ""), rule, now)
    flagged = texts.get("relay_flag", "").strip().lower() in YES
    relays, others = _sorted(texts.get("phone", ""), rule, flagged=flagged)
    more_relays, more = _sorted(texts.get("further", ""), rule, flagged=False)
    relays += more_relays + _sorted(texts.get("relay", ""), rule, flagged=True)[0]
    own = phones.first_of("、".join(others))
    further = [one for one in map(phones.normalise, [*others, *more]) if one.key and one.key != own.key]
    kept = {one.key: FurtherPhone(one.key, one.kind) for one in further if one.key not in relays}
    kept |= {number: FurtherPhone(number, RELAY, rule.note[:30], expires) for number in relays}
    return Numbers("、".join(others), tuple(kept.values()))


def _sorted(text: str, rule: RelayRule, *, flagged: bool) -> tuple[list[str], list[str]]:
    """(virtual numbers as digits, other texts) of a cell."""
    relays, others = [], []
    for part in _between.split(unicodedata.normalize("NFKC", text)):
        digits = _not_digits.sub("", part)
        if not part.strip():
            continue
        if digits and (flagged or digits.removeprefix("+86").startswith(rule.prefixes or ("x",))):
            relays.append((phones.normalise(part).key or digits)[:NUMBER_MAX])
        else:
            others.append(part.strip())
    return list(dict.fromkeys(relays)), others


def _expiry(text: str, rule: RelayRule, now: dt.datetime) -> dt.datetime:
    """When a virtual number ends: as the message says (a moment, or seconds since 1970), else after the usual hours."""
    usual = now + dt.timedelta(hours=rule.hours)
    given = moment_of(text)
    return given if given is not None and now - LONGEST_RELAY < given < now + LONGEST_RELAY else usual


def moment_of(text: str) -> dt.datetime | None:
    """A moment as platforms write it; without an offset in Shanghai. None for what is none."""
    plain = text.strip().replace("/", "-")
    try:
        if _seconds.fullmatch(plain):
            return dt.datetime.fromtimestamp(int(plain[:10]), clock.SHANGHAI)
        moment = dt.datetime.fromisoformat(plain)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(clock.SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)
