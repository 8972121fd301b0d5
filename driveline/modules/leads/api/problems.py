"""Refusals of the inbound door as application/problem+json, with field and rule; in the shape of the whole interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/docs#"

TITLES: Mapping[str, tuple[int, str | _StrPromise]] = {
    "malformed": (400, _("Malformed request")),
    "unauthorised": (401, _("Not signed")),
    "forbidden": (403, _("Not allowed")),
    "missing": (404, _("Not found")),
    "method": (405, _("Wrong method")),
    "conflict": (409, _("Somebody was faster")),
    "too-large": (413, _("Too large")),
    "media-type": (415, _("Unknown kind of content")),
    "invalid": (422, _("Not acceptable")),
    "too-many": (429, _("Too many requests")),
    "broken": (500, _("An error of ours")),
    "busy": (503, _("Busy")),
}


class Problem(Exception):
    """An answer that refuses; `faults` are (field, sentence, rule)."""

    def __init__(
        self,
        kind: str,
        detail: str | _StrPromise,
        *,
        rule: str = "",
        faults: Sequence[tuple[str, str, str]] = (),
        wait: float = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.rule, self.faults = kind, detail, rule, faults
        self.headers = dict(headers or {})
        if wait:
            self.headers["Retry-After"] = str(max(1, ceil(wait)))

    @property
    def status(self) -> int:
        return TITLES[self.kind][0]

    def response(self) -> HttpResponse:
        """The answer itself."""
        status, title = TITLES[self.kind]
        told: dict[str, Any] = {
            "type": DOCS + self.kind,
            "title": str(title),
            "status": status,
            "detail": str(self.detail),
        }
        if self.rule:
            told["rule"] = self.rule
        if self.faults:
            told["errors"] = errors(self.faults)
        body = json.dumps(told, ensure_ascii=False)
        return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=self.headers)


def errors(faults: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    """The faults as they stand in an answer."""
    return [
        {"field": field, "detail": detail} | ({"rule": rule} if rule else {})
        for field, detail, rule in faults
    ]
