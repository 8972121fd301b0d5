"""Forms of a person and of a person's place in a store. The rules are those of core's services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Membership, OrgUnit, Role
from driveline.core.services.memberships import possible_superiors
from driveline.core.services.roles import may_give
from driveline.kit.forms import ServiceForm
from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driveline.core.access import Actor

type Choices = list[tuple[Any, Any]]

EMPTY = ("", "-")


def person_role(row: Membership) -> str:
    """姓名-角色 (R-G-05)."""
    return f"{row.user.name}-{row.role!s}"


def role_choices(actor: Actor, keep: Role | None = None) -> Choices:
    """Roles in use that the actor may give, and the one somebody holds already."""
    rows = Role.objects.filter(group_id=actor.group_id, active=True).prefetch_related("grants").order_by("pk")
    return [(row.pk, str(row)) for row in rows if row == keep or may_give(actor, row)]


def store_choices(actor: Actor) -> Choices:
    """Where the actor may open a place: his store, or the group and all its stores."""
    rows = OrgUnit.objects.filter(active=True).exclude(kind=OrgUnit.Kind.DEPARTMENT)
    reach = actor.group_store_ids if actor.scope("users.edit") == Scope.GROUP else {actor.store_id}
    return [(row.pk, row.name) for row in rows.filter(pk__in=reach).order_by("-kind", "code")]


def superior_choices(stores: Iterable[tuple[Any, Any]], membership_id: int | None = None) -> Choices:
    """姓名-角色 of each store, grouped by store where there are several."""
    found = [
        (name, [(row.pk, person_role(row)) for row in possible_superiors(store_id, membership_id)])
        for store_id, name in stores
    ]
    return _grouped(found)


def department_choices(stores: Iterable[tuple[Any, Any]]) -> Choices:
    """Departments of each store in use."""
    stores = list(stores)
    kind = OrgUnit.Kind.DEPARTMENT
    rows = OrgUnit.objects.filter(parent_id__in=[pk for pk, _name in stores], kind=kind, active=True)
    by_store: dict[int | None, Choices] = {}
    for row in rows.order_by("pk"):
        by_store.setdefault(row.parent_id, []).append((row.pk, row.name))
    return _grouped([(name, by_store.get(pk, [])) for pk, name in stores])


def _grouped(found: list[tuple[Any, Choices]]) -> Choices:
    if len(found) == 1:
        return [EMPTY, *found[0][1]]
    return [EMPTY, *((name, rows) for name, rows in found if rows)]


def _number(value: Any) -> int | None:
    return int(value) if value else None


class PlaceFields(ServiceForm):
    """Role, superior, department, whether new work may come."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=int)
    superior = forms.TypedChoiceField(
        label=_("Superior"),
        required=False,
        coerce=_number,
        empty_value=None,
        help_text=_("Sees what this person sees."),
    )
    department = forms.TypedChoiceField(
        label=_("Department"), required=False, coerce=_number, empty_value=None
    )
    accepts_work = forms.BooleanField(
        label=_("Takes new work"),
        required=False,
        initial=True,
        help_text=_("Off: no new work; what is open stays."),
    )

    def fill(self, stores: Choices, row: Membership | None = None) -> None:
        """Fill the choices of the stores; of `row` what it has stays choosable."""
        actor: Any = self.actor
        fields: Any = self.fields
        fields["role"].choices = role_choices(actor, row.role if row else None)
        fields["superior"].choices = superior_choices(stores, row.pk if row else None)
        fields["department"].choices = department_choices(stores)

    def place(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {
            "role_id": data["role"],
            "superior_id": data["superior"],
            "department_id": data["department"],
            "accepts_work": data["accepts_work"],
        }


class NewUserForm(PlaceFields):
    """新增用户: the person and the first place."""

    names = {"store": "unit"}
    layout = (
        (_("Account"), ("name", "login", "phone")),
        (_("Place"), ("unit", "role", "superior", "department", "accepts_work")),
    )

    name = forms.CharField(label=_("Name"), max_length=30)
    login = forms.CharField(
        label=_("Login"),
        max_length=40,
        required=False,
        help_text=_("Left empty, one is made of the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    phone = forms.CharField(
        label=_("Mobile"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    unit = forms.TypedChoiceField(label=_("Store"), coerce=int)

    def prepare(self) -> None:
        actor: Any = self.actor
        stores = store_choices(actor)
        field: Any = self.fields["unit"]
        field.choices, field.initial = stores, actor.store_id
        self.fill(stores)


class EditUserForm(PlaceFields):
    """编辑: the account, the place in this store, and who works the tasks while the person is away."""

    layout = (
        (_("Account"), ("name", "login", "phone")),
        (_("Place"), ("role", "superior", "department", "accepts_work")),
        (_("Absence"), ("absent_from", "absent_to", "stand_in")),
    )

    name = forms.CharField(label=_("Name"), max_length=30)
    login = forms.CharField(label=_("Login"), max_length=40)
    phone = forms.CharField(
        label=_("Mobile"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    absent_from = forms.DateField(
        label=_("Away from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    absent_to = forms.DateField(
        label=_("Away until"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    stand_in = forms.TypedChoiceField(
        label=_("Stand-in"),
        required=False,
        coerce=_number,
        empty_value=None,
        help_text=_("Sees and works the due tasks meanwhile; the consultant stays."),
    )

    def __init__(self, *args: Any, row: Membership, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, initial=_initial(row), **kwargs)

    def prepare(self) -> None:
        row = self.row
        self.fill([(row.store_id, row.store.name)], row)
        others = Membership.objects.filter(store_id=row.store_id, active=True, user__is_active=True).exclude(
            pk=row.pk
        )
        field: Any = self.fields["stand_in"]
        people = others.select_related("user", "role").order_by("user__name", "pk")
        field.choices = [EMPTY, *((one.pk, person_role(one)) for one in people)]

    def account(self) -> dict[str, Any]:
        """What user_edit takes."""
        return {name: self.cleaned_data[name] for name in ("name", "login", "phone")}

    def absence(self) -> dict[str, Any]:
        """What absence_set takes."""
        data = self.cleaned_data
        return {
            "stand_in_id": data["stand_in"],
            "absent_from": data["absent_from"],
            "absent_to": data["absent_to"],
        }


class FurtherStoreForm(PlaceFields):
    """A place in one more store."""

    names = {"store": "unit"}

    unit = forms.TypedChoiceField(label=_("Store"), coerce=int)
    field_order = ("unit", "role", "superior", "department", "accepts_work")

    def __init__(self, *args: Any, row: Membership, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        actor: Any = self.actor
        works_in = Membership.objects.filter(user_id=self.row.user_id, active=True)
        taken = set(works_in.values_list("store_id", flat=True))
        stores = [(pk, name) for pk, name in store_choices(actor) if pk not in taken]
        field: Any = self.fields["unit"]
        field.choices = stores
        self.fill(stores)


class NothingToAsk(ServiceForm):
    """A form that only confirms."""


def _initial(row: Membership) -> dict[str, Any]:
    return {
        "name": row.user.name,
        "login": row.user.login,
        "phone": row.user.phone,
        "role": row.role_id,
        "superior": row.superior_id,
        "department": row.department_id,
        "accepts_work": row.accepts_work,
        "absent_from": row.absent_from,
        "absent_to": row.absent_to,
        "stand_in": row.stand_in_id,
    }
