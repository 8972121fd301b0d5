"""JSON as it comes from outside: only what can be kept is taken, however it was meant."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 30


def parsed(text: str | bytes) -> Any:
    """The content. Raises ValueError for what is no JSON, has NaN in it, or is nested more than 30 deep.

    A number too large for a float stays text, as it was written.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant, parse_float=_float)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if _deeper(content):
        raise ValueError("too deep")
    return content


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _float(text: str) -> float | str:
    number = float(text)
    return text if number in (float("inf"), float("-inf")) else number


def _deeper(content: Any) -> bool:
    todo = [(content, 1)]
    while todo:
        here, depth = todo.pop()
        if depth > DEEPEST:
            return True
        inner = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        todo += [(one, depth + 1) for one in inner if isinstance(one, (dict, list))]
    return False
