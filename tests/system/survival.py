"""Runs inside an installation: prepares a shop, tells what is there.

`python -m tests.system.survival WHAT ARGUMENTS` answers in JSON on its last line; without words it reads one request
a line and answers each on a line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
from django.db import connection


def races(count: str) -> dict[str, Any]:
    """Leads for `count` rounds of every race, with the addresses' numbers of people and rows."""
    from driveline.modules.leads.tests.conftest import Shop
    from tests.world import World

    world = World()
    shop = Shop(world)
    n = int(count)
    waiting, owned = shop.leads(3 * n), shop.leads(2 * n)
    shop.assign(owned, world.gujia)
    return {
        "store": world.a.pk,
        "users": {login: getattr(world, login).pk for login in ("gujia", "guyi")},
        "source": shop.source.id,
        "waiting": [lead.pk for lead in waiting],
        "owned": [[lead.pk, shop.task(lead).pk] for lead in owned],
    }


def counts() -> dict[str, Any]:
    """How many rows there are of everything that a race may write, and what breaks an invariant."""
    from driveline.core.models import Operation, OrgUnit, Transition
    from driveline.engines.followup.invariants import check, check_log
    from driveline.engines.followup.models import FollowUp, Pursuit, Task

    stores = OrgUnit.objects.filter(kind="store")
    return {
        "broken": [str(one) for store in stores for one in (*check(store), *check_log(store))],
        "records": FollowUp.objects.count(),
        "tasks": Task.objects.count(),
        "pursuits": Pursuit.objects.count(),
        "operations": Operation.objects.count(),
        "transitions": Transition.objects.count(),
    }


def leads(*ids: str) -> list[dict[str, Any]]:
    """Leads: phase, owner, who has the open tasks, and what happened to each."""
    return [_lead(pk) for pk in ids]


def _lead(pk: str) -> dict[str, Any]:
    from driveline.core.models import Transition
    from driveline.engines.followup.models import Pursuit, Task

    row = Pursuit.objects.select_related("owner").get(pk=pk)
    log = Transition.objects.filter(subject_id=pk).order_by("pk")
    return {
        "phase": row.phase,
        "owner": row.owner.name if row.owner else None,
        "open": list(Task.objects.filter(pursuit=row, state="open").values_list("assignee__name", flat=True)),
        "log": list(log.values_list("action", flat=True)),
    }


def nights() -> None:
    """A store at the end of 2019-03-05 that gives every step of the night something to do."""
    from driveline.core import clock, nightly
    from driveline.core.models import Membership
    from driveline.engines.followup.models import Pursuit, Task
    from driveline.modules.leads.tests.conftest import Shop
    from tests.world import World

    world = World()
    shop = Shop(world)
    with clock.freeze("2019-03-02T00:05"):
        nightly.run()
    with clock.freeze("2019-03-02T09:00"):
        leads = shop.leads(12)
        shop.assign(leads, world.gujia, world.guyi)
    for day in ("2019-03-03", "2019-03-04", "2019-03-05"):
        with clock.freeze(f"{day}T00:05"):
            nightly.run()
        with clock.freeze(f"{day}T10:00"):
            for one in leads[:8]:
                one.refresh_from_db()
                shop.record(one, one.owner)
    Task.objects.filter(pursuit__in=leads[:3], state="open").update(state="cancelled")  # INV-2 is broken
    with clock.freeze("2019-03-05T17:00"):
        shop.void(leads[3])
    last = Task.objects.filter(pursuit=leads[3]).latest("pk")
    Task.objects.filter(pk=last.pk).update(state="open", closed_at=None, closed_by=None)  # INV-3 is broken
    Pursuit.objects.filter(pk__in=[one.pk for one in leads[9:11]]).update(owner=world.liwu, keeper=world.liwu)
    Task.objects.filter(pursuit__in=leads[9:11], state="open").update(assignee=world.liwu)
    Membership.objects.filter(user=world.liwu).update(active=False)


def dump() -> dict[str, list[str]]:
    """All rows that the night may touch, as text without the keys that a broken-off transaction uses up."""
    from driveline.core.models import DailyCounter, Notification, SweepStep, Transition
    from driveline.engines.followup.models import Pursuit, Task, TaskMove

    task = ("pursuit_id", "assignee_id", "due_date", "due_time", "first_due", "origin", "state", "created_at")
    tables = {
        "pursuits": Pursuit.objects.values_list(
            "pk", "phase", "owner_id", "keeper_id", "next_due", "next_time", "is_open", "ladder_step"
        ),
        "tasks": Task.objects.values_list(*task, "closed_at", "closed_by_id"),
        "moves": TaskMove.objects.values_list(
            "task__pursuit_id", "from_user_id", "to_user_id", "old_due", "new_due", "cause", "at", "by_id"
        ),
        "transitions": Transition.objects.values_list(
            "subject_id", "action", "from_state", "to_state", "actor_id", "at", "reason", "detail"
        ),
        "counters": DailyCounter.objects.values_list("store_id", "user_id", "day", "key", "value"),
        "notifications": Notification.objects.values_list(
            "store_id", "user_id", "kind", "params", "dedupe_key", "created_at"
        ),
        "steps": SweepStep.objects.filter(finished_at__isnull=False).values_list("store_id", "day", "step"),
    }
    return {name: sorted(map(str, rows)) for name, rows in tables.items()}


