"""The platform is asked: GET /leads?since=MARK answers with a page and the next mark; on purpose not always well."""

from __future__ import annotations

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.platform.messages import Said

TROUBLES = ("drop", "500", "cut", "html", "429", "away", "slow")
TOKEN = "Bearer open-sesame"


class Platform:
    """What is there to be asked for. `trouble` is the share of answers that go wrong, at most two in a row; `again`
    the share of messages that stand on a later page once more; `shuffle` puts a page into disorder."""

    def __init__(
        self,
        said: list[Said],
        *,
        page: int = 20,
        trouble: float = 0.0,
        again: float = 0.0,
        shuffle: bool = False,
        seed: int = 1,
    ) -> None:
        self.said, self.page, self.trouble, self.again, self.shuffle = said, page, trouble, again, shuffle
        self.chance = random.Random(seed)
        self.asked = self.in_a_row = 0
        self.lock = threading.Lock()

    def mishap(self) -> str:
        """What goes wrong with this answer; "" for nothing."""
        with self.lock:
            self.asked += 1
            if self.in_a_row < 2 and self.chance.random() < self.trouble:
                self.in_a_row += 1
                return self.chance.choice(TROUBLES)
            self.in_a_row = 0
            return ""

    def answer(self, since: str) -> dict[str, Any]:
        """The page after the mark."""
        start = int(since) if since.isdecimal() else 0
        items = [one.body for one in self.said[start : start + self.page]]
        with self.lock:
            if items and start and self.chance.random() < self.again:
                items.append(self.chance.choice(self.said[:start]).body)
            if self.shuffle:
                self.chance.shuffle(items)
        mark = min(start + self.page, len(self.said))
        return {"code": 0, "data": {"items": items, "next": str(mark)}}


def server(platform: Platform, port: int = 0) -> ThreadingHTTPServer:
    """A server that is not running yet; `server_address[1]` is its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != "/leads" or self.headers.get("Authorization") != TOKEN:
                self._send(403 if parts.path == "/leads" else 404, b"{}")
                return
            since = parse_qs(parts.query).get("since", [""])[0]
            self._answer(platform.mishap(), json.dumps(platform.answer(since), ensure_ascii=False).encode())

        def _answer(self, mishap: str, body: bytes) -> None:
            if mishap == "drop":
                self.close_connection = True
                self.connection.close()
            elif mishap in ("500", "429"):
                self._send(int(mishap), b"{}")
            elif mishap == "cut":
                self._send(200, body[: len(body) // 2], length=len(body))
                self.close_connection = True
            elif mishap == "html":
                self._send(200, b"<html>maintenance</html>")
            elif mishap == "away":
                self._send(302, b"", Location="http://127.0.0.2:9/leads")
            else:
                if mishap == "slow":
                    time.sleep(0.5)
                self._send(200, body)

        def _send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: the tests tell what went wrong."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
