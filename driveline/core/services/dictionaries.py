"""Upkeep of the dictionaries: add, edit, move, disable, hide and, when nobody uses it, delete (AC-46)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from driveline.core import dictionaries
from driveline.core.journal import audit
from driveline.core.models import DictHide, DictItem, OrgUnit
from driveline.core.request_cache import forget
from driveline.kit.asking import asked, asks
from driveline.kit.commands import Run, command
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.formats import capped
from driveline.kit.scopes import RowRule, Scope, row_rule, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driveline.kit.actor import Actor

PERMISSION = "dictionaries.edit"
LABEL_LENGTH = 60

# A store's grant reaches the store's own entries, a group's those of the group and of all its stores.
row_rule(DictItem, RowRule(store="unit_id"))


def item_add(
    actor: Actor,
    kind: str,
    label: str,
    *,
    label_en: str = "",
    parent_code: str = "",
    code: str = "",
    for_group: bool = False,
) -> DictItem:
    """Add an entry at the end, for the current store or for the group. The code, if none is given, is made.

    Raises Forbidden, KeyError for an unknown kind, Invalid for a label that is empty, too long or there already.
    """
    declared = dictionaries.by_code(kind)
    unit_id = _unit(actor, for_group)
    label, label_en = _clean(label, label_en)
    _refuse_double(unit_id, kind, label, parent_code)
    if parent_code and declared.parent:
        _check_parent(unit_id, declared.parent, parent_code)
    beside = DictItem.objects.filter(kind=kind, unit_id__in={unit_id, _group_id(actor)})
    last = beside.aggregate(last=Max("position"))["last"] or 0
    item = DictItem(
        unit_id=unit_id,
        kind=kind,
        code=code,
        label=label,
        label_en=label_en,
        parent_code=parent_code,
        position=last + 10,
    )
    with transaction.atomic():
        _save_new(item)
        _note(actor, "dictionary.add", item, {"label": label, "code": item.code})
    return item


def item_edit(
    actor: Actor, item_id: int, *, label: str, label_en: str = "", parent_code: str = ""
) -> DictItem:
    """Rename an entry or put it under another category; records keep pointing at it. The code never changes."""
    item = _mine(actor, item_id)
    label, label_en = _clean(label, label_en)
    _refuse_double(item.unit_id, item.kind, label, parent_code, but=item.pk)
    parent = dictionaries.by_code(item.kind).parent
    if parent_code and parent:
        _check_parent(item.unit_id, parent, parent_code)
    old = {"label": item.label, "label_en": item.label_en, "parent_code": item.parent_code}
    new = {"label": label, "label_en": label_en, "parent_code": parent_code}
    if old != new:
        with transaction.atomic():
            DictItem.objects.filter(pk=item.pk).update(**new)
            _note(actor, "dictionary.edit", item, {"old": old, "new": new})
    return DictItem.objects.get(pk=item.pk)


def item_move(actor: Actor, item_id: int, step: int) -> None:
    """Move an entry up (-1) or down (1) among the entries of its unit and category."""
    item = _mine(actor, item_id)
    with transaction.atomic():
        rows = DictItem.objects.filter(unit_id=item.unit_id, kind=item.kind, parent_code=item.parent_code)
        order = list(rows.order_by("position", "id"))
        at = next(place for place, row in enumerate(order) if row.pk == item.pk)
        to = min(max(at + step, 0), len(order) - 1)
        if at == to:
            return
        order.insert(to, order.pop(at))
        places = sorted(row.position for row in order)
        if len(set(places)) < len(places):
            places = [place * 10 for place in range(1, len(order) + 1)]
        for row, place in zip(order, places, strict=True):
            row.position = place
        DictItem.objects.bulk_update(order, ["position"])
        _note(actor, "dictionary.move", item, {"from": at + 1, "to": to + 1})


def item_hide(actor: Actor, item_id: int, hidden: bool = True) -> None:
    """Hide an entry of the group in the current store, or show it again. Old records keep showing it."""
    if not actor.can(PERMISSION):
        raise Forbidden(_("Your role does not include this action."))
    item = DictItem.objects.filter(pk=item_id, unit_id=_group_id(actor)).first()
    if item is None or item.unit_id == actor.store_id:
        raise Refused(_("Only entries of the group can be hidden in a store."))
    if dictionaries.is_system(item.kind, item.code):
        raise Refused(_("The program itself uses this entry."))
    with transaction.atomic():
        if hidden:
            DictHide.objects.get_or_create(store_id=actor.store_id, item=item)
        else:
            DictHide.objects.filter(store_id=actor.store_id, item=item).delete()
        _note(actor, "dictionary.hide" if hidden else "dictionary.show", item, {})


def _why_not_disable(item: DictItem, actor: Actor) -> str:
    if dictionaries.is_system(item.kind, item.code):
        return _("The program itself uses this entry.")
    return "" if item.active else _("This entry is disabled already.")


def _told_on_disable(rows: Sequence[DictItem], actor: Actor) -> dict[str, Any]:
    """Where it is no longer offered, what uses it, and the way back."""
    units = {row.unit_id for row in rows}
    stores = OrgUnit.objects.filter(
        Q(pk__in=units) | Q(parent_id__in=units), kind=OrgUnit.Kind.STORE, active=True
    ).count()
    words = {"where": ngettext("%(n)s store", "%(n)s stores", stores) % {"n": stores}, "used": _used(rows)}
    text = _("No longer offered in %(where)s. %(used)s “Enable” brings it back.") % words
    return asked(_("Disable %(name)s?"), text, rows)


def told_on_hide(item: DictItem) -> dict[str, Any]:
    """What the dialog before hiding says."""
    text = _("No longer offered in this store. What uses it keeps it. “Show again” brings it back.")
    return asked(_("Hide %(name)s here?"), text, [item])


def _used(rows: Sequence[DictItem]) -> str:
    count = sum(map(dictionaries.count_uses, rows))
    if not count:
        return _("Nothing uses it.")
    return ngettext("%(n)s record uses it and keeps it.", "%(n)s records use it and keep it.", count) % {
        "n": capped(count)
    }


@command(
    "dictionary.disable",
    model=DictItem,
    permission=PERMISSION,
    label=gettext_lazy("Disable"),
    icon="ban",
    guard=_why_not_disable,
    confirm=_told_on_disable,
)
def item_disable(rows: Sequence[DictItem], run: Run) -> None:
    """No longer offered; records that use it keep showing it (UN-D02)."""
    DictItem.objects.filter(pk__in=[row.pk for row in rows]).update(active=False)
    forget("dictionaries")


def _why_not_enable(item: DictItem, actor: Actor) -> str:
    return _("This entry is in use already.") if item.active else ""


@command(
    "dictionary.enable",
    model=DictItem,
    permission=PERMISSION,
    label=gettext_lazy("Enable"),
    icon="check",
    guard=_why_not_enable,
)
def item_enable(rows: Sequence[DictItem], run: Run) -> None:
    """Offered again."""
    DictItem.objects.filter(pk__in=[row.pk for row in rows]).update(active=True)
    forget("dictionaries")


def _why_not_delete(item: DictItem, actor: Actor) -> str:
    if item.seeded:
        return _("Entries that came with the program can be disabled, not deleted.")
    if count := dictionaries.count_uses(item):
        return ngettext(
            "Used %(n)s time: disable it instead of deleting it.",
            "Used %(n)s times: disable it instead of deleting it.",
            count,
        ) % {"n": capped(count)}
    if DictItem.objects.filter(parent_code=item.code, kind__in=_kinds_below(item.kind)).exists():
        return _("Other entries stand under this one.")
    return ""


@command(
    "dictionary.delete",
    model=DictItem,
    permission=PERMISSION,
    label=gettext_lazy("Delete"),
    icon="trash",
    danger=True,
    guard=_why_not_delete,
    confirm=asks(
        gettext_lazy("Delete %(name)s?"),
        gettext_lazy("Nothing uses it. Deleted it is gone for good; disabled it could be brought back."),
    ),
)
def item_delete(rows: Sequence[DictItem], run: Run) -> None:
    """Gone for good; refused with the number of uses while anything uses it (UN-D03)."""
    run.data["deleted"] = [{"kind": row.kind, "code": row.code, "label": row.label} for row in rows]
    DictItem.objects.filter(pk__in=[row.pk for row in rows]).delete()
    forget("dictionaries")


def may_edit_group(actor: Actor) -> bool:
    """Whether the actor may change the entries of the group."""
    return actor.scope(PERMISSION) == Scope.GROUP or (
        actor.can(PERMISSION) and actor.store_id == _group_id(actor)
    )


def _unit(actor: Actor, for_group: bool) -> int:
    if not actor.can(PERMISSION) or (for_group and not may_edit_group(actor)):
        raise Forbidden(_("Your role does not include this action."))
    return _group_id(actor) if for_group else actor.store_id


def _group_id(actor: Actor) -> int:
    unit = OrgUnit.objects.get(pk=actor.store_id)
    return unit.parent_id or unit.pk


def _mine(actor: Actor, item_id: int) -> DictItem:
    if not actor.can(PERMISSION):
        raise Forbidden(_("Your role does not include this action."))
    found: DictItem = visible(DictItem, actor, PERMISSION).get(pk=item_id)
    return found


def _clean(label: str, label_en: str) -> tuple[str, str]:
    label, label_en = " ".join(label.split()), " ".join(label_en.split())
    if not label:
        raise Invalid({"label": [_("Give the entry a name.")]}, rule="R-G-04")
    if len(label) > LABEL_LENGTH:
        raise Invalid({"label": [_("A name has at most %(n)s characters.") % {"n": LABEL_LENGTH}]})
    return label, label_en[:80]


def _refuse_double(unit_id: int, kind: str, label: str, parent_code: str, but: int | None = None) -> None:
    """Two entries of one name side by side cannot be told apart, wherever they come from."""
    seen = dictionaries.items(unit_id, kind, include_inactive=True)
    if any(e.label_zh == label and e.parent_code == parent_code and e.id != but for e in seen):
        raise Invalid({"label": [_("There is an entry of this name already.")]})


def _check_parent(unit_id: int, kind: str, code: str) -> None:
    if dictionaries.item_by_code(unit_id, kind, code) is None:
        raise Invalid({"parent_code": [_("There is no such category.")]})


def _kinds_below(kind: str) -> list[str]:
    return [declared.code for declared in dictionaries.dictionaries() if declared.parent == kind]


def _save_new(item: DictItem) -> None:
    """Insert under the given code, else under the first free one made of the label or a number."""
    if item.code:
        if not _inserted(item):
            raise Invalid({"code": [_("This code is taken.")]})
        return
    base = re.sub(r"[^a-z0-9]+", "_", (item.label_en or item.label).lower()).strip("_")[:30]
    taken = set(DictItem.objects.filter(kind=item.kind).values_list("code", flat=True))
    item.code = base or "own_1"
    number = 1
    while item.code in taken or not _inserted(item):
        number += 1
        item.code = f"{base or 'own'}_{number}"


def _inserted(item: DictItem) -> bool:
    """Insert unless somebody has the code."""
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        if not DictItem.objects.filter(unit_id=item.unit_id, kind=item.kind, code=item.code).exists():
            raise
        return False
    return True


def _note(actor: Actor, action: str, item: DictItem, detail: dict[str, Any]) -> None:
    forget("dictionaries")
    audit.write(
        actor, action, object_type="core.dictitem", object_id=item.pk, detail={"kind": item.kind, **detail}
    )
