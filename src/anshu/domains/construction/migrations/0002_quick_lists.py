"""Indexes by which the lists of the large registers are read off."""

from django.db import migrations, models

from anshu.ledger.indexes import SetIndexes, Words


class Migration(migrations.Migration):
    dependencies = [("construction", "0001_initial"), ("enterprises", "0002_registers"), ("places", "0002_quick_lists")]
    operations = [
        SetIndexes(
            "minorwork",
            add=(
                models.Index(fields=("territory", "unfiled", "exercise", "starts_on"), name="work_by_area"),
                models.Index(fields=("created_at", "id", "territory"), name="work_list"),
                models.Index(fields=("name", "created_at"), name="work_name_list"),
                models.Index(fields=("kind", "created_at"), name="work_kind_list"),
                models.Index(fields=("state", "created_at"), name="work_state_list"),
                models.Index(fields=("starts_on", "created_at"), name="work_starts_on_list"),
                models.Index(fields=("ends_on", "created_at"), name="work_ends_on_list"),
                models.Index(fields=("contractor", "created_at"), name="work_contractor_list"),
                models.Index(fields=("unfiled", "created_at"), name="work_unfiled_list"),
                models.Index(fields=("scale", "created_at"), name="work_scale_list"),
                Words(fields=("search_text", "territory", "id"), name="work_words"),
            ),
            remove=("work_newest",),
        ),
        SetIndexes(
            "workpermit",
            add=(
                models.Index(fields=("created_at", "id", "territory"), name="permit_list"),
                models.Index(fields=("kind", "created_at"), name="permit_kind_list"),
                models.Index(fields=("rank", "created_at"), name="permit_rank_list"),
                models.Index(fields=("place", "created_at"), name="permit_place_list"),
                models.Index(fields=("state", "created_at"), name="permit_state_list"),
                models.Index(fields=("starts_at", "created_at"), name="permit_starts_at_list"),
                models.Index(fields=("ends_at", "created_at"), name="permit_ends_at_list"),
                Words(fields=("search_text", "territory", "id"), name="permit_words"),
            ),
            remove=("permit_newest",),
        ),
    ]
