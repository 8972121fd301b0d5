from django.db import migrations, models


class Migration(migrations.Migration):
    """Whatever waits for an owner says since when, and who waits longest is one look into an index."""

    dependencies = [("followup", "0006_queued_since")]

    operations = [
        migrations.AddIndex(
            model_name="pursuit",
            index=models.Index(
                condition=models.Q(("phase", "unassigned")),
                fields=["store", "kind", "queued_at"],
                name="pursuit_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="pursuit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "unassigned"), _negated=True),
                    ("queued_at__isnull", False),
                    _connector="OR",
                ),
                name="pursuit_waiting_is_queued",
            ),
        ),
    ]
