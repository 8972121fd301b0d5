"""Stores and departments: opened by the group, renamed, closed when nobody works there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from driveline.core.models import Membership, OrgUnit
from driveline.core.services.installation import store_add
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.ports import ports
from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.core.access import Actor

VIEW = "units.view"
STORES = "stores.edit"
DEPARTMENTS = "departments.edit"
LONGEST_NAME = 60


def units(actor: Actor, permission: str = VIEW) -> QuerySet[OrgUnit]:
    """The units in reach of a grant, with their departments: one's own store, or the group and all its stores."""
    scope = actor.scope(permission)
    if scope is None:
        return OrgUnit.objects.none()
    reach = actor.group_store_ids if scope == Scope.GROUP else frozenset({actor.store_id})
    return OrgUnit.objects.filter(pk__in=reach) | OrgUnit.objects.filter(
        parent_id__in=reach, kind=OrgUnit.Kind.DEPARTMENT
    )


def right_for(unit: OrgUnit) -> str:
    """The permission that a change of this unit takes."""
    return DEPARTMENTS if unit.kind == OrgUnit.Kind.DEPARTMENT else STORES


@transaction.atomic
def store_create(actor: Actor, *, code: str, name: str, city: str = "") -> OrgUnit:
    """A further store of the actor's group. Raises Forbidden, Invalid for a code that is taken or odd."""
    if actor.scope(STORES) != Scope.GROUP:
        raise Forbidden(_("Only somebody of the group opens and closes stores."))
    store = store_add(OrgUnit.objects.get(pk=actor.group_id), code=code, name=name, city=city)
    _audit(actor, "unit.create", store, {"code": store.code, "name": store.name})
    return store


@transaction.atomic
def department_create(actor: Actor, store_id: int, *, name: str) -> OrgUnit:
    """A department of a store in reach. Raises Forbidden, OrgUnit.DoesNotExist, Invalid."""
    store = _find(actor, DEPARTMENTS, store_id)
    if store.kind == OrgUnit.Kind.DEPARTMENT:
        raise Invalid({"": [_("A department has no departments of its own.")]})
    name = _name(name, parent_id=store.pk)
    unit = OrgUnit.objects.create(parent=store, kind=OrgUnit.Kind.DEPARTMENT, name=name)
    _audit(actor, "unit.create", unit, {"name": name, "store": store.name})
    return unit


@transaction.atomic
def unit_rename(actor: Actor, unit_id: int, *, name: str, city: str = "") -> OrgUnit:
    """Another name, and for a store another city; the code stays."""
    unit = _find(actor, None, unit_id)
    was = {"name": unit.name, "city": unit.city}
    unit.name = _name(name, parent_id=unit.parent_id, but=unit.pk)
    if unit.kind == OrgUnit.Kind.STORE:
        unit.city = city.strip()
    unit.save(update_fields=["name", "city"])
    now = {"name": unit.name, "city": unit.city}
    if changed := {key: [was[key], now[key]] for key in was if was[key] != now[key]}:
        _audit(actor, "unit.rename", unit, {"changes": changed})
    return unit


def why_not_close(unit: OrgUnit, people: int | None = None) -> str:
    """ "" when the unit may be closed, else what stands in the way, with the number; `people` saves a query."""
    if unit.kind == OrgUnit.Kind.GROUP:
        return _("The group itself cannot be closed.")
    if not unit.active:
        return _("This unit is closed already.")
    if people is None:
        here = {"department_id": unit.pk} if unit.kind == OrgUnit.Kind.DEPARTMENT else {"store_id": unit.pk}
        people = Membership.objects.filter(**here, active=True, user__is_active=True).count()
    if not people:
        return ""
    return ngettext(
        "%(n)s person still works here. Give them another place first.",
        "%(n)s people still work here. Give them another place first.",
        people,
    ) % {"n": people}


@transaction.atomic
def unit_close(actor: Actor, unit_id: int) -> OrgUnit:
    """No longer offered and no longer signed in to; what happened there stays. Refused while somebody works there."""
    unit = _find(actor, None, unit_id)
    if reason := why_not_close(unit):
        raise Refused(reason)
    return _set_active(actor, unit, active=False)


@transaction.atomic
def unit_open(actor: Actor, unit_id: int) -> OrgUnit:
    """In use again."""
    return _set_active(actor, _find(actor, None, unit_id), active=True)


def _set_active(actor: Actor, unit: OrgUnit, *, active: bool) -> OrgUnit:
    OrgUnit.objects.filter(pk=unit.pk).update(active=active)
    unit.active = active
    _audit(actor, "unit.open" if active else "unit.close", unit, {"name": unit.name})
    return unit


def _find(actor: Actor, permission: str | None, unit_id: int) -> OrgUnit:
    """The unit within reach of the right that changing it takes."""
    unit = units(actor).get(pk=unit_id)
    wanted = permission or right_for(unit)
    if not units(actor, wanted).filter(pk=unit_id).exists():
        raise Forbidden(_("Your role does not include this action."))
    return unit


def _name(name: str, *, parent_id: int | None, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": [_("Give a name of at most %(n)s characters.") % {"n": LONGEST_NAME}]})
    namesakes = OrgUnit.objects.filter(parent_id=parent_id, name=name)
    if (namesakes.exclude(pk=but) if but else namesakes).exists():
        raise Invalid({"name": [_("There is a unit of this name already.")]})
    return name


def _audit(actor: Actor, action: str, unit: OrgUnit, detail: dict[str, Any]) -> None:
    ports.audit.write(actor, action, object_type="core.orgunit", object_id=unit.pk, detail=detail)
