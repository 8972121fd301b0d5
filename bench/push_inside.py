"""Runs inside the database of bench.push: makes the connection, counts the statements of a message.

python -m bench.push_inside connection | count | profile
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import sys
import time
from typing import Any

import django

MAPPING = {
    "external_id": {"path": "clueId"},
    "name": {"path": "user.name"},
    "phone": {"path": "user.mobile"},
    "gender": {"path": "user.sex", "values": {"1": "male", "2": "female"}},
    "city": {"path": "city"},
    "series": {"path": "series"},
    "remark": {"path": "message"},
}
TIMES = 200


def connection() -> dict[str, Any]:
    """A connection of the big store, and new leads in turn to ten of its people."""
    from bench.data import BIG
    from driveline.core import clock, dictionaries
    from driveline.core.access import system_actor
    from driveline.core.models import Membership, OrgUnit
    from driveline.engines.ownership.models import ArrivalRule
    from driveline.modules.leads.models import PlatformConnection
    from driveline.modules.leads.services.platforms.connections import connection_create, mapping_save

    store = OrgUnit.objects.get(code=BIG)
    actor = system_actor(store)
    run = PlatformConnection.objects.count()
    source = dictionaries.item_by_code(store.pk, "lead_source", "autohome")
    made = connection_create(actor, {"name": f"bench {run}", "source": source, "per_minute": 60_000})
    mapping_save(actor, made.connection.pk, MAPPING)
    people = Membership.objects.filter(store=store, role__code="consultant").values_list("user_id", flat=True)
    ArrivalRule.objects.update_or_create(
        store=store,
        kind="lead",
        source=None,
        defaults={
            "mode": ArrivalRule.Mode.ROTATION,
            "people": list(people[:10]),
            "changed_at": clock.now(),
            "changed_by_id": actor.user_id,
        },
    )
    return {"key": made.connection.key, "secret": made.secret, "run": run, "pk": made.connection.pk}


def count() -> dict[str, Any]:
    """Statements of a new lead, a duplicate and a repeated message, and milliseconds in this process."""
    from django.db import connection as database
    from django.test.utils import CaptureQueriesContext

    push = _pusher()
    push(0, 0)
    said = {}
    for name, (number, phone) in {"new": (1, 1), "duplicate": (2, 1), "repeated": (1, 1)}.items():
        with CaptureQueriesContext(database) as seen:
            push(number, phone)
        said[name] = len(seen)
        if os.environ.get("BENCH_STATEMENTS"):
            for one in seen:
                print(name, one["time"], one["sql"][:150].replace("\n", " "), file=sys.stderr)
    started = time.perf_counter()
    for n in range(10, 10 + TIMES):
        push(n, n)
    said["ms in one process"] = round((time.perf_counter() - started) * 1000 / TIMES, 2)
    return said


def web() -> dict[str, Any]:
    """Processor milliseconds of a message in this process: the whole request, and without the web."""
    import hashlib
    import hmac
    import io

    from django.core.wsgi import get_wsgi_application

    from driveline.core.sealed import unseal
    from driveline.modules.leads.models import PlatformConnection

    push = _pusher()
    push(0, 0)
    began = time.process_time()
    for n in range(10, 10 + TIMES):
        push(n, n)
    bare = (time.process_time() - began) * 1000 / TIMES
    application = get_wsgi_application()
    row = PlatformConnection.objects.latest("pk")
    secret = unseal(row.secret, "platform")

    def request(n: int) -> None:
        user = {"name": "测试先生", "mobile": f"18{os.getpid() % 10_000:04d}{n:05d}", "sex": 1}
        body = json.dumps({"clueId": f"w{os.getpid()}-{n}", "user": user, "series": "迈腾"}).encode()
        at = str(int(time.time()))
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/api/v1/inbound/leads/{row.key}",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_X_KEY": row.key,
            "HTTP_X_TIMESTAMP": at,
            "HTTP_X_SIGNATURE": hmac.new(
                secret.encode(), at.encode() + b"." + body, hashlib.sha256
            ).hexdigest(),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        statuses: list[str] = []
        b"".join(application(environ, lambda status, headers: statuses.append(status)))
        assert statuses == ["201 Created"], statuses

    request(9999)
    if os.environ.get("BENCH_PROFILE"):
        watch = cProfile.Profile()
        watch.enable()
    began = time.process_time()
    for n in range(1000, 1000 + TIMES):
        request(n)
    whole = (time.process_time() - began) * 1000 / TIMES
    if os.environ.get("BENCH_PROFILE"):
        watch.disable()
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(60)
    return {"message": round(bare, 2), "request": round(whole, 2)}


def profile() -> dict[str, Any]:
    """Where the time goes, on standard error."""
    push = _pusher()
    push(0, 0)
    watch = cProfile.Profile()
    watch.enable()
    for n in range(10, 10 + TIMES):
        push(n, n)
    watch.disable()
    pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(45)
    return {}


def _pusher() -> Any:
    from driveline.core.request_cache import brief_cache
    from driveline.modules.leads.models import PlatformConnection
    from driveline.modules.leads.services.platforms.calls import Call
    from driveline.modules.leads.services.platforms.doors import door_by_key
    from driveline.modules.leads.services.platforms.receiving import receive_one

    key = PlatformConnection.objects.latest("pk").key
    run = os.getpid() % 10_000

    def push(number: int, phone: int) -> None:
        user = {"name": "测试先生", "mobile": f"18{run:04d}{phone:05d}", "sex": 1}
        message = {
            "clueId": f"c{run}-{number}",
            "user": user,
            "city": "武汉",
            "series": "迈腾",
            "message": "想了解首付",
        }
        with brief_cache():
            door = door_by_key(key)
            assert door is not None
            receive_one(door, message, Call(size=200), time.perf_counter())

    return push


if __name__ == "__main__":
    django.setup()
    print(json.dumps(globals()[sys.argv[1]](), ensure_ascii=False))
