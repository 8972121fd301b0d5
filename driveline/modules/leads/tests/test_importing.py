"""Files of leads: every row one verdict, done in sets, gone on with, given back and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core.models import Notification, Party
from driveline.engines.intake.imports.checking import import_check
from driveline.engines.intake.imports.mapping import Wanted, import_map
from driveline.engines.intake.imports.running import import_run
from driveline.engines.intake.imports.uploading import import_upload
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.conftest import Shop

HEAD = "姓名,手机号,备注"


def csv(*lines: str, head: str = HEAD) -> list[bytes]:
    return ["\n".join([head, *lines]).encode()]


class Desk:
    """经丁 brings files in, unless said otherwise."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.actor = shop.actor(shop.world.jingding)

    def upload(self, *lines: str, head: str = HEAD, name: str = "名单.csv", by: Any = None) -> ImportBatch:
        return import_upload(by or self.actor, "lead", name, csv(*lines, head=head))

    def mapped(self, batch: ImportBatch, by: Any = None, **options: Any) -> ImportBatch:
        wanted = Wanted(
            columns={place: name for name, place in batch.mapping.items()},
            sheet=batch.sheet,
            header_row=batch.header_row or 0,
            source_id=options.pop("source_id", self.shop.source.id),
            options=options,
        )
        return import_map(by or self.actor, batch.pk, "lead", wanted)

    def checked(self, *lines: str, head: str = HEAD, **options: Any) -> ImportBatch:
        batch = self.mapped(self.upload(*lines, head=head), **options)
        return import_check(self.actor, batch.pk, "lead")

    def run(self, *lines: str, head: str = HEAD, **options: Any) -> ImportBatch:
        return import_run(self.actor, self.checked(*lines, head=head, **options).pk, "lead")


@pytest.fixture
def desk(shop: Shop, settings: Any, tmp_path: Any) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(shop)


def numbers(batch: ImportBatch) -> tuple[int, int, int]:
    return tuple(batch.counts.get(name, 0) for name in ("new", "duplicate", "failed"))


def test_a_file_becomes_leads_and_every_row_has_one_verdict(desk: Desk) -> None:
    batch = desk.run(
        "周明远,13800004127,想看车",
        "何静怡,139-0000-7752,",
        "W先生,1380000412,",
        ",13500005574,",
        "周明远,13800004127,",
    )
    assert (batch.state, numbers(batch), batch.number) == ("done", (2, 1, 2), 1)
    rows = {row.row: (row.verdict, row.rule) for row in Intake.objects.all()}
    assert rows == {
        2: ("new", "NEW"), 3: ("new", "NEW"), 4: ("failed", ""), 5: ("failed", ""), 6: ("duplicate", "DUP_IN_FILE"),
    }  # fmt: skip
    assert set(Party.objects.values_list("name", "phone_key")) == {
        ("周明远", "13800004127"),
        ("何静怡", "13900007752"),
    }
    problems = dict(Intake.objects.filter(verdict="failed").values_list("row", "problems"))
    assert {row: list(found) for row, found in problems.items()} == {4: ["phone"], 5: ["name"]}
    assert Notification.objects.get(kind="import_done").user == desk.shop.world.jingding
