"""The password policy and one-time passwords: ten characters, letters and figures, nothing personal, nothing common."""

from __future__ import annotations

import re
import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from driveline.core.models import User

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_FIGURES = "23456789"


def one_time() -> str:
    """A random password that can be read out on the phone: four letters, four figures, four letters."""
    parts = (_LETTERS, _FIGURES, _LETTERS)
    return "-".join("".join(secrets.choice(part) for _i in range(4)) for part in parts)


class LettersAndFigures:
    """At least one letter and one figure."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError when one of them is missing."""
        if not re.search(r"[A-Za-z]", password) or not re.search(r"\d", password):
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return _("The password needs letters and figures.")


class NothingPersonal:
    """The password holds neither the login nor the phone number nor the name."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError when something of the user stands in it."""
        if user is None:
            return
        lower = password.lower()
        for part, shortest in ((user.login, 3), (user.phone, 3), (user.name, 2)):
            if len(part) >= shortest and part.lower() in lower:
                raise ValidationError(self.get_help_text(), code="password_personal")

    def get_help_text(self) -> str:
        return _("The password must not contain your login, name or phone number.")
