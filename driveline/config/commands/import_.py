"""driveline import: a spreadsheet of leads, from the terminal; the same as in the browser, in the foreground. It speaks
the language of the person in whose name it runs, as everything that stays of the import does."""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.config.cli import Refusal

if TYPE_CHECKING:
    from driveline.core.access import Actor
    from driveline.engines.intake.models import ImportBatch

HELP = "Import a spreadsheet (xlsx, xls, csv). Broken off, the same line goes on where it stopped."
KINDS = {"leads": "lead"}
PART = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=sorted(KINDS), help="what the rows are")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--store", required=True, metavar="CODE", help="the store they are for")
    parser.add_argument("--as", dest="login", metavar="LOGIN", help="in whose name (default: the program's)")
    parser.add_argument("--sheet", metavar="N|NAME", help="the sheet, by place from 1 or by name")
    parser.add_argument("--source", metavar="CODE", help="source of rows that do not name a known one")
    parser.add_argument("--mapping", metavar="NAME", help="read the columns as kept under this name")
    parser.add_argument("--dry-run", action="store_true", help="only say what would become of the rows")
    parser.add_argument(
        "--keep-existing", action="store_true", help="change no customer that is there already"
    )
    parser.add_argument("--failed", type=Path, metavar="OUT.xlsx", help="write the rows with errors here")


def run(args: argparse.Namespace) -> int:
    """Read, map, check, import; say what came of it."""
    from django.utils import translation

    if not args.file.is_file():
        raise Refusal(f"there is no file {args.file}")
    actor = _actor(args.store, args.login)
    with translation.override(actor.language):
        batch = _unfinished(actor, args) or _mapped(actor, args)
        return _rehearse(actor, batch, args) if args.dry_run else _import(actor, batch, args)


def _actor(store_code: str, login: str | None) -> Actor:
    from driveline.core.access import actor_from, memberships_with_grants, system_actor
    from driveline.core.models import OrgUnit

    store = OrgUnit.objects.filter(code=store_code, kind=OrgUnit.Kind.STORE, active=True).first()
    if store is None:
        raise Refusal(f"there is no store {store_code}")
    if login is None:
        return system_actor(store)
    found = (
        memberships_with_grants().filter(user__login=login.lower(), user__is_active=True, store=store).first()
    )
    if found is None:
        raise Refusal(f"{login} does not work in {store_code}")
    return actor_from(found)


def _unfinished(actor: Actor, args: argparse.Namespace) -> ImportBatch | None:
    """The import of the same file that was broken off in the middle."""
    from driveline.engines.intake.choices import BatchState
    from driveline.engines.intake.imports.running import abandoned, release
    from driveline.engines.intake.models import ImportBatch

    digest = hashlib.sha256()
    for part in _parts(args.file):
        digest.update(part)
    rows = ImportBatch.objects.select_related("job", "user").filter(
        store_id=actor.store_id, kind=KINDS[args.what], sha256=digest.hexdigest(), user_id=actor.user_id
    )
    open_states = (BatchState.RUNNING, BatchState.STOPPED, BatchState.FAILED)
    batch = rows.filter(state__in=open_states, started_at__isnull=False).order_by("-pk").first()
    if batch is None or args.dry_run:
        return None
    if batch.state == BatchState.RUNNING:
        if not abandoned(batch):
            raise Refusal(_("The same file is being imported right now."))
        release(batch)
    print(_("%(name)s: going on after row %(row)s") % {"name": batch.name, "row": batch.position})
    return batch


def _mapped(actor: Actor, args: argparse.Namespace) -> ImportBatch:
    from driveline.core import dictionaries
    from driveline.engines.intake.imports.kinds import kind_of
    from driveline.engines.intake.imports.mapping import (
        Wanted,
        import_map,
        mapping_named,
        propose,
        sheet_named,
    )
    from driveline.engines.intake.imports.uploading import import_upload

    kind = KINDS[args.what]
    saved = mapping_named(actor.store_id, kind, args.mapping) if args.mapping else None
    source = None
    if args.source:
        source = dictionaries.item_by_code(actor.store_id, kind_of(kind).dictionary, args.source)
        if source is None or not source.offered:
            raise Refusal(_("There is no source %(code)s in this store.") % {"code": args.source})
    batch = import_upload(actor, kind, args.file.name, _parts(args.file), wait=True)
    if args.sheet or saved:
        propose(batch, sheet=sheet_named(batch, args.sheet) if args.sheet else None, saved=saved)
    _say_mapping(batch)
    wanted = Wanted(
        columns={place: name for name, place in batch.mapping.items()},
        sheet=batch.sheet,
        header_row=batch.header_row or 0,
        source_id=source.id if source else batch.source_id,
        options={"touch": not args.keep_existing},
    )
    return import_map(actor, batch.pk, kind, wanted)


