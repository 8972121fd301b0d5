"""How a platform proves that a message is its own: HMAC-SHA256 over `timestamp + "." + body`, in hex.

    X-Key: pf_…   X-Timestamp: 1764064800   X-Signature: hex(hmac_sha256(secret, "1764064800." + body))

The clock is the machine's. The same signature again within the window is the same message again, so nothing is done
twice; after the window it is refused.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from driveline.kit.errors import Forbidden

MILLISECONDS = 100_000_000_000  # a timestamp above this is one


class NotSigned(Forbidden):
    """The signature is missing, wrong or too old. HTTP 401. `rule` tells which."""

    def __init__(self, sentence: str, rule: str) -> None:
        super().__init__(sentence)
        self.rule = rule


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at a moment."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_signature(
    secrets: Sequence[str], timestamp: str, signature: str, body: bytes, *, window: int, now: datetime
) -> None:
    """Raise NotSigned unless one of the secrets signed this body within `window` seconds of now.

    All secrets are tried and compared in constant time, whatever else is wrong.
    """
    given = signature.strip().lower().removeprefix("sha256=")
    matches = [
        hmac.compare_digest(sign(secret, timestamp, body).encode(), given.encode()) for secret in secrets
    ]
    if not any(matches):
        raise NotSigned(_("The signature does not fit the key, the timestamp and the body."), "signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 13):
        raise NotSigned(_("X-Timestamp must be seconds since 1970."), "timestamp")
    seconds = int(timestamp)
    if seconds > MILLISECONDS:
        seconds //= 1000
    off = abs(now.timestamp() - seconds)
    if off > window:
        raise NotSigned(
            _("The timestamp is %(off)s s off, at most %(window)s s are allowed; it is now %(now)s.")
            % {"off": round(off), "window": window, "now": int(now.timestamp())},
            "timestamp",
        )
