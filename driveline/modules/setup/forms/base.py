"""What all forms of this module share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driveline.kit.forms import KitForm

if TYPE_CHECKING:
    from driveline.kit.errors import Invalid


class ServiceForm(KitForm):
    """A form whose rules are a service's: what the service refuses appears beside the field it belongs to.

    `names` maps a field of the service to the field of the form where the two differ.
    """

    names: dict[str, str] = {}

    def take(self, error: Invalid) -> None:
        """Put the sentences of a refusal under their fields, others above the form."""
        for name, sentences in error.errors.items():
            own = self.names.get(name, name)
            for sentence in sentences:
                self.add_error(own if own in self.fields else None, sentence)
