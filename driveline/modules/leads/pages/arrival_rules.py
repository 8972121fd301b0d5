"""分配规则: a list of the store's rules for what newly arrives; the next one to get a lead stands beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.arrival import Assigner
from driveline.engines.ownership.models import ArrivalRule
from driveline.engines.ownership.people import candidates
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts
from driveline.kit.formats import listed
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Open, Tool
from driveline.kit.views.details import row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.arrival_forms import ArrivalRuleForm
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.services.arrival_rules import (
    EDIT,
    arrival_rule_remove,
    arrival_rule_save,
    names_of,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """A rule for a source that has none."""
    return _form(request, page, None)


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Another way to give, or other people; the source stays."""
    return _form(request, page, row_of(request, page, pk))


def _form(request: HttpRequest, page: ListPage, rule: ArrivalRule | None) -> HttpResponse:
    actor = actor_of(request)

    def act(data: dict[str, Any]) -> HttpResponse:
        source = rule.source_id if rule else data.pop("source", None) or None
        data.pop("source", None)
        return saved(arrival_rule_save(actor, source=source, pk=rule.pk if rule else None, **data).pk)

    title = gettext("Rule for %(source)s") % {"source": _source(rule)} if rule else gettext("New rule")
    return form_screen(
        request,
        page,
        lambda data: ArrivalRuleForm(data, actor=actor, rule=rule),
        act,
        title,
        permission=EDIT,
        lead_text=gettext(
            "It holds for whatever arrives from now on: form, file, platform and program alike."
        ),
    )


def _source(rule: ArrivalRule) -> str:
    return str(rule.source) if rule.source else gettext("All other sources")


def _people(rule: ArrivalRule, ctx: Context) -> str:
    names: dict[int, str] = ctx.once("people", dict)
    return listed(names.get(pk, "") for pk in rule.people if pk in names)


def _next(rule: ArrivalRule, ctx: Context) -> str:
    """Whom the rule would give the next one to; asked of the rule itself."""
    if rule.mode == ArrivalRule.Mode.NOBODY:
        return gettext("to the assign queue")
    policy = policy_for(KIND)
    people = ctx.once(("candidates", rule.store_id), lambda: candidates(rule.store_id, policy))
    given = Assigner(rule.store_id, policy, people).by(rule)
    if given.user_id is None:
        return gettext("nobody takes work: to the assign queue")
    return given.name


class RuleDetail(DetailPage):
    """The rule in the drawer: who, how, since when."""

    joins = ("source", "changed_by")
    screens = (("new/", create), ("<int:pk>/edit/", edit))
    facts = (
        Facts(
            _("Rule of assignment"),
            (
                col.Choice(key="mode", label=_("Way of assignment")),
                col.Column(key="changed_by", label=_("Changed by")),
                col.Moment(key="changed_at", label=_("Changed at")),
            ),
        ),
    )

    def title(self, row: Any) -> str:
        return _source(row)


@register
class ArrivalRules(ListPage):
    """Who gets what newly arrives, per source; the rule for all other sources stands among them."""

    name, path, title, menu, order = "arrival-rules", "arrival-rules/", _("Assignment rules"), "network", 70
    model, permission = ArrivalRule, EDIT
    columns = [
        col.Computed(key="source", label=_("Source"), text=lambda r, ctx: _source(r), join=("source",), pin="l",
                     fixed=True, card="title"),
        col.Choice(key="mode", label=_("Way of assignment"), card="line"),
        col.Computed(key="people", label=_("People"), text=_people, card="text"),
        col.Computed(key="next", label=_("The next goes to"), text=_next, card="state"),
        col.Column(key="changed_by", label=_("Changed by"), join=("changed_by",)),
        col.Moment(key="changed_at", label=_("Changed at"), sort="changed_at", card="due"),
    ]  # fmt: skip
    filters = [flt.Choice(name="mode", label=_("Way of assignment"), options=ArrivalRule.Mode.choices)]
    orders = [Order("newest", "changed_at", descending=True), Order("oldest", "changed_at")]
    verbs = [
        Open("edit", _("Edit"), EDIT, lambda r: f"/arrival-rules/{r.pk}/edit/", main=True),
        Do(arrival_rule_remove),
    ]
    tools = [Tool(_("New rule"), EDIT, "/arrival-rules/new/", icon="plus", primary=True)]
    empty = Empty(
        _("No rule yet"), _("Whatever arrives waits to be assigned, until a rule says who is to get it.")
    )
    detail = RuleDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind=KIND)

    def prepare(self, objects: list[Any], ctx: Context) -> None:
        """The names of everybody in the rules, in one query."""
        ctx.kept["people"] = names_of(objects)
