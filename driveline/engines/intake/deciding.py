"""One pass over a set of arrivals: what the table says of each, from a constant number of look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def decide(arrivals: Sequence[Arrival], *, seen: Iterable[str] | None = None) -> list[Decision]:
    """The decision on each arrival, in their order (dealer.md §2.6). All are of one store and kind, and no two
    of them may have the same number unless they are rows of one file: there the first counts, row 1. `seen` are
    then those of their `names` that earlier rows of the file had.

    A message that failed before and comes again, from its sender or mended by a person, is decided anew in its row.
    """
    if not arrivals:
        return []
    earlier = _handled(arrivals)
    in_file, before = seen is not None, set(seen or ())
    phones = frozenset(a.phone_key for a in arrivals if a.phone_key)
    look = Look(arrivals[0].store_id, phones)
    rules = rules_of(arrivals[0].kind)
    decisions = []
    for arrival in arrivals:
        known = earlier.get((arrival.source_id, arrival.external_id))
        mends = known.pk if known and known.verdict == VerdictCode.FAILED and not in_file else None
        if known is not None and mends is None:
            decisions.append(_again(arrival, known, in_file=in_file))
        elif arrival.problems:
            decisions.append(Decision(arrival, VerdictCode.FAILED, "", mends=mends))
        elif in_file and (rule := _repeats(arrival, before)):
            decisions.append(Decision(arrival, VerdictCode.DUPLICATE, rule))
        else:
            decisions.append(_by_table(arrival, rules, look, mends))
        if in_file:
            before.update(names(arrival))
    return decisions


def names(arrival: Arrival) -> Sequence[str]:
    """By what a later row of the file is known to repeat this one: the number of the message, and the person's."""
    if arrival.problems:
        return ()
    return [name for name in (_message(arrival), arrival.phone_key) if name]


def _repeats(arrival: Arrival, before: set[str]) -> str:
    """The rule by which an earlier row of the file was the same, "" when none was."""
    if arrival.external_id and _message(arrival) in before:
        return AGAIN
    return IN_FILE if arrival.phone_key and arrival.phone_key in before else ""


def names_of_file(batch_id: int) -> set[str]:
    """The numbers that the rows of the file brought so far, for whoever goes on with it."""
    rows = Intake.objects.filter(batch_id=batch_id).exclude(verdict=VerdictCode.FAILED)
    return set(rows.exclude(phone_key="").values_list("phone_key", flat=True).iterator(chunk_size=5000))


def _message(arrival: Arrival) -> str:
    return f"{arrival.source_id}\n{arrival.external_id}" if arrival.external_id else ""


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
    person = look.people.get(arrival.phone_key) if arrival.phone_key else None
    if arrival.phone_key:
        for rule in rules:
            pursuit = rule.match(arrival, look)
            if pursuit is not None:
                found = (rule.verdict, rule.code, rule.version, pursuit)
                return Decision(arrival, *found, mends=mends, party_id=person)
    return Decision(arrival, VerdictCode.NEW, mends=mends, party_id=person)


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
