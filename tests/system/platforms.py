"""Runs inside an installation for test_platforms: makes connections, asks a platform, tells what is there.

`python -m tests.system.platforms WHAT ARGUMENTS` answers in JSON on its last line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import django

MAPPING = {
    "external_id": {"path": "clueId"},
    "name": {"path": "user.name"},
    "phone": {"path": "user.mobile"},
    "relay": {"path": "user.virtual"},
    "gender": {"path": "user.sex", "values": {"1": "male", "2": "female", "*": "unknown"}},
    "city": {"path": "city"},
    "remark": {"path": "message"},
}


def shop(rotation: str = "") -> dict[str, Any]:
    """The cast, a connection of store A, and, when asked for, new leads in turn to its consultants."""
    from driveline.core import clock, dictionaries
    from driveline.engines.ownership.models import ArrivalRule
    from driveline.modules.leads.services.platforms.connections import connection_create, mapping_save
    from tests.world import World

    world = World()
    actor = world.actor(world.guanchou)
    source = dictionaries.item_by_code(world.a.pk, "lead_source", "autohome")
    made = connection_create(actor, {"name": "汽车之家", "source": source, "per_minute": 60_000})
    mapping_save(actor, made.connection.pk, MAPPING)
    if rotation:
        ArrivalRule.objects.create(
            store=world.a,
            kind="lead",
            mode=ArrivalRule.Mode.ROTATION,
            people=[world.gujia.pk, world.guyi.pk],
            changed_at=clock.now(),
            changed_by=world.jingding,
        )
    return {"pk": made.connection.pk, "key": made.connection.key, "secret": made.secret}


def ask(pk: str, url: str) -> str:
    """Say how the platform is asked."""
    from driveline.core.access import system_actor
    from driveline.modules.leads.models import PlatformConnection
    from driveline.modules.leads.services.platforms.polling import poll_edit
    from tests.platform.serving import TOKEN

    data = {
        "active": True,
        "url": url,
        "header_name": "Authorization",
        "header_value": TOKEN,
        "items_path": "data.items",
        "next_path": "data.next",
    }
    row = PlatformConnection.objects.get(pk=pk)
    return poll_edit(system_actor(row.store_id), row.pk, data).url


def run(pk: str, times: str = "1") -> list[str]:
    """Ask it, as if its time had come; after a kill the claim of the dead is let go."""
    from driveline.modules.leads.models import PlatformPoll
    from driveline.modules.leads.services.platforms.polling import poll

    words = []
    for _n in range(int(times)):
        PlatformPoll.objects.filter(pk=pk).update(next_at=None)
        words.append(poll(int(pk)))
    return [*words, PlatformPoll.objects.get(pk=pk).cursor]


def die(pk: str, kill_at: str) -> list[str]:
    """Ask it again and again, and be killed as by -9 just before the n-th write."""
    from django.db import connection

    from tests.system.survival import Writes

    with connection.execute_wrapper(Writes(int(kill_at), lambda: os.kill(os.getpid(), signal.SIGKILL))):
        return run(pk, "30")


def tell() -> dict[str, Any]:
    """What came of the messages: number → verdict, the leads' numbers, what breaks an invariant."""
    from django.db.models import Sum

    from driveline.core.models import OrgUnit
    from driveline.engines.followup.invariants import check, check_log
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.intake.models import Intake
    from driveline.modules.leads.models import PlatformCall

    stores = OrgUnit.objects.filter(kind="store")
    return {
        "verdicts": sorted(Intake.objects.values_list("external_id", "verdict")),
        "ids": dict(Intake.objects.values_list("external_id", "pk")),
        "phones": sorted(Pursuit.objects.values_list("party__phone_key", flat=True)),
        "repeats": Pursuit.objects.aggregate(n=Sum("dup_count"))["n"],
        "broken": [str(one) for store in stores for one in (*check(store), *check_log(store))],
        "new": PlatformCall.objects.aggregate(n=Sum("created"))["n"],
    }


if __name__ == "__main__":
    django.setup()
    from django.utils import translation

    with translation.override("zh-hans"):
        print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False), flush=True)
