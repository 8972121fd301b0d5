"""Pages for what went wrong, problems for programs. The 500 page asks the database nothing: it may be what broke."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from driveline.kit.api.declare import by_program
from driveline.kit.api.problems import Problem

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    if by_program(request.path_info):
        return Problem("malformed").response()
    return render(request, "kit/errors/400.html", {"exception": exception}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a page or verb that the user does not have."""
    if by_program(request.path_info):
        return Problem("forbidden").response()
    return render(request, "kit/errors/403.html", {"exception": exception}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such thing within what the user may see."""
    if by_program(request.path_info):
        return Problem("missing").response()
    return render(request, "kit/errors/404.html", {"exception": exception}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without a request, so without a user, a menu or a query; one line if even that fails."""
    if by_program(request.path_info):
        return Problem("broken").response()
    try:
        page = render_to_string("kit/errors/500.html")
    except Exception:
        log.exception("the page for errors is broken itself")
        return HttpResponse("500", status=500, content_type="text/plain")
    return HttpResponse(page, status=500)
