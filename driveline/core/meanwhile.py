"""The server works while the program goes on (PostgreSQL): a statement is begun, and whoever wants the connection next
waits for its end.

    with meanwhile() as server:
        server.begin(lambda: ...)   # done by a helper
        ...                         # the program's own work
        Party.objects.count()       # waits for what was begun, and raises what that raised

Only for statements whose failure ends the transaction anyway: it is raised at the next statement, or at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection


class Meanwhile:
    """What is begun is done in its order, and the connection belongs to it until all has ended."""

    def __init__(self, helper: ThreadPoolExecutor) -> None:
        self._helper = helper
        self._begun: list[Future[Any]] = []

    def begin(self, work: Callable[[], Any]) -> None:
        """Let the helper do this behind what was begun before; nothing more is done once something has failed."""
        before = self._begun[-1] if self._begun else None
        self._begun.append(self._helper.submit(_after, before, work))
        time.sleep(0)  # lets the helper send it off now

    def end(self) -> None:
        """Wait for what was begun; raises the first failure."""
        begun, self._begun = self._begun, []
        wait(begun)
        for one in begun:
            one.result()

    def before(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Django asks this before every statement."""
        self.end()
        return execute(*statement)


def _after(before: Future[Any] | None, work: Callable[[], Any]) -> None:
    if before is not None:
        before.result()
    work()


@contextmanager
def meanwhile() -> Iterator[Meanwhile]:
    """A helper for the length of a block; at its end nothing is under way. The thread is started when it is needed."""
    with ThreadPoolExecutor(max_workers=1) as helper:
        server = Meanwhile(helper)
        try:
            with connection.execute_wrapper(server.before):
                yield server
        except BaseException:
            with suppress(Exception):  # the first failure is the one to be told
                server.end()
            raise
        server.end()
