"""Whole numbers and money as people write them: 1,234 · １２ · 175.41万 · ¥12,800.50."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from driveline.kit.importing.plain import RUINED, CellError, narrow, ruined

SCALES = {
    "": 1, "元": 1, "块": 1, "圆": 1, "千": 1_000, "千元": 1_000, "k": 1_000, "万": 10_000, "万元": 10_000, "w": 10_000,
    "百万": 1_000_000, "m": 1_000_000, "亿": 100_000_000, "亿元": 100_000_000,
}  # fmt: skip
_grouped = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
_amount = re.compile(
    r"(\(?-?)\s*(?:[¥$€£]|rmb|cny|usd)?\s*(-?[\d.]+)\s*([^\d\s.)]{0,3}?)\s*(?:rmb|cny|整|人民币)?\)?",
    re.IGNORECASE,
)
_range = re.compile(r"\d\S*\s*(?:[-~—–至到])\s*\d")

RUINED_SENTENCE = _("This number was rounded before it came here; its last digits are lost.")


def whole(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Text → int; thousands may be parted, 12.0 is 12."""

    def parse(text: str) -> int:
        number = _number(narrow(text))
        if number is None or number != number.to_integral_value():
            raise CellError(_("This is not a whole number."))
        if least is not None and number < least:
            raise CellError(_("The number may not be below %(least)s.") % {"least": least})
        if most is not None and number > most:
            raise CellError(_("The number may not be above %(most)s.") % {"most": most})
        return int(number)

    return parse


def money(most: Decimal = Decimal(10) ** 12) -> Callable[[str], Decimal]:
    """Text → yuan with two decimals; 万 and 亿 are worked out, a range is refused."""

    def parse(text: str) -> Decimal:
        plain = narrow(text).replace("￥", "¥")
        if _range.search(plain):
            raise CellError(_("Write one amount, not a range."))
        match = _amount.fullmatch(plain.replace(",", "") if _commas_group(plain) else plain)
        scale = SCALES.get(match[3].lower()) if match else None
        number = _number(match[2]) if match else _number(plain)
        if number is None or (match and scale is None):
            raise CellError(_("This is not an amount of money."))
        value = number * (scale or 1) * (-1 if match and match[1] else 1)
        if abs(value) > most:
            raise CellError(_("The amount is larger than can be meant."))
        return value.quantize(Decimal("0.01"))

    return parse


def _commas_group(text: str) -> bool:
    """Commas that part thousands, not ones that someone uses for a decimal point."""
    return all(len(part) >= 3 and part[:3].isdigit() for part in text.split(",")[1:])


def _number(text: str) -> Decimal | None:
    """None for what is no number. What has been rounded raises."""
    if RUINED.fullmatch(text) and ruined(text):
        raise CellError(RUINED_SENTENCE)
    if _grouped.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
