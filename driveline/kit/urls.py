"""The addresses of every registered page and of what belongs to all pages."""

from django.urls import URLPattern, path

from driveline.kit import registry
from driveline.kit.views import common


def page_urls() -> list[URLPattern]:
    """Common addresses, then one group of patterns per registered page."""
    patterns = [
        path("live/", common.live, name="live"),
        path("search/", common.search, name="search"),
        path("undo/<int:pk>/", common.undo, name="undo"),
        path("views/<slug:name>/", common.save_view, name="view-save"),
        path("views/<slug:name>/<int:pk>/", common.change_view, name="view-change"),
        path("views/<slug:name>/<int:pk>/delete/", common.delete_view, name="view-delete"),
    ]
    for page in registry.pages():
        patterns += page.patterns()
    return patterns
