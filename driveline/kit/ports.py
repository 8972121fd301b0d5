"""What the kit asks of the floor above it. `core.wiring.connect` plugs the real ones in; tests may plug their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


class Clock(Protocol):
    def now(self) -> datetime: ...
    def today(self) -> date: ...


class Audit(Protocol):
    def write(
        self,
        actor: Actor,
        action: str,
        *,
        object_type: str = "",
        object_id: int | None = None,
        detail: dict[str, Any],
    ) -> None: ...


class Operations(Protocol):
    """The journal of commands (core.Operation)."""

    def find(self, key: str) -> Any | None:
        """The operation given before under this idempotency key, if any."""
        ...

    def start(
        self, actor: Actor, verb: str, inputs: dict[str, Any], key: str | None, store_id: int
    ) -> Any: ...

    def finish(
        self,
        operation: Any,
        *,
        count: int,
        before: Sequence[dict[str, Any]],
        undo_minutes: int,
        result: dict[str, Any],
    ) -> None: ...


class SettingStore(Protocol):
    def values(self, unit_id: int, keys: Iterable[str], day: date) -> dict[str, Any]:
        """The stored value of each key in force on the day: the store's, else its group's; absent = default."""
        ...


class Preferences(Protocol):
    def get(self, actor: Actor, key: str) -> Any: ...
    def put(self, actor: Actor, key: str, value: Any) -> None: ...
    def views(self, actor: Actor, page: str) -> Sequence[Any]: ...
    def view_save(self, actor: Actor, page: str, name: str, query: str) -> Any: ...
    def view_change(
        self, actor: Actor, page: str, view_id: int, *, name: str | None = None, query: str | None = None
    ) -> Any: ...
    def view_delete(self, actor: Actor, page: str, view_id: int) -> None: ...


class Undo(Protocol):
    def __call__(self, actor: Actor, operation_id: int) -> Any:
        """Put back what an operation changed; the result has `restored` (ids) and `skipped` (id → sentence)."""
        ...


class Unread(Protocol):
    def __call__(self, actor: Actor) -> int: ...


class FormStore(Protocol):
    def __call__(self, request: Any) -> None:
        """Raise Refused when the form was opened in another store than the current one."""
        ...


class BatchJob(Protocol):
    def __call__(self, actor: Actor, code: str, ids: list[int], data: dict[str, Any], key: str | None) -> Any:
        """Hand a command on many rows to the worker, in chunks, with progress. `data` are its inputs, plain."""
        ...


@dataclass
class ApiCall:
    """A request of a program: in whose name, by which token. `key` is what makes it one with its repetitions."""

    actor: Actor
    token_id: int
    key: str | None = None


@dataclass(frozen=True)
class KeptAnswer:
    """What a request under an Idempotency-Key was answered; `status` 0 while it is still being carried out."""

    digest: str
    status: int = 0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Api(Protocol):
    """Tokens of programs and the answers kept for them (core.api_calls). System clock throughout."""

    def admit(self, secret: str) -> ApiCall | None:
        """The call of a token that is in force, whose owner works in its store; else None."""
        ...

    def spend(self, call: ApiCall) -> float:
        """Take one request of the token's allowance; the seconds to wait when there is none, else 0."""
        ...

    def claim(self, call: ApiCall, key: str, digest: str) -> KeptAnswer | None:
        """None: carry the request out. Else what is known of the one that was there first."""
        ...

    def keep(self, call: ApiCall, key: str, status: int, body: str, headers: dict[str, str]) -> None: ...
    def release(self, call: ApiCall, key: str) -> None: ...


class Ports:
    """The plugged-in implementations; reading one that is missing raises AttributeError."""

    clock: Clock
    audit: Audit
    operations: Operations
    settings: SettingStore
    preferences: Preferences
    undo: Undo
    unread: Unread
    form_store: FormStore
    batch_job: BatchJob
    api: Api


ports = Ports()
