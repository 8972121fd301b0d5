"""Builds a group with a big and a small store and N leads, or finds it built already.

python -m bench.data 100k            into the database that the environment names
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

PASSWORD = "Bench-2026-chi-mai"
BIG, SMALL = "HX000026", "ST000007"
CONSULTANTS = 30
MARK = "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the data of the bench.")
    parser.add_argument("leads", type=leads_of, help="10k, 100k, 1m or a number")
    django.setup()
    build(parser.parse_args().leads)


def leads_of(text: str) -> int:
    """10k, 1m or a plain number."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(text[:-1]) * factor if factor > 1 else int(text)


def build(leads: int) -> dict[str, Any]:
    """Fill the (empty) database unless it holds the same already; what was built, from the mark beside it."""
    from django.conf import settings

    from driveline.config.maintenance import migrate_all
    from driveline.core import clock

    mark = Path(settings.HOME) / MARK
    wanted = {"leads": leads, "day": clock.today().isoformat(), "code": _digest(Path(__file__).parent)}
    if mark.exists():
        built: dict[str, Any] = json.loads(mark.read_text())
        if all(built.get(name) == value for name, value in wanted.items()):
            migrate_all()
            return built
        raise SystemExit("bench: the database holds something else; begin with an empty one")
    started = time.monotonic()
    migrate_all()
    scene = _people()
    counts = _load(scene, leads)
    built = {**wanted, "rows": counts, "seconds": round(time.monotonic() - started, 1)}
    mark.write_text(json.dumps(built))
    print(f"bench: {leads:,} leads, {sum(counts.values()):,} rows in {built['seconds']} s", flush=True)
    return built


def reusable(home: Path, leads: int) -> bool:
    """Whether the folder's database was built with these parameters, today, by this code."""
    mark = home / MARK
    if not mark.exists():
        return False
    built = json.loads(mark.read_text())
    here = Path(__file__).parent
    return built["leads"] == leads and built["day"] == _business_day() and built["code"] == _digest(here)


def _business_day() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def _digest(folder: Path) -> str:
    """Changes with the code that makes the rows; new migrations are applied to what was built before them."""
    digest = hashlib.sha256()
    for name in ("rows.py", "names.py", "data.py"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _people() -> Any:
    """Group, stores, roles, dictionaries, catalogue and staff, all by the product's own services."""
    from django.contrib.auth.hashers import make_password
    from django.test import override_settings

    from bench.rows import Scene
    from driveline.core import catalogue, clock
    from driveline.core.models import CarModel, DictItem, OrgUnit, User
    from driveline.core.services import installation

    admin = installation.install(
        group_name="远航汽车集团", store_code=BIG, store_name="星云海", admin_login="admin", admin_name="管丑"
    )
    group = OrgUnit.objects.get(pk=admin.group_id)
    installation.store_add(group, code=SMALL, name="武汉星城", city="武汉")
    catalogue.load()
    # The one-time passwords are not for use: hashing forty of them slowly would take most of the time.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        big, small = _staff(BIG, CONSULTANTS), _staff(SMALL, 4)
    staff = User.objects.filter(is_system=False)
    staff.update(password=make_password(PASSWORD), must_change_password=False)
    items = DictItem.objects.filter(unit=group, active=True)
    cars = CarModel.objects.select_related("series").filter(
        series__brand__name__in=("大众", "丰田", "比亚迪")
    )
    return Scene(
        big=big,
        small=small,
        sources=list(items.filter(kind="lead_source").values_list("pk", flat=True)),
        cars=[(m.series.brand_id, m.series_id, m.pk) for m in cars.order_by("pk")[:400:8]],
        reasons=list(items.filter(kind="defeat_reason").values_list("parent_code", "code")),
        void_reasons=list(items.filter(kind="void_reason").values_list("code", flat=True)) or ["other"],
        now=clock.now().astimezone(clock_utc()).replace(tzinfo=None, microsecond=0),
        today=clock.today(),
    )


def clock_utc() -> Any:
    from datetime import UTC

    return UTC


def _staff(store_code: str, consultants: int) -> Any:
    """A sales director, two managers with half of the consultants each, two who enter leads, the consultants."""
    from bench.rows import Shop
    from driveline.core.models import OrgUnit

    head = store_code[:2].lower()
    _hire(f"{head}director", "销总", store_code, "sales_director")
    managers = [_hire(f"{head}manager{n}", f"经理{n}", store_code, "sales_manager") for n in (1, 2)]
    enterers = [
        _hire(f"{head}web{n}", f"网销{n}", store_code, "web_consultant", f"{head}manager1") for n in (1, 2)
    ]
    people = [
        _hire(f"{head}sale{n}", f"顾问{n}", store_code, "consultant", f"{head}manager{1 + n % 2}")
        for n in range(consultants)
    ]
    return Shop(OrgUnit.objects.get(code=store_code).pk, enterers, people, managers[0])


def _hire(login: str, name: str, store_code: str, role: str, superior: str | None = None) -> int:
    from driveline.core.services.users import create_user

    made = create_user(login=login, name=name, store_code=store_code, role_code=role, superior_login=superior)
    return made.user.pk


def _load(scene: Any, leads: int) -> dict[str, int]:
    from django.db import connection

    from bench import loading
    from bench.rows import COLUMNS, chunks

    loader = loading.loader(connection, {name: columns.split() for name, columns in COLUMNS.items()})
    counts = dict.fromkeys(COLUMNS, 0)
    with loader:
        for chunk in chunks(scene, leads):
            for name, rows in chunk.rows.items():
                loader.write(name, rows)
                counts[name] += len(rows)
    _bells(scene)
    loader.finish()
    return counts


def _bells(scene: Any) -> None:
    """Twenty unread messages for everybody of the big store."""
    from driveline.core import clock
    from driveline.core.models import Membership, Notification

    users = Membership.objects.filter(store_id=scene.big.id).values_list("user_id", flat=True)
    rows: Sequence[Notification] = [
        Notification(
            store_id=scene.big.id,
            user_id=user_id,
            kind="lead.assigned",
            params={"n": 1},
            created_at=clock.now() - timedelta(hours=n),
        )
        for user_id in users
        for n in range(20)
    ]
    Notification.objects.bulk_create(rows, batch_size=500)


if __name__ == "__main__":
    main()
