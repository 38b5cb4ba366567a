"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_quick_lists"),
        ("hazards", "0002_late_entries_and_lots"),
        ("places", "0002_quick_lists"),
        ("access", "__first__"),
    ]
    operations = [
        SetIndexes(
            "hazard",
            add=(
                models.Index(fields=("state", "territory", "due_on", "exercise"), name="hazard_by_state"),
                models.Index(fields=("created_at", "id", "territory"), name="hazard_list"),
                models.Index(fields=("summary", "created_at"), name="hazard_summary_list"),
                models.Index(fields=("kind", "created_at"), name="hazard_kind_list"),
                models.Index(fields=("grade", "created_at"), name="hazard_grade_list"),
                models.Index(fields=("state", "created_at"), name="hazard_state_list"),
                models.Index(fields=("due_on", "created_at"), name="hazard_due_on_list"),
                models.Index(fields=("found_at", "created_at"), name="hazard_found_at_list"),
                models.Index(fields=("source", "created_at"), name="hazard_source_list"),
                Words(fields=("search_text", "territory", "id"), name="hazard_words"),
            ),
            remove=(
                "hazard_by_state",
                "hazard_newest",
            ),
        ),
        SetIndexes(
            "extension",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="extension_list"),
                models.Index(fields=("was_due_on", "created_at"), name="extension_was_due_on_list"),
                models.Index(fields=("wanted_on", "created_at"), name="extension_wanted_on_list"),
                models.Index(fields=("state", "created_at"), name="extension_state_list"),
                Words(fields=("search_text", "territory", "id"), name="extension_words"),
            ),
        ),
    ]
