"""Short ways to bring files in, for tests: 经丁 at his desk."""

from __future__ import annotations

import io
import json
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from driveline.engines.intake.imports.checking import import_check
from driveline.engines.intake.imports.mapping import Wanted, import_map
from driveline.engines.intake.imports.running import import_run
from driveline.engines.intake.imports.uploading import import_upload
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.modules.leads.tests.conftest import Shop

HEAD = "姓名,手机号,备注"
THREE = [
    "周明远,13800004127,想看车",
    "何静怡,1390000775,",
    "罗曼青,18100003379,",
]  # the second number is too short


def csv(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def xlsx(**sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return out.getvalue()


class Desk:
    """经丁 brings files in, unless said otherwise. Lines are those of a CSV below the usual head."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.actor = shop.actor(shop.world.jingding)

    def upload(self, data: bytes, name: str = "名单.csv", by: Any = None) -> ImportBatch:
        return import_upload(by or self.actor, "lead", name, [data], wait=True)

    def mapped(self, batch: ImportBatch, *, by: Any = None, **wanted: Any) -> ImportBatch:
        """As it was guessed, unless `columns` (field → place) says otherwise; other words are options."""
        columns = wanted.pop("columns", batch.mapping)
        given = Wanted(
            columns={place: name for name, place in columns.items()},
            sheet=wanted.pop("sheet", batch.sheet),
            header_row=wanted.pop("header_row", batch.header_row or 0),
            source_id=wanted.pop("source_id", self.shop.source.id if self.shop.source else None),
            options=wanted,
        )
        return import_map(by or self.actor, batch.pk, "lead", given)

    def checked(self, *lines: str, head: str = HEAD, data: bytes = b"", **wanted: Any) -> ImportBatch:
        batch = self.mapped(self.upload(data or csv(*lines, head=head)), **wanted)
        return import_check(self.actor, batch.pk, "lead", wait=True)

    def run(self, *lines: str, head: str = HEAD, data: bytes = b"", **wanted: Any) -> ImportBatch:
        batch = self.checked(*lines, head=head, data=data, **wanted)
        return import_run(self.actor, batch.pk, "lead", wait=True)


def numbers(batch: ImportBatch) -> tuple[int, int, int]:
    """New, duplicate, failed as the import says."""
    new, duplicate, failed = (batch.counts.get(name, 0) for name in ("new", "duplicate", "failed"))
    return new, duplicate, failed


def rehearsed(batch: ImportBatch) -> tuple[int, int, int]:
    """The same as the dry run says."""
    new, duplicate, failed = (batch.rehearsed.get(name, 0) for name in ("new", "duplicate", "failed"))
    return new, duplicate, failed


def verdicts(batch: ImportBatch) -> dict[int, tuple[str, str, str]]:
    """Row of the file → verdict, rule, what was done."""
    rows = Intake.objects.filter(batch=batch)
    return {row.row or 0: (row.verdict, row.rule, row.done) for row in rows}


class Browser:
    """经丁's browser, or somebody else's."""

    def __init__(self, desk: Desk, user: Any = None, store: Any = None) -> None:
        self.client = desk.shop.world.client(user or desk.shop.world.jingding, store)
        self.store = (store or desk.shop.world.a).pk

    def get(self, url: str, status: int = 200, **headers: str) -> str:
        answer = self.client.get(url, headers=headers)
        assert answer.status_code == status, answer.content.decode()[:400]
        return answer.content.decode()

    def post(self, url: str, data: dict[str, Any], status: int = 204) -> Any:
        answer = self.client.post(url, {"store": self.store, **data})
        assert answer.status_code == status, answer.content.decode()[:400]
        return answer

    def upload(self, data: bytes, name: str = "名单.csv") -> ImportBatch:
        answer = self.post("/imports/new/", {"file": SimpleUploadedFile(name, data)})
        assert json.loads(answer["HX-Trigger"])["nav:go"]["url"].startswith("/imports/")
        return ImportBatch.objects.latest("pk")

    def map(self, batch: ImportBatch, status: int = 204, **data: Any) -> Any:
        columns = {f"column-{place}": name for name, place in batch.mapping.items()}
        sent = {"header_row": batch.header_row, "source": batch.source_id or "", **columns, **data}
        return self.post(f"/imports/{batch.pk}/map/", sent, status)
