"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_quick_lists"),
        ("hazards", "0003_quick_lists"),
        ("people", "0001_initial"),
        ("tipoffs", "0001_initial"),
        ("access", "__first__"),
    ]
    operations = [
        SetIndexes(
            "tipoff",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="tip_off_list"),
                models.Index(fields=("kind", "created_at"), name="tip_off_kind_list"),
                models.Index(fields=("place", "created_at"), name="tip_off_place_list"),
                models.Index(fields=("reported_name", "created_at"), name="tip_off_reported_name_list"),
                models.Index(fields=("state", "created_at"), name="tip_off_state_list"),
                models.Index(fields=("named", "created_at"), name="tip_off_named_list"),
                models.Index(fields=("channel", "created_at"), name="tip_off_channel_list"),
                models.Index(fields=("outcome", "created_at"), name="tip_off_outcome_list"),
                models.Index(fields=("deaths_alleged", "created_at"), name="tip_off_deaths_alleged_list"),
                models.Index(fields=("retaliation", "created_at"), name="tip_off_retaliation_list"),
                Words(fields=("search_text", "territory", "id"), name="tip_off_words"),
            ),
            remove=("tip_off_newest",),
        ),
    ]
