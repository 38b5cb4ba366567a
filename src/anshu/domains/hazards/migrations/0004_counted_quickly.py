"""The index by which figures count the hazards of a year."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes


class Migration(migrations.Migration):
    dependencies = [("hazards", "0003_quick_lists")]
    operations = [
        SetIndexes(
            "hazard",
            add=(models.Index(fields=("found_at", "state", "territory", "exercise", "grade"), name="hazard_counted"),),
        )
    ]
