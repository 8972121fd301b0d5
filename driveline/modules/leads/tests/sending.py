"""Files as a program sends them, for tests."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.tests.conftest import Shop, fresh

type Send = Callable[..., Any]

LINES = [
    "周明远,13800004127,想看车",
    "何静怡,139-0000-7752,",
    "W先生,1380000412,",
    "周明远,+86 138 0000 4127,",
]


class Broken(BaseException):
    """The process dies: nothing may catch this."""


def body(data: bytes, name: str = "名单.csv", **more: Any) -> dict[str, Any]:
    return {"name": name, "content": b64encode(data).decode(), "source_code": "other_web", **more}


def limit(shop: Shop, **numbers: int) -> None:
    for name, value in numbers.items():
        shop.world.setting(f"import.{name}", value, since="2019-01-01")


def due_later(shop: Shop) -> Pursuit:
    """A lead of 顾甲 that he has just talked to: a file that brings it again pulls it to today."""
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    shop.record(lead)
    return fresh(lead)
