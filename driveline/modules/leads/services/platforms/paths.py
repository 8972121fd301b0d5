"""Where in a platform's message a value stands: `data.user.mobile`, `items[0].name`, with `|` for "or else" and `+` for "and".

    read({"user": {"tel": 13800000000}}, "user.mobile | user.tel")       "13800000000"

A key with dots or blanks of its own is found first, so `user[name]` of a form field works as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

DEEPEST = 12
LEAVES_MOST = 300

_step = re.compile(r"([^.\[\]]+)|\[(\d{1,4})\]")


def read(message: Any, expression: str) -> str:
    """The first alternative that gives something, as text; "" when none does."""
    for alternative in expression.split("|"):
        parts = [text_of(at(message, path.strip())) for path in alternative.split("+")]
        if found := "；".join(part for part in parts if part):
            return found
    return ""


def at(message: Any, path: str) -> Any:
    """What stands at a single path; None when there is nothing. "" is the message itself."""
    if not path:
        return message
    if isinstance(message, dict) and path in message:
        return message[path]
    here = message
    for name, index in _step.findall(path):
        if isinstance(here, dict):
            here = here.get(name or index)
        elif isinstance(here, list) and (index or name.isdecimal()):
            place = int(index or name)
            here = here[place] if place < len(here) else None
        else:
            return None
    return here


def text_of(value: Any) -> str:
    """A value as a person would write it: 1.38e10 as its digits, a list with commas, an object not at all."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, list):
        return "，".join(filter(None, (text_of(one) for one in value)))
    return str(value).strip()


def leaves(message: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every value of a message with its path, in the order of the message."""
    if depth > DEEPEST:
        return
    if isinstance(message, dict):
        for name, value in message.items():
            yield from leaves(value, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(message, list):
        for place, value in enumerate(message[:3]):
            yield from leaves(value, f"{path}[{place}]", depth + 1)
    elif path:
        yield path, text_of(message)


def clean(message: Any) -> Any:
    """The message as every database can keep it: no NUL, no half of a surrogate pair."""
    text = json.dumps(message, ensure_ascii=True)  # then pairs and halves alike are written as \\ud…
    return _mended(message) if "\\u0000" in text or "\\ud" in text else message


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_mended(name): _mended(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_mended(one) for one in value]
    return value
