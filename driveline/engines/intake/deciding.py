"""One pass over a set of arrivals: what the table says of each, from a constant number of look-ups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from driveline.core import bulk
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival, Decision, Look, VerdictRule, rules_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

IN_FILE = "DUP_IN_FILE"
IN_FILE_LABEL = _("Twice in the file")
AGAIN = "DUP_MESSAGE"
AGAIN_LABEL = _("Handled before under the same number of the source")


def decide(
    arrivals: Sequence[Arrival], batch_id: int | None = None, seen: set[str] | None = None
) -> list[Decision]:
    """The decision on each arrival, in their order (dealer.md §2.6). All are of one store and kind, and no two
    of them may have the same number unless they are rows of one file: there the first counts, row 1. `seen` are the
    numbers of the file's earlier rows where these were not written (a rehearsal); those found here are added.

    A message that failed before and comes again, from its sender or mended by a person, is decided anew in its row.
    """
    if not arrivals:
        return []
    earlier = _handled(arrivals)
    if seen is None:
        seen = _in_file(arrivals, batch_id) if batch_id is not None else set()
    phones = frozenset(a.phone_key for a in arrivals if a.phone_key)
    look = Look(arrivals[0].store_id, phones)
    rules = rules_of(arrivals[0].kind)
    decisions = []
    for arrival in arrivals:
        known = earlier.get((arrival.source_id, arrival.external_id))
        message = f"{arrival.source_id}\n{arrival.external_id}" if arrival.external_id else ""
        mends = known.pk if known and known.verdict == VerdictCode.FAILED and batch_id is None else None
        if known is not None and mends is None:
            decisions.append(_again(arrival, known, in_file=batch_id is not None))
        elif arrival.problems:
            decisions.append(Decision(arrival, VerdictCode.FAILED, "", mends=mends))
        elif batch_id is not None and message in seen:
            decisions.append(Decision(arrival, VerdictCode.DUPLICATE, AGAIN))
        elif batch_id is not None and arrival.phone_key and arrival.phone_key in seen:
            decisions.append(Decision(arrival, VerdictCode.DUPLICATE, IN_FILE))
        else:
            decisions.append(_by_table(arrival, rules, look, mends))
            seen |= {arrival.phone_key, message} - {""}
    return decisions


def label_of(kind: str, code: str) -> str | _StrPromise:
    """过滤原因: the rule's name for people; the code itself for a rule that is gone."""
    if code in (IN_FILE, AGAIN):
        return IN_FILE_LABEL if code == IN_FILE else AGAIN_LABEL
    return next((rule.label for rule in rules_of(kind) if rule.code == code), code)


def labels(kind: str) -> list[tuple[str, str | _StrPromise]]:
    """Every reason an arrival of the kind can be held back for, in the table's order."""
    held = [(rule.code, rule.label) for rule in rules_of(kind) if rule.verdict == VerdictCode.DUPLICATE]
    return [(IN_FILE, IN_FILE_LABEL), *held]


def _by_table(arrival: Arrival, rules: Sequence[VerdictRule], look: Look, mends: int | None) -> Decision:
    if arrival.phone_key:
        for rule in rules:
            pursuit = rule.match(arrival, look)
            if pursuit is not None:
                return Decision(arrival, rule.verdict, rule.code, rule.version, pursuit, mends=mends)
    return Decision(arrival, VerdictCode.NEW, mends=mends)


def _again(arrival: Arrival, known: Intake, *, in_file: bool) -> Decision:
    """Row 0: the same message once more. What was decided then stands; nothing is written. A row of a file has
    its verdict all the same, so that every row has one."""
    if in_file:
        return Decision(arrival, VerdictCode.DUPLICATE, AGAIN, 1, known.pursuit, known.pk)
    return Decision(arrival, known.verdict, known.rule, known.rule_version, known.pursuit, known.pk)


def _handled(arrivals: Sequence[Arrival]) -> dict[tuple[int | None, str | None], Intake]:
    ids = {a.external_id for a in arrivals if a.external_id}
    sources = {a.source_id for a in arrivals if a.external_id}
    found = bulk.select(_HANDLED, arrivals[0].store_id, sources, ids) if ids else []
    if not found:  # nearly always
        return {}
    rows = Intake.objects.filter(pk__in=[pk for (pk,) in found])
    return {
        (row.source_id, row.external_id): row
        for row in rows.select_related("pursuit", "pursuit__party", "pursuit__owner")
    }


_HANDLED = "SELECT id FROM intake_intake WHERE store_id = {} AND source_id IN {} AND external_id IN {}"


def _in_file(arrivals: Sequence[Arrival], batch_id: int) -> set[str]:
    """The numbers of these that an earlier row of the file brought. By the numbers, not by the file: its rows grow
    with every chunk, and the database would read them all each time."""
    phones = {a.phone_key for a in arrivals if a.phone_key}
    rows = Intake.objects.filter(store_id=arrivals[0].store_id, phone_key__in=phones)
    found = rows.values_list("phone_key", "batch_id", "verdict")
    return {phone for phone, batch, verdict in found if batch == batch_id and verdict != VerdictCode.FAILED}
