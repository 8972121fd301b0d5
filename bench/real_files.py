"""Files of other programs and of dealers, brought in unedited under both contact rules: the table of docs/imports.md.

python -m bench.real_files [FOLDER]      FOLDER holds the files (default: the folder that the tests know)
python -m bench.real_files --why FILE    the reasons of one file's rows

Each file goes into an empty store of its own installation; the seconds are those of reading, checking and importing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

# pattern, and what it is, in the order of the table
FILES = (
    ("crm/zoho_crm_export/Leads.csv", "Zoho, leads"),
    ("crm/dealer_leads_testdrives/customers.csv", "a dealer's customers"),
    ("crm/dealer_leads_testdrives/Leads.csv", "a dealer's leads"),
    ("crm/hubspot_format/hubspot_contacts.csv", "HubSpot, contacts"),
    ("crm/cn_import_templates/*.xlsx", "Chinese template"),
    ("crm/customer_call_list_messy.xlsx", "messy call list"),
    ("crm/oro_demo/leads.csv", "OroCRM, leads"),
    ("auto/dealers_2020/*.xlsx", "dealers of a make"),
    ("auto/car_sales/car_sales_customers.csv", "car sales"),
    ("auto/repair_shop/client_gb18030.csv", "repair shop, GB18030"),
)
RULES = ("mobile", "any_phone")


@dataclass
class Result:
    """What came of one file under one rule."""

    name: str
    rule: str
    rows: int = 0
    new: int = 0
    duplicate: int = 0
    failed: int = 0
    seconds: float = 0.0
    refused: str = ""
    reasons: Counter[str] | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring real files in and say what came of them.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--why", metavar="PART", help="the reasons of the files whose name has this part")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="driveline-imports-"))
    try:
        _install(home)
        from driveline.kit.importing.tests.data import DATA

        folder = args.folder or DATA
        results = [_one(path, rule) for path in _files(folder, args.why or "") for rule in RULES]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print_table(results)
    if args.why:
        print_reasons(results)


def _install(home: Path) -> None:
    """An installation of its own, on the embedded database."""
    os.environ |= {
        "DRIVELINE_HOME": str(home),
        "DRIVELINE_SECRET_KEY": "only-for-this-bench-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DJANGO_SETTINGS_MODULE": "driveline.config.settings.prod",
        "DRIVELINE_PLAIN_HTTP": "1",
    }
    from driveline.config.cli import main as driveline

    with redirect_stdout(StringIO()):
        assert driveline(["migrate"]) == 0
        assert driveline(["init", "--group", "集团", "--store", "S0", "一店", "--admin", "guanli"]) == 0


def _files(folder: Path, part: str) -> Iterator[Path]:
    for pattern, _what in FILES:
        yield from (path for path in sorted(folder.glob(pattern)) if part in str(path))


_stores: list[int] = []


def _one(path: Path, rule: str) -> Result:
    """The file into an empty store with this rule."""
    from django.utils import translation

    from driveline.core.access import system_actor
    from driveline.engines.intake.imports.checking import import_check
    from driveline.engines.intake.imports.mapping import Wanted, import_map
    from driveline.engines.intake.imports.running import import_run
    from driveline.engines.intake.imports.uploading import import_upload
    from driveline.engines.intake.models import Intake
    from driveline.kit.errors import Invalid, Refused

    actor = system_actor(_store(rule))
    result = Result(f"{path.parent.name}/{path.name}", rule)
    began = time.monotonic()
    with translation.override("en"):
        try:
            batch = import_upload(actor, "lead", path.name, [path.read_bytes()], wait=True)
            columns = {place: name for name, place in batch.mapping.items()}
            wanted = Wanted(
                columns=columns,
                sheet=batch.sheet,
                header_row=batch.header_row or 0,
                source_id=batch.source_id,
            )
            result.rows = batch.total
            import_map(actor, batch.pk, "lead", wanted)
            import_check(actor, batch.pk, "lead", wait=True)
            batch = import_run(actor, batch.pk, "lead", wait=True)
        except (Invalid, Refused) as refusal:
            result.refused = str(refusal)
            result.seconds = time.monotonic() - began
            return result
    result.seconds = time.monotonic() - began
    counts: dict[str, Any] = batch.counts
    result.new, result.duplicate, result.failed = counts["new"], counts["duplicate"], counts["failed"]
    rows = Intake.objects.filter(batch=batch, verdict="failed").values_list(
        "row", "payload__name", "problems"
    )
    result.reasons = Counter(f"{field}: {said}" for _r, _n, found in rows for field, said in found.items())
    return result


def _store(rule: str) -> int:
    """A further store of the group, its contact rule set."""
    from driveline.core import clock
    from driveline.core.access import system_user
    from driveline.core.models import OrgUnit, SettingValue

    group = OrgUnit.objects.get(kind="group")
    store = OrgUnit.objects.create(parent=group, kind="store", code=f"T{len(_stores)}", name="店")
    _stores.append(store.pk)
    SettingValue.objects.create(
        unit=store,
        key="lead.contact_rule",
        value=rule,
        valid_from=clock.today(),
        set_at=clock.now(),
        set_by=system_user(),
    )
    return store.pk


def print_table(results: list[Result]) -> None:
    print(
        "| File | Rule | Rows | New | Duplicate | Failed | Seconds |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for r in results:
        rule = "any number" if r.rule == "any_phone" else "mobile"
        if r.refused:
            print(f"| `{r.name}` | {rule} | {r.rows:,} | | | refused | {r.seconds:.1f} |")
        else:
            print(
                f"| `{r.name}` | {rule} | {r.rows:,} | {r.new:,} | {r.duplicate:,} | {r.failed:,} | {r.seconds:.1f} |"
            )


def print_reasons(results: list[Result]) -> None:
    for r in results:
        print(f"\n{r.name}, {r.rule}")
        for said, n in (r.reasons or Counter()).most_common(15):
            print(f"  {n:>6,}  {said}")


if __name__ == "__main__":
    main()
