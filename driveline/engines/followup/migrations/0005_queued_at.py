from django.db import migrations, models


class Migration(migrations.Migration):
    """How long a row waits for an owner counts from the moment it entered the assign queue, not from its arrival."""

    dependencies = [("followup", "0004_short_lists")]

    operations = [
        migrations.AddField(
            model_name="pursuit",
            name="queued_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Waiting since"),
        ),
    ]
