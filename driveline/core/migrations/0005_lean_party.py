import importlib

import django.db.models.deletion
from django.db import migrations, models

search = importlib.import_module("driveline.core.migrations.0002_party_search")


def make_search_anew(apps, schema_editor):
    """SQLite has rebuilt core_party, and the triggers of the search are lost with the old table."""
    if schema_editor.connection.vendor == "sqlite":
        search.backwards(apps, schema_editor)
        search.forwards(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0004_lean_transition"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, make_search_anew),  # on the way back the table is rebuilt last
        migrations.AlterField(
            model_name="party",
            name="store",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.orgunit",
            ),
        ),
        migrations.RunPython(make_search_anew, migrations.RunPython.noop),
    ]
