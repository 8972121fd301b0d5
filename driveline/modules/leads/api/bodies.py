"""The body of a pushed message: JSON or a form, in UTF-8 or, when it says so, GB18030. One object a call."""

from __future__ import annotations

from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from driveline.kit.api.problems import Problem
from driveline.modules.leads.services.platforms.parsing import parsed

BODY_MOST = 64 * 1024
FIELDS_MOST = 300
CHARSETS = {
    "": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "gb18030": "gb18030", "gbk": "gb18030",
    "gb2312": "gb18030",
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


def message_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The message. Raises Problem: 400 it cannot be read, 413, 415 another kind, 422 not one object."""
    if len(body) > BODY_MOST:
        raise too_large()
    kind, charset = _kind(content_type)
    try:
        text = body.decode(charset)
    except UnicodeDecodeError as error:
        raise Problem(
            "malformed", _("The body is not %(charset)s.") % {"charset": charset}, rule="charset"
        ) from error
    message = _form(text, charset) if kind == FORM else _json(text.removeprefix("\ufeff"))
    if not isinstance(message, dict):
        raise Problem("invalid", _("One message is one JSON object."), rule="object")
    return message


def too_large() -> Problem:
    """413."""
    return Problem("too-large", _("A message has at most 64 kB."), rule="size")


def _kind(content_type: str) -> tuple[str, str]:
    header = Message()
    header["content-type"] = content_type or "none/none"
    kind = header.get_content_type()
    charset = CHARSETS.get(str(header.get_param("charset") or "").lower())
    json_like = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    if charset is None or not (json_like or kind == FORM):
        raise Problem(
            "media-type",
            _("Send application/json or a form, in UTF-8 or GB18030, and say so in Content-Type."),
            rule="content-type",
        )
    return kind, charset


def _form(text: str, charset: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, max_num_fields=FIELDS_MOST, encoding=charset, errors="replace"
        )
    except ValueError as error:
        raise Problem("malformed", _("The form cannot be read."), rule="form") from error
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = value if name not in found else f"{found[name]}，{value}"
    return found


def _json(text: str) -> Any:
    try:
        return parsed(text)
    except ValueError as error:
        raise Problem("malformed", _("The body is not JSON that can be kept."), rule="json") from error
