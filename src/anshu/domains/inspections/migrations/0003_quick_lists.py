"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_quick_lists"),
        ("inspections", "0002_sealed_draws"),
        ("people", "0001_initial"),
        ("places", "0002_quick_lists"),
        ("access", "__first__"),
    ]
    operations = [
        SetIndexes(
            "visit",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="visit_list"),
                models.Index(fields=("kind", "created_at"), name="visit_kind_list"),
                models.Index(fields=("state", "created_at"), name="visit_state_list"),
                models.Index(fields=("planned_on", "created_at"), name="visit_planned_on_list"),
                models.Index(fields=("found_count", "created_at"), name="visit_found_count_list"),
                models.Index(fields=("score_percent", "created_at"), name="visit_score_percent_list"),
                Words(fields=("search_text", "territory", "id"), name="visit_words"),
            ),
            remove=("visit_newest",),
        ),
    ]
