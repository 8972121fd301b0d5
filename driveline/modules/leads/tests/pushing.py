"""A platform with an account for store A, as the tests of pushing, polling and mending use it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from driveline.core import dictionaries
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.modules.leads.models import PlatformConnection
from driveline.modules.leads.services.platforms.connections import connection_create, mapping_save
from driveline.modules.leads.services.platforms.signing import sign
from driveline.modules.leads.tests.conftest import Shop

MAPPING = {
    "external_id": {"path": "clueId"},
    "name": {"path": "user.name"},
    "phone": {"path": "user.mobile"},
    "relay": {"path": "user.virtual"},
    "relay_expires": {"path": "user.virtualUntil"},
    "gender": {"path": "user.sex", "values": {"1": "male", "2": "female"}},
    "city": {"path": "city"},
    "remark": {"path": "message"},
}


@dataclass
class Platform:
    """汽车之家 with an account for store A; signs as docs/platforms.md says."""

    shop: Shop
    row: PlatformConnection
    secret: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def message(self, number: str = "X1", phone: Any = "13800000007", **more: Any) -> dict[str, Any]:
        user = {"name": "李先生", "mobile": phone, "sex": "1"} | more.pop("user", {})
        return {"clueId": number, "user": user, "city": "武汉", "message": "想了解首付", **more}

    def push(self, message: Any = None, **options: Any) -> Any:
        body = options.pop("body", None)
        if body is None:
            body = json.dumps(self.message() if message is None else message, ensure_ascii=False).encode()
        at = options.pop("at", str(int(time.time())))
        headers = {
            "X-Key": self.row.key,
            "X-Timestamp": at,
            "X-Signature": sign(options.pop("secret", self.secret), at, body),
            **options.pop("headers", {}),
        }
        return self.client.generic(
            "POST",
            options.pop("url", f"/api/v1/inbound/leads/{self.row.key}"),
            body,
            content_type=options.pop("content_type", "application/json"),
            headers={name: value for name, value in headers.items() if value is not None},
        )


def platform_of(
    shop: Shop, *, store: Any = None, by: Any = None, source: str = "autohome", **data: Any
) -> Platform:
    store = store or shop.world.a
    actor = shop.actor(by or shop.world.guanchou, store)
    entry = dictionaries.item_by_code(store.pk, "lead_source", source)
    made = connection_create(actor, {"name": "汽车之家", "source": entry, **data})
    row = mapping_save(actor, made.connection.pk, MAPPING)
    return Platform(shop, row, made.secret)


def counts() -> tuple[int, int]:
    """Leads and arrivals."""
    return Pursuit.objects.count(), Intake.objects.count()
