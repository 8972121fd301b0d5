"""Tokens of programs at work (kit.ports.Api): who is let in, how often, and answers kept for a day. System clock."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Greatest

from driveline.core import clock, journal
from driveline.core.access import actor_from, memberships_with_grants
from driveline.core.models import ApiAnswer, ApiToken
from driveline.core.store_settings import ApiSettings
from driveline.kit.ports import ApiCall, KeptAnswer

MANAGE = "api_tokens.manage"
MARK = "dlt_"
SHOWN = 10  # letters of the secret that are kept to recognise it by
KEPT = timedelta(hours=24)
STALE = timedelta(minutes=2)  # longer than any request is let run; then its process has died
_secret = re.compile(MARK + r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """A secret that nobody can guess."""
    return MARK + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of a secret. It is random, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Calls:
    """Implements `kit.ports.Api`."""

    def admit(self, secret: str) -> ApiCall | None:
        """The call of a token in force whose owner is employed and works in an open store. One query."""
        if not _secret.fullmatch(secret):
            return None
        running = Q(api_tokens__expires_at=None) | Q(api_tokens__expires_at__gt=clock.system_now())
        rows = memberships_with_grants().filter(
            running,
            api_tokens__hash=hashed(secret),
            api_tokens__revoked_at=None,
            user__is_active=True,
            user__is_system=False,
        )
        names = {"token_id": F("api_tokens__id"), "begins": F("api_tokens__prefix")}
        found: Any = rows.annotate(**names).first()
        if found is None:
            return None
        actor = actor_from(found)
        if not actor.can(MANAGE):
            return None  # the right to have tokens was taken from the role
        journal.door.set(found.begins)
        return ApiCall(actor, found.token_id)

    def spend(self, call: ApiCall) -> float:
        """Take one request of the allowance, in one statement that all processes share.

        Every request moves `spent` on by its share of a minute; it may run ahead of the clock by the burst. So at most
        a burst comes at once, and on the average no more than the setting allows.
        """
        allowed = ApiSettings.of(call.actor.store_id)
        share = 60 / allowed.requests_per_minute
        now = clock.system_now()
        second = now.timestamp()
        room = second + share * (allowed.burst - 1)
        moved = Greatest(F("spent"), Value(second, output_field=FloatField())) + share
        mine = ApiToken.objects.filter(pk=call.token_id)
        if mine.filter(spent__lte=room).update(spent=moved, last_used_at=now):
            return 0.0
        spent = mine.values_list("spent", flat=True).first() or second
        return max(spent - room, 0.001)

    def claim(self, call: ApiCall, key: str, digest: str) -> KeptAnswer | None:
        """Win the right to carry out the request of this key: the first one does, or the first after a day, or the
        first after the one that was at it has died."""
        now = clock.system_now()
        try:
            with transaction.atomic():
                ApiAnswer.objects.create(token_id=call.token_id, key=key, digest=digest, at=now)
            return None
        except IntegrityError:
            pass
        row = ApiAnswer.objects.filter(token_id=call.token_id, key=key).first()
        if row is None:
            return self.claim(call, key, digest)  # released between the two statements
        dead = not row.status and row.digest == digest and row.at < now - STALE
        if row.at < now - KEPT or dead:
            same = ApiAnswer.objects.filter(pk=row.pk, at=row.at)
            if same.update(digest=digest, status=0, body="", headers={}, at=now):
                return None
            return KeptAnswer(digest)  # somebody else has just taken it over
        return KeptAnswer(row.digest, row.status, row.body, row.headers)

    def keep(self, call: ApiCall, key: str, status: int, body: str, headers: dict[str, str]) -> None:
        """Write down what was answered."""
        mine = ApiAnswer.objects.filter(token_id=call.token_id, key=key)
        mine.update(status=status, body=body, headers=headers)

    def release(self, call: ApiCall, key: str) -> None:
        """Forget the key: the request came to nothing."""
        ApiAnswer.objects.filter(token_id=call.token_id, key=key, status=0).delete()


calls = Calls()


def purge() -> int:
    """Delete the answers that are older than a day. Returns how many went."""
    return ApiAnswer.objects.filter(at__lt=clock.system_now() - KEPT).delete()[0]
