"""What a user finds under 钥匙柜."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.actor import Actor
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.pages import Context
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do
from tests.tutorial_app.keys.models import CarKey
from tests.tutorial_app.keys.services import key_return, key_take
from tests.tutorial_app.keys.store_settings import KeySettings


def missed(ctx: Context) -> Q:
    """Keys that are out for longer than the store likes."""
    hours = KeySettings.of(ctx.actor.store_id, ctx.today).hours_out
    return Q(taken_at__lt=ctx.now - timedelta(hours=hours))


@register
class Keys(ListPage):
    """The keys of the store."""

    name, path, title, menu, order = "keys", "keys/", _("Keys"), "keys", 10
    model, permission, export = CarKey, "keys.view", "keys.view"
    columns = [
        col.Column(key="name", label=_("Key"), sort="name", pin="l", fixed=True, card="title"),
        col.Column(key="holder", label=_("With"), join=("holder",), card="side"),
        col.Moment(key="taken_at", label=_("Taken at"), card="due"),
    ]
    filters = [flt.Contains(name="name", label=_("Key"))]
    orders = [Order("name", "name"), Order("name_down", "name", descending=True)]
    scenes = [
        Scene("all", _("All")),
        Scene("out", _("Out"), lambda ctx: Q(holder__isnull=False), counted=True),
        Scene("missed", _("Missed"), missed, counted=True, hot=True),
    ]
    verbs = [
        Do(key_take, dialog=False, when=lambda key: key.holder_id is None),
        Do(key_return, dialog=False, when=lambda key: key.holder_id is not None),
    ]
    empty = Empty(_("No keys yet"), icon="key")

    def todo(self, actor: Actor, ctx: Context) -> QuerySet[Any]:
        return self.rows(actor).filter(missed(ctx))
