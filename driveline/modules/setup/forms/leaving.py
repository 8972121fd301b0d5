"""The dialog that closes an account or a place: what becomes of the work that is still open (S-81)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from driveline.core.handover import receivers_in
from driveline.core.models import Membership
from driveline.core.services import leaving
from driveline.kit.forms import CommandForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driveline.core.models import OrgUnit


class LeaverForm(CommandForm):
    """Asks nothing of somebody who holds nothing. `everywhere`: the work of all stores counts, not only the row's."""

    everywhere = True

    work = forms.ChoiceField(
        label=_lazy("Open work"),
        choices=[
            (leaving.PEOPLE, _lazy("Hand over to colleagues")),
            (leaving.QUEUE, _lazy("Back to the assign queue")),
        ],
        initial=leaving.PEOPLE,
        widget=forms.RadioSelect,
    )
    to = forms.TypedMultipleChoiceField(
        label=_lazy("Who takes over"),
        help_text=_lazy("Several people get equal shares."),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"data-needs": f"work {leaving.PEOPLE}"}),
    )

    def prepare(self) -> None:
        """Offer those who can be given work in the stores where something is open."""
        stores = list(self._stores())
        if not stores:
            del self.fields["work"], self.fields["to"]
            return
        field: Any = self.fields["to"]
        field.choices = [
            choice for store in stores for choice in self._receivers(store, many=len(stores) > 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Whoever hands over to people names at least one."""
        data = super().clean() or {}
        if data.get("work") == leaving.PEOPLE and not data.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose at least one person."))
        return data

    def _stores(self) -> Iterator[OrgUnit]:
        """Where somebody of the rows still holds something."""
        seen = set()
        for row in self.rows:
            for store, _left in leaving.work_of(row.user, None if self.everywhere else row.store):
                if store.pk not in seen:
                    seen.add(store.pk)
                    yield store

    def _receivers(self, store: OrgUnit, *, many: bool) -> Iterator[tuple[int, str]]:
        leavers = {row.user_id for row in self.rows}
        found = [one for one in receivers_in(store.pk) if one.user_id not in leavers]
        rows = Membership.objects.filter(store=store, user_id__in=[one.user_id for one in found])
        places = dict(rows.values_list("user_id", "pk"))
        for one in found:
            person = f"{store.name} {one.label}" if many else one.label
            yield places[one.user_id], _("%(person)s (%(n)s open)") % {"person": person, "n": one.holds}


class PlaceForm(LeaverForm):
    """The same for one store only."""

    everywhere = False
