"""Fills an empty database with the demonstration, relative to the business day on which it is loaded."""

from __future__ import annotations

from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from driveline.core import catalogue, clock, dictionaries
from driveline.core.access import system_user
from driveline.core.models import CarModel, OrgUnit
from driveline.core.opening import hours_of
from driveline.core.services import installation
from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.models import ArrivalRule
from driveline.kit.errors import Refused
from driveline.modules.leads.choices import KIND
from driveline.modules.setup.demo import people
from driveline.modules.setup.demo.figures import Messages, count_days
from driveline.modules.setup.demo.people import DemoLogin, StoreCast
from driveline.modules.setup.demo.season import Season
from driveline.modules.setup.demo.story import Stage
from driveline.modules.setup.demo.writing import Sources, Writer

SEED = 20260101
LEADS = (2400, 1600)  # per store
SERIES = {
    "大众": ("迈腾", "速腾", "探岳", "宝来", "高尔夫", "ID.4 CROZZ", "T-Roc探歌", "揽境"),
    "本田": ("本田CR-V", "本田XR-V", "思域", "英仕派", "享域", "本田UR-V"),
}


def loaded() -> bool:
    """Whether the database holds anything: a demonstration is loaded into an empty one only."""
    return installation.installed()


def load(reset: bool = False, *, leads: tuple[int, ...] = LEADS, seed: int = SEED) -> list[DemoLogin]:
    """Load the demonstration and return everybody who can sign in.

    Raises Refused where demonstrations are not allowed, or when there is something already and not `reset`
    (which empties every table first). The same seed and moment give the same rows.
    """
    if not any(getattr(settings, name, False) for name in ("DEMO", "TESTING", "DEBUG")):
        raise Refused(_("A demonstration is never loaded into a real installation."))
    if loaded():
        if not reset:
            raise Refused(_("The database is not empty."))
        call_command("flush", interactive=False, verbosity=0)
    catalogue.load()
    with transaction.atomic():
        group = people.make_group()
        installation.seed(group)
        casts = people.hire(group)
        for place, (cast, count) in enumerate(zip(casts, leads, strict=True)):
            _fill(cast, count, Random(seed + place))  # noqa: S311  chance for a show, not for secrets
    return people.logins()


def _fill(cast: StoreCast, count: int, random: Random) -> None:
    stage = _stage(cast)
    cars = list(
        CarModel.objects.filter(series__brand__name=cast.brand, series__name__in=SERIES[cast.brand])
        .exclude(name="")
        .select_related("series")
        .order_by("series__name", "name")
    )
    stories = Season(stage, random, sorted({car.series.name for car in cars})).leads(count)
    sources = {item.code: item.id for item in dictionaries.items(cast.store.pk, "lead_source")}
    pursuits = Writer(cast.store, stage, random, Sources(sources), cars).write(stories)
    _rules(cast, sources)
    count_days(cast.store.pk, stage.today)
    Messages(cast, stage, random).write(stories, pursuits)


def _rules(cast: StoreCast, sources: dict[str, int]) -> None:
    """What people ring up or leave on the web site goes to one person each, the platforms in turn; the rest waits."""
    manager, clerks = cast.managers[0], [user.pk for user in cast.clerks if user in cast.followers]
    wanted = {
        "autohome": ("rotation", clerks),
        "dongchedi": ("rotation", clerks),
        "hotline": ("person", clerks[:1]),
    }
    ArrivalRule.objects.bulk_create(
        ArrivalRule(
            store=cast.store, kind=KIND, source_id=sources[code], mode=mode, people=people,
            changed_by=manager, changed_at=clock.now(),
        )
        for code, (mode, people) in wanted.items()
    )  # fmt: skip


def _stage(cast: StoreCast) -> Stage:
    now = clock.now()
    policy = policy_for(KIND)
    store: OrgUnit = cast.store
    numbers = policy.numbers(store.pk, now.date())
    reasons = [
        (item.parent_code, item.code)
        for item in dictionaries.items(store.pk, policy.defeat_reasons)
        if item.parent_code
    ]
    return Stage(
        now=now,
        hours=hours_of(store.pk, now.date()),
        followers=[user.pk for user in cast.followers],
        managers=[user.pk for user in cast.managers],
        clerks=[user.pk for user in cast.clerks],
        system_id=system_user().pk,
        town=store.city,
        intervals=dict(numbers.intervals),
        chips={chip.code: chip for chip in policy.chips},
        reasons=reasons,
    )
