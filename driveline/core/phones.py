"""Phone numbers as they come from people, spreadsheets and platforms, made one (R-G-02, DESIGN §3a Import).

The key is what is stored and compared: a mobile as 11 digits, a landline as 0 + area + number, a 400/800
number as 10 digits, a foreign one in E.164 with its plus. Blanks, dashes and brackets between digits are
separators, so `010 12345678` is a landline (sources disagree; people write it so). An extension is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RUINED = _("The spreadsheet has rounded this number; its last digits are lost.")
MOBILE, LANDLINE, SERVICE, FOREIGN = "mobile", "landline", "service", "foreign"

_mobile = re.compile(r"1[3-9][0-9]{9}")
_landline = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[1-9][0-9]{6,7}")
# The area code stands twice where one program has added what another had: 0854-0854-8810305.
_twice = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))\1([1-9][0-9]{6,7})")
_service = re.compile(r"[48]00[0-9]{7}")
_separators = re.compile(
    r"[\s\-\u2010-\u2015\u2212\u00b7()\[\]/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_remark = re.compile(r"[(\[][^()\[\]0-9]*[)\]]|^(?:tel|phone|电话|手机)[:.]?\s*", re.IGNORECASE)
_extension = re.compile(r"(?:转|轉|分机|ext\.?|x|#)\s*[0-9]{1,6}$", re.IGNORECASE)
_dashed_extension = re.compile(r"(0[0-9]{2,3}[- ][0-9]{7,8})-[0-9]{1,6}")
_scientific = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_between_numbers = re.compile(r"[,，、;；|/／\n\r\t]+|\s+或\s*|或者?")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number understood. `key` is "" when it is not one; then `problem` is the sentence for the person.

    A blank text has neither key nor problem: whether a number is required is the caller's affair.
    """

    key: str
    kind: str = ""
    problem: str | _StrPromise = ""


def normalise(text: object) -> Phone:
    """One number from what was typed or read from a cell (numbers of a spreadsheet may be floats)."""
    given = _as_text(text)
    if len(given) == 11 and given.isascii() and _mobile.fullmatch(given):
        return Phone(given, MOBILE)
    plain = unicodedata.normalize("NFKC", given).strip().strip("'\"`")
    if not plain:
        return Phone("")
    if _scientific.fullmatch(plain):
        plain = _from_scientific(plain)
        if not plain:
            return Phone("", "", RUINED)
    plain = plain.removesuffix(".0")
    short = _dashed_extension.fullmatch(plain)
    plain = _extension.sub("", _remark.sub("", short[1] if short else plain))
    bare = _separators.sub("", plain)
    foreign, digits = _without_country(bare)
    if not digits.isascii() or not digits.isdigit():
        return Phone("", "", _("A phone number has digits only."))
    return _foreign(digits) if foreign else _chinese(digits)


def several(text: object) -> list[Phone]:
    """All numbers of a cell that may hold more than one, those that are wrong included, in their order. Pieces none of
    which is a number have one problem, not one each: 876|678|3469 is no number of three digits."""
    whole = normalise(text)
    if whole.key:
        return [whole]
    parts = [
        part for part in _between_numbers.split(unicodedata.normalize("NFKC", _as_text(text))) if part.strip()
    ]
    if len(parts) == 1:
        parts = _parted_by_blanks(parts[0]) or parts
    found = [normalise(part) for part in parts]
    if len(found) < 2 or any(phone.key or phone.problem == RUINED for phone in found):
        return found
    none = _("There are %(n)s pieces here, none of which is a phone number.") % {"n": len(found)}
    return [Phone("", "", none)]


def first_of(text: object) -> Phone:
    """The number that counts: the first mobile, else the first that is right, else the first problem."""
    found = several(text) or [Phone("")]
    for phone in found:
        if phone.kind == MOBILE:
            return phone
    return next((phone for phone in found if phone.key), found[0])


def is_mobile(key: str) -> bool:
    """R-G-02."""
    return _mobile.fullmatch(key) is not None and key.isascii()


def tail(key: str) -> str:
    """The last four digits, by which people search; "" for a shorter key."""
    return key[-4:] if len(key) >= 4 else ""


def mask(key: str) -> str:
    """138****4127: the first three and the last four stay, of a short number the last two."""
    if len(key) < 8:
        return "*" * max(len(key) - 2, 0) + key[-2:] if len(key) > 2 else "*" * len(key)
    return f"{key[:3]}{'*' * (len(key) - 7)}{key[-4:]}"


def pretty(key: str) -> str:
    """In groups as it is read aloud: 138 0000 4127, 010 1234 5678, 400 860 8608."""
    return _grouped(key, key)


def masked_pretty(key: str) -> str:
    """The mask in the same groups: 138 **** 4127."""
    return _grouped(key, mask(key))


def _grouped(key: str, shown: str) -> str:
    if is_mobile(key):
        return f"{shown[:3]} {shown[3:7]} {shown[7:]}"
    if _landline.fullmatch(key):
        area = 3 if key[1] in "12" else 4
        return f"{shown[:area]} {shown[area:-4]} {shown[-4:]}"
    if _service.fullmatch(key):
        return f"{shown[:3]} {shown[3:6]} {shown[6:]}"
    return shown


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return str(value)


def _from_scientific(text: str) -> str:
    """The digits of 1.3800004127E10 when all are there, else ""."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    given = text.lower().partition("e")[0].replace(".", "")
    exact = number == number.to_integral_value() and len(given) >= number.adjusted()
    return f"{number:.0f}" if exact else ""


def _without_country(bare: str) -> tuple[bool, str]:
    """Whether the number is foreign, and its digits: of a Chinese one without the country code."""
    marked = bare.startswith(("+", "00"))
    digits = bare[1:] if bare.startswith("+") else bare.removeprefix("00")
    if marked and not digits.startswith("86"):
        return True, digits
    home = digits.removeprefix("86")
    if marked:
        if not home.startswith("0") and not _mobile.fullmatch(home) and _landline.fullmatch("0" + home):
            home = "0" + home
        return False, home
    if digits != home and (_mobile.fullmatch(home) or _landline.fullmatch(home)):
        return False, home
    return False, digits


def _chinese(digits: str) -> Phone:
    if digits[0] == "0" and _mobile.fullmatch(digits[1:]):
        digits = digits[1:]
    if twice := _twice.fullmatch(digits):
        digits = twice[1] + twice[2]
    for kind, pattern in ((MOBILE, _mobile), (LANDLINE, _landline), (SERVICE, _service)):
        if pattern.fullmatch(digits):
            return Phone(digits, kind)
    return Phone("", "", _problem(digits))


def _foreign(digits: str) -> Phone:
    if 7 <= len(digits) <= 15 and digits[0] != "0":
        return Phone("+" + digits, FOREIGN)
    return Phone("", "", _("A number of another country has 7 to 15 digits after the plus sign."))


def _problem(digits: str) -> str | _StrPromise:
    if digits[0] == "1":
        if len(digits) == 11:
            return _("A mobile number begins with 13 to 19.")
        return _("A mobile number has 11 digits, this has %(n)s.") % {"n": len(digits)}
    if len(digits) in (7, 8):
        return _("The area code is missing.")
    return ngettext(
        "This is not a phone number: it has %(n)s digit.",
        "This is not a phone number: it has %(n)s digits.",
        len(digits),
    ) % {"n": len(digits)}


def _parted_by_blanks(text: str) -> list[str]:
    """The words of a cell when each is a number by itself; 138 0000 4127 is one number, not three."""
    words = text.split()
    return words if len(words) > 1 and all(normalise(word).key for word in words) else []
