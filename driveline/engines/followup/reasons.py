"""Defeat categories and reasons that may be chosen in a store."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from driveline.core import dictionaries

if TYPE_CHECKING:
    from driveline.engines.followup.draft import Reasons
    from driveline.engines.followup.policy import Policy


def defeat_reasons(policy: Policy, store_id: int) -> Reasons:
    """Category code → the reasons that may be chosen under it today."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in dictionaries.items(store_id, policy.defeat_reasons):
        found[item.parent_code].add(item.code)
    categories = dictionaries.items(store_id, policy.defeat_categories)
    return {item.code: frozenset(found.get(item.code, ())) for item in categories}
