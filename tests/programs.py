"""A program that speaks to the interface in the name of one of the cast."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.test import Client

from driveline.core.services.api_tokens import token_create

if TYPE_CHECKING:
    from django.http import HttpResponse

    from driveline.core.models import OrgUnit, User
    from tests.world import World

BASE = "/api/v1/"


class Program:
    """`program.get("leads", limit=5)`, `program.post("leads/7/assign", {"users": [3]})`."""

    def __init__(self, world: World, user: User, store: OrgUnit | None = None, language: str = "zh") -> None:
        self.actor = world.actor(user, store)
        self.made = token_create(self.actor, name="试验")
        self.headers = {"Authorization": f"Bearer {self.made.secret}", "Accept-Language": language}
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, **params: Any) -> HttpResponse:
        return self._client.get(f"{BASE}{path}", params, headers=self.headers)

    def head(self, path: str, **params: Any) -> HttpResponse:
        return self._client.head(f"{BASE}{path}", params, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> HttpResponse:
        """`body` as JSON, or as it stands when it is bytes."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        more = self.headers | headers | ({"Idempotency-Key": key} if key else {})
        kind = more.pop("Content-Type", "application/json")
        return self._client.post(f"{BASE}{path}", sent, content_type=kind, headers=more)

    def ids(self, path: str, **params: Any) -> list[int]:
        """The keys of a list."""
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.content
        return [item["id"] for item in answer.json()["items"]]
