"""Every URL: the pages that the registry derives, sign-in, health, language."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from driveline.config import errors
from driveline.config.health import healthz
from driveline.kit.api.build import api_urls
from driveline.kit.urls import page_urls
from driveline.modules.leads.api.inbound import inbound

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/inbound/leads/<str:name>", inbound, name="inbound_leads"),
    path("api/v1/inbound/leads/<str:name>/", inbound),
    path("language/", login_not_required(set_language), name="set_language"),
    *([path("", include("driveline.core.urls"))] if find_spec("driveline.core.urls") else []),
    *page_urls(),
    *api_urls(),
]

if (settings.DEBUG or settings.GALLERY) and find_spec("driveline.kit.gallery"):
    urlpatterns.append(path("_gallery/", include("driveline.kit.gallery")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
