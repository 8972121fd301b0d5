"""What a customer said who asked again: his words and the car he wants now, as they stayed with the arrival."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driveline.core.models import Brand, CarModel, Series
from driveline.modules.leads.rules import CAR

if TYPE_CHECKING:
    from driveline.engines.intake.models import Intake
    from driveline.engines.intake.rules import Hit

MODELS = dict(zip(CAR, (Brand, Series, CarModel), strict=True))


def remark_of(arrival: Intake) -> str:
    """His words; "" when he said nothing, or a lead of his own was made of them."""
    return str(_said(arrival).get("remark", ""))


def cars_of(arrivals: Sequence[Intake]) -> dict[int, str]:
    """Arrival → brand, series and model by name, where a car was named. A query for each of the three at most."""
    said = {arrival.pk: _said(arrival) for arrival in arrivals}
    names = car_names(said.values())
    found = {pk: [names[part].get(one.get(part, 0)) for part in CAR] for pk, one in said.items()}
    return {pk: " ".join(str(part) for part in parts if part) for pk, parts in found.items() if any(parts)}


def car_names(wished: Iterable[Mapping[str, Any]]) -> dict[str, dict[int, Any]]:
    """`brand_id`, `series_id`, `car_model_id` → id → row of the catalogue, of all that were named. Three queries at most."""
    ids = {part: {one[part] for one in wished if one.get(part)} for part in MODELS}
    return {
        part: model._default_manager.in_bulk(ids[part]) if ids[part] else {} for part, model in MODELS.items()
    }


def last_words(hits: Sequence[Hit]) -> str:
    """The words for the message about one customer; "" when there are several."""
    one = len({hit.pursuit.pk for hit in hits}) == 1
    return str(hits[-1].arrival.said.get("remark", "")) if one else ""


def _said(arrival: Intake) -> Mapping[str, Any]:
    found: Mapping[str, Any] = arrival.payload.get("said") or {}
    return found