def importers() -> dict[str, str]:
    """The cast with dictionaries; the code of the store whose 经丁 brings files in."""
    from tests.world import World

    return {"store": World().a.code}


def imported() -> dict[str, Any]:
    """What all imports together have left."""
    from collections import Counter

    from driveline.core.models import OrgUnit, Party
    from driveline.engines.followup.invariants import check, check_log
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.intake.models import ImportBatch, Intake

    rows = Counter(Intake.objects.filter(batch__started_at__isnull=False).values_list("batch_id", "row"))
    started = ImportBatch.objects.filter(started_at__isnull=False).order_by("pk")
    return {
        "batches": [
            {
                "state": b.state,
                "counts": {k: b.counts.get(k, 0) for k in ("new", "duplicate", "failed")},
                "total": b.total,
            }
            for b in started
        ],
        "rows": len(rows),
        "twice": [list(key) for key, n in rows.items() if n > 1],
        "leads": Pursuit.objects.count(),
        "parties": Party.objects.count(),
        "numbers": Party.objects.values("phone_key").distinct().count(),
        "broken": [
            str(one)
            for store in OrgUnit.objects.filter(kind="store")
            for one in (*check(store), *check_log(store))
        ],
    }


def import_by_worker(path: str) -> int:
    """A file is brought in as from the page: mapped as guessed, checked, and left to the worker."""
    from pathlib import Path

    from driveline.core.access import actor_from, memberships_with_grants
    from driveline.engines.intake.imports.checking import import_check
    from driveline.engines.intake.imports.mapping import Wanted, import_map
    from driveline.engines.intake.imports.running import import_run
    from driveline.engines.intake.imports.uploading import import_upload

    actor = actor_from(memberships_with_grants().get(user__login="jingding"))
    batch = import_upload(actor, "lead", "名单.csv", [Path(path).read_bytes()], wait=True)
    columns = {place: name for name, place in batch.mapping.items()}
    wanted = Wanted(columns=columns, header_row=batch.header_row or 0, source_id=batch.source_id)
    import_map(actor, batch.pk, "lead", wanted)
    import_check(actor, batch.pk, "lead", wait=True)
    return import_run(actor, batch.pk, "lead").pk


def position() -> int:
    """The row up to which the newest import has its verdicts; 0 where there is none."""
    from driveline.engines.intake.models import ImportBatch

    return ImportBatch.objects.order_by("-pk").values_list("position", flat=True).first() or 0


def cut() -> int:
    """PostgreSQL ends every other connection to this database, as at its restart; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def resume_lost() -> int:
    """Time passes: what nobody is doing any more is handed to a worker again."""
    from datetime import timedelta

    from driveline.core import clock
    from driveline.core.jobs import jobs_resume
    from driveline.core.models import Job

    Job.objects.filter(state="running").update(heartbeat_at=clock.system_now() - timedelta(minutes=10))
    return jobs_resume()


class Writes:
    """Counts writing statements as a wrapper of `execute`; just before the n-th one the end comes (0: never)."""

    def __init__(self, kill_at: int, kill: Callable[[], None]) -> None:
        self.kill_at, self.kill, self.done = kill_at, kill, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self.done += 1
            if self.done == self.kill_at:
                self.kill()
        return execute(sql, params, many, context)


def bring_in(path: str, kill_at: str) -> dict[str, Any]:
    """`driveline import` in this process, which is killed as by -9 just before its n-th write."""
    from driveline.config.cli import main

    writes = Writes(int(kill_at), lambda: os.kill(os.getpid(), signal.SIGKILL))
    with connection.execute_wrapper(writes):
        words = ["import", "leads", path, "--store", "HX000026", "--as", "jingding", "--source", "other_web"]
        code = main(words)
    return {"writes": writes.done, "code": code}


def bring_in_without_room(path: str) -> None:
    """`driveline import` in this process, where no file may grow far beyond what the database has now."""
    import resource

    from driveline.config.cli import main
    from driveline.engines.intake.imports import running

    running.WAITS = (0.1,)  # the room does not come back, however long one waits
    connection.close()
    room = os.path.getsize(connection.settings_dict["NAME"]) + 1_500_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    words = ["import", "leads", path, "--store", "HX000026", "--as", "jingding", "--source", "other_web"]
    sys.exit(main(words))


def sweep(kill_at: str) -> dict[str, Any]:
    """The sweep in this process, which is killed as by -9 just before its n-th write."""
    from driveline.core import nightly

    writes = Writes(int(kill_at), lambda: os.kill(os.getpid(), signal.SIGKILL))
    with connection.execute_wrapper(writes):
        nightly.sweep()
    return {"writes": writes.done}


def answer(words: list[str]) -> None:
    """Do what the words say and print what came of it."""
    print(json.dumps(globals()[words[0]](*words[1:]), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    django.setup()
    from django.utils import translation

    with translation.override("zh-hans"):
        if sys.argv[1:]:
            answer(sys.argv[1:])
        for line in sys.stdin if not sys.argv[1:] else ():
            answer(line.split())
    connection.close()  # what was written is then in the one file that is copied