def _say_mapping(batch: ImportBatch) -> None:
    from driveline.engines.intake.imports.words import field_labels, ground

    sheet = batch.book["sheets"][batch.sheet]
    words = {
        "file": batch.name,
        "place": batch.sheet + 1,
        "name": f" “{sheet['name']}”" if sheet["name"] else "",
        "rows": f"{batch.total:,}",
        "row": batch.header_row,
    }
    if batch.header_row:
        print(_("%(file)s: sheet %(place)s%(name)s, rows: %(rows)s, head in row %(row)s") % words)
    else:
        print(_("%(file)s: sheet %(place)s%(name)s, rows: %(rows)s, no head") % words)
    labels = field_labels(batch)
    for place, found in enumerate(batch.grounds):
        label = batch.header[place] if place < len(batch.header) else ""
        field = labels.get(found["field"] or "", "-")
        why = ground(found["code"], found["params"])[1] if found["field"] else ""
        print(f"  {_letter(place):>3}  {label or '-'}  →  {field}  {f'({why})' if why else ''}".rstrip())


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _rehearse(actor: Actor, batch: ImportBatch, args: argparse.Namespace) -> int:
    from driveline.engines.intake.imports.checking import import_check
    from driveline.kit.formats import listed

    began = time.monotonic()
    batch = import_check(actor, batch.pk, batch.kind, wait=True)
    _say_numbers(batch, batch.rehearsed, time.monotonic() - began, batch.total)
    for field, words in batch.rehearsed.get("unknown", {}).items():
        shown = listed(f"{word} {n}" for word, n in words[:8])
        print("  " + _("not known (%(field)s): %(words)s") % {"field": field, "words": shown})
    _write_failed(batch, args.failed)
    print(_("nothing was written"))
    return 0


def _import(actor: Actor, batch: ImportBatch, args: argparse.Namespace) -> int:
    from driveline.engines.intake.choices import BatchState
    from driveline.engines.intake.imports.counting import handled
    from driveline.engines.intake.imports.running import import_run

    before, began = handled(batch.counts), time.monotonic()
    batch = import_run(actor, batch.pk, batch.kind, wait=True, unchecked=True)
    _say_numbers(batch, batch.counts, time.monotonic() - began, handled(batch.counts) - before)
    _write_failed(batch, args.failed)
    if batch.number:
        print(_("import %(id)s, batch %(number)s") % {"id": batch.pk, "number": batch.number})
    else:
        print(_("import %(id)s, nothing new and so no batch") % {"id": batch.pk})
    if batch.state != BatchState.DONE:
        raise Refusal(_("Stopped after row %(row)s; the same command goes on.") % {"row": batch.position})
    return 0


def _say_numbers(batch: ImportBatch, counts: dict[str, Any], seconds: float, rows: int) -> None:
    from driveline.engines.intake.imports.words import field_labels, verdicts

    for line in verdicts(batch.kind, counts, field_labels(batch)):
        if line.count:
            print(f"  {line.count:>8,}  {line.label}{f' ({line.note})' if line.note else ''}")
    took = {"seconds": f"{seconds:.2f}", "speed": f"{rows / max(seconds, 0.001):,.0f}"}
    print(f"  {rows:>8,}  " + _("rows in %(seconds)s s, %(speed)s rows/s") % took)


def _write_failed(batch: ImportBatch, target: Path | None) -> None:
    from driveline.engines.intake.imports.papers import failed_paper

    counts = batch.counts if batch.started_at else batch.rehearsed
    if target is not None and counts.get("failed"):
        with failed_paper(batch) as paper:
            target.write_bytes(paper.read())
        print(_("rows with errors: %(file)s") % {"file": target})


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while part := stream.read(PART):
            yield part
