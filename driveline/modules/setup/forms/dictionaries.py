"""Form of a dictionary entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.core import dictionaries
from driveline.core.services.dictionaries import may_edit_group
from driveline.kit.forms import ServiceForm

if TYPE_CHECKING:
    from driveline.core.dictionaries import Dictionary
    from driveline.core.models import DictItem


class EntryForm(ServiceForm):
    """新增 and 编辑 of an entry. The category is asked only where entries have one; the code never changes."""

    label = forms.CharField(label=_("Label"), max_length=60)
    label_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    parent_code = forms.ChoiceField(label=_("Category"), required=True)
    for_group = forms.BooleanField(
        label=_("For all stores of the group"), required=False, help_text=_("Off: only this store sees it.")
    )

    def __init__(self, *args: Any, kind: Dictionary, item: DictItem | None = None, **kwargs: Any) -> None:
        self.kind = kind
        self.item = item
        initial = {name: getattr(item, name) for name in ("label", "label_en", "parent_code")} if item else {}
        super().__init__(*args, initial=initial, **kwargs)

    def prepare(self) -> None:
        actor: Any = self.actor
        if self.kind.parent:
            field: Any = self.fields["parent_code"]
            field.choices = [(e.code, e.label) for e in dictionaries.items(actor.store_id, self.kind.parent)]
        else:
            del self.fields["parent_code"]
        if self.item is not None or actor.works_in_group or not may_edit_group(actor):
            del self.fields["for_group"]
