"""Fixtures for every test, whichever folder it lives in. The cast is in tests/world.py."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(scope="session", autouse=True)
def _scratch_files() -> Iterator[None]:
    """Attached files of the tests go with the run."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(autouse=True)
def _product_language() -> Iterator[None]:
    """Every test starts in the product's own language, whatever the one before has chosen."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process remembers between requests would be another test's rows."""
    from driveline.core.limits import empty_all
    from driveline.core.request_cache import forget_all

    forget_all()
    empty_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one database kind are skipped on the other; everything in tests/e2e drives a browser."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
        if item.get_closest_marker("postgres") and not settings.POSTGRES:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
