"""A person's place in a store: role, superior, department, whether new work may come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from driveline.core.access import Actor
from driveline.core.models import Membership, OrgUnit, Role, User
from driveline.core.services import leaving
from driveline.core.services.roles import may_give
from driveline.kit.commands import Run, command
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.formats import listed
from driveline.kit.ports import ports
from driveline.kit.scopes import Scope, visible

EDIT = "users.edit"


def find(actor: Actor, membership_id: int, permission: str = EDIT) -> Membership:
    """A membership in the actor's reach. Raises Forbidden without the right, Membership.DoesNotExist beyond it."""
    if not actor.can(permission):
        raise Forbidden(_("Your role does not include this action."))
    rows = visible(Membership, actor, permission).select_related("user", "store", "role")
    found: Membership = rows.get(pk=membership_id, user__is_system=False)
    return found


def membership_add(
    actor: Actor,
    membership_id: int,
    *,
    store_id: int,
    role_id: int,
    superior_id: int | None = None,
    department_id: int | None = None,
    accepts_work: bool = True,
) -> Membership:
    """A further store for somebody in reach; a place that had ended is opened again."""
    user = find(actor, membership_id).user
    return membership_make(
        actor,
        user,
        store_id=store_id,
        role_id=role_id,
        superior_id=superior_id,
        department_id=department_id,
        accepts_work=accepts_work,
    )


@transaction.atomic
def membership_make(
    actor: Actor,
    user: User,
    *,
    store_id: int,
    role_id: int,
    superior_id: int | None = None,
    department_id: int | None = None,
    accepts_work: bool = True,
) -> Membership:
    """Open the user's place in the store. Raises Forbidden, Invalid, Refused."""
    store = _store(actor, store_id)
    row = Membership.objects.filter(user=user, store=store).first() or Membership(user=user, store=store)
    if row.pk is not None and row.active:
        raise Invalid({"store": [_("%(name)s works in this store already.") % {"name": user.name}]})
    row.role = _role(actor, store, role_id)
    row.superior = _superior(store.pk, superior_id, row.pk)
    row.department = _department(store.pk, department_id)
    row.accepts_work, row.active = accepts_work, True
    row.save()
    detail = {"store": store.code or store.name, "role": row.role.code, "superior": superior_id}
    _audit(actor, "membership.add", row, detail)
    return row


@transaction.atomic
def membership_edit(
    actor: Actor,
    membership_id: int,
    *,
    role_id: int,
    superior_id: int | None,
    department_id: int | None = None,
    accepts_work: bool = True,
) -> Membership:
    """Another role, superior or department. Raises Invalid for a superior of another store or a circle (AC-06)."""
    row = find(actor, membership_id)
    was = _plain(row)
    if row.role_id != role_id:
        if row.user_id == actor.user_id:
            raise Refused(_("Your own role can be changed only by somebody else."))
        row.role = _role(actor, row.store, role_id)
    list(Membership.objects.select_for_update().filter(store_id=row.store_id).values_list("pk"))
    row.superior = _superior(row.store_id, superior_id, row.pk)
    row.department = _department(row.store_id, department_id)
    row.accepts_work = accepts_work
    row.save(update_fields=["role", "superior", "department", "accepts_work"])
    now = _plain(row)
    if changed := {key: [was[key], now[key]] for key in was if was[key] != now[key]}:
        _audit(actor, "membership.edit", row, {"changes": changed})
    return row


def _why_not_end(row: Membership, actor: Actor) -> str:
    if row.user_id == actor.user_id:
        return _("Your own place can be ended only by somebody else.")
    return "" if row.active else _("This place has ended already.")


def _told_on_end(rows: Sequence[Membership], actor: Actor) -> dict[str, Any]:
    """What the dialog says: who leaves which store, and what is still open there."""
    text = _("They no longer work in this store. Their history here stays under their name.")
    held = [line for row in rows for line in leaving.work_of(row.user, row.store)]
    names = listed(row.user.name for row in rows)
    told: dict[str, Any] = {"title": _("End the place of %(name)s?") % {"name": names}, "text": text}
    if held:
        told["text"] = _("Still open: %(what)s. %(text)s") % {"what": leaving.in_words(held), "text": text}
    return told


