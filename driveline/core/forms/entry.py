"""Sign-in, first run, password, language: plain forms with the product's looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from driveline.core.models import User
from driveline.kit.forms import word_missing


class PlainForm(forms.Form):
    """Dresses its fields as the kit does; has `groups` so that kit/parts/fields.html draws it."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare()
        word_missing(self.fields)
        self.dress()

    def prepare(self) -> None:
        """Leave out fields that do not apply."""

    def dress(self) -> None:
        """Put the classes on, and mark what is wrong."""
        for name, field in self.fields.items():
            broken = self.is_bound and name in self.errors
            kind = {"CheckboxInput": "ck", "Select": "form-select"}.get(
                type(field.widget).__name__, "form-control"
            )
            field.widget.attrs["class"] = f"{kind} is-invalid" if broken else kind
            if broken:
                field.widget.attrs["aria-invalid"] = "true"

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """All fields under no heading."""
        return [("", [self[name] for name in self.fields if not self[name].is_hidden])]

    def take(self, errors: dict[str, list[str]]) -> None:
        """Show what a service found wrong beside the fields it names."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        self.dress()


class SignInForm(PlainForm):
    """Login, password, and whether this computer keeps one signed in for seven days."""

    login = forms.CharField(
        label=_lazy("Login"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-again": True}),
    )
    remember = forms.BooleanField(label=_lazy("Stay signed in on this computer for 7 days"), required=False)


class NewPasswordForm(PlainForm):
    """The person's own new password; the present one is asked unless it was a one-time password."""

    current = forms.CharField(
        label=_lazy("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_lazy("New password"),
        strip=False,
        max_length=200,
        help_text=_lazy("At least 10 characters, letters and figures, not your login, name or phone number."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeat = forms.CharField(
        label=_lazy("New password again"),
        error_messages={"required": _lazy("Enter the new password again.")},
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """After a one-time password the present one is not asked again."""
        if self.user.must_change_password:
            del self.fields["current"]

    def clean_current(self) -> str:
        """The present password, if it is."""
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise forms.ValidationError(_("This is not your present password."))
        return current

    def clean_password(self) -> str:
        """A password that the policy takes and that is not the present one."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        if self.user.check_password(password):
            raise forms.ValidationError(_("Choose another password than the present one."))
        return password

    def clean(self) -> dict[str, Any]:
        """Both new ones must be the same."""
        data = super().clean() or {}
        if data.get("password") and data.get("repeat") and data["password"] != data["repeat"]:
            self.add_error("repeat", _("The two new passwords differ."))
        return data


class FirstRunForm(PlainForm):
    """The group, its first store and the person who looks after the system."""

    group_name = forms.CharField(label=_lazy("Dealer group"), max_length=60)
    store_name = forms.CharField(label=_lazy("First store"), max_length=60)
    store_code = forms.CharField(
        label=_lazy("Store code"),
        max_length=20,
        help_text=_lazy("Letters and figures, for example HX000026."),
    )
    admin_name = forms.CharField(label=_lazy("Your name"), max_length=30)
    admin_login = forms.CharField(
        label=_lazy("Your login"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class ProfileForm(PlainForm):
    """What a person may change about the own account."""

    language = forms.ChoiceField(label=_lazy("Language"), choices=settings.LANGUAGES)
