"""Revealing a masked number."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from driveline.core import phones
from driveline.core.middleware import StaffRequest
from driveline.core.models import Party
from driveline.core.privacy import reveal_phone
from driveline.kit.errors import Forbidden, Refused


@require_POST
def phone_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """JSON {number, pretty, left}. 404 for a party nobody shows the user, 403 without the right, 409 at the limit."""
    try:
        shown = reveal_phone(request.actor, Party.objects.get(pk=pk))
    except Party.DoesNotExist as error:
        raise Http404 from error
    except Forbidden as refusal:
        raise PermissionDenied(str(refusal.sentence)) from refusal
    except Refused as refusal:
        return JsonResponse({"error": str(refusal.sentence)}, status=409)
    return JsonResponse({"number": shown.number, "pretty": phones.pretty(shown.number), "left": shown.left})
