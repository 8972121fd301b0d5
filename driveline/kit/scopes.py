"""Row scope, once (DESIGN §3.6): a model says what "own" means, `visible` cuts every query to the actor's grant.

No page, export, search, badge or API starts from an unscoped manager; they start from `visible`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


class Scope(models.IntegerChoices):
    """How far a grant reaches; the digits of the permission matrix (department is between 2 and 3)."""

    OWN = 1, _("Own")
    TEAM = 2, _("Own and all below")
    DEPARTMENT = 5, _("Department")
    STORE = 3, _("Store")
    GROUP = 4, _("Group")


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """What the scopes mean for one model.

    `person` is the column of the user for whom a row is own (own, team, department compare it); None means the
    model has no person and any grant below the store sees nothing. `store` is the column of the store; "" means
    the rows are shared by all stores, and a grant for the store or the group reaches them.
    `extra` adds rows to own and team (a stand-in's), `limit` cuts every scope.
    """

    store: str = "store_id"
    person: str | None = None
    extra: Callable[[Actor], Q] | None = None
    limit: Callable[[Actor], Q] | None = None


_rules: dict[type[models.Model], RowRule] = {}


def row_rule(model: type[models.Model], rule: RowRule) -> None:
    """Register the rule of a model. A second rule for the same model is a programming error."""
    if model in _rules and _rules[model] != rule:
        raise ValueError(f"{model.__name__} has a row rule already")
    _rules[model] = rule


def rule_of(model: type[models.Model]) -> RowRule:
    """The rule of a model; KeyError when none was registered: nothing is visible by default."""
    return _rules[model]


def visible(rows: type[models.Model] | QuerySet[Any], actor: Actor, permission: str) -> QuerySet[Any]:
    """The rows the actor may see through the grant of `permission`; none without the grant."""
    queryset = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    scope = actor.scope(permission)
    if scope is None:
        return queryset.none()
    return queryset.filter(condition(rule_of(queryset.model), actor, scope))


def condition(rule: RowRule, actor: Actor, scope: Scope) -> Q:
    """The filter a scope means under a rule."""
    if not rule.store:
        found = Q() if scope in (Scope.STORE, Scope.GROUP) else Q(pk__in=[])
    elif scope == Scope.GROUP:
        found = Q(**{f"{rule.store}__in": actor.group_store_ids})
    else:
        found = Q(**{rule.store: actor.store_id})
        people = _people(actor, scope)
        if people is not None:
            if rule.person is None:
                return Q(pk__in=[])
            mine = (
                Q(**{rule.person: actor.user_id})
                if scope == Scope.OWN
                else Q(**{f"{rule.person}__in": people})
            )
            if rule.extra is not None:
                mine |= rule.extra(actor)  # noqa: S610 - our own field, not QuerySet.extra
            found &= mine
    return found & rule.limit(actor) if rule.limit is not None else found


def reaches(rule: RowRule, row: models.Model, actor: Actor, scope: Scope) -> bool:
    """Whether a row already in hand lies within the scope; the same answer as `condition` without a query.

    Rows that only `extra` or `limit` decide are not reached here: the query has the last word.
    """
    if not rule.store:
        return scope in (Scope.STORE, Scope.GROUP)
    store_id = _follow(row, rule.store)
    if scope == Scope.GROUP:
        return store_id in actor.group_store_ids
    if store_id != actor.store_id:
        return False
    people = _people(actor, scope)
    return people is None or (rule.person is not None and _follow(row, rule.person) in people)


def _follow(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _people(actor: Actor, scope: Scope) -> frozenset[int] | None:
    if scope == Scope.OWN:
        return frozenset({actor.user_id})
    if scope == Scope.TEAM:
        return actor.team_ids
    if scope == Scope.DEPARTMENT:
        return actor.department_ids
    return None