@command(
    "membership.end",
    model=Membership,
    permission=EDIT,
    label=_lazy("End the place in this store"),
    icon="user-minus",
    guard=_why_not_end,
    confirm=_told_on_end,
    danger=True,
    select=("user", "store"),
)
def membership_end(rows: Sequence[Membership], run: Run, *, work: str = "", to: Sequence[int] = ()) -> None:
    """The person no longer works here: refused while open work remains unless it is handed over in the same act
    (as in user.disable); those below move to the next superior up."""
    actor = cast(Actor, run.actor)
    ended = 0
    for row in rows:
        try:
            with transaction.atomic():
                leaving.hand_over(
                    actor, row.user, [s for s, _l in leaving.work_of(row.user, row.store)], work, to
                )
                if reason := leaving.still_open(row.user.name, leaving.work_of(row.user, row.store)):
                    raise Refused(reason, "S-81")
        except Refused as refusal:
            run.skip(row, refusal.sentence)
            continue
        Membership.objects.filter(superior=row).update(superior=row.superior_id)
        Membership.objects.filter(pk=row.pk).update(active=False)
        ended += 1
    run.message = ngettext("%(n)s place ended", "%(n)s places ended", ended) % {"n": ended}


def possible_superiors(store_id: int, membership_id: int | None = None) -> list[Membership]:
    """Employed members of the store who can be the superior: not oneself and nobody below."""
    rows = Membership.objects.filter(store_id=store_id, active=True, user__is_active=True).select_related(
        "user", "role"
    )
    below = _below(store_id, membership_id) if membership_id else set()
    return [row for row in rows.order_by("user__name", "pk") if row.pk not in below]


def _below(store_id: int, membership_id: int) -> set[int]:
    """The membership and everybody under it."""
    edges = list(Membership.objects.filter(store_id=store_id).values_list("pk", "superior_id"))
    found = {membership_id}
    while more := {pk for pk, superior in edges if superior in found and pk not in found}:
        found |= more
    return found


def _store(actor: Actor, store_id: int) -> OrgUnit:
    """A unit in reach of the actor's `users.edit`."""
    scope = actor.scope(EDIT)
    if scope is None or scope < Scope.STORE or scope == Scope.DEPARTMENT:
        raise Forbidden(_("Your role does not include this action."))
    reach = actor.group_store_ids if scope == Scope.GROUP else {actor.store_id}
    store = OrgUnit.objects.filter(pk=store_id, active=True).exclude(kind=OrgUnit.Kind.DEPARTMENT).first()
    if store is None or store.pk not in reach:
        raise Invalid({"store": [_("Choose a store that you manage.")]})
    return store


def _role(actor: Actor, store: OrgUnit, role_id: int) -> Role:
    role = Role.objects.filter(pk=role_id, group_id=store.parent_id or store.pk, active=True).first()
    if role is None:
        raise Invalid({"role": [_("Choose a role of this group.")]})
    if not may_give(actor, role):
        raise Refused(
            _("The role %(role)s reaches over the whole group; only somebody of the group can give it.")
            % {"role": role}
        )
    return role


def _superior(store_id: int, superior_id: int | None, membership_id: int | None) -> Membership | None:
    if superior_id is None:
        return None
    rows = Membership.objects.filter(pk=superior_id, store_id=store_id, active=True, user__is_active=True)
    superior = rows.exclude(user__is_system=True).first()
    if superior is None:
        raise Invalid({"superior": [_("Choose somebody who works in this store.")]})
    if membership_id is not None and superior.pk in _below(store_id, membership_id):
        raise Invalid(
            {"superior": [_("Nobody can stand below themselves or below somebody of their own team.")]}
        )
    return superior


def _department(store_id: int, department_id: int | None) -> OrgUnit | None:
    if department_id is None:
        return None
    found = OrgUnit.objects.filter(pk=department_id, parent_id=store_id, kind=OrgUnit.Kind.DEPARTMENT).first()
    if found is None:
        raise Invalid({"department": [_("Choose a department of this store.")]})
    return found


def _plain(row: Membership) -> dict[str, Any]:
    return {
        "role": row.role.code,
        "superior": row.superior_id,
        "department": row.department_id,
        "accepts_work": row.accepts_work,
    }


def _audit(actor: Actor, action: str, row: Membership, detail: dict[str, Any]) -> None:
    ports.audit.write(
        actor, action, object_type="core.membership", object_id=row.pk, detail={"user": row.user_id, **detail}
    )
