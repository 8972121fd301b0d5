"""Since when the rows wait that wait now: the log says when each last came into the assign queue.

An undo only puts back what was, so its line does not count; a row without any line has waited since it was entered.
Rows are filled 500 at a time, each batch for itself: broken off, the step goes on where it stopped.
"""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

BATCH = 500


def forwards(apps, schema_editor):
    pursuits = apps.get_model("followup", "Pursuit").objects
    lines = apps.get_model("core", "Transition").objects.filter(
        subject_type="followup.pursuit", subject_id=OuterRef("pk"), to_state="unassigned"
    )
    entered = lines.exclude(action="undo").order_by("-at", "-id").values("at")[:1]
    waiting = pursuits.filter(phase="unassigned", queued_at=None).order_by("pk")
    last = 0
    while ids := list(waiting.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        pursuits.filter(pk__in=ids).update(queued_at=Coalesce(Subquery(entered), F("created_at")))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("core", "0002_party_search"), ("followup", "0005_queued_at")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
