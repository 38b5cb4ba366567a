"""The index by which figures count the visits of a year."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_quick_lists")]
    operations = [
        SetIndexes(
            "visit",
            add=(
                models.Index(
                    fields=("started_at", "state", "territory", "exercise", "kind", "checklist", "found_count"),
                    name="visit_counted",
                ),
            ),
        )
    ]
