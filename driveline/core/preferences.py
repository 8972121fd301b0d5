"""What the interface remembers for a user (kit.ports.Preferences): columns, page size, saved views."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import category

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from driveline.core.models import SavedView, UserPreference
from driveline.core.request_cache import forget, once
from driveline.kit.errors import Invalid

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

KEY_LENGTH = 80
VALUE_BYTES = 8_000
KEYS_PER_USER = 500
VIEWS_PER_PAGE = 20


class Preferences:
    """Implements `kit.ports.Preferences`. Preferences belong to the user, whatever the store."""

    def get(self, actor: Actor, key: str) -> Any:
        """What was remembered under the key, else None. One query a request for all keys."""
        return copy.deepcopy(self._all(actor).get(key))

    def several(self, actor: Actor, keys: Sequence[str]) -> dict[str, Any]:
        """All of the keys that are remembered."""
        known = self._all(actor)
        return {key: known[key] for key in keys if key in known}

    def _all(self, actor: Actor) -> dict[str, Any]:
        rows = UserPreference.objects.filter(user_id=actor.user_id)
        return once(("preferences", actor.user_id), lambda: dict(rows.values_list("key", "value")))

    def put(self, actor: Actor, key: str, value: Any) -> None:
        """Remember a value; None forgets it. Raises Invalid for a key or value that is too long."""
        if not key or len(key) > KEY_LENGTH or len(json.dumps(value).encode()) > VALUE_BYTES:
            raise Invalid({"": [_("This cannot be remembered: it is too long.")]})
        mine = UserPreference.objects.filter(user_id=actor.user_id)
        forget("preferences")
        if value is None:
            mine.filter(key=key).delete()
            return
        if mine.exclude(key=key).count() >= KEYS_PER_USER:
            raise Invalid({"": [_("Too many choices are remembered already.")]})
        UserPreference.objects.bulk_create(
            [UserPreference(user_id=actor.user_id, key=key, value=value)],
            update_conflicts=True,
            unique_fields=["user", "key"],
            update_fields=["value"],
        )

    def views(self, actor: Actor, page: str) -> list[SavedView]:
        """The user's saved views of a page, in their order."""
        return list(SavedView.objects.filter(user_id=actor.user_id, page=page).order_by("position", "id"))

    def view_save(self, actor: Actor, page: str, name: str, query: str) -> SavedView:
        """Keep a filter under a name. Raises Invalid, also when another view has the name; the same filter under the same
        name is kept once."""
        name, query = _view_name(name), _view_query(query)
        mine = SavedView.objects.filter(user_id=actor.user_id, page=page)
        if mine.exclude(name=name).count() >= VIEWS_PER_PAGE:
            raise Invalid({"name": [_("A page keeps at most %(n)s views.") % {"n": VIEWS_PER_PAGE}]})
        last = mine.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        view, _new = mine.get_or_create(
            user_id=actor.user_id, page=page, name=name, defaults={"query": query, "position": position}
        )
        if view.query != query:
            raise Invalid({"name": [_("Another view has this name.")]})
        return view

    def view_change(
        self, actor: Actor, page: str, view_id: int, *, name: str | None = None, query: str | None = None
    ) -> SavedView:
        """Give one of the user's own views of a page another name, other conditions, or both; None leaves it as it is.

        Raises Invalid (also when another view has the name), DoesNotExist (also when it was deleted meanwhile).
        """
        sent: dict[str, str] = {}
        if name is not None:
            sent["name"] = _view_name(name)
        if query is not None:
            sent["query"] = _view_query(query)
        view = SavedView.objects.filter(user_id=actor.user_id, page=page, pk=view_id)
        try:
            with transaction.atomic():
                view.update(**sent)
        except IntegrityError as error:
            raise Invalid({"name": [_("Another view has this name.")]}) from error
        return view.get()

    def view_delete(self, actor: Actor, page: str, view_id: int) -> None:
        """Forget one of the user's own views of a page; nothing happens for another's."""
        SavedView.objects.filter(user_id=actor.user_id, page=page, pk=view_id).delete()


def _view_name(name: str) -> str:
    name = _plain(name).strip()
    if not name or len(name) > 20:
        raise Invalid({"name": [_("Give the view a name of at most 20 characters.")]})
    return name


def _plain(text: str) -> str:
    """The text without what nobody types and PostgreSQL does not keep: control characters, halves of a character."""
    return "".join(sign for sign in text if category(sign) not in ("Cc", "Cs"))


def _view_query(query: str) -> str:
    query = _plain(query).lstrip("?")
    if len(query) > 2000:
        raise Invalid({"": [_("This cannot be remembered: it is too long.")]})
    return query


preferences = Preferences()
