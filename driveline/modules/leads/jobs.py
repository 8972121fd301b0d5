"""Background work of the module, as the queue sees it."""

from __future__ import annotations

from django.conf import settings
from django.tasks import task
from django.utils import translation

from driveline.modules.leads.services.platforms import polling


@task
def poll_platform(connection_id: int) -> str:
    """Ask one platform for what is new; safe to run twice."""
    with translation.override(settings.LANGUAGE_CODE):
        return polling.poll(connection_id)


def poll_due() -> int:
    """Hand every platform that is due to the worker, each by itself: a slow one keeps nobody waiting. How many."""
    ids = polling.due()
    for pk in ids:
        poll_platform.enqueue(pk)
    return len(ids)
