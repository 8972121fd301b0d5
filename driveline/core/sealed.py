"""Secrets that must be read again (a platform's key), kept so that the database alone does not give them away.

Encrypted with a keystream of HMAC-SHA256 in counter mode and authenticated with HMAC-SHA256, under keys derived from
`SECRET_KEY` and the purpose (docs/decisions/0013-sealed-secrets.md). After a change of `SECRET_KEY` the old one in
`SECRET_KEY_FALLBACKS` still opens what it sealed. Passwords are never kept so: they are hashed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from django.conf import settings

_NONCE, _TAG, _BLOCK = 16, 32, 32
_VERSION = "s1."


class Unsealable(Exception):
    """The text was sealed under another SECRET_KEY, for another purpose, or was changed."""


def seal(text: str, purpose: str) -> str:
    """The text as it may be stored; sealed twice it looks different."""
    nonce = secrets.token_bytes(_NONCE)
    encryption, authentication = _keys(settings.SECRET_KEY, purpose)
    hidden = _xor(text.encode(), encryption, nonce)
    tag = hmac.digest(authentication, nonce + hidden, hashlib.sha256)
    return _VERSION + urlsafe_b64encode(nonce + hidden + tag).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text that was sealed for the purpose. Raises Unsealable."""
    nonce, hidden, tag = _parts(sealed)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        encryption, authentication = _keys(key, purpose)
        if hmac.compare_digest(hmac.digest(authentication, nonce + hidden, hashlib.sha256), tag):
            return _xor(hidden, encryption, nonce).decode()
    raise Unsealable


def _parts(sealed: str) -> tuple[bytes, bytes, bytes]:
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(_VERSION))
    except Error as error:
        raise Unsealable from error
    if not sealed.startswith(_VERSION) or len(raw) < _NONCE + _TAG:
        raise Unsealable
    return raw[:_NONCE], raw[_NONCE:-_TAG], raw[-_TAG:]


def _keys(secret: str | bytes, purpose: str) -> tuple[bytes, bytes]:
    root = secret.encode() if isinstance(secret, str) else secret
    made = [
        hmac.digest(root, f"driveline.sealed:{use}:{purpose}".encode(), hashlib.sha256)
        for use in ("encrypt", "authenticate")
    ]
    return made[0], made[1]


def _xor(data: bytes, key: bytes, nonce: bytes) -> bytes:
    blocks = range(-(-len(data) // _BLOCK))
    stream = b"".join(hmac.digest(key, nonce + n.to_bytes(8), hashlib.sha256) for n in blocks)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))
