"""The router: every route of every resource handed to django-ninja in one loop; what it asks, refuses and documents."""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import URLPattern, include, path
from ninja import NinjaAPI, Router
from ninja.constants import NOT_SET
from ninja.errors import AuthenticationError, HttpError, ValidationError

from driveline.kit.api import door, problems
from driveline.kit.api.declare import PREFIX, Route
from driveline.kit.api.document import extra
from driveline.kit.api.resources import all_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

VERSION = "1"


@cache
def interface() -> NinjaAPI:
    """The interface with all its routes, made once in a process when the modules have declared theirs."""
    api = NinjaAPI(
        title="Driveline",
        version=VERSION,
        description="",
        auth=door.Bearer(),
        docs_url=None,
        openapi_url=None,
        urls_namespace="api-v1",
    )
    api.add_exception_handler(AuthenticationError, door.refused)
    for kind in (
        Exception,
        Http404,
        HttpError,
        ValidationError,
    ):  # the last three have answers of ninja's own
        api.add_exception_handler(kind, _answered)
    for section in all_sections():
        router = Router(tags=[section.name])
        for route in section.routes:
            _add(router, route)
        api.add_router(f"/{section.name}", router)
    return api


def _answered(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(error)


def _add(router: Router, route: Route) -> None:
    router.add_api_operation(
        route.path,
        [route.method],
        _function(route),
        operation_id=route.code,
        summary=route.summary,  # type: ignore[arg-type]  # stays lazy until the document is written
        description=route.description or " ",  # type: ignore[arg-type]
        auth=None if route.open else NOT_SET,
        openapi_extra=extra(route),
        url_name=route.code,
    )


def _function(route: Route) -> Callable[..., HttpResponse]:
    """The view as a function of its own: the router writes on what it is given."""
    view = door.once(route.view) if route.method == "POST" and not route.open else route.view
    view = door.roomy(view, route.room) if route.room is not None else view

    @wraps(view)
    def called(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return called


def api_urls() -> list[URLPattern]:
    """The addresses of the interface, of its document and of its pages; for the site's URLs."""
    from driveline.kit.api import docs

    patterns, _app, _namespace = interface().urls
    found: list[Any] = [one for one in patterns if getattr(one, "name", "") != "api-root"]
    for one in found:
        one.callback = door.opened(one.callback)
    prefix = PREFIX.lstrip("/")
    return [
        path(f"{prefix}/openapi.json", door.opened(docs.openapi), name="api-openapi"),
        path(prefix, door.opened(docs.resources), name="api-resources"),
        path("api/docs", docs.overview, name="api-docs"),
        path("api/docs/<slug:name>", docs.of_section, name="api-docs-section"),
        path(f"{prefix}/", include((found, "ninja"), namespace="api-v1")),  # type: ignore[list-item]
    ]
