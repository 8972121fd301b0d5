"""The addresses of every registered page."""

from django.urls import URLPattern


def page_urls() -> list[URLPattern]:
    """One group of patterns per page."""
    return []
