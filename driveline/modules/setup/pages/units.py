"""门店与部门: the stores of the group, the departments of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Membership, OrgUnit
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts, Tab
from driveline.kit.errors import Refused
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Open, Tool
from driveline.kit.views.details import row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.setup.forms.units import DepartmentForm, StoreForm, StoreNameForm
from driveline.modules.setup.forms.users import NothingToAsk
from driveline.modules.setup.services import units as service

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from driveline.core.access import Actor
    from driveline.kit.pages import Context

SHOWN = 200


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """A further store of the group."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own

    def act(data: dict[str, Any]) -> HttpResponse:
        store = service.store_create(actor, **data)
        return saved(store.pk, drawer=f"{page.url}{store.pk}/")

    return form_screen(
        request,
        page,
        lambda data: StoreForm(data, actor=actor),
        act,
        gettext("New store"),
        permission=service.STORES,
        lead_text=gettext(
            "It starts with the roles, dictionaries and settings of the group. Add its people next."
        ),
    )


def department(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """A further department of a store."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    store = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        return saved(service.department_create(actor, pk, **data).pk)

    title = gettext("New department of %(store)s") % {"store": store.name}
    return form_screen(
        request,
        page,
        lambda data: DepartmentForm(data, actor=actor),
        act,
        title,
        permission=service.DEPARTMENTS,
    )


def rename(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Another name, for a store also another city."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    unit = row_of(request, page, pk)
    form = StoreNameForm if unit.kind == OrgUnit.Kind.STORE else DepartmentForm

    def act(data: dict[str, Any]) -> HttpResponse:
        service.unit_rename(actor, pk, **data)
        return saved(pk)

    return form_screen(
        request,
        page,
        lambda data: form(data, actor=actor, initial={"name": unit.name, "city": unit.city}),
        act,
        gettext("Rename %(name)s") % {"name": unit.name},
        permission=service.right_for(unit),
    )


def close(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Says what closing means, then closes; refused while somebody works there."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    unit = row_of(request, page, pk)
    if reason := service.why_not_close(unit):
        raise Refused(reason)

    def act(data: dict[str, Any]) -> HttpResponse:
        service.unit_close(actor, pk)
        return saved(pk)

    return form_screen(
        request,
        page,
        lambda data: NothingToAsk(data, actor=actor),
        act,
        gettext("Close %(name)s?") % {"name": unit.name},
        permission=service.right_for(unit),
        saves=[("close", _("Close the unit"))],
        lead_text=gettext(
            "Nobody can work there any more. What happened there stays; it can be opened again."
        ),
    )


def reopen(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """In use again."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    unit = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        service.unit_open(actor, pk)
        return saved(pk)

    return form_screen(
        request,
        page,
        lambda data: NothingToAsk(data, actor=actor),
        act,
        gettext("Open %(name)s again?") % {"name": unit.name},
        permission=service.right_for(unit),
        saves=[("close", _("Open again"))],
    )


def status(row: OrgUnit) -> tuple[str, str | _StrPromise]:
    """In use or closed."""
    return ("st-on", _("In use")) if row.active else ("st-void", _("Closed"))


def people_context(row: OrgUnit, ctx: Context) -> dict[str, Any]:
    """Who works there."""
    here = Q(department=row) if row.kind == OrgUnit.Kind.DEPARTMENT else Q(store=row)
    rows = Membership.objects.filter(here, active=True, user__is_active=True, user__is_system=False)
    people = list(rows.select_related("user", "role").order_by("user__name")[: SHOWN + 1])
    return {
        "people": [(place.user.name, str(place.role)) for place in people[:SHOWN]],
        "more": len(people) > SHOWN,
    }


class UnitDetail(DetailPage):
    """The drawer of a unit."""

    facts = (
        Facts(
            _("Unit"),
            [
                col.Column(key="name", label=_("Unit name")),
                col.Choice(key="kind", label=_("Kind")),
                col.Column(key="code", label=_("Code")),
                col.Column(key="city", label=_("City")),
                col.Column(key="parent", label=_("Belongs to")),
                col.Status(key="status", label=_("Status"), look=status),
            ],
        ),
    )
    tabs = (Tab("people", _("People"), "setup/unit_people.html", people_context),)
    joins = ("parent",)
    screens = (
        ("new/", create),
        ("<int:pk>/department/", department),
        ("<int:pk>/rename/", rename),
        ("<int:pk>/close/", close),
        ("<int:pk>/open/", reopen),
    )


def _is(*kinds: str, active: bool = True) -> Any:
    return lambda row: row.kind in kinds and row.active is active


def _kept_people(row: OrgUnit, ctx: Context) -> str:
    return str(ctx.kept.get("people", {}).get(row.pk, 0))


def _closing(row: OrgUnit, actor: object) -> str:
    return service.why_not_close(row, getattr(row, "people_here", None))


KINDS = OrgUnit.Kind


@register
class Units(ListPage):
    """The group, its stores, their departments."""

    name, path, title, menu, order = "units", "units/", _("Stores and departments"), "setup", 50
    model = OrgUnit
    permission = service.VIEW
    columns = [
        col.Name(key="name", label=_("Unit name"), url=lambda row: f"/units/{row.pk}/", card="title"),
        col.Choice(key="kind", label=_("Kind"), card="side"),
        col.Column(key="code", label=_("Code"), css="t2", card="line"),
        col.Column(key="city", label=_("City")),
        col.Column(key="parent", label=_("Belongs to"), join=("parent",)),
        col.Computed(key="people", label=_("People"), numeric=True, text=_kept_people),
        col.Status(key="status", label=_("Status"), look=status, card="state"),
    ]
    filters = [
        flt.Search(
            name="q",
            label=_("Keyword"),
            placeholder=_("Name or code"),
            find=lambda text, ctx: (Q(name__icontains=text) | Q(code__istartswith=text), False),
        ),
    ]
    orders = [Order("first", "pk")]
    scenes = [
        Scene("all", _("All")),
        Scene("stores", _("Stores"), lambda ctx: Q(kind=KINDS.STORE)),
        Scene("departments", _("Departments"), lambda ctx: Q(kind=KINDS.DEPARTMENT)),
    ]
    verbs = [
        Open(
            "department",
            _("Add department"),
            service.DEPARTMENTS,
            lambda row: f"/units/{row.pk}/department/",
            when=_is(KINDS.STORE, KINDS.GROUP),
        ),
        Open(
            "rename",
            _("Rename"),
            service.STORES,
            lambda row: f"/units/{row.pk}/rename/",
            when=_is(KINDS.STORE, KINDS.GROUP),
        ),
        Open(
            "rename",
            _("Rename"),
            service.DEPARTMENTS,
            lambda row: f"/units/{row.pk}/rename/",
            when=_is(KINDS.DEPARTMENT),
        ),
        Open(
            "close",
            _("Close"),
            service.STORES,
            lambda row: f"/units/{row.pk}/close/",
            guard=_closing,
            when=_is(KINDS.STORE),
        ),
        Open(
            "close",
            _("Close"),
            service.DEPARTMENTS,
            lambda row: f"/units/{row.pk}/close/",
            guard=_closing,
            when=_is(KINDS.DEPARTMENT),
        ),
        Open(
            "open",
            _("Open again"),
            service.STORES,
            lambda row: f"/units/{row.pk}/open/",
            when=_is(KINDS.STORE, active=False),
        ),
        Open(
            "open",
            _("Open again"),
            service.DEPARTMENTS,
            lambda row: f"/units/{row.pk}/open/",
            when=_is(KINDS.DEPARTMENT, active=False),
        ),
    ]
    tools = [Tool(_("New store"), service.STORES, "/units/new/", icon="plus", primary=True)]
    empty = Empty(_("No stores yet"), icon="building-store")
    detail = UnitDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:  # type: ignore[override]  # core's own actor
        return service.units(actor)

    def prepare(self, objects: list[OrgUnit], ctx: Context) -> None:
        """Employed people per unit of the page, two queries."""
        ids = [row.pk for row in objects]
        rows = Membership.objects.filter(active=True, user__is_active=True, user__is_system=False).order_by()
        stores = rows.filter(store_id__in=ids).values_list("store_id").annotate(n=Count("pk"))
        departments = rows.filter(department_id__in=ids).values_list("department_id").annotate(n=Count("pk"))
        found = dict(stores) | dict(departments)
        for row in objects:
            row.people_here = found.get(row.pk, 0)  # type: ignore[attr-defined]  # read by the guard of 停用
        ctx.kept["people"] = found
