from django.db import migrations, models


class Migration(migrations.Migration):
    """The minute's look at the first-contact clock reads only rows that nobody has contacted."""

    dependencies = [("followup", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="pursuit",
            index=models.Index(
                fields=["store", "kind", "phase", "assigned_at"],
                name="pursuit_uncontacted",
                condition=models.Q(first_contact_at__isnull=True),
            ),
        ),
    ]
