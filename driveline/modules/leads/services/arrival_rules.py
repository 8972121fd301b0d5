"""分配规则: who gets the leads that newly arrive, per source, for every door (DESIGN §3a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from driveline.core import clock, dictionaries
from driveline.core.models import User
from driveline.core.people import user_label
from driveline.core.request_cache import forget
from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.models import ArrivalRule
from driveline.engines.ownership.people import candidates
from driveline.kit.commands import Run, command
from driveline.kit.errors import Conflict, Forbidden, Invalid
from driveline.kit.ports import ports
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

EDIT = "leads.rules"


def arrival_rule_save(
    actor: Actor,
    *,
    mode: str,
    people: Iterable[int] = (),
    source: int | None = None,
    pk: int | None = None,
) -> ArrivalRule:
    """Make a rule for a source (None: every source without one of its own), or change rule `pk`. It holds from the
    next arrival on. Raises Forbidden, Invalid, Conflict (the source has a rule), ArrivalRule.DoesNotExist."""
    if not actor.can(EDIT):
        raise Forbidden(_("Your role does not include this action."))
    chosen = _checked(actor, mode, list(people), source)
    values: dict[str, Any] = {
        "mode": mode,
        "people": chosen,
        "changed_at": clock.now(),
        "changed_by_id": actor.user_id,
    }
    try:
        with transaction.atomic():
            if pk is None:
                rule = ArrivalRule.objects.create(
                    store_id=actor.store_id, kind=KIND, source_id=source, **values
                )
            else:
                rule = visible(ArrivalRule, actor, EDIT).get(pk=pk)
                ArrivalRule.objects.filter(pk=pk).update(version=F("version") + 1, **values)
            _note(actor, "arrival_rule.save", rule.pk, {"mode": mode, "people": chosen, "source": source})
    except IntegrityError as error:
        raise Conflict(_("This source has a rule already; change that one.")) from error
    forget("arrival rules")
    rule.refresh_from_db()
    return rule


def names_of(rules: Iterable[ArrivalRule]) -> dict[int, str]:
    """User id → name of everybody the rules name, leavers included. One query."""
    wanted = {pk for rule in rules for pk in rule.people}
    return {user.pk: user_label(user) for user in User.objects.filter(pk__in=wanted)}


@command(
    "arrival_rule.remove",
    model=ArrivalRule,
    permission=EDIT,
    label=gettext_lazy("Remove"),
    icon="trash",
    danger=True,
    confirm=lambda rows, actor: {
        "title": _("Remove the rule?"),
        "text": _(
            "What arrives by this source then goes by the rule for all other sources, or waits to be assigned."
        ),
        "button": _("Remove"),
    },
)
def arrival_rule_remove(rows: Sequence[ArrivalRule], run: Run) -> None:
    """What arrives from now on goes by the rule for all other sources; what was given stays given."""
    ArrivalRule.objects.filter(pk__in=[row.pk for row in rows]).delete()
    forget("arrival rules")
    run.message = ngettext("%(n)s rule removed", "%(n)s rules removed", len(rows)) % {"n": len(rows)}


def _checked(actor: Actor, mode: str, people: list[int], source: int | None) -> list[int]:
    errors: dict[str, list[str]] = {}
    if mode not in ArrivalRule.Mode.values:
        errors["mode"] = [_("This is not one of the choices.")]
    if source is not None and source not in {
        entry.id for entry in dictionaries.items(actor.store_id, "lead_source")
    }:
        errors["source"] = [_("This source is not in use.")]
    wanted = [] if mode == ArrivalRule.Mode.NOBODY else list(dict.fromkeys(people))
    able = {one.user_id for one in candidates(actor.store_id, policy_for(KIND))}
    if mode != ArrivalRule.Mode.NOBODY and not wanted:
        errors["people"] = [_("Choose at least one person.")]
    elif mode == ArrivalRule.Mode.PERSON and len(wanted) > 1:
        errors["people"] = [_("Choose one person only.")]
    elif not set(wanted) <= able:
        errors["people"] = [_("This person cannot be given work here.")]
    if errors:
        raise Invalid(errors)
    return wanted


def _note(actor: Actor, action: str, pk: int, detail: dict[str, Any]) -> None:
    ports.audit.write(actor, action, object_type="ownership.arrivalrule", object_id=pk, detail=detail)
