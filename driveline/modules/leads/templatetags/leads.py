"""What the lead templates ask beyond the kit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from driveline.engines.followup.plan import GradeOption

register = template.Library()


@register.filter
def grade_dates(option: GradeOption) -> str:
    """The days to click at a grade, as JSON for the form: [["2026-11-21", "明天 11-21"], …]."""
    return json.dumps([[d.date.isoformat(), d.label] for d in option.dates], separators=(",", ":"))
