"""Forms of a role: its names, and one reach per right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.kit.forms import ServiceForm
from driveline.kit.permissions import all_permissions
from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from driveline.core.models import Role

NONE = ("", _("Not granted"))


class RoleNameForm(ServiceForm):
    """What the role is called in both languages."""

    label = forms.CharField(label=_("Label"), max_length=40)
    label_en = forms.CharField(label=_("English name"), max_length=60, required=False)


class GrantsForm(ServiceForm):
    """权限 × 范围: one choice per right. A reach that the editor cannot give is not offered."""

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        self.role = role
        self.held = {grant.permission: Scope(grant.scope) for grant in role.grants.all()}
        groups: dict[str, list[str]] = {}
        for permission in all_permissions():
            groups.setdefault(str(permission.group), []).append(permission.code)
        self.layout = list(groups.items())
        super().__init__(*args, initial={code: int(scope) for code, scope in self.held.items()}, **kwargs)

    def prepare(self) -> None:
        """One field a right, in the order of declaration."""
        for permission in all_permissions():
            self.fields[permission.code] = forms.TypedChoiceField(
                label=permission.label,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[NONE, *((int(s), s.label) for s in self._offered(permission.code))],
            )

    def grants(self) -> dict[str, Scope]:
        """Right → reach of what is granted."""
        return {code: Scope(value) for code, value in self.cleaned_data.items() if value is not None}

    def _offered(self, code: str) -> list[Scope]:
        """The whole group is given only by somebody who reaches over it in the same right, or works in the group."""
        actor: Any = self.actor
        over_group = actor.works_in_group or actor.scope(code) == Scope.GROUP
        return [s for s in Scope if s != Scope.GROUP or over_group or self.held.get(code) == Scope.GROUP]
