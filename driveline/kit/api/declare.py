"""What a page declares to be offered to programs, and routes that no page stands behind.

    class Leads(ListPage):
        api = Resource("leads", create=Create(LeadForm, create_lead, permission="leads.create"))

The page's rows, columns, filters, scenes, orders and commands then are the resource's. `api = None`: not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from driveline.kit import registry

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.api.fields import Field
    from driveline.kit.columns import Column
    from driveline.kit.forms import KitForm
    from driveline.kit.listing import ListPage
    from driveline.kit.verbs import Do

PREFIX = "/api/v1"

type Text = str | _StrPromise
type Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Created:
    """What came of a creation. `new` False: it was there already and was dealt with; then the answer is 200.

    `id` is None where the actor may not see the row. `verdict`, `rule` and `done` say what was decided, by which
    rule, and what was done, as codes; `message` says it in words.
    """

    id: int | None
    new: bool = True
    verdict: str = "new"
    rule: str = ""
    done: str = ""
    message: str = ""


type Creator = Callable[[Actor, dict[str, Any], str | None], Created]
type Room = Callable[[Actor], int]


@dataclass(frozen=True)
class Create:
    """How a row is made: the form checks, `run(actor, cleaned data, key)` is the service behind it.

    The key is the same for the same request sent twice. `example` is what the documents show, `text` what they say
    beside it. `room`: the bytes that a body may have where that is more than elsewhere (a file travels in it).
    """

    form: type[KitForm]
    run: Creator
    permission: str
    label: Text
    example: Mapping[str, Any] = field(default_factory=dict)
    text: Text = ""
    room: Room | None = None


@dataclass(frozen=True)
class Act:
    """A small change that is no command, because nothing about it is worth a journal (a message is read).

    `run(actor, ids)` gets ids of the page only.
    """

    code: str
    label: Text
    run: Callable[[Actor, list[int]], object]


@dataclass(frozen=True)
class Resource:
    """What a page offers under `/api/v1/<name>`.

    `verbs` are commands beyond the page's own buttons, `acts` small changes, `also` columns that only programs need,
    `tells` what one row says beyond columns, in any shape, `routes` further operations written by hand.
    `examples`: an input of each command for the documents, by its name.
    """

    name: str
    create: Create | None = None
    verbs: Sequence[Do] = ()
    acts: Sequence[Act] = ()
    also: Sequence[Column] = ()
    tells: Sequence[Field] = ()
    routes: Sequence[Route] = ()
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation. `path` stands below the resource; `code` is its id in the document.

    `answers`: status → JSON Schema; what every operation may be refused with is added to the document.
    `open`: no token is asked, the view itself finds out who speaks (a signed message), and keeps what was answered.
    `room`: as of Create.
    """

    resource: str
    method: str
    path: str
    view: Callable[..., HttpResponse]
    code: str
    summary: Text
    description: Text = ""
    parameters: Sequence[Schema] = ()
    body: Schema | None = None
    example: Mapping[str, Any] | None = None
    answers: Mapping[int, Schema] = field(default_factory=dict)
    open: bool = False
    room: Room | None = None


@dataclass(frozen=True)
class Section:
    """Routes under a heading of the document: those of a resource, or written by hand."""

    name: str
    label: Text
    routes: Sequence[Route]


_offered: dict[str, ListPage] = {}
_sections: dict[str, Section] = {}


def by_program(path: str) -> bool:
    """Whether a request for this path comes from a program and is answered as one."""
    return f"{path}/".startswith(f"{PREFIX}/")


def offer[P: type[Any]](page_class: P) -> P:
    """Class decorator: offer a list to programs that has no page for people."""
    page = page_class()
    if page.api is None or page.name in _offered:
        raise ValueError(f"list {page.name} declares no resource, or is offered twice")
    _offered[page.name] = page
    return page_class


def section(one: Section) -> None:
    """Register routes written by hand."""
    if one.name in _sections:
        raise ValueError(f"section {one.name} is registered twice")
    _sections[one.name] = one


def sections() -> list[Section]:
    """Every registered section, in the order of registration."""
    return list(_sections.values())


def offered() -> list[ListPage]:
    """Every list that declares a resource: the registered pages, then those offered to programs alone."""
    from driveline.kit.listing import ListPage

    pages = [page for page in registry.pages() if isinstance(page, ListPage) and page.api is not None]
    found = [*pages, *_offered.values()]
    names = [resource_of(page).name for page in found]
    if len(set(names)) != len(names):
        raise ValueError(f"two pages offer the same resource: {sorted(names)}")
    return found


def resource_of(page: ListPage) -> Resource:
    """What the page declares. ValueError for a page that offers nothing."""
    if page.api is None:
        raise ValueError(f"{page.name} offers no resource")
    return page.api


def verbs_of(page: ListPage) -> list[Do]:
    """The commands of a resource: the page's buttons, then those that have none there."""
    from driveline.kit.verbs import Do

    return [*(verb for verb in page.verbs if isinstance(verb, Do)), *resource_of(page).verbs]
